from dataclasses import MISSING, fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import builders
from adapters.dynamodb import rows
from adapters.dynamodb.item_size import item_bytes
from guerdon.adapters.dynamodb.models import MODELS, EntryModel, InboxModel, PayoutModel, RewardModel
from guerdon.adapters.dynamodb.row_model import RowModel
from guerdon.application.records import DealRecord
from guerdon.application.transaction import Row
from guerdon.domain.channel import Channel
from guerdon.domain.deal import Product
from guerdon.domain.errors import UnbalancedEntry
from guerdon.domain.judgment import Outcome
from guerdon.domain.money import Money
from guerdon.domain.payout import BlockReason, Change, Payout, PayoutStatus
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Adjustment, Reward
from guerdon.domain.wins import Revision, Win, crowded, with_win
from lifecycle import Lifecycle, won

NAMES = [model.row_type.__name__ for model in MODELS]
MODEL_OF = {model.row_type: model for model in MODELS}


def stored(row: Row) -> dict[str, Any]:
    return MODEL_OF[type(row)].from_row(row).serialize()


def read(model: type[RowModel[Any]], item: dict[str, Any]) -> Row:
    row: Row = model.from_raw_data(item).to_row()
    return row


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_row_reads_back_as_it_was_written(model: type[RowModel[Any]], data: st.DataObject) -> None:
    row = data.draw(rows.rows_of(model.row_type))
    assert read(model, stored(row)) == row


@pytest.mark.parametrize("row", rows.SAMPLES, ids=lambda row: type(row).__name__)
def test_what_a_newer_function_stored_beside_it_is_ignored(row: Row) -> None:
    item = stored(row) | {"of_the_future": {"M": {"anything": {"L": [{"N": "1"}]}}}}
    assert read(MODEL_OF[type(row)], item) == row


def test_what_a_newer_function_stored_inside_a_value_is_ignored() -> None:
    item = stored(rows.payout())
    item["value"]["M"]["of_the_future"] = {"BOOL": True}
    assert read(PayoutModel, item) == rows.payout()


@pytest.mark.parametrize("row", rows.SAMPLES, ids=lambda row: type(row).__name__)
def test_what_an_older_function_did_not_store_takes_its_default(row: Row) -> None:
    model = MODEL_OF[type(row)]
    columns = model.get_attributes()
    defaulted = {field.name: field.default for field in fields(row) if field.default is not MISSING}
    names = {columns[model.column_of.get(name, name)].attr_name for name in defaulted}
    older = {name: value for name, value in stored(row).items() if name not in names}
    found = read(model, older)
    assert {name: getattr(found, name) for name in defaulted} == defaulted


def test_a_row_without_what_it_must_have_is_not_read_as_something_else() -> None:
    item = stored(rows.payout())
    del item["value"]
    with pytest.raises(TypeError, match="value"):
        read(PayoutModel, item)


def test_an_entry_that_does_not_balance_is_not_read() -> None:
    item = stored(rows.entry())
    item["postings"]["L"][0]["M"]["amount"]["M"]["minor"] = {"N": "1"}
    with pytest.raises(UnbalancedEntry):
        read(EntryModel, item)


def test_money_is_a_number_of_minor_units_and_a_currency() -> None:
    assert stored(rows.payout())["value"] == {"M": {"minor": {"N": "50000"}, "currency": {"S": "USD"}}}


def test_a_moment_is_stored_as_text_that_sorts() -> None:
    assert stored(rows.payout())["look_at"] == {"S": "2026-11-22T14:05:06.000789Z"}


def test_an_explanation_is_stored_without_what_does_not_apply() -> None:
    part = stored(rows.reward())["explanation"]["M"]["parts"]["L"][0]["M"]
    assert part["step_from"] == {"N": "3"}
    assert "tier_below" not in part


def test_a_reward_of_before_there_were_limits_is_shaped_by_none() -> None:
    item = stored(replace(rows.reward(), adjustments=(Adjustment(rows.NOW, "ev_2", rows.USD, rows.USD, rows.USD),)))
    del item["budgets"], item["explanation"]["M"]["limits"], item["adjustments"]["L"][0]["M"]["limits"]
    reward = read(RewardModel, item)
    assert isinstance(reward, Reward)
    assert (reward.budgets, reward.explanation.limits, reward.adjustments[0].limits) == ((), (), ())
    assert reward.explanation.by_rule == reward.amount


def test_a_decided_event_has_no_shard_and_so_leaves_the_index() -> None:
    item = InboxModel.from_row(rows.inbox_event()).serialize()
    assert item["undecided_shard"]["S"] in set("01234567")
    for absent in ("outcome", "detail", "decided_at"):
        assert absent not in item


def test_a_decided_event_leaves_the_index_of_the_undecided() -> None:
    item = InboxModel.from_row(replace(rows.inbox_event(), look_at=None)).serialize()
    for absent in ("undecided_shard", "look_at", "waiting_shard", "waiting_since", "waits_for"):
        assert absent not in item


