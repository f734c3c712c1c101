"""Settle a payout in the books by what is known of its current attempt: the only way to a final status."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guerdon.application.attempts import NOTHING_MOVED, TRIES_MOST
from guerdon.application.came_back import came_back, is_to_come_back, reward_of
from guerdon.application.check_rows import with_check
from guerdon.application.funds_waiting import with_funds_hold
from guerdon.application.grant import beside_earlier, new_payout, owing
from guerdon.application.ports import Clock, Store
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.application.siblings import NOT_SENT, siblings_stopped
from guerdon.application.transaction import Committed, Insert, Replace, Transaction
from guerdon.domain import ledger
from guerdon.domain.errors import StoreBusy
from guerdon.domain.money import Money
from guerdon.domain.payout import CONTRADICTED, OUTCOME_UNKNOWN, BlockReason, Payout, PayoutStatus
from guerdon.domain.taking_back import take_back

_CARRIED_OUT: Final = frozenset({AnswerState.DONE, AnswerState.RETURNED})
_NOTHING_MOVED: Final = NOTHING_MOVED - {AnswerState.OUT_OF_FUNDS}


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
            writes = (
                self._taken_back(payout, now)
                or self._came_back(payout, answer, now)
                or _settlement(payout, answer, stopped, now)
                or self._contradiction(payout, now)
            )
            writes = with_check(self.store, payout, self._with_siblings_stopped(payout, writes, now), answer, now)
            writes = with_funds_hold(self.store, writes, now)
            if not writes:
                return payout
            if self.store.commit(writes) is not Committed.YES:
                self.clock.pause(attempt)
        raise StoreBusy(f"payout {payout_id} kept changing")

    def _answer(self, payout: Payout, number: int) -> ProviderAnswer | None:
        attempt = self.store.attempt(payout.payout_id, number) if number else None
        return attempt.answer if attempt else None

    def _taken_back(self, payout: Payout, now: datetime) -> Transaction:
        """What a reversal wanted while the provider had the payout, once it is known what became of it."""
        if payout.take_back is None or payout.status is PayoutStatus.SUBMITTED:
            return ()
        taken = take_back(payout, Money(0, payout.value.currency), now)
        entry = ledger.taken_back(taken.payout, now, unpaid=taken.unpaid, paid=taken.paid)
        writes: Transaction = (Replace(taken.payout), Insert(entry))
        if taken.rest.amount_minor > 0:
            # The sweep starts its fulfillment: this step may only end the one that it is a part of.
            reward = reward_of(self.store, payout)
            earlier = [one for one in map(self.store.payout, reward.payout_ids) if one is not None]
            rest = new_payout(reward, len(reward.payout_ids), taken.rest, payout.event_id, now)
            rest = beside_earlier(rest, earlier, now)
            writes += (Insert(rest), Replace(reward.given(rest.payout_id)))
        owed = self.store.receivable(payout.advocate_id, payout.value.currency)
        return writes + owing(owed, payout.advocate_id, taken.paid)

    def _came_back(self, payout: Payout, answer: ProviderAnswer | None, now: datetime) -> Transaction:
        if answer is None or not is_to_come_back(payout, answer):
            return ()
        return came_back(self.store, payout, answer, now)

    def _with_siblings_stopped(self, payout: Payout, writes: Transaction, now: datetime) -> Transaction:
        """What replaced a payout that turned out paid after all must not be paid beside it."""
        after = next((write.row for write in writes if isinstance(write.row, Payout)), payout)
        if after.status is not PayoutStatus.REVERSED or after.attention != CONTRADICTED or after == payout:
            return writes
        return writes + siblings_stopped(self.store, payout, now)

    def _contradiction(self, payout: Payout, now: datetime) -> Transaction:
        """An earlier attempt was given up on proof that nothing moved: if it was carried out, a person must know."""
        earlier = (self._answer(payout, number) for number in range(1, payout.attempts))
        if not any(answer is not None and answer.state is AnswerState.DONE for answer in earlier):
            return ()
        if payout.status in NOT_SENT:
            return (Replace(payout.blocked(BlockReason.WORKFLOW, now, CONTRADICTED)),)
        return _attention(payout, CONTRADICTED, now, payout.look_at)


def _settlement(payout: Payout, answer: ProviderAnswer | None, error: str | None, now: datetime) -> Transaction:
    """What is to be written for `answer`, or else for `error`; nothing when the payout says it all already."""
    by_answer = _by_answer(payout, answer, now) if answer else ()
    return by_answer or (_stopped(payout, error, now) if error is not None else ())


def _by_answer(payout: Payout, answer: ProviderAnswer, now: datetime) -> Transaction:
    match payout.status:
        case PayoutStatus.SUBMITTED:
            return _outcome(payout, answer, now)
        case PayoutStatus.FAILED if answer.state in _CARRIED_OUT:
            return _attention(payout, CONTRADICTED, now, None)
        case PayoutStatus.BLOCKED | PayoutStatus.RETURNED | PayoutStatus.REVERSED if answer.state is AnswerState.DONE:
            return _attention(payout, CONTRADICTED, now, None)
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
            # The task that waited as long as the channel is given ends like this, as does one that broke early.
            attention = payout.overdue_words if payout.is_overdue(now) else OUTCOME_UNKNOWN
            return _attention(payout, attention, now, payout.look_next(now))
        case PayoutStatus.EARNED | PayoutStatus.RELEASED:
            # If its pay step is still alive somewhere, either this write or its intent wins, never both.
            return (Replace(payout.blocked(BlockReason.WORKFLOW, now, error)),)
        case _:
            return ()


def _attention(payout: Payout, attention: str, now: datetime, look_at: datetime | None) -> Transaction:
    if payout.attention == attention:
        return ()
    return (Replace(payout.noticed(attention, now, look_at)),)
