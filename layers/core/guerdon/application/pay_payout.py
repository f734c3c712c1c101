"""Ask a provider to carry one run of a payout out, so that its money moves at most once.

intent written ──> call ──> answer written ──> waiting task rung
   │ dies here       │ dies here    │ dies here
   v                 v              v
the next try finds the intent, and sends the same bytes under the same key while the provider still knows
the key, or asks the provider by our own reference; a conclusive answer is rung again.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.asked_again import AskedAgain, asked_again
from guerdon.application.attempts import is_conclusive, read_again, record_absence, record_answer, record_proof
from guerdon.application.conclude import Conclude
from guerdon.application.holding import Stop, held_back
from guerdon.application.ports import Clock, DraftingProvider, PayoutOrder, PayoutProvider, Store
from guerdon.application.records import AnswerState, Attempt, FrozenRequest, ProviderAnswer
from guerdon.application.transaction import Committed, Insert, Replace, Transaction, Unchanged
from guerdon.domain import identity, ledger
from guerdon.domain.errors import OutcomeUnknown, ProviderNotReady, StoreBusy
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

TRIES_MOST: Final = 5

EARLIER_MOST: Final = 12
"""How many earlier attempts, the newest ones, are held still while the next one's intent is written: a transaction has
its ceiling."""

CONFIRMS_MOST: Final = 10
"""How often a draft that is not ready yet is confirmed within one step: over some three seconds in the mean, in which a
provider works its costs out. A further try of the workflow would cost a transition, and a write of the attempt: more
than twice what three seconds of a function do."""

_REFUSALS: Final = frozenset({AnswerState.REFUSED, AnswerState.OUT_OF_FUNDS})


@dataclass(frozen=True, slots=True)
class PayPayout:
    """One provider's pay step."""

    store: Store
    clock: Clock
    provider: PayoutProvider
    conclude: Conclude

    def __call__(self, payout_id: str, run: int, task_token: str) -> Payout:
        """Get the payout under way, and ring `task_token` once its outcome is known.

        Raises:
            OutcomeUnknown: The provider may have done it; the next try finds out.
            ProviderUnavailable: The provider did nothing; the next try asks again.
            ProviderNotReady: A draft cannot be confirmed yet.
            StoreBusy: The rows kept changing.
        """
        payout = self._payout(payout_id)
        if payout.run != run or payout.status not in {PayoutStatus.RELEASED, PayoutStatus.SUBMITTED}:
            # This run has nothing to pay: whoever is waiting goes on to read how the payout stands.
            self.conclude.fulfillments.ring(task_token, payout_id, run)
            return payout
        intent = self._intent(payout, task_token)
        if intent is None:
            stopped = self.conclude.settle(payout_id, run)
            self.conclude.fulfillments.ring(task_token, payout_id, run)
            return stopped
        attempt, is_new = intent
        if not is_conclusive(attempt):
            attempt = self._ask(attempt, is_new=is_new)
        if is_conclusive(attempt):
            self.conclude(attempt)
        return payout

    def _payout(self, payout_id: str) -> Payout:
        payout = self.store.payout(payout_id)
        if payout is None:
            raise StoreBusy(f"payout {payout_id} is not there")
        return payout

    def _earlier(self, payout: Payout) -> tuple[Attempt, ...]:
        """The attempts that were given up, on proof that nothing moved."""
        earlier = (self.store.attempt(payout.payout_id, number) for number in range(1, payout.attempts + 1))
        return tuple(attempt for attempt in earlier if attempt is not None)

    def _intent(self, payout: Payout, task_token: str) -> tuple[Attempt, bool] | None:
        """The attempt to carry on, under our token, and whether no call was made for it before.

        None if nothing may be submitted: an attempt that was given up turned out done, and paying now would pay twice;
        or the payout was stopped since it was released, and is blocked before any call that moves money.
        """
        for tries in range(1, TRIES_MOST + 1):
            if payout.status is PayoutStatus.RELEASED:
                asked = asked_again(self.store, self.clock, self.provider, self._earlier(payout))
                if any(_was_carried_out(attempt) for attempt in asked.attempts):
                    return None
                if (stop := self._stop(payout) or _stopped_by(asked)) is not None:
                    blocked = payout.blocked(stop.reason, self.clock.now(), stop.attention)
                    if self.store.commit((Replace(blocked), *stop.on)) is Committed.YES:
                        return None
                elif (attempt := self._write_intent(payout, task_token, asked.attempts)) is not None:
                    return attempt, True
            elif payout.status is PayoutStatus.SUBMITTED:
                if (taken := self._take_over(payout, task_token)) is not None:
                    return taken, False
            else:
                raise StoreBusy(f"payout {payout.payout_id} became {payout.status} meanwhile")
            self.clock.pause(tries)
            run, payout = payout.run, self._payout(payout.payout_id)
            if payout.run != run:
                raise StoreBusy(f"payout {payout.payout_id} is in its run {payout.run} by now, and this is run {run}")
        raise StoreBusy(f"payout {payout.payout_id} kept changing")

    def _stop(self, payout: Payout) -> Stop | None:
        """What keeps a released payout back since; asked as late as can be, and never once there is an intent."""
        return held_back(self.store, payout)

    def _write_intent(self, payout: Payout, task_token: str, earlier: tuple[Attempt, ...]) -> Attempt | None:
        """Key, frozen request, token and status in one transaction, before any call.

        Nothing is written if anything was heard of an earlier attempt since it was read.
        """
        now = self.clock.now()
        recipient = self.store.advocate(payout.advocate_id)
        if recipient is None:
            raise StoreBusy(f"the recipient of payout {payout.payout_id} is not there")
        submitted = payout.submitted(now)
        reference = identity.attempt_reference(payout.payout_id, submitted.attempts)
        order = PayoutOrder(reference, payout.payout_id, payout.program_title, payout.value, recipient, payout.item)
        request = self.provider.freeze(order)
        attempt = Attempt(
            payout_id=payout.payout_id,
            number=submitted.attempts,
            run=payout.run,
            provider=self.provider.name,
            reference=reference,
            request_sha256=hashlib.sha256(request.body.encode()).hexdigest(),
            value=payout.value,
            first_sent_at=now,
            last_sent_at=now,
            task_token=task_token,
        )
        entry = ledger.submitted(submitted, now)
        still = tuple(Unchanged(known) for known in earlier[-EARLIER_MOST:])
        writes: Transaction = (Replace(submitted), Insert(attempt), Insert(request), Insert(entry), *still)
        return attempt if self.store.commit(writes) is Committed.YES else None

    def _take_over(self, payout: Payout, task_token: str) -> Attempt | None:
        attempt = self.store.attempt(payout.payout_id, payout.attempts)
        if attempt is None:
            raise StoreBusy(f"attempt {payout.attempts} of payout {payout.payout_id} is not there")
        ours = replace(attempt, task_token=task_token, version=attempt.version + 1)
        return ours if self.store.commit((Replace(ours),)) is Committed.YES else None

    def _ask(self, attempt: Attempt, *, is_new: bool) -> Attempt:
        """Make the provider do it, or find out that it did; the attempt with what is known then."""
        request = self.store.frozen_request(attempt.reference)
        if request is None:
            raise OutcomeUnknown(self.provider.name, "the frozen request was erased: a person must decide")
        if isinstance(self.provider, DraftingProvider):
            return self._draft_and_confirm(self.provider, attempt, request)
        now = self.clock.now()
        if not is_new and not self._may_resend(attempt, now):
            return self._found_or_absent(attempt, request)
        if not is_new:
            attempt = self._sending_again(attempt, now)
        answer = self.provider.submit(request, now)
        if answer.state not in _REFUSALS:
            return record_answer(self.store, self.clock, attempt, answer)
        if is_new:
            attempt = record_proof(self.store, self.clock, attempt, answer)
        # Another call with these bytes, before ours or beside it, may have been carried out: then a refusal proves
        # nothing.
        return attempt if is_conclusive(attempt) else self._found_or_absent(attempt, request)

    def _may_resend(self, attempt: Attempt, now: datetime) -> bool:
        """Whether the provider still knows the key, and does not know the payout by an id yet."""
        key_lasts = timedelta(hours=self.provider.capabilities.key_lasts_hours)
        return attempt.provider_id is None and now - attempt.first_sent_at < key_lasts

    def _sending_again(self, attempt: Attempt, now: datetime) -> Attempt:
        """Write down that the bytes go out again: an empty look-up proves nothing until an hour after that."""
        sending = replace(attempt, last_sent_at=now, absent_since=None, version=attempt.version + 1)
        if self.store.commit((Replace(sending),)) is not Committed.YES:
            raise StoreBusy(f"attempt {attempt.reference} changed before it was sent again")
        return sending

    def _found_or_absent(self, attempt: Attempt, request: FrozenRequest) -> Attempt:
        now = self.clock.now()
        found = self.provider.look_up(request, now)
        if found is not None:
            return record_answer(self.store, self.clock, attempt, found)
        attempt = record_absence(self.store, self.clock, attempt, now)
        if not is_conclusive(attempt):
            raise OutcomeUnknown(self.provider.name, "it is not found there, which proves nothing yet")
        return attempt

    def _draft_and_confirm(self, provider: DraftingProvider, attempt: Attempt, request: FrozenRequest) -> Attempt:
        """Only the draft whose id was saved is confirmed; a draft moves no money, so making two is no harm."""
        if attempt.provider_id is None:
            drafted = provider.submit(request, self.clock.now())
            record = record_proof if drafted.state in _REFUSALS else record_answer
            attempt = record(self.store, self.clock, attempt, drafted)
            if drafted.provider_id and attempt.provider_id != drafted.provider_id:
                provider.discard(drafted.provider_id)
        if is_conclusive(attempt):
            return attempt
        if attempt.provider_id is None:
            raise OutcomeUnknown(self.provider.name, "a draft was refused while somebody else was making one")
        if attempt.answer is None or attempt.answer.state is AnswerState.PREPARED:
            confirmed = self._confirm(provider, request, attempt.provider_id)
            if confirmed.state in _REFUSALS:
                confirmed = self._refused_for_good(provider, attempt.provider_id, request, confirmed)
            return record_answer(self.store, self.clock, attempt, confirmed)
        # It was confirmed before: whatever it is by now, a hint may have been missed.
        found = provider.look_up(request, self.clock.now())
        return record_answer(self.store, self.clock, attempt, found) if found else read_again(self.store, attempt)

    def _confirm(self, provider: DraftingProvider, request: FrozenRequest, provider_id: str) -> ProviderAnswer:
        for tries in range(1, CONFIRMS_MOST):
            try:
                return provider.confirm(request, provider_id, self.clock.now())
            except ProviderNotReady:
                self.clock.pause(tries)
        return provider.confirm(request, provider_id, self.clock.now())

    def _refused_for_good(
        self, provider: DraftingProvider, provider_id: str, request: FrozenRequest, refusal: ProviderAnswer
    ) -> ProviderAnswer:
        """What a refused confirmation proves once the draft is deleted: a deleted draft can never be charged.

        An earlier confirmation may still be on its way, so the refusal alone proves nothing.
        """
        provider.discard(provider_id)
        left = provider.look_up(request, self.clock.now())
        if left is None or left.state is AnswerState.CANCELED:
            return refusal
        if left.state is AnswerState.PREPARED:
            raise OutcomeUnknown(self.provider.name, "the refused draft is still there")
        return left


def _stopped_by(asked: AskedAgain) -> Stop | None:
    return Stop(BlockReason.WORKFLOW, asked.still_there) if asked.still_there else None


def _was_carried_out(attempt: Attempt) -> bool:
    return attempt.answer is not None and attempt.answer.state is AnswerState.DONE
