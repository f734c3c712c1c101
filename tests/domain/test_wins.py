"""What is known of a deal's wins: totals instead of differences, and no order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders
from builders import CLOSED_AT, usd
from guerdon.domain.deal import DealEvent, instant
from guerdon.domain.money import Money
from guerdon.domain.wins import Revision, Win, in_the_way, win_of, with_win

OCCURRENCE = "2026-11-20T16:04:05.000000Z"
LATER = CLOSED_AT + timedelta(days=10)
TOLD = Win(OCCURRENCE, event_id="ev_win", reward_id="rw_1", total=usd("1000.00"))


def revision(kind: str, total: str) -> DealEvent:
    return replace(builders.deal_event(usd(total)), type=f"deal.{kind}")


def revised(win: Win, *events: tuple[str, str, datetime]) -> Win:
    for number, (kind, total, at) in enumerate(events):
        win = win.revised(revision(kind, total), at, f"ev_{number}")
    return win


def test_a_revision_is_kept_with_its_event_and_its_moment() -> None:
    win = revised(TOLD, ("reversed", "400.00", LATER))
    assert win == replace(TOLD, reversal=Revision(usd("400.00"), LATER, "ev_0"))


@pytest.mark.parametrize(
    ("events", "total"),
    [
        ([], "1000.00"),
        ([("reversed", "400.00", LATER)], "400.00"),
        ([("reversed", "400.00", LATER), ("reversed", "700.00", LATER + timedelta(days=1))], "400.00"),
        ([("reversed", "700.00", LATER), ("reversed", "400.00", LATER)], "400.00"),
        ([("reversed", "2000.00", LATER)], "1000.00"),
        ([("amended", "1500.00", LATER)], "1500.00"),
        ([("amended", "1500.00", LATER), ("amended", "300.00", LATER - timedelta(days=1))], "1500.00"),
        ([("amended", "1500.00", LATER), ("amended", "300.00", LATER + timedelta(days=1))], "300.00"),
        ([("amended", "1500.00", LATER), ("amended", "300.00", LATER)], "300.00"),
        ([("amended", "300.00", LATER), ("amended", "1500.00", LATER)], "300.00"),
        ([("reversed", "400.00", LATER), ("amended", "1500.00", LATER + timedelta(days=9))], "400.00"),
        ([("reversed", "400.00", LATER), ("amended", "300.00", LATER - timedelta(days=9))], "300.00"),
    ],
)
def test_the_standing_total(events: list[tuple[str, str, datetime]], total: str) -> None:
    assert revised(TOLD, *events).standing_total(usd("1000.00")) == usd(total)


moments = st.integers(0, 4).map(lambda days: LATER + timedelta(days=days))
events = st.lists(st.tuples(st.sampled_from(["reversed", "amended"]), st.sampled_from(["0", "1", "2", "3"]), moments))


@given(st.data(), events)
def test_no_order_and_no_repetition_changes_what_stands(
    data: st.DataObject, told: list[tuple[str, str, datetime]]
) -> None:
    again = data.draw(st.permutations([*told, *told]))
    one, other = revised(TOLD, *told), revised(TOLD, *again)
    assert one.standing_total(usd("2.00")) == other.standing_total(usd("2.00"))
    assert one.undone == other.undone
    if one.reversal and other.reversal:
        assert one.reversal.effective_at == other.reversal.effective_at


@given(events)
def test_what_is_told_again_leaves_the_win_as_it_is(told: list[tuple[str, str, datetime]]) -> None:
    win = revised(TOLD, *told)
    assert revised(win, *told) == win


def test_a_win_is_undone_only_when_nothing_is_left() -> None:
    assert not TOLD.undone
    assert not revised(TOLD, ("reversed", "0.01", LATER)).undone
    assert not revised(TOLD, ("amended", "0.00", LATER)).undone
    assert revised(TOLD, ("reversed", "0.00", LATER)).undone


def test_currencies_are_those_of_every_total() -> None:
    assert Win(OCCURRENCE).currencies() == frozenset()
    assert TOLD.currencies() == {"USD"}
    win = replace(TOLD, total=None, amendment=Revision(Money(1, "EUR"), LATER, "ev_1"))
    assert win.currencies() == {"EUR"}


@pytest.mark.parametrize(
    ("win", "moment", "is_in_the_way"),
    [
        (TOLD, LATER, True),
        (TOLD, CLOSED_AT, False),
        (revised(TOLD, ("reversed", "0.00", LATER)), LATER, True),
        (revised(TOLD, ("reversed", "0.00", LATER)), LATER + timedelta(microseconds=1), False),
        (revised(TOLD, ("reversed", "0.01", LATER)), LATER + timedelta(days=1), True),
        (replace(TOLD, reward_id=None), LATER, False),
        (revised(Win(OCCURRENCE), ("reversed", "0.00", LATER)), CLOSED_AT + timedelta(days=1), False),
    ],
    ids=["stands", "the same", "undone just then", "undone before", "undone in part", "earned nothing", "never told"],
)
def test_which_win_is_in_the_way_of_another(win: Win, moment: datetime, *, is_in_the_way: bool) -> None:
    assert in_the_way((win,), moment) == (win if is_in_the_way else None)


def test_a_win_takes_the_place_of_the_one_of_its_moment() -> None:
    other = Win(instant(datetime(2026, 1, 1, tzinfo=UTC)))
    newer = replace(TOLD, total=usd("5.00"))
    assert with_win((TOLD, other), newer) == (newer, other)
    assert with_win((TOLD,), other) == (TOLD, other)
    assert (win_of((TOLD, other), OCCURRENCE), win_of((other,), OCCURRENCE)) == (TOLD, None)
