"""The second reckoning of limits, held to docs/programs.md by hand: nothing of the production code is asked."""

from datetime import UTC, datetime

import pytest

from simulation.limits import BUDGETED, CAPPED, LIMITS, Left, LimitTold, Over, Sums, budgets_of, left_of

EDGES: tuple[Over, ...] = ("approval", "cut", "refuse")
APPROVAL, CUT, REFUSE = (LimitTold("reward", 100_00, over) for over in EDGES)
OCTOBER = datetime(2026, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "rooms", "left"),
    [
        (70, (), Left(70, needs_approval=False)),
        (70, ((CUT, 70),), Left(70, needs_approval=False)),
        (70, ((CUT, 50), (CUT, 60)), Left(50, needs_approval=False)),
        (70, ((CUT, 0),), None),
        (70, ((REFUSE, 69),), None),
        (70, ((REFUSE, 60), (CUT, 60)), Left(60, needs_approval=False)),
        (70, ((APPROVAL, 70),), Left(70, needs_approval=False)),
        (70, ((APPROVAL, 69),), Left(70, needs_approval=True)),
        (70, ((APPROVAL, 60), (CUT, 60)), Left(60, needs_approval=False)),
        (70, ((APPROVAL, 0), (REFUSE, 69)), None),
    ],
)
def test_what_limits_leave(asked: int, rooms: tuple[tuple[LimitTold, int], ...], left: Left | None) -> None:
    assert left_of(asked, rooms, divisible=True) == left
    assert left_of(asked, rooms[::-1], divisible=True) == left


def test_what_cannot_be_cut_is_refused() -> None:
    assert left_of(70, ((CUT, 69),), divisible=False) is None
    assert left_of(70, ((CUT, 70),), divisible=False) == Left(70, needs_approval=False)


def test_every_scope_has_every_edge() -> None:
    told = {(limit.scope, limit.over) for limits in LIMITS.values() for limit in limits}
    assert len(told) == 9


def test_a_deal_counts_in_the_period_in_which_it_closed() -> None:
    budgets = {(budget.advocate_id is None, budget.period) for budget in budgets_of(BUDGETED, "A-1", OCTOBER)}
    assert budgets == {(False, "2026-10"), (True, "lifetime")}
    budgets = {(budget.advocate_id is None, budget.period) for budget in budgets_of(CAPPED, "A-1", OCTOBER)}
    assert budgets == {(False, "lifetime"), (True, "2026")}
    assert budgets_of("customer-referral", "A-1", OCTOBER) == frozenset()


def test_a_sum_is_known_as_it_was_before_each_commit() -> None:
    sums = Sums()
    sums.change("budget", 3, 100)
    sums.change("budget", 7, -40)
    assert [sums.before("budget", place) for place in (0, 3, 4, 7, 8)] == [0, 0, 100, 100, 60]
    assert (sums.last("budget"), sums.last("another")) == (60, 0)
