"""Who is rewarded for a deal, the advocate or the referred customer, and what is known of them."""

from dataclasses import replace
from datetime import datetime

from guerdon.application.records import AdvocateDetails
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain import identity
from guerdon.domain.deal import Advocate, DealEvent, Referred, instant
from guerdon.domain.program import Beneficiary

Person = Advocate | Referred


def recipient_of(event: DealEvent, beneficiary: Beneficiary) -> Person | None:
    """Whom the event names as that beneficiary; None if it names nobody."""
    return event.advocate if beneficiary is Beneficiary.ADVOCATE else event.referred


def recipient_id(source_account: str, person: Person) -> str:
    """The opaque id under which they are rewarded; the same person has two when they are on either side of deals."""
    if isinstance(person, Advocate):
        return identity.advocate_id(source_account, person.id)
    return identity.referred_id(source_account, person.id)


def with_choice(event: DealEvent, beneficiary: Beneficiary, known: AdvocateDetails | None) -> DealEvent:
    """The event with the channel that its beneficiary is known to prefer, where it does not say one itself."""
    person = recipient_of(event, beneficiary)
    if person is None or person.preferred_channel is not None or known is None:
        return event
    if isinstance(person, Advocate):
        return replace(event, advocate=replace(person, preferred_channel=known.preferred_channel))
    return replace(event, referred=replace(person, preferred_channel=known.preferred_channel))


def newest_details(source_account: str, person: Person, known: AdvocateDetails | None, as_of: datetime) -> Transaction:
    """Keep the newest contact details: a message that comes 40 days late must not bring an old address back.

    What a message leaves out stays as it is: a CRM that says nothing of an address does not take it back.
    """
    if known is not None and instant(known.as_of) >= instant(as_of):
        return ()
    name = person.name or (person.company if isinstance(person, Referred) else None)
    details = AdvocateDetails(
        advocate_id=recipient_id(source_account, person),
        source_account=source_account,
        crm_id=person.id,
        name=name or (known.name if known else None),
        email=person.email or (known.email if known else None),
        country=person.country or (known.country if known else None),
        address=person.address or (known.address if known else None),
        stripe_customer=person.stripe_customer or (known.stripe_customer if known else None),
        as_of=as_of,
        preferred_channel=person.preferred_channel or (known.preferred_channel if known else None),
        version=known.version + 1 if known else 1,
    )
    return (Replace(details) if known else Insert(details),)
