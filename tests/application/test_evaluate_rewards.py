"""From an event to a named outcome: decided once, in one transaction, and started however often it takes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

import builders
from builders import NOW, usd
from guerdon.application.evaluate_rewards import TRIES_MOST
from guerdon.application.ports import Notice
from guerdon.application.programs import StoredProgramUnreadable
from guerdon.application.records import (
    AdvocateDetails,
    DealCount,
    DealRecord,
    EventBody,
    InboxEvent,
    ProgramHead,
    ProgramVersion,
)
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from world import World, delivery


@pytest.fixture
def world() -> World:
    world = World()
    world.publish_program()
    return world


def outcome(world: World, event_id: str) -> tuple[Outcome | None, str | None]:
    event = world.store.inbox_event(event_id)
    assert event is not None
    return event.outcome, event.detail


def last_commit_kinds(world: World) -> list[str]:
    return [f"{type(write).__name__} {type(write.row).__name__}" for write in world.store.commits[-1]]


def assert_nothing_earned(world: World, besides: tuple[type[DealRecord], ...] = ()) -> None:
    for kind in {Reward, Payout, Entry, DealRecord, DealCount, AdvocateDetails}.difference(besides):
        assert world.store.of(kind) == []
    assert world.fulfillments.started == []
    assert world.notices.enqueued == []


@pytest.mark.parametrize("seconds", [0, 600])
def test_what_was_earned_is_told_when_the_payment_has_had_its_time(world: World, seconds: int) -> None:
    world.evaluate = replace(world.evaluate, told_after_seconds=seconds)

    world.decide()

    (reward,) = world.store.of(Reward)
    told = Notice("reward_earned", reward.reward_id)
    assert world.notices.enqueued == [told]
    assert world.notices.delayed == ([told] if seconds else [])


def test_a_won_deal_earns_its_reward_in_one_transaction(world: World) -> None:
    event_id = world.decide()
    (reward,), (payout,) = world.store.of(Reward), world.store.of(Payout)
    assert last_commit_kinds(world) == [
        "Replace InboxEvent",
        "Insert DealRecord",
        "Insert DealCount",
        "Insert Reward",
        "Insert Entry",
        "Insert Payout",
        "Insert AdvocateDetails",
    ]
    assert (reward.amount, reward.payout_ids, reward.event_id) == (usd("100.00"), (payout.payout_id,), event_id)
    assert (payout.status, payout.value, payout.run, payout.attempts) == (PayoutStatus.EARNED, usd("100.00"), 1, 0)
    assert world.balances() == {"rewards_expense": 100_00, "rewards_liability": -100_00}
    assert world.fulfillments.started == [(payout.payout_id, 1)]
    assert world.notices.enqueued == [Notice("reward_earned", reward.reward_id)]
    event = world.store.inbox_event(event_id)
    assert event is not None
    assert (event.outcome, event.reward_ids, event.undecided_since, event.decided_at) == (
        Outcome.REWARDED,
        (reward.reward_id,),
        None,
        NOW,
    )
    assert event.detail == "1st referral in customer-referral (version 1); rule “all”; a flat 100.00 USD."


def test_an_event_that_is_not_stored_is_nothing_to_decide(world: World) -> None:
    assert world.evaluate("ev_unknown") is None


OTHER_OUTCOMES = [
    ({"advocate": None}, Outcome.NOT_A_REFERRAL, "the deal names no advocate"),
    ({"program": "unheard-of"}, Outcome.UNKNOWN_PROGRAM, "no program 'unheard-of' is published"),
    (
        {"deal__closed_at": "2026-01-01T04:59:59Z"},
        Outcome.BEFORE_START,
        "the deal closed before the program starts, 2026-01-01T00:00:00-05:00",
    ),
]


@pytest.mark.parametrize(("changes", "ends", "detail"), OTHER_OUTCOMES)
def test_every_other_outcome_has_its_name_and_earns_nothing(
    world: World, changes: dict[str, Any], ends: Outcome, detail: str
) -> None:
    event_id = world.decide(**changes)
    assert outcome(world, event_id) == (ends, detail)
    assert last_commit_kinds(world) == ["Replace InboxEvent"]
    assert_nothing_earned(world)


def test_a_deal_that_closes_as_the_program_starts_counts(world: World) -> None:
    event_id = world.decide(deal__closed_at="2026-01-01T05:00:00Z")
    assert outcome(world, event_id)[0] is Outcome.REWARDED


def test_no_rule_applies() -> None:
    world = World()
    world.publish_program(rules=[builders.rule(when={"products": ["crm"]})])
    event_id = world.decide()
    assert outcome(world, event_id) == (Outcome.NO_REWARD, "no rule of the program applies to this deal")
    # The win is known all the same: an amendment may make it earn.
    assert last_commit_kinds(world) == ["Replace InboxEvent", "Insert DealRecord"]
    assert_nothing_earned(world, besides=(DealRecord,))


def test_another_currency_needs_attention() -> None:
    world = World()
    world.publish_program(rules=[builders.rule(amount={"percentage": {"rate": "10"}})])
    event_id = world.decide(deal__amount={"value": "100", "currency": "JPY"}, deal__products=[])
    assert outcome(world, event_id)[0] is Outcome.NEEDS_ATTENTION
    assert (world.store.of(Reward), world.store.of(Payout), world.store.of(Entry)) == ([], [], [])
    # It is known all the same: an amendment may say what it lacked.
    assert [win.reward_id for record in world.store.of(DealRecord) for win in record.wins] == [None]


def test_the_same_win_in_another_delivery_is_a_duplicate(world: World) -> None:
    first = world.decide()
    second = world.decide("msg_2")
    assert outcome(world, second) == (Outcome.DUPLICATE, first)
    assert last_commit_kinds(world) == ["Replace InboxEvent"]
    assert len(world.store.of(Reward)) == len(world.store.of(Payout)) == len(world.fulfillments.started) == 1


def test_a_deal_told_again_with_an_address_that_was_missing_mends_the_advocate_and_earns_nothing(world: World) -> None:
    first = world.decide(advocate__email=None, advocate__address=None)
    second = world.decide("msg_2", timestamp="2026-11-21T00:00:00Z", advocate__email="new@example.com")
    assert outcome(world, second) == (Outcome.DUPLICATE, first)
    assert last_commit_kinds(world) == ["Replace InboxEvent", "Replace AdvocateDetails"]
    (details,) = world.store.of(AdvocateDetails)
    assert (details.email, details.address) == ("new@example.com", builders.ADDRESS)
    assert len(world.store.of(Reward)) == len(world.store.of(Payout)) == len(world.fulfillments.started) == 1


def test_a_win_told_with_other_content_changes_no_contact_details(world: World) -> None:
    world.decide()
    world.decide("msg_2", timestamp="2026-11-21T00:00:00Z", deal__products=[], advocate__email="new@example.com")
    (details,) = world.store.of(AdvocateDetails)
    assert details.email == "ada@example.com"


def test_the_same_instant_in_another_zone_is_the_same_win(world: World) -> None:
    world.decide()
    second = world.decide("msg_2", deal__closed_at="2026-11-20T17:04:05+01:00")
    assert outcome(world, second)[0] is Outcome.DUPLICATE


@pytest.mark.parametrize(
    "changes",
    [
        {"deal__amount": {"value": "12500.01", "currency": "USD"}},
        {"deal__products": []},
        {"advocate__id": "A-78"},
        {"referred": None},
    ],
)
def test_the_same_win_with_other_content_needs_attention(world: World, changes: dict[str, Any]) -> None:
    first = world.decide()
    second = world.decide("msg_2", **changes)
    assert outcome(world, second) == (
        Outcome.NEEDS_ATTENTION,
        f"the same win was told with other content by event {first}",
    )
    assert len(world.store.of(Reward)) == 1


def test_a_later_win_without_a_recorded_reversal_needs_attention(world: World) -> None:
    first = world.decide()
    second = world.decide("msg_2", deal__closed_at="2026-11-21T00:00:00Z")
    why = (
        f"the deal was already won at 2026-11-20T16:04:05.000000Z (event {first}); a later win earns again only "
        "after a recorded reversal"
    )
    assert outcome(world, second) == (Outcome.NEEDS_ATTENTION, why)
    assert len(world.store.of(Reward)) == 1


def test_a_redelivery_after_the_decision_starts_and_tells_again_and_pays_nothing_new(world: World) -> None:
    event_id = world.decide()
    rows = dict(world.store.rows)
    world.evaluate(event_id)
    (payout,), (reward,) = world.store.of(Payout), world.store.of(Reward)
    assert world.store.rows == rows
    assert world.fulfillments.started == [(payout.payout_id, 1)]
    assert world.notices.enqueued == [Notice("reward_earned", reward.reward_id)] * 2


@pytest.mark.parametrize("status", [each for each in PayoutStatus if each is not PayoutStatus.EARNED])
def test_a_redelivery_40_days_later_starts_nothing_that_went_on(world: World, status: PayoutStatus) -> None:
    event_id = world.decide()
    (payout,) = world.store.of(Payout)
    world.store.put(replace(payout, status=status))
    world.fulfillments.started.clear()
    world.evaluate(event_id)
    assert world.fulfillments.started == []


def test_dying_between_the_decision_and_the_start_is_made_up_by_the_redelivery(world: World) -> None:
    event_id = world.receive(delivery())
    world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        world.evaluate(event_id)
    assert outcome(world, event_id)[0] is Outcome.REWARDED
    assert world.fulfillments.started == []
    assert world.notices.enqueued == []
    world.evaluate(event_id)
    assert [run for _, run in world.fulfillments.started] == [1]
    assert len(world.store.of(Reward)) == len(world.store.of(Entry)) == 1


def test_a_lost_answer_of_the_decision_does_not_decide_twice(world: World) -> None:
    event_id = world.receive(delivery())
    world.store.lose_answer()
    with pytest.raises(StoreBusy):
        world.evaluate(event_id)
    world.evaluate(event_id)
    assert len(world.store.of(Reward)) == 1
    assert world.balances() == {"rewards_expense": 100_00, "rewards_liability": -100_00}


def test_conflicts_are_tried_again_after_a_pause(world: World) -> None:
    event_id = world.receive(delivery())
    world.store.conflict(3)
    world.evaluate(event_id)
    assert world.clock.pauses == [1, 2, 3]
    assert len(world.store.of(Reward)) == 1


def test_endless_conflicts_leave_it_undecided(world: World) -> None:
    event_id = world.receive(delivery())
    world.store.conflict(TRIES_MOST)
    with pytest.raises(StoreBusy, match="lost 12 times"):
        world.evaluate(event_id)
    assert outcome(world, event_id) == (None, None)
    assert_nothing_earned(world)


def test_four_deals_of_one_advocate_are_their_first_to_fourth(world: World) -> None:
    for number in range(1, 5):
        world.decide(f"msg_{number}", deal__id=f"D-{number}")
    assert [reward.explanation.ordinal for reward in world.store.of(Reward)] == [1, 2, 3, 4]
    (count,) = world.store.of(DealCount)
    assert (builders.counted_in(count), count.version, count.group, count.period) == (
        4,
        4,
        "customer-referral",
        "lifetime",
    )


def test_a_deal_that_is_overtaken_takes_the_next_ordinal(world: World) -> None:
    first, second = world.receive(delivery("msg_1", deal__id="D-1")), world.receive(delivery("msg_2", deal__id="D-2"))
    world.decide("msg_0", deal__id="D-0")
    other = world.other_process()
    world.store.meanwhile(lambda: other.evaluate(second))
    world.evaluate(first)
    ordinals = {reward.deal_id: reward.explanation.ordinal for reward in world.store.of(Reward)}
    assert ordinals == {"D-0": 1, "D-2": 2, "D-1": 3}
    assert world.clock.pauses == [1]


def test_two_deliveries_of_one_win_at_once_earn_once(world: World) -> None:
    first = world.receive(delivery("msg_1"))
    second = world.receive(delivery("msg_2", timestamp="2026-11-21T00:00:00Z"))
    other = world.other_process()
    world.store.meanwhile(lambda: other.evaluate(second))
    world.evaluate(first)
    assert outcome(world, first) == (Outcome.DUPLICATE, second)
    assert len(world.store.of(Reward)) == 1


def test_ordinals_begin_anew_in_each_period_of_the_programs_own_zone() -> None:
    world = World()
    world.publish_program(counting={"period": "calendar_month"})
    # 23:30 of November 30 in New York is December in UTC.
    for number, closed_at in enumerate(("2026-11-20T00:00:00Z", "2026-12-01T04:30:00Z", "2026-12-01T05:30:00Z")):
        world.decide(f"msg_{number}", deal__id=f"D-{number}", deal__closed_at=closed_at)
    told = [(reward.explanation.period, reward.explanation.ordinal) for reward in world.store.of(Reward)]
    assert told == [("2026-11", 1), ("2026-11", 2), ("2026-12", 1)]


def test_advocates_of_two_accounts_with_one_crm_id_are_two(world: World) -> None:
    world.decide()
    event_id = world.receive(replace(delivery("msg_2"), source_account="globex"))
    world.evaluate(event_id)
    assert [builders.counted_in(count) for count in world.store.of(DealCount)] == [1, 1]
    assert len(world.store.of(Reward)) == 2


@pytest.mark.parametrize(
    ("later", "email"),
    [
        ("2026-11-20T16:04:04Z", "ada@example.com"),
        ("2026-11-20T16:04:05Z", "ada@example.com"),
        ("2026-11-20T16:04:06Z", "new@example.com"),
    ],
)
def test_contact_details_follow_the_newest_message(world: World, later: str, email: str) -> None:
    world.decide()
    world.decide("msg_2", deal__id="D-2", timestamp=later, advocate__email="new@example.com")
    (details,) = world.store.of(AdvocateDetails)
    assert details.email == email
    assert len(world.store.of(Reward)) == 2


def test_contact_details_that_a_message_leaves_out_stay_as_they_are(world: World) -> None:
    world.decide()
    later = "2026-11-20T16:04:06Z"
    world.decide("msg_2", deal__id="D-2", timestamp=later, advocate__address=None, advocate__name="Ada Lovelace")
    (details,) = world.store.of(AdvocateDetails)
    assert (details.name, details.email, details.address) == ("Ada Lovelace", "ada@example.com", builders.ADDRESS)


def test_a_hold_counts_from_the_closing(world: World) -> None:
    world.publish_program(hold_days="30")
    world.decide()
    (payout,) = world.store.of(Payout)
    assert payout.hold_until == datetime(2026, 12, 20, 16, 4, 5, tzinfo=UTC)
    assert payout.look_at == datetime(2026, 12, 20, 16, 6, 5, tzinfo=UTC)


def test_a_stored_program_that_cannot_be_read_decides_nothing(world: World) -> None:
    world.store.put(ProgramHead("customer-referral", 2, 2), ProgramVersion("customer-referral", 2, "{}", "", NOW, "x"))
    event_id = world.receive(delivery())
    with pytest.raises(StoredProgramUnreadable, match="version 2 of program customer-referral cannot be read: program"):
        world.evaluate(event_id)
    assert outcome(world, event_id) == (None, None)
    assert_nothing_earned(world)


def test_an_erased_body_is_left_undecided(world: World) -> None:
    event_id = world.receive(delivery())
    world.store.rows.pop(("EventBody", event_id))
    assert world.store.of(EventBody) == []
    with pytest.raises(StoreBusy, match="the body of event"):
        world.evaluate(event_id)
    assert [event.outcome for event in world.store.of(InboxEvent)] == [None]


def test_a_closing_date_far_ahead_is_a_typo_and_holds_no_money(world: World) -> None:
    event_id = world.decide(deal__closed_at="2199-11-20T16:04:05Z")
    event = world.store.inbox_event(event_id)
    assert event is not None
    assert event.outcome is Outcome.NEEDS_ATTENTION
    assert event.detail == ("the deal closes at 2199-11-20T16:04:05+00:00, long after it was told: correct its date")
    assert_nothing_earned(world)
