"""The sweep's function: what waits is told whatever becomes of the pass, and the pass ends before the function does."""

from collections.abc import Callable
from datetime import timedelta

import pytest

import builders
from fakes.invocation import MemoryInvocation
from guerdon import bootstrap
from guerdon.adapters.aws.backlog_metrics import tell_backlog
from guerdon.adapters.aws.metrics import Metrics
from guerdon.application.count_waiting import CountWaiting
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.payout import BlockReason, PayoutStatus
from judging.reading import Template, read_template
from printed import sums
from sweep import handler
from world import World

PAST = builders.NOW - timedelta(seconds=1)
LONG = handler.KEPT_MILLIS + 1
Wire = Callable[[Callable[[], None]], None]


@pytest.fixture
def world() -> World:
    """Three payouts are due, and one waits for a person."""
    world = World()
    for number in range(3):
        world.store.put(builders.payout(PayoutStatus.SUBMITTED, payout_id=f"po_{number}", look_at=PAST))
    world.store.put(builders.payout(payout_id="po_waits").blocked(BlockReason.DETAILS, PAST))
    return world


@pytest.fixture
def wire(world: World, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Wires the function as in production, but for where it stores and what tells what waits."""
    monkeypatch.setenv("STACK_NAME", "guerdon")

    def wired(tell: Callable[[], None]) -> None:
        monkeypatch.setattr(bootstrap, "sweep", lambda: (world.sweep, tell))

    return wired


def tells(world: World) -> Callable[[], None]:
    return lambda: tell_backlog(Metrics("guerdon"), CountWaiting(world.store, world.clock)())


def test_what_waits_is_told_before_the_pass(world: World, wire: Wire, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[int] = []
    wire(lambda: asked.append(len(world.hints.enqueued)))
    assert handler.handle({}, MemoryInvocation(LONG))["providers_asked"] == 3
    assert asked == [0]
    assert ("SweepUnfinished",) in sums(capsys.readouterr().out)


def test_what_waits_is_told_even_if_there_is_time_for_nothing_else(
    world: World, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    wire(tells(world))
    swept = handler.handle({}, MemoryInvocation(handler.KEPT_MILLIS))
    assert (swept["providers_asked"], swept["kinds_left"]) == (0, 7)
    assert world.hints.enqueued == []
    printed = sums(capsys.readouterr().out)
    assert (printed["PayoutsWaiting", "details"], printed["SweepUnfinished",]) == (1, 7)


def test_the_pass_goes_on_until_a_minute_is_left(wire: Wire, capsys: pytest.CaptureFixture[str]) -> None:
    wire(lambda: None)
    # One look at the clock for each of seven kinds, and one for the payout after that.
    swept = handler.handle({}, MemoryInvocation(*[LONG] * 8, handler.KEPT_MILLIS))
    assert (swept["providers_asked"], swept["kinds_left"]) == (2, 1)
    printed = sums(capsys.readouterr().out)
    assert (printed["SweepFound", "providers_asked"], printed["SweepUnfinished",]) == (2, 1)


def test_a_pass_that_fails_has_told_what_waits_and_what_it_found(
    world: World, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    wire(tells(world))
    world.hints.away = 1
    with pytest.raises(BusUnavailable):
        handler.handle({}, MemoryInvocation(LONG))
    printed = sums(capsys.readouterr().out)
    assert printed["PayoutsWaiting", "details"] == 1
    assert (printed["SweepFound", "failed"], printed["SweepFound", "providers_asked"]) == (1, 2)


def test_a_backlog_that_cannot_be_counted_keeps_the_pass_from_nothing(world: World, wire: Wire) -> None:
    def busy() -> None:
        raise StoreBusy("the index is throttled")

    wire(busy)
    with pytest.raises(StoreBusy):
        handler.handle({}, MemoryInvocation(LONG))
    assert len(world.hints.enqueued) == 3


def test_the_function_has_more_time_than_it_keeps_and_less_than_until_the_next_pass() -> None:
    template: Template = read_template()
    timeout_seconds = template["Resources"]["SweepFunction"]["Properties"]["Timeout"]
    assert 2 * handler.KEPT_MILLIS / 1000 < timeout_seconds < 300
    assert template["Parameters"]["SweepSchedule"]["Default"] == "rate(5 minutes)"
