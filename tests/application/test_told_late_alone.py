"""What waits only because it was told late is released, or given up, by the range; what is over a limit never is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

import builders
from builders import CLOSED_AT, usd
from guerdon.application.audit_records import Audit
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.release_range import Found, Range, ReleaseRange
from guerdon.application.write_off import CannotWriteOff, WriteOff
from guerdon.application.write_off_range import WriteOffRange
from guerdon.domain.deal import instant
from guerdon.domain.errors import StoreBusy
from guerdon.domain.money import Money
from guerdon.domain.payout import CONTRADICTED, SAID_NOT_MOVED, BlockReason, Payout, PayoutStatus
from world import World

ADA = "aws:ada"
WHY = "they were forgotten"
LATE = CLOSED_AT + timedelta(days=100)
RANGE = Range(BlockReason.APPROVAL, date(2026, 11, 1), date(2027, 12, 31))
SHARE = builders.rule(amount={"percentage": {"rate": "1"}})
OVER = {"reward": [{"max": "150.00", "over": "approval"}]}
"""One percent of a deal of 12,500.00 is under it, and of one of 22,500.00 is over it."""


@pytest.fixture
def world() -> World:
    world = World()
    world.publish_program(rules=[SHARE], limits=OVER, told_within_days="60")
    world.store.put(builders.armed())
    return world


def tell(world: World, deal: str, value: str = "12500.00", at: datetime = LATE) -> Payout:
    """Have a deal told at a moment, and give its newest payout."""
    world.clock.move_to(at)
    amount = {"value": value, "currency": "USD"}
    world.decide(f"msg_{deal}", timestamp=instant(at), deal__id=deal, deal__amount=amount)
    return world.store.of(Payout)[-1]


def amend(world: World, deal: str, value: str, at: datetime) -> Payout:
    world.clock.move_to(at)
    world.decide(
        f"msg_{deal}_{value}",
        type="deal.amended",
        timestamp=instant(at),
        deal__id=deal,
        deal__amount={"value": value, "currency": "USD"},
        effective_at=instant(at),
    )
    return world.store.of(Payout)[-1]


def ranged(world: World) -> ReleaseRange:
    return ReleaseRange(world.store, world.store, ReleaseAgain(world.store, world.clock, world.fulfillments))


def given_up(world: World) -> WriteOffRange:
    return WriteOffRange(ranged(world), WriteOff(world.store, world.clock))


def found(world: World) -> Found:
    preview = ranged(world).preview(RANGE)
    assert isinstance(preview, Found)
    return preview


def ids(payouts: tuple[Payout, ...]) -> list[str]:
    return [payout.payout_id for payout in payouts]


def test_what_is_over_a_limit_stands_apart_and_in_no_sum(world: World) -> None:
    late, both = tell(world, "D-1"), tell(world, "D-2", "22500.00")
    in_time = tell(world, "D-3", "22500.00", CLOSED_AT)
    assert [one.reason for one in (late, both, in_time)] == [BlockReason.APPROVAL] * 3
    preview = found(world)
    assert ids(preview.payouts) == [late.payout_id]
    assert sorted(ids(preview.apart)) == sorted([both.payout_id, in_time.payout_id])
    assert preview.confirmation == "1:125.00USD"


def test_the_range_releases_those_told_late_and_nothing_else(world: World) -> None:
    late, both = tell(world, "D-1"), tell(world, "D-2", "22500.00")
    other = tell(world, "D-3", at=LATE + timedelta(hours=1))
    decided = list(ranged(world)(found(world), ADA, WHY))
    assert [one.payout_id for one in decided if isinstance(one, Payout)] == [late.payout_id, other.payout_id]
    assert world.fulfillments.started == [(late.payout_id, 2), (other.payout_id, 2)]
    assert world.stands(both.payout_id) == both
    assert [(line.subject_id, line.reason) for line in world.store.of(Audit) if line.actor == ADA] == [
        (late.payout_id, WHY),
        (other.payout_id, WHY),
    ]


def test_what_an_amendment_adds_late_is_in_the_range_as_well(world: World) -> None:
    first = tell(world, "D-1", "5000.00", CLOSED_AT)
    further = amend(world, "D-1", "12500.00", LATE)
    assert (first.status, further.value, further.reason) == (PayoutStatus.EARNED, usd("75.00"), BlockReason.APPROVAL)
    assert ids(found(world).payouts) == [further.payout_id]


def test_a_reward_that_an_amendment_took_over_a_limit_is_decided_by_itself_altogether(world: World) -> None:
    late = tell(world, "D-1")
    over = amend(world, "D-1", "22500.00", LATE + timedelta(hours=1))
    assert over.reason == BlockReason.APPROVAL
    preview = found(world)
    assert (ids(preview.payouts), sorted(ids(preview.apart))) == ([], sorted([late.payout_id, over.payout_id]))


@pytest.mark.parametrize(("decide", "refusal"), [(ranged, CannotRelease), (given_up, CannotWriteOff)])
def test_what_went_over_a_limit_since_it_was_shown_is_neither_released_nor_given_up(
    world: World, decide: Callable[[World], ReleaseRange | WriteOffRange], refusal: type
) -> None:
    late = tell(world, "D-1")
    shown = found(world)
    amend(world, "D-1", "22500.00", LATE + timedelta(hours=1))
    commits = len(world.store.commits)
    (decided,) = decide(world)(shown, ADA, WHY)
    assert decided == refusal("its reward is over a limit, so it is approved by itself")
    assert world.stands(late.payout_id) == late
    assert world.fulfillments.started == []
    assert len(world.store.commits) == commits


def test_what_goes_over_a_limit_in_the_very_moment_of_the_release_is_not_released(world: World) -> None:
    late = tell(world, "D-1")
    shown = found(world)
    world.store.meanwhile(lambda: amend(world, "D-1", "22500.00", LATE + timedelta(hours=1)))
    with pytest.raises(StoreBusy):
        list(ranged(world)(shown, ADA, WHY))
    assert world.stands(late.payout_id) == late
    assert world.fulfillments.started == []


def test_what_may_have_been_paid_before_is_not_in_the_range(world: World) -> None:
    doubtful, contradicted = tell(world, "D-1"), tell(world, "D-2")
    now = world.clock.now()
    said = doubtful.noticed(f"{SAID_NOT_MOVED} of po_0, promised for the same reward; {doubtful.attention}", now, None)
    world.store.put(said, contradicted.noticed(CONTRADICTED, now, None))
    preview = found(world)
    assert (preview.payouts, ids(preview.apart)) == ((), [doubtful.payout_id])


def test_a_reward_that_nothing_says_was_late_is_not_in_the_range(world: World) -> None:
    tell(world, "D-1")
    lost = builders.payout(payout_id="po_lost", reward_id="rw_lost").blocked(BlockReason.APPROVAL, LATE, "told late")
    plain = builders.payout(payout_id="po_plain").blocked(BlockReason.APPROVAL, LATE, "it was told 100 days after")
    world.store.put(lost, plain, builders.reward())
    assert sorted(ids(found(world).apart)) == ["po_lost", "po_plain"]


def test_a_range_is_given_up_with_its_entries_and_lines(world: World) -> None:
    late, both = tell(world, "D-1"), tell(world, "D-2", "22500.00")
    preview = given_up(world).confirmed(RANGE, "1:125.00USD")
    assert isinstance(preview, Found)
    (after,) = given_up(world)(preview, ADA, "they are old")
    assert isinstance(after, Payout)
    assert (after.status, after.written_off_to) == (PayoutStatus.REVERSED, "income:forfeited_rewards")
    assert world.balances() == {
        "rewards_expense": 350_00,
        "income:forfeited_rewards": -125_00,
        "rewards_liability": -225_00,
    }
    assert world.stands(both.payout_id) == both
    assert world.fulfillments.started == []
    assert found(world).payouts == ()
    assert world.store.of(Audit)[-1].reason == "they are old"
    again = ReleaseAgain(world.store, world.clock, world.fulfillments)(late.payout_id, ADA, WHY)
    assert isinstance(again, CannotRelease)


def test_a_range_is_given_up_though_its_channel_is_not_armed(world: World) -> None:
    tell(world, "D-1")
    world.store.rows.pop(("ChannelSwitch", "gift_card"))
    assert isinstance(ranged(world).preview(RANGE), CannotRelease)
    assert isinstance(given_up(world).preview(RANGE), Found)


def test_only_what_was_told_late_is_given_up_as_a_range(world: World) -> None:
    refused = given_up(world).preview(Range(BlockReason.OBSERVING, RANGE.first, RANGE.last))
    assert isinstance(refused, CannotWriteOff)
    other = given_up(world).confirmed(RANGE, "1:125.00USD")
    assert other == CannotWriteOff("it holds 0: now, and that is not 1:125.00USD: look again")


def test_what_is_over_a_limit_is_given_up_by_its_id_and_to_no_state(world: World) -> None:
    over = tell(world, "D-1", "22500.00", CLOSED_AT)
    write_off = WriteOff(world.store, world.clock)
    refused = write_off(over.payout_id, "unclaimed_property:CA", ADA, "too much")
    assert refused == CannotWriteOff("nobody approved it, so it goes to income:forfeited_rewards")
    assert world.stands(over.payout_id) == over
    after = write_off(over.payout_id, "income:forfeited_rewards", ADA, "too much")
    assert isinstance(after, Payout)
    assert (after.status, after.value) == (PayoutStatus.REVERSED, Money(225_00, "USD"))


def test_a_bulk_of_old_deals_that_is_released_meets_the_days_ceiling(world: World) -> None:
    world.publish_program(rules=[SHARE], limits=OVER, told_within_days="60", ceilings={"payouts_per_day": "2"})
    for number in range(3):
        tell(world, f"D-{number}")
    list(ranged(world)(found(world), ADA, WHY))
    stand = [world.release(payout_id, run).decision for payout_id, run in world.fulfillments.started]
    assert stand == ["gift_card", "gift_card", "blocked"]
