"""What a person types at three in the morning, typed again, and typed once more thirty days later: the same end.

Each deed is done in a world that is otherwise at rest. Everything that the queues then hold is handled, the sweep runs,
and rows, mails and the provider's till must be what they were after the first time. Only the audit trail may have
another line: somebody did something again. No money moves in these tests: the till is a list.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

import builders
from adapters.dynamodb import rows
from fakes.dead_letters import MemoryDeadLetters
from fakes.provider import Fault
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.audit_records import Audit
from guerdon.application.ports import Notice, ProviderHint
from guerdon.application.records import AnswerState, InboxEvent
from guerdon.application.redrive import DeadLetter, Redrive
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.resend_event import ResendEvent
from guerdon.application.resolve_event import ResolveEvent
from guerdon.application.resolve_item import ResolveItem
from guerdon.application.resolve_payout import ResolvePayout
from guerdon.application.review.standing import standing_of
from guerdon.application.review.story import story_of
from guerdon.application.review.waiting import waiting_in
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.domain.errors import OutcomeUnknown
from guerdon.domain.outcome import Outcome
from guerdon.domain.pausing import EVERYTHING
from guerdon.domain.payout import PayoutStatus
from lifecycle import Lifecycle, won

PAT, WHY = "aws:arn:aws:iam::123456789012:user/pat", "it was looked into"
MONTH: Final = timedelta(days=30)
S = PayoutStatus
Deed = Callable[[Lifecycle], object]


def settled(life: Lifecycle) -> None:
    life.paid(won())


def with_needs_attention(life: Lifecycle) -> None:
    life.paid(won())
    assert life.tell(won("2000.00")) is Outcome.NEEDS_ATTENTION


def blocked(life: Lifecycle) -> None:
    life.world.missing = "an address"
    life.tell(won())
    come_to_rest(life)
    assert life.payouts()[0].status is S.BLOCKED
    life.world.missing = None


def observed(life: Lifecycle) -> None:
    arm(life, armed=False)
    life.tell(won())
    come_to_rest(life)
    assert life.payouts()[0].status is S.BLOCKED


def stopped(life: Lifecycle) -> None:
    pause(life)
    life.tell(won())
    come_to_rest(life)
    assert life.payouts()[0].status is S.BLOCKED


def unknown(life: Lifecycle) -> None:
    life.tell(won())
    world, (payout,) = life.world, life.payouts()
    world.fulfillments.started.clear()
    world.release(payout.payout_id, 1)
    world.provider.next_submits.append(Fault.REQUEST_LOST)
    with pytest.raises(OutcomeUnknown):
        world.pay(payout.payout_id, 1, "token")
    world.settle(payout.payout_id, 1, "States.TaskFailed")
    # Asked, the provider would soon be found not to have it; it is away for good.
    world.provider.next_look_ups.extend([Fault.DID_NOTHING] * 100)
    world.clock.advance(timedelta(hours=2))


def with_a_difference(life: Lifecycle) -> None:
    life.world.store.put(rows.ITEM)


def look(life: Lifecycle) -> None:
    store = life.world.store
    standing_of(store, [], life.world.clock.now())
    waiting_in(store, life.world.clock.now())
    for event in store.of(InboxEvent):
        story_of(store, event)


def redrive(life: Lifecycle) -> None:
    """Every message that there ever was about the deal stands among the dead letters again, and is moved."""
    world, (payout,) = life.world, life.payouts()
    letters = MemoryDeadLetters()
    letters.there = [
        DeadLetter("events", "m-1", builders.NOW, payout.event_id, "events"),
        DeadLetter("hints", "m-2", builders.NOW, payout.payout_id, "lob"),
        DeadLetter("notices", "m-3", builders.NOW, payout.payout_id, "notices"),
        DeadLetter("notices", "m-4", builders.NOW, payout.reward_id, "notices"),
    ]
    list(Redrive(letters)())
    assert len(letters.sent_back) == 4
    world.bus.published.append(payout.event_id)
    world.hints.enqueue(ProviderHint("lob", "payout", payout.payout_id))
    world.notices.enqueue(Notice("payout", payout.payout_id, payout.run))
    world.notices.enqueue(Notice("reward_earned", payout.reward_id))


def resend(life: Lifecycle) -> None:
    world = life.world
    ResendEvent(world.store, world.clock, world.bus)(life.payouts()[0].event_id, PAT)


def resolve_event(life: Lifecycle) -> None:
    event = next(one for one in life.world.store.of(InboxEvent) if one.outcome is Outcome.NEEDS_ATTENTION)
    ResolveEvent(life.world.store, life.world.clock)(event.event_id, PAT, WHY)


def resolve_payout(said: Said) -> Deed:
    def deed(life: Lifecycle) -> None:
        world = life.world
        ResolvePayout(world.store, world.clock, world.hints)(life.payouts()[0].payout_id, said, PAT, WHY)

    return deed


def resolve_item(life: Lifecycle) -> None:
    ResolveItem(life.world.store, life.world.clock)("ri_1", PAT, WHY)


def release(life: Lifecycle) -> None:
    world = life.world
    ReleaseAgain(world.store, world.clock, world.fulfillments)(life.payouts()[0].payout_id, PAT, WHY)


def arm(life: Lifecycle, *, armed: bool = True) -> None:
    ArmChannel(life.world.store, life.world.clock)(life.world.channel, PAT, armed=armed)


def pause(life: Lifecycle) -> None:
    life.world.pause(EVERYTHING, PAT, WHY)


def resume(life: Lifecycle) -> None:
    """As the command does: end the pause, then set going what it had stopped."""
    life.world.resume(EVERYTHING, PAT, WHY)
    life.world.free(PAT, 500)


DEEDS: Final = {
    "status": (settled, look, S.SETTLED),
    "redrive": (settled, redrive, S.SETTLED),
    "resend": (settled, resend, S.SETTLED),
    "resolve an event": (with_needs_attention, resolve_event, S.SETTLED),
    "resolve a payout as carried out": (unknown, resolve_payout(CarriedOut("chk_1")), S.SETTLED),
    "resolve a payout as not moved": (unknown, resolve_payout(NothingMoved()), S.FAILED),
    "release": (blocked, release, S.SETTLED),
    "pause": (stopped, pause, S.BLOCKED),
    "resume": (stopped, resume, S.SETTLED),
    "arm": (observed, arm, S.BLOCKED),
    "reconcile resolve": (with_a_difference, resolve_item, None),
}


def come_to_rest(life: Lifecycle) -> None:
    """An hour and a half: the sweep looks for what a pause had stopped for an hour after it ended."""
    for _ in range(9):
        life.cloud.turn()
        while life.world.notices.enqueued:
            life.world.notify(life.world.notices.enqueued.pop(0))


def end(life: Lifecycle) -> tuple[object, ...]:
    world = life.world
    kept = {key: row for key, row in world.store.rows.items() if not isinstance(row, Audit)}
    return kept, list(world.provider.till), list(world.mailer.sent)


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_that_is_done_again_and_thirty_days_later_comes_to_the_same_end(name: str) -> None:
    before, deed, status = DEEDS[name]
    life = Lifecycle()
    before(life)
    come_to_rest(life)
    deed(life)
    come_to_rest(life)
    assert [payout.status for payout in life.payouts()] == ([status] if status else [])
    first = end(life)
    for wait in (timedelta(0), timedelta(minutes=1), MONTH, MONTH):
        life.world.clock.advance(wait)
        for _ in range(2):
            deed(life)
        come_to_rest(life)
        assert end(life) == first


def test_an_event_whose_letter_is_gone_after_a_month_is_sent_by_the_sweep_and_paid_once() -> None:
    life = Lifecycle()
    world = life.world
    event_id = world.receive(life.message(won()))
    world.bus.published.clear()
    world.clock.advance(MONTH)
    life.cloud.run(3)
    event = world.store.inbox_event(event_id)
    assert event is not None
    assert event.outcome is Outcome.REWARDED
    assert life.stand() == [("100.00 USD", S.SETTLED)]
    assert [movement.amount for movement in world.provider.till] == [builders.usd("100.00")]


def test_a_hint_whose_letter_is_gone_after_a_month_is_made_up_for_by_the_sweep() -> None:
    life = Lifecycle()
    world = life.world
    world.provider.next_submits.append(AnswerState.PENDING)
    life.tell(won())
    life.cloud.turn()
    (payout,) = life.payouts()
    world.provider.became(f"{payout.payout_id}-1", AnswerState.DONE)
    world.hints.enqueued.clear()
    world.clock.advance(MONTH)
    life.cloud.run(3)
    # What is overdue is asked about once a day, for ever.
    world.clock.advance(timedelta(days=1))
    life.cloud.run(3)
    assert life.stand() == [("100.00 USD", S.SETTLED)]
    assert [movement.amount for movement in world.provider.till] == [builders.usd("100.00")]


def test_a_mail_whose_letter_is_gone_is_sent_by_a_resend_of_its_event() -> None:
    life = Lifecycle()
    life.paid(won())
    world = life.world
    world.notices.enqueued.clear()
    world.clock.advance(MONTH)
    come_to_rest(life)
    assert world.mailer.sent == []
    resend(life)
    come_to_rest(life)
    assert [mail.template for mail in world.mailer.sent] == ["reward_earned"]
