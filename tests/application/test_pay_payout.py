"""The pay step: intent before action, the same bytes while the key lasts, and nothing believed that is no proof."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID, usd
from fakes.provider import Fault, MemoryProvider, Movement
from guerdon.application.pay_payout import TRIES_MOST
from guerdon.application.ports import Notice, ProviderHint
from guerdon.application.records import AnswerState, Attempt, FrozenRequest, ProviderAnswer
from guerdon.application.release_again import ReleaseAgain
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable, StoreBusy
from guerdon.domain.ledger import Entry
from guerdon.domain.pausing import EVERYTHING, Pause, Pauses
from guerdon.domain.payout import CONTRADICTED, BlockReason, PayoutStatus
from world import World

SWEEP = ProviderHint("tremendous", "payout", PAYOUT_ID)
ONE_PAYMENT = [Movement(f"{PAYOUT_ID}-1", "tremendous-1", usd("100.00"))]


class IntentSeer(MemoryProvider):
    """Notes what is stored at the moment that it is asked."""

    world: World
    seen: list[tuple[PayoutStatus, Attempt | None, FrozenRequest | None, dict[str, int]]]

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        store = self.world.store
        intent = store.attempt(PAYOUT_ID, 1)
        self.seen.append(
            (self.world.stands().status, intent, store.frozen_request(request.reference), self.world.balances())
        )
        return super().submit(request, now)


@pytest.fixture
def world() -> World:
    return World()


def pay(world: World, waiting: str = "token-1", run: int = 1) -> None:
    world.pay(PAYOUT_ID, run, world.wait_under(waiting))


def test_the_whole_intent_is_stored_before_the_provider_is_called(world: World) -> None:
    world.released()
    provider = IntentSeer("tremendous")
    provider.world, provider.seen = world, []
    replace(world.pay, provider=provider)(PAYOUT_ID, 1, "token-1")

    ((status, intent, request, balances),) = provider.seen
    assert status is PayoutStatus.SUBMITTED
    assert intent is not None
    assert (intent.task_token, intent.number, intent.answer) == ("token-1", 1, None)
    assert request is not None
    assert request.reference == intent.reference == f"{PAYOUT_ID}-1"
    assert balances == {"rewards_liability": 100_00, "in_transit:tremendous": -100_00}


def test_an_outcome_rings_the_waiting_task_and_leaves_the_books_to_it(world: World) -> None:
    world.released()
    pay(world)
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1)]
    assert world.stands().status is PayoutStatus.SUBMITTED
    assert world.notices.enqueued == []
    assert world.provider.till == ONE_PAYMENT


def test_when_nobody_waits_any_more_the_outcome_is_settled_and_told(world: World) -> None:
    world.released()
    world.pay(PAYOUT_ID, 1, "a token that timed out")
    assert world.stands().status is PayoutStatus.SETTLED
    assert world.notices.enqueued == [Notice("payout", PAYOUT_ID, 1)]


def test_an_accepted_payment_leaves_the_task_waiting(world: World) -> None:
    world.released()
    world.provider.next_submits.append(AnswerState.PENDING)
    pay(world)
    assert world.fulfillments.rung == []
    assert world.state_of() is AnswerState.PENDING


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.REQUEST_LOST])
def test_after_a_lost_answer_the_same_bytes_go_out_under_the_same_key(world: World, fault: Fault) -> None:
    world.released()
    world.provider.next_submits.append(fault)
    with pytest.raises(OutcomeUnknown):
        pay(world)
    frozen = world.store.of(FrozenRequest)
    world.store.put(builders.details(email="new@example.com"))
    world.clock.advance(timedelta(minutes=5))
    pay(world, "token-2")

    assert world.store.of(FrozenRequest) == frozen
    assert world.provider.calls == [("submit", f"{PAYOUT_ID}-1")] * 2
    assert world.provider.till == ONE_PAYMENT
    assert world.fulfillments.rung == [("token-2", PAYOUT_ID, 1)]


def test_a_second_invocation_asks_nothing_and_rings_its_own_task(world: World) -> None:
    world.released()
    pay(world)
    pay(world, "token-2")
    assert world.provider.calls == [("submit", f"{PAYOUT_ID}-1")]
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1), ("token-2", PAYOUT_ID, 1)]


def test_when_the_provider_did_nothing_the_next_try_pays(world: World) -> None:
    world.released()
    world.provider.next_submits.append(Fault.DID_NOTHING)
    with pytest.raises(ProviderUnavailable):
        pay(world)
    assert world.provider.till == []
    pay(world, "token-2")
    assert world.provider.till == ONE_PAYMENT


def test_a_resend_in_the_last_second_of_the_window_pays_once(world: World) -> None:
    world.released()
    world.provider.next_submits.append(Fault.ANSWER_LOST)
    with pytest.raises(OutcomeUnknown):
        pay(world)
    world.clock.advance(timedelta(hours=20) - timedelta(seconds=1))
    pay(world, "token-2")
    assert world.asked("submit") == 2
    assert world.provider.till == ONE_PAYMENT


def test_the_window_counts_from_the_first_call_and_not_from_the_last(world: World) -> None:
    world.released()
    world.provider.next_submits.append(Fault.REQUEST_LOST)
    for hours in (0, 15):
        world.clock.move_to(NOW + timedelta(hours=hours))
        world.provider.next_submits.append(Fault.REQUEST_LOST)
        with pytest.raises(OutcomeUnknown):
            pay(world)
    world.clock.move_to(NOW + timedelta(hours=21))
    with pytest.raises(OutcomeUnknown):
        pay(world)
    assert [name for name, _ in world.provider.calls] == ["submit", "submit", "look_up"]


def test_before_the_bytes_go_out_again_it_is_written_down_that_they_do(world: World) -> None:
    earlier = NOW - timedelta(hours=3)
    world.submitted(first_sent_at=earlier, last_sent_at=earlier, absent_since=earlier)
    provider = IntentSeer("tremendous")
    provider.world, provider.seen = world, []
    replace(world.pay, provider=provider)(PAYOUT_ID, 1, "token-2")
    ((_, sending, _, _),) = provider.seen
    assert sending is not None
    assert (sending.first_sent_at, sending.last_sent_at, sending.absent_since) == (earlier, NOW, None)
    assert sending.task_token == "token-2"


def test_a_resend_that_may_not_be_written_down_is_not_made(world: World) -> None:
    world.submitted()
    other = world.other_process()
    world.store.meanwhile(lambda: world.store.meanwhile(lambda: other.look_again(SWEEP)))
    with pytest.raises(StoreBusy, match="changed before it was sent again"):
        pay(world)
    assert world.asked("submit") == 0


@pytest.mark.parametrize("later", [timedelta(hours=20), timedelta(hours=24), timedelta(days=40)])
def test_once_the_window_is_over_it_is_only_looked_up(world: World, later: timedelta) -> None:
    world.released()
    world.provider.next_submits.append(Fault.ANSWER_LOST)
    with pytest.raises(OutcomeUnknown):
        pay(world)
    world.clock.advance(later)
    pay(world, "token-2")
    assert [name for name, _ in world.provider.calls] == ["submit", "look_up"]
    assert world.provider.till == ONE_PAYMENT
    assert world.state_of() is AnswerState.DONE


def test_what_has_a_provider_id_is_looked_up_and_never_sent_again(world: World) -> None:
    world.released()
    world.provider.next_submits.append(AnswerState.PENDING)
    pay(world)
    world.provider.became(f"{PAYOUT_ID}-1", AnswerState.DONE)
    pay(world, "token-2")
    assert [name for name, _ in world.provider.calls] == ["submit", "look_up"]
    assert world.fulfillments.rung == [("token-2", PAYOUT_ID, 1)]


def test_not_found_is_believed_only_when_found_twice_an_hour_apart(world: World) -> None:
    world.released()
    world.provider.next_submits.append(Fault.REQUEST_LOST)
    with pytest.raises(OutcomeUnknown):
        pay(world)
    world.clock.advance(timedelta(days=1))
    for minutes in (0, 30, 29):
        world.clock.advance(timedelta(minutes=minutes))
        with pytest.raises(OutcomeUnknown):
            pay(world, f"token-after-{minutes}")
        assert world.state_of() is None
    world.clock.advance(timedelta(minutes=1))
    pay(world, "token-at-last")
    assert world.state_of() is AnswerState.ABSENT
    assert world.asked("submit") == 1
    assert world.provider.till == []


def test_what_was_accepted_is_not_absent_however_often_it_is_not_found(world: World) -> None:
    world.submitted(provider_id="order-of-another-key", answer=builders.answer(AnswerState.PENDING))
    for _ in range(3):
        world.clock.advance(timedelta(hours=2))
        with pytest.raises(OutcomeUnknown):
            pay(world)
    assert world.state_of() is AnswerState.PENDING
    assert world.stands().status is PayoutStatus.SUBMITTED


def test_a_refusal_of_the_first_call_proves_that_nothing_moved(world: World) -> None:
    world.released()
    world.provider.next_submits.append(AnswerState.REFUSED)
    world.pay(PAYOUT_ID, 1, "nobody waits")
    assert world.stands().status is PayoutStatus.FAILED
    assert world.stands().reason == "refused"
    assert world.balances() == {}
    assert world.provider.till == []


def test_out_of_funds_blocks_it_until_a_person_has_filled_the_float(world: World) -> None:
    world.released()
    world.provider.next_submits.append(AnswerState.OUT_OF_FUNDS)
    world.pay(PAYOUT_ID, 1, "nobody waits")
    blocked = world.stands()
    assert (blocked.status, blocked.reason) == (PayoutStatus.BLOCKED, BlockReason.FUNDS)
    assert world.balances() == {}

    release_again = ReleaseAgain(world.store, world.clock, world.fulfillments)
    release_again(PAYOUT_ID, "ops@example.com", "the float is full again")
    world.release(PAYOUT_ID, 2)
    world.pay(PAYOUT_ID, 2, "nobody waits")
    assert world.stands().status is PayoutStatus.SETTLED
    assert [one.reference for one in world.provider.till] == [f"{PAYOUT_ID}-2"]


@pytest.mark.parametrize("refusal", [AnswerState.REFUSED, AnswerState.OUT_OF_FUNDS])
def test_a_refusal_of_a_resend_proves_nothing(world: World, refusal: AnswerState) -> None:
    world.submitted()
    world.provider.next_submits.append(refusal)
    with pytest.raises(OutcomeUnknown):
        pay(world)
    assert world.provider.calls == [("submit", f"{PAYOUT_ID}-1"), ("look_up", f"{PAYOUT_ID}-1")]
    assert world.state_of() is None
    assert world.stands().status is PayoutStatus.SUBMITTED


def test_a_stale_run_rings_its_task_and_pays_nothing(world: World) -> None:
    payout = world.released(run=2)
    pay(world, "token-of-run-1", run=1)
    assert world.fulfillments.rung == [("token-of-run-1", PAYOUT_ID, 1)]
    assert world.provider.calls == []
    assert world.store.commits == []
    assert world.stands() == payout


@pytest.mark.parametrize("status", [each for each in PayoutStatus if each not in {"released", "submitted"}])
def test_a_payout_that_is_not_to_be_paid_is_not(world: World, status: PayoutStatus) -> None:
    world.store.put(builders.payout(status), builders.details())
    pay(world)
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1)]
    assert world.provider.calls == []
    assert world.store.commits == []


@pytest.mark.parametrize("done", [1, 2])
def test_a_payout_whose_earlier_attempt_turned_out_done_is_not_paid_again(world: World, done: int) -> None:
    # Whoever learned of it wrote it down and died before settling.
    payout = world.released(attempts=2, run=3)
    for number in (1, 2):
        state = AnswerState.DONE if number == done else AnswerState.REFUSED
        reference = f"{PAYOUT_ID}-{number}"
        said = builders.answer(state, reference=reference)
        world.store.put(builders.attempt(payout, number=number, reference=reference, run=number, answer=said))
    pay(world, "token-3", run=3)
    assert world.provider.calls == []
    assert (world.stands().status, world.stands().attention) == (PayoutStatus.BLOCKED, CONTRADICTED)
    assert world.fulfillments.rung == [("token-3", PAYOUT_ID, 3)]
    assert world.store.of(Entry) == []


def test_a_payout_that_is_blocked_before_its_intent_is_not_paid(world: World) -> None:
    payout = world.released()
    world.store.meanwhile(lambda: world.store.put(payout.blocked(BlockReason.WORKFLOW, NOW)))
    with pytest.raises(StoreBusy, match="became blocked meanwhile"):
        pay(world)
    assert world.provider.calls == []
    assert world.store.of(Attempt) == []


def test_a_run_that_is_overtaken_before_its_intent_pays_nothing(world: World) -> None:
    payout = world.released()
    again = payout.blocked(BlockReason.WORKFLOW, NOW).decided_again(NOW, "ops@example.com").released(NOW)
    world.store.meanwhile(lambda: world.store.put(again))
    with pytest.raises(StoreBusy, match="is in its run 2 by now, and this is run 1"):
        pay(world)
    assert world.provider.calls == []
    assert world.store.of(Attempt) == []


def test_conflicts_are_tried_again_after_a_pause(world: World) -> None:
    world.released()
    world.store.conflict(2)
    pay(world)
    assert world.clock.pauses == [1, 2]
    assert world.provider.till == ONE_PAYMENT


def test_endless_conflicts_end_without_a_call(world: World) -> None:
    world.released()
    world.store.conflict(TRIES_MOST)
    with pytest.raises(StoreBusy, match="kept changing"):
        pay(world)
    assert world.provider.calls == []


def test_an_erased_recipient_is_not_paid(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.RELEASED))
    with pytest.raises(StoreBusy, match="recipient"):
        pay(world)
    assert world.store.of(Attempt) == []
    assert world.provider.calls == []


def test_an_erased_request_is_left_to_a_person(world: World) -> None:
    world.store.put(builders.payout(PayoutStatus.SUBMITTED, attempts=1), builders.attempt())
    with pytest.raises(OutcomeUnknown, match="erased"):
        pay(world)
    assert world.provider.calls == []


PAUSED = Pauses((Pause(EVERYTHING, NOW, "aws:ada", "a wrong rule"),))


def test_a_released_payout_that_meets_a_pause_is_blocked_again_without_a_call(world: World) -> None:
    world.released()
    world.store.put(PAUSED)
    pay(world)
    stands = world.stands()
    assert (stands.status, stands.reason, stands.run, stands.attempts) == (
        PayoutStatus.BLOCKED,
        BlockReason.PAUSED,
        1,
        0,
    )
    assert (world.provider.calls, world.store.of(Attempt), world.store.of(Entry)) == ([], [], [])
    assert world.fulfillments.rung == [("token-1", PAYOUT_ID, 1)]
    # Its task is woken again if the first ring was lost, and nothing else happens.
    pay(world, "token-2")
    assert world.fulfillments.rung[1:] == [("token-2", PAYOUT_ID, 1)]
    assert (world.stands(), world.provider.calls) == (stands, [])


def test_a_pause_that_begins_while_somebody_is_faster_still_stops_it(world: World) -> None:
    released = world.released()

    def meanwhile() -> None:
        world.store.put(PAUSED, replace(released, version=3))

    world.store.meanwhile(meanwhile)
    pay(world)
    assert (world.stands().reason, world.provider.calls) == (BlockReason.PAUSED, [])


def test_what_has_its_intent_is_finished_although_it_is_paused(world: World) -> None:
    world.submitted()
    world.store.put(PAUSED)
    pay(world)
    assert world.provider.till == ONE_PAYMENT
    assert world.stands().status is PayoutStatus.SUBMITTED
    world.settle(PAYOUT_ID, 1)
    assert world.stands().status is PayoutStatus.SETTLED


def test_a_pause_hides_no_payment_that_was_carried_out_after_all(world: World) -> None:
    world.submitted(answer=builders.answer(AnswerState.DONE))
    world.store.put(builders.payout(PayoutStatus.RELEASED, attempts=1, version=5, run=2), PAUSED)
    pay(world, run=2)
    assert (world.stands().reason, world.stands().attention) == (BlockReason.WORKFLOW, CONTRADICTED)
    assert world.provider.calls == []
