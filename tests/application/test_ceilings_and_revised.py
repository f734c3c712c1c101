"""A deal that is amended while its payout waits at a day's ceiling or was only observed: no amendment lets it out.

No money moves in these tests: the till is a list.
"""

from datetime import timedelta

import pytest

from guerdon.application.arm_channel import ArmChannel
from guerdon.application.ports import Notice
from guerdon.application.release_again import ReleaseAgain
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import EVERYTHING
from guerdon.domain.payout import Payout, PayoutStatus
from lifecycle import Lifecycle, amended, day, won

S = PayoutStatus
CEILING = "of the program's ceiling of 1 payout a day, 1 is used for 2026-11-22"


@pytest.fixture
def life() -> Lifecycle:
    """Two payouts of 100.00 of a program that pays one in a day by itself: the second waits."""
    life = Lifecycle(ceilings={"payouts_per_day": "1"})
    life.tell(won())
    life.tell(won(deal="D-2"))
    life.cloud.turn()
    assert life.stand() == [("100.00 USD", S.SETTLED), ("100.00 USD", S.BLOCKED)]
    return life


def till(life: Lifecycle) -> list[str]:
    return [str(movement.amount) for movement in life.world.provider.till]


def release(life: Lifecycle, payout: Payout) -> None:
    world = life.world
    decided = ReleaseAgain(world.store, world.clock, world.fulfillments)(payout.payout_id, "ada", "it is meant")
    assert isinstance(decided, Payout)


def test_the_rest_of_what_waits_at_a_ceiling_waits_the_next_day_too(life: Lifecycle) -> None:
    life.world.clock.advance(timedelta(days=1))
    life.tell(amended("990.00", deal="D-2"))
    life.cloud.run(6)
    rest = life.payouts()[2]
    assert (str(rest.value), rest.status, rest.reason, rest.attention) == ("99.00 USD", S.BLOCKED, "ceiling", CEILING)
    assert till(life) == ["100.00 USD"]


def test_what_an_amendment_gives_back_of_it_waits_too(life: Lifecycle) -> None:
    life.world.clock.advance(timedelta(days=1))
    life.tell(amended("100.00", deal="D-2"))
    life.tell(amended("1000.00", deal="D-2", since=day(6)))
    life.cloud.run(6)
    assert life.stand()[2:] == [("10.00 USD", S.BLOCKED), ("90.00 USD", S.BLOCKED)]
    assert [payout.waits_for for payout in life.payouts()[2:]] == ["ceiling", "ceiling"]
    assert till(life) == ["100.00 USD"]


def test_finance_hears_of_it_though_the_process_died_after_the_commit(life: Lifecycle) -> None:
    world = life.world
    life.tell(amended("990.00", deal="D-2"))
    rest = life.payouts()[2]
    assert (rest.version, rest.look_at) == (1, world.clock.now() + timedelta(minutes=2))
    world.notices.enqueued.clear()
    world.clock.advance(timedelta(minutes=3))
    world.sweep()
    assert world.notices.enqueued == [Notice("payout", rest.payout_id, 1)]
    assert life.payouts()[2].look_at is None


def test_a_person_who_releases_the_rest_lets_it_pass(life: Lifecycle) -> None:
    life.tell(amended("990.00", deal="D-2"))
    release(life, life.payouts()[2])
    life.cloud.turn()
    assert till(life) == ["100.00 USD", "99.00 USD"]


def test_the_rest_of_what_a_person_let_pass_is_judged_by_the_ceiling_of_its_own_day(life: Lifecycle) -> None:
    life.world.pause(EVERYTHING, "ops@example.com", "an incident")
    release(life, life.payouts()[1])
    life.cloud.turn()
    assert life.payouts()[1].reason == "paused"
    life.world.clock.advance(timedelta(days=1))
    life.tell(amended("990.00", deal="D-2"))
    assert life.payouts()[2].status is S.EARNED
    life.world.resume(EVERYTHING, "ops@example.com", "it is over")
    life.cloud.run(6)
    assert till(life) == ["100.00 USD", "99.00 USD"]


def test_the_rest_of_what_was_blocked_by_disarming_is_not_paid_by_arming_again() -> None:
    life = Lifecycle()
    world = life.world
    life.tell(won())
    arm = ArmChannel(world.store, world.clock)
    arm(Channel.CHECK, "ops@example.com", armed=False)
    life.cloud.turn()
    assert life.payouts()[0].reason == "observing"
    world.clock.advance(timedelta(minutes=5))
    arm(Channel.CHECK, "ops@example.com", armed=True)
    world.clock.advance(timedelta(minutes=5))
    life.tell(amended("990.00"))
    life.cloud.run(6)
    rest = life.payouts()[1]
    assert (str(rest.value), rest.status, rest.reason) == ("99.00 USD", S.BLOCKED, "observing")
    assert till(life) == []
