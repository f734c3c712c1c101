"""A draft and the published version over stored deals: exact figures of a history that was worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from console.history import tell
from drafts import DRAFT, PUBLISHED, told
from fakes.clock import FakeClock
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.adapters.history.running import Job, replay
from guerdon.adapters.history.writing import write_rows
from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.application.replay.comparing import differences
from guerdon.application.replay.summary import rule_costs
from guerdon.application.review.draft_history import (
    EVENTS_MOST,
    READING_MOST,
    DraftHistory,
    GatherDraftHistory,
    LeftOut,
)
from guerdon.application.review.simulate_draft import Compared, Versus, Waits, compare
from guerdon.domain import identity
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.grammar.program import read_program
from guerdon.domain.money import Money
from guerdon.domain.program import Program
from guerdon.domain.reward import Reward
from memory_stack import MemoryStack

NAME: Final = "customer-referral"


def program(text: str) -> Program:
    document = read_yaml(text.encode())
    assert isinstance(document, YamlDocument)
    read, findings = read_program(document.node)
    assert read is not None, findings
    return read


def gather(stack: MemoryStack, since: date | None = None, most: int = EVENTS_MOST) -> DraftHistory:
    return GatherDraftHistory(stack.store, stack.store, stack.clock, stored_event)(NAME, since, most)


def compared(stack: MemoryStack) -> Compared:
    return compare(program(PUBLISHED), program(DRAFT), gather(stack))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def versus(what: str, published: int, draft: int) -> Versus:
    return Versus(what, usd(published), usd(draft), usd(draft - published))


def who(number: int) -> str:
    return identity.advocate_id("acme", f"A-{number}")


def test_both_cost_what_was_worked_out_by_hand() -> None:
    found = compared(told())

    # 50 + 60 + 80 and a shirt of 30; by the draft 70 + 60 + 50 and a shirt of 45; the reversed deal costs nothing.
    assert found.total == versus("total", 22000, 22500)
    assert (found.deals, found.rewarded_published, found.rewarded_draft, found.other_rules) == (5, 4, 4, 0)


def test_months_and_rules_add_up_to_the_total() -> None:
    found = compared(told())

    assert found.months == (versus("2026-09", 14000, 17500), versus("2026-10", 8000, 5000))
    assert found.rules == (
        versus("gold", 0, 0),
        versus("time-clock-shirt", 3000, 4500),
        versus("every-referral", 19000, 18000),
    )


def test_who_gains_and_who_loses_is_named_by_their_id() -> None:
    found = compared(told())

    assert (found.gain, found.gained, found.lose, found.lost, found.same) == (1, usd(1500), 1, usd(1000), 1)
    assert found.gainers == (versus(who(3), 3000, 4500),)
    assert found.losers == (versus(who(0), 19000, 18000),)


def test_the_published_version_costs_what_the_pipeline_really_granted() -> None:
    stack = told()

    granted = sum(reward.standing.amount_minor for reward in stack.store.of(Reward))

    assert compared(stack).total.published == usd(granted)


def test_it_is_what_guerdon_simulate_says_of_the_same_deals(tmp_path: Path) -> None:
    history, file = gather(told()), tmp_path / "deals.csv"
    with file.open("w", newline="") as out:
        write_rows(out, history.rows)
    draft, current = program(DRAFT), program(PUBLISHED)

    by_file = replay(Job(file, (draft, current), compared=1), 1, lambda _: None)

    found = compare(current, draft, history)
    mine, theirs = by_file.totals
    assert by_file.problems == []
    assert (found.total.draft, found.total.published) == (usd(mine.cost), usd(theirs.cost))
    assert [(line.what, line.draft) for line in found.months] == [
        (month, usd(sums[2])) for month, sums in sorted(mine.months.items())
    ]
    assert [(line.what, line.draft) for line in found.rules] == [
        (rule, usd(cost)) for rule, (_, cost) in rule_costs(mine).items()
    ]
    assert [line.difference for line in found.losers] == [usd(one.by) for one in differences(mine, theirs).most_lost]


def test_a_draft_that_starts_later_rewards_nothing_unless_any_date_is_taken() -> None:
    history, later = gather(told()), replace(program(DRAFT), starts_at=datetime(2027, 1, 1, tzinfo=UTC))

    strict, lenient = (compare(program(PUBLISHED), later, history, any_date=each) for each in (False, True))

    assert (strict.total.draft, strict.outside_draft) == (usd(0), 5)
    assert (lenient.total, lenient.outside_draft) == (versus("total", 22000, 22500), 0)


def test_what_the_drafts_ceilings_would_have_stopped_is_said_and_costs_the_same() -> None:
    history, draft = gather(told()), program(DRAFT)
    capped = replace(draft, ceilings=Ceilings(draft.zone.key, amount_per_day=usd(6900)))

    found = compare(program(PUBLISHED), capped, history)

    # 70 twice, one of them reversed ten minutes later, and a shirt of 45 beside the 60 that is released by itself.
    assert found.waits == (Waits("payouts at the ceiling of 2026-09-20", 3, usd(18500)),)
    assert found.total == compared(told()).total
    assert compared(told()).waits == ()


def test_only_the_newest_events_are_read_and_what_lacks_its_deal_is_counted() -> None:
    newest = gather(told(), most=3)  # October's deal, the shirt, and a reversal whose deal is the fourth.

    assert (newest.events, newest.more, len(newest.rows)) == (3, True, 2)
    assert newest.left_out == (LeftOut("revises a deal that is not among these", 1),)


def test_a_bound_that_is_just_enough_leaves_nothing_unread() -> None:
    everything = gather(told(), most=6)

    assert (everything.events, everything.more, everything.left_out) == (6, False, ())


def test_what_came_before_a_day_is_not_read() -> None:
    history = gather(told(), since=date(2026, 10, 1))

    assert (history.events, history.more) == (1, False)
    assert [row.closed_at.month for row in history.rows] == [10]


class Slow(FakeClock):
    """A clock on which each look at it takes a second longer than may be read for."""

    def now(self) -> datetime:
        self.advance(READING_MOST + timedelta(seconds=1))
        return super().now()


def test_when_the_time_is_up_what_was_read_until_then_is_taken() -> None:
    stack = told()
    for number in range(100, 150):
        tell(stack, number)

    slow = GatherDraftHistory(stack.store, stack.store, Slow(stack.clock.now()), stored_event)(NAME)

    assert (slow.events, slow.more) == (50, True)
    assert (gather(stack).events, gather(stack).more) == (56, False)


def test_a_deal_that_is_told_for_another_moment_while_it_stands_counts_once() -> None:
    stack = told()
    stack.clock.advance(timedelta(hours=1))
    tell(stack, 12)

    history = gather(stack)

    assert len(history.rows) == 5
    assert history.left_out == (LeftOut("tells a deal for another moment while it stands", 1),)


def test_nothing_is_written() -> None:
    stack = told()
    before = len(stack.store.commits)

    compared(stack)

    assert len(stack.store.commits) == before
