"""A history in parts comes to what it comes to as a whole, and what stands twice is found across parts."""

from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import pytest

import builders
from guerdon.adapters.history.forecasting import forecast
from guerdon.adapters.history.reading import Problem
from guerdon.adapters.history.running import Job, Replayed, replay
from guerdon.adapters.history.writing import write_rows
from guerdon.adapters.sample_history.generate import History, Wish
from guerdon.adapters.sample_history.seasons import Size
from guerdon.application.benchmark.published import Kind
from guerdon.application.replay.totals import Totals
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import percent
from guerdon.domain.program import Program
from guerdon.domain.triggers import INVOICE_PAID

CLIMBING = builders.rule(
    amount={"escalating": [{"from": "1", "flat": "50.00"}, {"from": "2", "percentage": {"rate": "1"}}]}
)
LIMITED = {"advocate": [{"max": "120.00", "period": "calendar_year", "over": "cut"}]}
BUDGET = {"program": [{"max": "900.00", "period": "calendar_month", "over": "refuse"}]}


@pytest.fixture
def rows() -> list[HistoryRow]:
    wish = Wish(Kind.CUSTOMER, Size(400, None), date(2026, 1, 1), 12, "USD", 3, with_leads=False)
    return list(History(wish).rows())


def replayed(path: Path, rows: list[HistoryRow], program: Program, processes: int) -> Replayed:
    with path.open("w", encoding="utf-8", newline="") as out:
        write_rows(out, rows)
    job = Job(path, (program, program), compared=1, months_of=0, rewards=path.parent / f"rewards-{processes}.csv")
    return replay(job, processes, lambda _: None, small_bytes=0)


def sums(totals: Totals) -> dict[str, object]:
    return {field.name: getattr(totals, field.name) for field in fields(totals) if field.name != "program"}


def test_a_history_in_parts_comes_to_what_it_comes_to_as_a_whole(tmp_path: Path, rows: list[HistoryRow]) -> None:
    rows = [row._replace(told_at=row.closed_at + timedelta(days=number % 9)) for number, row in enumerate(rows)]
    program = builders.program(CLIMBING, limits=LIMITED, told_within_days="7")
    whole, parts = (replayed(tmp_path / "deals.csv", rows, program, processes) for processes in (1, 2))
    assert (whole.processes, parts.processes) == (1, 2)
    assert whole.totals[0].cost > 0
    assert whole.totals[0].stopped is not None
    assert whole.totals[0].stopped.late.count > 0
    assert sums(parts.totals[0]) == sums(whole.totals[0])
    assert parts.changes == whole.changes
    one, two = ((tmp_path / f"rewards-{count}.csv").read_text(encoding="utf-8").splitlines() for count in (1, 2))
    assert sorted(one) == sorted(two)
    outlooks = [forecast(each.totals[0], program, {}, percent("120"), seed=5) for each in (whole, parts)]
    assert outlooks[0] == outlooks[1]


def test_a_program_with_a_limit_of_its_own_is_replayed_by_one_process(tmp_path: Path, rows: list[HistoryRow]) -> None:
    assert replayed(tmp_path / "deals.csv", rows, builders.program(CLIMBING, limits=BUDGET), 2).processes == 1


def test_a_program_with_ceilings_is_replayed_by_one_process(tmp_path: Path, rows: list[HistoryRow]) -> None:
    capped = builders.program(CLIMBING, ceilings={"payouts_per_day": "2"})
    assert replayed(tmp_path / "deals.csv", rows, capped, 2).processes == 1


def test_what_stands_twice_is_found_wherever_it_is(tmp_path: Path, rows: list[HistoryRow]) -> None:
    rows[300] = rows[300]._replace(deal=rows[7].deal)
    assert rows[300].advocate != rows[7].advocate
    problems = replayed(tmp_path / "deals.csv", rows, builders.program(CLIMBING), 2).problems
    assert [(problem.line, problem.column) for problem in problems] == [(302, "deal")]
    assert "stands in line 9 already" in problems[0].message


def test_the_invoices_of_a_deal_name_one_advocate(tmp_path: Path, rows: list[HistoryRow]) -> None:
    invoices = [
        row._replace(deal="D-1", trigger=INVOICE_PAID, occurrence_id=f"in_{number}", advocate=f"A-{number // 2}")
        for number, row in enumerate(rows[:3])
    ]
    program = builders.program(builders.rule(on=INVOICE_PAID), triggers={INVOICE_PAID: {"per_deal": "12"}})
    problems = replayed(tmp_path / "deals.csv", invoices, program, 1).problems
    assert problems == [
        Problem(4, "advocate", "is another one than in line 2, which is about the same deal"),
    ]


def test_problems_of_several_parts_are_told_once_and_in_order(tmp_path: Path, rows: list[HistoryRow]) -> None:
    rows[10] = rows[10]._replace(closed_at=rows[0].closed_at)
    rows[20] = rows[20]._replace(country="usa")
    problems = replayed(tmp_path / "deals.csv", rows, builders.program(CLIMBING), 2).problems
    assert [(problem.line, problem.column) for problem in problems] == [(12, "closed_at"), (22, "country")]