def test_a_payout_that_waits_for_nobody_leaves_the_indexes() -> None:
    item = stored(rows.payout(look_at=None))
    for absent in ("look_at", "open_shard", "waiting_shard", "waiting_since", "waits_for"):
        assert absent not in item


def test_a_payout_that_waits_for_a_person_is_in_their_index_with_its_reason() -> None:
    item = stored(rows.payout().blocked(BlockReason.DETAILS, rows.NOW, "no address"))
    assert item["waiting_shard"]["S"] in set("01234567")
    assert item["waiting_since"] == {"S": "2026-11-22T14:05:06.000789Z"}
    assert item["waits_for"] == {"S": "details"}
    assert "open_shard" not in item


def test_a_row_of_before_there_was_a_list_is_read_and_joins_it_when_it_is_written_next() -> None:
    item = stored(rows.payout().blocked(BlockReason.FUNDS, rows.NOW))
    older = {name: value for name, value in item.items() if not name.startswith("wait")}
    found = read(PayoutModel, older)
    assert isinstance(found, Payout)
    assert (found.waiting_since, found.waits_for) == (None, "funds")
    later = found.noticed("look", rows.NOW, None)
    assert "waiting_shard" in stored(later)


def test_an_entry_stands_in_its_hour_and_shard() -> None:
    hour, _, shard = stored(rows.entry())["hour_shard"]["S"].partition("#")
    assert hour == "2026-11-22T14"
    assert shard in set("01234567")


def test_a_payout_with_all_its_history_costs_one_write_unit() -> None:
    payout = long_lived_payout()
    assert len(payout.history) == 7
    assert payout.status is PayoutStatus.SETTLED
    assert item_bytes(stored(payout)) < 1024


def test_a_reward_costs_two_write_units_at_most() -> None:
    assert item_bytes(RewardModel.from_row(rows.reward()).serialize()) < 2048


def long_lived_payout() -> Payout:
    """Blocked once, decided again, settled; with ids as long as real ones."""
    tail = "a" * 24
    earned = replace(
        rows.payout(f"po_{tail}"),
        reward_id=f"rw_{tail}",
        event_id=f"ev_{tail}",
        advocate_id=f"ad_{tail}",
        history=(Change(rows.NOW, PayoutStatus.EARNED, None, 1),),
    )
    blocked = earned.released(rows.NOW).blocked(BlockReason.FUNDS, rows.NOW)
    submitted = blocked.decided_again(rows.NOW, "finance").released(rows.NOW).submitted(rows.NOW)
    return submitted.settled(rows.NOW, Money(53_217, "USD"), "71234567890")


@pytest.mark.parametrize("letter", ["a", "\N{GRINNING FACE}"])
def test_the_fullest_record_of_a_deal_can_be_stored(letter: str) -> None:
    """DynamoDB's limit is 409,600 bytes; an occurrence's id and a sku have at most 200 characters."""
    event_id, much = f"ev_{'a' * 24}-referred", Money(10**17, "USD")
    said = Revision(much, rows.NOW, event_id, products=(Product(letter * 200, 1_000_000_000, much),) * 10)
    wins: tuple[Win, ...] = ()
    for number in range(200):
        win = Win(f"id:{letter * 197}{number:03}", event_id, "f" * 64, f"rw_{'a' * 24}", much)
        wins = with_win(wins, win) if crowded(with_win(wins, win)) is None else wins
    for win in wins:
        revised = with_win(wins, replace(win, reversal=said, amendment=said))
        wins = revised if crowded(revised) is None else wins
    assert sum(win.reversal is not None for win in wins) > 1
    record = DealRecord("a" * 100, "p" * 63, "D" * 500, "deal.renewed", wins, Beneficiary.REFERRED)
    assert item_bytes(stored(record)) < 409_600


@pytest.mark.parametrize(("rules", "outcome"), [(4, Outcome.REWARDED), (20, Outcome.NEEDS_ATTENTION)])
def test_a_reward_of_more_parts_than_can_be_stored_needs_a_person(rules: int, outcome: Outcome) -> None:
    pays = {"escalating": [{"from": "1", "per_line": [{"percentage": {"rate": "1.5"}}]}]}
    stacked = [builders.rule(name=f"{'r' * 40} {number}", channel="check", amount=pays) for number in range(rules)]
    life = Lifecycle(Channel.CHECK, choose="stack", rules=stacked)
    lines = [{"sku": f"{'s' * 40}-{number}", "quantity": 3, "amount": "500.00"} for number in range(200)]
    decided = life.told({**won("100000.00"), "deal__products": lines})
    assert decided.outcome is outcome
    assert len(life.payouts()) == (outcome is Outcome.REWARDED)
    assert item_bytes(stored(decided)) < 409_600
    assert all(item_bytes(stored(reward)) < 409_600 for reward in life.world.store.of(Reward))
