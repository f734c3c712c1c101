"""The reckoning that the invariants go by, held to docs/events.md by hand: nothing of the production code is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

import builders
from guerdon.application.records import DealRecord, InboxEvent
from guerdon.application.transaction import Insert, Transaction
from guerdon.domain import identity
from guerdon.domain.channel import Channel
from guerdon.domain.deal import DEAL_AMENDED, DEAL_REVERSED
from guerdon.domain.judgment import Outcome
from guerdon.domain.triggers import DEAL_CLOSED
from simulation.expected import Expected
from simulation.limits import BUDGETED, Budget
from simulation.plots import Step, tellings
from simulation.telling import HELD, PROGRAM, DealTold, Telling, win, worth_minor

DEAL = DealTold(0, PROGRAM, "A-1", Channel.CHECK, 10_000_00, builders.CLOSED_AT)
WON = win(DEAL)
UNDONE, LESS, LEAST, MORE, NEWER, AGAIN = tellings(
    DEAL,
    (
        Step(DEAL_REVERSED, 0, 2),
        Step(DEAL_REVERSED, 8_000_00, 1),
        Step(DEAL_REVERSED, 5_000_00, 3),
        Step(DEAL_AMENDED, 15_000_00, 1),
        Step(DEAL_AMENDED, 7_000_00, 2),
        Step(DEAL_CLOSED, 10_000_00, 24, 1),
    ),
)
LATE_UNDONE = replace(UNDONE, effective_at=AGAIN.closed_at + timedelta(hours=1))
OTHERWISE = replace(WON, total_minor=200_00)


CUT = replace(DEAL, program=BUDGETED)
"""A deal of a program whose budget of 300.00 cuts, and of whose rewards none is above 180.00."""


def decided(delivery_id: str, outcome: Outcome = Outcome.REVISED) -> Transaction:
    inbox = InboxEvent(
        event_id=delivery_id,
        connection="acme-crm",
        source_account="acme",
        delivery_id=delivery_id,
        type=DEAL_CLOSED,
        program=PROGRAM,
        deal_id="D-0",
        body_sha256="",
        received_at=builders.NOW,
        undecided_since=None,
        outcome=outcome,
    )
    return Insert(inbox), Insert(DealRecord("acme", PROGRAM, "D-0", DEAL_CLOSED, ()))


def reckoned(*said: Telling) -> list[tuple[int | None, int]]:
    """The ordinal and the worth of each rewarded win, when `said` is decided in that order."""
    expected = Expected(
        {str(number): telling for number, telling in enumerate(said)},
        [decided(str(number)) for number in range(len(said))],
        {},
    )
    return [(standing.ordinal, standing.worth_minor) for standing in expected.rewarded.values()]


@pytest.mark.parametrize(
    ("said", "rewarded"),
    [
        ((WON,), [(1, 100_00)]),
        ((WON, WON), [(1, 100_00)]),
        ((WON, OTHERWISE), [(1, 100_00)]),
        ((OTHERWISE, WON), [(1, 2_00)]),
        ((WON, LESS, LEAST), [(1, 50_00)]),
        ((LEAST, WON, LESS), [(1, 50_00)]),
        ((WON, MORE, NEWER), [(1, 70_00)]),
        ((NEWER, MORE, WON), [(1, 70_00)]),
        ((WON, MORE, LEAST), [(1, 50_00)]),
        ((WON, UNDONE, MORE), [(1, 0)]),
        ((UNDONE, WON), []),
        ((WON, UNDONE, AGAIN), [(1, 0), (1, 100_00)]),
        ((WON, AGAIN, UNDONE), [(1, 0)]),
        ((WON, LATE_UNDONE, AGAIN), [(1, 0)]),
        ((WON, UNDONE, AGAIN, AGAIN), [(1, 0), (1, 100_00)]),
        ((win(replace(DEAL, total_minor=0)), MORE), [(1, 150_00)]),
    ],
)
def test_what_must_come_of_what_is_told(said: tuple[Telling, ...], rewarded: list[tuple[int, int]]) -> None:
    assert reckoned(*said) == rewarded


def test_a_deal_that_came_undone_is_not_counted_any_more() -> None:
    other = win(replace(DEAL, number=1))
    third = win(replace(DEAL, number=2))
    assert reckoned(WON, other, UNDONE, third) == [(1, 0), (2, 150_00), (2, 150_00)]


def limited(*said: Telling) -> tuple[list[int], dict[int, bool], int]:
    """What each reward is worth, which of those that rose needs approval, and what the program's budget holds."""
    told = {str(number): telling for number, telling in enumerate(said)}
    expected = Expected(told, [decided(delivery_id) for delivery_id in told], {})
    worth = [standing.worth_minor for standing in expected.rewarded.values()]
    return worth, expected.gave, expected.budgets.last(Budget(BUDGETED, None, "lifetime"))


