"""A word about a payout that corrects an earlier one, or ends a contradiction: what is written then, or why it is not.

    the word before      the word now     the payout
    nothing moved        carried out      waits, or is on its way    submitted again without a call, and settled
                                          was sent again since       contradicted: the later run may have paid, too
    carried out          nothing moved    paid                       came back: owed again, and waits
    (the provider's) carried out after nothing moved, confirmed      submitted again without a call, and settled
    (the provider's) came back after that, confirmed                 the same, and back; or not contradicted any more

Each is one transaction on the version of the payout that was read, so whatever a fulfillment does at this moment, it
or the word comes first, and the other one reads that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guerdon.application.attempts import NOTHING_MOVED, merged
from guerdon.application.check_rows import CASHED, bank_paid
from guerdon.application.grant import doubt_about
from guerdon.application.ports import Store
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.application.said_of_payout import (
    SAID_CARRIED_OUT,
    CarriedOut,
    Said,
    not_carried_out,
    not_unmoved,
    said_answer,
    still_held,
)
from guerdon.application.siblings import contradicted
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.checks import CheckState
from guerdon.domain.payout import (
    AFTER_ALL,
    CONFIRMED,
    CONTRADICTED,
    SAID_AFTER_ALL,
    SAID_NOT_MOVED,
    Payout,
    PayoutStatus,
)

_ACCOUNTS_FOR_IT: Final = frozenset({PayoutStatus.SUBMITTED, PayoutStatus.SETTLED, PayoutStatus.CLAWED_BACK})
"""Statuses in whose books the newest attempt stands as paid, or as about to be."""

_BOOKED: Final = _ACCOUNTS_FOR_IT | {PayoutStatus.FAILED, PayoutStatus.RETURNED}
"""Statuses that say what became of an attempt."""

Corrected = tuple[ProviderAnswer, Transaction]
"""What counts from now on, and what is written for it."""

_HOW: Final = "if they were mistaken, say so with guerdon resolve --correct"


@dataclass(frozen=True, slots=True)
class Words:
    """A word about an attempt whose outcome is known already.

    Attributes:
        attempts: All attempts at the payout, the first one first.
        attempt: The one that the word is about.
        corrects: Whether the person means to correct what somebody said before.
    """

    payout: Payout
    attempts: tuple[Attempt, ...]
    attempt: Attempt
    said: Said
    actor: str
    corrects: bool

    @property
    def answer(self) -> ProviderAnswer | None:
        """What is known of the attempt."""
        return self.attempt.answer

    @property
    def is_newest(self) -> bool:
        """Whether nothing was sent for the payout since."""
        return self.attempt.number == self.payout.attempts

    @property
    def others(self) -> tuple[Attempt, ...]:
        """The other attempts at the payout."""
        return tuple(one for one in self.attempts if one.number != self.attempt.number)


def corrected(store: Store, words: Words, now: datetime) -> Corrected | str | None:
    """What counts from now on and what is written for it, or why it cannot be; None if there is nothing to correct."""
    if words.answer is None:
        return None
    if isinstance(words.said, CarriedOut):
        return _carried_out(store, words, words.said, words.answer, now)
    return _not_moved(store, words, words.answer, now)


def _carried_out(
    store: Store, words: Words, said: CarriedOut, answer: ProviderAnswer, now: datetime
) -> Corrected | str | None:
    if answer.said_by is not None and answer.state in NOTHING_MOVED:
        return _carried_out_after_all(store, words, said, now)
    if words.payout.attention == CONTRADICTED and (wrong := _given_up(words.payout)):
        return wrong
    if _is_confirmed(words, answer):
        return _paid(store, words, said, CONFIRMED, now)
    if words.payout.attention == CASHED and answer.state is AnswerState.RETURNED and words.is_newest:
        return _kept(words, answer, now)
    return None


def _not_moved(store: Store, words: Words, answer: ProviderAnswer, now: datetime) -> Corrected | str | None:
    if answer.said_by is not None and answer.state is AnswerState.DONE:
        return _not_moved_after_all(store, words, now)
    if answer.state is AnswerState.RETURNED and words.payout.attention == CONTRADICTED:
        return _over(store, words, answer, now)
    return None


def _is_confirmed(words: Words, answer: ProviderAnswer) -> bool:
    """Whether the provider carried out what was recorded as not moved, and a person says so too."""
    payout = words.payout
    unpaid = payout.attention == CONTRADICTED and payout.status in AFTER_ALL
    return unpaid and words.is_newest and answer.state is AnswerState.DONE


def _carried_out_after_all(store: Store, words: Words, said: CarriedOut, now: datetime) -> Corrected | str:
    """It is paid by that run if nothing was sent since; else it may have been paid twice."""
    payout, attempt = words.payout, words.attempt
    if wrong := _not_corrected(words, "nothing moved") or _given_up(payout):
        return wrong
    if wrong := not_carried_out(said, payout, attempt, now):
        return wrong
    if words.is_newest:
        return _paid(store, words, said, SAID_AFTER_ALL, now)
    answer = merged(attempt.answer, said_answer(said, attempt, words.actor))
    return answer, (_known(attempt, answer), *_at_least_noted(payout, contradicted(store, payout, now)))


def _paid(store: Store, words: Words, said: CarriedOut, why: str, now: datetime) -> Corrected | str:
    """The newest attempt counts as carried out; no run sends the payout again, and its reader settles it."""
    payout, attempt = words.payout, words.attempt
    if payout.take_back is not None and payout.status is not PayoutStatus.SUBMITTED:
        return _being_taken_back(payout)
    if wrong := not_carried_out(said, payout, attempt, now):
        return wrong
    answer = merged(attempt.answer, said_answer(said, attempt, words.actor))
    known = _known(attempt, answer)
    if payout.status not in AFTER_ALL:
        # The word before is not in the books yet.
        attention = None if payout.attention == CASHED else payout.attention
        return answer, (known, Replace(payout.noticed(attention, now, now)))
    doubled = any(_is_done(one) for one in words.others)
    beside = any(_paid_besides(store, one) for one in _beside(store, payout))
    after = payout.submitted_after_all(now, why, contradicted=doubled or beside)
    return answer, (known, Replace(after), Insert(ledger.failure_undone(after, now)))


def _kept(words: Words, answer: ProviderAnswer, now: datetime) -> Corrected:
    """The bank paid the check, and the provider says that it came back: a person says that the bank is right."""
    kept = replace(answer, state=AnswerState.DONE, detail=SAID_CARRIED_OUT, said_by=words.actor)
    return kept, (_known(words.attempt, kept), Replace(words.payout.noticed(None, now, now)))


def _not_moved_after_all(store: Store, words: Words, now: datetime) -> Corrected | str:
    """What was paid by that word alone is owed again; what was contradicted by it is not any more."""
    payout, attempt = words.payout, words.attempt
    if wrong := _not_corrected(words, "it was carried out") or _has_it(store, words):
        return wrong
    answer = said_answer(words.said, attempt, words.actor)
    if not words.is_newest:
        lifted = () if _is_disputed(store, words) else _lifted(store, words, now)
        return answer, (_known(attempt, answer), *_at_least_noted(payout, lifted))
    if payout.status not in _ACCOUNTS_FOR_IT:
        return f"it is {payout.status}: only what counts as paid can turn out not to be"
    if payout.take_back is not None and payout.status is not PayoutStatus.SUBMITTED:
        return _being_taken_back(payout)
    return answer, (_known(attempt, answer), Replace(payout.to_look_at(now)))


def _has_it(store: Store, words: Words) -> str | None:
    """Why it moved, or still may, whatever a person says."""
    attempt, lines = words.attempt, list(store.lines_of_reference(words.attempt.reference))
    if wrong := not_unmoved(attempt, lines) or still_held(attempt, lines):
        return wrong
    check = store.check(attempt.payout_id, attempt.number)
    if check is None or check.state is CheckState.VOIDED:
        return None
    if check.state is CheckState.CLEARED:
        return f"the bank paid its check on {check.cleared_on}"
    return bank_paid(store, check)


def _over(store: Store, words: Words, answer: ProviderAnswer, now: datetime) -> Corrected | str:
    """What was carried out against a proof came back: nothing speaks against the payout's own row any more."""
    if wrong := _is_disputed(store, words):
        return wrong
    payout = words.payout
    if not words.is_newest or payout.status not in AFTER_ALL or _has_its_return(payout, words.attempt):
        return answer, _lifted(store, words, now)
    # Both are booked, that it went and that it came back, since the provider may have kept a fee.
    after = payout.submitted_after_all(now, CONFIRMED, contradicted=False)
    still = tuple(_as_read(one) for one in _beside(store, payout))
    return answer, (Replace(after), Insert(ledger.failure_undone(after, now)), *still)


