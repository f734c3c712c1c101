"""The last step of a run: what became of it goes into the books, and whoever should hear of it does."""

from dataclasses import dataclass

from guerdon.application.conclude import PAYOUT
from guerdon.application.ports import Notice, Notices
from guerdon.application.settle_payout import SettlePayout
from guerdon.domain.payout import Payout


@dataclass(frozen=True, slots=True)
class EndRun:
    """Settle a run, then ask for the mail about how its payout stands.

    One step does both, since a step of the workflow is the dearest thing in the pipeline. If the process dies between
    the two, the workflow tries again: what is settled stays so, and a mail goes out once however often it is asked for.
    """

    settle: SettlePayout
    notices: Notices

    def __call__(self, payout_id: str, run: int, error: str | None = None) -> Payout:
        """The payout as it stands afterwards; the arguments are those of SettlePayout.

        Raises:
            StoreBusy: The payout kept changing.
            BusUnavailable: It is settled, and nobody was told.
        """
        payout = self.settle(payout_id, run, error)
        self.notices.enqueue(Notice(PAYOUT, payout_id, run))
        return payout
