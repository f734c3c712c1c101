"""What an ordinal counts: by program, product or group, and in which period; a reversal takes exactly that back."""

import pytest

import builders
from builders import Changed, counted_in
from guerdon.application.records import DealCount
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, undone, won

STEPS = {"escalating": [{"from": str(step), "flat": f"{step}.00"} for step in (1, 2, 3, 4)]}
STEPPED = builders.rule(name="stepped", channel="check", amount=STEPS)


def life(**counting: str) -> Lifecycle:
    return Lifecycle(Channel.CHECK, rules=[STEPPED], counting=counting)


def ordinals(whole: Lifecycle) -> list[int]:
    return [reward.explanation.ordinal for reward in whole.world.store.of(Reward)]


def at(moment: str, deal: str, **more: str) -> dict[str, Changed]:
    return won(deal=deal, closed=moment, **more)


def test_programs_of_one_group_count_together_and_others_do_not() -> None:
    whole = life(by="group", group="partners")
    whole.world.publish_program(
        program="other-referral", rules=[STEPPED], counting={"by": "group", "group": "partners"}
    )
    whole.world.publish_program(program="apart-referral", rules=[STEPPED])
    for number, program in enumerate(("customer-referral", "other-referral", "apart-referral", "customer-referral")):
        assert whole.tell(won(deal=f"D-{number}", program=program)) is Outcome.REWARDED
    assert ordinals(whole) == [1, 2, 1, 3]
    rows = {(row.group, counted_in(row)) for row in whole.world.store.of(DealCount)}
    assert rows == {("group:partners", 3), ("apart-referral", 1)}


def test_a_reversal_in_one_program_of_a_group_is_one_less_for_the_others() -> None:
    whole = life(by="group", group="partners")
    whole.world.publish_program(
        program="other-referral", rules=[STEPPED], counting={"by": "group", "group": "partners"}
    )
    whole.tell(won(deal="D-1"))
    whole.tell(won(deal="D-2", program="other-referral"))
    assert whole.tell(undone(deal="D-1")) is Outcome.REVISED
    whole.tell(won(deal="D-3", program="other-referral"))
    assert ordinals(whole) == [1, 2, 2]
    assert_at_rest(whole.world)


def test_two_wins_of_one_group_at_the_same_moment_get_two_ordinals() -> None:
    whole = life(by="group", group="partners")
    whole.world.publish_program(
        program="other-referral", rules=[STEPPED], counting={"by": "group", "group": "partners"}
    )
    message, other = whole.message(won(deal="D-2", program="other-referral")), whole.world.other_process()
    first = whole.world.receive(whole.message(won(deal="D-1")))
    whole.world.store.meanwhile(lambda: other.evaluate(other.receive(message)))
    whole.world.evaluate(first)
    assert sorted(ordinals(whole)) == [1, 2]


@pytest.mark.parametrize(
    ("second", "ordinal"),
    [
        ("2026-03-31T12:00:00-04:00", 2),  # The last of thirty days that begin with the first deal's.
        ("2026-03-31T23:59:59-04:00", 2),
        ("2026-04-01T00:00:00-04:00", 1),
        ("2026-03-02T00:00:00-05:00", 2),  # The same day, though earlier.
        ("2026-03-01T23:59:59-05:00", 1),  # A day before: the first deal is not counted yet then.
    ],
)
def test_rolling_days_end_with_the_deals_own_day(second: str, ordinal: int) -> None:
    whole = life(period="rolling_days", days="30")
    whole.tell(at("2026-03-02T12:00:00-05:00", "D-1"))
    whole.tell(at(second, "D-2"))
    assert ordinals(whole) == [1, ordinal]


def test_a_reversal_takes_its_own_day_back() -> None:
    whole = life(period="rolling_days", days="30")
    for number in (2, 10, 20):
        whole.tell(at(f"2026-03-{number:02}T12:00:00-05:00", f"D-{number}"))
    whole.tell({**undone(deal="D-10", closed="2026-03-10T12:00:00-05:00"), "effective_at": "2026-03-25T00:00:00Z"})
    (row,) = whole.world.store.of(DealCount)
    assert [(str(tally.on), tally.count) for tally in row.tallies] == [("2026-03-02", 1), ("2026-03-20", 1)]
    whole.tell(at("2026-03-21T12:00:00-04:00", "D-21"))
    assert ordinals(whole) == [1, 2, 3, 3]


@pytest.mark.parametrize(
    ("closed", "period"),
    [("2026-03-31T23:59:59-04:00", "2025-04-01"), ("2026-04-01T00:00:00-04:00", "2026-04-01")],
)
def test_a_fiscal_year_starts_at_midnight_of_its_day_in_the_programs_zone(closed: str, period: str) -> None:
    whole = life(period="fiscal_year", fiscal_year_starts="04-01")
    whole.tell(at(closed, "D-1"))
    (row,) = whole.world.store.of(DealCount)
    assert row.period == period


def of_product(sku: str) -> dict[str, Changed]:
    return {**STEPPED, "name": sku, "when": {"products": [sku]}}


def test_by_product_each_product_has_ordinals_of_its_own_and_a_reversal_takes_all_of_a_deals_back() -> None:
    rules = [of_product("payroll"), of_product("hr")]
    whole = Lifecycle(Channel.CHECK, rules=rules, counting={"by": "product"})
    both = {"deal__products": [{"sku": "payroll"}, {"sku": "hr"}, {"sku": "other"}]}
    whole.tell({**won(deal="D-1"), **both})
    whole.tell({**won(deal="D-2"), "deal__products": [{"sku": "hr"}]})
    assert [str(reward.amount) for reward in whole.world.store.of(Reward)] == ["1.00 USD", "2.00 USD"]
    (row,) = whole.world.store.of(DealCount)
    assert {tally.product: tally.count for tally in row.tallies} == {"payroll": 1, "hr": 2}
    whole.tell(undone(deal="D-1"))
    (row,) = whole.world.store.of(DealCount)
    assert {tally.product: tally.count for tally in row.tallies} == {"hr": 1}
    assert row.group == "customer-referral:products"


def test_a_deal_without_counted_products_is_rewarded_and_counts_nowhere() -> None:
    rules = [of_product("hr"), builders.rule(name="any", channel="check", amount={"flat": "5.00"})]
    whole = Lifecycle(Channel.CHECK, rules=rules, counting={"by": "product"})
    assert whole.tell(won(deal="D-1")) is Outcome.REWARDED
    assert whole.world.store.of(DealCount) == []
    assert whole.tell(undone(deal="D-1")) is Outcome.REVISED


def test_a_product_that_an_amendment_adds_has_the_ordinal_that_it_would_have_had() -> None:
    entries = [{"products": ["hr"], "flat": "10.00"}, {"products": ["payroll"], "flat": "10.00"}]
    many = [{**entry, "flat": "50.00"} for entry in entries]
    steps = [{"from": "1", "per_line": entries}, {"from": "3", "per_line": many}]
    rule = builders.rule(channel="check", amount={"escalating": steps})
    whole = Lifecycle(Channel.CHECK, rules=[rule], counting={"by": "product"})
    for number in range(1, 4):
        whole.tell({**won(deal=f"D-{number}"), "deal__products": [{"sku": "hr"}]})
    whole.tell({**won(deal="D-9"), "deal__products": [{"sku": "payroll"}]})
    whole.tell({**amended("1000.00", deal="D-9"), "deal__products": [{"sku": "payroll"}, {"sku": "hr"}]})
    assert [str(reward.standing) for reward in whole.world.store.of(Reward)][-1] == "60.00 USD"
