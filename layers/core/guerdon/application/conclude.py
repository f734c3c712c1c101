"""Tell whoever waits for an attempt that its outcome is known."""

from dataclasses import dataclass
from typing import Final

from guerdon.application.ports import Fulfillments, Notice, Notices
from guerdon.application.records import Attempt
from guerdon.application.settle_payout import SettlePayout

PAYOUT: Final = "payout"
"""The kind of a notice about how a run of a payout stands."""

REWARD_EARNED: Final = "reward_earned"
"""The kind of a notice about a reward that was decided."""


AFTER_THE_WORKFLOWS_OWN_SECONDS: Final = 20
"""A second webhook about one outcome finds nobody waiting, while the workflow is about to tell of it itself. Told after
that, this notice finds the mail sent."""


@dataclass(frozen=True, slots=True)
class Conclude:
    """Ring the task that waits for an attempt; when none waits any more, settle here and now.

    Nobody waits when the fulfillment timed out, was stopped, or is long over: the fact counts all the same.
    """

    fulfillments: Fulfillments
    settle: SettlePayout
    notices: Notices

    def __call__(self, attempt: Attempt) -> None:
        """Ring or settle; doing it again is harmless."""
        token = attempt.task_token
        if token is not None and self.fulfillments.ring(token, attempt.payout_id, attempt.run):
            return
        self.settle(attempt.payout_id, attempt.run)
        self.notices.enqueue(Notice(PAYOUT, attempt.payout_id, attempt.run), AFTER_THE_WORKFLOWS_OWN_SECONDS)
