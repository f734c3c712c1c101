"""A person releases all that waits for one reason and was earned in a range of days, once they saw what that is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from guerdon.application.ports import Store
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.review_ports import PayoutFilter, ReviewStore
from guerdon.application.told_late_alone import told_late_alone
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.money import Money
from guerdon.domain.pausing import Pause, Pauses
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

BY_THEMSELVES: Final[Mapping[BlockReason, str]] = {
    BlockReason.PAUSED: "what is paused goes on by itself: guerdon resume",
    BlockReason.FUNDS: "what waits for its provider's money goes on by itself, in order: guerdon resume --channel NAME",
}
"""Reasons for which nothing is released as a range, and what a person does instead."""

_FARTHEST_ZONE: Final = timedelta(hours=14)
"""How far a legal entity's day may lie from the day in UTC, at most."""


@dataclass(frozen=True, slots=True)
class Range:
    """What is to be released.

    Attributes:
        first: The first day on which they were earned, in each payout's own time zone.
        last: The last one.
    """

    reason: BlockReason
    first: date
    last: date
    program: str | None = None
    channel: Channel | None = None

    def has(self, payout: Payout) -> bool:
        """Whether a payout is in it; what may have been paid, or is being taken back, waits for something else."""
        earned = payout.earned_at
        return (
            earned is not None
            and payout.status is PayoutStatus.BLOCKED
            and payout.waits_for == self.reason
            and self.first <= earned.astimezone(ZoneInfo(payout.time_zone)).date() <= self.last
        )


@dataclass(frozen=True, slots=True)
class Sum:
    """What a range holds of one channel and currency."""

    channel: Channel
    count: int
    value: Money


@dataclass(frozen=True, slots=True)
class Found:
    """What a range holds at a moment.

    Attributes:
        payouts: In the order in which they were earned.
        pauses: The pauses that stop some of them: released, those wait until they are resumed.
        apart: Those that wait for approval for more than that they were told late; they are in no sum, and stay.
    """

    payouts: tuple[Payout, ...]
    pauses: tuple[Pause, ...] = ()
    apart: tuple[Payout, ...] = ()

    @property
    def sums(self) -> tuple[Sum, ...]:
        """Count and value by channel and currency."""
        by: dict[tuple[Channel, str], list[Payout]] = defaultdict(list)
        for payout in self.payouts:
            by[payout.channel, payout.value.currency].append(payout)
        return tuple(
            Sum(channel, len(some), Money(sum(payout.value.amount_minor for payout in some), currency))
            for (channel, currency), some in sorted(by.items())
        )

    @property
    def advocates(self) -> int:
        """How many people are paid."""
        return len({payout.advocate_id for payout in self.payouts})

    @property
    def earned(self) -> tuple[datetime, datetime] | None:
        """When the oldest and the newest were earned."""
        moments = [payout.earned_at for payout in self.payouts if payout.earned_at]
        return (moments[0], moments[-1]) if moments else None

    @property
    def confirmation(self) -> str:
        """Count and value in a word that a script repeats: "37:1850.00USD+506.24EUR"."""
        total: dict[str, int] = defaultdict(int)
        for one in self.sums:
            total[one.value.currency] += one.value.amount_minor
        values = (f"{Money(minor, currency).decimal}{currency}" for currency, minor in sorted(total.items()))
        return f"{len(self.payouts)}:{'+'.join(values)}"

    def is_not(self, confirmation: str) -> str | None:
        """Why it is not what a person confirmed, or None."""
        if self.confirmation == confirmation:
            return None
        return f"it holds {self.confirmation} now, and that is not {confirmation}: look again"


@dataclass(frozen=True, slots=True)
class ReleaseRange:
    """Show what a range holds, and release each of it under its next run.

    Whoever was released is not in the range any more: if the process dies on the way, the same range goes on.
    """

    store: Store
    reviews: ReviewStore
    release: ReleaseAgain

    def preview(self, wanted: Range) -> Found | CannotRelease:
        """What it holds now; read by index, and each row as it stands.

        Raises:
            StoreBusy: The database was away.
        """
        if instead := BY_THEMSELVES.get(wanted.reason):
            return CannotRelease(instead)
        found = self.look(wanted)
        channels = {one.channel for one in found.payouts}
        switches = {channel: self.store.channel_switch(channel) for channel in channels}
        unarmed = sorted(channel for channel, switch in switches.items() if switch is None or not switch.armed)
        if unarmed:
            return CannotRelease(
                f"{', '.join(unarmed)}: not armed, so each would be blocked again; guerdon arm, or name a --channel"
            )
        pauses = self.store.pauses() or Pauses()
        over = {pauses.over(one.channel, one.program) for one in found.payouts}
        return replace(found, pauses=tuple(pause for pause in pauses.paused if pause in over))

    def look(self, wanted: Range) -> Found:
        """What it holds now, whatever is switched off; of what waits for approval, what was told late apart.

        Raises:
            StoreBusy: The database was away.
        """
        payout_filter = PayoutFilter(PayoutStatus.BLOCKED, wanted.channel, wanted.program)
        begin = datetime.combine(wanted.first, time(), UTC) - _FARTHEST_ZONE
        end = datetime.combine(wanted.last + timedelta(days=1), time(), UTC) + _FARTHEST_ZONE
        payouts = tuple(
            payout for payout in self.reviews.payouts_earned(payout_filter, begin, end) if wanted.has(payout)
        )
        if wanted.reason is not BlockReason.APPROVAL:
            return Found(payouts)
        apart = tuple(payout for payout in payouts if isinstance(told_late_alone(self.store, payout), str))
        stay = {payout.payout_id for payout in apart}
        return Found(tuple(payout for payout in payouts if payout.payout_id not in stay), apart=apart)

    def went_on(self, payout: Payout) -> bool:
        """Whether it was changed since it was found."""
        now = self.store.payout(payout.payout_id)
        return now is not None and now.version != payout.version

    def confirmed(self, wanted: Range, confirmation: str) -> Found | CannotRelease:
        """What it holds, if that is still what a person said that it is.

        Raises:
            StoreBusy: The database was away.
        """
        found = self.preview(wanted)
        if isinstance(found, CannotRelease):
            return found
        other = found.is_not(confirmation)
        return CannotRelease(other) if other else found

    def __call__(self, found: Found, actor: str, reason: str) -> Iterator[Payout | CannotRelease]:
        """What became of each of the payouts, in their order; one that went on since it was found is let be.

        Raises:
            StoreBusy: The database was away.
            BusUnavailable: The workflow service was; the one at hand is decided, and started by the sweep.
        """
        for payout in found.payouts:
            try:
                # What else it may wait for is read anew with each, since hours may lie between a look and a release.
                approves = payout.waits_for_approval
                yield self.release(payout.payout_id, actor, reason, payout.run, only_told_late=approves)
            except StoreBusy:
                if not self.went_on(payout):
                    raise
                yield CannotRelease(f"{payout.payout_id} changed at this very moment")
