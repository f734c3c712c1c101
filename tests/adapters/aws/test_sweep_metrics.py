"""What a pass of the sweep found, counted by kind, and the ages of what providers have."""

from datetime import timedelta

import pytest

from guerdon.adapters.aws.metrics import Metrics
from guerdon.adapters.aws.sweep_metrics import tell_found
from guerdon.application.sweep import FAILED, LEFT, Found, Unsettled
from guerdon.domain.channel import Channel
from printed import sums


def asked(payout_id: str, channel: Channel, hours: int, *, of_days: int) -> Found:
    return Found("providers_asked", payout_id, "ev_1", Unsettled(channel, timedelta(hours=hours), timedelta(of_days)))


def test_what_was_found_is_counted_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        Found("events_sent_again", "ev_1", "ev_1"),
        Found("events_sent_again", "ev_2", "ev_2"),
        Found(FAILED, "po_1", error="StoreBusy"),
    ]
    tell_found(Metrics("guerdon"), found)
    assert sums(capsys.readouterr().out) == {
        ("SweepFound", "events_sent_again"): 2,
        ("SweepFound", "failed"): 1,
        ("SweepUnfinished",): 0,
    }


def test_the_oldest_of_each_channel_is_told_and_who_used_up_most_of_its_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = [
        asked("po_1", Channel.CHECK, 60, of_days=10),
        asked("po_2", Channel.CHECK, 24, of_days=10),
        asked("po_3", Channel.GIFT_CARD, 36, of_days=3),
    ]
    tell_found(Metrics("guerdon"), found)
    assert sums(capsys.readouterr().out) == {
        ("SweepFound", "providers_asked"): 3,
        ("OldestUnsettledHours", "check"): 60,
        ("OldestUnsettledHours", "gift_card"): 36,
        ("OldestUnsettledPercent",): 50,
        ("SweepUnfinished",): 0,
    }


def test_a_pass_that_finds_nothing_tells_that_it_came_to_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    tell_found(Metrics("guerdon"), [])
    assert sums(capsys.readouterr().out) == {("SweepUnfinished",): 0}


def test_the_kinds_that_a_pass_did_not_come_to_the_end_of_are_counted_and_are_nothing_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_found(Metrics("guerdon"), [Found("payouts_funded", "po_1"), Found(LEFT, "payouts"), Found(LEFT, "events")])
    assert sums(capsys.readouterr().out) == {("SweepUnfinished",): 2, ("SweepFound", "payouts_funded"): 1}
