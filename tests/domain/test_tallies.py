"""How much a row of counted deals keeps."""

from datetime import timedelta
from typing import Final

from builders import CLOSED_AT, facts, program, rule
from guerdon.domain.counting import WHOLE
from guerdon.domain.facts import LineFacts
from guerdon.domain.program import Program
from guerdon.domain.tallies import Tally, counts_at, tallied

SKUS: Final = [f"sku-{number}" for number in range(30)]


def rolling(days: int, *, by: str = "program") -> Program:
    return program(rule(when={"products": SKUS}), counting={"by": by, "period": "rolling_days", "days": str(days)})


def after(judged_by: Program, days: int, *skus: str) -> tuple[Tally, ...]:
    """The tallies after a deal a day, on days that end with CLOSED_AT."""
    tallies: tuple[Tally, ...] = ()
    lines = tuple(LineFacts(sku, 1, None) for sku in skus)
    for ago in range(days - 1, -1, -1):
        tallies = tallied(judged_by, tallies, facts(closed_at=CLOSED_AT - timedelta(days=ago), lines=lines))
    return tallies


def test_every_day_that_still_counts_is_kept() -> None:
    judged_by = rolling(1000)
    assert counts_at(judged_by, after(judged_by, 900), CLOSED_AT) == {WHOLE: 900}


def test_every_product_of_a_day_that_still_counts_is_kept() -> None:
    judged_by = rolling(100, by="product")
    assert counts_at(judged_by, after(judged_by, 60, *SKUS), CLOSED_AT) == dict.fromkeys(SKUS, 60)


def test_days_that_count_no_more_are_kept_for_a_late_deal_and_then_go() -> None:
    judged_by = rolling(30)
    tallies = after(judged_by, 900)
    assert len(tallies) == 400
    late = CLOSED_AT - timedelta(days=360)
    assert counts_at(judged_by, tallies, late) == {WHOLE: 30}


def test_a_row_stays_within_what_is_stored() -> None:
    long = [f"{number}{'s' * 900}" for number in range(10)]
    counting = {"by": "product", "period": "rolling_days", "days": "3660"}
    tallies = after(program(rule(when={"products": long}), counting=counting), 50, *long)
    assert len(tallies) > 300
    assert sum(50 + len(tally.product) for tally in tallies) <= 300_000
    assert tallies[-1].on == CLOSED_AT.date()
