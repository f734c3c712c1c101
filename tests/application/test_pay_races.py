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
from guerdon.application.ports import ProviderHint
from guerdon.application.records import AnswerState
from guerdon.domain.channel import Channel
from guerdon.domain.errors import Retryable
from guerdon.domain.payout import PayoutStatus
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
    wire = Tripwire(9, deed=lambda _: world.other_process().pay(PAYOUT_ID, 1, "token-of-the-second"))
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
