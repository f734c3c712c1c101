"""Program files: everything that is right compiles, and everything that is wrong is told with its place."""

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import document, rule, usd
from guerdon.domain.amounts import Amount, Escalating, Flat, Percentage, Step, Tier, Tiered
from guerdon.domain.channel import Channel
from guerdon.domain.conditions import ALWAYS, All, OneOf, TextFact
from guerdon.domain.counting import Counting, CountingPeriod
from guerdon.domain.document import Finding
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.program import read_program
from guerdon.domain.program import Item, Program, Rule, always_by

KINDS = "flat, percentage, tiers, graduated, escalating, table, per_unit, per_line, set_by_sales"
MUG = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/mug.png"}


def told(whole: object) -> list[tuple[str, str]]:
    compiled, findings = read_program(whole)  # type: ignore[arg-type] # Whatever a person may have written.
    assert (compiled is None) is bool(findings)
    return [(finding.place, finding.message) for finding in findings]


def amount_told(amount: object) -> list[tuple[str, str]]:
    """The same for one rule's amount, with places that begin below it."""
    prefix = "rules[0].amount"
    return [(place.removeprefix(prefix), message) for place, message in told(document(rules=[rule(amount=amount)]))]


def test_a_rule_may_hold_for_longer_or_shorter_than_its_program() -> None:
    rules = [rule(name="own", hold_days="45"), rule(name="none", hold_days="0"), rule(name="the program's")]
    compiled, findings = read_program(document(hold_days="30", rules=rules))
    assert findings == ()
    assert compiled is not None
    closed_at = datetime(2026, 11, 20, 16, 4, 5, tzinfo=UTC)
    assert [compiled.hold_until((one,), closed_at) - closed_at for one in compiled.rules] == [
        timedelta(days=45),
        timedelta(0),
        timedelta(days=30),
    ]
    assert compiled.hold_until(compiled.rules, closed_at) - closed_at == timedelta(days=45)


@pytest.mark.parametrize("days", ["331", "-1", "1.5", ""])
def test_a_rules_hold_is_held_to_the_same_bounds(days: str) -> None:
    ((place, _),) = told(document(rules=[rule(hold_days=days)]))
    assert place == "rules[0].hold_days"


def test_a_whole_program_compiles() -> None:
    tiers = [{"from": "0", "flat": "50.00"}, {"from": "1000.00", "percentage": {"rate": "7.5", "max": "900.00"}}]
    whole = document(
        counting={"period": "calendar_year"},
        hold_days="14",
        rules=[
            rule(name="mug", channel="merchandise", item=MUG, when={"products": ["crm", "hr"], "segments": ["gold"]}),
            rule(
                name="rest",
                channel="check",
                amount={"escalating": [{"from": "1", "flat": "100.00"}, {"from": "4", "tiers": tiers}]},
            ),
        ],
    )
    compiled, findings = read_program(whole)
    assert findings == ()
    assert compiled == Program(
        name="customer-referral",
        title="Customer referral",
        legal_entity="Acme Inc.",
        currency="USD",
        zone=ZoneInfo("America/New_York"),
        starts_at=datetime.fromisoformat("2026-01-01T00:00:00-05:00"),
        counting=Counting(CountingPeriod.CALENDAR_YEAR),
        hold_days=14,
        rules=(
            Rule(
                "mug",
                Amount(Flat(usd("100.00"))),
                always_by(Channel.MERCHANDISE),
                All((OneOf(TextFact.PRODUCTS, ("crm", "hr")), OneOf(TextFact.SEGMENTS, ("gold",)))),
                item=Item(71, "Mug", "https://example.com/mug.png", "front", "dtg"),
            ),
            Rule(
                "rest",
                Amount(
                    Escalating(
                        (
                            Step(1, Flat(usd("100.00"))),
                            Step(
                                4,
                                Tiered(
                                    (
                                        Tier(usd("0"), Flat(usd("50.00"))),
                                        Tier(usd("1000.00"), Percentage(Fraction(3, 40), None, usd("900.00"))),
                                    )
                                ),
                            ),
                        )
                    )
                ),
                always_by(Channel.CHECK),
                ALWAYS,
            ),
        ),
    )


