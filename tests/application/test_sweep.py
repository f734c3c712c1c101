"""The sweep: what got stuck is set going or put before a person, and sweeping twice does no harm."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID
from fakes.store import MemoryStore
from guerdon.application.ports import Notice, ProviderHint
from guerdon.application.sweep import FOUND_MOST, NOT_RELEASED, Swept
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from world import World, delivery

PAST = NOW - timedelta(seconds=1)


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_stuck_is_nothing_done(world: World) -> None:
    world.store.put(builders.payout(look_at=NOW + timedelta(seconds=1)))
    assert world.sweep() == Swept()
    assert world.store.commits == []


@pytest.mark.parametrize(("minutes", "sent"), [(1, 0), (2, 0), (3, 1)])
def test_an_event_that_stays_undecided_is_sent_again_after_two_minutes(world: World, minutes: int, sent: int) -> None:
    event_id = world.receive(delivery())
    world.bus.published.clear()
    world.clock.advance(timedelta(minutes=minutes))
    assert world.sweep() == Swept(events_sent_again=sent)
    assert world.bus.published == [event_id] * sent


def test_a_decided_event_is_not_sent_again(world: World) -> None:
    world.decide()
    world.bus.published.clear()
    world.clock.advance(timedelta(days=1))
    world.sweep()
    assert world.bus.published == []


class LaggingStore(MemoryStore):
    """A store whose index still shows every payout that was ever due."""

    def payouts_to_look_at(self, due_before: datetime) -> Iterator[str]:
        assert due_before.tzinfo is not None
        return iter([payout.payout_id for payout in self.of(Payout)])


@pytest.mark.parametrize("look_at", [None, NOW + timedelta(seconds=1)])
def test_only_the_row_itself_says_whether_its_time_has_come(world: World, look_at: datetime | None) -> None:
    store = LaggingStore()
    store.put(builders.payout(look_at=look_at))
    assert replace(world.sweep, store=store)() == Swept()
    assert store.commits == []
    assert world.fulfillments.started == []


def test_an_earned_payout_without_an_execution_is_started(world: World) -> None:
    world.store.put(builders.payout(look_at=PAST, run=2))
    assert world.sweep() == Swept(fulfillments_started=1)
    assert world.fulfillments.started == [(PAYOUT_ID, 2)]
    assert (world.stands().attention, world.stands().look_at) == (NOT_RELEASED, NOW + timedelta(minutes=15))


def test_one_that_was_started_again_in_vain_waits_for_a_person(world: World) -> None:
    world.store.put(builders.payout(look_at=PAST))
    world.sweep()
    world.clock.advance(timedelta(minutes=16))
    assert world.sweep() == Swept(payouts_blocked=1)
    assert (world.stands().status, world.stands().reason) == (PayoutStatus.BLOCKED, BlockReason.WORKFLOW)
    assert world.notices.enqueued == [Notice("payout", PAYOUT_ID, 1)]
    assert world.fulfillments.started == [(PAYOUT_ID, 1)]


def test_a_released_payout_that_was_never_submitted_waits_for_a_person(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.RELEASED, look_at=PAST))
    assert world.sweep() == Swept(payouts_blocked=1)
    assert world.stands().attention == "its fulfillment ended before anything was sent"
    assert world.stands().look_at is None


@pytest.mark.parametrize(
    ("channel", "provider"),
    [
        (Channel.GIFT_CARD, "tremendous"),
        (Channel.CHECK, "lob"),
        (Channel.BILL_CREDIT, "stripe"),
        (Channel.MERCHANDISE, "printful"),
    ],
)
def test_a_submitted_payout_has_its_provider_asked_every_hour(world: World, channel: Channel, provider: str) -> None:
    world.store.put(builders.payout(PayoutStatus.SUBMITTED, channel=channel, look_at=PAST, attention="look at me"))
    assert world.sweep() == Swept(providers_asked=1)
    assert world.hints.enqueued == [ProviderHint(provider, "payout", PAYOUT_ID)]
    assert (world.stands().attention, world.stands().look_at) == ("look at me", NOW + timedelta(hours=1))
    assert world.stands().status is PayoutStatus.SUBMITTED


def test_a_payout_that_is_over_is_looked_at_no_more(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.SETTLED, look_at=PAST))
    assert world.sweep() == Swept()
    assert (world.stands().status, world.stands().look_at) == (PayoutStatus.SETTLED, None)


def stuck(world: World) -> None:
    world.receive(delivery())
    world.bus.published.clear()
    world.clock.advance(timedelta(minutes=3))
    for number, status in enumerate((PayoutStatus.EARNED, PayoutStatus.RELEASED, PayoutStatus.SUBMITTED)):
        world.store.put(builders.payout(status, payout_id=f"po_{number}", look_at=PAST))


def test_sweeping_again_at_once_only_sends_the_event_again(world: World) -> None:
    stuck(world)
    assert world.sweep() == Swept(1, 1, 1, 1)
    rows = dict(world.store.rows)
    assert world.sweep() == Swept(events_sent_again=1)
    assert world.store.rows == rows


def test_a_sweep_that_another_one_overtakes_does_no_harm(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.RELEASED, look_at=PAST))
    other = world.other_process()
    world.store.meanwhile(other.sweep)
    assert world.sweep() == Swept()
    assert world.stands().status is PayoutStatus.BLOCKED
    assert world.notices.enqueued == [Notice("payout", PAYOUT_ID, 1)]


def test_a_payout_that_moved_on_while_it_was_swept_is_left_alone(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.RELEASED, look_at=PAST))
    moved = builders.payout(PayoutStatus.SUBMITTED, attempts=1, version=2)
    world.store.meanwhile(lambda: world.store.put(moved))
    assert world.sweep() == Swept()
    assert world.stands() == moved
    assert world.notices.enqueued == []


def test_a_hint_queue_that_is_away_leaves_the_payout_due(world: World) -> None:
    payout = builders.payout(PayoutStatus.SUBMITTED, look_at=PAST)
    world.store.put(payout)
    world.hints.away = 1
    with pytest.raises(BusUnavailable):
        world.sweep()
    assert world.stands() == payout
    assert world.sweep() == Swept(providers_asked=1)


def test_a_row_that_cannot_be_set_going_keeps_no_other_waiting(world: World) -> None:
    stuck(world)
    world.bus.away = 1
    world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        world.sweep()
    assert world.hints.enqueued == [ProviderHint("tremendous", "payout", "po_2")]
    assert world.stands("po_0").attention is None
    assert world.stands("po_1").status is PayoutStatus.BLOCKED
    assert world.sweep() == Swept(events_sent_again=1, fulfillments_started=1)


def test_one_sweep_takes_on_a_bounded_number(world: World) -> None:
    for number in range(FOUND_MOST + 1):
        world.store.put(builders.payout(PayoutStatus.SUBMITTED, payout_id=f"po_{number}", look_at=PAST))
    assert world.sweep() == Swept(providers_asked=FOUND_MOST)
    assert world.sweep() == Swept(providers_asked=1)
