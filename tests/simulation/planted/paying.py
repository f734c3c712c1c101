"""Mistakes in how a provider is asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.attempts import record_answer, record_proof
from guerdon.application.pay_payout import PayPayout
from guerdon.application.ports import DraftingProvider, PayoutOrder
from guerdon.application.records import AnswerState, Attempt, FrozenRequest, ProviderAnswer
from guerdon.application.release_payout import Release, ReleasePayout
from guerdon.application.transaction import Committed, Insert, Replace, Transaction
from guerdon.domain import identity, ledger
from guerdon.domain.errors import OutcomeUnknown, Retryable
from guerdon.domain.payout import Payout, PayoutStatus
from simulation.parts import Parts
from simulation.planted.bug import Bug
from simulation.providers import Provider


def _provider_of(pay: PayPayout) -> Provider:
    assert isinstance(pay.provider, Provider)
    return pay.provider


class NoKey(PayPayout):
    def _ask(self, attempt: Attempt, *, is_new: bool) -> Attempt:
        _provider_of(self).forget(attempt.reference)
        return super()._ask(attempt, is_new=is_new)


class NotFrozen(PayPayout):
    """The request is made anew for each call, from what the advocate's details are by then."""

    def _ask(self, attempt: Attempt, *, is_new: bool) -> Attempt:
        payout, recipient = self._payout(attempt.payout_id), None
        recipient = self.store.advocate(payout.advocate_id)
        if recipient is None or isinstance(self.provider, DraftingProvider):
            return super()._ask(attempt, is_new=is_new)
        order = PayoutOrder(
            attempt.reference, payout.payout_id, payout.program_title, payout.value, recipient, payout.item
        )
        now = self.clock.now()
        if not is_new and not self._may_resend(attempt, now):
            return super()._ask(attempt, is_new=is_new)
        return record_answer(self.store, self.clock, attempt, self.provider.submit(self.provider.freeze(order), now))


class CallBeforeIntent(PayPayout):
    """The provider is called first, and the intent is written with its answer."""

    def _write_intent(self, payout: Payout, task_token: str, earlier: tuple[Attempt, ...]) -> Attempt | None:
        recipient = self.store.advocate(payout.advocate_id)
        if recipient is not None and not isinstance(self.provider, DraftingProvider):
            reference = identity.attempt_reference(payout.payout_id, payout.attempts + 1)
            order = PayoutOrder(reference, payout.payout_id, payout.program_title, payout.value, recipient, payout.item)
            self.provider.submit(self.provider.freeze(order), self.clock.now())
        return super()._write_intent(payout, task_token, earlier)


class ClaimDeleted(PayPayout):
    """An error of the provider takes the claim back, so that the next try begins anew."""

    def _ask(self, attempt: Attempt, *, is_new: bool) -> Attempt:
        try:
            return super()._ask(attempt, is_new=is_new)
        except Retryable:
            _begin_anew(self, attempt)
            raise


class NewKeyEachTry(PayPayout):
    """Every try is a new attempt under a new key."""

    def _take_over(self, payout: Payout, task_token: str) -> Attempt | None:
        attempt = self.store.attempt(payout.payout_id, payout.attempts)
        if attempt is not None and attempt.answer is None:
            return _next_attempt(self, payout, attempt, task_token)
        return super()._take_over(payout, task_token)


class IntentExpires(PayPayout):
    """An intent counts for an hour, as the record of an idempotency library does."""

    def _take_over(self, payout: Payout, task_token: str) -> Attempt | None:
        attempt = self.store.attempt(payout.payout_id, payout.attempts)
        if attempt is not None and self.clock.now() - attempt.first_sent_at > timedelta(minutes=2):
            return _next_attempt(self, payout, attempt, task_token)
        return super()._take_over(payout, task_token)


class LookUpSkipped(PayPayout):
    """The bytes are sent again however long ago the key was first used, and whatever is known."""

    def _may_resend(self, attempt: Attempt, now: datetime) -> bool:
        del attempt, now
        return True


class NotFoundBelieved(PayPayout):
    """One look-up that finds nothing is taken for proof."""

    def _ask(self, attempt: Attempt, *, is_new: bool) -> Attempt:
        try:
            return super()._ask(attempt, is_new=is_new)
        except OutcomeUnknown:
            request = self.store.frozen_request(attempt.reference)
            stored = self.store.attempt(attempt.payout_id, attempt.number)
            if request is None or stored is None or self.provider.look_up(request, self.clock.now()) is not None:
                raise
            absent = ProviderAnswer(attempt.reference, "", AnswerState.ABSENT, "not found")
            return record_proof(self.store, self.clock, stored, absent)


class RefusalBelieved(PayPayout):
    """A refusal of a repeated call is taken for proof that the first one did nothing."""

    def _ask(self, attempt: Attempt, *, is_new: bool) -> Attempt:
        del is_new
        return super()._ask(attempt, is_new=True)


class TimeoutMeansFailed(PayPayout):
    """No answer is taken for no payment."""

    def _ask(self, attempt: Attempt, *, is_new: bool) -> Attempt:
        try:
            return super()._ask(attempt, is_new=is_new)
        except OutcomeUnknown:
            refused = ProviderAnswer(attempt.reference, "", AnswerState.REFUSED, "timeout")
            return record_answer(self.store, self.clock, attempt, refused)


