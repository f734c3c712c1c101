"""The distribution of amounts: exact while few differ, and right to within half a percent beyond that."""

from hypothesis import given
from hypothesis import strategies as st

from guerdon.application.replay.distribution import ACCURACY, DISTINCT_MOST, Distribution


def test_few_amounts_are_counted_exactly() -> None:
    amounts = Distribution()
    for amount in (50_00, 30_00, 50_00, 100_00):
        amounts.add(amount)
    assert list(amounts.counted()) == [(30_00, 1), (50_00, 2), (100_00, 1)]
    assert [amounts.quantile(share) for share in (0, 0.25, 0.5, 0.9, 1)] == [30_00, 30_00, 50_00, 100_00, 100_00]
    assert amounts.is_exact


def test_many_amounts_take_bounded_memory_and_keep_their_quantiles() -> None:
    amounts = Distribution()
    for amount in range(1, 100_001):
        amounts.add(amount)
    assert not amounts.is_exact
    assert len(amounts.buckets) < DISTINCT_MOST
    for share in (0.1, 0.5, 0.9, 1.0):
        right = share * 100_000
        assert abs(amounts.quantile(share) - right) <= right * ACCURACY + 1


def test_nothing_has_the_quantile_zero() -> None:
    assert Distribution().quantile(0.5) == 0


@given(st.lists(st.lists(st.integers(1, 10**9), max_size=40), min_size=1, max_size=4))
def test_parts_add_up_to_the_whole(parts: list[list[int]]) -> None:
    whole, merged = Distribution(), Distribution()
    for part in parts:
        own = Distribution()
        for amount in part:
            whole.add(amount)
            own.add(amount)
        merged.merge(own)
    assert list(merged.counted()) == list(whole.counted())
