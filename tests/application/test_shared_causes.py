"""Finance is told once of what many payouts wait for alike, whoever of them comes at the same moment as whom.

Every test lets one notice be handled in the middle of another, at each call that it makes to store and mail service.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

import builders
from builders import NOW
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.notify import TAKEN_FOR, TAKEN_FOR_MOST, Notify
from guerdon.application.ports import Notice
from guerdon.application.records import TAKEN, SentNotice
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, Retryable, StoreBusy
from guerdon.domain.payout import BlockReason
from tripwire import Tripwire, die
from world import FINANCE, World

FIRST, SECOND, THIRD = (Notice("payout", f"po_{number}", 1) for number in range(3))
CAUSE = "payout_attention/ceiling/customer-referral/2026-11-22"
Prepared = Callable[[World], None]


def waiting(reason: BlockReason = BlockReason.CEILING) -> World:
    """Three payouts wait for the same."""
    world = World()
    world.store.put(builders.reward())
    world.store.put(*(builders.payout(payout_id=f"po_{number}").blocked(reason, NOW) for number in range(3)))
    return world


def notify_on(world: World, wire: Tripwire) -> Notify:
    """Another process that handles notices."""
    return Notify(wire.on(world.store), world.clock, wire.on(world.mailer), stored_event, FINANCE)


def handled(world: World, notice: Notice) -> None:
    with suppress(Retryable):
        world.notify(notice)


def fresh(world: World) -> None:
    del world


def taken_in_vain(world: World) -> None:
    """The mail service was away over the third one's mail, and that is long enough ago."""
    world.mailer.away = 1
    with pytest.raises(BusUnavailable):
        world.notify(THIRD)
    world.clock.advance(TAKEN_FOR)


def taken_by_the_first_in_vain(world: World) -> None:
    world.mailer.away = 1
    with pytest.raises(BusUnavailable):
        world.notify(FIRST)
    world.clock.advance(TAKEN_FOR)


def taken_over_in_vain(world: World) -> None:
    taken_in_vain(world)
    world.mailer.away = 1
    with pytest.raises(BusUnavailable):
        world.notify(SECOND)
    world.clock.advance(2 * TAKEN_FOR)


@pytest.mark.parametrize("prepared", [fresh, taken_in_vain, taken_by_the_first_in_vain, taken_over_in_vain])
@pytest.mark.parametrize("others", [(SECOND,), (FIRST,), (SECOND, THIRD)], ids=["another", "its own again", "two"])
def test_of_many_that_come_at_once_one_mails(prepared: Prepared, others: tuple[Notice, ...]) -> None:
    counted = waiting()
    prepared(counted)
    wire = Tripwire()
    notify_on(counted, wire)(FIRST)
    assert len(counted.mailer.sent) == 1
    assert wire.reached >= 14
    for point in range(wire.reached):
        world = waiting()
        prepared(world)
        there = iter(others)

        def ahead(_: Exception, world: World = world, there: object = there) -> None:
            for other in there:  # type: ignore[attr-defined] # an iterator of the others
                handled(world, other)

        with suppress(Retryable):
            notify_on(world, Tripwire(point, deed=ahead))(FIRST)
        assert len(world.mailer.sent) <= 1, point
        # Whoever was told to come again does, until nobody is any more.
        for _ in range(3):
            world.clock.advance(timedelta(minutes=5))
            for notice in (FIRST, SECOND, THIRD):
                handled(world, notice)
        assert len(world.mailer.sent) == 1, point


@pytest.mark.parametrize("prepared", [fresh, taken_in_vain, taken_over_in_vain])
def test_wherever_the_one_that_took_it_dies_finance_hears_and_twice_only_right_after_a_mail(prepared: Prepared) -> None:
    counted, wire = waiting(), Tripwire()
    prepared(counted)
    notify_on(counted, wire)(FIRST)
    for point in range(wire.reached):
        world = waiting()
        prepared(world)
        with suppress(Retryable):
            notify_on(world, Tripwire(point, deed=die))(FIRST)
        went_out, noted = len(world.mailer.sent), world.store.sent_notice(CAUSE) is not None
        for _ in range(3):
            world.clock.advance(timedelta(minutes=5))
            for notice in (SECOND, FIRST, THIRD):
                handled(world, notice)
        # A mail has no key anywhere: who dies between it and its note mails once more.
        assert len(world.mailer.sent) == (1 + went_out if went_out and not noted else 1), point


def test_while_no_mail_goes_out_for_a_day_a_cause_is_taken_ever_more_seldom() -> None:
    world = waiting()
    world.mailer.away = 10_000
    for minute in range(24 * 60):
        world.store.put(builders.payout(payout_id=f"po_at_{minute}").blocked(BlockReason.CEILING, NOW))
        handled(world, Notice("payout", f"po_at_{minute}", 1))
        world.clock.advance(timedelta(minutes=1))
    taken = [note.notice for note in world.store.of(SentNotice) if note.notice.endswith(TAKEN)]
    assert taken[:3] == [f"{CAUSE}{TAKEN}", f"{CAUSE}/2{TAKEN}", f"{CAUSE}/3{TAKEN}"]
    # After 1, 1, 2, 4, 8, 16 and 32 minutes, and then once an hour.
    assert len(taken) == 30
    world.mailer.away = 0
    world.clock.advance(TAKEN_FOR_MOST)
    assert world.notify(THIRD).result == "sent"
    assert [mail.to for mail in world.mailer.sent] == [FINANCE]


def test_one_that_took_it_just_now_is_not_overtaken_not_even_by_its_own_notice() -> None:
    world = waiting()
    world.mailer.away = 1
    with pytest.raises(BusUnavailable):
        world.notify(FIRST)
    for notice in (FIRST, SECOND):
        with pytest.raises(StoreBusy):
            world.notify(notice)
    assert world.mailer.sent == []
    world.clock.advance(TAKEN_FOR)
    assert [world.notify(notice).result for notice in (FIRST, SECOND, FIRST)] == [
        "sent",
        "told-with-another",
        "already-sent",
    ]


def test_while_a_channel_observes_finance_is_not_mailed_of_what_is_observed() -> None:
    world = waiting(BlockReason.OBSERVING)
    assert [world.notify(notice).result for notice in (FIRST, SECOND)] == ["observing", "observing"]
    assert world.mailer.sent == []


def test_of_what_is_observed_though_its_channel_is_armed_finance_hears_once_for_each_arming() -> None:
    world = waiting(BlockReason.OBSERVING)
    arm = ArmChannel(world.store, world.clock)
    arm(Channel.GIFT_CARD, "aws:ada", armed=True)
    assert [world.notify(notice).result for notice in (FIRST, SECOND)] == ["sent", "told-with-another"]
    world.clock.advance(timedelta(days=30))
    assert world.notify(THIRD).result == "told-with-another"
    arm(Channel.GIFT_CARD, "aws:ada", armed=False)
    assert world.notify(THIRD).result == "observing"
    arm(Channel.GIFT_CARD, "aws:ada", armed=True)
    assert world.notify(THIRD).result == "sent"
    assert [mail.template for mail in world.mailer.sent] == ["payout_attention"] * 2
    assert [mail.to for mail in world.mailer.sent] == [FINANCE] * 2


def test_what_is_paused_is_mailed_of_to_nobody_whatever_is_armed() -> None:
    world = waiting(BlockReason.PAUSED)
    world.store.put(builders.armed())
    assert world.notify(FIRST).result == "paused"
    assert world.mailer.sent == []
