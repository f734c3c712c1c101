"""Somebody edits thousands of old deals at once in the CRM, and it tells them all: nothing of that pays by itself.

Deals of today come among them, in any order, and are paid up to the day's ceilings exactly. It happens in memory, to
the production use cases; threads stand for the release check's many workers.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import RLock
from typing import Final

import pytest

import builders
from builders import NOW, usd
from fakes.store import MemoryStore
from guerdon.application.ports import Notice
from guerdon.application.records import DayReleased
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.transaction import Committed, Transaction
from guerdon.domain.channel import Channel
from guerdon.domain.deal import instant
from guerdon.domain.errors import StoreBusy
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Reward
from world import World

OLD: Final = 4000
OF_TODAY: Final = 300
LONG_AGO: Final = NOW - timedelta(days=400)
CEILINGS: Final = {"payouts_per_day": "200", "amount_per_day": "12050.00"}
"""At 100.00 each, the amount is reached by 120 of them, with 50.00 to spare."""


def advocate(deal: str) -> str:
    """Whoever referred a deal: each of fifty has many."""
    return f"A-{sum(deal.encode()) % 50}"


def told(world: World, name: str, closed_at: datetime) -> None:
    world.decide(
        f"msg_{name}",
        timestamp=instant(NOW),
        deal__id=name,
        deal__closed_at=instant(closed_at),
        advocate__id=advocate(name),
    )


@pytest.fixture(scope="module")
def told_all() -> World:
    world = World()
    world.store.put(builders.armed())
    world.publish_program(ceilings=CEILINGS, told_within_days="60", starts_at="2025-01-01T00:00:00-05:00")
    deals = [(f"old-{number}", LONG_AGO + timedelta(hours=number)) for number in range(OLD)]
    deals += [(f"new-{number}", NOW - timedelta(minutes=number)) for number in range(OF_TODAY)]
    random.Random(20).shuffle(deals)  # noqa: S311 - the same order each time.
    for name, closed_at in deals:
        told(world, name, closed_at)
    return world


class LockedStore(MemoryStore):
    """The store of several workers at once: each read, and each commit, is of one moment."""

    def __init__(self, shared: MemoryStore) -> None:
        self.__dict__ = shared.__dict__
        self.__dict__.setdefault("lock", RLock())

    def commit(self, transaction: Transaction) -> Committed:
        with self.__dict__["lock"]:
            return super().commit(transaction)


def release_all(world: World, started: list[tuple[str, int]]) -> None:
    """Sixteen workers release what was started; whoever loses too often is tried again, as by the workflow."""
    check = ReleasePayout(LockedStore(world.store), world.clock, lambda *_: None)

    def release(one: tuple[str, int]) -> None:
        for _ in range(100):
            try:
                check(*one)
            except StoreBusy:
                continue
            return
        raise AssertionError(one)

    with ThreadPoolExecutor(16) as workers:
        list(workers.map(release, started))


def stand(world: World) -> Counter[tuple[str, str | None]]:
    return Counter((str(payout.status), payout.reason) for payout in world.store.of(Payout))


def test_old_deals_earn_and_wait_and_those_of_today_are_paid_up_to_the_ceiling(told_all: World) -> None:
    world = told_all
    assert len(world.store.of(Reward)) == OLD + OF_TODAY
    assert len(world.fulfillments.started) == OF_TODAY
    assert stand(world) == {("earned", None): OF_TODAY, ("blocked", "approval"): OLD}
    started = list(world.fulfillments.started)
    random.Random(21).shuffle(started)  # noqa: S311 - the same.
    release_all(world, started)
    assert stand(world) == {
        ("released", None): 120,
        ("blocked", "ceiling"): OF_TODAY - 120,
        ("blocked", "approval"): OLD,
    }
    assert world.store.of(DayReleased) == [
        DayReleased("customer-referral", "2026-11-22", 120, (usd("12000.00"),), version=120)
    ]
    assert world.provider.calls == []

    # What the smaller ones of the same day leave room for may still go.
    small = next(payout for payout in world.store.of(Payout) if payout.reason == BlockReason.CEILING)
    assert small.attention == (
        "of the program's ceiling of 12,050.00 USD a day, 12,000.00 USD is used for 2026-11-22, and this is 100.00 USD"
    )

    # Finance is told of each cause once, and no advocate of what may be a mistake.
    notices = [Notice("payout", payout.payout_id, 1) for payout in world.store.of(Payout)]
    notices += [Notice("reward_earned", reward.reward_id) for reward in world.store.of(Reward)]
    results = Counter(world.notify(notice).result for notice in notices)
    assert results == {
        "sent": OF_TODAY + 2,
        "told-late": OLD,
        "told-with-another": OLD - 1 + OF_TODAY - 120 - 1,
        "nothing-to-tell-about-released": 120,
    }
    templates = Counter(mail.template for mail in world.mailer.sent)
    assert templates == {"reward_earned": OF_TODAY, "payout_attention": 2}

    # What was approved one by one meets the ceiling as well, and passes once a person decided on that.
    release_again = ReleaseAgain(world.store, world.clock, world.fulfillments)
    late = next(payout for payout in world.store.of(Payout) if payout.waits_for_approval)
    release_again(late.payout_id, "ada@example.com", "it was forgotten")
    world.release(late.payout_id, 2)
    assert world.stands(late.payout_id).reason == BlockReason.CEILING
    release_again(late.payout_id, "ada@example.com", "it was forgotten")
    assert world.release(late.payout_id, 3).decision is Channel.GIFT_CARD


def test_told_again_old_deals_that_were_rewarded_are_duplicates() -> None:
    world = World()
    world.store.put(builders.armed())
    world.publish_program(told_within_days="60")
    for number in range(20):
        told(world, f"D-{number}", NOW - timedelta(days=30))
    entries = len(world.store.of(Entry))
    world.clock.advance(timedelta(days=200))
    for number in range(20):
        event_id = world.decide(
            f"again_{number}",
            timestamp=instant(world.clock.now()),
            deal__id=f"D-{number}",
            deal__closed_at=instant(NOW - timedelta(days=30)),
            advocate__id=f"A-{sum(f'D-{number}'.encode()) % 50}",
        )
        inbox = world.store.inbox_event(event_id)
        assert inbox is not None
        assert inbox.outcome == "duplicate"
    assert len(world.store.of(Payout)) == 20
    assert len(world.store.of(Entry)) == entries


@pytest.mark.parametrize(("days", "status"), [(60, PayoutStatus.EARNED), (61, PayoutStatus.BLOCKED)])
def test_what_an_amendment_adds_long_after_waits_for_approval(days: int, status: PayoutStatus) -> None:
    world = World()
    world.publish_program(rules=[builders.rule(amount={"percentage": {"rate": "1"}})], told_within_days="60")
    world.decide()
    told_at = builders.CLOSED_AT + timedelta(days=days)
    world.clock.move_to(told_at)
    event_id = world.decide(
        "msg_2",
        type="deal.amended",
        timestamp=instant(told_at),
        deal__amount={"value": "22500.00", "currency": "USD"},
        effective_at=instant(told_at),
    )
    first, second = world.store.of(Payout)
    assert (first.value, second.value) == (usd("125.00"), usd("100.00"))
    assert (first.status, second.status) == (PayoutStatus.EARNED, status)
    inbox = world.store.inbox_event(event_id)
    assert inbox is not None
    assert inbox.detail is not None
    late = "told 61 days after the deal closed" in inbox.detail
    assert late is second.waits_for_approval is (days > 60)


def test_what_a_late_amendment_takes_needs_no_approval() -> None:
    world = World()
    world.publish_program(rules=[builders.rule(amount={"percentage": {"rate": "1"}})], told_within_days="60")
    world.decide()
    told_at = builders.CLOSED_AT + timedelta(days=300)
    world.decide(
        "msg_2",
        type="deal.amended",
        timestamp=instant(told_at),
        deal__amount={"value": "2500.00", "currency": "USD"},
        effective_at=instant(told_at),
    )
    assert [(payout.status, payout.value) for payout in world.store.of(Payout)] == [
        (PayoutStatus.REVERSED, usd("125.00")),
        (PayoutStatus.EARNED, usd("25.00")),
    ]
