"""The exact bytes that each provider is sent: a changed byte is another request under the same key."""

import json
from dataclasses import replace

import pytest

from adapters.providers.orders import MUG, ORDER, REFERENCE, SECRETS, at, body_of, to, worth
from guerdon.adapters.providers.build import build_provider
from guerdon.application.ports import PayoutOrder
from guerdon.application.records import FrozenRequest
from guerdon.domain.channel import PROVIDER_OF

PROVIDERS = list(PROVIDER_OF.values())


def frozen(name: str, order: PayoutOrder = ORDER) -> FrozenRequest:
    return build_provider(name, SECRETS[name], "http://provider.invalid").freeze(order)


def test_a_gift_card_is_an_order_for_one_reward_by_email() -> None:
    assert frozen("tremendous") == FrozenRequest(
        reference=REFERENCE,
        method="POST",
        path="/orders",
        content_type="application/json",
        body=(
            '{"external_id": "po_4mzk7q2w9c3x5v8b1n6d0f-1", "payment": {"funding_source_id": "balance"}, '
            '"reward": {"campaign_id": "SANDBOXCAMPAIGN", "delivery": {"method": "EMAIL"}, '
            '"recipient": {"email": "ada@example.com", "name": "Ada Byron"}, '
            '"value": {"currency_code": "USD", "denomination": 125.5}}}'
        ),
    )


def test_a_check_is_drawn_on_our_account_and_carries_the_reference_twice() -> None:
    assert frozen("lob") == FrozenRequest(
        reference=REFERENCE,
        method="POST",
        path="/checks",
        content_type="application/json",
        body=(
            '{"amount": 125.5, "bank_account": "bank_8cad8df5354d33f", "from": "adr_210a8d4b0b76d77b", '
            '"memo": "Reward po_4mzk7q2w9c3x5v8b1n6d0f-1", '
            '"message": "Thank you for your referral: Refer a friend", '
            '"metadata": {"guerdon_attempt": "po_4mzk7q2w9c3x5v8b1n6d0f-1", '
            '"guerdon_payout": "po_4mzk7q2w9c3x5v8b1n6d0f"}, '
            '"to": {"address_city": "San Francisco", "address_country": "US", "address_line1": "185 Berry St", '
            '"address_line2": "Suite 6100", "address_state": "CA", "address_zip": "94107", "name": "Ada Byron"}, '
            '"use_type": "operational"}'
        ),
    )


def test_a_bill_credit_is_a_negative_amount_on_the_customers_balance() -> None:
    assert frozen("stripe") == FrozenRequest(
        reference=REFERENCE,
        method="POST",
        path="/v1/customers/cus_77/balance_transactions",
        content_type="application/json",
        body=(
            '{"amount": -12550, "currency": "usd", "description": "Referral reward: Refer a friend", '
            '"metadata": {"guerdon_attempt": "po_4mzk7q2w9c3x5v8b1n6d0f-1", '
            '"guerdon_payout": "po_4mzk7q2w9c3x5v8b1n6d0f"}}'
        ),
    )


def test_merchandise_is_a_draft_of_one_item() -> None:
    assert frozen("printful") == FrozenRequest(
        reference=REFERENCE,
        method="POST",
        path="/v2/orders",
        content_type="application/json",
        body=(
            '{"external_id": "po_4mzk7q2w9c3x5v8b1n6d0f-1", "order_items": [{"catalog_variant_id": 4011, '
            '"name": "Mug", "placements": [{"layers": [{"type": "file", "url": "https://example.com/mug.png"}], '
            '"placement": "default", "technique": "sublimation"}], "quantity": 1, "retail_price": "125.50", '
            '"source": "catalog"}], "recipient": {"address1": "185 Berry St", "address2": "Suite 6100", '
            '"city": "San Francisco", "country_code": "US", "name": "Ada Byron", "state_code": "CA", '
            '"zip": "94107"}, "retail_costs": {"currency": "USD"}, "shipping": "STANDARD"}'
        ),
    )


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_same_order_gives_the_same_bytes_in_another_process_too(name: str) -> None:
    rebuilt = build_provider(name, dict(reversed(SECRETS[name].items())), "http://elsewhere.invalid")

    assert rebuilt.freeze(replace(ORDER)) == frozen(name)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_body_is_json_whatever_a_name_is_written_in(name: str) -> None:
    request = frozen(name, to(name='Žofie "Ž" Nováková \u2028 李'))

    assert request.body.isascii()
    assert json.loads(request.body)


@pytest.mark.parametrize(
    ("amount_minor", "currency", "denomination"),
    [(5000, "JPY", "5000"), (12345, "KWD", "12.345"), (1999, "EUR", "19.99")],
)
def test_a_gift_card_is_asked_for_in_major_units(amount_minor: int, currency: str, denomination: str) -> None:
    body = frozen("tremendous", worth(amount_minor, currency)).body

    assert f'{{"currency_code": "{currency}", "denomination": {denomination}}}' in body


@pytest.mark.parametrize(
    ("amount_minor", "currency", "units"),
    [(5000, "JPY", -5000), (12340, "KWD", -12340), (1999, "EUR", -1999), (1500, "ISK", -150000)],
)
def test_a_bill_credit_is_asked_for_in_stripes_units(amount_minor: int, currency: str, units: int) -> None:
    assert body_of(frozen("stripe", worth(amount_minor, currency)))["amount"] == units


def test_a_long_title_is_cut_to_what_a_check_has_room_for() -> None:
    body = body_of(frozen("lob", replace(ORDER, program_title="x" * 500)))

    assert (len(body["message"]), len(body["memo"])) == (400, 34)


def test_a_long_title_is_cut_to_what_a_credit_has_room_for() -> None:
    assert len(body_of(frozen("stripe", replace(ORDER, program_title="x" * 500)))["description"]) == 350


def test_a_sender_may_be_an_address_in_the_secret() -> None:
    sender = {
        "company": "Eckert",
        "address_line1": "210 King St",
        "address_city": "San Francisco",
        "address_state": "CA",
        "address_zip": "94107",
    }
    provider = build_provider("lob", {**SECRETS["lob"], "from_address": sender}, "http://provider.invalid")

    assert body_of(provider.freeze(ORDER))["from"] == sender


def test_a_state_that_is_no_code_is_sent_as_its_name() -> None:
    recipient = body_of(frozen("printful", at(country="IE", state="Munster")))["recipient"]

    assert (recipient["state_name"], "state_code" in recipient) == ("Munster", False)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("lob", to(address=None)),
        ("stripe", worth(12345, "KWD")),
        ("printful", to(name=None)),
        ("printful", replace(ORDER, item=None)),
    ],
)
def test_an_order_that_the_release_check_refuses_is_not_frozen(name: str, order: PayoutOrder) -> None:
    with pytest.raises(ValueError, match=r"unmet\(\) refuses"):
        frozen(name, order)


def test_an_item_is_sent_as_the_program_names_it() -> None:
    shirt = replace(MUG, catalog_variant_id=4012, placement="front", technique="dtg")
    item = body_of(frozen("printful", replace(ORDER, item=shirt)))["order_items"][0]

    assert (item["catalog_variant_id"], item["placements"][0]["placement"]) == (4012, "front")
