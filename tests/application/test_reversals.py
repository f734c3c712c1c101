"""Reversals through the whole stack, whatever became of the payout: what is given up, canceled, or owed."""

from collections.abc import Callable

import pytest

from builders import counted_in, usd
from guerdon.application.ports import ProviderHint
from guerdon.application.records import AnswerState, DealCount
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from lifecycle import Lifecycle, assert_at_rest, assert_books_agree, day, undone, won

S = PayoutStatus


@pytest.fixture
def life() -> Lifecycle:
    return Lifecycle()


def counted(life: Lifecycle) -> list[int]:
    return [counted_in(row) for row in life.world.store.of(DealCount)]


def kinds(life: Lifecycle) -> list[EntryKind]:
    return [entry.kind for entry in life.world.store.of(Entry)]


# What was not sent yet.


def earned(life: Lifecycle) -> None:
    life.tell(won())


def blocked(life: Lifecycle) -> None:
    life.world.missing = "no address"
    life.tell(won())
    life.cloud.turn()
    life.world.missing = None


def released(life: Lifecycle) -> None:
    life.tell(won())
    life.world.release(life.payouts()[0].payout_id, 1)


def failed(life: Lifecycle) -> None:
    life.world.provider.next_submits.append(AnswerState.REFUSED)
    life.tell(won())
    life.cloud.turn()


def out_of_funds(life: Lifecycle) -> None:
    life.world.provider.next_submits.append(AnswerState.OUT_OF_FUNDS)
    life.tell(won())
    life.cloud.turn()


def returned(life: Lifecycle) -> None:
    life.paid(won())
    life.becomes(AnswerState.RETURNED)


NOT_WITH_THE_ADVOCATE = [
    pytest.param(earned, S.EARNED, id="earned"),
    pytest.param(blocked, S.BLOCKED, id="blocked"),
    pytest.param(released, S.RELEASED, id="released"),
    pytest.param(failed, S.FAILED, id="failed"),
    pytest.param(out_of_funds, S.BLOCKED, id="out of funds"),
    pytest.param(returned, S.RETURNED, id="returned"),
]


@pytest.mark.parametrize(("begin", "status"), NOT_WITH_THE_ADVOCATE)
def test_a_full_reversal_gives_up_what_is_not_with_the_advocate(
    life: Lifecycle, begin: Callable[[Lifecycle], None], status: PayoutStatus
) -> None:
    begin(life)
    assert life.payouts()[0].status is status
    till = sum(movement.amount.amount_minor for movement in life.world.provider.till)
    assert life.tell(undone()) is Outcome.REVISED
    life.cloud.run(12)
    assert life.stand() == [("100.00 USD", S.REVERSED)]
    assert sum(movement.amount.amount_minor for movement in life.world.provider.till) == till == 0
    assert life.world.balances() == {}
    assert (life.reward().standing, life.owed(), counted(life)) == (usd("0"), 0, [0])
    assert_at_rest(life.world)


@pytest.mark.parametrize(("begin", "status"), NOT_WITH_THE_ADVOCATE)
def test_a_partial_reversal_replaces_what_is_not_with_the_advocate_by_a_smaller_payout(
    life: Lifecycle, begin: Callable[[Lifecycle], None], status: PayoutStatus
) -> None:
    begin(life)
    assert life.payouts()[0].status is status
    assert life.tell(undone("400.00")) is Outcome.REVISED
    life.cloud.run(12)
    assert life.stand() == [("100.00 USD", S.REVERSED), ("40.00 USD", S.SETTLED)]
    assert [str(movement.amount) for movement in life.world.provider.till][-1] == "40.00 USD"
    assert life.world.balances() == {"rewards_expense": 40_00, "outstanding_checks:lob": -40_00}
    assert counted(life) == [1]
    assert_at_rest(life.world)


# Released: the pay step's intent and the reversal meet.


