"""What one deal event means, given what is known: pure, and so the same today, in a replay, and on the command line."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from guerdon.domain.deal import DEAL_CLOSED, DealEvent
from guerdon.domain.program import Program
from guerdon.domain.rules import CannotDecide, Earned, NothingEarned, evaluate


class Outcome(StrEnum):
    """How the evaluation of an inbox event ended; every event ends in one of these."""

    REWARDED = "rewarded"
    NO_REWARD = "no_reward"
    NOT_A_REFERRAL = "not_a_referral"
    BEFORE_START = "before_start"
    UNKNOWN_PROGRAM = "unknown_program"
    DUPLICATE = "duplicate"
    NEEDS_ATTENTION = "needs_attention"


CLOSES_AHEAD_MOST: Final = timedelta(days=31)
"""How far a closing date may lie ahead of the message that tells it; a mistyped year would hold money for decades."""


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """The win of the same deal that was decided last."""

    event_id: str
    occurrence: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a judgment rests on beside the event itself.

    Attributes:
        program: The rules in force, None when no program has the event's name.
        version: Which published version they are; 0 for a file that is not published.
        told_before: The deal's win that was decided last, if one was.
        counted: How many deals of the advocate were counted in the deal's period so far.
    """

    program: Program | None
    version: int = 0
    told_before: ToldBefore | None = None
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Judgment:
    """An outcome and why, and what was earned if something was.

    `why` is a sentence for people; for a duplicate it is the id of the event that is repeated.
    """

    outcome: Outcome
    why: str
    earned: Earned | None = None


def judge(event: DealEvent, known: Known) -> Judgment:
    """Judge `event` by what is known."""
    # What a CRM says later about a deal that was rewarded concerns us, whether it names the advocate again or not.
    about_a_win = event.type != DEAL_CLOSED and known.told_before is not None
    if known.program is None or (event.advocate is None and not about_a_win):
        return _no_case(event)
    if event.type != DEAL_CLOSED:
        return Judgment(Outcome.NEEDS_ATTENTION, f"{event.type} waits for a person: only {DEAL_CLOSED} is acted on")
    if event.deal.closed_at > event.timestamp + CLOSES_AHEAD_MOST:
        why = f"the deal closes at {event.deal.closed_at.isoformat()}, long after it was told: correct its date"
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    if event.deal.closed_at < known.program.starts_at:
        starts = known.program.starts_at.isoformat()
        return Judgment(Outcome.BEFORE_START, f"the deal closed before the program starts, {starts}")
    if known.told_before is not None:
        return _told_again(event, known.told_before)
    return _by_the_rules(event, known.program, known)


def _no_case(event: DealEvent) -> Judgment:
    if event.advocate is None:
        return Judgment(Outcome.NOT_A_REFERRAL, "the deal names no advocate")
    return Judgment(Outcome.UNKNOWN_PROGRAM, f"no program {event.program[:63]!r} is published")


def _by_the_rules(event: DealEvent, program: Program, known: Known) -> Judgment:
    evaluation = evaluate(program, known.version, event, ordinal=1 + known.counted)
    match evaluation:
        case Earned():
            return Judgment(Outcome.REWARDED, evaluation.explanation.words, evaluation)
        case NothingEarned():
            return Judgment(Outcome.NO_REWARD, evaluation.why)
        case CannotDecide():
            return Judgment(Outcome.NEEDS_ATTENTION, evaluation.why)


def _told_again(event: DealEvent, before: ToldBefore) -> Judgment:
    if before.occurrence != event.occurrence:
        why = (
            f"the deal was already won at {before.occurrence} (event {before.event_id}); a later win earns again only "
            "after a recorded reversal"
        )
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    if before.fingerprint != event.fingerprint:
        return Judgment(Outcome.NEEDS_ATTENTION, f"the same win was told with other content by event {before.event_id}")
    return Judgment(Outcome.DUPLICATE, before.event_id)
