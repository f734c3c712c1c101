"""A range of days is released as it was shown, the first earned first, and nothing beside it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders
from builders import NOW, usd
from fakes.store import MemoryStore
from guerdon.application.audit_records import Audit
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.release_range import Found, Range, ReleaseRange, Sum
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable
from guerdon.domain.money import Money
from guerdon.domain.pausing import EVERYTHING, Pause, Pauses
from guerdon.domain.payout import CONTRADICTED, BlockReason, Change, Payout, PayoutStatus
from world import World

ADA = "aws:ada"
OBSERVED = Range(BlockReason.OBSERVING, date(2026, 11, 10), date(2026, 11, 11))


def earned(
    payout_id: str, at: datetime, reason: BlockReason = BlockReason.OBSERVING, **changes: builders.Changed
) -> Payout:
    history = (Change(at, PayoutStatus.EARNED, None, 1),)
    return builders.payout(payout_id=payout_id, history=history, **changes).blocked(reason, at)


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    world = World()
    world.store.put(*(builders.armed(channel) for channel in Channel))
    return world


@pytest.fixture
def ranged(world: World) -> ReleaseRange:
    return of(world)


def of(world: World) -> ReleaseRange:
    return ReleaseRange(world.store, world.store, ReleaseAgain(world.store, world.clock, world.fulfillments))


def found(ranged: ReleaseRange, wanted: Range = OBSERVED) -> Found:
    preview = ranged.preview(wanted)
    assert isinstance(preview, Found)
    return preview


def ids(preview: Found) -> list[str]:
    return [payout.payout_id for payout in preview.payouts]


def test_the_preview_says_how_many_how_much_by_what_and_for_whom(world: World, ranged: ReleaseRange) -> None:
    world.store.put(
        earned("po_3", at(11), value=Money(500, "JPY"), channel=Channel.CHECK),
        earned("po_1", at(10), value=usd("20.50")),
        earned("po_2", at(10, 13), value=usd("30.00"), advocate_id="ad_2"),
    )
    preview = found(ranged)
    assert ids(preview) == ["po_1", "po_2", "po_3"]
    assert preview.sums == (
        Sum(Channel.CHECK, 1, Money(500, "JPY")),
        Sum(Channel.GIFT_CARD, 2, usd("50.50")),
    )
    assert (preview.advocates, preview.earned) == (2, (at(10), at(11)))
    assert preview.confirmation == "3:500JPY+50.50USD"
    assert world.store.commits == []


def test_days_are_those_of_each_payouts_own_time_zone(world: World, ranged: ReleaseRange) -> None:
    zones = {"ny": "America/New_York", "tokyo": "Asia/Tokyo"}
    moments = {
        "po_ny_before": at(10, 4, 59),
        "po_ny_first": at(10, 5),
        "po_ny_last": at(12, 4, 59),
        "po_ny_after": at(12, 5),
        "po_tokyo_before": at(9, 14, 59),
        "po_tokyo_first": at(9, 15),
        "po_tokyo_last": at(11, 14, 59),
        "po_tokyo_after": at(11, 15),
    }
    for payout_id, moment in moments.items():
        world.store.put(earned(payout_id, moment, time_zone=zones[payout_id.split("_")[1]]))
    assert ids(found(ranged)) == ["po_tokyo_first", "po_ny_first", "po_tokyo_last", "po_ny_last"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_no_time_zone_is_too_far_off(world: World, ranged: ReleaseRange, zone: str) -> None:
    world.store.put(*(earned(f"po_{hour:03}", at(8) + timedelta(hours=hour), time_zone=zone) for hour in range(120)))
    assert len(found(ranged).payouts) == 48


def test_only_what_waits_for_that_and_may_be_paid_is_in_it(world: World, ranged: ReleaseRange) -> None:
    world.store.put(
        earned("po_wanted", at(10)),
        earned("po_funds", at(10), BlockReason.FUNDS),
        earned("po_contradicted", at(10)).noticed(CONTRADICTED, NOW, None),
        earned("po_taken_back", at(10)).wanted_back(usd("1.00"), NOW),
        earned("po_released", at(10)).decided_again(NOW, ADA),
        builders.payout(PayoutStatus.SETTLED, payout_id="po_settled", reason="observing"),
    )
    assert ids(found(ranged)) == ["po_wanted"]


def test_a_range_may_be_of_one_program_and_one_channel(world: World, ranged: ReleaseRange) -> None:
    world.store.put(
        earned("po_1", at(10), program="partners", channel=Channel.CHECK),
        earned("po_2", at(10), program="partners"),
        earned("po_3", at(10), channel=Channel.CHECK),
    )
    days = OBSERVED.first, OBSERVED.last
    assert ids(found(ranged, Range(BlockReason.OBSERVING, *days, "partners", Channel.CHECK))) == ["po_1"]
    assert ids(found(ranged, Range(BlockReason.OBSERVING, *days, channel=Channel.CHECK))) == ["po_1", "po_3"]


@pytest.mark.parametrize("reason", [BlockReason.PAUSED, BlockReason.FUNDS])
def test_some_reasons_are_dealt_with_otherwise(ranged: ReleaseRange, reason: BlockReason) -> None:
    refused = ranged.preview(Range(reason, OBSERVED.first, OBSERVED.last))
    assert isinstance(refused, CannotRelease)


def test_a_channel_that_is_not_armed_is_said_before_anything_is_released(world: World, ranged: ReleaseRange) -> None:
    world.store.put(earned("po_1", at(10)))
    world.store.rows.pop(("ChannelSwitch", "gift_card"))
    assert ranged.preview(OBSERVED) == CannotRelease(
        "gift_card: not armed, so each would be blocked again; guerdon arm, or name a --channel"
    )


def test_a_pause_over_some_of_it_is_named(world: World, ranged: ReleaseRange) -> None:
    pause = Pause(EVERYTHING, NOW, ADA, "a wrong rule")
    world.store.put(earned("po_1", at(10)), Pauses((pause,)))
    assert found(ranged).pauses == (pause,)


def test_what_was_confirmed_is_released_the_first_earned_first(world: World, ranged: ReleaseRange) -> None:
    world.store.put(earned("po_3", at(11)), earned("po_1", at(10)), earned("po_2", at(10, 13)))
    confirmed = ranged.confirmed(OBSERVED, "3:300.00USD")
    assert isinstance(confirmed, Found)
    released = list(ranged(confirmed, ADA, "they look right"))
    assert all(isinstance(payout, Payout) and payout.was_decided_on(BlockReason.OBSERVING) for payout in released)
    assert world.fulfillments.started == [("po_1", 2), ("po_2", 2), ("po_3", 2)]
    lines = world.store.of(Audit)
    assert [(line.subject_id, line.actor, line.reason) for line in lines] == [
        (payout_id, ADA, "they look right") for payout_id in ("po_1", "po_2", "po_3")
    ]
    assert found(ranged).payouts == ()


@pytest.mark.parametrize("confirmation", ["3", "2:200.00USD", "3:200.00USD", "3:200.01EUR", ""])
def test_a_range_that_is_not_what_was_confirmed_is_not_released(
    world: World, ranged: ReleaseRange, confirmation: str
) -> None:
    world.store.put(earned("po_1", at(10)), earned("po_2", at(10)), earned("po_3", at(11), value=usd("0.01")))
    refused = ranged.confirmed(OBSERVED, confirmation)
    assert refused == CannotRelease(f"it holds 3:200.01USD now, and that is not {confirmation}: look again")
    assert world.store.commits == []


def test_one_that_went_on_since_it_was_found_is_let_be(world: World, ranged: ReleaseRange) -> None:
    world.store.put(earned("po_1", at(10)), earned("po_2", at(10, 13)), earned("po_3", at(11)))
    preview = found(ranged)
    theirs = world.stands("po_1").decided_again(NOW, "aws:grace").blocked(BlockReason.FUNDS, NOW)
    world.store.put(theirs)
    world.store.meanwhile(lambda: world.store.put(world.stands("po_2").reversed(NOW)))
    outcomes = list(ranged(preview, ADA, "they look right"))
    assert [isinstance(outcome, CannotRelease) for outcome in outcomes] == [True, True, False]
    assert world.stands("po_1") == theirs
    assert world.fulfillments.started == [("po_3", 2)]


def test_interrupted_the_same_range_goes_on_with_the_rest(world: World, ranged: ReleaseRange) -> None:
    world.store.put(*(earned(f"po_{number}", at(10, number)) for number in range(6, 10)))
    releasing = ranged(found(ranged), ADA, "they look right")
    next(releasing)
    world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        next(releasing)
    # The second one is decided; the sweep starts it.
    rest = found(ranged)
    assert ids(rest) == ["po_8", "po_9"]
    list(ranged(rest, ADA, "they look right"))
    world.clock.advance(timedelta(minutes=3))
    world.sweep()
    assert sorted(world.fulfillments.started) == [(f"po_{number}", 2) for number in range(6, 10)]


@given(st.lists(st.tuples(st.integers(0, 9_999), st.sampled_from(["USD", "EUR", "JPY"])), max_size=12))
def test_the_sums_are_those_of_the_payouts(values: list[tuple[int, str]]) -> None:
    store = MemoryStore()
    store.put(builders.armed())
    for number, (minor, currency) in enumerate(values):
        store.put(earned(f"po_{number:02}", at(10), value=Money(minor, currency)))
    world = World()
    world.store = store
    preview = found(of(world))
    assert sum(one.count for one in preview.sums) == len(values)
    assert sum(one.value.amount_minor for one in preview.sums) == sum(minor for minor, _ in values)