def test_a_later_reward_is_cut_to_what_the_earlier_ones_left() -> None:
    second, third = (win(replace(CUT, number=number)) for number in (1, 2))
    assert limited(win(CUT), second, third) == ([100_00, 150_00], {0: False, 1: True}, 250_00)
    of_another = win(replace(CUT, number=2, advocate="A-2"))
    assert limited(win(CUT), second, of_another) == ([100_00, 150_00, 50_00], {0: False, 1: True, 2: False}, 300_00)


def test_what_was_cut_stays_cut_and_a_rise_is_what_the_deal_gained() -> None:
    first, second = win(CUT), win(replace(CUT, number=1))
    cut = replace(CUT, number=2, advocate="A-2")
    undone, more = replace(UNDONE, deal=CUT), replace(MORE, deal=cut)
    assert limited(first, second, win(cut), undone, more)[0] == [0, 150_00, 100_00]
    assert limited(first, second, win(cut), more)[0] == [100_00, 150_00, 50_00]


def test_a_refusal_leaves_no_reward_no_ordinal_and_nothing_reserved() -> None:
    large = win(replace(CUT, total_minor=20_000_00))
    assert limited(large, win(replace(CUT, number=1))) == ([100_00], {1: False}, 100_00)


def test_what_was_refused_is_judged_anew_when_it_is_told_again() -> None:
    large, less = replace(CUT, total_minor=20_000_00), replace(LESS, deal=replace(CUT, total_minor=20_000_00))
    assert limited(win(large), less, less) == ([80_00], {1: False}, 80_00)


def test_a_refusal_was_right_if_it_was_right_when_the_budget_was_read() -> None:
    """The budget is free again by the time that the refusal is committed, and was not when it was read."""
    second, third = replace(CUT, number=1), replace(CUT, number=2)
    told = {"0": win(CUT), "1": win(second), "2": replace(UNDONE, deal=second), "3": win(third)}
    commits = [decided(delivery_id) for delivery_id in ("0", "1", "2")] + [decided("3", Outcome.OVER_LIMIT)]
    advocate_id = identity.advocate_id("acme", CUT.advocate)
    read_late, read_early = ({"deal_count": 2, f"reserved {advocate_id} 2026-11": read} for read in (3, 2))
    assert len(Expected(told, commits, {3: read_late}).rewarded) == 3
    assert len(Expected(told, commits, {3: read_early}).rewarded) == 2


@pytest.mark.parametrize(
    ("program", "ordinal", "total_minor", "worth"),
    [
        (PROGRAM, 1, 10_000_00, 100_00),
        (PROGRAM, 2, 10_000_00, 150_00),
        (PROGRAM, 7, 10_000_00, 150_00),
        (HELD, 1, 4_999_00, 50_00),
        (HELD, 1, 5_000_00, 100_00),
        (HELD, 1, 12_000_00, 180_00),
        (HELD, 1, 0, 0),
    ],
)
def test_what_the_programs_pay(program: str, ordinal: int, total_minor: int, worth: int) -> None:
    assert worth_minor(program, ordinal, total_minor) == worth
