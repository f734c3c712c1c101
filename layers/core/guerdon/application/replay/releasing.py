"""What of a history would have waited for a person: at a ceiling of the day, or since it was told late.

Payouts are given, taken back, compared with the day and let through by the pipeline's own functions, in the order of
time; only their keeping is another. It is done for programs that ask for it, and changes nothing of what they cost.
Memory grows with what is held back and with the days, not with the deals.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Final

from guerdon.application.day_ceilings import counted_in
from guerdon.application.grant import awaiting_approval, left_of, netted_from, stopped_with
from guerdon.application.records import DayReleased, Receivable
from guerdon.application.replay.sides import Promised, Side
from guerdon.domain.awarding import Award
from guerdon.domain.limits import Applied, approval_of
from guerdon.domain.money import Money
from guerdon.domain.payout import BlockReason, Change, Payout, PayoutStatus
from guerdon.domain.program import Beneficiary, Program
from guerdon.domain.taking_back import take_back_from
from guerdon.domain.telling_late import told_late

_END: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Waiting:
    """How many wait, and what they are worth by currency, in minor units."""

    count: int = 0
    minor: dict[str, int] = field(default_factory=dict)

    def add(self, value: Money, count: int = 1) -> None:
        """One more, or more of one that is counted already."""
        self.count += count
        self.minor[value.currency] = self.minor.get(value.currency, 0) + value.amount_minor

    def merge(self, other: "Waiting") -> None:
        """Those of another part of the history too."""
        self.count += other.count
        for currency, minor in other.minor.items():
            self.minor[currency] = self.minor.get(currency, 0) + minor


@dataclass(slots=True)
class Stopped:
    """What would have waited for a person.

    Attributes:
        released: What each day would have released by itself.
        waiting: What would have waited at a ceiling, by the day that it was stopped in.
        late: Rewards that would have needed approval because they were told late.
        untold: Rewards of which the history does not say when they were told.
    """

    released: dict[str, DayReleased] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    late: Waiting = field(default_factory=Waiting)
    untold: int = 0

    @property
    def in_all(self) -> Waiting:
        """What would have waited at ceilings, over all days."""
        summed = Waiting()
        for each in self.waiting.values():
            summed.merge(each)
        return summed

    def merge(self, other: "Stopped") -> None:
        """Add another part of the history: it is in parts only where there is no ceiling, so no day is in two."""
        self.released |= other.released
        self.waiting |= other.waiting
        self.late.merge(other.late)
        self.untold += other.untold


def asks_for_people(program: Program) -> bool:
    """Whether there is anything about a program's payouts that only following them can tell."""
    return program.ceilings is not None or program.told_within_days is not None


