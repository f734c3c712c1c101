"""A program's daily ceilings at the release check: what would cross one waits, and nothing of it is counted."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import builders
from builders import NOW, usd
from guerdon.application.notify import TAKEN_FOR
from guerdon.application.ports import Notice
from guerdon.application.records import DayReleased, ProgramHead
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.release_payout import Release, Verdict
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.money import Money
from guerdon.domain.payout import CONTRADICTED, BlockReason, Payout, PayoutStatus
from tripwire import Tripwire
from world import World

PROGRAM = "customer-referral"
TODAY = "2026-11-22"
ZONE = "America/New_York"


def world_with(ceilings: Ceilings | None) -> World:
    world = World()
    world.store.put(builders.details(), builders.armed(), builders.reward())
    world.store.put(ProgramHead(PROGRAM, 1, ceilings=ceilings))
    return world


def given(world: World, number: int, value: str = "100.00", **changes: builders.Changed) -> str:
    payout_id = f"po_{number:024}"
    world.store.put(builders.payout(payout_id=payout_id, value=usd(value), **changes))
    return payout_id


def day(world: World, on: str = TODAY) -> DayReleased | None:
    return world.store.day_released(PROGRAM, on)


def release(world: World, *numbers: int, value: str = "100.00") -> list[str]:
    """Release new payouts one after the other: how each stands then."""
    ids = [given(world, number, value) for number in numbers]
    for payout_id in ids:
        world.release(payout_id, 1)
    return [_stands(world.stands(payout_id)) for payout_id in ids]


def _stands(payout: Payout) -> str:
    return f"{payout.status} {payout.reason}" if payout.reason else str(payout.status)


def test_a_program_without_ceilings_writes_no_row() -> None:
    world = world_with(None)
    assert release(world, 1, 2) == ["released", "released"]
    assert world.store.of(DayReleased) == []
    assert [len(commit) for commit in world.store.commits] == [1, 1]


def test_a_program_that_was_published_before_there_were_heads_with_ceilings_has_none() -> None:
    world = world_with(None)
    world.store.rows.pop(("ProgramHead", PROGRAM))
    assert release(world, 1) == ["released"]


def test_payouts_are_released_up_to_the_ceiling_exactly() -> None:
    world = world_with(Ceilings(ZONE, 2, usd("1000.00")))
    assert release(world, 1, 2, 3) == ["released", "released", "blocked ceiling"]
    assert day(world) == DayReleased(PROGRAM, TODAY, 2, (usd("200.00"),), version=2)
    assert world.stands(f"po_{3:024}").attention == (
        "of the program's ceiling of 2 payouts a day, 2 are used for 2026-11-22"
    )


def test_what_is_over_the_sum_waits_and_what_is_smaller_still_passes() -> None:
    world = world_with(Ceilings(ZONE, amount_per_day=usd("250.00")))
    assert release(world, 1, 2, 3) == ["released", "released", "blocked ceiling"]
    assert world.stands(f"po_{3:024}").attention == (
        "of the program's ceiling of 250.00 USD a day, 200.00 USD is used for 2026-11-22, and this is 100.00 USD"
    )
    assert release(world, 4, value="50.00") == ["released"]
    assert day(world) == DayReleased(PROGRAM, TODAY, 3, (usd("250.00"),), version=3)


def test_release_and_count_are_one_transaction() -> None:
    world = world_with(Ceilings(ZONE, 2))
    release(world, 1)
    ((first, second),) = world.store.commits
    assert isinstance(first.row, Payout)
    assert second.row == DayReleased(PROGRAM, TODAY, 1, (usd("100.00"),))


def test_a_day_is_one_of_the_books_time_zone() -> None:
    world = world_with(Ceilings(ZONE, 1))
    world.clock.move_to(datetime(2026, 11, 23, 4, 59, tzinfo=UTC))
    assert release(world, 1, 2) == ["released", "blocked ceiling"]
    world.clock.move_to(datetime(2026, 11, 23, 5, 0, tzinfo=UTC))
    assert release(world, 3) == ["released"]
    assert day(world, "2026-11-23") == DayReleased(PROGRAM, "2026-11-23", 1, (usd("100.00"),))


def test_another_program_has_a_day_of_its_own() -> None:
    world = world_with(Ceilings(ZONE, 1))
    release(world, 1)
    world.store.put(ProgramHead("partner-referral", 1, ceilings=Ceilings(ZONE, 1)))
    payout_id = given(world, 2, program="partner-referral")
    world.release(payout_id, 1)
    assert world.stands(payout_id).status is PayoutStatus.RELEASED


def test_what_a_person_lets_pass_is_counted_and_held_against_nothing() -> None:
    world = world_with(Ceilings(ZONE, 1))
    release(world, 1, 2)
    waiting = f"po_{2:024}"
    ReleaseAgain(world.store, world.clock, world.fulfillments)(waiting, "ada@example.com", "they are all meant")
    assert world.release(waiting, 2) == Release(Channel.GIFT_CARD, event_id=builders.EVENT_ID)
    assert day(world) == DayReleased(PROGRAM, TODAY, 2, (usd("200.00"),), version=2)
    assert release(world, 3) == ["blocked ceiling"]


@pytest.mark.parametrize("reason", [BlockReason.FUNDS, BlockReason.PAUSED])
def test_only_the_first_release_counts(reason: BlockReason) -> None:
    world = world_with(Ceilings(ZONE, 1))
    release(world, 1)
    released = world.stands(f"po_{1:024}")
    world.store.put(released.blocked(reason, NOW).decided_again(NOW, "ops@example.com"))
    assert world.release(released.payout_id, 2).decision is Channel.GIFT_CARD
    assert day(world) == DayReleased(PROGRAM, TODAY, 1, (usd("100.00"),))


def test_nobody_is_counted_who_is_stopped_by_another_check() -> None:
    world = world_with(Ceilings(ZONE, 1))
    world.missing = "a check needs a street address"
    assert release(world, 1) == ["blocked details"]
    assert day(world) is None


def test_a_payout_in_another_currency_than_the_ceiling_waits() -> None:
    world = world_with(Ceilings(ZONE, amount_per_day=Money(500_00, "EUR")))
    assert release(world, 1) == ["blocked ceiling"]
    assert day(world) is None


def test_the_number_of_payouts_is_counted_over_all_currencies() -> None:
    world = world_with(Ceilings(ZONE, 2))
    release(world, 1)
    world.store.put(builders.payout(payout_id="po_euro", value=Money(90_00, "EUR")))
    world.release("po_euro", 1)
    assert day(world) == DayReleased(PROGRAM, TODAY, 2, (usd("100.00"), Money(90_00, "EUR")), version=2)
    assert release(world, 3) == ["blocked ceiling"]


def test_the_ceilings_of_the_current_version_count_at_once() -> None:
    world = world_with(Ceilings(ZONE, 1))
    release(world, 1, 2)
    world.store.put(ProgramHead(PROGRAM, 2, 2, Ceilings(ZONE, 3)))
    assert release(world, 3, 4, 5) == ["released", "released", "blocked ceiling"]


def test_of_two_that_want_the_last_one_gets_it() -> None:
    world = world_with(Ceilings(ZONE, 1))
    first, second = given(world, 1), given(world, 2)
    other = world.other_process()
    world.store.meanwhile(lambda: other.release(second, 1))
    assert world.release(first, 1) == Release(Verdict.BLOCKED, event_id=builders.EVENT_ID)
    assert world.stands(second).status is PayoutStatus.RELEASED
    assert day(world) == DayReleased(PROGRAM, TODAY, 1, (usd("100.00"),))
    assert world.clock.pauses == [1]


def test_who_keeps_losing_the_row_is_tried_again_later() -> None:
    world = world_with(Ceilings(ZONE, 1))
    payout_id = given(world, 1)
    world.store.conflict(8)
    with pytest.raises(StoreBusy, match="kept changing"):
        world.release(payout_id, 1)
    assert world.clock.pauses == list(range(1, 9))
    assert day(world) is None
    assert world.stands(payout_id).status is PayoutStatus.EARNED


def test_after_a_lost_answer_it_is_counted_once() -> None:
    world = world_with(Ceilings(ZONE, 1))
    payout_id = given(world, 1)
    world.store.lose_answer()
    with pytest.raises(StoreBusy):
        world.release(payout_id, 1)
    assert world.release(payout_id, 1).decision is Channel.GIFT_CARD
    assert day(world) == DayReleased(PROGRAM, TODAY, 1, (usd("100.00"),))


@pytest.mark.parametrize("point", range(20))
def test_whoever_dies_at_any_call_counts_it_once(point: int) -> None:
    world = World(wire=Tripwire(point))
    world.store.put(builders.details(), builders.armed(), builders.reward(), builders.payout())
    world.store.put(ProgramHead(PROGRAM, 1, ceilings=Ceilings(ZONE, 1)))
    with suppress(StoreBusy):
        world.release(builders.PAYOUT_ID, 1)
    world.other_process().release(builders.PAYOUT_ID, 1)
    assert world.stands().status is PayoutStatus.RELEASED
    assert day(world) == DayReleased(PROGRAM, TODAY, 1, (usd("100.00"),))


def test_finance_hears_of_a_days_ceiling_once() -> None:
    world = world_with(Ceilings(ZONE, 1))
    release(world, 1, 2, 3, 4)
    told = [world.notify(Notice("payout", f"po_{number:024}", 1)).result for number in (3, 2, 3, 4)]
    assert told == ["sent", "told-with-another", "already-sent", "told-with-another"]
    assert len(world.mailer.sent) == 1
    world.clock.advance(timedelta(days=1))
    release(world, 5, 6)
    assert world.notify(Notice("payout", f"po_{6:024}", 1)).result == "sent"


def test_of_two_notices_at_once_one_mails() -> None:
    world = world_with(Ceilings(ZONE, 1))
    release(world, 1, 2, 3)
    other = world.other_process()
    world.store.meanwhile(lambda: other.notify(Notice("payout", f"po_{3:024}", 1)))
    assert world.notify(Notice("payout", f"po_{2:024}", 1)).result == "told-with-another"
    assert len(world.mailer.sent) == 1


def test_a_notice_whose_process_died_before_the_mail_comes_again_and_mails() -> None:
    world = world_with(Ceilings(ZONE, 1))
    release(world, 1, 2)
    notice = Notice("payout", f"po_{2:024}", 1)
    world.mailer.away = 1
    with pytest.raises(BusUnavailable):
        world.notify(notice)
    # The queue gives it again after a minute; one that came sooner might meet the first one at its mail.
    world.clock.advance(TAKEN_FOR)
    assert world.notify(notice).result == "sent"


def test_a_contradiction_is_never_told_with_another() -> None:
    world = world_with(Ceilings(ZONE, 1))
    release(world, 1, 2, 3)
    assert world.notify(Notice("payout", f"po_{2:024}", 1)).result == "sent"
    contradicted = replace(world.stands(f"po_{3:024}"), attention=CONTRADICTED)
    world.store.put(contradicted)
    assert world.notify(Notice("payout", contradicted.payout_id, 1)).result == "sent"
