"""64 workers close hundreds of deals of five advocates at once, on Amazon's own engine.

What it proves: the production decision and the production adapter lose nothing, count nobody twice and keep the books
even when nearly every commit meets another one. What is asserted is read back from the tables afterwards, not taken
from what the workers say. Nothing here can move money: no fulfillment is started, and no provider is called.

`make engines` runs it and prints what the workers met; `make engines DEALS=2000` does so with as many deals.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, Final, TypeVar

import pytest
from rich.console import Console
from rich.table import Table

import builders
from adapters.dynamodb.contention import BUSY, Database, Tally, decide_all
from adapters.dynamodb.engines import ON_A_SERVER, client_of, credentials, recreate_tables
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.counter_models import DealCountModel, ReservedModel
from guerdon.adapters.dynamodb.models import EntryModel, InboxModel, PayoutModel, RewardModel
from guerdon.adapters.dynamodb.row_model import RowModel
from guerdon.adapters.dynamodb.store import DynamoStore
from guerdon.application.evaluate_rewards import TRIES_MOST
from guerdon.application.records import DealCount, InboxEvent, Reserved
from guerdon.application.transaction import ITEMS_MOST, Committed, Insert, Row
from guerdon.domain import identity, ledger
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from local.cloud.settings import REGION
from world import World, delivery

pytestmark = [*ON_A_SERVER]

ADVOCATES: Final = 5
TWICE_EVERY: Final = 10
"""Every tenth message is delivered twice, as SQS may."""

STEPS: Final = {1: 50_00, 2: 60_00, 3: 80_00, 4: 100_00}
"""What each referral earns in cents, by its ordinal: so an amount shows for which ordinal it was given."""

ESCALATING: Final = [{"from": str(first), "flat": f"{cents / 100:.2f}"} for first, cents in STEPS.items()]


@dataclass(frozen=True)
class Scenario:
    """What the workers meet at.

    Attributes:
        title: What the printed table is called.
        limits: The program's limits, if it has any.
    """

    title: str
    limits: Mapping[str, Any] | None = None


WORKERS: Final = 64
DEALS: Final = int(os.environ.get("GUERDON_CONTENTION_DEALS", "300"))
"""What is asserted holds for any number; 2,000 deals take two cores some minutes."""

ORDINALS: Final = Scenario("one count per advocate")
BUDGET_MINOR: Final = 60_00 * DEALS
BUDGET: Final = Scenario(
    "one budget for all",
    {"program": [{"max": f"{BUDGET_MINOR / 100:.2f}", "period": "lifetime", "over": "refuse"}]},
)
"""Everybody meets at one row, and the deals are worth more than the budget has."""

_Row = TypeVar("_Row", bound=Row)


@dataclass(frozen=True)
class Contest:
    """Everything that stands in the tables when no message is left, and what the workers met on the way."""

    scenario: Scenario
    tally: Tally
    seconds: float
    events: list[InboxEvent]
    rewards: list[Reward]
    payouts: list[Payout]
    counts: list[DealCount]
    reserved: list[Reserved]
    entries: list[Entry]

    @property
    def by_advocate(self) -> dict[str, list[Reward]]:
        """The rewards of each advocate, by ordinal."""
        found: defaultdict[str, list[Reward]] = defaultdict(list)
        for reward in sorted(self.rewards, key=lambda one: one.explanation.ordinal):
            found[reward.advocate_id].append(reward)
        return dict(found)


@pytest.fixture(scope="module", params=[ORDINALS, BUDGET], ids=lambda scenario: scenario.title)
def contest(request: pytest.FixtureRequest, dynamodb_local: str) -> Iterator[Contest]:
    scenario: Scenario = request.param
    names = recreate_tables(client_of(dynamodb_local), "contention")
    with credentials():
        store = DynamoStore(Tables(names, REGION, dynamodb_local))
        messages = delivered(store, scenario)
        began = time.monotonic()
        tally = decide_all(Database(dynamodb_local, names), [*messages, *messages[::TWICE_EVERY]], WORKERS)
        seconds = time.monotonic() - began
        yield Contest(
            scenario,
            tally,
            seconds,
            all_rows(store, InboxModel),
            all_rows(store, RewardModel),
            all_rows(store, PayoutModel),
            counters(store, DealCountModel, "ordinal"),
            counters(store, ReservedModel, "reserved"),
            all_rows(store, EntryModel),
        )


def delivered(store: DynamoStore, scenario: Scenario) -> list[str]:
    """Publish the program and take all deals in; the ids of the events.

    It happens in memory, and what it wrote is copied: how a delivery is taken in is not what is asked here.
    """
    world = World()
    world.publish_program(rules=[builders.rule(amount={"escalating": ESCALATING})], limits=scenario.limits)
    for number in range(DEALS):
        world.receive(delivery(f"msg_{number}", deal__id=f"D-{number}", advocate__id=f"A-{number % ADVOCATES}"))
    stored = list(world.store.rows.values())
    for first in range(0, len(stored), ITEMS_MOST):
        assert store.commit(tuple(Insert(row) for row in stored[first : first + ITEMS_MOST])) is Committed.YES
    return world.bus.published


def all_rows(store: DynamoStore, model: type[RowModel[_Row]]) -> list[_Row]:
    return [found.to_row() for found in store.tables.model(model).scan(consistent_read=True)]


def counters(store: DynamoStore, model: type[RowModel[_Row]], kind: str) -> list[_Row]:
    """The rows of one kind in the table that they share."""
    bound = store.tables.model(model)
    return [found.to_row() for found in bound.scan(model.hash_column().startswith(f"{kind}/"), consistent_read=True)]


def earned_at(ordinal: int) -> int:
    return next(cents for first, cents in sorted(STEPS.items(), reverse=True) if ordinal >= first)


def test_every_event_came_to_its_outcome(contest: Contest) -> None:
    assert len(contest.events) == DEALS
    assert {event.version for event in contest.events} == {2}
    outcomes = {Outcome.REWARDED, Outcome.OVER_LIMIT} if contest.scenario.limits else {Outcome.REWARDED}
    assert {event.outcome for event in contest.events} == outcomes


def test_every_deal_that_is_rewarded_has_one_reward_and_no_other_deal_has_any(contest: Contest) -> None:
    rewarded = [event for event in contest.events if event.outcome is Outcome.REWARDED]
    assert sorted(reward.deal_id for reward in contest.rewards) == sorted(event.deal_id for event in rewarded)
    named = [reward_id for event in rewarded for reward_id in event.reward_ids]
    assert sorted(named) == sorted(reward.reward_id for reward in contest.rewards)


def test_ordinals_are_one_to_n_each_once(contest: Contest) -> None:
    assert contest.by_advocate.keys() == {identity.advocate_id("acme", f"A-{number}") for number in range(ADVOCATES)}
    for rewards in contest.by_advocate.values():
        assert [reward.explanation.ordinal for reward in rewards] == list(range(1, len(rewards) + 1))
    assert {count.advocate_id: (builders.counted_in(count), count.version) for count in contest.counts} == {
        advocate: (len(rewards), len(rewards)) for advocate, rewards in contest.by_advocate.items()
    }


def test_a_budget_holds_what_its_rewards_are_worth_and_is_never_oversold(contest: Contest) -> None:
    worth_minor = sum(reward.amount.amount_minor for reward in contest.rewards)
    if contest.scenario.limits is None:
        assert contest.reserved == []
        return
    (row,) = contest.reserved
    assert (row.amount.amount_minor, row.version) == (worth_minor, len(contest.rewards))
    assert BUDGET_MINOR - max(STEPS.values()) < worth_minor <= BUDGET_MINOR


def test_every_amount_is_that_of_its_ordinal(contest: Contest) -> None:
    for reward in contest.rewards:
        assert reward.amount.amount_minor == earned_at(reward.explanation.ordinal)


def test_every_reward_has_its_payout_and_its_entry(contest: Contest) -> None:
    payouts = {payout.payout_id: payout for payout in contest.payouts}
    entries = {entry.entry_id: entry for entry in contest.entries}
    assert len(payouts) == len(contest.payouts) == len(contest.rewards)
    assert len(entries) == len(contest.entries) == len(contest.rewards)
    for reward in contest.rewards:
        (payout_id,) = reward.payout_ids
        payout, entry = payouts[payout_id], entries[f"{reward.reward_id}@1"]
        assert (payout.value, payout.status, payout.version) == (reward.amount, PayoutStatus.EARNED, 1)
        assert (entry.kind, entry.reward_id) == (EntryKind.EARNED, reward.reward_id)
        assert max(posting.amount.amount_minor for posting in entry.postings) == reward.amount.amount_minor


def test_the_journal_balances_and_owes_what_was_earned(contest: Contest) -> None:
    earned_minor = sum(
        earned_at(ordinal) for rewards in contest.by_advocate.values() for ordinal in range(1, len(rewards) + 1)
    )
    assert ledger.trial_balance(contest.entries) == {
        (ledger.REWARDS_EXPENSE, "USD"): earned_minor,
        (ledger.REWARDS_LIABILITY, "USD"): -earned_minor,
    }


def test_every_payout_is_started_under_its_first_run_and_every_reward_announced(contest: Contest) -> None:
    assert contest.tally.started.keys() == {(payout.payout_id, 1) for payout in contest.payouts}
    assert contest.tally.announced.keys() == {reward.reward_id for reward in contest.rewards}


def test_workers_met_and_each_decision_was_written_once(contest: Contest, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        Console().print(met(contest))
    commits = contest.tally.commits
    written = commits[Committed.YES.name]
    assert written <= DEALS <= written + commits[BUSY]
    assert commits[Committed.NO_CONDITION_FAILED.name] > 0
    assert commits[Committed.NO_CONFLICT.name] > 0
    assert max(contest.tally.tries) <= TRIES_MOST


def met(contest: Contest) -> Table:
    """What the workers met, as a table."""
    tally, scenario = contest.tally, contest.scenario
    title = f"\n{WORKERS} workers, {DEALS:,} deals, {ADVOCATES} advocates: {scenario.title}"
    table = Table(title=title, min_width=60)
    table.add_column("what")
    table.add_column("how often", justify="right")
    lines: dict[str, object] = {
        "commits written": tally.commits[Committed.YES.name],
        "refused: a condition failed": tally.commits[Committed.NO_CONDITION_FAILED.name],
        "refused: met another one": tally.commits[Committed.NO_CONFLICT.name],
        "answer unknown (StoreBusy)": tally.commits[BUSY],
        f"gave up after {TRIES_MOST} tries (StoreBusy)": tally.redelivered.total() - tally.commits[BUSY],
        "messages delivered again": tally.redelivered.total(),
        "most often the same one": max(tally.redelivered.values(), default=0),
        "commits that a message took, in the middle": median(tally.tries.elements()),
        "seconds": f"{contest.seconds:.0f}",
    }
    for what, often in lines.items():
        table.add_row(what, str(often))
    return table
