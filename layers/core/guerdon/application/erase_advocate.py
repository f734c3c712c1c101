"""Erase a person: everything that names them goes, and the books stay as they are.

Journal, rewards, payouts and the audit trail know people by opaque ids alone. What names them stands in `people`: their
own row, the bodies of the events that name them, and the exact requests that asked a provider to pay them. The row
becomes a tombstone, the bodies keep the facts of the deal (a reversal may still come), the requests keep the reference
by which the provider is asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.ports import Clock, EventReader, Store
from guerdon.application.recipients import recipient_id, recipient_of
from guerdon.application.records import AdvocateDetails, EventBody, InboxEvent
from guerdon.application.review_ports import ReviewStore, every
from guerdon.application.transaction import Committed, Overwrite, OverwrittenRow, Replace
from guerdon.domain import identity
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.checks import CheckState
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.program import Beneficiary

NOTHING_OWED: Final = frozenset({PayoutStatus.SETTLED, PayoutStatus.REVERSED, PayoutStatus.CLAWED_BACK})
"""Statuses in which nobody needs to know any more where to send the money."""

_TRIES_MOST: Final = 8

Redact = Callable[[str, Beneficiary], str]
"""The stored text of an event without what names its advocate, or its referred customer; the deal's facts stay."""


@dataclass(frozen=True, slots=True)
class CannotErase:
    """The person is not erased, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Erased:
    """A person who is erased.

    Attributes:
        at: When that was first done.
        again: Whether it had been done before.
        bodies: How many stored events had named them until now.
        requests: How many stored requests to providers had.
    """

    person_id: str
    at: datetime
    again: bool
    bodies: int
    requests: int


@dataclass(frozen=True, slots=True)
class EraseAdvocate:
    """Erase an advocate, or a referred customer who was rewarded.

    The tombstone and the line of the audit trail are one transaction, the first; if the process dies after it, doing
    it again finishes the rest, and it may be done again at any time. A message that was sent before the erasure
    brings nothing back, however late it comes, since the tombstone is newer. A later one is what the company says
    anew of a person that it deals with.
    """

    store: Store
    reviews: ReviewStore
    clock: Clock
    read_event: EventReader
    redact: Redact

    def __call__(self, person_id: str, actor: str, reason: str) -> Erased | CannotErase:
        """What was erased, or why nothing was.

        Raises:
            StoreBusy: The person's row changed at this very moment, or the database is away: do it again.
        """
        person = self.store.advocate(person_id)
        if person is None:
            return CannotErase("nobody is known under this id: look for them by their email address")
        wrong = self._not_yet(person_id) or (unusable(reason) if person.erased_at is None else None)
        if wrong is not None:
            return CannotErase(wrong)
        at = person.erased_at or self._entomb(person, actor, reason)
        bodies = sum(self._body_erased(person_id, event) for event in self._events(person_id))
        requests = sum(self._requests_erased(payout) for payout in self._payouts(person_id))
        return Erased(person_id, at, person.erased_at is not None, bodies, requests)

    def _not_yet(self, person_id: str) -> str | None:
        """Why their details are still needed, if they are."""
        for payout in self._payouts(person_id):
            if payout.status not in NOTHING_OWED or payout.take_back is not None:
                return (
                    f"payout {payout.payout_id} is {payout.status}: first let it be paid, or decide what becomes of it"
                )
            for check in self.store.checks_of(payout.payout_id):
                if check.state is CheckState.OUTSTANDING:
                    return f"check {check.check_id} was mailed and the bank has not paid it: wait for that, or void it"
        for event in self._events(person_id):
            if event.outcome is None:
                return f"event {event.event_id}, which names them, is not decided yet"
        return None

    def _entomb(self, person: AdvocateDetails, actor: str, reason: str) -> datetime:
        now = self.clock.now()
        tombstone = AdvocateDetails(
            advocate_id=person.advocate_id,
            source_account=person.source_account,
            crm_id=person.crm_id,
            name=None,
            email=None,
            country=None,
            address=None,
            stripe_customer=None,
            as_of=max(now, person.as_of),
            erased_at=now,
            version=person.version + 1,
        )
        line = audited(
            AuditAction.ADVOCATE_ERASED,
            Subject(SubjectKind.ADVOCATE, person.advocate_id),
            at=now,
            actor=actor,
            before="known",
            after="erased",
            reason=reason,
        )
        if self.store.commit((Replace(tombstone), line)) is not Committed.YES:
            raise StoreBusy(f"what is known of {person.advocate_id} was changed at this moment")
        return now

    def _body_erased(self, person_id: str, event: InboxEvent) -> bool:
        stored = self.store.event_body(identity.delivery_of(event.event_id))
        if stored is None:
            return False
        text = stored.body
        told = self.read_event(text)
        for beneficiary in Beneficiary:
            named = recipient_of(told, beneficiary)
            if named is not None and recipient_id(event.source_account, named) == person_id:
                text = self.redact(text, beneficiary)
        return text != stored.body and self._overwritten(EventBody(stored.event_id, text))

    def _requests_erased(self, payout: Payout) -> int:
        erased = 0
        for number in range(1, payout.attempts + 1):
            request = self.store.frozen_request(identity.attempt_reference(payout.payout_id, number))
            if request is not None and request.body:
                erased += self._overwritten(replace(request, body=""))
        return erased

    def _overwritten(self, row: OverwrittenRow) -> bool:
        for tries in range(1, _TRIES_MOST + 1):
            outcome = self.store.commit((Overwrite(row),))
            if outcome is not Committed.NO_CONFLICT:
                return outcome is Committed.YES
            self.clock.pause(tries)
        raise StoreBusy("a row that is to be erased kept changing")

    def _payouts(self, person_id: str) -> Iterator[Payout]:
        return every(lambda cursor: self.reviews.payouts_of_advocate(person_id, cursor))

    def _events(self, person_id: str) -> Iterator[InboxEvent]:
        return every(lambda cursor: self.reviews.inbox_events_about(person_id, cursor))
