"""Each alarm on a metric of ours is raised by what it is about, as printed by what prints it, and by nothing less."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from builders import NOW
from guerdon.adapters.aws.backlog_metrics import tell_backlog
from guerdon.adapters.aws.commit_metrics import CommitMetrics
from guerdon.adapters.aws.metrics import (
    DELIVERIES_REFUSED,
    METRICS,
    NAMESPACE,
    PROVIDER_ERRORS,
    UPDATES_REFUSED,
    Metrics,
)
from guerdon.adapters.aws.reconciliation_metrics import tell_ages
from guerdon.adapters.aws.sweep_metrics import tell_found
from guerdon.application.count_waiting import Backlog
from guerdon.application.records import SentNotice
from guerdon.application.sweep import LEFT, Found, Unsettled
from guerdon.application.transaction import Committed, Insert
from guerdon.domain.channel import Channel
from infra.cloudwatch import STACK, dimensions_of, is_in_alarm

Alarm = Mapping[str, Any]
Deed = Callable[[Metrics], None]


def waits(**payouts: int) -> Deed:
    return lambda metrics: tell_backlog(metrics, Backlog(payouts, {}, 0, timedelta()))


def events(*, undecidable: int = 0, undecided: int = 0) -> Deed:
    waiting = {"undecidable": undecidable} if undecidable else {}
    return lambda metrics: tell_backlog(metrics, Backlog({}, waiting, undecided, timedelta()))


def oldest(hours: float) -> Deed:
    return lambda metrics: tell_backlog(metrics, Backlog({"details": 1}, {}, 0, timedelta(hours=hours)))


def compared(hours: float) -> Deed:
    return lambda metrics: tell_ages(metrics, {"lob": timedelta(hours=hours), "stripe": timedelta(hours=1)})


def has_had(hours: float) -> Deed:
    unsettled = Unsettled(Channel.CHECK, timedelta(hours=hours), timedelta(days=10))
    return lambda metrics: tell_found(metrics, [Found("providers_asked", "po_1", "ev_1", unsettled)])


def times(count: int, deed: Deed) -> Deed:
    def do(metrics: Metrics) -> None:
        for _ in range(count):
            deed(metrics)

    return do


def declined(metrics: Metrics) -> None:
    note = SentNotice("payout_paid/po_1/1", "recipient-invalid", NOW)
    CommitMetrics(metrics).heard((Insert(note),), Committed.YES)


def nothing(_: Metrics) -> None:
    pass


def left(*kinds: str) -> Deed:
    return lambda metrics: tell_found(metrics, [Found(LEFT, kind) for kind in kinds])


RAISED_BY: Final[dict[str, tuple[Deed, Deed]]] = {
    "SweepUnfinishedAlarm": (left("payouts"), left()),
    "EventUndecidableAlarm": (events(undecidable=1), events(undecided=1)),
    "UndecidedEventsAlarm": (events(undecided=100), events(undecided=99)),
    "PayoutOverdueAlarm": (waits(overdue=1), waits(unknown=1)),
    "PayoutContradictedAlarm": (waits(contradicted=1), waits(failed=1)),
    "OldestWaitingAlarm": (oldest(72.1), oldest(72)),
    "CeilingReachedAlarm": (waits(ceiling=1), waits(approval=1)),
    "FundsMissingAlarm": (waits(funds=1), waits(details=1)),
    "PausedForADayAlarm": (waits(paused=1), waits(observing=1)),
    "PayoutSlowAlarm": (has_had(121), has_had(120)),
    "ProviderErrorsAlarm": (lambda m: m.add(PROVIDER_ERRORS, provider="lob", error="OutcomeUnknown"), nothing),
    "DeliveriesRefusedAlarm": (
        times(21, lambda m: m.add(DELIVERIES_REFUSED, reason="invalid_signature")),
        times(20, lambda m: m.add(DELIVERIES_REFUSED, reason="invalid_signature")),
    ),
    "UpdatesRefusedAlarm": (
        times(11, lambda m: m.add(UPDATES_REFUSED, reason="invalid_signature")),
        times(10, lambda m: m.add(UPDATES_REFUSED, reason="invalid_signature")),
    ),
    "StoreBusyAlarm": (
        times(6, lambda m: CommitMetrics(m).busy()),
        times(5, lambda m: CommitMetrics(m).busy()),
    ),
    "MailDeclinedAlarm": (times(6, declined), times(5, declined)),
    "ReconciliationAgeAlarm": (compared(26.1), compared(26)),
}
"""What happens in one period when an alarm is raised, and what is just not enough."""


@pytest.fixture
def alarms(template: dict[str, Any]) -> dict[str, Alarm]:
    """The alarms on our own metrics."""
    found = {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    return {name: alarm for name, alarm in found.items() if alarm["Namespace"] == NAMESPACE}


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[Deed], str]:
    """Gives what a deed prints."""

    def of(deed: Deed) -> str:
        deed(Metrics(STACK))
        return capsys.readouterr().out

    return of


def test_every_alarm_on_a_metric_of_ours_is_tried(alarms: dict[str, Alarm]) -> None:
    assert set(RAISED_BY) == set(alarms)


@pytest.mark.parametrize("name", RAISED_BY)
def test_an_alarm_is_raised_by_what_it_is_about(
    alarms: dict[str, Alarm], name: str, printed: Callable[[Deed], str]
) -> None:
    too_much = printed(RAISED_BY[name][0])
    assert is_in_alarm(alarms[name], [too_much] * alarms[name]["EvaluationPeriods"])


@pytest.mark.parametrize("name", RAISED_BY)
def test_an_alarm_is_not_raised_by_anything_less(
    alarms: dict[str, Alarm], name: str, printed: Callable[[Deed], str]
) -> None:
    alarm = alarms[name]
    too_much, enough = (printed(deed) for deed in RAISED_BY[name])
    assert not is_in_alarm(alarm, [enough] * alarm["EvaluationPeriods"])
    assert not is_in_alarm(alarm, [too_much] * (alarm["EvaluationPeriods"] - 1))
    assert not is_in_alarm(alarm, [])


@pytest.mark.parametrize("name", RAISED_BY)
def test_an_alarm_is_over_once_what_raised_it_is(
    alarms: dict[str, Alarm], name: str, printed: Callable[[Deed], str]
) -> None:
    too_much, enough = (printed(deed) for deed in RAISED_BY[name])
    assert not is_in_alarm(alarms[name], [*([too_much] * alarms[name]["EvaluationPeriods"]), enough])


def test_every_alarm_looks_at_a_metric_under_dimensions_that_it_has(alarms: dict[str, Alarm]) -> None:
    known = {(metric.name, metric.service, names) for metric in METRICS for names in metric.dimensions}
    for name, alarm in alarms.items():
        dimensions = dict(dimensions_of(alarm))
        assert (alarm["MetricName"], dimensions["service"], frozenset(dimensions)) in known, name


def test_no_alarm_looks_further_back_than_a_day(template: dict[str, Any]) -> None:
    # CloudWatch refuses more for periods that are shorter than an hour.
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            alarm = resource["Properties"]
            assert alarm["Period"] * alarm["EvaluationPeriods"] <= 86400
