"""How checks and the bank's lines are found, in memory and in DynamoDB alike."""

from dataclasses import replace
from datetime import date

from adapters.dynamodb import rows
from adapters.dynamodb.engines import WholeStore
from guerdon.application.transaction import Committed, Insert, Replace, Row


def inserted(store: WholeStore, *stored: Row) -> None:
    assert store.commit(tuple(Insert(row) for row in stored)) is Committed.YES


def test_a_check_is_found_by_its_payout_and_by_its_number(store: WholeStore) -> None:
    reissued = replace(rows.CHECK, attempt=2, number="10002")
    other = replace(rows.CHECK, payout_id="po_2")
    unnumbered = replace(rows.CHECK, payout_id="po_3", number=None)
    inserted(store, reissued, rows.CHECK, other, unnumbered)

    assert list(store.checks_of("po_1")) == [rows.CHECK, reissued]
    assert sorted(store.checks_numbered("10001"), key=lambda one: one.payout_id) == [rows.CHECK, other]
    assert list(store.checks_numbered("10002")) == [reissued]
    assert list(store.checks_numbered("99999")) == []


def test_a_check_leaves_the_outstanding_ones_once_it_is_cleared_or_voided(store: WholeStore) -> None:
    cleared, voided = replace(rows.CHECK, payout_id="po_2"), replace(rows.CHECK, payout_id="po_3")
    inserted(store, rows.CHECK, cleared, voided)
    gone = cleared.cleared("operating", "bl_1", date(2026, 11, 21)), voided.voided(date(2026, 11, 21), "voided")
    assert store.commit(tuple(Replace(one) for one in gone)) is Committed.YES

    assert list(store.outstanding_checks()) == [rows.CHECK]


def test_the_lines_of_a_bank_are_found_by_account_and_month_and_those_without_a_check_by_themselves(
    store: WholeStore,
) -> None:
    december = replace(rows.BANK_LINE, line_id="bl_2", booked_on=date(2026, 12, 1))
    elsewhere = replace(rows.BANK_LINE, account="payroll")
    matched = replace(rows.BANK_LINE, line_id="bl_3", cleared="po_1-1", why=None)
    inserted(store, rows.BANK_LINE, december, elsewhere, matched, rows.SEEN_LINE)

    assert sorted(store.bank_lines("operating", "2026-11"), key=lambda one: one.line_id) == [rows.BANK_LINE, matched]
    assert list(store.bank_lines("operating", "2026-10")) == []
    found = sorted(store.unmatched_bank_lines(), key=lambda one: (one.account, one.line_id))
    assert found == [rows.BANK_LINE, december, elsewhere]
    assert store.bank_line("operating", "2026-12", "bl_2") == december
    assert store.bank_line("operating", "2026-12", "bl_1") is None
