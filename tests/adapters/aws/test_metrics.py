"""How metrics are printed, and that every one says what it is."""

import pytest

from guerdon.adapters.aws.metrics import EVENTS_RECEIVED, METRICS, NAMESPACE, PAYOUT_CHANGES, PAYOUTS_WAITING, Metrics
from printed import Point, points

STACK = Metrics("rewards")


def test_a_fact_is_one_line_however_many_ways_it_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    STACK.add(EVENTS_RECEIVED, connection="crm")
    output = capsys.readouterr().out
    assert len(output.splitlines()) == 1
    of = {("service", "receive_event"), ("stack", "rewards")}
    assert points(output) == [
        Point(NAMESPACE, "EventsReceived", "Count", frozenset(of), 1),
        Point(NAMESPACE, "EventsReceived", "Count", frozenset({*of, ("connection", "crm")}), 1),
    ]


def test_a_metric_without_a_whole_stands_under_its_further_dimensions_only(capsys: pytest.CaptureFixture[str]) -> None:
    STACK.add(PAYOUT_CHANGES, status="settled", channel="check")
    assert [point.further for point in points(capsys.readouterr().out)] == [("settled",), ("check", "settled")]


def test_a_state_stands_under_exactly_the_dimensions_that_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    STACK.state(PAYOUTS_WAITING, 3)
    STACK.state(PAYOUTS_WAITING, 40, reason="observing")
    assert [(point.further, point.value) for point in points(capsys.readouterr().out)] == [
        ((), 3),
        (("observing",), 40),
    ]


def test_a_state_under_dimensions_that_the_metric_does_not_have_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="PayoutsWaiting does not stand under channel"):
        STACK.state(PAYOUTS_WAITING, 3, channel="check")
    assert not capsys.readouterr().out


def test_no_two_metrics_have_one_name() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_every_metric_says_what_it_means_and_when_it_is_printed() -> None:
    for metric in METRICS:
        assert metric.meaning[0].isupper(), metric.name
        assert metric.meaning.endswith("."), metric.name
        assert metric.counted.startswith("with "), metric.name


def test_nothing_that_says_who_somebody_is_is_a_dimension() -> None:
    dimensions = {name for metric in METRICS for names in metric.by for name in names}
    assert dimensions == {
        "channel",
        "connection",
        "currency",
        "error",
        "kind",
        "outcome",
        "provider",
        "reason",
        "status",
        "why",
    }
