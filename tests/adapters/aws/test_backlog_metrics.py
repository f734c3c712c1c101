"""The backlog as metrics: the names and dimensions that the alarms look at."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from guerdon.adapters.aws.backlog_metrics import tell_backlog
from guerdon.adapters.aws.metrics import Metrics
from guerdon.application.count_waiting import Backlog
from printed import sums

BACKLOG = Backlog(
    payouts={"funds": 2, "overdue": 1, "observing": 40},
    events={"undecidable": 3},
    undecided_events=7,
    oldest=timedelta(hours=5, minutes=15),
)


def told(capsys: pytest.CaptureFixture[str], backlog: Backlog) -> Mapping[tuple[str, ...], float]:
    tell_backlog(Metrics("guerdon"), backlog)
    return sums(capsys.readouterr().out)


def test_the_whole_backlog_and_each_reason_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, BACKLOG) == {
        ("PayoutsWaiting",): 3,
        ("EventsWaiting",): 3,
        ("UndecidedEvents",): 7,
        ("OldestWaitingHours",): 5.25,
        ("PayoutsWaiting", "funds"): 2,
        ("PayoutsWaiting", "observing"): 40,
        ("PayoutsWaiting", "overdue"): 1,
        ("EventsWaiting", "undecidable"): 3,
    }


def test_an_empty_backlog_is_told_as_zeros(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("PayoutsWaiting", "EventsWaiting", "UndecidedEvents", "OldestWaitingHours")
    assert told(capsys, Backlog({}, {}, 0, timedelta())) == {(name,): 0 for name in names}
