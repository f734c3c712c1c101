"""Milestones and what happens again and again: each occurrence earns by itself, as often as the program does."""

from dataclasses import replace

import pytest

import builders
from builders import Changed, counted_in, usd
from guerdon.application.records import DealCount, DealRecord
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward
from guerdon.domain.wins import WINS_MOST, Revision, Win
from lifecycle import Lifecycle, amended, assert_at_rest, day, undone, won

TENTH = {"percentage": {"rate": "10"}}


def life(per_deal: str = "2", **program: Changed) -> Lifecycle:
    """A program that pays a tenth of each invoice, `per_deal` times, and a tenth of the deal."""
    rule = builders.rule(name="tenth", channel="check", amount=TENTH, on=["deal.closed", "invoice.paid"])
    triggers = {"deal.closed": {}, "invoice.paid": {"per_deal": per_deal}}
    return Lifecycle(Channel.CHECK, **{"triggers": triggers, "rules": [rule], **program})


def invoice(name: str, total: str = "100.00", *, paid: str = day(2), **of: str) -> dict[str, Changed]:
    changes = won(total, closed=paid, **of)
    del changes["deal__closed_at"]
    return {**changes, "type": "invoice.paid", "occurred_at": paid, "occurrence_id": name}


def credited(name: str, total: str = "0.00", *, since: str = day(10), **of: str) -> dict[str, Changed]:
    """A reversal of that invoice."""
    told = invoice(name, total, **of)
    return {**told, "type": "deal.reversed", "trigger": "invoice.paid", "effective_at": since, "timestamp": since}


def milestone(kind: str, *, at: str = day(1)) -> dict[str, Changed]:
    changes = won("0.00", closed=at)
    del changes["deal__closed_at"]
    return {**changes, "type": kind, "occurred_at": at}


def occurrences(whole: Lifecycle) -> list[str]:
    return [reward.occurrence for reward in whole.world.store.of(Reward) if reward.standing.amount_minor]


def record(whole: Lifecycle, trigger: str = "invoice.paid") -> DealRecord:
    found = whole.world.store.deal_record("acme", "customer-referral", "D-1", trigger, Beneficiary.ADVOCATE)
    assert found is not None
    return found


def test_each_occurrence_earns_once_however_often_it_is_told() -> None:
    whole = life()
    told = [whole.tell(invoice(name)) for name in ("I-1", "I-1", "I-2", "I-2", "I-1")]
    assert told == [
        Outcome.REWARDED,
        Outcome.DUPLICATE,
        Outcome.REWARDED,
        Outcome.DUPLICATE,
        Outcome.DUPLICATE,
    ]
    assert occurrences(whole) == ["id:I-1", "id:I-2"]
    assert {reward.amount for reward in whole.world.store.of(Reward)} == {usd("10.00")}


def test_an_invoice_and_the_closing_of_one_deal_do_not_meet() -> None:
    whole = life()
    assert whole.tell(won("1000.00")) is Outcome.REWARDED
    assert whole.tell(invoice("I-1")) is Outcome.REWARDED
    assert [reward.trigger for reward in whole.world.store.of(Reward)] == ["deal.closed", "invoice.paid"]
    assert whole.tell(undone()) is Outcome.REVISED
    assert occurrences(whole) == ["id:I-1"]


def test_more_than_the_program_rewards_earns_nothing_and_leaves_no_trace_in_the_row() -> None:
    whole = life()
    for name in ("I-1", "I-2"):
        whole.tell(invoice(name))
    before = record(whole)
    ended = whole.told(invoice("I-3"))
    assert (ended.outcome, ended.detail) == (
        Outcome.NO_REWARD,
        "invoice.paid is rewarded 2 times for one deal, and was",
    )
    assert record(whole) == before


def test_a_reversal_frees_a_place_for_another_occurrence() -> None:
    whole = life()
    for name in ("I-1", "I-2", "I-3"):
        whole.tell(invoice(name))
    assert whole.tell(credited("I-1")) is Outcome.REVISED
    assert whole.tell(invoice("I-3")) is Outcome.REWARDED
    assert whole.tell(invoice("I-4")) is Outcome.NO_REWARD
    assert occurrences(whole) == ["id:I-2", "id:I-3"]
    assert_at_rest(whole.world)


def test_a_reversal_in_part_frees_no_place() -> None:
    whole = life(per_deal="1")
    whole.tell(invoice("I-1"))
    assert whole.tell(credited("I-1", "40.00")) is Outcome.REVISED
    assert whole.tell(invoice("I-2")) is Outcome.NO_REWARD


