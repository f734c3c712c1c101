"""Two processes at one payout: at every call of the first, the second runs from its start to its end.

What it proves: whoever is faster and wherever, money leaves the till once, and nothing is booked as failed that
was paid. The providers are the fakes, so no money moves.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

import builders
from builders import PAYOUT_ID
from fakes.provider import Fault, MemoryDraftingProvider
from guerdon.application.attempts import record_answer
from guerdon.application.ports import ProviderHint
from guerdon.application.records import AnswerState, Attempt
from guerdon.application.transaction import ITEMS_MOST, Unchanged
from guerdon.domain.channel import Channel
from guerdon.domain.errors import Retryable
from guerdon.domain.payout import CONTRADICTED, PayoutStatus
from tripwire import Tripwire
from world import World

Script = list[AnswerState | Fault]

SCRIPTS: list[Script] = [
    [],
    [AnswerState.PENDING],
    [Fault.ANSWER_LOST],
    [Fault.REQUEST_LOST],
    [Fault.DID_NOTHING],
    [AnswerState.OUT_OF_FUNDS],
    [AnswerState.REFUSED],
    [AnswerState.OUT_OF_FUNDS, AnswerState.PENDING],
    [Fault.REQUEST_LOST, AnswerState.REFUSED],
]
PAID = {AnswerState.PENDING, AnswerState.DONE}


def second_pay(world: World) -> None:
    world.pay(PAYOUT_ID, 1, "token-of-the-second")


def sweep_hint(world: World) -> None:
    world.look_again(ProviderHint(world.provider.name, "payout", PAYOUT_ID))


def gave_up(world: World) -> None:
    world.settle(PAYOUT_ID, 1, "States.Timeout")


OTHERS = [second_pay, sweep_hint, gave_up]


def quietly(deed: Callable[[], object]) -> None:
    """What is raised to be tried again is tried again by the test's own end."""
    try:
        deed()
    except Retryable:
        return


def raced(channel: Channel, script: Script, other: Callable[[World], None], point: int) -> tuple[World, bool]:
    """A payment that the other got into at `point`; and whether there was such a point."""
    wire = Tripwire(point, deed=lambda _: quietly(lambda: other(world.other_process())))
    world = World(channel, wire)
    world.released()
    # A draft moves no money: what a drafting provider says, it says to the confirmation.
    asked = world.provider
    (asked.next_confirms if isinstance(asked, MemoryDraftingProvider) else asked.next_submits).extend(script)
    quietly(partial(world.pay, PAYOUT_ID, 1, "token-of-the-first"))
    reached = wire.reached
    for tries in range(3):
        quietly(partial(world.pay, PAYOUT_ID, 1, f"token-of-retry-{tries}"))
    quietly(partial(world.settle, PAYOUT_ID, 1))
    return world, reached > point


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: "-".join(str(each) for each in script) or "done")
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("channel", [Channel.GIFT_CARD, Channel.MERCHANDISE])
def test_whoever_is_faster_it_is_paid_at_most_once_and_never_booked_as_failed_when_paid(
    channel: Channel, script: Script, other: Callable[[World], None]
) -> None:
    for point in count():
        world, was_there = raced(channel, script, other, point)
        if not was_there:
            break
        movements = len(world.provider.till)
        assert movements <= 1, f"point {point}"
        if movements:
            assert world.stands().status in {PayoutStatus.SUBMITTED, PayoutStatus.SETTLED}, f"point {point}"
            assert world.state_of() in PAID | {AnswerState.PREPARED, None}, f"point {point}"
        else:
            assert world.stands().status is not PayoutStatus.SETTLED, f"point {point}"
    assert point > 5


def test_a_refusal_is_not_believed_when_another_process_sent_the_bytes_meanwhile() -> None:
    # The first call is told that the float is empty; before that is written, it is filled and the second pays.
    wire = Tripwire(13, deed=lambda _: world.other_process().pay(PAYOUT_ID, 1, "token-of-the-second"))
    world = World(wire=wire)
    world.released()
    world.provider.next_submits.extend([AnswerState.OUT_OF_FUNDS, AnswerState.PENDING])
    world.pay(PAYOUT_ID, 1, "token-of-the-first")
    assert [name for name, _ in world.provider.calls] == ["submit", "submit", "look_up"]
    assert len(world.provider.till) == 1
    assert world.state_of() is AnswerState.PENDING
    assert world.stands().status is PayoutStatus.SUBMITTED


def test_a_look_up_that_began_before_a_resend_proves_nothing_about_it() -> None:
    # It is looked up for the second time, an hour after the first: that would be proof, were it not sent again.
    world = World()
    world.submitted(absent_since=builders.NOW - timedelta(hours=2), last_sent_at=builders.NOW - timedelta(hours=2))
    world.provider.next_submits.append(Fault.ANSWER_LOST)
    other = world.other_process()
    world.store.meanwhile(lambda: quietly(lambda: other.pay(PAYOUT_ID, 1, "token-of-the-resend")))
    sweep_hint(world)
    assert len(world.provider.till) == 1
    assert world.state_of() is None
    assert world.stands().status is PayoutStatus.SUBMITTED


@pytest.mark.parametrize("number", [1, 2])
def test_an_earlier_attempt_that_turns_out_done_right_before_the_intent_is_seen(number: int) -> None:
    # Two attempts were given up on proof. Between the pay step's look at them and its intent, a look-up finds that
    # one of them was carried out after all.
    world = World()
    payout = world.released(attempts=2, run=3)
    for each in (1, 2):
        reference = f"{PAYOUT_ID}-{each}"
        absent = builders.answer(AnswerState.ABSENT, reference=reference)
        world.store.put(builders.attempt(payout, number=each, reference=reference, run=each, answer=absent))
    late = builders.answer(AnswerState.DONE, reference=f"{PAYOUT_ID}-{number}")
    found = world.store.attempt(PAYOUT_ID, number)
    assert found is not None
    world.store.meanwhile(lambda: record_answer(world.store, world.clock, found, late))
    world.pay(PAYOUT_ID, 3, world.wait_under("token-3"))
    assert world.provider.calls == []
    assert world.store.attempt(PAYOUT_ID, 3) is None
    assert (world.stands().status, world.stands().attention) == (PayoutStatus.BLOCKED, CONTRADICTED)
    assert world.fulfillments.rung == [("token-3", PAYOUT_ID, 3)]
    assert world.balances() == {}


def test_the_intent_holds_only_as_many_earlier_attempts_still_as_a_transaction_has_room_for() -> None:
    world = World()
    given_up = ITEMS_MOST + 5
    payout = world.released(attempts=given_up, run=given_up + 1)
    for each in range(1, given_up + 1):
        reference = f"{PAYOUT_ID}-{each}"
        absent = builders.answer(AnswerState.ABSENT, reference=reference)
        world.store.put(builders.attempt(payout, number=each, reference=reference, run=each, answer=absent))
    world.pay(PAYOUT_ID, given_up + 1, "token")
    assert len(world.provider.till) == 1
    held = [write.row for write in world.store.commits[0] if isinstance(write, Unchanged)]
    assert [row.number for row in held if isinstance(row, Attempt)] == list(range(given_up - 11, given_up + 1))
