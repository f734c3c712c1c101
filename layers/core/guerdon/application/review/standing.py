"""How the pipeline stands: which channels may pay, what is paused, and what waits, by reason."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from guerdon.application.funds_records import FundsHold
from guerdon.application.ports import Store
from guerdon.application.records import DayReleased, Waiting
from guerdon.application.waiting_in_order import waiting_in_order
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.channel import Channel
from guerdon.domain.money import Money
from guerdon.domain.pausing import Pause, Pauses
from guerdon.domain.payout import BlockReason


@dataclass(frozen=True, slots=True)
class ChannelStanding:
    """Whether a channel may move money.

    Attributes:
        since: Since when it stands so; None if nobody ever armed it.
        by: Who set it so.
        version: The version of its switch, which a change of it names; 0 if nobody ever armed it.
    """

    channel: Channel
    armed: bool
    since: datetime | None = None
    by: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """What waits for one reason.

    Attributes:
        what: "payouts" or "events".
        why: The reason, as in glossary.WAITING.
        oldest: Since when the one does that has waited the longest.
    """

    what: str
    why: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class DayStanding:
    """What a program released in a day, and what it may by itself."""

    ceilings: Ceilings
    released: DayReleased

    @property
    def payouts_words(self) -> str:
        """The number of payouts: "12 of 50", or without a ceiling of it "12"."""
        most = self.ceilings.payouts_per_day
        return f"{self.released.payouts:,}" if most is None else f"{self.released.payouts:,} of {most:,}"

    @property
    def amount_words(self) -> str:
        """What they are worth: "1,200.00 USD of 5,000.00 USD", or without a ceiling of it each currency's sum."""
        most = self.ceilings.amount_per_day
        if most is None:
            return " + ".join(amount.words for amount in self.released.amounts)
        used = next((one for one in self.released.amounts if one.currency == most.currency), Money(0, most.currency))
        return f"{used.words} of {most.words}"


@dataclass(frozen=True, slots=True)
class Stopped:
    """What is stopped for now.

    Attributes:
        paused: What people paused, the oldest first.
        resuming_since: When a pause ended whose payouts are being set going; None when all are.
        held: The channels whose provider is out of money.
        pauses_version: The version of what is paused, which another pause names; 0 if nothing ever was.
    """

    paused: tuple[Pause, ...]
    resuming_since: datetime | None
    held: tuple[FundsHold, ...] = ()
    pauses_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Stopped):
    """All of it at one moment.

    Attributes:
        days: What the programs with ceilings released today.
        observed: How many payouts of each channel that is armed wait for a person since they were only observed.
    """

    channels: tuple[ChannelStanding, ...]
    waiting: tuple[WaitingFor, ...]
    days: tuple[DayStanding, ...] = ()
    observed: Mapping[Channel, int] = field(default_factory=dict)


def standing_of(store: Store, programs: Iterable[str], now: datetime) -> Standing:
    """How a stack stands. The indexes of what waits may lag behind by a moment.

    Args:
        store: Where all of it stands.
        programs: The names of the published programs.
        now: The moment that decides which day is today, in each program's own time zone.

    Raises:
        StoreBusy: The database was away.
    """
    stopped = stopped_in(store)
    waiting = (*_by_reason("payouts", store.waiting_payouts()), *_by_reason("events", store.waiting_events()))
    return Standing(
        channels=tuple(_channel(store, channel) for channel in Channel),
        paused=stopped.paused,
        resuming_since=stopped.resuming_since,
        held=stopped.held,
        pauses_version=stopped.pauses_version,
        waiting=tuple(sorted(waiting, key=lambda one: one.oldest)),
        days=tuple(day for day in (day_of(store, program, now) for program in programs) if day is not None),
        observed=observed_by(store),
    )


def stopped_in(store: Store) -> Stopped:
    """What is stopped for now.

    Raises:
        StoreBusy: The database was away.
    """
    known = store.pauses()
    pauses = known or Pauses()
    held = tuple(hold for hold in map(store.funds_hold, Channel) if hold is not None and hold.holds)
    return Stopped(pauses.paused, pauses.freed_at, held, pauses.version if known else 0)


def observed_by(store: Store) -> Mapping[Channel, int]:
    """How many payouts that were only observed wait for a person, of each channel that is armed.

    While a channel is not armed, all of its payouts are observed, as everybody expects.

    Raises:
        StoreBusy: The database was away.
    """
    switches = {channel: store.channel_switch(channel) for channel in Channel}
    armed = {channel for channel, switch in switches.items() if switch is not None and switch.armed}
    waiting = waiting_in_order(store, BlockReason.OBSERVING) if armed else ()
    counts = Counter(payout.channel for payout in waiting if payout.channel in armed)
    return {channel: counts[channel] for channel in Channel if counts[channel]}


def day_of(store: Store, program: str, now: datetime) -> DayStanding | None:
    """What a program released today under its ceilings; None if it has none.

    Raises:
        StoreBusy: The database was away.
    """
    head = store.program_head(program)
    if head is None or head.ceilings is None:
        return None
    day = head.ceilings.day_of(now)
    return DayStanding(head.ceilings, store.day_released(program, day) or DayReleased(program, day, 0, ()))


def _channel(store: Store, channel: Channel) -> ChannelStanding:
    switch = store.channel_switch(channel)
    if switch is None:
        return ChannelStanding(channel, armed=False)
    return ChannelStanding(channel, switch.armed, switch.changed_at, switch.changed_by, switch.version)


def _by_reason(what: str, waiting: Iterable[Waiting]) -> Iterator[WaitingFor]:
    since: dict[str, list[datetime]] = defaultdict(list)
    for one in waiting:
        since[one.why].append(one.since)
    return (WaitingFor(what, why, len(moments), min(moments)) for why, moments in since.items())
