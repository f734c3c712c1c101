"""Measure guerdon simulate on invented deals: `make bench-simulate`, with DEALS=10000000 for up to that many.

Each size runs in a process of its own, so that its peak memory is its own. The plain loop beside it is what a script
would do without any of our code: one pass over the same file by Python's csv, a counter of referrals by advocate and
year, and floats for money; no limits, reversals, explanations or checks. It says how far the whole is from the least.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from guerdon.adapters.history.running import Job, replay
from guerdon.adapters.history.writing import write_rows
from guerdon.adapters.sample_history.generate import History, Wish
from guerdon.adapters.sample_history.seasons import Size
from guerdon.application.benchmark.published import Kind
from guerdon.domain.document import Document
from guerdon.domain.grammar.program import read_program
from guerdon.domain.history import HistoryRow
from guerdon.domain.program import Program

ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / ".local" / "bench"
PLOT: Final = ROOT / "docs" / "simulate-speed.svg"
SIZES: Final = (1_000_000, 2_000_000, 4_000_000)
LARGE: Final = 20_000
"""From where on the program below pays a share."""

ADVOCATES_MOST: Final = 50_000
"""So many advocates at every size: what grows is the number of their deals, and memory should not."""

PROGRAM: Final[Document] = {
    "program": "customer-referral",
    "title": "Customer referral",
    "legal_entity": "Acme Inc.",
    "currency": "USD",
    "time_zone": "America/New_York",
    "starts_at": "2026-01-01T00:00:00-05:00",
    "counting": {"period": "calendar_year"},
    "limits": {"advocate": [{"max": "4000.00", "period": "calendar_year", "over": "cut"}]},
    "rules": [
        {
            "name": "large",
            "when": {"deal_amount": {"from": "20000.00"}},
            "amount": {"percentage": {"rate": "1.5", "max": "500.00"}},
            "channel": "check",
        },
        {
            "name": "every-referral",
            "amount": {"escalating": [{"from": "1", "flat": "40.00"}, {"from": "2", "flat": "75.00"}]},
            "channel": "gift_card",
        },
    ],
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate, measure each size in its own process, print, and plot."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--deals", type=int, default=SIZES[-1])
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args(arguments)
    if asked.one is not None:
        print(json.dumps(_measured(asked.one, asked.processes)))
        return
    WORK.mkdir(parents=True, exist_ok=True)
    sizes = SIZES if asked.deals >= SIZES[-1] else (asked.deals // 4, asked.deals // 2)
    rows = [_of_size(size, asked.processes) for size in sorted({*sizes, asked.deals})]
    plot(rows)
    print(f"\nThe plot is in {PLOT.relative_to(ROOT)}.")


def _of_size(size: int, processes: int) -> dict[str, float]:
    history = WORK / "deals.csv"
    with history.open("w", encoding="utf-8", newline="") as out:
        write_rows(out, _deals(size))
    plain = _plain(history)
    run = [sys.executable, "-m", "bench.simulating", "--one", str(history), "--processes", str(processes)]
    told = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - our own.
    history.unlink()
    row: dict[str, float] = told | {"deals": size}
    print(
        f"{size:>10,} deals  {row['rate']:>8,.0f} deals/s  {row['seconds']:>6.1f} s  "
        f"peak {row['peak_mb']:>4.0f} MB a process  {row['worked'] / size * 1e6:>4.0f} us of processor a deal, "
        f"{row['worked'] / plain:.1f} times the plain loop's",
        flush=True,
    )
    return row


def _deals(size: int) -> Iterator[HistoryRow]:
    wish = Wish(Kind.CUSTOMER, Size(size, None), date(2026, 1, 1), 12, "USD", 1, with_leads=False)
    for number, row in enumerate(History(wish).rows()):
        yield row._replace(advocate=f"A-{number * 7919 % ADVOCATES_MOST}")


def _measured(history: Path, processes: int) -> dict[str, float]:
    program, findings = read_program(PROGRAM)
    if program is None:
        raise SystemExit(str(findings))
    return _timed(history, program, processes)


def _timed(history: Path, program: Program, processes: int) -> dict[str, float]:
    started = time.perf_counter()
    replayed = replay(Job(history, (program,)), processes, lambda _: None)
    seconds = time.perf_counter() - started
    usages = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    worked = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    if replayed.problems:
        raise SystemExit(str(replayed.problems))
    of = resource.RUSAGE_CHILDREN if replayed.processes > 1 else resource.RUSAGE_SELF
    peak = resource.getrusage(of).ru_maxrss / 1024
    rate = replayed.totals[0].deals / seconds
    return {"rate": rate, "seconds": seconds, "worked": worked, "peak_mb": peak}


def _plain(history: Path) -> float:
    """How many seconds of processor time the plain loop takes."""
    started = time.process_time()
    counts: dict[tuple[str, int], int] = {}
    costs: dict[str, float] = {}
    with history.open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            closed_at = datetime.fromisoformat(row["closed_at"]).astimezone(UTC)
            key = row["advocate"], closed_at.year
            counts[key] = counts.get(key, 0) + 1
            amount = float(row["amount"])
            reward = min(amount * 0.015, 500) if amount >= LARGE else 40 if counts[key] == 1 else 75
            costs[row["advocate"]] = costs.get(row["advocate"], 0) + reward
    return time.process_time() - started


def plot(rows: Sequence[dict[str, float]]) -> None:
    """Draw time and memory as times those of the fewest deals."""
    import pygal  # noqa: PLC0415 - a process that measures does not need it.
    from pygal.style import Style  # noqa: PLC0415 - the same.

    style = Style(
        background="white", plot_background="white", colors=("#0b7285", "#c2410c"), font_family="sans-serif",
        title_font_size=18,
    )  # fmt: skip
    first = rows[0]
    chart = pygal.XY(
        title="A simulation, as times that of the fewest deals",
        x_title="million deals",
        style=style,
        width=800,
        height=420,
        dots_size=4,
        js=(),
        no_prefix=True,
        disable_xml_declaration=True,
        range=(0, max(row["worked"] for row in rows) / first["worked"]),
    )
    for name, key in (("processor time", "worked"), ("peak memory", "peak_mb")):
        chart.add(name, [(row["deals"] / 1e6, round(row[key] / first[key], 3)) for row in rows])
    PLOT.write_text(chart.render(is_unicode=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
