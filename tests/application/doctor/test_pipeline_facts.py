"""How the pipeline stands, read from a store."""

from datetime import timedelta

import pytest

import builders
from builders import document, rule
from guerdon.application.doctor.facts import Pipeline, PublishedProgram
from guerdon.application.doctor.pipeline_facts import OVERDUE_MOST, SEALING_COMES, UNSEALED_MOST, pipeline_facts
from guerdon.application.funds_records import FundsHold, FundsState
from guerdon.application.seal_ledger import SealLedger
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.hours import begin_of, hour_of
from guerdon.domain.pausing import EVERYTHING
from memory_stack import CALLER, MemoryStack
from world import World, delivery


def facts_of(memory: MemoryStack) -> Pipeline:
    return pipeline_facts(memory.store, memory.store, memory.clock)


def test_a_new_stack_has_nothing() -> None:
    assert facts_of(MemoryStack()) == Pipeline((), frozenset(), (), frozenset(), 0, None)


def test_each_program_is_told_with_its_current_version_and_every_channel_of_its_rules() -> None:
    memory = MemoryStack()
    memory.stack.publish(document(), CALLER)
    memory.stack.publish(document(rules=[rule(), rule(name="by-check", channel="check")]), CALLER)
    memory.stack.publish(document(program="another", ceilings={"payouts_per_day": "5"}), CALLER)

    assert facts_of(memory).programs == (
        PublishedProgram("another", 1, frozenset({Channel.GIFT_CARD}), ceilings=True),
        PublishedProgram("customer-referral", 2, frozenset({Channel.GIFT_CARD, Channel.CHECK})),
    )


def test_a_channel_that_was_disarmed_is_not_armed() -> None:
    memory = MemoryStack()
    memory.arm()
    memory.stack.arm(Channel.CHECK, CALLER, armed=False)

    assert facts_of(memory).armed == frozenset(Channel) - {Channel.CHECK}


def test_what_a_person_paused_and_whose_provider_is_out_of_money_is_told() -> None:
    memory = MemoryStack()
    memory.stack.pause(EVERYTHING, CALLER, "an audit")
    memory.store.put(FundsHold(Channel.CHECK, FundsState.HOLDING, memory.clock.now(), memory.clock.now()))
    memory.store.put(FundsHold(Channel.GIFT_CARD, FundsState.OVER, memory.clock.now(), memory.clock.now()))

    found = facts_of(memory)

    assert [(pause.scope, pause.by, pause.reason) for pause in found.paused] == [(EVERYTHING, CALLER, "an audit")]
    assert found.unfunded == frozenset({Channel.CHECK})


def test_the_journal_is_as_far_behind_as_its_last_sealed_hour() -> None:
    memory = MemoryStack()
    memory.stack.publish(document(), CALLER)
    before = facts_of(memory).sealed_behind
    memory.clock.advance(timedelta(hours=5))

    assert before is not None
    assert facts_of(memory).sealed_behind == before + timedelta(hours=5)


def test_nothing_is_to_be_sealed_before_the_first_hour_with_entries_is_over_and_the_schedule_came_by() -> None:
    memory = MemoryStack()
    memory.stack.publish(document(), CALLER)
    memory.clock.advance(timedelta(hours=10))
    assert facts_of(memory).nothing_to_seal
    begun = begin_of(hour_of(memory.clock.now()))
    memory.store.put(ledger.earned(builders.reward(decided_at=memory.clock.now())))
    assert facts_of(memory).nothing_to_seal
    due = begun + timedelta(hours=1, minutes=15)
    memory.clock.move_to(due + SEALING_COMES - timedelta(microseconds=1))
    assert facts_of(memory).nothing_to_seal
    memory.clock.move_to(due + SEALING_COMES)
    assert not facts_of(memory).nothing_to_seal


def test_after_a_night_without_a_sealer_only_an_hour_with_an_entry_is_to_be_sealed() -> None:
    memory = MemoryStack()
    memory.stack.publish(document(), CALLER)
    memory.store.put(ledger.earned(builders.reward(decided_at=memory.clock.now())))
    memory.clock.advance(timedelta(hours=2))
    assert SealLedger(memory.store, memory.clock)().seals == 1
    memory.clock.advance(timedelta(hours=16))
    assert facts_of(memory).nothing_to_seal
    memory.store.put(ledger.earned(builders.reward(reward_id="rw_night", decided_at=memory.clock.now())))
    memory.clock.advance(timedelta(hours=2))
    assert not facts_of(memory).nothing_to_seal


def test_a_journal_that_nobody_sealed_for_days_is_not_taken_for_a_new_one() -> None:
    memory = MemoryStack()
    memory.stack.publish(document(), CALLER)
    memory.clock.advance(timedelta(hours=UNSEALED_MOST + 3))
    assert not facts_of(memory).nothing_to_seal


@pytest.mark.parametrize(("minutes", "overdue"), [(0, 0), (30, 0), (33, 1)])
def test_what_nobody_looked_at_for_half_an_hour_is_overdue(minutes: int, overdue: int) -> None:
    """An event that came is looked at by the sweep two minutes later, if nobody decided it before."""
    world = World()
    world.receive(delivery())
    world.clock.advance(timedelta(minutes=minutes))

    assert pipeline_facts(world.store, world.store, world.clock).overdue == overdue


def test_no_more_than_a_hundred_are_counted() -> None:
    world = World()
    for number in range(OVERDUE_MOST + 1):
        world.store.put(builders.payout(payout_id=f"po_{number}", look_at=world.clock.now() - timedelta(hours=1)))

    assert pipeline_facts(world.store, world.store, world.clock).overdue == OVERDUE_MOST
