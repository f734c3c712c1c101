import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.application.benchmark.statistics import GROUPS, left_out_interval, mean_interval, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (Wilson's score interval).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_of_a_share_is_as_the_literature_has_it(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=0.00006)


@given(st.integers(1, 10**7).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_of_a_share_holds_it_and_stays_a_share(sample: tuple[int, int]) -> None:
    hits, of = sample
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1


def test_the_interval_of_an_average_is_twice_its_error() -> None:
    # 1, 2, 3, 4: average 2.5, variance 5/3, error sqrt(5/12).
    assert mean_interval(10, 30, 4) == pytest.approx((2.5 - 1.959964 * 0.645497, 2.5 + 1.959964 * 0.645497), abs=1e-5)


def test_an_average_of_equal_values_is_certain() -> None:
    assert mean_interval(30, 90, 10) == (3, 3)


def test_a_figure_that_no_part_changes_is_certain() -> None:
    assert left_out_interval(0.22, [0.22] * GROUPS) == pytest.approx((0.22, 0.22))


def test_a_share_by_leaving_out_is_from_zero_to_one() -> None:
    assert left_out_interval(0.5, [0.0, 1.0] * (GROUPS // 2)) == (0.0, 1.0)
