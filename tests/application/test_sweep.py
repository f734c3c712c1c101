"""The sweep: what got stuck is set going or put before a person, and sweeping twice does no harm."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

import builders
from builders import NOW, PAYOUT_ID, usd
from fakes.store import MemoryStore
from guerdon.application.ports import Notice, ProviderHint
from guerdon.application.records import AnswerState, Receivable, Waiting
from guerdon.application.sweep import FAILED, NOT_RELEASED, Found, Swept, Unsettled
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import CONTRADICTED, BlockReason, Payout, PayoutStatus
from world import FINANCE, World, delivery

PAST = NOW - timedelta(seconds=1)


@pytest.fixture
def world() -> World:
    return World()


def test_nothing_stuck_is_nothing_done(world: World) -> None:
    world.store.put(builders.payout(look_at=NOW + timedelta(seconds=1)))
    assert world.sweep() == Swept()
    assert world.store.commits == []


@pytest.mark.parametrize(("minutes", "sent"), [(1, 0), (2, 0), (3, 1)])
def test_an_event_that_stays_undecided_is_sent_again_after_two_minutes(world: World, minutes: int, sent: int) -> None:
    event_id = world.receive(delivery())
    world.bus.published.clear()
    world.clock.advance(timedelta(minutes=minutes))
    assert world.sweep() == Swept(events_sent_again=sent)
    assert world.bus.published == [event_id] * sent


def test_an_event_that_cannot_be_decided_is_sent_again_ever_more_seldom(world: World) -> None:
    # Nothing is evaluated here, as if every evaluation failed.
    event_id, began = world.receive(delivery()), world.clock.now()
    world.bus.published.clear()
    sent_after: list[float] = []
    for _ in range(2 * 24 * 12):
        if world.sweep().events_sent_again:
            sent_after.append((world.clock.now() - began) / timedelta(minutes=1))
        world.clock.advance(timedelta(minutes=5))
    gaps = [later - earlier for earlier, later in pairwise(sent_after)]
    # The sweep comes by every five minutes, so each wait ends at its next round.
    assert gaps[:7] == [10, 15, 25, 45, 85, 165, 325]
    assert set(gaps[7:]) == {365}
    assert world.bus.published == [event_id] * len(sent_after)


def test_an_event_that_was_sent_again_in_vain_waits_for_a_person_and_is_sent_again_all_the_same(world: World) -> None:
    event_id = world.receive(delivery())
    for times in range(1, 9):
        world.clock.advance(timedelta(hours=7))
        assert world.sweep() == Swept(events_sent_again=1)
        assert bool(list(world.store.waiting_events())) is (times > 5)
    assert list(world.store.waiting_events()) == [Waiting(event_id, NOW + timedelta(hours=42), "undecidable")]


def test_an_event_that_waited_is_decided_by_the_next_release_and_waits_no_more(world: World) -> None:
    event_id = world.receive(delivery())
    for _ in range(6):
        world.clock.advance(timedelta(hours=7))
        world.sweep()
    assert list(world.store.waiting_events()) != []
    world.publish_program()
    decided = world.evaluate(event_id)
    assert decided is not None
    assert (decided.outcome, decided.waiting_since, decided.look_at) == (Outcome.REWARDED, None, None)
    assert list(world.store.waiting_events()) == []
    world.bus.published.clear()
    world.clock.advance(timedelta(days=1))
    world.sweep()
    assert world.bus.published == []


def test_an_event_that_is_decided_while_it_is_sent_again_keeps_its_decision(world: World) -> None:
    world.publish_program()
    event_id = world.receive(delivery())
    world.clock.advance(timedelta(minutes=3))
    world.store.meanwhile(lambda: world.evaluate(event_id))
    assert world.sweep() == Swept(events_sent_again=1)
    event = world.store.inbox_event(event_id)
    assert event is not None
    assert (event.outcome, event.sent_again) == (Outcome.REWARDED, 0)


def test_a_decided_event_is_not_sent_again(world: World) -> None:
    world.decide()
    world.bus.published.clear()
    world.clock.advance(timedelta(days=1))
    world.sweep()
    assert world.bus.published == []


class LaggingStore(MemoryStore):
    """A store whose index still shows every payout that was ever due."""

    def payouts_to_look_at(self, due_before: datetime) -> Iterator[str]:
        assert due_before.tzinfo is not None
        return iter([payout.payout_id for payout in self.of(Payout)])


@pytest.mark.parametrize("look_at", [None, NOW + timedelta(seconds=1)])
def test_only_the_row_itself_says_whether_its_time_has_come(world: World, look_at: datetime | None) -> None:
    store = LaggingStore()
    store.put(builders.payout(look_at=look_at))
    assert replace(world.sweep, store=store)() == Swept()
    assert store.commits == []
    assert world.fulfillments.started == []


def test_an_earned_payout_without_an_execution_is_started(world: World) -> None:
    world.store.put(builders.payout(look_at=PAST, run=2))
    assert world.sweep() == Swept(fulfillments_started=1)
    assert world.fulfillments.started == [(PAYOUT_ID, 2)]
    assert (world.stands().attention, world.stands().look_at) == (NOT_RELEASED, NOW + timedelta(minutes=15))


def test_one_that_was_started_again_in_vain_waits_for_a_person(world: World) -> None:
    world.store.put(builders.payout(look_at=PAST))
    world.sweep()
    world.clock.advance(timedelta(minutes=16))
    assert world.sweep() == Swept(payouts_blocked=1)
    assert (world.stands().status, world.stands().reason) == (PayoutStatus.BLOCKED, BlockReason.WORKFLOW)
    assert world.notices.enqueued == [Notice("payout", PAYOUT_ID, 1)]
    assert world.fulfillments.started == [(PAYOUT_ID, 1)]


def test_a_released_payout_that_was_never_submitted_waits_for_a_person(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.RELEASED, look_at=PAST))
    assert world.sweep() == Swept(payouts_blocked=1)
    assert world.stands().attention == "its fulfillment ended before anything was sent"
    assert world.stands().look_at is None


@pytest.mark.parametrize(
    ("channel", "provider"),
    [
        (Channel.GIFT_CARD, "tremendous"),
        (Channel.CHECK, "lob"),
        (Channel.BILL_CREDIT, "stripe"),
        (Channel.MERCHANDISE, "printful"),
    ],
)
def test_a_submitted_payout_has_its_provider_asked_every_hour(world: World, channel: Channel, provider: str) -> None:
    world.store.put(builders.payout(PayoutStatus.SUBMITTED, channel=channel, look_at=PAST, attention="look at me"))
    assert world.sweep() == Swept(providers_asked=1)
    assert world.hints.enqueued == [ProviderHint(provider, "payout", PAYOUT_ID)]
    assert (world.stands().attention, world.stands().look_at) == ("look at me", NOW + timedelta(hours=1))
    assert world.stands().status is PayoutStatus.SUBMITTED


def overdue(world: World) -> Payout:
    """A gift card that was submitted three days ago and is due for a look."""
    before = NOW - timedelta(days=3)
    payout = builders.payout(PayoutStatus.RELEASED, attempts=0, run=2).submitted(before)
    world.store.put(payout.to_look_at(PAST), builders.attempt(payout), builders.frozen_request(), builders.reward())
    return world.stands()


def test_a_payout_whose_provider_is_overdue_is_parked_and_finance_hears_of_it(world: World) -> None:
    payout = overdue(world)
    assert world.sweep() == Swept(providers_asked=1, payouts_parked=1)
    assert world.hints.enqueued == [ProviderHint("tremendous", "payout", PAYOUT_ID)]
    parked = world.stands()
    assert (parked.status, parked.attention) == (
        PayoutStatus.SUBMITTED,
        "the provider has not carried it out in 3 days",
    )
    assert (parked.look_at, parked.waiting_since) == (NOW + timedelta(days=1), NOW)
    assert list(world.store.waiting_payouts()) == [Waiting(PAYOUT_ID, NOW, "overdue")]
    assert world.notices.enqueued == [Notice("payout", PAYOUT_ID, payout.run)]


def test_a_parked_payout_is_looked_up_once_a_day_and_mailed_about_once(world: World) -> None:
    overdue(world)
    for _ in range(24 * 5):
        world.sweep()
        for notice in world.notices.enqueued:
            world.notify(notice)
        world.clock.advance(timedelta(hours=1))
    assert len(world.hints.enqueued) == 5
    (mail,) = world.mailer.sent
    assert (mail.template, mail.to) == ("payout_attention", FINANCE)
    assert world.stands().waiting_since == NOW


def test_a_parked_payout_that_is_carried_out_late_settles_and_waits_no_more(world: World) -> None:
    overdue(world)
    world.sweep()
    world.provider.submit(builders.frozen_request(), NOW)
    world.provider.became(f"{PAYOUT_ID}-1", AnswerState.DONE)
    world.look_again(world.hints.enqueued[0])
    assert (world.stands().status, world.stands().attention) == (PayoutStatus.SETTLED, None)
    assert (world.stands().waiting_since, world.stands().look_at) == (None, None)
    assert list(world.store.waiting_payouts()) == []


def test_the_end_of_the_workflows_task_and_the_sweep_say_the_same_of_an_overdue_payout(world: World) -> None:
    overdue(world)
    # The task began some seconds before the submission was written, so it runs out some seconds earlier.
    world.clock.advance(timedelta(seconds=-20))
    stopped = world.settle(PAYOUT_ID, 2, "States.Timeout")
    assert (stopped.attention, stopped.look_at) == (stopped.overdue_words, world.clock.now() + timedelta(days=1))
    world.clock.advance(timedelta(days=2))
    assert world.sweep() == Swept(providers_asked=1)
    assert world.stands().attention == stopped.attention


def test_a_payout_that_changed_while_it_was_parked_is_told_of_by_whoever_changed_it(world: World) -> None:
    payout = overdue(world)
    settled = payout.settled(NOW, usd("100.00"), "order-1")
    world.store.meanwhile(lambda: world.store.put(settled))
    assert world.sweep() == Swept(providers_asked=1)
    assert world.stands() == settled
    assert world.notices.enqueued == []


def test_a_contradiction_is_not_taken_for_a_delay(world: World) -> None:
    world.store.put(replace(overdue(world), attention=CONTRADICTED))
    assert world.sweep() == Swept(providers_asked=1)
    assert (world.stands().attention, world.stands().look_at) == (CONTRADICTED, NOW + timedelta(days=1))


@pytest.mark.parametrize("status", [PayoutStatus.SETTLED, PayoutStatus.FAILED, PayoutStatus.BLOCKED])
def test_what_is_still_to_be_taken_back_goes_to_whoever_can_do_it(world: World, status: PayoutStatus) -> None:
    payout = builders.payout(status, reason="x", look_at=PAST, take_back=usd("40.00"), attempts=1)
    world.store.put(payout)
    assert world.sweep() == Swept(providers_asked=1)
    assert world.hints.enqueued == [ProviderHint("tremendous", "payout", PAYOUT_ID)]
    assert world.stands() == replace(payout, look_at=NOW + timedelta(hours=1), version=2)


def test_a_payout_that_is_over_is_looked_at_no_more(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.SETTLED, look_at=PAST))
    assert world.sweep() == Swept()
    assert (world.stands().status, world.stands().look_at) == (PayoutStatus.SETTLED, None)
    # Only a person's word, that it was not paid after all, makes it due; whoever said so may have died then.
    assert world.hints.enqueued == [ProviderHint("tremendous", "payout", PAYOUT_ID)]


def stuck(world: World) -> None:
    world.receive(delivery())
    world.bus.published.clear()
    world.clock.advance(timedelta(minutes=3))
    for number, status in enumerate((PayoutStatus.EARNED, PayoutStatus.RELEASED, PayoutStatus.SUBMITTED)):
        world.store.put(builders.payout(status, payout_id=f"po_{number}", look_at=PAST))


def test_sweeping_again_at_once_does_nothing(world: World) -> None:
    stuck(world)
    assert world.sweep() == Swept(1, 1, 1, 1)
    rows = dict(world.store.rows)
    assert world.sweep() == Swept()
    assert world.store.rows == rows


def test_a_sweep_that_another_one_overtakes_does_no_harm(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.RELEASED, look_at=PAST))
    other = world.other_process()
    world.store.meanwhile(other.sweep)
    assert world.sweep() == Swept()
    assert world.stands().status is PayoutStatus.BLOCKED
    assert world.notices.enqueued == [Notice("payout", PAYOUT_ID, 1)]


def test_a_payout_that_moved_on_while_it_was_swept_is_left_alone(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.RELEASED, look_at=PAST))
    moved = builders.payout(PayoutStatus.SUBMITTED, attempts=1, version=2)
    world.store.meanwhile(lambda: world.store.put(moved))
    assert world.sweep() == Swept()
    assert world.stands() == moved
    assert world.notices.enqueued == []


def test_a_hint_queue_that_is_away_leaves_the_payout_due(world: World) -> None:
    payout = builders.payout(PayoutStatus.SUBMITTED, look_at=PAST)
    world.store.put(payout)
    world.hints.away = 1
    with pytest.raises(BusUnavailable):
        world.sweep()
    assert world.stands() == payout
    assert world.sweep() == Swept(providers_asked=1)


def test_a_row_that_cannot_be_set_going_keeps_no_other_waiting(world: World) -> None:
    stuck(world)
    world.bus.away = 1
    world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        world.sweep()
    assert world.hints.enqueued == [ProviderHint("tremendous", "payout", "po_2")]
    assert world.stands("po_0").attention is None
    assert world.stands("po_1").status is PayoutStatus.BLOCKED
    assert world.sweep() == Swept(events_sent_again=1, fulfillments_started=1)


@pytest.mark.parametrize(
    ("state", "status", "debt"), [(AnswerState.DONE, "clawed_back", 100_00), (AnswerState.CANCELED, "reversed", 0)]
)
def test_a_clawback_whose_process_died_after_the_settlement_is_made_up_for(
    world: World, state: AnswerState, status: str, debt: int
) -> None:
    # The reversal came while the provider had the payout. What became of it is booked in one transaction and taken
    # back in the next; here the process dies between the two, and nobody tries again.
    wanted = replace(world.submitted(), take_back=usd("100.00"))
    world.store.put(wanted, builders.attempt(wanted, answer=builders.answer(state, cost=usd("100.00"))))
    world.store.lose_answer()
    with pytest.raises(StoreBusy):
        world.settle(PAYOUT_ID, 1)
    assert world.stands().status in {PayoutStatus.SETTLED, PayoutStatus.FAILED}
    assert world.stands().take_back == usd("100.00")
    world.clock.advance(timedelta(minutes=6))
    assert world.sweep() == Swept(providers_asked=1)
    world.look_again(world.hints.enqueued[0])
    assert (world.stands().status, world.stands().take_back, world.stands().look_at) == (status, None, None)
    assert [row.balance.amount_minor for row in world.store.of(Receivable)] == [debt] * bool(debt)
    assert world.provider.calls == []
    world.clock.advance(timedelta(days=1))
    assert world.sweep() == Swept()


def test_everything_that_is_found_is_heard_of_with_the_deal_event_that_it_belongs_to(world: World) -> None:
    event_id = world.receive(delivery())
    payout = builders.payout(event_id="ev_other").released(NOW).submitted(NOW - timedelta(hours=12))
    world.store.put(replace(payout, look_at=PAST))
    world.clock.advance(timedelta(minutes=3))
    heard: list[Found] = []
    world.sweep(heard.append)
    unsettled = Unsettled(Channel.GIFT_CARD, timedelta(hours=12, minutes=3), timedelta(days=3))
    assert heard == [
        Found("events_sent_again", event_id, event_id),
        Found("providers_asked", PAYOUT_ID, "ev_other", unsettled),
    ]


def test_what_cannot_be_set_going_is_heard_of_by_its_own_id(world: World) -> None:
    event_id = world.receive(delivery())
    world.clock.advance(timedelta(minutes=3))
    world.bus.away = 1
    heard: list[Found] = []
    with pytest.raises(BusUnavailable):
        world.sweep(heard.append)
    assert heard == [Found(FAILED, event_id, error="BusUnavailable")]
