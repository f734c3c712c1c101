"""What one deal event means, given what is known: pure, and so the same today, in a replay, and on the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from guerdon.domain.awarding import NoAward, award, out_of_program
from guerdon.domain.channel import Channel
from guerdon.domain.deal import DealEvent
from guerdon.domain.evaluation import explained
from guerdon.domain.explanation import Explanation
from guerdon.domain.explanation_words import words
from guerdon.domain.facts_of import facts_of
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary, Budget, Item, Program, Rule
from guerdon.domain.reading import lacking
from guerdon.domain.telling_late import told_late
from guerdon.domain.triggers import ONCE
from guerdon.domain.wins import Win, along_with, in_the_way, rewarded_beside, win_of

__all__ = ["CLOSES_AHEAD_MOST", "Earned", "Judgment", "Known", "Outcome", "judge"]


CLOSES_AHEAD_MOST: Final = timedelta(days=31)
"""How far a closing date may lie ahead of the message that tells it; a mistyped year would hold money for decades."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a judgment rests on beside the event itself.

    Attributes:
        program: The rules in force, None when no program has the event's name.
        version: Which published version they are; 0 for a file that is not published.
        wins: What was told about the deal before, of the same trigger and for the same beneficiary.
        beside: For the referred customer: what was told of it to the advocate, who is judged first. Deliveries that
            follow each other there may be judged here in another order.
        counts: How many deals of the beneficiary count for this one so far, by product or under WHOLE.
        reserved: What rewards are worth that count in each budget of the program's limits already; nothing for a
            budget that is not in it.
        told_at: When the revision was told that has the win judged anew; None when the win itself is judged.
    """

    program: Program | None
    version: int = 0
    wins: tuple[Win, ...] = ()
    beside: tuple[Win, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    reserved: Mapping[Budget, Money] = field(default_factory=dict)
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """What was earned.

    Attributes:
        rules: The rules that decided, in the file's order; more than one only when they are stacked.
        channel: How it is paid.
        amount: What the limits leave of what the rules pay.
    """

    rules: tuple[Rule, ...]
    channel: Channel
    amount: Money
    explanation: Explanation

    @property
    def item(self) -> Item | None:
        """The item that is sent; None if money is paid."""
        return self.rules[0].item


@dataclass(frozen=True, slots=True)
class Judgment:
    """An outcome and why, and what was earned if something was.

    `why` is a sentence for people; for a duplicate it is the id of the event that is repeated.

    Attributes:
        lacks: Whether the rules were asked and lack something that an amendment may yet say.
    """

    outcome: Outcome
    why: str
    earned: Earned | None = None
    lacks: bool = False


def judge(event: DealEvent, known: Known, beneficiary: Beneficiary = Beneficiary.ADVOCATE) -> Judgment:
    """Judge by what is known what `beneficiary` earns for a win."""
    program = known.program
    if event.advocate is None:
        return Judgment(Outcome.NOT_A_REFERRAL, "the deal names no advocate")
    if program is None:
        return Judgment(Outcome.UNKNOWN_PROGRAM, f"no program {event.program[:63]!r} is published")
    settled = (
        _told_again(event, known)
        or _out_of_question(event, program, beneficiary)
        or _in_another_way(event, known)
        or _rewarded_enough(event, known.wins, program)
    )
    return settled or _by_the_rules(event, program, known, beneficiary)


def _out_of_question(event: DealEvent, program: Program, beneficiary: Beneficiary) -> Judgment | None:
    """What decides without the rules and without the deal's history; None when nothing does."""
    if beneficiary is Beneficiary.REFERRED and event.referred is None:
        return Judgment(Outcome.NO_REWARD, "the deal names nobody who was referred")
    if event.deal.closed_at > event.timestamp + CLOSES_AHEAD_MOST:
        why = f"the deal closes at {event.deal.closed_at.isoformat()}, long after it was told: correct its date"
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    outside = out_of_program(program, facts_of(event, beneficiary))
    return Judgment(outside.outcome, outside.why) if outside is not None else None


def _rewarded_enough(event: DealEvent, wins: tuple[Win, ...], program: Program) -> Judgment | None:
    """Whether what happens again and again was rewarded as often for this deal as the program does."""
    trigger = program.trigger_of(event.trigger)
    if event.trigger in ONCE or trigger is None:
        return None
    if rewarded_beside(wins, event.occurrence) < trigger.per_deal:
        return None
    times = "once" if trigger.per_deal == 1 else f"{trigger.per_deal} times"
    return Judgment(Outcome.NO_REWARD, f"{event.trigger} is rewarded {times} for one deal, and was")


def _told_again(event: DealEvent, known: Known) -> Judgment | None:
    """Whether the same win was told before and is settled, whatever the program says by now; None if not."""
    same = win_of(known.wins, event.occurrence)
    told = same if same is not None and same.told else win_of(known.beside, event.occurrence)
    # A win that earned nothing is judged anew when it is told again: the program may pay for it by now.
    if told is not None and told.settled:
        if told.fingerprint != event.fingerprint:
            why = f"the same win was told with other content by event {told.event_id}"
            return Judgment(Outcome.NEEDS_ATTENTION, why)
        if told is same:
            return Judgment(Outcome.DUPLICATE, str(told.event_id))
    return None


def _in_another_way(event: DealEvent, known: Known) -> Judgment | None:
    """What else of the deal's history decides alone; None when nothing does."""
    same = win_of(known.wins, event.occurrence)
    revised_in = replace(same, total=None).currencies() if same is not None else frozenset()
    if revised_in - {event.deal.amount.currency}:
        return Judgment(Outcome.NEEDS_ATTENTION, "what was told about this win before is in another currency")
    if same is not None and same.undone:
        return Judgment(Outcome.REVERSED, "its reversal came before it")
    wins = along_with(known.wins, known.beside)
    other = in_the_way(wins, event.deal.closed_at) if event.trigger in ONCE else None
    if other is not None:
        why = (
            f"the deal was already won at {other.occurrence} (event {other.event_id}); a later win earns again "
            "only after a recorded reversal"
        )
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    return None


def _by_the_rules(event: DealEvent, program: Program, known: Known, beneficiary: Beneficiary) -> Judgment:
    remembered = win_of(known.wins, event.occurrence) or Win(event.occurrence)
    standing, unsaid = remembered.standing(event), remembered.unsaid(event.deal.amount)
    if remembered.amendment and standing.deal.amount.amount_minor == 0:
        return Judgment(Outcome.NO_REWARD, "it was amended to a total of zero")
    facts = facts_of(standing, beneficiary)
    awarded = award(program, facts, known.counts, known.reserved, beneficiary)
    if isinstance(awarded, NoAward):
        return Judgment(awarded.outcome, awarded.why, lacks=awarded.outcome is Outcome.NEEDS_ATTENTION)
    why = lacking(awarded.rules, unsaid)
    if why is not None:
        return Judgment(Outcome.NEEDS_ATTENTION, why, lacks=True)
    explanation = replace(
        explained(program, known.version, facts, awarded.evaluated, known.counts),
        amount=Money(awarded.amount_minor, awarded.currency),
        limits=awarded.limits,
        channel_why=awarded.channel_why,
        told_late=told_late(program, event.deal.closed_at, max(event.timestamp, known.told_at or event.timestamp)),
    )
    if explanation.is_too_long:
        parts = len(explanation.parts)
        why = f"the rules pay it in {parts} parts, and that is more than can be kept: a person must say what it earns"
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    earned = Earned(awarded.rules, awarded.channel, explanation.amount, explanation)
    return Judgment(Outcome.REWARDED, words(explanation), earned)
