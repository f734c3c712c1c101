"""The mapping file: what it says, and every way in which it can be wrong."""

from collections.abc import Mapping
from typing import Any

import pytest

from exports_journal import chart_of, default_chart
from guerdon.application.exports.chart import Account, AccountType, Chart, read_chart
from guerdon.domain import ledger
from guerdon.domain.channel import Channel

EXPENSE = {"number": "6150", "name": "Rewards", "type": "expense"}
SAMPLE = """
accounts:
  rewards_expense: {number: "6150", name: Rewards, type: expense}
  float: {name: "Deposits: providers", type: asset}
  float:printful: {number: "1251", name: Printful, type: asset}
tax_rate: Tax Exempt
entities:
  Acme KK:
    tax_rate: 対象外
    subsidiary: "Acme : KK"
    accounts:
      rewards_expense: {number: "4150", name: Against revenue, type: revenue}
"""


def found(document: Mapping[str, Any]) -> list[str]:
    chart, findings = read_chart(document)
    assert chart is None
    return [f"{finding.place}: {finding.message}" for finding in findings]


def test_an_account_is_the_entitys_own_then_the_exact_one_then_that_of_its_family() -> None:
    chart = chart_of(SAMPLE)
    assert chart.account("Acme KK", "rewards_expense") == Account("Against revenue", AccountType.REVENUE, "4150")
    assert chart.account("Acme Inc.", "rewards_expense") == Account("Rewards", AccountType.EXPENSE, "6150")
    assert chart.account("Acme KK", "float:printful") == Account("Printful", AccountType.ASSET, "1251")
    assert chart.account("Acme KK", "float:tremendous") == Account("Deposits: providers", AccountType.ASSET)
    assert chart.account("Acme KK", "exchange") is None


def test_an_entity_has_its_own_tax_rate_and_subsidiary() -> None:
    chart = chart_of(SAMPLE)
    assert (chart.tax_rate_of("Acme KK"), chart.tax_rate_of("Acme Inc.")) == ("対象外", "Tax Exempt")
    assert (chart.of("Acme KK").subsidiary, chart.of("Acme Inc.").subsidiary) == ("Acme : KK", None)


def test_an_account_is_called_by_number_and_name_or_by_name_alone() -> None:
    chart = chart_of(SAMPLE)
    accounts = [chart.account("Acme", ours) for ours in ("rewards_expense", "float")]
    assert [account.words for account in accounts if account] == ["6150 Rewards", "Deposits: providers"]


def test_the_default_mapping_has_every_account_that_an_entry_can_name() -> None:
    named = {
        *(
            ledger.REWARDS_EXPENSE,
            ledger.REWARDS_LIABILITY,
            ledger.FULFILLMENT_COST,
            ledger.EXCHANGE,
            ledger.RECEIVABLE,
        ),
        *(ledger.in_transit(channel) for channel in Channel),
        *(ledger.settlement_account(channel) for channel in Channel),
    }
    chart = default_chart()
    assert {account for account in named if chart.account("anyone", account) is None} == set()
    assert chart.tax_rate_of("anyone") == "Tax Exempt"


@pytest.mark.parametrize(
    ("document", "findings"),
    [
        ({}, ["accounts: must be a mapping from our accounts, such as rewards_expense, to yours"]),
        (
            {"accounts": {"float": "1250"}},
            ["accounts.float: must be a mapping with number, name, type"],
        ),
        (
            {"accounts": {"float": {"number": " ", "type": "income", "kind": "x"}}},
            [
                "accounts.float.kind: is not known here; known are number, name, type",
                "accounts.float.number: must not be empty",
                "accounts.float.name: is missing",
                "accounts.float.type: must be one of asset, liability, equity, revenue, expense, not 'income'",
            ],
        ),
        (
            {"accounts": {"float": EXPENSE}, "account": {}},
            ["account: is not known here; did you mean accounts?"],
        ),
        (
            {"accounts": {}, "entities": ["Acme"]},
            ["entities: must be a mapping of legal entities, named as in the program files"],
        ),
        (
            {"accounts": {}, "entities": {"Acme": {"accounts": {"float": {}}, "subsidiary": ["x"]}}},
            [
                "entities.Acme.accounts.float.name: is missing",
                "entities.Acme.accounts.float.type: is missing",
                "entities.Acme.subsidiary: must be text",
            ],
        ),
        (
            {"accounts": {}, "entities": {"Acme": "KK"}},
            ["entities.Acme: must be a mapping with accounts, tax_rate, subsidiary"],
        ),
        (
            {"accounts": {"float": {**EXPENSE, "name": "x" * 101}}},
            ["accounts.float.name: must be at most 100 characters long, not 101"],
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(document: Mapping[str, Any], findings: list[str]) -> None:
    assert found(document) == findings


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("key", ["number", "name"])
def test_no_account_begins_as_a_formula_does(start: str, key: str) -> None:
    account = {**EXPENSE, key: f"{start}1+1"}
    assert found({"accounts": {"float": account}}) == [
        f"accounts.float.{key}: must not begin with {start!r}: a spreadsheet would take it for a formula"
    ]


@pytest.mark.parametrize("text", [" Rewards", "Rewards ", "Re\nwards", "Re\x00wards"])
def test_names_are_one_line_without_blanks_around_it(text: str) -> None:
    assert found({"accounts": {}, "tax_rate": text}) == ["tax_rate: must be one line without blanks around it"]


def test_a_mapping_may_name_no_account_until_it_is_needed() -> None:
    assert read_chart({"accounts": {}}) == (Chart({}), ())
