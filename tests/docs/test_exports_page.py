"""docs/exports.md is right: its mapping is one, and it names every account, format and choice."""

import re

from exports_journal import chart_of, default_chart
from guerdon.adapters.exports.formats import Format
from guerdon.application.exports.chart import AccountType
from guerdon.application.exports.entries import Basis
from local.cloud.settings import ROOT

PAGE = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")


def test_the_example_is_a_mapping() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    chart = chart_of(example)
    account = chart.account("Harbor Payroll, Inc.", "rewards_expense")
    assert account is not None
    assert account.words == "4190 Revenue:Referral rewards"


def test_every_format_account_type_and_basis_is_named() -> None:
    words = {*(f"`{each}`" for each in Format), *(each.value for each in AccountType), *(each.value for each in Basis)}
    assert {word for word in words if word not in PAGE} == set()
    assert {account for account in default_chart().accounts if f"| `{account}" not in PAGE} == set()
