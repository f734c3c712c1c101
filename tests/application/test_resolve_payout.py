"""A person says what became of a payout: what their word does, once. No money moves: the provider's till is a list."""

from datetime import date, timedelta

import pytest

import builders
from builders import PAYOUT_ID
from guerdon.application.ports import ProviderHint
from guerdon.application.resolve_payout import WasSaid
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable
from guerdon.domain.payout import SAID_NOT_MOVED
from saying import (
    KIM,
    LATER,
    PAT,
    REFERENCE,
    WHY,
    A,
    S,
    heard,
    say,
    told,
    unknown,
)
from world import World


def test_what_a_person_says_was_carried_out_is_settled_by_the_channels_function() -> None:
    world = World()
    before = unknown(world)
    said = say(world, CarriedOut("ORD-7", builders.usd("101.50"), date(2026, 11, 21)))
    assert isinstance(said, WasSaid)
    assert said.is_new
    assert world.hints.enqueued == [ProviderHint("tremendous", "payout", PAYOUT_ID)]
    (line,) = told(world)
    assert (line.actor, line.reason, line.at) == (PAT, WHY, world.clock.now())
    assert line.before == f"submitted: {before.attention}"
    assert line.after == f"{REFERENCE} carried out, 101.50 USD, as ORD-7"
    heard(world)
    settled = world.stands()
    assert (settled.status, settled.cost, settled.provider_id) == (S.SETTLED, builders.usd("101.50"), "ORD-7")
    assert settled.waiting_since is None
    (entry,) = (entry for entry in world.store.of(ledger.Entry) if entry.kind is ledger.EntryKind.SETTLED)
    assert entry.value_on == date(2026, 11, 21)
    assert world.provider.calls == []


def test_what_a_person_says_did_not_move_failed_and_waits_for_a_person() -> None:
    world = World()
    unknown(world)
    assert isinstance(say(world, NothingMoved()), WasSaid)
    heard(world)
    failed = world.stands()
    assert (failed.status, failed.reason, failed.waits_for) == (S.FAILED, SAID_NOT_MOVED, "failed")
    known = world.known_of()
    assert known is not None
    assert (known.state, known.said_by, known.detail) == (A.ABSENT, PAT, SAID_NOT_MOVED)
    # What it posted undoes the submission, whose own entry this store never had.
    assert world.balances() == {"in_transit:tremendous": 100_00, "rewards_liability": -100_00}


def test_a_task_that_still_waits_is_rung() -> None:
    world = World()
    unknown(world, task_token="token-1")
    world.wait_under("token-1")
    say(world, NothingMoved())
    heard(world)
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1)]


@pytest.mark.parametrize("said", [CarriedOut("ORD-7"), NothingMoved()], ids=["carried out", "nothing moved"])
def test_said_twice_or_thirty_days_later_it_is_said_once(said: Said) -> None:
    world = World()
    unknown(world)
    first = say(world, said)
    assert isinstance(first, WasSaid)
    for wait in (timedelta(0), timedelta(minutes=1), timedelta(days=30)):
        world.clock.advance(wait)
        again = say(world, said, KIM)
        assert isinstance(again, WasSaid)
        assert (again.is_new, again.answer) == (False, first.answer)
        heard(world)
    assert len(told(world)) == 1
    assert [change.status for change in world.stands().history][-1] is world.stands().status
    kinds = [entry.kind for entry in world.store.of(ledger.Entry)]
    assert len(kinds) == len(set(kinds))


def test_a_person_who_dies_after_the_word_was_written_is_made_up_for_by_the_sweep() -> None:
    world = World()
    unknown(world)
    world.hints.away = 1
    with pytest.raises(BusUnavailable):
        say(world, NothingMoved())
    assert world.stands().status is S.SUBMITTED
    world.clock.advance(timedelta(minutes=5))
    world.sweep()
    heard(world)
    assert world.stands().status is S.FAILED


def test_a_check_that_a_person_says_was_mailed_is_outstanding_under_its_number() -> None:
    world = World(Channel.CHECK)
    world.submitted()
    world.settle(PAYOUT_ID, 1, "States.TaskFailed")
    world.clock.advance(LATER)
    say(world, CarriedOut("chk_1", check_number="1042"))
    heard(world)
    check = world.store.check(PAYOUT_ID, 1)
    assert check is not None
    assert (check.number, check.state, check.amount) == ("1042", "outstanding", builders.usd("100.00"))
