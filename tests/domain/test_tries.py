"""A history does not grow for as long as its provider has no money, and forgets nothing that is asked of it."""

from datetime import timedelta

import pytest

import builders
from builders import NOW
from guerdon.adapters.dynamodb.models import PayoutModel
from guerdon.domain.payout import BlockReason, Change, Payout, PayoutStatus
from guerdon.domain.tries import THE_SWEEP, TRIES_KEPT

S = PayoutStatus
FUNDS = BlockReason.FUNDS
HOURS = timedelta(hours=4)
STOPPED = builders.payout().released(NOW).submitted(NOW).blocked(FUNDS, NOW)
LINES_OF_A_TRY = 4


def tried(payout: Payout, times: int, by: str = THE_SWEEP) -> Payout:
    """It was tried so often, hours apart, and each time the provider had no money."""
    for _ in range(times):
        at = payout.history[-1].at + HOURS
        payout = payout.resumed(at, by).released(at).submitted(at).blocked(FUNDS, at)
    return payout


def lines(payout: Payout) -> list[tuple[PayoutStatus, str | None, int, int | None]]:
    return [(change.status, change.reason, change.run, change.tries) for change in payout.history]


def a_try(run: int) -> list[tuple[PayoutStatus, str | None, int, int | None]]:
    return [
        (S.EARNED, "resumed by the sweep", run, None),
        (S.RELEASED, None, run, None),
        (S.SUBMITTED, None, run, None),
        (S.BLOCKED, "funds", run, None),
    ]


@pytest.mark.parametrize("times", [0, 1, TRIES_KEPT])
def test_a_few_tries_are_kept_whole(times: int) -> None:
    payout = tried(STOPPED, times)
    assert len(payout.history) == len(STOPPED.history) + LINES_OF_A_TRY * times
    assert {change.tries for change in payout.history} == {None}


def test_of_more_the_last_are_kept_whole_and_the_first_stop_says_how_many_there_were_before_them() -> None:
    payout = tried(STOPPED, 7)
    assert lines(payout) == [
        (S.EARNED, None, 1, None),
        (S.RELEASED, None, 1, None),
        (S.SUBMITTED, None, 1, None),
        (S.BLOCKED, "funds", 1, 4),
        *a_try(6),
        *a_try(7),
        *a_try(8),
    ]
    assert (payout.run, payout.attempts, payout.history[-1].at) == (8, 8, NOW + 7 * HOURS)


def test_a_year_without_money_is_a_row_that_is_far_from_its_end() -> None:
    payout = tried(STOPPED, 365 * 6)
    assert len(payout.history) == len(STOPPED.history) + LINES_OF_A_TRY * TRIES_KEPT
    assert payout.history[3].tries == 365 * 6 - TRIES_KEPT
    assert len(repr(PayoutModel.from_row(payout).serialize())) < 6_000


def test_it_keeps_its_place_and_what_it_ever_was() -> None:
    payout = tried(STOPPED, 50)
    assert payout.waiting_since == NOW
    assert payout.earned_at == NOW
    assert (payout.was_released, payout.rests_on_a_word) == (True, False)
    observed = builders.payout().blocked(BlockReason.OBSERVING, NOW).decided_again(NOW, "aws:ada").blocked(FUNDS, NOW)
    assert tried(observed, 50).was_decided_on(BlockReason.OBSERVING)


def test_one_that_came_to_its_provider_once_is_known_to_have_been_released() -> None:
    held = builders.payout().blocked(FUNDS, NOW)
    payout = tried(held, 1)
    for _ in range(20):
        # Somebody else is tried in its place, so its check stops it.
        at = payout.history[-1].at + HOURS
        payout = payout.resumed(at, THE_SWEEP).blocked(FUNDS, at)
    assert payout.was_released
    assert len(payout.history) < 20


def test_what_a_person_did_is_kept_however_often() -> None:
    payout = tried(tried(tried(STOPPED, 10), 1, by="aws:ada"), 10)
    assert sum(change.reason == "resumed by aws:ada" for change in payout.history) == 1
    assert sum(change.tries or 0 for change in payout.history) == 20 - 2 * TRIES_KEPT
    assert [change.at for change in payout.history] == sorted(change.at for change in payout.history)


def test_a_pause_in_a_try_is_kept() -> None:
    at = NOW + HOURS
    paused = STOPPED.resumed(at, THE_SWEEP).blocked(BlockReason.PAUSED, at).resumed(at, "aws:ada").blocked(FUNDS, at)
    payout = tried(paused, 10)
    assert [change.reason for change in payout.history].count("paused") == 1
    assert payout.waiting_since == NOW


def test_what_it_gained_is_told_apart_from_what_it_had_though_lines_go() -> None:
    before = tried(STOPPED, 6)
    last = before.history[-1]
    raised = before.resumed(NOW + 9 * HOURS, THE_SWEEP)
    sent = raised.released(NOW + 9 * HOURS).submitted(NOW + 9 * HOURS)
    after = sent.blocked(FUNDS, NOW + 9 * HOURS)
    assert len(after.history) < len(sent.history)
    assert [change.status for change in after.lines_after(sent.history[-1])] == [S.BLOCKED]
    assert [change.status for change in raised.lines_after(last)] == [S.EARNED]
    assert after.lines_after(after.history[-1]) == ()
    assert after.lines_after(Change(NOW, S.FAILED, None, 99)) == ()
