"""A pass of the sweep ends in good time, whatever there is to do, and no kind of it waits for the end of another."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import builders
from builders import NOW
from fakes.store import MemoryStore
from guerdon.application.funds_records import new_hold
from guerdon.application.sweep import LEFT, Found, Swept
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.pausing import EVERYTHING
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from world import World, delivery

KINDS = 7
PAST = NOW - timedelta(seconds=1)
ADA = "aws:ada"


class TimeFor:
    """Time for so many rows; to see that there is nothing of a kind takes as long as a row."""

    def __init__(self, rows: int) -> None:
        self.left = rows

    def __call__(self) -> bool:
        self.left -= 1
        return self.left >= 0


def unheard(_: Found) -> None:
    pass


def swept(world: World, rows: int) -> Swept:
    return world.sweep(unheard, TimeFor(rows))


def submitted(number: int) -> Payout:
    return builders.payout(PayoutStatus.SUBMITTED, payout_id=f"po_asked_{number:03}", look_at=PAST)


def stopped(reason: BlockReason, number: int) -> Payout:
    payout = builders.payout(payout_id=f"po_{reason}_{number:04}")
    return payout.blocked(reason, NOW + timedelta(seconds=number))


def backlog(of_each: int) -> World:
    """So many events and payouts of each kind are due; of channels, one waits for money that is there."""
    world = World()
    for number in range(of_each):
        world.receive(delivery(f"msg_{number}", deal__id=f"D-{number}"))
    world.other_process().pause(EVERYTHING, ADA, "a wrong rule")
    world.store.put(builders.armed())
    for number in range(of_each):
        world.store.put(submitted(number), stopped(BlockReason.PAUSED, number), stopped(BlockReason.FUNDS, number))
    world.store.put(new_hold(Channel.GIFT_CARD, NOW).lifted(NOW))
    world.other_process().resume(EVERYTHING, ADA, "mended")
    world.clock.advance(timedelta(minutes=3))
    world.bus.published.clear()
    return world


def test_a_pass_begins_nothing_more_once_its_time_is_over_and_says_so() -> None:
    world = World()
    world.store.put(*map(submitted, range(10)))
    heard: list[Found] = []
    # The first turn finds that there is nothing of the six other kinds.
    assert world.sweep(heard.append, TimeFor(KINDS + 2)) == Swept(providers_asked=3, kinds_left=1)
    assert len(world.hints.enqueued) == 3
    assert heard[-1] == Found(LEFT, "payouts")
    assert [found.kind for found in heard] == ["providers_asked"] * 3 + [LEFT]


def test_a_pass_that_comes_to_the_end_of_all_has_nothing_left() -> None:
    world = World()
    world.store.put(submitted(1))
    heard: list[Found] = []
    assert world.sweep(heard.append, TimeFor(KINDS + 1)) == Swept(providers_asked=1)
    assert [found.kind for found in heard] == ["providers_asked"]


def test_without_any_time_nothing_is_begun() -> None:
    world = backlog(1)
    commits = len(world.store.commits)
    assert swept(world, 0) == Swept(kinds_left=KINDS)
    assert (len(world.store.commits), world.bus.published, world.hints.enqueued) == (commits, [], [])
    assert world.fulfillments.started == []


def test_no_kind_waits_for_the_end_of_another() -> None:
    world = backlog(20)
    # Nothing waits for money in three channels; then each of four kinds gets its turn.
    done = swept(world, 3 + 4 * 5)
    assert done == Swept(events_sent_again=5, providers_asked=5, payouts_resumed=5, payouts_funded=5, kinds_left=4)


def test_what_a_pass_did_not_come_to_the_next_ones_do_in_order_and_once() -> None:
    world = backlog(100)
    passes, total = 0, Counter[str]()
    while passes < 40:
        passes += 1
        done = swept(world, 40)
        total.update(
            sent=done.events_sent_again,
            asked=done.providers_asked,
            resumed=done.payouts_resumed,
            funded=done.payouts_funded,
        )
        if not done.kinds_left:
            break
    assert total == {"sent": 100, "asked": 100, "resumed": 100, "funded": 100}
    assert 10 <= passes < 40
    started = [payout_id for payout_id, run in world.fulfillments.started if run == 2]
    for reason in (BlockReason.PAUSED, BlockReason.FUNDS):
        mine = [payout_id for payout_id in started if payout_id.startswith(f"po_{reason}_")]
        assert mine == [f"po_{reason}_{number:04}" for number in range(100)]
    assert len(started) == 200


def test_thousands_go_on_in_order_over_as_many_passes_as_they_need() -> None:
    world = World()
    world.pause(EVERYTHING, ADA, "a wrong rule")
    world.store.put(*(builders.armed(channel) for channel in Channel))
    ids = [stopped(BlockReason.PAUSED, number).payout_id for number in range(4000)]
    world.store.put(*(stopped(BlockReason.PAUSED, number) for number in range(4000)))
    world.clock.advance(timedelta(days=4))
    world.resume(EVERYTHING, ADA, "mended")
    world.fulfillments.takes = 1300
    # The command is throttled in the middle of its third five hundred; nobody types it again.
    first, second, third = (world.free(ADA, 500) for _ in range(3))
    assert [len(freed.payout_ids) for freed in (first, second, third)] == [500, 500, 300]
    assert third.broke_off is not None
    assert world.free.to_go() == 2699
    world.fulfillments.takes = None
    assert swept(world, 1500).kinds_left == 1
    world.sweep()
    world.clock.advance(timedelta(minutes=3))
    world.sweep()
    # The one at hand comes once it is due, after those that were not decided on yet.
    late = ids[1300]
    assert [payout_id for payout_id, _ in world.fulfillments.started] == [*ids[:1300], *ids[1301:], late]
    assert {world.stands(payout_id).run for payout_id in ids} == {2}


def test_what_is_left_is_due_still_and_as_it_was() -> None:
    world = World()
    world.store.put(*map(submitted, range(3)))
    assert swept(world, KINDS) == Swept(providers_asked=1, kinds_left=1)
    assert [world.stands(f"po_asked_{number:03}") == submitted(number) for number in range(3)].count(True) == 2


def test_a_workflow_service_that_takes_no_more_keeps_no_other_kind_from_going_on() -> None:
    world = backlog(5)
    world.fulfillments.takes = 3
    with pytest.raises(BusUnavailable):
        world.sweep()
    assert (len(world.bus.published), len(world.hints.enqueued)) == (5, 5)
    assert len(world.fulfillments.started) == 3
    # Each of the two kinds that start something had one at hand; it is decided on, and started once it is due.
    world.fulfillments.takes = None
    world.clock.advance(timedelta(minutes=3))
    world.sweep()
    assert sorted(payout_id for payout_id, _ in world.fulfillments.started) == sorted(
        f"po_{reason}_{number:04}" for reason in (BlockReason.PAUSED, BlockReason.FUNDS) for number in range(5)
    )


class Unlisted(MemoryStore):
    """A store whose list of what is due cannot be read."""

    def payouts_to_look_at(self, due_before: datetime) -> Iterator[str]:
        raise StoreBusy(f"the index is throttled until {due_before}")


def test_a_list_that_cannot_be_read_keeps_no_other_kind_from_going_on() -> None:
    world = backlog(2)
    store = Unlisted()
    store.put(*world.store.rows.values())
    with pytest.raises(StoreBusy):
        replace(world.sweep, store=store)()
    assert len(world.bus.published) == 2
    assert len(world.fulfillments.started) == 4
