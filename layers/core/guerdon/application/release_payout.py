"""The release check: may this run of a payout be paid now, by which channel, or what does it wait for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from guerdon.application.day_ceilings import under_ceilings
from guerdon.application.holding import Stop, held_back
from guerdon.application.ports import Clock, PayoutOrder, Store
from guerdon.application.transaction import Committed, Replace, Transaction
from guerdon.domain import identity
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

TRIES_MOST: Final = 8
"""Payouts of a program with ceilings meet at the day's row; whoever loses so often is tried again by the workflow."""

Unmet = Callable[[Channel, PayoutOrder], str | None]
"""What keeps a channel's provider from carrying an order out, in words without personal data, or None."""


Check = Callable[[Payout, datetime], Stop | Transaction]
"""One question that the release check asks at a moment: what stops the payout, or what has to be written in the very
transaction that releases it, mostly nothing."""


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
            after, with_it = self._checked(payout, now)
            if self.store.commit((Replace(after), *with_it)) is Committed.YES:
                return Release(_standing(after), event_id=payout.event_id)
            self.clock.pause(attempt)
        raise StoreBusy(f"payout {payout_id} kept changing")

    def _checked(self, payout: Payout, now: datetime) -> tuple[Payout, Transaction]:
        """The payout blocked by the first check that stops it, or released, with what the checks write along."""
        with_it: Transaction = ()
        for check in self._checks:
            checked = check(payout, now)
            if isinstance(checked, Stop):
                return payout.blocked(checked.reason, now, checked.attention), checked.on
            with_it += checked
        return payout.released(now), with_it

    @property
    def _checks(self) -> tuple[Check, ...]:
        """Every check, in their order: the first that stops a payout names the reason that a person reads."""
        return self._armed, self._not_held_back, self._details, self._under_ceilings

    def _armed(self, payout: Payout, now: datetime) -> Stop | Transaction:
        """What was promised while the channel observed is not paid by arming it later, unless a person says so.

        What an amendment adds to such a reward is no more expected than the reward is.
        """
        del now
        switch = self.store.channel_switch(payout.channel)
        if switch is None or not switch.armed:
            return Stop(BlockReason.OBSERVING)
        if payout.was_decided_on(BlockReason.OBSERVING):
            return ()
        reward = self.store.reward(payout.reward_id)
        promised = (reward.decided_at if reward else None, payout.earned_at)
        armed = all(switch.was_armed(moment) for moment in promised if moment is not None)
        return () if armed else Stop(BlockReason.OBSERVING)

    def _not_held_back(self, payout: Payout, now: datetime) -> Stop | Transaction:
        del now
        return held_back(self.store, payout) or ()

    def _details(self, payout: Payout, now: datetime) -> Stop | Transaction:
        del now
        recipient = self.store.advocate(payout.advocate_id)
        if recipient is None:
            return Stop(BlockReason.DETAILS, "the recipient's details were erased")
        reference = identity.attempt_reference(payout.payout_id, payout.attempts + 1)
        order = PayoutOrder(reference, payout.payout_id, payout.program_title, payout.value, recipient, payout.item)
        missing = self.unmet(payout.channel, order)
        return () if missing is None else Stop(BlockReason.DETAILS, missing)

    def _under_ceilings(self, payout: Payout, now: datetime) -> Stop | Transaction:
        """The last one, since it takes of the day's ceiling what it lets through."""
        checked = under_ceilings(self.store, payout, now)
        return Stop(BlockReason.CEILING, checked) if isinstance(checked, str) else checked


def _standing(payout: Payout) -> Verdict | Channel:
    if payout.status is PayoutStatus.BLOCKED:
        return Verdict.BLOCKED
    # A submitted payout goes on to its pay step, which finds the intent and asks the provider again under its key.
    return Verdict.FINAL if payout.ended else payout.channel
