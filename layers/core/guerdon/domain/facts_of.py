"""The facts of a deal event: what the rules may look at of it, for one of its two sides."""

from guerdon.domain.deal import Advocate, DealEvent, Referred
from guerdon.domain.facts import Facts, LineFacts
from guerdon.domain.program import Beneficiary


def facts_of(event: DealEvent, beneficiary: Beneficiary = Beneficiary.ADVOCATE) -> Facts:
    """The facts by which `beneficiary`'s reward for `event` is judged.

    Both sides are judged by the same deal, advocate and referral; they differ in where the reward goes.
    """
    deal, advocate, referred, referral = event.deal, event.advocate, event.referred, event.referral
    recipient = advocate if beneficiary is Beneficiary.ADVOCATE else referred
    return Facts(
        trigger=event.trigger,
        closed_at=deal.closed_at,
        currency=deal.amount.currency,
        amount=deal.amount.amount_minor,
        amounts={named.name: named.amount.amount_minor for named in deal.amounts},
        lines=tuple(
            LineFacts(line.sku, line.quantity, line.amount.amount_minor if line.amount else None)
            for line in deal.products
        ),
        segment=advocate.segment if advocate else None,
        advocate_type=advocate.type if advocate else None,
        country=advocate.country if advocate else None,
        method=referral.method if referral else None,
        region=deal.region,
        sales_involved=referral.sales_involved if referral else None,
        first_purchase=referred.first_purchase if referred else None,
        referred_at=referral.referred_at if referral else None,
        set_by_sales=event.set_by_sales,
        recipient_country=_country_of(recipient),
        preferred_channel=recipient.preferred_channel if recipient else None,
    )


def _country_of(recipient: Advocate | Referred | None) -> str | None:
    """The country they are said to be in, else that of their address."""
    if recipient is None:
        return None
    return recipient.country or (recipient.address.country if recipient.address else None)
