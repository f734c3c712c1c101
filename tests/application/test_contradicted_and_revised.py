"""A provider proved that nothing moved and carried it out all the same; then the deal is revised. Nothing more is paid.

What is asserted is what the provider moved: its till, never our own rows alone. No money moves in this test: the till
is a list.
"""

from guerdon.application.records import AnswerState
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.domain.payout import CONTRADICTED, Payout, PayoutStatus
from lifecycle import Lifecycle, amended, undone, won

S = PayoutStatus


def moved_minor(life: Lifecycle) -> int:
    """What is out at the provider, in cents."""
    return sum(movement.amount.amount_minor for movement in life.world.provider.till)


def canceled() -> tuple[Lifecycle, str]:
    """A payout of 100.00 that failed on the provider's word; and the id of what the provider has of it."""
    life = Lifecycle()
    life.world.provider.next_submits.append(AnswerState.PENDING)
    life.tell(won())
    life.cloud.turn()
    life.becomes(AnswerState.CANCELED)
    assert life.stand() == [("100.00 USD", S.FAILED)]
    return life, life.world.provider.till[-1].provider_id


def carried_out(life: Lifecycle, provider_id: str) -> None:
    life.world.provider.become(provider_id, AnswerState.DONE)
    life.cloud.hint(provider_id)
    life.cloud.turn()


def released(life: Lifecycle, payout_id: str) -> Payout | CannotRelease:
    return ReleaseAgain(life.world.store, life.world.clock, life.world.fulfillments)(payout_id, "pat", "it is right")


def test_the_rest_of_a_contradicted_payout_waits_for_a_person() -> None:
    life, provider_id = canceled()
    carried_out(life, provider_id)
    assert life.payouts()[0].attention == CONTRADICTED

    life.tell(amended("900.00"))
    life.cloud.run(6)

    assert life.stand() == [("100.00 USD", S.REVERSED), ("90.00 USD", S.BLOCKED)]
    assert [payout.waits_for for payout in life.payouts()] == ["contradicted", "contradicted"]
    assert isinstance(released(life, life.payouts()[1].payout_id), CannotRelease)
    assert moved_minor(life) == 100_00


def test_the_rest_of_a_payout_whose_earlier_attempt_was_carried_out_waits_for_a_person() -> None:
    life, first = canceled()
    life.world.provider.next_submits.append(AnswerState.PENDING)
    released(life, life.payouts()[0].payout_id)
    life.cloud.turn()
    carried_out(life, first)
    assert (life.payouts()[0].status, life.payouts()[0].attention) == (S.SUBMITTED, CONTRADICTED)

    life.tell(amended("900.00"))
    life.cloud.run(12)

    assert life.stand() == [("100.00 USD", S.REVERSED), ("90.00 USD", S.BLOCKED)]
    assert {waiting.why for waiting in life.world.store.waiting_payouts()} == {"contradicted"}
    assert {waiting.subject_id for waiting in life.world.store.waiting_payouts()} == {
        payout.payout_id for payout in life.payouts()
    }
    assert moved_minor(life) == 100_00


def test_what_replaced_a_payout_is_not_paid_once_that_turns_out_carried_out() -> None:
    life, first = canceled()
    life.world.missing = "an address"
    life.tell(amended("900.00"))
    life.cloud.turn()
    assert life.stand() == [("100.00 USD", S.REVERSED), ("90.00 USD", S.BLOCKED)]

    carried_out(life, first)
    life.world.missing = None

    assert isinstance(released(life, life.payouts()[1].payout_id), CannotRelease)
    life.cloud.run(6)
    assert moved_minor(life) == 100_00


def test_a_contradicted_payout_that_came_undone_goes_on_waiting_for_a_person() -> None:
    life, provider_id = canceled()
    carried_out(life, provider_id)

    life.tell(undone())
    life.cloud.run(30)

    assert [(payout.status, payout.waits_for) for payout in life.payouts()] == [(S.REVERSED, "contradicted")]


def test_a_payout_that_was_paid_twice_and_clawed_back_goes_on_waiting_for_a_person() -> None:
    life, first = canceled()
    released(life, life.payouts()[0].payout_id)
    life.cloud.turn()
    assert life.stand() == [("100.00 USD", S.SETTLED)]
    carried_out(life, first)

    life.tell(undone())

    assert [(payout.status, payout.waits_for) for payout in life.payouts()] == [(S.CLAWED_BACK, "contradicted")]
