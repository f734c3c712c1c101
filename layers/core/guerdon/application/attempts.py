"""What a provider said about an attempt, written down so that knowledge only grows.

    PREPARED < PENDING < REFUSED, OUT_OF_FUNDS, CANCELED, ABSENT < DONE < RETURNED

A late or repeated message says less than what is known and changes nothing; money coming back is more. What a person
said in a provider's stead counts as its answer until the provider says something itself that is as much or more.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.ports import Clock, Store
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.application.transaction import Committed, Replace
from guerdon.domain.errors import StoreBusy

TRIES_MOST: Final = 8

CONCLUSIVE: Final = frozenset(
    {
        AnswerState.REFUSED,
        AnswerState.OUT_OF_FUNDS,
        AnswerState.CANCELED,
        AnswerState.ABSENT,
        AnswerState.DONE,
        AnswerState.RETURNED,
    }
)
"""Answers after which the payout's books can be settled."""

ABSENT_PROVES_AFTER: Final = timedelta(hours=1)
"""How far apart two empty look-ups must be, and how long after the last call, to prove that nothing moved.

The longest that a call can still be on its way is a function's timeout, well under a minute.
"""

_KNOWS: Final = {
    AnswerState.PREPARED: 0,
    AnswerState.PENDING: 1,
    AnswerState.REFUSED: 2,
    AnswerState.OUT_OF_FUNDS: 2,
    AnswerState.CANCELED: 2,
    AnswerState.ABSENT: 2,
    AnswerState.DONE: 3,
    AnswerState.RETURNED: 4,
}


NOTHING_MOVED: Final = frozenset(
    {AnswerState.REFUSED, AnswerState.OUT_OF_FUNDS, AnswerState.CANCELED, AnswerState.ABSENT}
)
"""Answers that prove that no money moved."""


def is_conclusive(attempt: Attempt) -> bool:
    """Whether the outcome of the attempt is known."""
    return attempt.answer is not None and attempt.answer.state in CONCLUSIVE


def merged(known: ProviderAnswer | None, said: ProviderAnswer) -> ProviderAnswer:
    """What is known once `said` was heard."""
    if known is None:
        return said
    if known.state is AnswerState.DONE and _undoes(known, said):
        # It had been carried out, so undoing it brought money back; so it is booked if a person was mistaken, too.
        number = said.check_number or known.check_number
        return replace(said, state=AnswerState.RETURNED, cost=said.cost or known.cost, check_number=number)
    if _weight(said) <= _weight(known):
        return known
    # A later message may leave out what an earlier one told.
    return replace(
        said,
        cost=said.cost or known.cost,
        value_on=said.value_on or known.value_on,
        check_number=said.check_number or known.check_number,
    )


def record_answer(store: Store, clock: Clock, attempt: Attempt, said: ProviderAnswer) -> Attempt:
    """Write down what the provider said, and return the attempt as it is stored then.

    The first provider id that is saved stays: of several drafts only that one may be confirmed.

    Raises:
        StoreBusy: The attempt kept changing.
    """
    for tries in range(1, TRIES_MOST + 1):
        if _is_about_another(attempt, said):
            return attempt
        answer = merged(attempt.answer, said)
        provider_id = attempt.provider_id or said.provider_id or None
        if answer == attempt.answer and provider_id == attempt.provider_id and attempt.absent_since is None:
            return attempt
        heard = replace(attempt, answer=answer, provider_id=provider_id, absent_since=None, version=attempt.version + 1)
        if store.commit((Replace(heard),)) is Committed.YES:
            return heard
        clock.pause(tries)
        attempt = read_again(store, attempt)
    raise StoreBusy(f"attempt {attempt.reference} kept changing")


def record_proof(store: Store, clock: Clock, attempt: Attempt, said: ProviderAnswer) -> Attempt:
    """Write down that nothing moved, unless anybody acted on the attempt since it was read.

    Whoever begins another call raises the attempt's version first. What was found out before that call proves
    nothing about it, so nothing is written then, and the attempt comes back as it is stored.

    Raises:
        StoreBusy: The store kept answering that there was a conflict.
    """
    provider_id = attempt.provider_id or said.provider_id or None
    answer = merged(attempt.answer, said)
    judged = replace(attempt, answer=answer, provider_id=provider_id, version=attempt.version + 1)
    for tries in range(1, TRIES_MOST + 1):
        if store.commit((Replace(judged),)) is Committed.YES:
            return judged
        stored = read_again(store, attempt)
        if stored.version != attempt.version:
            return stored
        clock.pause(tries)
    raise StoreBusy(f"attempt {attempt.reference} kept changing")


def record_absence(store: Store, clock: Clock, attempt: Attempt, now: datetime) -> Attempt:
    """Write down that a look-up found nothing; if that is proof by now, as the answer ABSENT.

    What the provider once accepted is not absent, whatever a look-up says: the look-up must be at fault, as with
    the key of another account. That it found nothing is kept, for the person who has to find out.

    Raises:
        StoreBusy: The attempt kept changing.
    """
    accepted = attempt.answer is not None and attempt.answer.state is AnswerState.PENDING
    first = attempt.absent_since
    if first is not None and accepted:
        return attempt
    if first is not None:
        apart = now - max(first, attempt.last_sent_at)
        if apart >= ABSENT_PROVES_AFTER:
            absent = ProviderAnswer(attempt.reference, "", AnswerState.ABSENT, "not found twice, an hour apart")
            return record_proof(store, clock, attempt, absent)
        return attempt
    seen = replace(attempt, absent_since=now, version=attempt.version + 1)
    if store.commit((Replace(seen),)) is Committed.YES:
        return seen
    return read_again(store, attempt)


def read_again(store: Store, attempt: Attempt) -> Attempt:
    """The attempt as it is stored now.

    Raises:
        StoreBusy: It cannot be found; an attempt is never deleted.
    """
    stored = store.attempt(attempt.payout_id, attempt.number)
    if stored is None:
        raise StoreBusy(f"attempt {attempt.reference} is not there")
    return stored


def _weight(answer: ProviderAnswer) -> tuple[int, bool]:
    """How much an answer says: of two that say the same, the provider's own is more than a person's word."""
    return _KNOWS[answer.state], answer.said_by is None


def _undoes(known: ProviderAnswer, said: ProviderAnswer) -> bool:
    """Whether `said` means that what counts as carried out is not, or is not any more."""
    return said.state is AnswerState.CANCELED or (known.said_by is not None and said.state in NOTHING_MOVED)


def _is_about_another(attempt: Attempt, said: ProviderAnswer) -> bool:
    """Whether this is the end of another draft than the saved one, which says nothing of the saved one."""
    other = bool(attempt.provider_id and said.provider_id) and said.provider_id != attempt.provider_id
    return other and said.state is AnswerState.CANCELED
