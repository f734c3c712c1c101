"""The demo in windows of every size: nothing is cut, and nothing but prose is broken over lines."""

import io
from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from rich.console import Console

from guerdon.cli.sending import Accepted, Target
from local.demo import report
from local.demo.course import Course, arm_channels, publish_programs
from local.demo.expectations import PROGRAMS, read_expectations
from local.demo.progress import Progress, beginning
from local.demo.screen import Screen
from memory_stack import API, SECRET, MemoryStack

WINDOWS = [(80, 24), (120, 40), (200, 50)]


def finished() -> list[Progress]:
    memory = MemoryStack()
    publish_programs(memory.world, memory.stack, sorted(PROGRAMS.glob("*.yaml")), lambda _: None)
    arm_channels(memory.stack, lambda _: None)
    deliveries = beginning(read_expectations())
    assert Course(memory.stack, Target(API, "crm", SECRET), memory.transport, lambda _: None).run(deliveries)
    return deliveries


def window(columns: int, lines: int) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, color_system=None, width=columns, height=lines, highlight=False
    )


def printed(out: Console) -> list[str]:
    assert isinstance(out.file, io.StringIO)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]


def drawn(out: Console, screen: Screen) -> list[str]:
    with out.capture() as captured:
        out.print(screen._picture())  # noqa: SLF001 - what is drawn over and over, without the cursor's movements.
    return [line.rstrip() for line in captured.get().splitlines()]


def named(lines: Sequence[str], deliveries: Sequence[Progress]) -> set[str]:
    names = {delivery.name for delivery in deliveries}
    return {word for line in lines for word in line.split()[1:2] if word in names}


@pytest.mark.parametrize(("columns", "lines"), WINDOWS)
def test_the_live_table_fits_into_the_window(columns: int, lines: int) -> None:
    deliveries, out = finished(), window(columns, lines)
    seen = drawn(out, Screen(out, deliveries))
    assert len(seen) < lines
    assert max(cell_len(line) for line in seen) <= columns
    assert not any("…" in line for line in seen)
    assert seen[-1].endswith("27 done · 0 under way · 0 to be sent · 0 s")


def test_a_low_window_shows_what_is_under_way_and_what_changed_last() -> None:
    deliveries, out = finished(), window(80, 8)
    screen = Screen(out, deliveries)
    for delivery in deliveries:
        screen.changed(delivery)
    waiting = beginning(read_expectations())[5]
    waiting.answer = Accepted("ev_waiting", tries=1)
    deliveries[7] = waiting
    assert named(drawn(out, screen), deliveries) == {
        waiting.name,
        "malformed-amount-as-number",
        "malformed-no-closing-date",
        "malformed-cut-off",
        "21-amendment",
    }


@pytest.mark.parametrize(("columns", "lines"), WINDOWS)
def test_what_stays_on_the_screen_names_every_delivery(columns: int, lines: int) -> None:
    deliveries, out = finished(), window(columns, lines)
    with Screen(out, deliveries):
        pass
    assert named(printed(out), deliveries) == {delivery.name for delivery in deliveries}


@pytest.mark.parametrize(("columns", "tables"), [(80, 3), (120, 2), (200, 1)])
def test_the_rewards_take_as_many_tables_as_the_window_asks_for(columns: int, tables: int) -> None:
    deliveries, out = finished(), window(columns, 24)
    report.show_rewards(out, deliveries)
    lines = printed(out)
    assert [line.split()[0] for line in lines if line.startswith("Deal")] == ["Deal"] * tables
    assert len(lines) == tables * 14 + (tables - 1)
    assert max(cell_len(line) for line in lines) <= columns


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_each_reason_to_pay_nothing_stands_beside_or_below_its_delivery(columns: int) -> None:
    deliveries, out = finished(), window(columns, 24)
    report.show_unrewarded(out, deliveries)
    lines = printed(out)
    assert max(cell_len(line) for line in lines) <= columns
    start = next(number for number, line in enumerate(lines) if line.startswith("malformed-amount-as-number"))
    assert "400 invalid_event: data.deal.amount.value" in " ".join(lines[start : start + 2])


def test_events_are_called_by_the_names_of_their_deliveries() -> None:
    out = window(200, 50)
    report.show_unrewarded(out, finished())
    told = {line.split()[0]: line for line in printed(out)}
    assert told["01-told-again"].endswith("the same win was decided before, by 01-first-referral")
    assert told["18-same-win-other-amount"].endswith("the same win was told with other content by 01-first-referral")
    assert not any("ev_" in line for line in told.values())


def test_where_to_look_next_fits_into_a_window_of_80_columns() -> None:
    out = window(80, 24)
    addresses = report.Addresses(
        environment_file=".local/env",
        console_url="http://console.localhost:4566/console",
        console_password="open sesame",
        sandbox_url="http://127.0.0.1:4570",
        inbox_url="http://127.0.0.1:4572",
    )
    report.show_where_to_look(out, finished(), addresses)
    lines = printed(out)
    assert len(lines) == 11
    assert any(line.startswith("One execution  ") and "make execution PAYOUT=po_" in line for line in lines)