def test_without_counting_or_hold_it_counts_for_life_and_holds_nothing() -> None:
    compiled, _ = read_program(document())
    assert compiled is not None
    assert (compiled.counting, compiled.hold_days) == (Counting(), 0)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"program": None}, ("program", "is missing")),
        ({"program": "Referral"}, ("program", "must be lower-case letters, digits and dashes, at most 63")),
        ({"program": "a" * 64}, ("program", "must be lower-case letters, digits and dashes, at most 63")),
        ({"title": "  "}, ("title", "must not be empty")),
        ({"title": "\ud800"}, ("title", "holds half a character (a lone surrogate): write it anew")),
        (
            {"rules": [rule(when={"products": ["\ud800"]})]},
            ("rules[0].when.products", "must be a list of texts"),
        ),
        ({"legal_entity": ["Acme"]}, ("legal_entity", "must be text")),
        ({"currency": "usd"}, ("currency", "must be an ISO 4217 code such as USD, not 'usd'")),
        (
            {"time_zone": "Mars/Base"},
            ("time_zone", "must be an IANA time zone such as America/New_York, not 'Mars/Base'"),
        ),
        ({"time_zone": "../etc"}, ("time_zone", "must be an IANA time zone such as America/New_York, not '../etc'")),
        ({"hold_days": "-1"}, ("hold_days", "must be a whole number from 0 to 330, not '-1'")),
        ({"hold_days": "331"}, ("hold_days", "must be a whole number from 0 to 330, not '331'")),
        ({"hold_days": "٣"}, ("hold_days", "must be a whole number from 0 to 330, not '٣'")),
        (
            {"counting": {"period": "weekly"}},
            (
                "counting.period",
                "must be one of lifetime, calendar_year, calendar_month, fiscal_year, rolling_days, not 'weekly'",
            ),
        ),
        ({"counting": "lifetime"}, ("counting", "must be a mapping with by, group, period, fiscal_year_starts, days")),
        (
            {"starts_at": "2026-01-01"},
            (
                "starts_at",
                "must be a date and time with a zone, such as 2026-01-01T00:00:00-05:00, not '2026-01-01'",
            ),
        ),
        ({"rules": []}, ("rules", "must be a list with at least one entry")),
        ({"rules": "all"}, ("rules", "must be a list with at least one entry")),
        ({"rules": [rule()] * 501}, ("rules", "must be at most 500 rules")),
        ({"rules": [rule(), rule()]}, ("rules[1].name", "is the name of an earlier rule: 'all'")),
        (
            {"rules": [rule(channel="pigeon")]},
            ("rules[0].channel", "must be one of gift_card, check, bill_credit, merchandise, not 'pigeon'"),
        ),
        (
            {"rules": [rule(channel="merchandise")]},
            ("rules[0].item", "is missing: merchandise needs the item that is sent"),
        ),
        (
            {"rules": [rule(item=MUG)]},
            ("rules[0].item", "is only for merchandise, and this rule pays by gift_card"),
        ),
        (
            {"rules": [rule(channel="merchandise", item={**MUG, "artwork_url": "http://example.com"})]},
            ("rules[0].item.artwork_url", "must be an https address that the provider can fetch"),
        ),
        (
            {"rules": [rule(when={"country": ["US"]})]},
            ("rules[0].when.country", "is not known here; did you mean countries?"),
        ),
        ({"rules": [rule(when={"products": ["crm", 7]})]}, ("rules[0].when.products", "must be a list of texts")),
        (
            {"rules": [rule(when={"products": "crm"})]},
            ("rules[0].when.products", "must be a list with at least one entry"),
        ),
    ],
)
def test_each_mistake_has_its_place_and_says_what_to_do(changes: dict[str, Any], finding: tuple[str, str]) -> None:
    assert told(document(**changes)) == [finding]


@pytest.mark.parametrize(
    ("amount", "finding"),
    [
        (
            {},
            (
                "",
                f"must have exactly one of {KINDS}, and has none",
            ),
        ),
        (
            {"flat": "1.00", "percentage": {"rate": "1"}},
            (
                "",
                f"must have exactly one of {KINDS}, and has flat and percentage",
            ),
        ),
        ({"flat": "0.00"}, (".flat", "must be above zero; leave the rule out to pay nothing")),
        ({"flat": "-5.00"}, (".flat", "must not be below zero: -5.00 USD")),
        ({"flat": "5.001"}, (".flat", "'5.001' has more than the 2 decimal places of USD")),
        ({"flat": "lots"}, (".flat", "'lots' is not a decimal amount such as \"1250.00\"")),
        ({"percentage": {"rate": "0"}}, (".percentage.rate", "must be above 0 and at most 100 percent, not 0")),
        (
            {"percentage": {"rate": "100.01"}},
            (".percentage.rate", "must be above 0 and at most 100 percent, not 100.01"),
        ),
        ({"percentage": {"rate": "10%"}}, (".percentage.rate", "'10%' is not a percentage such as \"7.5\"")),
        (
            {"percentage": {"rate": "10", "min": "5.00", "max": "4.99"}},
            (".percentage.max", "4.99 USD is below min, 5.00 USD"),
        ),
        (
            {"tiers": [{"from": "1.00", "flat": "1.00"}]},
            (".tiers[0].from", "the first tier must be from 0, so that every deal has one"),
        ),
        (
            {"tiers": [{"from": "0", "flat": "1.00"}, {"from": "0.00", "flat": "2.00"}]},
            (".tiers[1].from", "0.00 USD must be above the tier before, 0.00 USD"),
        ),
        (
            {"tiers": [{"from": "0"}]},
            (".tiers[0]", "must have exactly one of flat, percentage, and has none"),
        ),
        (
            {"escalating": [{"from": "2", "flat": "1.00"}]},
            (".escalating[0].from", "the first step must be from 1, so that every deal has one"),
        ),
        (
            {"escalating": [{"from": "1", "flat": "1.00"}, {"from": "1", "flat": "2.00"}]},
            (".escalating[1].from", "1 must be above the step before, 1"),
        ),
        (
            {"escalating": [{"from": "0", "flat": "1.00"}]},
            (".escalating[0].from", "must be a whole number from 1 to 1000000, not '0'"),
        ),
    ],
)
def test_each_mistake_of_an_amount(amount: dict[str, Any], finding: tuple[str, str]) -> None:
    assert amount_told(amount) == [finding]


