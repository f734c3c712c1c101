"""The standard source's body: read whole, or refused with the field at fault, whatever arrives."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import CLOSED_AT, Changed, message, message_text, usd
from guerdon.adapters.crm.problems import FieldProblem
from guerdon.adapters.crm.standard.payload import read_event, stored_event
from guerdon.adapters.dynamodb.keys import deal_key
from guerdon.domain.deal import Address, Advocate, Deal, DealEvent, NamedAmount, Product, Referral, Referred
from guerdon.domain.errors import StoredEventUnreadable
from guerdon.domain.money import Money

TEXT = message_text()
TRIGGERS = "deal.closed, lead.qualified, demo.attended, invoice.paid, deal.renewed"
DECIMAL_HINT = ': send amounts as decimal strings such as "1250.00"'


def problem(body: bytes | str) -> tuple[str, str]:
    answer = read_event(body)
    assert isinstance(answer, FieldProblem), answer
    return answer.field, answer.message


def event(body: bytes | str) -> DealEvent:
    answer = read_event(body)
    assert isinstance(answer, DealEvent), answer
    return answer


def test_a_whole_message_is_read() -> None:
    assert event(TEXT) == DealEvent(
        type="deal.closed",
        timestamp=CLOSED_AT,
        program="customer-referral",
        deal=Deal("D-1041", usd("12500.00"), CLOSED_AT, (Product("payroll", 1, usd("12500.00")),)),
        advocate=Advocate(
            "A-77",
            name="Ada Byron",
            email="ada@example.com",
            country="US",
            address=Address("185 Berry St", "San Francisco", "US", state="CA", postal_code="94107"),
        ),
        referred=Referred("C-9", name="Grace Hopper", company="Eckert"),
        referral=Referral("R-310", "verbal", sales_involved=True),
    )


def test_a_message_with_the_least_that_is_needed() -> None:
    least = message(advocate=None, referred=None, referral=None)
    del least["data"]["deal"]["products"]
    read = event(json.dumps(least))
    assert (read.advocate, read.referred, read.referral, read.deal.products) == (None, None, None, ())


def test_fields_that_a_sender_adds_are_ignored() -> None:
    assert event(message_text(deal__owner="Bob", extra={"a": 1})) == event(TEXT)


@pytest.mark.parametrize("field", ["type", "timestamp", "data"])
def test_each_field_of_the_message_is_required(field: str) -> None:
    short = message()
    del short[field]
    assert problem(json.dumps(short)) == (field, "is missing")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("program",), "data.program"),
        (("deal",), "data.deal"),
        (("deal", "id"), "data.deal.id"),
        (("deal", "amount"), "data.deal.amount"),
        (("deal", "amount", "value"), "data.deal.amount.value"),
        (("deal", "amount", "currency"), "data.deal.amount.currency"),
        (("deal", "closed_at"), "data.deal.closed_at"),
        (("deal", "products", 0, "sku"), "data.deal.products[0].sku"),
        (("advocate", "id"), "data.advocate.id"),
        (("advocate", "address", "line1"), "data.advocate.address.line1"),
        (("referred", "id"), "data.referred.id"),
    ],
)
def test_a_missing_field_is_named(path: tuple[str | int, ...], field: str) -> None:
    short = message()
    inner: Any = short["data"]
    for part in path[:-1]:
        inner = inner[part]
    del inner[path[-1]]
    assert problem(json.dumps(short)) == (field, "is missing")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"type": "deal.won"},
            "type",
            f"'deal.won' is not known; known are {TRIGGERS}, deal.reversed, deal.amended",
        ),
        ({"timestamp": 1_700_000_000}, "timestamp", "Expected `datetime`, got `int`"),
        (
            {"deal__closed_at": "2026-11-20T16:04:05"},
            "data.deal.closed_at",
            "Expected `datetime` with a timezone component",
        ),
        ({"deal__closed_at": "2026-11-20"}, "data.deal.closed_at", "Invalid RFC3339 encoded datetime"),
        ({"deal__closed_at": "1999-12-31T23:59:59Z"}, "data.deal.closed_at", "the year must be from 2000 to 2200"),
        ({"timestamp": "2201-01-01T00:00:00Z"}, "timestamp", "the year must be from 2000 to 2200"),
        ({"deal__id": ""}, "data.deal.id", "Expected `str` of length >= 1"),
        ({"deal__id": "\U0001f600" * 126}, "data.deal.id", "must be at most 500 bytes in UTF-8"),
        ({"deal__id": "x" * 201}, "data.deal.id", "Expected `str` of length <= 200"),
        ({"deal__id": 1041}, "data.deal.id", "Expected `str`, got `int`"),
        (
            {"deal__amount": {"value": 12500.5, "currency": "USD"}},
            "data.deal.amount.value",
            "Expected `str`, got `float`" + DECIMAL_HINT,
        ),
        (
            {"deal__products": [{"sku": "a", "amount": 1}]},
            "data.deal.products[0].amount",
            "Expected `str | null`, got `int`" + DECIMAL_HINT,
        ),
        (
            {"deal__products": [{"sku": "a"}, {"sku": "b", "amount": "1.001"}]},
            "data.deal.products[1].amount",
            "'1.001' has more than the 2 decimal places of USD",
        ),
        ({"deal__products": [{"sku": "a", "quantity": -1}]}, "data.deal.products[0].quantity", "Expected `int` >= 0"),
        (
            {"deal__amount": {"value": "1,000", "currency": "USD"}},
            "data.deal.amount.value",
            "'1,000' is not a decimal amount such as \"1250.00\"",
        ),
        (
            {"deal__amount": {"value": "-1", "currency": "USD"}},
            "data.deal.amount.value",
            "must not be below zero: a deal that came undone is a deal.reversed with its new total",
        ),
        (
            {"deal__amount": {"value": "100.50", "currency": "JPY"}},
            "data.deal.amount.value",
            "'100.50' has more than the 0 decimal places of JPY",
        ),
        (
            {"deal__amount": {"value": "1", "currency": "usd"}},
            "data.deal.amount.currency",
            "is not an ISO 4217 currency in use",
        ),
        (
            {"advocate__country": "USA"},
            "data.advocate.country",
            'must be an ISO 3166 code of two capitals such as "US"',
        ),
        ({"referral__sales_involved": "yes"}, "data.referral.sales_involved", "Expected `bool`, got `str`"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(changes: dict[str, Any], field: str, said: str) -> None:
    assert problem(message_text(**changes)) == (field, said)


def test_yen_stay_yen() -> None:
    amount = {"value": "12500.00", "currency": "JPY"}
    assert event(message_text(deal__amount=amount, deal__products=[])).deal.amount == Money(12_500, "JPY")


@pytest.mark.parametrize(
    "body",
    [
        "",
        TEXT + "x",
        TEXT.replace('"12500.00", "currency"', 'NaN, "currency"'),
        TEXT.replace('"12500.00", "currency"', 'Infinity, "currency"'),
        TEXT.replace("D-1041", "\\ud800"),
        TEXT.replace("D-1041", "\ud800"),
        TEXT.replace("D-1041", "\x00"),
        TEXT.encode("utf-16"),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("Ada", "Adé").encode("latin-1"),
    ],
)
def test_what_is_no_json_is_told_for_the_whole_body(body: bytes | str) -> None:
    field, said = problem(body)
    assert field == ""
    assert said.startswith("the body is not JSON: ")


@pytest.mark.parametrize("body", ["null", "[]", '"text"', "1", "[" * 100_000])
def test_json_that_is_no_object_is_told(body: str) -> None:
    assert problem(body)[1].startswith("Expected `object`, got ")


def test_deep_nesting_is_refused_even_where_it_would_be_ignored() -> None:
    deep = "[" * 50_000 + "]" * 50_000
    assert problem(f'{TEXT[:-1]}, "extra": {deep}}}') == ("", "the body is nested too deeply")


@pytest.mark.parametrize(("depth", "taken"), [(31, True), (32, False), (900, False), (990, False)])
@pytest.mark.parametrize("frames", [0, 20, 200])
def test_how_deep_a_body_may_be_nested_does_not_depend_on_who_reads_it(depth: int, frames: int, *, taken: bool) -> None:
    # The decoder's own limit is what is left of the interpreter's stack: what receive_event took, evaluate_rewards,
    # which reads it from further down, might not have been able to read ever again.
    body = f'{TEXT[:-1]}, "extra": {"[" * depth}{"]" * depth}}}'

    def read_from_below(frames: int) -> bool:
        return read_from_below(frames - 1) if frames else isinstance(read_event(body), DealEvent)

    assert read_from_below(frames) is taken


@pytest.mark.parametrize("text", ["[" * 40, "{" * 40, '\\"[' * 40, "\\\\", "]}" * 40])
def test_brackets_in_a_text_nest_nothing(text: str) -> None:
    assert isinstance(read_event(f'{TEXT[:-1]}, "extra": ["{text}", "[", []]}}'), DealEvent)


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e400", "-1e400"])
def test_huge_numbers_are_refused(number: str) -> None:
    assert problem(TEXT.replace('"quantity": 1', f'"quantity": {number}'))[0] == "data.deal.products[0].quantity"


def test_of_a_key_given_twice_the_last_counts() -> None:
    assert event(TEXT.replace('"id": "D-1041"', '"id": "D-1", "id": "D-2"')).deal.id == "D-2"


def test_characters_beyond_the_basic_plane_and_escaped_nul_are_text() -> None:
    assert event(TEXT.replace("D-1041", "\\ud83d\\ude00")).deal.id == "😀"
    advocate = event(TEXT.replace("Ada Byron", "Ada\\u0000")).advocate
    assert advocate is not None
    assert advocate.name == "Ada\x00"


@pytest.mark.parametrize("character", ["\x00", "\n", "\r\n", "\t", "\x1f", "\x7f", "\x85"])
@pytest.mark.parametrize(
    "field", ["program", "deal.id", "deal.products[0].sku", "advocate.id", "advocate.email", "referred.id"]
)
def test_ids_and_addresses_have_no_control_characters(field: str, character: str) -> None:
    path = field.replace(".", "__")
    changes = (
        {"deal__products": [{"sku": f"a{character}b"}]}
        if "[" in field
        else {path: f"a@example.com{character}Bcc: b@c.d"}
    )
    assert problem(message_text(**changes)) == (
        f"data.{field}",
        "must not have control characters such as line breaks",
    )


@pytest.mark.parametrize("character", ["x", "/", "\u00e9", "\u6771", "\U0001f600"])
def test_the_key_of_a_deal_that_is_taken_fits_into_dynamodb(character: str) -> None:
    longest = character * min(200, 500 // len(character.encode()))
    deal_id = event(message_text(deal__id=longest)).deal.id
    assert len(deal_key("acme" * 10, "p" * 63, deal_id)) <= 2048


def test_200_products_are_read_and_201_are_not() -> None:
    products = [{"sku": f"sku-{number}"} for number in range(201)]
    assert len(event(message_text(deal__products=products[:200])).deal.products) == 200
    assert problem(message_text(deal__products=products)) == (
        "data.deal.products",
        "Expected `array` of length <= 200",
    )


@given(st.binary() | st.text())
def test_nothing_that_arrives_makes_it_raise(body: bytes | str) -> None:
    assert isinstance(read_event(body), FieldProblem)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(st.sampled_from(["deal__amount", "deal__closed_at", "deal__products", "advocate", "referral", "program"]), JUNK)
def test_no_value_of_a_field_makes_it_raise(path: str, junk: object) -> None:
    answer = read_event(message_text(**{path: junk}))
    if isinstance(answer, FieldProblem):
        assert answer.field.startswith("data." + path.replace("__", "."))


def test_what_was_accepted_is_read_again_from_the_store() -> None:
    assert stored_event(TEXT) == event(TEXT)


def test_a_stored_event_that_cannot_be_read_names_the_field_and_no_value() -> None:
    with pytest.raises(StoredEventUnreadable) as unreadable:
        stored_event(message_text(deal__id=1041))
    assert "data.deal.id" in str(unreadable.value)
    assert "1041" not in str(unreadable.value)


def test_an_instant_is_the_same_in_every_zone() -> None:
    assert event(message_text(deal__closed_at="2026-11-20T17:04:05+01:00")).deal.closed_at == datetime(
        2026, 11, 20, 16, 4, 5, tzinfo=UTC
    )


# --- milestones, what repeats, and what a deal says beside its total --------------------------------------------------


def told(kind: str, **changes: Changed) -> dict[str, Any]:
    """A message of that kind, which says when it happened and which time."""
    whole = message(type=kind, occurred_at="2026-11-18T09:00:00+01:00", occurrence_id="INV-1", **changes)
    del whole["data"]["deal"]["closed_at"]
    return whole


def changed(whole: dict[str, Any], **changes: Changed) -> str:
    data = {key: value for key, value in {**whole["data"], **changes}.items() if value is not None}
    return json.dumps({**whole, "data": data})


@pytest.mark.parametrize("kind", ["lead.qualified", "demo.attended", "invoice.paid", "deal.renewed"])
def test_what_happened_otherwise_than_by_closing_says_when(kind: str) -> None:
    read = event(json.dumps(told(kind)))
    assert (read.trigger, read.deal.closed_at) == (kind, datetime(2026, 11, 18, 8, tzinfo=UTC))
    assert problem(changed(told(kind), occurred_at=None)) == (
        "data.occurred_at",
        f"is missing: it says when the {kind} happened",
    )


@pytest.mark.parametrize("kind", ["invoice.paid", "deal.renewed"])
def test_what_repeats_says_which_time_it_is(kind: str) -> None:
    assert event(json.dumps(told(kind))).occurrence == "id:INV-1"
    assert problem(changed(told(kind), occurrence_id=None)) == (
        "data.occurrence_id",
        f"is missing: a deal can have more than one {kind}, so each has an id of its own",
    )
    assert problem(changed(told(kind), occurrence_id="")) == ("data.occurrence_id", "Expected `str` of length >= 1")
    assert problem(changed(told(kind), occurrence_id="x" * 201))[0] == "data.occurrence_id"


def test_an_id_means_nothing_where_a_thing_happens_once() -> None:
    assert event(json.dumps(told("demo.attended"))).occurrence == "2026-11-18T08:00:00.000000Z"


@pytest.mark.parametrize("kind", ["deal.reversed", "deal.amended"])
def test_a_revision_is_of_a_closing_unless_it_says_of_what(kind: str) -> None:
    since = {"effective_at": "2026-12-01T00:00:00Z"}
    closing = event(message_text(type=kind, **since))
    assert (closing.trigger, closing.occurrence) == ("deal.closed", "2026-11-20T16:04:05.000000Z")
    invoice = event(json.dumps(told(kind, trigger="invoice.paid", **since)))
    assert (invoice.trigger, invoice.occurrence) == ("invoice.paid", "id:INV-1")
    assert problem(changed(told(kind), **since)) == ("data.deal.closed_at", "is missing")
    assert problem(changed(told(kind, trigger="invoice.paid", **since), occurrence_id=None))[0] == "data.occurrence_id"
    assert problem(changed(told(kind, trigger="demo.attended", **since), occurred_at=None))[0] == "data.occurred_at"
    assert problem(changed(told(kind, trigger="deal.reversed", **since))) == (
        "data.trigger",
        f"'deal.reversed' is not known; known are {TRIGGERS}",
    )


def test_a_trigger_means_nothing_in_a_message_that_is_one() -> None:
    assert event(message_text(trigger="whatever")).trigger == "deal.closed"


def test_what_a_deal_says_beside_its_total_is_read() -> None:
    referred = {
        "id": "C-9",
        "country": "DE",
        "address": {"line1": "1 Way", "city": "Bonn", "country": "DE"},
        "stripe_customer": "cus_9",
        "first_purchase": True,
        "preferred_channel": "check",
    }
    read = event(
        message_text(
            deal__amounts={"first_year": "5000.00", "setup": "1"},
            deal__region="EMEA",
            advocate__preferred_channel="gift_card",
            referred=referred,
            referral__referred_at="2026-10-01T00:00:00Z",
            reward={"value": "250", "currency": "JPY"},
        )
    )
    assert read.deal.amounts == (NamedAmount("first_year", usd("5000.00")), NamedAmount("setup", usd("1.00")))
    assert read.deal.region == "EMEA"
    assert read.advocate is not None
    assert read.advocate.preferred_channel == "gift_card"
    assert read.referred == Referred(
        "C-9",
        country="DE",
        address=Address("1 Way", "Bonn", "DE"),
        stripe_customer="cus_9",
        first_purchase=True,
        preferred_channel="check",
    )
    assert read.referral is not None
    assert read.referral.referred_at == datetime(2026, 10, 1, tzinfo=UTC)
    assert read.set_by_sales == Money(250, "JPY")


NAMES = "cannot be a name: small letters, digits and underscores, a letter first, 63 at most"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        (
            {"deal__amounts": {"amount": "1"}},
            "data.deal.amounts",
            "'amount' is the deal's own amount: call another one otherwise",
        ),
        ({"deal__amounts": {"First Year": "1"}}, "data.deal.amounts", f"'First Year' {NAMES}"),
        ({"deal__amounts": {"a" * 64: "1"}}, "data.deal.amounts", f"{'a' * 60!r} {NAMES}"),
        ({"deal__amounts": {"a": 1}}, "data.deal.amounts", "Expected `str`, got `int`" + DECIMAL_HINT),
        (
            {"deal__amounts": {"a": "1.001"}},
            "data.deal.amounts.a",
            "'1.001' has more than the 2 decimal places of USD",
        ),
        (
            {"deal__amounts": {f"a{number}": "1" for number in range(21)}},
            "data.deal.amounts",
            "Expected `object` of length <= 20",
        ),
        (
            {"advocate__preferred_channel": "cash"},
            "data.advocate.preferred_channel",
            "is no channel; channels are gift_card, check, bill_credit, merchandise",
        ),
        (
            {"referred__preferred_channel": ""},
            "data.referred.preferred_channel",
            "is no channel; channels are gift_card, check, bill_credit, merchandise",
        ),
        ({"reward": {"value": 5, "currency": "USD"}}, "data.reward.value", "Expected `str`, got `int`" + DECIMAL_HINT),
        ({"reward": {"value": "5"}}, "data.reward.currency", "is missing"),
        ({"reward": {"value": "5", "currency": "XXX"}}, "data.reward.currency", "is not an ISO 4217 currency in use"),
        (
            {"referral__referred_at": "1999-01-01T00:00:00Z"},
            "data.referral.referred_at",
            "the year must be from 2000 to 2200",
        ),
        ({"occurred_at": "2300-01-01T00:00:00Z"}, "data.occurred_at", "the year must be from 2000 to 2200"),
    ],
)
def test_a_wrong_detail_is_named(changes: dict[str, Any], field: str, said: str) -> None:
    assert problem(message_text(**changes)) == (field, said)
