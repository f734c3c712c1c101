"""What is found wrong before any call, and in words that name nobody."""

from dataclasses import replace

import pytest

from adapters.providers.orders import ADA, MUG, ORDER, at, to, worth
from guerdon.adapters.providers.build import unmet
from guerdon.application.ports import PayoutOrder
from guerdon.domain.channel import Channel

NO_ITEM = replace(ORDER, item=None)


@pytest.mark.parametrize("channel", list(Channel))
def test_a_complete_order_in_us_dollars_suits_every_channel(channel: Channel) -> None:
    assert unmet(channel, ORDER) is None


@pytest.mark.parametrize(
    ("channel", "order", "reason"),
    [
        (Channel.GIFT_CARD, to(email=None), "email: the recipient's e-mail address is missing"),
        (Channel.GIFT_CARD, worth(0, "USD"), "amount: 0.00 USD is less than the 0.01 USD that it carries"),
        (
            Channel.GIFT_CARD,
            worth(100_000_000, "USD"),
            "amount: 1000000.00 USD is more than the 999999.99 USD that it carries",
        ),
        (Channel.CHECK, worth(5000, "EUR"), "currency: it carries USD, not EUR"),
        (Channel.CHECK, to(name=None), "name: the recipient's name is missing"),
        (Channel.CHECK, to(name="A" * 41), "name: the recipient's name is longer than 40 characters"),
        (Channel.CHECK, to(address=None), "address: the recipient's postal address is missing"),
        (Channel.CHECK, at(country="CA"), "address: it delivers to US only"),
        (Channel.CHECK, at(line1=" "), "address: line 1 is missing"),
        (
            Channel.CHECK,
            at(line1="1" * 30, line2="2" * 21),
            "address: line 1 and 2 together are longer than 50 characters",
        ),
        (Channel.CHECK, at(city=""), "address: the city is missing or too long"),
        (Channel.CHECK, at(state="California"), "address: the state must be its two-letter code"),
        (
            Channel.CHECK,
            at(postal_code="SW1A 1AA"),
            "address: the postal code must be a ZIP code such as 94107 or 94107-1234",
        ),
        (
            Channel.BILL_CREDIT,
            to(stripe_customer=None),
            "stripe_customer: the recipient's Stripe customer id is missing",
        ),
        (
            Channel.BILL_CREDIT,
            to(stripe_customer="cus_1/../charges"),
            "stripe_customer: a Stripe customer id begins with cus_",
        ),
        (Channel.BILL_CREDIT, to(stripe_customer="77"), "stripe_customer: a Stripe customer id begins with cus_"),
        (Channel.BILL_CREDIT, worth(5000, "UGX"), "currency: UGX cannot be written for Stripe without doubt"),
        (
            Channel.BILL_CREDIT,
            worth(12345, "KWD"),
            "amount: 12.345 KWD has places that Stripe does not carry in KWD",
        ),
        (Channel.MERCHANDISE, NO_ITEM, "item: the program names no item to send"),
        (Channel.MERCHANDISE, to(name=None), "name: the recipient's name is missing"),
        (Channel.MERCHANDISE, at(state=None), "address: the state is missing"),
        (Channel.MERCHANDISE, at(country="au", postal_code=" "), "address: the postal code is missing"),
        (Channel.MERCHANDISE, at(city=""), "address: the city is missing"),
    ],
)
def test_what_an_order_lacks_is_said(channel: Channel, order: PayoutOrder, reason: str) -> None:
    assert unmet(channel, order) == reason


@pytest.mark.parametrize(
    ("channel", "order"),
    [
        (Channel.GIFT_CARD, worth(5000, "JPY")),
        (Channel.GIFT_CARD, to(name=None, address=None, stripe_customer=None)),
        (Channel.CHECK, at(line1="1" * 30, line2="2" * 20)),
        (Channel.CHECK, at(country="us", postal_code="94107-1234")),
        (Channel.BILL_CREDIT, worth(12340, "KWD")),
        (Channel.BILL_CREDIT, to(name=None, address=None, email=None)),
        (Channel.MERCHANDISE, at(country="IE", state=None, postal_code=None)),
    ],
)
def test_what_a_provider_does_not_need_is_not_asked_for(channel: Channel, order: PayoutOrder) -> None:
    assert unmet(channel, order) is None


@pytest.mark.parametrize("channel", list(Channel))
def test_a_reason_names_nobody(channel: Channel) -> None:
    address = replace(ADA.address, line1="185 Berry St" * 5) if ADA.address else None
    order = replace(ORDER, recipient=replace(ADA, name="Ada Byron" * 9, address=address, stripe_customer="Ada"))

    reason = unmet(channel, order) or ""

    assert not any(word in reason for word in ("Ada", "Berry", "94107", MUG.name))
