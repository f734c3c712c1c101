"""A hint says that something happened at a provider: look the thing up there, and go on from what is true."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from guerdon.application.attempts import is_conclusive, record_absence, record_answer
from guerdon.application.conclude import Conclude
from guerdon.application.ports import CancelingProvider, Clock, DraftingProvider, PayoutProvider, ProviderHint, Store
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.domain import identity

OURS: Final = "payout"
"""The resource of a hint that names a payout of ours, as the sweep's do."""

DRAFT_ABANDONED_AFTER: Final = timedelta(hours=3)
"""A draft is confirmed within minutes, and the workflow's retries last an hour or so. One that is older has lost its
fulfillment without a word, as when somebody stopped the execution."""


class Looked(StrEnum):
    """What came of a hint."""

    NOT_OURS = "not_ours"
    NOTHING_KNOWN = "nothing_known"
    UNDER_WAY = "under_way"
    CONCLUDED = "concluded"


@dataclass(frozen=True, slots=True)
class Sight:
    """What came of a hint, about which attempt, and which deal event that belongs to."""

    looked: Looked
    reference: str | None = None
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class LookAgain:
    """One provider's answer to hints."""

    store: Store
    clock: Clock
    provider: PayoutProvider
    conclude: Conclude

    def __call__(self, hint: ProviderHint) -> Sight:
        """Look up what the hint is about. Hints may come twice, late, or before the provider's id is saved.

        Raises:
            ProviderUnavailable: Look again later.
            OutcomeUnknown: The same.
            StoreBusy: The same.
        """
        if hint.resource == OURS:
            return self._look_for_payout(hint.resource_id)
        found = self.provider.look_up_resource(hint.resource, hint.resource_id, self.clock.now())
        if found is None:
            return Sight(Looked.NOT_OURS)
        # The provider gives our own reference back, and the intent under it was written before the call: a hint
        # is understood even when it overtakes the answer that carries the provider's id.
        known = identity.payout_of(found.reference)
        attempt = self.store.attempt(*known) if known else None
        if attempt is None or attempt.provider != self.provider.name:
            return Sight(Looked.NOT_OURS)
        return self._heard(attempt, found)

    def _look_for_payout(self, payout_id: str) -> Sight:
        payout = self.store.payout(payout_id)
        attempt = self.store.attempt(payout_id, payout.attempts) if payout and payout.attempts else None
        if payout is None or attempt is None or attempt.provider != self.provider.name:
            return Sight(Looked.NOT_OURS)
        request = self.store.frozen_request(attempt.reference)
        if is_conclusive(attempt) or request is None:
            return self._concluded(attempt, otherwise=Looked.NOTHING_KNOWN)
        unwanted = payout.take_back is not None
        if unwanted and attempt.provider_id is not None and isinstance(self.provider, CancelingProvider):
            # Whether it was still in time, the look-up tells.
            self.provider.cancel(attempt.provider_id)
        now = self.clock.now()
        found = self.provider.look_up(request, now)
        if found is not None:
            abandoned = now - attempt.first_sent_at >= DRAFT_ABANDONED_AFTER
            gave_up = payout.attention is not None or unwanted or abandoned
            if gave_up and found.state is AnswerState.PREPARED and isinstance(self.provider, DraftingProvider):
                # Nobody will confirm this draft any more. Once it is deleted, later look-ups find nothing, and
                # that proves that nothing moved; a draft that was charged meanwhile is not deleted.
                self.provider.discard(found.provider_id)
            return self._heard(attempt, found)
        attempt = record_absence(self.store, self.clock, attempt, now)
        return self._concluded(attempt, otherwise=Looked.NOTHING_KNOWN)

    def _heard(self, attempt: Attempt, found: ProviderAnswer) -> Sight:
        attempt = record_answer(self.store, self.clock, attempt, found)
        return self._concluded(attempt, otherwise=Looked.UNDER_WAY)

    def _concluded(self, attempt: Attempt, otherwise: Looked) -> Sight:
        """Rung on every hint, duplicates included: the ring before may have been lost."""
        payout = self.store.payout(attempt.payout_id)
        event_id = payout.event_id if payout else None
        if not is_conclusive(attempt):
            return Sight(otherwise, attempt.reference, event_id)
        self.conclude(attempt)
        return Sight(Looked.CONCLUDED, attempt.reference, event_id)