def _has_its_return(payout: Payout, newest: Attempt) -> bool:
    """Whether the books have it that what the newest attempt had paid came back.

    Its own lines may be among the older tries that a history does not keep: then the last ones are an earlier run's.
    """
    last = next((change for change in reversed(payout.history) if change.status in _BOOKED), None)
    if last is None or last.run < newest.run:
        return False
    return last.status is PayoutStatus.RETURNED and last.reason != SAID_NOT_MOVED


def _is_disputed(store: Store, words: Words) -> str | None:
    """What is carried out besides what the payout's row says; None if nothing is, once the word counts."""
    payout = words.payout
    for one in words.others:
        if _is_done(one) and not (one.number == payout.attempts and payout.status in _ACCOUNTS_FOR_IT):
            return f"{one.reference} was carried out as well: {_OUT}"
    for other in _beside(store, payout):
        if _paid_besides(store, other):
            return f"{other.payout_id} of the same reward was carried out as well: {_OUT}"
    return _cashed(store, payout)


_OUT: Final = "it stays contradicted until that is back, too"


def _cashed(store: Store, payout: Payout) -> str | None:
    """A check of it that was void and that the bank paid all the same."""
    if payout.channel is not Channel.CHECK:
        return None
    void = {check.number for check in store.checks_of(payout.payout_id) if check.state is CheckState.VOIDED}
    for line in store.unmatched_bank_lines():
        if line.check_number is not None and line.check_number in void:
            return f"the bank paid its void check {line.check_number} on {line.booked_on}: {_OUT}"
    return None


