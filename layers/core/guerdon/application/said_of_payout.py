"""What a person says became of a payout, and when their word cannot be taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from guerdon.application.attempts import ABSENT_PROVES_AFTER, is_conclusive
from guerdon.application.reconciliation_records import SeenLine
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.domain.channel import Channel
from guerdon.domain.money import Money
from guerdon.domain.payout import SAID_NOT_MOVED, Payout
from guerdon.domain.reconciliation import LineKind, LineState

SAID_CARRIED_OUT: Final = "a person said that it was carried out"

_HELD: Final = frozenset({AnswerState.PREPARED, AnswerState.PENDING})
"""Answers of a provider that still has it, and may carry it out."""

_A_DAY: Final = timedelta(days=1)
"""A provider's date may be that of another time zone than ours."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """It was carried out.

    Attributes:
        provider_id: What the provider calls it, where they looked.
        cost: What the provider charged; the payout's value if it is not said.
        on: The provider's date of it; today if it is not said.
        check_number: The number printed on the check, if it is one.
    """

    provider_id: str | None = None
    cost: Money | None = None
    on: date | None = None
    check_number: str | None = None

    state: ClassVar = AnswerState.DONE
    words: ClassVar = "carried out"


@dataclass(frozen=True, slots=True)
class NothingMoved:
    """No money moved, and none will: it may be paid again."""

    state: ClassVar = AnswerState.ABSENT
    words: ClassVar = "nothing moved"


Said = CarriedOut | NothingMoved


def said_answer(said: Said, attempt: Attempt, actor: str) -> ProviderAnswer:
    """The answer that stands in the attempt from now on, in the provider's stead."""
    if isinstance(said, NothingMoved):
        return ProviderAnswer(attempt.reference, "", said.state, SAID_NOT_MOVED, said_by=actor)
    provider_id = attempt.provider_id or said.provider_id or ""
    return ProviderAnswer(
        attempt.reference,
        provider_id,
        said.state,
        SAID_CARRIED_OUT,
        cost=said.cost,
        value_on=said.on,
        check_number=said.check_number,
        said_by=actor,
    )


def not_to_be_said(payout: Payout, attempt: Attempt, now: datetime) -> str | None:
    """Why nobody may say now what became of a payout, whatever they would say; None if they may."""
    if is_conclusive(attempt) and attempt.answer is not None:
        who = attempt.answer.said_by or attempt.provider
        known = f"{who} said of {attempt.reference} that it is {attempt.answer.state}"
        return f"{known}: it is settled by that within minutes" if not payout.ended else f"{known}: nothing is unknown"
    if not payout.is_unknown(now):
        return f"it is {payout.status}, and its fulfillment is at it: nothing is unknown yet"
    quiet_at = max(attempt.last_sent_at, payout.waiting_since or attempt.last_sent_at) + ABSENT_PROVES_AFTER
    if now < quiet_at:
        return f"a call that was begun may still arrive there: look there once more at {_text(quiet_at)}"
    return None


def not_carried_out(said: CarriedOut, payout: Payout, attempt: Attempt, now: datetime) -> str | None:
    """Why it cannot be said that it was carried out so; what never was would be lost to its recipient."""
    if attempt.provider_id and said.provider_id and said.provider_id != attempt.provider_id:
        return f"{attempt.provider} calls it {attempt.provider_id}, not {said.provider_id}"
    if attempt.absent_since is not None and not said.provider_id:
        looked = f"{attempt.provider} was asked at {_text(attempt.absent_since)} and did not know it"
        return f"{looked}: give what they call it, with --provider-id"
    if said.check_number is not None and payout.channel is not Channel.CHECK:
        return "only a check has a number"
    if said.cost is not None and said.cost.amount_minor < 0:
        return "its cost cannot be below zero"
    earliest, latest = (attempt.first_sent_at - _A_DAY).date(), (now + _A_DAY).date()
    if said.on is not None and not earliest <= said.on <= latest:
        return f"it was asked for on {attempt.first_sent_at.date()}, so it was not carried out on {said.on}"
    return None


def not_unmoved(attempt: Attempt, lines: Iterable[SeenLine]) -> str | None:
    """Why it cannot be said that nothing moved: the provider says otherwise, and paying again would pay twice.

    Args:
        attempt: What was asked for.
        lines: The lines of the provider's statement that carry its reference.
    """
    for seen in lines:
        line = seen.line
        if line.kind is LineKind.PAYOUT and line.state in {LineState.UNDER_WAY, LineState.DONE}:
            has_it = f"{line.source}'s statement of {line.on} has it as {line.line_id}"
            return f"{has_it}, {line.amount.words}: {line.state}"
    answer = attempt.answer
    if answer is None or answer.state not in _HELD or attempt.absent_since:
        return None
    has_it = f"{attempt.provider} has it as {attempt.provider_id or attempt.reference} ({answer.state})"
    return f"{has_it}: cancel it there, and it is settled by what they say then"


def still_held(attempt: Attempt, lines: Iterable[SeenLine]) -> str | None:
    """Why a person cannot take back that it was carried out: the provider had accepted it, and nothing undid that.

    Args:
        attempt: What was asked for; its answer is the person's, so what the provider said last is not known.
        lines: The lines of the provider's statement that carry its reference.
    """
    undone = any(seen.line.kind is LineKind.PAYOUT and seen.line.state is LineState.UNDONE for seen in lines)
    if attempt.provider_id is None or attempt.absent_since is not None or undone:
        return None
    has_it = f"{attempt.provider} accepted it as {attempt.provider_id}"
    return f"{has_it}: cancel it there, and it comes back by what they say then"


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
