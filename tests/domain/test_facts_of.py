"""The facts of a deal event, for each of its two sides."""

from dataclasses import replace

import builders
from builders import ADDRESS, CLOSED_AT, usd
from guerdon.domain.deal import Advocate, Deal, NamedAmount, Product, Referral, Referred
from guerdon.domain.facts import Facts, LineFacts
from guerdon.domain.facts_of import facts_of
from guerdon.domain.program import Beneficiary

EVENT = replace(
    builders.deal_event(),
    deal=Deal(
        "D-1",
        usd("12500.00"),
        CLOSED_AT,
        (Product("payroll", 3, usd("100.00")), Product("hr")),
        (NamedAmount("first_year", usd("900.00")),),
        "emea",
    ),
    advocate=Advocate("A-7", segment="gold", type="customer", country="DE", preferred_channel="check"),
    referred=Referred("C-9", address=ADDRESS, first_purchase=True, preferred_channel="gift_card"),
    referral=Referral("R-1", "verbal", sales_involved=True, referred_at=CLOSED_AT),
    set_by_sales=usd("75.00"),
)
FACTS = Facts(
    trigger="deal.closed",
    closed_at=CLOSED_AT,
    currency="USD",
    amount=12_500_00,
    amounts={"first_year": 900_00},
    lines=(LineFacts("payroll", 3, 100_00), LineFacts("hr", 1, None)),
    segment="gold",
    advocate_type="customer",
    country="DE",
    method="verbal",
    region="emea",
    sales_involved=True,
    first_purchase=True,
    referred_at=CLOSED_AT,
    set_by_sales=usd("75.00"),
    recipient_country="DE",
    preferred_channel="check",
)


def test_every_fact_that_rules_may_look_at_comes_from_the_event() -> None:
    assert facts_of(EVENT) == FACTS


def test_the_referred_are_judged_by_the_same_deal_and_paid_where_they_are() -> None:
    assert facts_of(EVENT, Beneficiary.REFERRED) == FACTS._replace(
        recipient_country="US", preferred_channel="gift_card"
    )


def test_what_an_event_does_not_say_is_no_fact() -> None:
    bare = replace(builders.deal_event(), advocate=None, referred=None, referral=None)
    assert facts_of(bare) == Facts("deal.closed", CLOSED_AT, "USD", 12_500_00)
    assert facts_of(bare, Beneficiary.REFERRED) == facts_of(bare)


def test_a_revision_is_judged_as_what_it_revises() -> None:
    revised = replace(EVENT, type="deal.amended", revised_trigger="invoice.paid")
    assert facts_of(revised).trigger == "invoice.paid"