def test_a_rate_of_100_percent_and_equal_limits_are_right() -> None:
    assert amount_told({"percentage": {"rate": "100", "min": "5.00", "max": "5.00"}}) == []


def test_all_mistakes_are_told_at_once() -> None:
    whole = document(title=None, hold_days="x", extra="y", rules=[rule(name=None), rule(amount={"flat": "x"})])
    assert [place for place, _ in told(whole)] == [
        "extra",
        "title",
        "hold_days",
        "rules[0].name",
        "rules[1].amount.flat",
    ]


def test_what_is_no_mapping_is_told_for_the_whole_document() -> None:
    (finding,) = told("text")
    assert finding[0] == "the document"


@pytest.mark.parametrize("key", ["curency", "Currency", "curr ency", "curerncy"])
def test_of_a_misspelled_key_the_one_that_was_meant_is_told(key: str) -> None:
    assert told(document(**{key: "USD"}))[0] == (key, "is not known here; did you mean currency?")


def test_of_a_key_like_none_all_that_are_known_are_told() -> None:
    assert told(document(xyz="USD"))[0] == ("xyz", f"is not known here; known are {', '.join(keys.PROGRAM)}")


@pytest.mark.parametrize(
    ("amount", "place"),
    [
        ({"tiers": [{"from": "0", "flat": "1e3"}, {"from": "500", "flat": "9"}]}, ".tiers[0].flat"),
        ({"graduated": [{"frmo": "0", "rate": "5"}, {"from": "500", "rate": "3"}]}, ".graduated[0].from"),
        ({"escalating": [{"from": "1", "flat": "1:30"}, {"from": "3", "flat": "9"}]}, ".escalating[0].flat"),
        ({"table": {"tiers": ["-", "5"], "steps": ["1"], "pays": [["1"], ["2"]]}}, ".table.tiers[0]"),
        ({"table": {"tiers": ["0"], "steps": ["x", "5"], "pays": [["1", "2"]]}}, ".table.steps[0]"),
    ],
)
def test_a_mistake_in_the_first_band_is_not_told_again_as_a_gap_below_the_second(amount: object, place: str) -> None:
    found = amount_told(amount)
    assert place in {one for one, _ in found}
    assert [message for _, message in found if message.startswith("the first")] == []


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("rules", 0, "amount", "flat"), "rules[0].amount.flat"),
        (("a",), "a"),
        ((), "the document"),
        ((0, "a"), "[0].a"),
    ],
)
def test_a_place_is_written_as_people_write_it(path: tuple[str | int, ...], place: str) -> None:
    assert Finding(path, "").place == place


KEYS = st.sampled_from(
    sorted({key for known in vars(keys).values() if isinstance(known, dict) for key in known})
) | st.text(max_size=3)
SCALARS = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(
        ["USD", "JPY", "0", "1", "100.00", "gift_card", "merchandise", "America/New_York", "2026-01-01T00:00:00Z"]
    )
)
NODES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6))


@given(NODES)
def test_no_document_makes_it_raise(whole: object) -> None:
    told(whole)


@given(st.sampled_from(sorted(keys.PROGRAM)), NODES)
def test_no_value_of_a_program_makes_it_raise(key: str, value: object) -> None:
    told({**document(), key: value})


@given(st.sampled_from(sorted(keys.RULE)), NODES)
def test_no_value_of_a_rule_makes_it_raise(key: str, value: object) -> None:
    told(document(rules=[{**rule(channel="merchandise", item=MUG), key: value}]))


@given(st.sampled_from(sorted(keys.WHEN)), NODES)
def test_no_value_of_a_condition_makes_it_raise(key: str, value: object) -> None:
    told(document(rules=[rule(when={key: value})]))


@given(st.sampled_from(sorted(keys.AMOUNT)), NODES)
def test_no_value_of_an_amount_makes_it_raise(key: str, value: object) -> None:
    told(document(rules=[rule(amount={key: value})]))


def test_what_compiles_compiles_the_same_after_it_was_stored() -> None:
    whole = document(rules=[rule(amount={"percentage": {"rate": "7.5", "min": "5.00"}})])
    assert read_program(json.loads(json.dumps(whole))) == read_program(whole)
