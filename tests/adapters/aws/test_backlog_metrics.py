"""The backlog in CloudWatch's embedded metric format: the names and dimensions that the alarms look at."""

import json
from datetime import timedelta
from typing import Any

import pytest

from guerdon.adapters.aws.backlog_metrics import tell_backlog
from guerdon.application.count_waiting import Backlog

BACKLOG = Backlog(
    payouts={"funds": 2, "overdue": 1, "observing": 40},
    events={"undecidable": 3},
    undecided_events=7,
    oldest=timedelta(hours=5, minutes=15),
)


def told(capsys: pytest.CaptureFixture[str], backlog: Backlog) -> list[dict[str, Any]]:
    tell_backlog("guerdon", backlog)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def values(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "_aws"}


def test_the_whole_backlog_and_each_reason_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    whole, *by_reason = told(capsys, BACKLOG)
    of = {"stack": "guerdon", "service": "sweep"}
    assert values(whole) == {
        **of,
        "PayoutsWaiting": [3],
        "EventsWaiting": [3],
        "UndecidedEvents": [7],
        "OldestWaitingHours": [5.25],
    }
    assert [values(line) for line in by_reason] == [
        {**of, "reason": "funds", "PayoutsWaiting": [2]},
        {**of, "reason": "observing", "PayoutsWaiting": [40]},
        {**of, "reason": "overdue", "PayoutsWaiting": [1]},
        {**of, "reason": "undecidable", "EventsWaiting": [3]},
    ]


def test_an_empty_backlog_is_told_as_zeros(capsys: pytest.CaptureFixture[str]) -> None:
    (whole,) = told(capsys, Backlog({}, {}, 0, timedelta()))
    names = ("PayoutsWaiting", "EventsWaiting", "UndecidedEvents", "OldestWaitingHours")
    assert {name: whole[name] for name in names} == {name: [0] for name in names}
