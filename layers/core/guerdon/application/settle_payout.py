"""Settle a payout in the books by what is known of its current attempt: the only way to a final status."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.attempts import TRIES_MOST
from guerdon.application.ports import Clock, Store
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.application.transaction import Committed, Insert, Replace, Transaction
from guerdon.domain import ledger
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

LOOK_AGAIN_AFTER: Final = timedelta(hours=1)
"""When the sweep asks the provider again about an outcome that stayed unknown."""

OUTCOME_UNKNOWN: Final = "the provider has not said what became of it"
CONTRADICTED: Final = "the provider says that it was carried out after it was recorded that nothing moved"

_CARRIED_OUT: Final = frozenset({AnswerState.DONE, AnswerState.RETURNED})
_NOT_SENT: Final = frozenset({PayoutStatus.EARNED, PayoutStatus.RELEASED})
_NOTHING_MOVED: Final = frozenset({AnswerState.REFUSED, AnswerState.ABSENT, AnswerState.CANCELED})


@dataclass(frozen=True, slots=True)
class SettlePayout:
    """Turn the answer on a payout's current attempt into a status and a journal entry."""

    store: Store
    clock: Clock

    def __call__(self, payout_id: str, run: int, error: str | None = None) -> Payout:
        """The payout as it stands afterwards.

        Args:
            payout_id: Whose attempt is judged.
            run: The run that asks. A fact about the current attempt counts whoever asks; an `error` only
                stands for its own run.
            error: What stopped the run's fulfillment, if something did: the name of an error, no more.

        Raises:
            StoreBusy: The payout kept changing.
        """
        for attempt in range(1, TRIES_MOST + 1):
            payout = self.store.payout(payout_id)
            if payout is None:
                raise StoreBusy(f"payout {payout_id} is not there")
            stopped = error if payout.run == run else None
            answer = self._answer(payout, payout.attempts)
            now = self.clock.now()
            writes = _settlement(payout, answer, stopped, now) or self._contradiction(payout, now)
            if not writes:
                return payout
            if self.store.commit(writes) is not Committed.YES:
                self.clock.pause(attempt)
        raise StoreBusy(f"payout {payout_id} kept changing")

    def _answer(self, payout: Payout, number: int) -> ProviderAnswer | None:
        attempt = self.store.attempt(payout.payout_id, number) if number else None
        return attempt.answer if attempt else None

    def _contradiction(self, payout: Payout, now: datetime) -> Transaction:
        """An earlier attempt was given up on proof that nothing moved: if it was carried out, a person must know."""
        earlier = (self._answer(payout, number) for number in range(1, payout.attempts))
        if not any(answer is not None and answer.state is AnswerState.DONE for answer in earlier):
            return ()
        if payout.status in _NOT_SENT:
            return (Replace(payout.blocked(BlockReason.WORKFLOW, now, CONTRADICTED)),)
        return _attention(payout, CONTRADICTED, payout.look_at)


def _settlement(payout: Payout, answer: ProviderAnswer | None, error: str | None, now: datetime) -> Transaction:
    """What is to be written for `answer`, or else for `error`; nothing when the payout says it all already."""
    by_answer = _by_answer(payout, answer, now) if answer else ()
    return by_answer or (_stopped(payout, error, now) if error is not None else ())


def _by_answer(payout: Payout, answer: ProviderAnswer, now: datetime) -> Transaction:
    match payout.status:
        case PayoutStatus.SUBMITTED:
            return _outcome(payout, answer, now)
        case PayoutStatus.SETTLED if answer.state is AnswerState.RETURNED:
            returned = payout.returned(now, answer.detail)
            return Replace(returned), Insert(ledger.returned(returned, now, answer.value_on or now.date()))
        case PayoutStatus.FAILED if answer.state in _CARRIED_OUT:
            return _attention(payout, CONTRADICTED, None)
        case PayoutStatus.BLOCKED if answer.state is AnswerState.DONE:
            return _attention(payout, CONTRADICTED, None)
        case PayoutStatus.EARNED | PayoutStatus.RELEASED if answer.state is AnswerState.DONE:
            # A person released it again on the word that nothing had moved: paying now would pay twice.
            return (Replace(payout.blocked(BlockReason.WORKFLOW, now, CONTRADICTED)),)
        case _:
            return ()


def _outcome(payout: Payout, answer: ProviderAnswer, now: datetime) -> Transaction:
    if answer.state in _CARRIED_OUT:
        # Money that came back had gone first: the settlement is booked, and the next pass books the return.
        cost = answer.cost or payout.value
        settled = payout.settled(now, cost, answer.provider_id)
        return Replace(settled), Insert(ledger.settled(settled, cost, now, answer.value_on or now.date()))
    if answer.state in _NOTHING_MOVED:
        failed = payout.failed(now, answer.detail)
        return Replace(failed), Insert(ledger.failed(failed, now))
    if answer.state is AnswerState.OUT_OF_FUNDS:
        blocked = payout.blocked(BlockReason.FUNDS, now)
        return Replace(blocked), Insert(ledger.failed(blocked, now))
    return ()


def _stopped(payout: Payout, error: str, now: datetime) -> Transaction:
    match payout.status:
        case PayoutStatus.SUBMITTED if payout.attention != CONTRADICTED:
            return _attention(payout, OUTCOME_UNKNOWN, now + LOOK_AGAIN_AFTER)
        case PayoutStatus.EARNED | PayoutStatus.RELEASED:
            # If its pay step is still alive somewhere, either this write or its intent wins, never both.
            return (Replace(payout.blocked(BlockReason.WORKFLOW, now, error)),)
        case _:
            return ()


def _attention(payout: Payout, attention: str, look_at: datetime | None) -> Transaction:
    if payout.attention == attention:
        return ()
    return (Replace(payout.noticed(attention, look_at)),)
