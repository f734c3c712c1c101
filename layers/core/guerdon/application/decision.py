"""A decided event: its outcome, and everything to be written for it at once."""

from dataclasses import dataclass, replace
from datetime import datetime

from guerdon.application.records import InboxEvent
from guerdon.application.transaction import Replace, Transaction
from guerdon.domain.judgment import Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome, why, and everything to be written for it at once."""

    outcome: Outcome
    detail: str
    transaction: Transaction

    def along_with(self, *writes: Transaction) -> "Decision":
        """The same decision, with more to be written in the same transaction."""
        return replace(self, transaction=sum(writes, self.transaction))


def decided(inbox: InboxEvent, outcome: Outcome, why: str, now: datetime, reward_ids: tuple[str, ...] = ()) -> Decision:
    """The decision that writes nothing but its outcome."""
    row = replace(
        inbox,
        undecided_since=None,
        look_at=None,
        waiting_since=now if outcome is Outcome.NEEDS_ATTENTION else None,
        outcome=outcome,
        detail=why,
        reward_ids=reward_ids,
        decided_at=now,
        version=inbox.version + 1,
    )
    return Decision(outcome, why, (Replace(row),))