def _lifted(store: Store, words: Words, now: datetime) -> Transaction:
    """The contradiction goes from the payout, and from what stood still beside it for its sake."""
    payout = words.payout
    if payout.attention != CONTRADICTED:
        return ()
    writes: Transaction = ()
    everyone = (payout, *_beside(store, payout))
    for one in everyone:
        if one.attention != CONTRADICTED:
            # Were it contradicted at this very moment, it would be too early to lift anything.
            writes += (_as_read(one),)
            continue
        others = tuple(replace(other, attention=None) for other in everyone if other.payout_id != one.payout_id)
        # A contradiction took the place of the doubt that it stood beside, and that is not over with it.
        doubt = doubt_about(others) if one.status is PayoutStatus.BLOCKED else None
        writes += (Replace(one.noticed(doubt, now, one.look_at)),)
    return writes


def _beside(store: Store, payout: Payout) -> Iterator[Payout]:
    reward = store.reward(payout.reward_id)
    ids = [one for one in reward.payout_ids if one != payout.payout_id] if reward else []
    return filter(None, map(store.payout, ids))


def _paid_besides(store: Store, payout: Payout) -> bool:
    """Whether something was carried out for the payout that its row does not say."""
    for number in range(1, payout.attempts + 1):
        attempt = store.attempt(payout.payout_id, number)
        accounted = number == payout.attempts and payout.status in _ACCOUNTS_FOR_IT
        if attempt is not None and _is_done(attempt) and not accounted:
            return True
    return _cashed(store, payout) is not None


def _not_corrected(words: Words, before: str) -> str | None:
    answer = words.answer
    if words.corrects or answer is None:
        return None
    return f"{answer.said_by} said of {answer.reference} before that {before}: {_HOW}"


def _given_up(payout: Payout) -> str | None:
    """Why nothing is owed of it that could be paid by that word."""
    if payout.status is not PayoutStatus.REVERSED:
        return None
    listed = "the reconciliation lists what the provider carried out: ask for it back there"
    if payout.written_off_to is not None:
        return f"it was written off to {payout.written_off_to}; {listed}, or settle it with whoever has it now"
    return f"its deal was revised, and nothing is owed of it; {listed}, and release nothing of its reward until then"


def _being_taken_back(payout: Payout) -> str:
    return f"{payout.take_back} of it is being taken back: wait until it is settled"


def _at_least_noted(payout: Payout, writes: Transaction) -> Transaction:
    """The payout's row is always written, so that the word is conditioned on what was read of it."""
    named = any(isinstance(write.row, Payout) and write.row.payout_id == payout.payout_id for write in writes)
    return writes if named else (_as_read(payout), *writes)


def _as_read(payout: Payout) -> Replace:
    """The write that goes through only if nobody wrote the payout since it was read, and that they notice in turn."""
    return Replace(payout.to_look_at(payout.look_at))


def _known(attempt: Attempt, answer: ProviderAnswer) -> Replace:
    return Replace(replace(attempt, answer=answer, version=attempt.version + 1))


def _is_done(attempt: Attempt) -> bool:
    return attempt.answer is not None and attempt.answer.state is AnswerState.DONE
