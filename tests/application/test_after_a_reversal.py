"""What is not done any more once a deal came undone: releasing again, mails; and what is done again."""

from collections.abc import Callable

import pytest

import builders
from builders import usd
from guerdon.application.notify import Told
from guerdon.application.ports import Notice
from guerdon.application.records import AnswerState
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable
from guerdon.domain.payout import PayoutStatus
from lifecycle import Lifecycle, amended, assert_at_rest, undone, won

S = PayoutStatus


@pytest.fixture
def life() -> Lifecycle:
    return Lifecycle()


def earned(life: Lifecycle) -> None:
    life.tell(won())


def blocked(life: Lifecycle) -> None:
    life.world.missing = "no address"
    life.tell(won())
    life.cloud.turn()
    life.world.missing = None


def failed(life: Lifecycle) -> None:
    life.world.provider.next_submits.append(AnswerState.REFUSED)
    life.tell(won())
    life.cloud.turn()


def returned(life: Lifecycle) -> None:
    life.paid(won())
    life.becomes(AnswerState.RETURNED)


# Releasing again.


@pytest.mark.parametrize("begin", [blocked, failed, returned])
def test_what_was_reversed_cannot_be_released_again(life: Lifecycle, begin: Callable[[Lifecycle], None]) -> None:
    begin(life)
    life.tell(undone())
    release = ReleaseAgain(life.world.store, life.world.clock, life.world.fulfillments)
    assert release(life.payouts()[0].payout_id, "pat", "it is right") == CannotRelease(
        "it is reversed: only what is blocked, failed or returned can be released again"
    )
    life.cloud.run(12)
    assert_at_rest(life.world)


def test_what_is_being_taken_back_cannot_be_released_again(life: Lifecycle) -> None:
    payout = builders.payout(S.FAILED, channel=Channel.CHECK, take_back=usd("60.00"))
    life.world.store.put(payout)
    release = ReleaseAgain(life.world.store, life.world.clock, life.world.fulfillments)
    assert release(payout.payout_id, "pat", "it is right") == CannotRelease(
        "60.00 USD of it is being taken back: wait until it is settled"
    )
    assert life.payouts() == [payout]


# Mails.


def test_no_mail_promises_a_reward_that_came_undone_meanwhile(life: Lifecycle) -> None:
    life.tell(won())
    life.tell(undone())
    reward = life.reward()
    assert life.world.notify(Notice("reward_earned", reward.reward_id)) == Told("reversed-meanwhile", reward.event_id)
    assert life.world.mailer.sent == []


@pytest.mark.parametrize("begin", [earned, returned])
def test_nobody_is_mailed_about_a_reversed_payout(life: Lifecycle, begin: Callable[[Lifecycle], None]) -> None:
    begin(life)
    life.tell(undone())
    (payout,) = life.payouts()
    told = life.world.notify(Notice("payout", payout.payout_id))
    assert told == Told("nothing-to-tell-about-reversed", payout.event_id)


def test_nobody_is_mailed_that_a_clawed_back_payout_is_paid(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone())
    (payout,) = life.payouts()
    told = life.world.notify(Notice("payout", payout.payout_id))
    assert told == Told("nothing-to-tell-about-clawed_back", payout.event_id)


# Starting what was decided.


def test_a_redelivered_revision_starts_its_payout_again_and_decides_nothing(life: Lifecycle) -> None:
    life.paid(won())
    event_id = life.world.receive(life.message(amended("1500.00")))
    life.world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        life.world.evaluate(event_id)
    commits = len(life.world.store.commits)
    life.world.evaluate(event_id)
    assert len(life.world.store.commits) == commits
    assert life.world.fulfillments.started[-1] == (life.payouts()[-1].payout_id, 1)
