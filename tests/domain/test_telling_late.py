"""What is told long after its deal closed, by the message's own time, earns whole, and a person must approve it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import builders
from builders import CLOSED_AT, usd
from guerdon.domain.explanation_words import as_json, short, words
from guerdon.domain.judgment import Judgment, Known, judge
from guerdon.domain.telling_late import ToldLate, told_late

PROGRAM = builders.program(told_within_days="60")
WHY = "it was told 200 days after the deal closed, and the program pays by itself what is told within 60 days"


def judged(after: timedelta, told_at: datetime | None = None) -> Judgment:
    event = replace(builders.deal_event(usd("1000.00")), timestamp=CLOSED_AT + after)
    return judge(event, Known(PROGRAM, 1, told_at=told_at))


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (timedelta(days=-3), None),
        (timedelta(), None),
        (timedelta(days=60), None),
        (timedelta(days=60, microseconds=1), ToldLate(60, 60)),
        (timedelta(days=200, hours=23), ToldLate(200, 60)),
    ],
)
def test_what_is_told_exactly_in_time_is_not_late(after: timedelta, late: ToldLate | None) -> None:
    assert told_late(PROGRAM, CLOSED_AT, CLOSED_AT + after) == late


def test_a_program_that_does_not_ask_takes_what_is_told_whenever() -> None:
    assert told_late(builders.program(), CLOSED_AT, CLOSED_AT + timedelta(days=4000)) is None


def test_it_earns_whole_and_says_why_it_must_be_approved() -> None:
    earned = judged(timedelta(days=200)).earned
    assert earned is not None
    assert earned.amount == usd("100.00")
    explanation = earned.explanation
    assert (explanation.told_late, explanation.approval) == (ToldLate(200, 60), WHY)
    assert words(explanation).endswith(f"; {WHY}: a person must approve it.")
    assert short(explanation) == "all · told late: needs approval"
    assert as_json(explanation)["told_late"] == {"after_days": 200, "within_days": 60}


def test_what_is_told_in_time_needs_no_approval() -> None:
    earned = judged(timedelta(days=60)).earned
    assert earned is not None
    assert (earned.explanation.told_late, earned.explanation.approval) == (None, None)
    assert "told_late" not in as_json(earned.explanation)


def test_a_win_that_a_late_revision_has_judged_anew_is_late_too() -> None:
    earned = judged(timedelta(), told_at=CLOSED_AT + timedelta(days=200)).earned
    assert earned is not None
    assert earned.explanation.told_late == ToldLate(200, 60)


def test_a_late_win_stays_late_whenever_it_is_revised() -> None:
    earned = judged(timedelta(days=200), told_at=CLOSED_AT + timedelta(days=10)).earned
    assert earned is not None
    assert earned.explanation.told_late == ToldLate(200, 60)


def test_with_a_limit_that_asks_for_approval_both_are_said() -> None:
    limits = {"reward": [{"max": "50.00", "over": "approval"}]}
    event = replace(builders.deal_event(), timestamp=CLOSED_AT + timedelta(days=200))
    earned = judge(event, Known(builders.program(told_within_days="60", limits=limits), 1)).earned
    assert earned is not None
    assert earned.explanation.approval == f"{WHY}; 100.00 USD is over the limit of 50.00 USD for one reward"
