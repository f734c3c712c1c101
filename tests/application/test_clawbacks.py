"""What an advocate owes after a clawback: kept back from later rewards, brought back, or forgiven."""

from datetime import timedelta

import pytest

import builders
from builders import usd
from guerdon.application.records import AnswerState, Receivable
from guerdon.application.release_again import ReleaseAgain
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, assert_at_rest, day, undone, won

S = PayoutStatus


@pytest.fixture
def life() -> Lifecycle:
    return Lifecycle()


def kinds(life: Lifecycle) -> list[EntryKind]:
    return [entry.kind for entry in life.world.store.of(Entry)]


# Debts and the rewards that settle them.


def test_a_debt_is_kept_back_from_the_next_reward(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone("400.00"))
    life.paid(won(deal="D-2"))
    second = life.world.store.of(Reward)[1]
    assert (second.amount, second.netted) == (usd("100.00"), usd("60.00"))
    assert life.stand() == [("100.00 USD", S.SETTLED), ("40.00 USD", S.SETTLED)]
    assert life.owed() == 0
    assert_at_rest(life.world)


def test_a_debt_larger_than_the_next_rewards_is_kept_back_from_several(life: Lifecycle) -> None:
    life.paid(won("5000.00"))
    life.tell(undone("2500.00"))
    assert life.owed() == 250_00
    life.tell(won(deal="D-2"))
    life.tell(won(deal="D-3"))
    assert (life.owed(), len(life.payouts())) == (50_00, 1)
    life.tell(won(deal="D-4"))
    assert (life.owed(), life.stand()[-1]) == (0, ("50.00 USD", S.EARNED))
    life.cloud.turn()
    assert [reward.netted for reward in life.world.store.of(Reward)] == [
        None,
        usd("100.00"),
        usd("100.00"),
        usd("50.00"),
    ]
    assert_at_rest(life.world)


def test_a_hold_delays_the_payout_and_not_the_debt() -> None:
    life = Lifecycle(hold_days="60")
    life.tell(won())
    life.world.clock.advance(timedelta(days=61))
    life.cloud.turn()
    life.tell(undone("400.00"))
    life.tell(won(deal="D-2", closed=day(22)))
    assert (life.owed(), life.stand()[-1]) == (0, ("40.00 USD", S.EARNED))


def test_another_advocates_reward_settles_nothing(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone())
    life.paid(won(deal="D-2", advocate="A-2"))
    assert (life.owed(), life.stand()[-1]) == (100_00, ("100.00 USD", S.SETTLED))
    assert_at_rest(life.world)


def test_a_reward_in_another_currency_settles_nothing(life: Lifecycle) -> None:
    rule = builders.rule(channel="check", amount={"percentage": {"rate": "10"}})
    life.world.publish_program(program="euro-referral", currency="EUR", rules=[rule])
    life.paid(won())
    life.tell(undone())
    life.paid(won(deal="D-2", currency="EUR", program="euro-referral"))
    assert [(row.currency, str(row.balance)) for row in life.world.store.of(Receivable)] == [("USD", "100.00 USD")]
    assert life.stand()[-1] == ("100.00 EUR", S.SETTLED)
    assert_at_rest(life.world)


def test_a_reversal_of_a_reward_that_settled_a_debt_brings_the_debt_back(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone("400.00"))
    life.paid(won(deal="D-2"))
    life.tell(undone(deal="D-2"))
    assert life.owed() == 100_00
    assert life.stand() == [("100.00 USD", S.SETTLED), ("40.00 USD", S.CLAWED_BACK)]
    assert_at_rest(life.world)


# Money that comes back after a clawback.


@pytest.mark.parametrize(
    ("left", "ends"),
    [
        ("0.00", [("100.00 USD", S.REVERSED)]),
        ("400.00", [("100.00 USD", S.REVERSED), ("40.00 USD", S.BLOCKED)]),
    ],
)
def test_nobody_owes_what_came_back_after_a_clawback(
    life: Lifecycle, left: str, ends: list[tuple[str, PayoutStatus]]
) -> None:
    life.paid(won())
    life.tell(undone(left))
    life.becomes(AnswerState.RETURNED)
    assert (life.stand(), life.owed()) == (ends, 0)
    assert kinds(life)[-1] is EntryKind.RETURNED
    assert_at_rest(life.world)
    life.becomes(AnswerState.RETURNED)
    life.cloud.run(12)
    assert life.stand() == ends
    assert_at_rest(life.world)


def test_what_was_kept_back_from_another_reward_is_promised_again_when_the_money_comes_back(life: Lifecycle) -> None:
    life.paid(won())
    check = life.world.provider.till[-1]
    life.tell(undone())
    life.tell(won("700.00", deal="D-2"))
    assert life.owed() == 30_00
    life.world.provider.become(check.provider_id, AnswerState.RETURNED)
    life.cloud.hint(check.provider_id)
    life.cloud.turn()
    assert life.owed() == 0
    assert life.stand() == [("100.00 USD", S.REVERSED), ("70.00 USD", S.BLOCKED)]
    waiting = life.payouts()[-1]
    assert (waiting.reason, waiting.attention) == (
        BlockReason.DETAILS,
        f"{life.payouts()[0].payout_id} came back: returned",
    )
    again = ReleaseAgain(life.world.store, life.world.clock, life.world.fulfillments)(
        waiting.payout_id, "pat", "it is right"
    )
    assert isinstance(again, Payout)
    life.cloud.turn()
    assert life.stand()[-1] == ("70.00 USD", S.SETTLED)
    assert_at_rest(life.world)


def test_a_debt_that_other_rewards_settled_wholly_makes_the_returned_payout_due_again(life: Lifecycle) -> None:
    life.paid(won())
    check = life.world.provider.till[-1]
    life.tell(undone())
    life.tell(won(deal="D-2"))
    life.world.provider.become(check.provider_id, AnswerState.RETURNED)
    life.cloud.hint(check.provider_id)
    life.cloud.turn()
    assert (life.stand(), life.owed(), life.payouts()[0].clawed_back) == ([("100.00 USD", S.RETURNED)], 0, None)
    assert_at_rest(life.world)