def test_a_reversal_that_is_faster_than_the_intent_leaves_nothing_to_pay(life: Lifecycle) -> None:
    released(life)
    payout_id = life.payouts()[0].payout_id
    token = life.world.wait_under("token")
    life.world.store.meanwhile(lambda: life.tell(undone()))
    with pytest.raises(StoreBusy, match="became reversed meanwhile"):
        life.world.pay(payout_id, 1, token)
    life.world.pay(payout_id, 1, token)
    assert life.world.fulfillments.rung == [("token", payout_id, 1)]
    assert life.world.provider.till == []
    assert_at_rest(life.world)


def test_an_intent_that_is_faster_than_the_reversal_is_taken_back(life: Lifecycle) -> None:
    released(life)
    payout_id = life.payouts()[0].payout_id
    reversal = life.world.receive(life.message(undone()))
    life.world.provider.next_submits.append(AnswerState.PENDING)
    life.world.store.meanwhile(lambda: life.world.pay(payout_id, 1, life.world.wait_under("token")))
    life.world.evaluate(reversal)
    (payout,) = life.payouts()
    assert (payout.status, payout.take_back) == (S.SUBMITTED, usd("100.00"))
    assert_books_agree(life.world)
    life.cloud.run(12)
    assert life.stand() == [("100.00 USD", S.REVERSED)]
    assert [str(movement.amount) for movement in life.world.provider.till] == ["100.00 USD", "-100.00 USD"]
    assert_at_rest(life.world)


# With the provider.


def submitted(life: Lifecycle) -> Payout:
    life.world.provider.next_submits.append(AnswerState.PENDING)
    life.tell(won())
    life.cloud.turn()
    (payout,) = life.payouts()
    assert payout.status is S.SUBMITTED
    return payout


@pytest.mark.parametrize(
    ("left", "ends"),
    [
        ("0.00", [("100.00 USD", S.REVERSED)]),
        ("400.00", [("100.00 USD", S.REVERSED), ("40.00 USD", S.SETTLED)]),
    ],
)
def test_a_check_that_can_be_canceled_is_canceled(
    life: Lifecycle, left: str, ends: list[tuple[str, PayoutStatus]]
) -> None:
    submitted(life)
    assert life.tell(undone(left)) is Outcome.REVISED
    assert life.world.hints.enqueued == [ProviderHint("lob", "payout", life.payouts()[0].payout_id)]
    assert kinds(life) == [EntryKind.EARNED, EntryKind.SUBMITTED]
    life.cloud.run(12)
    assert life.stand() == ends
    assert life.world.asked("cancel") == 1
    assert life.owed() == 0
    assert_at_rest(life.world)


def test_a_check_that_was_mailed_meanwhile_is_clawed_back(life: Lifecycle) -> None:
    payout = submitted(life)
    life.world.provider.became(f"{payout.payout_id}-1", AnswerState.DONE)
    assert life.tell(undone()) is Outcome.REVISED
    life.cloud.run(12)
    assert life.stand() == [("100.00 USD", S.CLAWED_BACK)]
    assert life.owed() == 100_00
    assert life.world.balances() == {"outstanding_checks:lob": -100_00, "receivable:advocate": 100_00}
    assert kinds(life)[-2:] == [EntryKind.SETTLED, EntryKind.CLAWED_BACK]
    assert_at_rest(life.world)


@pytest.mark.parametrize(("left", "status", "owed"), [("0.00", S.CLAWED_BACK, 100_00), ("400.00", S.SETTLED, 60_00)])
def test_a_gift_card_cannot_be_canceled_and_is_clawed_back_once_it_is_settled(
    left: str, status: PayoutStatus, owed: int
) -> None:
    life = Lifecycle(Channel.GIFT_CARD)
    submitted(life)
    life.tell(undone(left))
    life.cloud.run(3)
    assert (life.stand(), life.owed()) == ([("100.00 USD", S.SUBMITTED)], 0)
    life.becomes(AnswerState.DONE)
    assert (life.stand(), life.owed()) == ([("100.00 USD", status)], owed)
    assert life.payouts()[0].clawed_back == Money(owed, "USD")
    assert_at_rest(life.world)


