"""The release check: may this run of a payout be paid now, by which channel, or what does it wait for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from guerdon.application.ports import Clock, PayoutOrder, Store
from guerdon.application.transaction import Committed, Replace
from guerdon.domain import identity
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

TRIES_MOST: Final = 5

Unmet = Callable[[Channel, PayoutOrder], str | None]
"""What keeps a channel's provider from carrying an order out, in words without personal data, or None."""


class Verdict(StrEnum):
    """What the workflow does next; a channel's own name stands for paying by it."""

    HOLD = "hold"
    BLOCKED = "blocked"
    STALE = "stale"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Release:
    """The answer of the release check: a verdict or the channel to pay by, and until when to hold."""

    decision: Verdict | Channel
    until: datetime | None = None
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReleasePayout:
    """Check one run of a payout and release or block it."""

    store: Store
    clock: Clock
    unmet: Unmet

    def __call__(self, payout_id: str, run: int) -> Release:
        """What the workflow does next; asked again after a lost answer, it says the same.

        Raises:
            StoreBusy: The payout kept changing, or is not there to be read.
        """
        for attempt in range(1, TRIES_MOST + 1):
            payout = self.store.payout(payout_id)
            if payout is None:
                raise StoreBusy(f"payout {payout_id} is not there")
            if payout.run != run:
                return Release(Verdict.STALE, event_id=payout.event_id)
            if payout.status is not PayoutStatus.EARNED:
                return Release(_standing(payout), event_id=payout.event_id)
            now = self.clock.now()
            if now < payout.hold_until:
                return Release(Verdict.HOLD, payout.hold_until, payout.event_id)
            checked = self._checked(payout, now)
            if self.store.commit((Replace(checked),)) is Committed.YES:
                return Release(_standing(checked), event_id=payout.event_id)
            self.clock.pause(attempt)
        raise StoreBusy(f"payout {payout_id} kept changing")

    def _checked(self, payout: Payout, now: datetime) -> Payout:
        switch = self.store.channel_switch(payout.channel)
        if switch is None or not switch.armed:
            return payout.blocked(BlockReason.OBSERVING, now)
        recipient = self.store.advocate(payout.advocate_id)
        if recipient is None:
            return payout.blocked(BlockReason.DETAILS, now, "the recipient's details were erased")
        reference = identity.attempt_reference(payout.payout_id, payout.attempts + 1)
        order = PayoutOrder(reference, payout.payout_id, payout.program_title, payout.value, recipient, payout.item)
        missing = self.unmet(payout.channel, order)
        if missing is not None:
            return payout.blocked(BlockReason.DETAILS, now, missing)
        return payout.released(now)


def _standing(payout: Payout) -> Verdict | Channel:
    if payout.status is PayoutStatus.BLOCKED:
        return Verdict.BLOCKED
    # A submitted payout goes on to its pay step, which finds the intent and asks the provider again under its key.
    return Verdict.FINAL if payout.ended else payout.channel
