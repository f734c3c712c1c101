"""What happens in a schedule besides the faults: deals, what is told of them and when, what people do.

Each schedule has three deals or more of two advocates, a reversal and an amendment, told in any order and again. In
two of five the deals are of one program with limits, for whose budgets they contend; in one of five of a program that
rewards both sides, of the deal and of some of its invoices.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import builders
from guerdon.application.receive_event import Delivery
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.deal import DEAL_AMENDED, DEAL_REVERSED
from guerdon.domain.pausing import EVERYTHING, PauseScope, ScopeKind
from simulation import plots
from simulation.engine import DAY, HOUR, MINUTE, SECOND
from simulation.faults import FOCUSES
from simulation.limits import BUDGETED, CAPPED, LIMITS
from simulation.people import Resolve, seen_to
from simulation.providers import Empty, Outage
from simulation.telling import BOTH_SIDES, HELD, PROGRAM, DealTold, Telling, delivery, invoice, win

ADVOCATES: Final = ("A-1", "A-2")


@dataclass(frozen=True, slots=True)
class Send:
    """A CRM sends a message, and `patience` times again if it hears no success."""

    at: int
    delivery: Delivery
    patience: int


@dataclass(frozen=True, slots=True)
class Redeliver:
    """The queue brings a message once more, long after it was handled."""

    at: int
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Decide:
    """A person releases a payout again."""

    at: int
    index: int


@dataclass(frozen=True, slots=True)
class Approve:
    """A person approves one of the payouts that wait for that.

    Attributes:
        index: Which of them.
        clicks: When they say so, in milliseconds from `at`: more than once, if they or another person do it again.
    """

    at: int
    index: int
    clicks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Restart:
    """A person starts a fulfillment by hand."""

    at: int
    index: int


@dataclass(frozen=True, slots=True)
class Redrive:
    """A person redrives the dead-letter queues."""

    at: int


@dataclass(frozen=True, slots=True)
class Switch:
    """A person arms or disarms a channel."""

    at: int
    channel: Channel
    armed: bool


@dataclass(frozen=True, slots=True)
class PauseNow:
    """A person pauses everything, a channel or a program."""

    at: int
    scope: PauseScope


@dataclass(frozen=True, slots=True)
class ResumeNow:
    """A person ends such a pause."""

    at: int
    scope: PauseScope


@dataclass(frozen=True, slots=True)
class SweepNow:
    """A sweep beside the one of the schedule."""

    at: int


Act = Send | Redeliver | Decide | Approve | Resolve | Restart | Redrive | Switch | PauseNow | ResumeNow | SweepNow


@dataclass(frozen=True, slots=True)
class Story:
    """One schedule's happenings.

    Attributes:
        deals: What was won.
        tellings: What each delivery says, by its id.
        webhooks: Whether the providers send any.
        fault_rate: How likely each call is to meet a fault.
        faults_most: After so many the world is well again.
        focus: Where the faults gather.
        outage: When one provider does not answer.
        slow: Whether the providers take days.
        broke: Whether every other confirmation of a draft is refused.
        empty: When one provider has no money.
    """

    deals: tuple[DealTold, ...]
    tellings: Mapping[str, Telling]
    acts: tuple[Act, ...]
    unarmed: frozenset[Channel]
    webhooks: bool
    fault_rate: float
    faults_most: int
    focus: str
    outage: Outage | None
    slow: bool
    broke: bool
    empty: Empty | None


MONTH: Final = timedelta(days=30)
"""Takes a closing date to the month before, whose budgets are others."""

_CHANNEL_OF_FOCUS: Final = {
    "provider.cancel": Channel.CHECK,
    "provider.discard": Channel.MERCHANDISE,
    "by the evaluation": Channel.CHECK,
}
"""What the deals are paid by where the faults gather at the undoing of it: they are revised while they are paid."""

PROVIDERS: Final = tuple(PROVIDER_OF.values())

_AT_ONCE: Final = ((0, 100),)
_SOON: Final = ((0, 200), (0, 20 * SECOND), (0, 20 * MINUTE))
_WHILE_PAID: Final = ((SECOND, 20 * SECOND), (20 * SECOND, 20 * MINUTE))
_ANY_TIME: Final = (*_SOON, (0, 5 * HOUR), (0, 4 * DAY), (41 * DAY, 42 * DAY))
"""How long after its win something is told about a deal, in milliseconds: at once, while it is paid, long after."""


class _Teller:
    """Collects what CRMs tell, and gives each message its delivery id."""

    def __init__(self, chance: random.Random) -> None:
        self.tellings: dict[str, Telling] = {}
        self.sends: list[Send] = []
        self._chance = chance

    def tell(self, telling: Telling, at: int) -> None:
        """A message at `at` milliseconds."""
        delivery_id = f"m-{telling.deal.number}-{len(self.tellings)}"
        self.tellings[delivery_id] = telling
        self.sends.append(Send(at, delivery(telling, delivery_id), 12))

    def soon_or_late(self, telling: Telling, begins: int, spans: tuple[tuple[int, int], ...]) -> None:
        """A message some time after `begins`."""
        self.tell(telling, begins + self._chance.randrange(*self._chance.choice(spans)))


def told(chance: random.Random) -> Story:
    """The story of one schedule."""
    focus = chance.choice(FOCUSES)
    undoing = focus in _CHANNEL_OF_FOCUS
    special = chance.choice((None, None, BOTH_SIDES, CAPPED, CAPPED if undoing else BUDGETED))
    deals = tuple(_deal(number, focus, special, chance) for number in range(chance.choice((3, 3, 3, 4))))
    teller = _Teller(chance)
    meeting = chance.randrange(HOUR, 3 * DAY) if chance.random() < 0.3 and not undoing else None
    wins_at = _wins(deals, meeting, teller, chance)
    if meeting is None:
        spans = _WHILE_PAID if undoing else _ANY_TIME
        _revisions(chance.sample(tuple(zip(deals, wins_at, strict=True)), len(deals)), spans, teller, chance)
    else:
        together = sorted(deals, key=lambda deal: deal.advocate != deals[2].advocate)
        _revisions([(deal, meeting) for deal in together], _AT_ONCE, teller, chance)
    _contradictions(deals, teller, chance)
    for deal, at in zip(deals, wins_at, strict=True):
        if deal.program == BOTH_SIDES:
            _invoices(deal, at, teller, chance)
    acts = [*teller.sends, *_by_people(chance, [send.delivery for send in teller.sends])]
    if special in LIMITS:
        acts.extend(_approvals(chance))
    unarmed = frozenset({chance.choice(tuple(Channel))}) if chance.random() < 0.1 else frozenset()
    told_story = Story(
        deals,
        teller.tellings,
        tuple(acts),
        unarmed,
        webhooks=chance.random() < 0.85,
        fault_rate=chance.choice((0.0, 0.01, 0.03, 0.03, 0.08, 0.2)),
        faults_most=chance.choice((1, 3, 6, 12, 24)),
        focus=focus,
        outage=_outage(chance) if chance.random() < 0.12 else None,
        slow=chance.random() < 0.1,
        # A draft whose confirmation is refused is discarded.
        broke=focus == "provider.discard",
        empty=_empty(deals, chance) if chance.random() < 0.2 else None,
    )
    # Drawn last, so that the rest of the story is the same without them.
    switched = replace(told_story, acts=(*told_story.acts, *_switches(deals, chance)))
    if chance.random() >= 0.2:
        return switched
    providers = [PROVIDER_OF[deal.channel] for deal in deals]
    outage, comes_by = seen_to(max(providers, key=providers.count), chance)
    return replace(switched, outage=outage, acts=(*switched.acts, comes_by))


def _deal(number: int, focus: str, special: str | None, chance: random.Random) -> DealTold:
    advocate = ADVOCATES[number] if number < 2 else chance.choice(ADVOCATES)
    channel = _CHANNEL_OF_FOCUS.get(focus)
    program = HELD if chance.random() < 0.25 and channel is None else PROGRAM
    if special is not None and chance.random() < 0.85:
        program = special
    nothing_yet = program == PROGRAM and chance.random() < 0.04
    total_minor = 0 if nothing_yet else 10_000_00
    closed_at = builders.CLOSED_AT + timedelta(hours=number)
    if program in LIMITS and chance.random() < 0.15:
        closed_at -= MONTH
    return DealTold(number, program, advocate, channel or chance.choice(tuple(Channel)), total_minor, closed_at)


def _wins(deals: tuple[DealTold, ...], meeting: int | None, teller: _Teller, chance: random.Random) -> list[int]:
    """Tell the wins: all at one moment, within hours, or so that later ones meet what earlier ones left owing.

    At a `meeting`, a moment at which the deals of one advocate are revised, the last ones may be won as well.
    """
    span = chance.choice((100, 100, 2 * HOUR, 3 * DAY))
    begins = [chance.randrange(span) for _ in deals]
    if meeting is not None and chance.random() < 0.5:
        begins[2:] = [meeting + chance.randrange(200) for _ in begins[2:]]
    for deal, at in zip(deals, begins, strict=True):
        # What comes long before its win is remembered.
        late = chance.choice((HOUR, 41 * DAY)) if chance.random() < 0.08 else 0
        teller.tell(win(deal, deal.number % 2), at + late)
    return begins


def _revisions(
    deals: Sequence[tuple[DealTold, int]],
    spans: tuple[tuple[int, int], ...],
    teller: _Teller,
    chance: random.Random,
) -> None:
    """Give the first of the deals their plots, which are told after the moment beside each.

    It is a reversal and an amendment at least, of one deal or of two.
    """
    reversing = plots.WINNING_AGAIN if chance.random() < 0.3 else plots.REVERSING
    wanted = [plots.BOTH] if chance.random() < 0.25 else [reversing, plots.AMENDING]
    if spans is _WHILE_PAID or chance.random() < 0.2:
        wanted.append(chance.choice((plots.REVERSING, plots.AMENDING, plots.BOTH)))
    for (deal, at), among in zip(deals, wanted, strict=False):
        pace = _SOON if spans is _ANY_TIME and chance.random() < 0.4 else spans
        for telling in plots.tellings(deal, chance.choice(tuple(among.values()))):
            teller.soon_or_late(telling, at, pace)
            if chance.random() < 0.15:
                teller.soon_or_late(telling, at, _ANY_TIME)


def _contradictions(deals: tuple[DealTold, ...], teller: _Teller, chance: random.Random) -> None:
    """Tell wins again, as they were or otherwise."""
    for _ in range(chance.choice((0, 1, 1, 2))):
        deal = chance.choice(deals)
        again = win(deal, chance.randrange(2))
        match chance.choice(("the same", "the same", "another total", "another time")):
            case "the same":
                teller.soon_or_late(again, 0, ((0, 200), (0, HOUR), (41 * DAY, 42 * DAY)))
            case "another total":
                teller.soon_or_late(replace(again, total_minor=200_00), 4 * HOUR, ((0, HOUR), (41 * DAY, 42 * DAY)))
            case _:
                moved = replace(again, closed_at=deal.closed_at + plots.WON_AGAIN_AFTER)
                teller.soon_or_late(moved, 4 * HOUR, ((0, HOUR), (41 * DAY, 42 * DAY)))


def _invoices(deal: DealTold, at: int, teller: _Teller, chance: random.Random) -> None:
    """Some invoices of a deal are paid, more at times than are rewarded; some are credited, in part or whole."""
    for number in range(1, chance.choice((1, 2, 3, 3, 4))):
        paid = invoice(deal, number)
        spans = _SOON if chance.random() < 0.6 else _ANY_TIME
        for _ in range(chance.choice((1, 1, 1, 2))):
            teller.soon_or_late(paid, at, spans)
        fate = chance.choice((None, None, DEAL_REVERSED, DEAL_REVERSED, DEAL_AMENDED))
        if fate is not None:
            total = chance.choice((0, 0, 400_00) if fate == DEAL_REVERSED else (3_000_00, 200_00))
            credited = replace(paid, type=fate, total_minor=total, effective_at=paid.closed_at + timedelta(hours=9))
            teller.soon_or_late(credited, at, spans)
            if chance.random() < 0.5:
                # A place may be free by then.
                teller.soon_or_late(paid, at, _ANY_TIME)


def _empty(deals: tuple[DealTold, ...], chance: random.Random) -> Empty:
    """A float that has run dry, mostly of the provider that most of the deals are paid by."""
    providers = [PROVIDER_OF[deal.channel] for deal in deals]
    begins = chance.randrange(chance.choice((1, SECOND, HOUR)))
    lasts = chance.choice((20 * MINUTE, 3 * HOUR, 30 * HOUR, 6 * DAY))
    return Empty(max(providers, key=providers.count), begins, begins + lasts)


def _outage(chance: random.Random) -> Outage:
    begins = chance.randrange(chance.choice((SECOND, HOUR)))
    lasts = chance.choice((10 * MINUTE, 10 * MINUTE, 3 * HOUR, 26 * HOUR))
    return Outage(chance.choice(PROVIDERS), begins, begins + lasts, deaf=chance.random() < 0.4)


def _by_people(chance: random.Random, sent: list[Delivery]) -> list[Act]:
    acts: list[Act] = []
    if chance.random() < 0.5:
        at = chance.choice((10 * MINUTE, HOUR, 3 * DAY, 41 * DAY, 101 * DAY))
        acts.append(Redeliver(at + chance.randrange(HOUR), chance.choice(sent)))
    for _ in range(chance.choice((0, 1, 2, 3))):
        at = chance.choice((MINUTE, 20 * MINUTE, 2 * HOUR, DAY, 2 * DAY, 15 * DAY))
        decided_at, index = at + chance.randrange(at), chance.randrange(6)
        acts.append(Decide(decided_at, index))
        if chance.random() < 0.3:
            # The execution of a run that the decision made stale may still be about.
            acts.append(Restart(decided_at + chance.randrange(20 * SECOND), index))
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        at = chance.choice((10 * SECOND, 25 * HOUR, 30 * HOUR, 51 * HOUR, 95 * DAY))
        acts.append(Restart(at + chance.randrange(HOUR), chance.randrange(6)))
    if chance.random() < 0.5:
        acts.append(Redrive(chance.choice((HOUR, 2 * DAY, 40 * DAY)) + chance.randrange(DAY)))
    if chance.random() < 0.2:
        acts.append(Switch(chance.randrange(3 * HOUR), chance.choice(tuple(Channel)), chance.random() < 0.5))
    sweeps = range(chance.choice((0, 0, 1, 4)))
    acts.extend(SweepNow(chance.randrange(chance.choice((2 * SECOND, HOUR, DAY)))) for _ in sweeps)
    return acts


def _switches(deals: tuple[DealTold, ...], chance: random.Random) -> list[Act]:
    """In two of five, people pause and resume, twice at times; in one of eight they disarm a channel for a while."""
    acts: list[Act] = []
    scopes = [
        EVERYTHING,
        EVERYTHING,
        PauseScope(ScopeKind.CHANNEL, chance.choice(deals).channel.value),
        PauseScope(ScopeKind.PROGRAM, chance.choice(deals).program),
    ]
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        scope = chance.choice(scopes)
        begins = chance.randrange(chance.choice((SECOND, 3 * SECOND, 3 * SECOND, HOUR, DAY)))
        ends = begins + chance.randrange(chance.choice((3 * SECOND, MINUTE, HOUR, 3 * DAY, 40 * DAY)))
        acts.append(PauseNow(begins, scope))
        for _ in range(chance.choice((1, 1, 2))):
            acts.append(ResumeNow(ends, scope))
            ends += chance.randrange(chance.choice((SECOND, HOUR, 30 * DAY)))
    if chance.random() < 0.125:
        channel, at = chance.choice(deals).channel, chance.randrange(chance.choice((SECOND, HOUR)))
        acts.append(Switch(at, channel, armed=False))
        acts.append(Switch(at + chance.randrange(chance.choice((HOUR, 3 * DAY))), channel, armed=True))
    return acts


def _approvals(chance: random.Random) -> list[Approve]:
    """Some of what waits is approved, soon or late, once or again at once or days later; some never is."""
    acts: list[Approve] = []
    for _ in range(chance.choice((0, 1, 2, 4))):
        at = chance.choice((2 * SECOND, MINUTE, HOUR, DAY, 10 * DAY, 42 * DAY))
        clicks = chance.choice(((0,), (0,), (0, chance.randrange(200)), (0, chance.randrange(4 * DAY))))
        acts.append(Approve(at + chance.randrange(at), chance.randrange(6), clicks))
    return acts