class ConfirmsItsOwnDraft(PayPayout):
    """Whoever makes a draft confirms it, whichever one was saved."""

    def _draft_and_confirm(self, provider: DraftingProvider, attempt: Attempt, request: FrozenRequest) -> Attempt:
        now = self.clock.now()
        drafted = provider.submit(request, now)
        if not drafted.provider_id:
            return super()._draft_and_confirm(provider, attempt, request)
        confirmed = provider.confirm(request, drafted.provider_id, now)
        return record_answer(self.store, self.clock, attempt, confirmed)


class RunNotChecked(PayPayout):
    """A pay step pays whichever run the payout is in."""

    def __call__(self, payout_id: str, run: int, task_token: str) -> Payout:
        del run
        return super().__call__(payout_id, self._payout(payout_id).run, task_token)


class StaleReleased(ReleasePayout):
    """The release check does not compare the run."""

    def __call__(self, payout_id: str, run: int) -> Release:
        payout = self.store.payout(payout_id)
        return super().__call__(payout_id, payout.run if payout else run)


class JournalApart(PayPayout):
    """The entry of the submission is written after it, by itself."""

    def _write_intent(self, payout: Payout, task_token: str, earlier: tuple[Attempt, ...]) -> Attempt | None:
        plain = replace(self, store=_Apart(self.store))  # type: ignore[arg-type]
        return PayPayout._write_intent(plain, payout, task_token, earlier)  # noqa: SLF001 - the bug is in there.


@dataclass(frozen=True, slots=True)
class _Apart:
    """Commits the journal's entries after everything else."""

    inner: object

    def __getattr__(self, name: str) -> Callable[..., object]:
        found: Callable[..., object] = getattr(self.inner, name)
        return found

    def commit(self, transaction: Transaction) -> object:
        entries = tuple(write for write in transaction if isinstance(write.row, ledger.Entry))
        rest = tuple(write for write in transaction if not isinstance(write.row, ledger.Entry))
        commit = self.__getattr__("commit")
        outcome = commit(rest)
        if outcome is Committed.YES and entries:
            commit(entries)
        return outcome


def _begin_anew(pay: PayPayout, attempt: Attempt) -> None:
    """Put the payout back to released, as if nothing had been sent."""
    payout = pay.store.payout(attempt.payout_id)
    if payout is not None and payout.status is PayoutStatus.SUBMITTED:
        back = replace(payout, status=PayoutStatus.RELEASED, version=payout.version + 1)
        pay.store.commit((Replace(back), Insert(ledger.failed(back, pay.clock.now()))))


def _next_attempt(pay: PayPayout, payout: Payout, before: Attempt, task_token: str) -> Attempt | None:
    """A further attempt under a further key, with no proof about the one before."""
    recipient = pay.store.advocate(payout.advocate_id)
    if recipient is None:
        return None
    number, now = payout.attempts + 1, pay.clock.now()
    reference = identity.attempt_reference(payout.payout_id, number)
    order = PayoutOrder(reference, payout.payout_id, payout.program_title, payout.value, recipient, payout.item)
    request = pay.provider.freeze(order)
    attempt = replace(
        before, number=number, reference=reference, task_token=task_token, first_sent_at=now, last_sent_at=now,
        provider_id=None, answer=None, absent_since=None, version=1,
    )  # fmt: skip
    moved = replace(payout, attempts=number, version=payout.version + 1)
    written = pay.store.commit((Replace(moved), Insert(attempt), Insert(request)))
    return attempt if written is Committed.YES else None


BUGS: Final = {
    "no provider key": Bug("calls carry no idempotency key", Parts(pay=NoKey)),
    "request not frozen": Bug("each call is made from the newest details", Parts(pay=NotFrozen)),
    "key not saved before the call": Bug("the intent is written after the call", Parts(pay=CallBeforeIntent)),
    "claim deleted on an exception": Bug("an error puts the payout back to released", Parts(pay=ClaimDeleted)),
    "new key for each try": Bug("a retry is a new attempt", Parts(pay=NewKeyEachTry)),
    "intent that expires": Bug("an intent counts for minutes", Parts(pay=IntentExpires)),
    "look-up skipped": Bug("sent again after the key's window", Parts(pay=LookUpSkipped), met=236),
    "'not found' believed at once": Bug("one empty look-up is proof", Parts(pay=NotFoundBelieved)),
    "refusal of a retry believed": Bug(
        "a refused retry is proof about the first call", Parts(pay=RefusalBelieved), met=172
    ),
    "timeout means failed": Bug("no answer is taken for no payment", Parts(pay=TimeoutMeansFailed)),
    "own draft confirmed": Bug("a draft is confirmed though another was saved", Parts(pay=ConfirmsItsOwnDraft)),
    "run not checked": Bug(
        "a stale run is released and pays", Parts(release=StaleReleased, pay=RunNotChecked), met=148
    ),
    "journal entry outside the transaction": Bug("the submission's entry is written apart", Parts(pay=JournalApart)),
}
