"""When a person's word about a payout is not corrected; and corrections of a check, and of what was clawed back."""

from dataclasses import replace
from datetime import date

import pytest

import builders
from builders import NOW, PAYOUT_ID
from guerdon.application.attempts import record_absence, record_answer
from guerdon.application.reconciliation_records import SeenLine
from guerdon.application.records import Receivable
from guerdon.application.said_of_payout import CarriedOut, NothingMoved
from guerdon.application.void_check import VoidCheck
from guerdon.application.write_off import WriteOff
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.checks import Check
from guerdon.domain.payout import SAID_NOT_MOVED, Payout
from guerdon.domain.reconciliation import LineKind, LineState, StatementLine
from saying import (
    PAT,
    REFERENCE,
    WHY,
    A,
    S,
    attempt,
    heard_of,
    refused,
    unknown,
)
from world import World

CARRIED_OUT, NOT_MOVED = CarriedOut("ORD-7"), NothingMoved()


def statement(state: LineState) -> SeenLine:
    line = StatementLine(
        "tremendous", "ORD-7", LineKind.PAYOUT, state, builders.usd("100.00"), date(2026, 11, 22), REFERENCE
    )
    return SeenLine(line, agrees=False, seen_at=NOW)


def test_what_the_provider_itself_said_is_corrected_by_nobody() -> None:
    world = World()
    unknown(world)
    record_answer(world.store, world.clock, attempt(world), builders.answer(A.REFUSED))
    world.conclude(attempt(world))
    why = f"tremendous said of {REFERENCE} that it is refused: nothing is unknown"
    assert refused(world, CARRIED_OUT, corrects=True) == why
    other = World()
    unknown(other)
    record_answer(other.store, other.clock, attempt(other), builders.answer(A.DONE))
    other.conclude(attempt(other))
    assert (
        refused(other, NOT_MOVED, corrects=True)
        == f"tremendous said of {REFERENCE} that it is done: nothing is unknown"
    )


def test_a_correction_that_it_was_carried_out_has_to_fit_what_is_known() -> None:
    world = World()
    unknown(world)
    record_absence(world.store, world.clock, attempt(world), world.clock.now())
    heard_of(world, NOT_MOVED)
    assert refused(world, CarriedOut(), corrects=True).endswith("give what they call it, with --provider-id")
    assert refused(world, CarriedOut("ORD-7", on=date(2026, 11, 20)), corrects=True).endswith(
        "carried out on 2026-11-20"
    )
    assert heard_of(world, CARRIED_OUT, corrects=True).status is S.SETTLED


@pytest.mark.parametrize("state", [LineState.UNDER_WAY, LineState.DONE])
def test_what_the_providers_statement_has_is_not_taken_back(state: LineState) -> None:
    world = World()
    unknown(world)
    heard_of(world, CARRIED_OUT)
    world.store.put(statement(state))
    why = f"tremendous's statement of 2026-11-22 has it as ORD-7, 100.00 USD: {state}"
    assert refused(world, NOT_MOVED, corrects=True) == why


def test_what_the_provider_had_accepted_is_not_taken_back_until_it_is_undone_there() -> None:
    world = World()
    unknown(world, builders.answer(A.PENDING), provider_id="ORD-7")
    heard_of(world, CARRIED_OUT)
    why = "tremendous accepted it as ORD-7: cancel it there, and it comes back by what they say then"
    assert refused(world, NOT_MOVED, corrects=True) == why
    world.store.put(statement(LineState.UNDONE))
    assert heard_of(world, NOT_MOVED, corrects=True).status is S.RETURNED


def a_check() -> World:
    world = World(Channel.CHECK)
    unknown(world)
    heard_of(world, CarriedOut("chk_1", check_number="1042"))
    return world


def check(world: World) -> Check:
    found = world.store.check(PAYOUT_ID, 1)
    assert found is not None
    return found


def test_a_check_that_the_bank_paid_was_mailed_whatever_a_person_says() -> None:
    world = a_check()
    world.store.put(check(world).cleared("main", "L-1", date(2026, 11, 22)))
    assert refused(world, NOT_MOVED, corrects=True) == "the bank paid its check on 2026-11-22"


def test_a_check_that_was_not_mailed_after_all_is_void_and_outstanding_again_once_it_was() -> None:
    world = a_check()
    assert heard_of(world, NOT_MOVED, corrects=True).status is S.RETURNED
    assert (check(world).state, check(world).reason) == ("voided", SAID_NOT_MOVED)
    assert world.balances() == {"in_transit:lob": 100_00, "rewards_liability": -100_00}
    again = CarriedOut("chk_1", check_number="1043")
    assert heard_of(world, again, corrects=True).status is S.SETTLED
    assert (check(world).state, check(world).number, check(world).reason) == ("outstanding", "1043", None)
    assert world.balances() == {"in_transit:lob": 100_00, "outstanding_checks:lob": -100_00}
    assert isinstance(VoidCheck(world.store, world.clock)(PAYOUT_ID, PAT, WHY), Check)


def test_what_was_written_off_is_paid_by_no_correction() -> None:
    world = World()
    unknown(world)
    heard_of(world, NOT_MOVED)
    assert isinstance(WriteOff(world.store, world.clock)(PAYOUT_ID, ledger.FORFEITED, PAT, WHY), Payout)
    assert refused(world, CARRIED_OUT, corrects=True) == (
        "it was written off to income:forfeited_rewards; the reconciliation lists what the provider carried out: ask "
        "for it back there, or settle it with whoever has it now"
    )


def test_what_is_being_taken_back_is_not_corrected_until_that_is_settled() -> None:
    world = World()
    unknown(world)
    heard_of(world, NOT_MOVED)
    world.store.put(replace(world.stands(), take_back=builders.usd("40.00")))
    why = "40.00 USD of it is being taken back: wait until it is settled"
    assert refused(world, CARRIED_OUT, corrects=True) == why


def test_what_was_clawed_back_and_never_moved_is_no_debt() -> None:
    world = World()
    unknown(world)
    heard_of(world, CARRIED_OUT)
    clawed = world.stands().clawed(builders.usd("100.00"), world.clock.now())
    world.store.put(clawed, Receivable(builders.ADVOCATE_ID, "USD", builders.usd("100.00")))
    over = heard_of(world, NOT_MOVED, corrects=True)
    assert over.status is S.REVERSED
    debt = world.store.receivable(builders.ADVOCATE_ID, "USD")
    assert debt is not None
    assert debt.balance == builders.usd("0.00")
