"""What one deal event means, given what is known: pure, and so the same today, in a replay, and on the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from guerdon.domain.deal import DealEvent
from guerdon.domain.limits import Refused, limited
from guerdon.domain.money import Money
from guerdon.domain.program import Budget, Program
from guerdon.domain.rules import CannotDecide, Earned, NothingEarned, evaluate
from guerdon.domain.wins import Win, in_the_way, win_of


class Outcome(StrEnum):
    """How the evaluation of an inbox event ended; every event ends in one of these."""

    REWARDED = "rewarded"
    NO_REWARD = "no_reward"
    OVER_LIMIT = "over_limit"  # A rule pays for it, and a limit of the program leaves nothing to pay.
    NOT_A_REFERRAL = "not_a_referral"
    BEFORE_START = "before_start"
    UNKNOWN_PROGRAM = "unknown_program"
    DUPLICATE = "duplicate"
    NEEDS_ATTENTION = "needs_attention"
    REVISED = "revised"  # A reversal or an amendment changed what a reward is worth.
    NO_CHANGE = "no_change"  # It says nothing that was not known, or nothing that changes the reward.
    REMEMBERED = "remembered"  # It came before its win, and will count when the win comes.
    REVERSED = "reversed"  # The win came after its reversal: it earns nothing.


CLOSES_AHEAD_MOST: Final = timedelta(days=31)
"""How far a closing date may lie ahead of the message that tells it; a mistyped year would hold money for decades."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a judgment rests on beside the event itself.

    Attributes:
        program: The rules in force, None when no program has the event's name.
        version: Which published version they are; 0 for a file that is not published.
        wins: What was told about the deal before.
        counted: How many deals of the advocate were counted in the deal's period so far.
        reserved: What rewards are worth that count in each budget of the program's limits already; nothing for a
            budget that is not in it.
    """

    program: Program | None
    version: int = 0
    wins: tuple[Win, ...] = ()
    counted: int = 0
    reserved: Mapping[Budget, Money] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgment:
    """An outcome and why, and what was earned if something was.

    `why` is a sentence for people; for a duplicate it is the id of the event that is repeated.
    """

    outcome: Outcome
    why: str
    earned: Earned | None = None


def judge(event: DealEvent, known: Known) -> Judgment:
    """Judge a win by what is known."""
    if known.program is None or event.advocate is None:
        return _no_case(event)
    if event.deal.closed_at > event.timestamp + CLOSES_AHEAD_MOST:
        why = f"the deal closes at {event.deal.closed_at.isoformat()}, long after it was told: correct its date"
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    if event.deal.closed_at < known.program.starts_at:
        starts = known.program.starts_at.isoformat()
        return Judgment(Outcome.BEFORE_START, f"the deal closed before the program starts, {starts}")
    settled_by_history = _told_again(event, known.wins)
    if settled_by_history is not None:
        return settled_by_history
    return _by_the_rules(event, known.program, known)


def _no_case(event: DealEvent) -> Judgment:
    if event.advocate is None:
        return Judgment(Outcome.NOT_A_REFERRAL, "the deal names no advocate")
    return Judgment(Outcome.UNKNOWN_PROGRAM, f"no program {event.program[:63]!r} is published")


def _told_again(event: DealEvent, wins: tuple[Win, ...]) -> Judgment | None:
    """What the deal's history alone decides; None when this is a win that was not told before."""
    same = win_of(wins, event.occurrence)
    # A win that earned nothing is judged anew when it is told again: the program may pay for it by now.
    if same is not None and same.event_id is not None and (same.reward_id is not None or same.undone):
        if same.fingerprint != event.fingerprint:
            why = f"the same win was told with other content by event {same.event_id}"
            return Judgment(Outcome.NEEDS_ATTENTION, why)
        return Judgment(Outcome.DUPLICATE, same.event_id)
    revised_in = replace(same, total=None).currencies() if same is not None else frozenset()
    if revised_in and event.deal.amount.currency not in revised_in:
        return Judgment(Outcome.NEEDS_ATTENTION, "what was told about this win before is in another currency")
    if same is not None and same.undone:
        return Judgment(Outcome.REVERSED, "its reversal came before it")
    other = in_the_way(wins, event.deal.closed_at)
    if other is not None:
        why = (
            f"the deal was already won at {other.occurrence} (event {other.event_id}); a later win earns again "
            "only after a recorded reversal"
        )
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    return None


def _by_the_rules(event: DealEvent, program: Program, known: Known) -> Judgment:
    remembered = win_of(known.wins, event.occurrence)
    total = remembered.standing_total(event.deal.amount) if remembered else event.deal.amount
    if remembered and remembered.amendment and total.amount_minor == 0:
        return Judgment(Outcome.NO_REWARD, "it was amended to a total of zero")
    standing = replace(event, deal=replace(event.deal, amount=total))
    evaluation = evaluate(program, known.version, standing, ordinal=1 + known.counted)
    match evaluation:
        case Earned():
            return _within_limits(event, program, known, evaluation)
        case NothingEarned():
            return Judgment(Outcome.NO_REWARD, evaluation.why)
        case CannotDecide():
            return Judgment(Outcome.NEEDS_ATTENTION, evaluation.why)


def _within_limits(event: DealEvent, program: Program, known: Known, earned: Earned) -> Judgment:
    left = limited(
        program, event.deal.closed_at, earned.amount, known.reserved, divisible=earned.rule.channel.divisible
    )
    if isinstance(left, Refused):
        return Judgment(Outcome.OVER_LIMIT, left.why)
    explanation = replace(earned.explanation, amount=left.amount, limits=left.applied)
    return Judgment(Outcome.REWARDED, explanation.words, replace(earned, amount=left.amount, explanation=explanation))
