"""An entry is stamped by the attempt that writes it: what lost a race for an hour is not posted into the past.

The seals rest on it: an hour is sealed a quarter of an hour after its end, and no attempt lives as long.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

import builders
from guerdon.application.records import AnswerState
from guerdon.domain.ledger import Entry, EntryKind
from world import World, delivery

LATER = timedelta(hours=3)


def evaluated(world: World) -> Callable[[], object]:
    world.publish_program()
    event_id = world.receive(delivery())
    return lambda: world.evaluate(event_id)


def revised(world: World) -> Callable[[], object]:
    evaluated(world)()
    undone = delivery("msg_2", type="deal.reversed", effective_at="2026-11-21T12:00:00Z", deal__amount=NOTHING)
    event_id = world.receive(undone)
    return lambda: world.evaluate(event_id)


NOTHING = {"value": "0.00", "currency": "USD"}


def submitted(world: World) -> Callable[[], object]:
    payout = world.released()
    return lambda: world.pay(payout.payout_id, payout.run, "token-1")


def settled(world: World) -> Callable[[], object]:
    payout = world.submitted(answer=builders.answer(AnswerState.DONE, cost=builders.usd("100.00")))
    return lambda: world.settle(payout.payout_id, payout.run)


def failed(world: World) -> Callable[[], object]:
    payout = world.submitted(answer=builders.answer(AnswerState.REFUSED))
    return lambda: world.settle(payout.payout_id, payout.run)


@pytest.mark.parametrize(
    ("prepared", "kind"),
    [
        (evaluated, EntryKind.EARNED),
        (revised, EntryKind.REVISED),
        (submitted, EntryKind.SUBMITTED),
        (settled, EntryKind.SETTLED),
        (failed, EntryKind.FAILED),
    ],
)
def test_who_tries_again_stamps_again(prepared: Callable[[World], Callable[[], object]], kind: EntryKind) -> None:
    world = World()
    act = prepared(world)
    began = world.clock.now()
    world.store.meanwhile(lambda: world.clock.advance(LATER))
    world.store.conflict()
    act()
    (entry,) = (entry for entry in world.store.of(Entry) if entry.kind is kind)
    assert entry.posted_at == began + LATER
