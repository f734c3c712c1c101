"""What conditions say about each other: proven by no deal that contradicts it, and found wherever it is plain."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.grammar.strategies import AMOUNT_NAMES, PRODUCTS, TEXTS, conditions
from guerdon.domain.conditions import ALWAYS, All, AnyOf, Condition, During, Flag, Not, OneOf, Sized, TextFact, Units
from guerdon.domain.grammar.conditions import read_condition
from guerdon.domain.grammar.implication import Patience, covered, possible
from guerdon.domain.grammar.reader import ProgramReader

START: Final = datetime(2025, 12, 1, tzinfo=UTC)


def read(node: dict[str, Any]) -> Condition:
    reader = ProgramReader(currency="USD")
    condition = read_condition(reader, node, ("when",))
    assert condition is not None, reader.findings
    return condition


def holds(condition: Condition, deal: Mapping[str, Any]) -> bool:
    """A second, plain reading of conditions: `deal` has a value, or None, by the key of each fact."""
    match condition:
        case All(parts):
            return all(holds(part, deal) for part in parts)
        case AnyOf(parts):
            return any(holds(part, deal) for part in parts)
        case Not(part):
            return not holds(part, deal)
        case _:
            return compared(condition, deal)


def compared(condition: Condition, deal: Mapping[str, Any]) -> bool:
    match condition:
        case OneOf(TextFact.PRODUCTS, values):
            return any(sku in values for sku in deal["products"])
        case OneOf(fact, values):
            return deal[fact] in values
        case Flag(fact, value):
            return deal[fact] is value
        case Sized(of, at_least, below):
            least, end = at_least and at_least.amount_minor, below and below.amount_minor
            return within(deal[of], least, end)
        case Units(at_least=least, below=end):
            return within(deal["units"], least, end)
        case During(fact, start, finish):
            return within(deal[fact], start, finish)
        case _:
            raise TypeError(condition)


def within(value: Any, first: Any, end: Any) -> bool:  # noqa: ANN401 - Numbers or moments, all of one kind.
    return value is not None and (first is None or value >= first) and (end is None or value < end)


MOMENTS = st.integers(0, 500).map(lambda days: START + timedelta(days=days))
SIZES = st.integers(0, 2_100_000) | st.integers(0, 21_000).map(lambda whole: whole * 100)
DEALS = st.fixed_dictionaries(
    {
        **{fact: st.none() | st.sampled_from([*values, "other"]) for fact, values in TEXTS.items()},
        "products": st.lists(st.sampled_from([*PRODUCTS, "other"]), max_size=3),
        "sales_involved": st.none() | st.booleans(),
        "first_purchase": st.none() | st.booleans(),
        "amount": SIZES,
        **{name: st.none() | SIZES for name in AMOUNT_NAMES},
        "units": st.integers(0, 21_000),
        "closed": MOMENTS,
        "referred": st.none() | MOMENTS,
    }
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conditions(), st.lists(conditions(), min_size=1, max_size=3), st.lists(DEALS, min_size=1, max_size=8))
def test_no_deal_contradicts_what_is_said(
    one: dict[str, Any], others: list[dict[str, Any]], deals: list[dict[str, Any]]
) -> None:
    condition, by = read(one), [read(other) for other in others]
    for deal in deals:
        meets = holds(condition, deal)
        if meets:
            assert possible(Patience(), condition)
        if covered(Patience(), condition, by, ALWAYS):
            assert not meets or any(holds(other, deal) for other in by)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conditions(), conditions())
def test_a_condition_is_covered_by_itself_and_by_what_asks_less_and_never_holds_with_its_own_opposite(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    condition, further = read(one), read(other)
    assert covered(Patience(), condition, [condition], ALWAYS)
    assert covered(Patience(), All((condition, further)), [condition], ALWAYS)
    assert covered(Patience(), condition, [AnyOf((further, condition))], ALWAYS)
    assert covered(Patience(), further, [condition, Not(condition)], ALWAYS)
    assert not possible(Patience(), condition, Not(condition))


GOLD = {"segments": ["gold"]}


def test_what_a_large_condition_has_beside_it_is_found_without_a_look_inside() -> None:
    pairs = [{"all": [{"segments": [f"s{n}"]}, {"deal_amount": {"from": str(n)}}]} for n in range(30)]
    large, small = read({"any": pairs}), read({"not": {"any": pairs[:20]}})
    patience = Patience()
    assert covered(patience, All((large, small)), [AnyOf((small, large))], ALWAYS)
    assert not possible(patience, large, Not(large))
    assert patience.steps > Patience().steps - 1_000


@pytest.mark.parametrize(
    ("one", "by"),
    [
        (GOLD, [{"segments": ["silver", "gold"]}]),
        ({**GOLD, "countries": ["US"]}, [GOLD]),
        ({"deal_amount": {"from": "5000"}}, [{"deal_amount": {"from": "4999.99"}}]),
        (
            {"deal_amount": {"from": "1", "below": "9"}},
            [{"deal_amount": {"below": "5"}}, {"deal_amount": {"from": "5"}}],
        ),
        ({"closed": {"from": "2026-11-01", "before": "2026-12-01"}}, [{"closed": {"before": "2027-01-01"}}]),
        ({"units": {"from": "10"}}, [{"not": {"units": {"below": "10"}}}]),
        (GOLD, [{"sales_involved": "true"}, {"not": {"sales_involved": "true"}}]),
        ({"amounts": {"first_year": {"from": "2"}}}, [{"amounts": {"first_year": {"from": "1"}}}]),
        ({"not": {"any": [GOLD, {"regions": ["na"]}]}}, [{"not": GOLD}]),
        ({"products": ["crm"]}, [{"products": ["hr", "crm"]}]),
        (GOLD, [{"deal_amount": {"from": "0"}}]),
    ],
)
def test_what_covers_is_found(one: dict[str, Any], by: list[dict[str, Any]]) -> None:
    assert covered(Patience(), read(one), [read(other) for other in by], ALWAYS) is True


@pytest.mark.parametrize(
    ("one", "by"),
    [
        ({"segments": ["silver", "gold"]}, [GOLD]),
        (GOLD, [{**GOLD, "countries": ["US"]}]),
        ({"products": ["hr", "crm"]}, [{"products": ["crm"]}]),
        # What a deal does not say is neither true nor false, and below no bound.
        (GOLD, [{"sales_involved": "true"}, {"sales_involved": "false"}]),
        (GOLD, [{"amounts": {"first_year": {"below": "5"}}}, {"amounts": {"first_year": {"from": "5"}}}]),
        (GOLD, [{"amounts": {"first_year": {"from": "0"}}}]),
        ({"deal_amount": {"from": "1"}}, [{"deal_amount": {"below": "5"}}, {"deal_amount": {"from": "5.01"}}]),
        ({"referred": {"from": "2026-01-01"}}, [{"closed": {"from": "2026-01-01"}}]),
    ],
)
def test_what_does_not_cover_is_not_said_to(one: dict[str, Any], by: list[dict[str, Any]]) -> None:
    assert covered(Patience(), read(one), [read(other) for other in by], ALWAYS) is False


@pytest.mark.parametrize(
    "impossible",
    [
        {**GOLD, "not": GOLD},
        {"all": [GOLD, {"segments": ["silver"]}]},
        {"sales_involved": "true", "all": [{"sales_involved": "false"}]},
        {"deal_amount": {"from": "10"}, "not": {"deal_amount": {"from": "5"}}},
        {"units": {"from": "10"}, "all": [{"units": {"below": "10"}}]},
        {"closed": {"from": "2026-11-01"}, "not": {"closed": {"from": "2026-10-01"}}},
        {"any": [{**GOLD, "not": GOLD}, {"products": ["crm"], "not": {"products": ["crm", "hr"]}}]},
    ],
)
def test_what_nothing_can_meet_is_found(impossible: dict[str, Any]) -> None:
    assert not possible(Patience(), read(impossible))


def test_two_products_are_possible_and_two_segments_are_not() -> None:
    assert possible(Patience(), read({"all": [{"products": ["crm"]}, {"products": ["hr"]}]}))
    assert not possible(Patience(), read({"all": [GOLD, {"segments": ["silver"]}]}))


def test_without_patience_nothing_is_decided() -> None:
    condition = read(GOLD)
    assert covered(Patience(0), condition, [condition], ALWAYS) is None
    assert possible(Patience(0), condition, Not(condition))


def test_a_hard_question_is_given_up_within_its_steps() -> None:
    patience = Patience()
    maze = [
        AnyOf(
            tuple(
                OneOf(fact, (f"{text}{number}",))
                for number, fact in enumerate((TextFact.SEGMENTS, TextFact.REGIONS, TextFact.METHODS))
            )
        )
        for text in "abcdefghijkl"
    ]
    assert covered(patience, All(tuple(Not(All((one, other))) for one in maze for other in maze)), maze, ALWAYS) in {
        None,
        False,
    }
    assert patience.steps >= Patience().steps - 4_000 - 1_000