def test_a_reversal_of_an_occurrence_that_was_not_kept_is_remembered() -> None:
    whole = life(per_deal="1")
    for name in ("I-1", "I-2"):
        whole.tell(invoice(name))
    assert whole.tell(credited("I-2")) is Outcome.REMEMBERED
    whole.tell(credited("I-1"))
    assert whole.tell(invoice("I-2")) is Outcome.REVERSED
    assert occurrences(whole) == []


def test_a_reversal_before_its_invoice_is_remembered() -> None:
    whole = life()
    assert whole.tell(credited("I-1", "40.00")) is Outcome.REMEMBERED
    assert whole.tell(invoice("I-1")) is Outcome.REWARDED
    assert whole.reward().amount == usd("4.00")


def test_the_same_invoice_with_another_amount_needs_a_person() -> None:
    whole = life()
    whole.tell(invoice("I-1"))
    assert whole.tell(invoice("I-1", "200.00")) is Outcome.NEEDS_ATTENTION


def test_an_amendment_is_of_the_occurrence_that_it_names() -> None:
    whole = life()
    for name in ("I-1", "I-2"):
        whole.tell(invoice(name))
    told = {**invoice("I-2", "300.00"), "type": "deal.amended", "trigger": "invoice.paid", "effective_at": day(5)}
    assert whole.tell({**told, "timestamp": day(5)}) is Outcome.REVISED
    standing = {reward.occurrence: reward.standing for reward in whole.world.store.of(Reward)}
    assert standing == {"id:I-1": usd("10.00"), "id:I-2": usd("30.00")}


@pytest.mark.parametrize("kind", ["lead.qualified", "demo.attended"])
def test_a_milestone_earns_once_a_deal(kind: str) -> None:
    rule = builders.rule(channel="check", on=kind, amount={"flat": "5.00"})
    whole = Lifecycle(Channel.CHECK, triggers={"deal.closed": {}, kind: {}}, rules=[rule])
    assert whole.tell(milestone(kind)) is Outcome.REWARDED
    assert whole.tell(milestone(kind)) is Outcome.DUPLICATE
    assert whole.tell(milestone(kind, at=day(3))) is Outcome.NEEDS_ATTENTION
    assert (whole.reward().trigger, whole.reward().amount) == (kind, usd("5.00"))


def test_a_trigger_that_the_program_lacks_earns_nothing() -> None:
    whole = Lifecycle(Channel.CHECK)
    ended = whole.told(invoice("I-1"))
    assert (ended.outcome, ended.detail) == (Outcome.NO_REWARD, "invoice.paid earns nothing in the program")
    assert whole.world.store.of(DealRecord) == []


def test_every_rewarded_occurrence_counts_and_an_undone_one_no_longer() -> None:
    whole = life()
    whole.tell(won("1000.00"))
    for name in ("I-1", "I-2"):
        whole.tell(invoice(name))
    assert [reward.explanation.ordinal for reward in whole.world.store.of(Reward)] == [1, 2, 3]
    whole.tell(credited("I-1"))
    assert [counted_in(row) for row in whole.world.store.of(DealCount)] == [2]


def test_a_row_that_is_full_needs_a_person_and_pays_nothing() -> None:
    whole = life(per_deal="120")
    wins = tuple(Win(f"id:old-{number}", f"ev_{number}", "f") for number in range(WINS_MOST))
    whole.world.store.put(DealRecord("acme", "customer-referral", "D-1", "invoice.paid", wins))
    ended = whole.told(invoice("I-1"))
    assert (ended.outcome, ended.detail) == (
        Outcome.NEEDS_ATTENTION,
        "the deal was told 200 times already: a person must say what it earns",
    )
    assert whole.tell(credited("I-2")) is Outcome.NEEDS_ATTENTION
    assert record(whole).wins == wins
    assert whole.world.store.of(Reward) == []


def test_a_row_with_too_much_in_it_needs_a_person() -> None:
    whole = life()
    products = [{"sku": "x" * 180 + str(number), "quantity": 1} for number in range(200)]
    outcomes = [whole.tell({**credited(f"I-{number}", "5.00"), "deal__products": products}) for number in range(8)]
    assert outcomes == [Outcome.REMEMBERED] * 5 + [Outcome.NEEDS_ATTENTION] * 3
    assert len(record(whole).wins) == 5


# --- what a revision says anew ---------------------------------------------------------------------------------------

SEATS = builders.rule(name="seats", channel="check", amount={"per_unit": {"amount": "5.00"}})