def test_the_cancel_of_a_reversal_survives_a_lost_hint(life: Lifecycle) -> None:
    submitted(life)
    life.tell(undone())
    life.world.hints.enqueued.clear()
    life.cloud.run(12)
    assert life.stand() == [("100.00 USD", S.REVERSED)]
    assert_at_rest(life.world)


def test_two_reversals_while_it_is_submitted_take_back_the_larger_in_all() -> None:
    life = Lifecycle(Channel.GIFT_CARD)
    submitted(life)
    life.tell(undone("700.00"))
    life.tell(undone("400.00", since=day(11)))
    assert life.payouts()[0].take_back == usd("60.00")
    life.becomes(AnswerState.DONE)
    assert life.owed() == 60_00
    assert_at_rest(life.world)


@pytest.mark.parametrize("state", [AnswerState.DONE, AnswerState.CANCELED, AnswerState.RETURNED])
def test_a_second_reversal_between_the_outcome_and_its_taking_back_loses_nothing(state: AnswerState) -> None:
    life = Lifecycle(Channel.GIFT_CARD)
    submitted(life)
    life.tell(undone("700.00"))
    met: list[PayoutStatus] = []

    def between() -> None:
        """Wait for the commit after the one that books the outcome, and be faster than that one."""
        status = life.payouts()[0].status
        if status is S.SUBMITTED:
            life.world.store.meanwhile(between)
            return
        met.append(status)
        life.tell(undone("400.00", since=day(11)))

    life.world.store.meanwhile(between)
    life.becomes(state)
    life.cloud.run(12)
    assert met == [S.FAILED if state is AnswerState.CANCELED else S.SETTLED]
    assert life.reward().standing == usd("40.00")
    assert_at_rest(life.world)


# Paid.


def test_a_full_reversal_of_what_was_paid_is_the_advocates_debt(life: Lifecycle) -> None:
    life.paid(won())
    decided = life.told(undone())
    assert (decided.outcome, decided.detail) == (
        Outcome.REVISED,
        "the deal is worth 0.00 USD now, and the reward 0.00 USD instead of 100.00 USD",
    )
    assert life.stand() == [("100.00 USD", S.CLAWED_BACK)]
    assert life.owed() == 100_00
    entry = life.world.store.of(Entry)[-1]
    assert (entry.kind, entry.event_id, entry.effective_on.isoformat()) == (
        EntryKind.REVISED,
        decided.event_id,
        "2026-11-10",
    )
    assert [(posting.account, str(posting.amount)) for posting in entry.postings] == [
        ("receivable:advocate", "100.00 USD"),
        ("rewards_expense", "-100.00 USD"),
    ]
    assert counted(life) == [0]
    assert_at_rest(life.world)


def test_a_partial_reversal_of_what_was_paid_leaves_the_payout_settled(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone("400.00"))
    (payout,) = life.payouts()
    assert (payout.status, payout.clawed_back, payout.remaining) == (S.SETTLED, usd("60.00"), usd("40.00"))
    assert (life.owed(), counted(life)) == (60_00, [1])
    assert_at_rest(life.world)


def test_a_reversal_forty_days_late_claws_back(life: Lifecycle) -> None:
    life.paid(won())
    life.cloud.run(40 * 144)
    assert life.tell(undone()) is Outcome.REVISED
    assert (life.stand(), life.owed()) == ([("100.00 USD", S.CLAWED_BACK)], 100_00)
    assert_at_rest(life.world)


def test_a_win_forty_days_after_its_reversal_earns_nothing(life: Lifecycle) -> None:
    assert life.tell(undone()) is Outcome.REMEMBERED
    life.cloud.run(40 * 144)
    assert life.tell(won()) is Outcome.REVERSED
    assert life.payouts() == []
    assert counted(life) == []


def test_a_reward_is_taken_back_though_its_win_was_told_again_when_the_program_had_dropped_the_trigger() -> None:
    life = Lifecycle()
    assert life.tell(won()) is Outcome.REWARDED
    life.world.publish_program(triggers={"lead.qualified": {}})
    assert life.tell(won()) is Outcome.DUPLICATE
    assert life.tell(undone()) is Outcome.REVISED
    assert life.reward().standing == usd("0.00")
