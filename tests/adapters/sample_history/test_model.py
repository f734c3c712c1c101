import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sample_history.luck import luck
from guerdon.adapters.sample_history.cohort import COHORT, draw_cohort, referrals_each
from guerdon.adapters.sample_history.field import TIER_DEALS, TIER_REFERRALS, model_of
from guerdon.adapters.sample_history.shares import apportion, apportion_within, fitted
from guerdon.application.benchmark.published import FIGURES, Kind, Method


@given(st.integers(0, 10_000), st.lists(st.floats(0.01, 100), min_size=1, max_size=8))
def test_shares_sum_to_the_whole_and_are_within_one_of_their_quota(count: int, weights: list[float]) -> None:
    shares = apportion(count, weights)
    assert sum(shares) == count
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - count * weight / sum(weights)) < 1.000001


def test_what_a_full_share_cannot_take_goes_where_the_most_room_is() -> None:
    assert apportion_within(6, [10, 1, 1], [2, 3, 4]) == [2, 2, 2]


def test_a_fitted_table_has_both_margins() -> None:
    table = fitted([[1, 2], [3, 4]], [0.4, 0.6], [0.7, 0.3])
    assert [sum(row) for row in table] == pytest.approx([0.4, 0.6])
    assert [sum(column) for column in zip(*table, strict=True)] == pytest.approx([0.7, 0.3])


@pytest.mark.parametrize("kind", Kind)
def test_the_model_converts_each_method_as_published(kind: Kind) -> None:
    model = model_of(kind)
    for index, method in enumerate(model.methods):
        referrals = sum(row[index] for row in model.referrals)
        deals = sum(row[index] for row in model.deals) * model.conversion
        assert deals / referrals == pytest.approx(float(FIGURES[kind].methods[method].conversion), abs=1e-6)


@pytest.mark.parametrize(("kind", "conversion"), [(Kind.CUSTOMER, 0.1324), (Kind.PARTNER, 0.3120)])
def test_the_methods_add_up_to_the_published_conversion(kind: Kind, conversion: float) -> None:
    assert model_of(kind).conversion == pytest.approx(conversion, abs=0.00005)
    assert round(model_of(kind).conversion, 2) == float(FIGURES[kind].conversion)


def test_referrals_and_deals_are_as_concentrated_as_published() -> None:
    model = model_of(Kind.CUSTOMER)
    assert [sum(row) for row in model.referrals] == pytest.approx(TIER_REFERRALS, abs=1e-6)
    assert [sum(row) for row in model.deals] == pytest.approx(TIER_DEALS, abs=1e-6)


def test_no_referral_is_more_than_certain_to_become_a_deal() -> None:
    for kind in Kind:
        model = model_of(kind)
        for referrals, deals in zip(model.referrals, model.deals, strict=True):
            assert all(won * model.conversion <= made for made, won in zip(referrals, deals, strict=True))


def test_a_full_cohort_makes_the_published_numbers_of_referrals() -> None:
    each = referrals_each(COHORT)
    assert each == sorted(each, reverse=True)
    assert sum(count == 1 for count in each) == 6_100
    assert sum(2 <= count <= 10 for count in each) == 3_400
    assert sum(count >= 11 for count in each) == 500
    assert round(sum(each[:100]) / sum(each), 2) == 0.22
    assert round(sum(each[:1000]) / sum(each), 2) == 0.54


@pytest.mark.parametrize(("advocates", "deals"), [(1, 0), (1, 1), (3, 1), (282, 100), (10_000, 3_536)])
def test_a_cohort_has_exactly_the_deals_that_are_asked_for(advocates: int, deals: int) -> None:
    cohort = draw_cohort(model_of(Kind.CUSTOMER), advocates, deals, luck(5))
    assert len(cohort.deals) == deals
    each = [0] * advocates
    for slot in cohort.deals + cohort.others:
        each[slot.position] += 1
    assert each == referrals_each(advocates)


def test_the_order_of_methods_is_the_published_one() -> None:
    assert model_of(Kind.PARTNER).methods[0] is Method.LEAD_FORM
