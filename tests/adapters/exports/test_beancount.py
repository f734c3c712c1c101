"""The ledger, as Beancount itself reads it: a program of its own, since it is GPL-2.0 and never imported here."""

import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from itertools import cycle
from pathlib import Path

import pytest

from adapters.exports.read_back import balances
from exports_journal import NOVEMBER, chart_of, default_chart, export
from guerdon.adapters.exports import beancount
from guerdon.adapters.exports.default_chart import DEFAULT_CHART
from guerdon.application.exports.chart import AccountType
from guerdon.application.exports.journals import Export

LOAD = """
import json, sys
from beancount import loader
from beancount.core.data import Transaction
entries, errors, _ = loader.load_file(sys.argv[1])
postings = [
    (posting.account, posting.units.currency, str(posting.units.number), entry.meta["entry"])
    for entry in entries if isinstance(entry, Transaction) for posting in entry.postings
]
print(json.dumps({"errors": [error.message for error in errors], "postings": postings}))
"""


def ledger_of(whole: Export, folder: Path) -> Path:
    (file,) = beancount.write(whole)
    path = folder / "journal.beancount"
    path.write_bytes(file.content)
    return path


def checked(path: Path) -> str:
    """What bean-check has to say, which is nothing when the ledger is in order."""
    program = Path(sys.executable).with_name("bean-check")
    done = subprocess.run([program, "--no-cache", path], capture_output=True, text=True, check=False)  # noqa: S603 - our own file.
    return f"{done.stdout}{done.stderr}" or ("" if done.returncode == 0 else "failed")


def loaded(path: Path) -> list[tuple[str, str, str, str]]:
    done = subprocess.run([sys.executable, "-c", LOAD, str(path)], capture_output=True, text=True, check=True)  # noqa: S603 - our own text.
    told = json.loads(done.stdout)
    assert told["errors"] == []
    return [tuple(posting) for posting in told["postings"]]


def test_bean_check_accepts_it_and_reads_the_same_balances(tmp_path: Path) -> None:
    whole = export()
    path = ledger_of(whole, tmp_path)
    assert checked(path) == ""
    postings = loaded(path)
    read = balances(
        (account.split(":")[2].partition("-")[0], currency, Decimal(number))
        for account, currency, number, _ in postings
    )
    assert read == balances(
        (line.theirs.number or "", line.amount.currency, Decimal(line.amount.decimal))
        for journal in whole.journals
        for line in journal.lines
    )
    assert {entry for *_, entry in postings} == {journal.number for journal in whole.journals}


def test_bean_check_accepts_an_empty_period(tmp_path: Path) -> None:
    assert checked(ledger_of(export(replace(NOVEMBER, entity="nobody")), tmp_path)) == ""


def test_bean_check_would_find_a_wrong_amount(tmp_path: Path) -> None:
    path = ledger_of(export(), tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("  3.50 USD", "  3.51 USD"), encoding="utf-8")
    assert "Transaction does not balance: (0.01 USD)" in checked(path)


NAMES = ['a "b" \\ c', "株式会社ハーバー", "…", "=1+1", "acme, inc", "Acme Inc", "übung GmbH"]


def test_whatever_entities_and_accounts_are_called_bean_check_accepts_it(tmp_path: Path) -> None:
    chart = default_chart()
    accounts = {
        ours: replace(account, name=f"{name}: {name}", number=None, type=AccountType.EXPENSE)
        for (ours, account), name in zip(chart.accounts.items(), cycle([*NAMES, "-", "."]), strict=False)
    }
    whole = export(chart=replace(chart, accounts=accounts))
    journals = [
        replace(journal, number=f"{journal.number}-{name}", entry=replace(journal.entry, legal_entity=name))
        for journal in whole.journals
        for name in NAMES
    ]
    path = ledger_of(replace(whole, journals=tuple(journals)), tmp_path)
    assert checked(path) == ""
    assert len({account.split(":")[1] for account, *_ in loaded(path)}) == len(NAMES)


@pytest.mark.parametrize(
    ("kind", "root"),
    [
        ("asset", "Assets"),
        ("liability", "Liabilities"),
        ("equity", "Equity"),
        ("revenue", "Income"),
        ("expense", "Expenses"),
    ],
)
def test_the_mapping_says_below_which_root_an_account_stands(kind: str, root: str) -> None:
    text = DEFAULT_CHART.read_text(encoding="utf-8")
    chart = chart_of(text.replace("name: Referral rewards, type: expense", f"name: Referral rewards, type: {kind}"))
    (file,) = beancount.write(export(chart=chart))
    assert f"\n  {root}:Acme-Inc:6150-Referral-rewards  100.00 USD\n" in file.content.decode()
