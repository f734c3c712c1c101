"""Entries in somebody else's accounts."""

from dataclasses import replace
from datetime import date

import pytest

import builders
import exports_journal
from exports_journal import KK, NOVEMBER, READ_AT, chart_of, default_chart, export
from guerdon.adapters.exports.default_chart import DEFAULT_CHART
from guerdon.application.exports.chart import Account, AccountType
from guerdon.application.exports.entries import DatedEntry, entries_between
from guerdon.application.exports.journals import Journal, Line, mapped
from guerdon.domain import ledger
from guerdon.domain.errors import UnbalancedEntry
from guerdon.domain.ledger import Posting
from guerdon.domain.money import Money

CASH = Account("Cash", AccountType.ASSET)


def journal(*minor: int, number: str = "po_x@1") -> Journal:
    """A journal in dollars of these amounts."""
    entry = ledger.submitted(builders.payout(), builders.NOW)
    lines = tuple(Line("float", CASH, Money(each, "USD")) for each in minor)
    return Journal(number, entry, date(2026, 11, 3), late=False, lines=lines)


def test_every_posting_becomes_a_line_in_the_entitys_account() -> None:
    chart = chart_of(
        DEFAULT_CHART.read_text(encoding="utf-8")
        + "entities: {Acme Inc.: {accounts: {rewards_expense: {name: Discounts, type: revenue}}}}"
    )
    names = {
        (each.entry.legal_entity, line.theirs.words)
        for each in export(chart=chart).journals
        for line in each.lines
        if line.account == "rewards_expense"
    }
    assert names == {
        ("Acme Inc.", "Discounts"),
        (KK, "6150 Referral rewards"),
        (exports_journal.GULF, "6150 Referral rewards"),
    }


def test_what_the_mapping_lacks_is_said_with_what_to_add_and_nothing_is_mapped() -> None:
    chart = chart_of(
        "accounts: {rewards_expense: {name: E, type: expense}, rewards_liability: {name: L, type: liability}}"
    )
    entries = entries_between(exports_journal.store(), replace(NOVEMBER, entity=KK), READ_AT)
    journals, missing = mapped(entries, NOVEMBER, chart)
    assert journals == ()
    assert [each.account for each in missing] == ["exchange", "float:tremendous", "in_transit:tremendous"]
    assert missing[0].words == (
        "exchange of Harbor Payroll KK is not in the mapping. Add under accounts:\n"
        '  "exchange": {number: "…", name: …, type: asset, liability, equity, revenue or expense}'
    )


def test_a_journal_that_does_not_balance_cannot_be() -> None:
    with pytest.raises(UnbalancedEntry, match=r"po_x@1 sums to 1 minor units of USD"):
        journal(100, -99)


def test_late_entries_say_when_they_were_effective() -> None:
    memos = [each.memo for each in export().journals if each.late]
    assert memos == [
        "earned rw_c customer-referral; late, effective 2026-10-20",
        f"revised {builders.REWARD_ID} customer-referral; late, effective 2026-10-30",
    ]


def test_a_side_is_a_debit_or_a_credit_and_never_both() -> None:
    debit, credit = journal(5, -5).lines
    assert (debit.debit, debit.credit) == (Money(5, "USD"), None)
    assert (credit.debit, credit.credit) == (None, Money(5, "USD"))


def test_an_entry_that_does_not_balance_never_reaches_a_mapping() -> None:
    entry = ledger.submitted(builders.payout(), builders.NOW)
    with pytest.raises(UnbalancedEntry):
        mapped(
            [DatedEntry(replace(entry, postings=(Posting("float", Money(1, "USD")),)), date(2026, 11, 3))],
            NOVEMBER,
            default_chart(),
        )
