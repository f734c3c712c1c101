"""Success is said only once the event is durable and on the bus; a retry is the same event."""

from datetime import timedelta

import pytest

from builders import NOW
from guerdon.application.records import EventBody, InboxEvent
from guerdon.domain import identity
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.judgment import Outcome
from world import World, delivery


@pytest.fixture
def world() -> World:
    return World()


def test_a_delivery_is_stored_whole_and_its_id_goes_on_the_bus(world: World) -> None:
    sent = delivery()
    event_id = world.receive(sent)
    assert world.store.of(InboxEvent) == [
        InboxEvent(
            event_id=event_id,
            connection="acme-crm",
            source_account="acme",
            delivery_id="msg_1",
            type="deal.closed",
            program="customer-referral",
            deal_id="D-1041",
            body_sha256=sent.body_sha256,
            received_at=NOW,
            undecided_since=NOW,
            look_at=NOW + timedelta(minutes=2),
            recipient_id=identity.advocate_id("acme", "A-77"),
        )
    ]
    assert world.store.of(EventBody) == [EventBody(event_id, sent.body)]
    assert len(world.store.commits) == 1
    assert world.bus.published == [event_id]


def test_a_retry_is_the_same_event_and_goes_on_the_bus_again_while_undecided(world: World) -> None:
    first = world.receive(delivery())
    world.clock.advance(timedelta(hours=5))
    assert world.receive(delivery()) == first
    assert world.bus.published == [first, first]
    assert [event.received_at for event in world.store.of(InboxEvent)] == [NOW]


def test_a_retry_of_a_decided_event_is_success_and_nothing_more(world: World) -> None:
    world.publish_program()
    event_id = world.decide()
    decided = world.store.inbox_event(event_id)
    assert decided is not None
    assert decided.outcome is Outcome.REWARDED
    assert world.receive(delivery()) == event_id
    assert world.bus.published == [event_id]
    assert world.store.inbox_event(event_id) == decided


def test_another_body_under_the_same_delivery_id_is_another_event(world: World) -> None:
    first = world.receive(delivery())
    second = world.receive(delivery(deal__id="D-2"))
    assert first != second
    assert [event.deal_id for event in world.store.of(InboxEvent)] == ["D-1041", "D-2"]
    assert world.bus.published == [first, second]


def test_when_the_bus_is_away_the_sender_retries_and_the_event_waits_undecided(world: World) -> None:
    world.bus.away = 1
    with pytest.raises(BusUnavailable):
        world.receive(delivery())
    (event,) = world.store.of(InboxEvent)
    assert (event.outcome, event.undecided_since) == (None, NOW)
    assert world.bus.published == []
    assert world.receive(delivery()) == event.event_id
    assert world.bus.published == [event.event_id]


def test_when_the_store_is_busy_nothing_is_stored_or_sent(world: World) -> None:
    world.store.be_busy()
    with pytest.raises(StoreBusy):
        world.receive(delivery())
    assert world.store.rows == {}
    assert world.bus.published == []


def test_a_conflict_is_not_taken_for_stored(world: World) -> None:
    world.store.conflict()
    with pytest.raises(StoreBusy, match="was not stored"):
        world.receive(delivery())
    assert world.store.rows == {}
    assert world.bus.published == []


def test_after_a_lost_answer_the_retry_finds_the_event_and_sends_it(world: World) -> None:
    world.store.lose_answer()
    with pytest.raises(StoreBusy):
        world.receive(delivery())
    assert world.bus.published == []
    event_id = world.receive(delivery())
    assert world.bus.published == [event_id]
    assert len(world.store.of(InboxEvent)) == 1
