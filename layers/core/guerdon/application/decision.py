"""A decided event: its outcome, and everything to be written for it at once."""

from dataclasses import dataclass, replace
from datetime import datetime

from guerdon.application.records import InboxEvent
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome, why, and everything to be written for it at once.

    Attributes:
        inbox: The event's row with its outcome.
        writes: What is written beside it.
    """

    outcome: Outcome
    detail: str
    inbox: InboxEvent
    writes: Transaction = ()

    @property
    def transaction(self) -> Transaction:
        """All of it."""
        return (Replace(self.inbox), *self.writes)

    def along_with(self, *writes: Transaction) -> "Decision":
        """The same decision, with more to be written in the same transaction."""
        return replace(self, writes=sum(writes, self.writes))

    def followed_by(self, second: InboxEvent) -> "Decision":
        """The same decision, which adds the row by which the delivery is judged for the other beneficiary."""
        return replace(
            self, inbox=replace(self.inbox, followed_by=second.event_id), writes=(*self.writes, Insert(second))
        )


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
    return Decision(outcome, why, row)