class Releasing:
    """The payouts of one replay. Nobody releases or approves anything, and what is released is paid at once."""

    def __init__(self, program: Program) -> None:
        self.stopped = Stopped()
        self._program = program
        self._due: list[tuple[datetime, int, Side, int | None]] = []
        self._taken = 0
        self._owed: dict[tuple[Beneficiary, str, str], Receivable] = {}

    def granted(self, side: Side) -> None:
        """A reward was decided: it is granted when its deal was told, at the earliest when it was decided."""
        told_at = side.row.told_at or side.row.closed_at
        self._later(max(told_at, side.at), side, None)

    def revised(self, side: Side, difference: Money, limits: tuple[Applied, ...], at: datetime) -> None:
        """What a reward is worth changed at `at`; of what was not told yet the grant takes it as it stands then."""
        if side.promised is None:
            return
        if difference.amount_minor > 0:
            self._more(side, side.promised, difference, limits, at)
        else:
            self._less(side, side.promised, -difference, at)

    def advance(self, to: datetime) -> None:
        """Let everything be that is due until then."""
        due = self._due
        while due and due[0][0] <= to:
            at, _, side, index = heappop(due)
            if index is None:
                self._grant(side, at)
            elif side.promised is not None:
                self._check(side.promised.payouts, index, at)

    def finish(self) -> None:
        """Let everything be that is due after the last row."""
        self.advance(_END)

    def _later(self, at: datetime, side: Side, index: int | None) -> None:
        self._taken += 1
        heappush(self._due, (at, self._taken, side, index))

    def _grant(self, side: Side, at: datetime) -> None:
        award = side.result
        if not isinstance(award, Award) or side.worth == 0:
            return
        side.promised = Promised()
        if self._program.told_within_days is not None and side.row.told_at is None:
            self.stopped.untold += 1
        value = Money(side.worth, award.currency)
        self._give(side, side.promised, value, (*award.limits, *side.limits), at)

    def _more(self, side: Side, promised: Promised, value: Money, limits: tuple[Applied, ...], at: datetime) -> None:
        before = len(promised.payouts)
        self._give(side, promised, value, limits, at)
        for payout in promised.payouts[before:]:
            if payout.status is PayoutStatus.BLOCKED and payout.reason == BlockReason.CEILING:
                self._stops(payout, at)

    def _give(self, side: Side, promised: Promised, value: Money, limits: tuple[Applied, ...], at: datetime) -> None:
        """Promise `value`, less what its beneficiary owes."""
        owed = self._owed.get(_who(side, value.currency))
        netted = netted_from(owed, value)
        self._owe(side, -netted)
        payable = value - netted
        if payable.amount_minor == 0:
            return
        late = told_late(self._program, side.row.closed_at, at)
        if late is not None:
            self.stopped.late.add(payable, 0 if promised.late else 1)
            promised.late = True
        payout, approval = self._new(side, payable, at), approval_of(limits, late)
        if approval is None:
            payout = stopped_with(payout, promised.payouts, at)
        else:
            payout = awaiting_approval(payout, approval, at)
        self._keep(side, promised, payout, at)

    def _less(self, side: Side, promised: Promised, amount: Money, at: datetime) -> None:
        before = tuple(promised.payouts)
        taken, never_paid_out = take_back_from(before, amount, at)
        after = {one.payout.payout_id: one.payout for one in taken}
        promised.payouts = [after.get(payout.payout_id, payout) for payout in before]
        zero = Money(0, amount.currency)
        self._owe(side, sum((one.paid for one in taken), never_paid_out))
        rest = sum((one.rest for one in taken), zero)
        if rest.amount_minor > 0:
            last = next(payout for payout in before if payout.payout_id == taken[-1].payout.payout_id)
            self._keep(side, promised, left_of(last, self._new(side, rest, at), at), at)

    def _keep(self, side: Side, promised: Promised, payout: Payout, at: datetime) -> None:
        promised.payouts.append(payout)
        if payout.status is PayoutStatus.EARNED:
            self._later(max(at, payout.hold_until), side, len(promised.payouts) - 1)

    def _check(self, payouts: list[Payout], index: int, at: datetime) -> None:
        """The release check of one payout."""
        payout, ceilings = payouts[index], self._program.ceilings
        if payout.status is not PayoutStatus.EARNED:
            return
        if ceilings is not None:
            day = ceilings.day_of(at)
            so_far = self.stopped.released.get(day) or DayReleased(self._program.name, day, 0, (), version=0)
            after = counted_in(ceilings, so_far, payout)
            if isinstance(after, str):
                payouts[index] = payout.blocked(BlockReason.CEILING, at, after)
                self._stops(payout, at)
                return
            self.stopped.released[day] = after
        # As it stands once it is paid; the steps on the way, which nothing asks for here, would take twice the time.
        payouts[index] = replace(payout, status=PayoutStatus.SETTLED)

    def _stops(self, payout: Payout, at: datetime) -> None:
        if self._program.ceilings is not None:
            self.stopped.waiting.setdefault(self._program.ceilings.day_of(at), Waiting()).add(payout.value)

    def _owe(self, side: Side, change: Money) -> None:
        if change.amount_minor == 0:
            return
        key = _who(side, change.currency)
        owed = self._owed.get(key)
        balance = owed.balance + change if owed is not None else change
        if balance.amount_minor == 0:
            self._owed.pop(key, None)
        else:
            self._owed[key] = Receivable(key[1], change.currency, balance)

    def _new(self, side: Side, value: Money, at: datetime) -> Payout:
        award, program = side.result, self._program
        assert isinstance(award, Award)  # noqa: S101 - whoever gives a payout has looked.
        return Payout(
            payout_id=str(len(side.promised.payouts) if side.promised else 0),
            reward_id="",
            event_id="",
            program=program.name,
            program_title=program.title,
            legal_entity=program.legal_entity,
            time_zone=program.zone.key,
            advocate_id="",
            channel=award.channel,
            value=value,
            hold_until=program.hold_until(award.rules, side.row.closed_at),
            look_at=None,
            history=(Change(at, PayoutStatus.EARNED, None, 1),),
        )


def _who(side: Side, currency: str) -> tuple[Beneficiary, str, str]:
    who = side.row.advocate if side.beneficiary is Beneficiary.ADVOCATE else side.row.referred or ""
    return side.beneficiary, who, currency
