"""Before a payout is paid again on a person's word that nothing moved, its provider is asked once more.

The word ends an attempt that nobody could find out about. It is enough for the books; for money it has to stand up to
what the provider knows at the moment of paying.
"""

from dataclasses import dataclass
from typing import Final

from guerdon.application.attempts import NOTHING_MOVED, record_answer
from guerdon.application.ports import Clock, PayoutProvider, Store
from guerdon.application.records import AnswerState, Attempt

END_IT_THERE: Final = "end it there first"
"""Ends what a payout says that is not paid again since its provider may still carry out what was given up."""


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """What is known of a payout's earlier attempts.

    Attributes:
        attempts: All of them, as they are stored now.
        still_there: Why nothing may be paid yet, in words; None if no provider contradicts the person.
    """

    attempts: tuple[Attempt, ...]
    still_there: str | None = None


def asked_again(store: Store, clock: Clock, provider: PayoutProvider, attempts: tuple[Attempt, ...]) -> AskedAgain:
    """Look up each attempt that ended by a person's word; for any other this costs nothing.

    Raises:
        ProviderUnavailable: It cannot be asked now, so nothing may be paid now.
        OutcomeUnknown: The same.
        StoreBusy: The attempt kept changing.
    """
    known: list[Attempt] = []
    still_there: str | None = None
    for attempt in attempts:
        if not ended_by_a_word(attempt):
            known.append(attempt)
            continue
        request = store.frozen_request(attempt.reference)
        if request is None or not request.body:
            still_there = f"{attempt.reference} cannot be looked up any more: its request was erased"
            known.append(attempt)
            continue
        found = provider.look_up(request, clock.now())
        if found is not None:
            attempt = record_answer(store, clock, attempt, found)  # noqa: PLW2901 - it is the same attempt, as it is stored.
            if found.state not in NOTHING_MOVED | {AnswerState.DONE, AnswerState.RETURNED}:
                still_there = f"{provider.name} has {attempt.reference} as {found.state}: {END_IT_THERE}"
        known.append(attempt)
    return AskedAgain(tuple(known), still_there)


def ended_by_a_word(attempt: Attempt) -> bool:
    """Whether all that says that nothing moved is a person."""
    answer = attempt.answer
    return answer is not None and answer.said_by is not None and answer.state in NOTHING_MOVED