def seats(quantity: int) -> list[dict[str, Changed]]:
    return [{"sku": "seat", "quantity": quantity}]


def test_a_rule_that_reads_more_than_the_total_needs_it_said_anew() -> None:
    whole = Lifecycle(Channel.CHECK, rules=[SEATS])
    whole.tell({**won(), "deal__products": seats(10)})
    ended = whole.told(amended("1500.00"))
    assert ended.outcome is Outcome.NEEDS_ATTENTION
    assert ended.detail == (
        "the deal's total changed, and rule 'seats' reads more of it than that: have the CRM send the change again, "
        "with data.deal.products as it is now"
    )
    assert whole.reward().standing == usd("50.00")
    assert whole.tell({**amended("1500.00"), "deal__products": seats(15)}) is Outcome.REVISED
    assert whole.reward().standing == usd("75.00")
    (win,) = record(whole, "deal.closed").wins
    assert win.amendment is not None
    assert [product.quantity for product in win.amendment.products] == [15]


def test_what_was_said_anew_stands_until_something_newer_is_said() -> None:
    whole = Lifecycle(Channel.CHECK, rules=[SEATS])
    whole.tell({**won(), "deal__products": seats(10)})
    whole.tell({**amended("1500.00"), "deal__products": seats(15)})
    # More than what stands is left: it changes nothing.
    assert whole.tell({**undone("1800.00"), "deal__products": seats(18)}) is Outcome.NO_CHANGE
    assert whole.tell({**undone("700.00"), "deal__products": seats(7)}) is Outcome.REVISED
    assert whole.reward().standing == usd("35.00")


def test_a_deal_that_came_undone_needs_nothing_said_anew() -> None:
    whole = Lifecycle(Channel.CHECK, rules=[SEATS])
    whole.tell({**won(), "deal__products": seats(10)})
    assert whole.tell(undone()) is Outcome.REVISED
    assert whole.reward().standing.amount_minor == 0


def test_a_remembered_revision_must_say_it_too_and_may_say_it_later() -> None:
    whole = Lifecycle(Channel.CHECK, rules=[SEATS])
    win = {**won(), "deal__products": seats(10)}
    assert whole.tell(undone("700.00")) is Outcome.REMEMBERED
    assert whole.tell(win) is Outcome.NEEDS_ATTENTION
    # The same reversal, with what it left out.
    assert whole.tell({**undone("700.00"), "deal__products": seats(7)}) is Outcome.REWARDED
    assert whole.reward().amount == usd("35.00")
    assert whole.tell(win) is Outcome.DUPLICATE


def test_named_amounts_and_amounts_set_by_sales_are_said_anew_as_well() -> None:
    first_year = builders.rule(name="year", channel="check", amount={"percentage": {"rate": "10", "of": "first_year"}})
    whole = Lifecycle(Channel.CHECK, rules=[first_year])
    whole.tell({**won(), "deal__amounts": {"first_year": "500.00"}})
    assert whole.reward().amount == usd("50.00")
    assert whole.tell(amended("1500.00")) is Outcome.NEEDS_ATTENTION
    assert whole.tell({**amended("1500.00"), "deal__amounts": {"first_year": "800.00"}}) is Outcome.REVISED
    assert whole.reward().standing == usd("80.00")

    by_sales = builders.rule(name="sales", channel="check", amount={"set_by_sales": {"min": "1.00", "max": "500.00"}})
    other = Lifecycle(Channel.CHECK, rules=[by_sales])
    other.tell({**won(), "reward": {"value": "120.00", "currency": "USD"}})
    assert other.reward().amount == usd("120.00")
    assert other.tell(amended("900.00")) is Outcome.NEEDS_ATTENTION
    assert other.tell({**amended("900.00"), "reward": {"value": "90.00", "currency": "USD"}}) is Outcome.REVISED
    assert other.reward().standing == usd("90.00")


def test_of_two_revisions_alike_but_for_what_they_say_anew_it_does_not_matter_which_comes_first() -> None:
    total, since = usd("700.00"), builders.CLOSED_AT
    revisions = [Revision(total, since, f"ev_{number}", products=()) for number in range(2)]
    said = [replace(revisions[1], set_by_sales=usd(value)) for value in ("7.00", "8.00")]
    for one in (revisions[0], *said):
        for other in (revisions[0], *said):
            both = [
                Win("o", reversal=one).heard(Win("o", reversal=other)),
                Win("o", reversal=other).heard(Win("o", reversal=one)),
            ]
            assert both[0] == both[1]
