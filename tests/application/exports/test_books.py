"""Journals of one currency: an entry's parts, or the sums of a day or a month."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders
import exports_journal
from exports_journal import GULF, KK, NOVEMBER, export
from guerdon.application.exports.books import BookJournal, book_journals, by_books, in_parts
from guerdon.application.exports.chart import Account, AccountType
from guerdon.application.exports.journals import Export, Journal, Line, Per
from guerdon.domain import ledger
from guerdon.domain.errors import UnbalancedEntry
from guerdon.domain.money import Money

CASH = Account("Cash", AccountType.ASSET)


def book_journal(*minor: int) -> BookJournal:
    lines = tuple(Line("float", CASH, Money(each, "USD")) for each in minor)
    return BookJournal("po_x@1", "Acme Inc.", "USD", date(2026, 11, 3), "", lines)


def journal(day: int, *minor: int, late: bool = False) -> Journal:
    """A journal in dollars of these amounts, in as many accounts."""
    on = date(2026, 11, 1) + timedelta(days=day)
    entry = replace(ledger.submitted(builders.payout(), builders.NOW), entry_id=f"po_{day}@{len(minor)}")
    lines = tuple(Line(f"a{number}", CASH, Money(each, "USD")) for number, each in enumerate(minor))
    return Journal(entry.entry_id, entry, on, late, lines)


def told(journals: list[BookJournal]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [(each.number, each.memo, [(line.account, str(line.amount)) for line in each.lines]) for each in journals]


def test_an_entry_in_two_currencies_is_one_journal_of_each_with_numbers_of_their_own() -> None:
    split = [each for each in book_journals(export()) if each.number.startswith("po_b@4")]
    assert [(each.number, [str(line.amount) for line in each.lines]) for each in split] == [
        ("po_b@4", ["15000 JPY", "-15000 JPY"]),
        ("po_b@4-USD", ["101.20 USD", "-101.20 USD"]),
    ]


def test_lines_of_nothing_are_left_out() -> None:
    whole = replace(export(), journals=(journal(1, 0, 0), journal(2, 5, 0, -5)))
    assert [(number, lines) for number, _, lines in told(book_journals(whole))] == [
        ("po_2@3", [("a0", "0.05 USD"), ("a2", "-0.05 USD")])
    ]


def test_a_journal_that_does_not_balance_cannot_be() -> None:
    with pytest.raises(UnbalancedEntry, match=r"po_x@1 sums to 1 minor units of USD"):
        book_journal(100, -99)


def test_books_are_by_legal_entity_and_currency_in_the_order_of_days() -> None:
    books = list(by_books(book_journals(export())))
    assert [(entity, currency, len(journals)) for entity, currency, journals in books] == [
        (GULF, "KWD", 1),
        ("Acme Inc.", "USD", 4),
        (KK, "JPY", 3),
        (KK, "USD", 1),
    ]
    assert all(journals == sorted(journals, key=lambda each: each.on) for _, _, journals in books)


@pytest.mark.parametrize(
    ("sizes", "most", "parts"),
    [
        ((2, 2, 2), 4, [[2, 2], [2]]),
        ((3, 2), 4, [[3], [2]]),
        ((2, 6, 2), 4, [[2], [6], [2]]),
        ((2, 2), 100, [[2, 2]]),
        ((), 4, []),
    ],
)
def test_a_file_is_full_before_the_next_and_no_journal_is_torn(
    sizes: tuple[int, ...], most: int, parts: list[list[int]]
) -> None:
    journals = [book_journal(*([1] * (size - 1)), 1 - size) for size in sizes]
    assert [[len(each.lines) for each in part] for part in in_parts(journals, most)] == parts


# Sums.


def test_a_month_is_one_journal_for_each_book_with_both_sides_of_an_account_apart() -> None:
    whole = replace(export(replace(NOVEMBER, entity=KK)), per=Per.MONTH)
    assert told(book_journals(whole)) == [
        (
            "2026-11-30-JPY",
            "3 referral reward entries, 2026-11-01 to 2026-11-07",
            [
                ("exchange", "-15000 JPY"),
                ("in_transit:tremendous", "15000 JPY"),
                ("in_transit:tremendous", "-15000 JPY"),
                ("rewards_expense", "15000 JPY"),
                ("rewards_liability", "15000 JPY"),
                ("rewards_liability", "-15000 JPY"),
            ],
        ),
        (
            "2026-11-30-USD",
            "1 referral reward entry, 2026-11-07",
            [("exchange", "101.20 USD"), ("float:tremendous", "-101.20 USD")],
        ),
    ]


def test_a_late_entry_is_never_summed() -> None:
    whole = replace(export(replace(NOVEMBER, entity="Acme Inc.")), per=Per.MONTH)
    assert [(each.number, each.on.day, each.is_sum) for each in book_journals(whole)] == [
        (f"{builders.REWARD_ID}@2", 20, False),
        ("2026-11-30-USD", 30, True),
    ]
    assert book_journals(whole)[0].memo.endswith("late, effective 2026-10-30")


def test_a_day_is_one_journal() -> None:
    whole = replace(export(), journals=(journal(0, 5, -5), journal(0, 7, 0, -7), journal(1, 1, -1)), per=Per.DAY)
    assert told(book_journals(whole)) == [
        (
            "2026-11-01-USD",
            "2 referral reward entries, 2026-11-01",
            [("a0", "0.12 USD"), ("a1", "-0.05 USD"), ("a2", "-0.07 USD")],
        ),
        ("2026-11-02-USD", "1 referral reward entry, 2026-11-02", [("a0", "0.01 USD"), ("a1", "-0.01 USD")]),
    ]


def test_a_month_that_is_asked_for_in_part_ends_where_that_part_does() -> None:
    half = replace(NOVEMBER, last=date(2026, 11, 15))
    whole = Export(half, export().chart, (journal(0, 5, -5), journal(9, 5, -5)), Per.MONTH)
    assert [each.number for each in book_journals(whole)] == ["2026-11-15-USD"]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.lists(st.integers(-(10**9), 10**9), max_size=4), st.booleans()), max_size=12
    ),
    st.sampled_from(Per),
)
def test_sums_come_to_what_the_entries_come_to(drawn: list[tuple[int, list[int], bool]], per: Per) -> None:
    journals = tuple(journal(day, *minor, -sum(minor), late=late) for day, minor, late in drawn)
    whole = Export(replace(NOVEMBER, last=date(2026, 12, 31)), exports_journal.default_chart(), journals, per)

    def balances(lines: list[Line]) -> dict[tuple[str, bool], int]:
        sides = {(line.account, line.credit is None) for line in lines if line.amount.amount_minor}
        return {
            side: sum(line.amount.amount_minor for line in lines if (line.account, line.credit is None) == side)
            for side in sides
        }

    result = book_journals(whole)
    assert balances([line for each in result for line in each.lines]) == balances(
        [line for each in journals for line in each.lines]
    )
    sums = [each for each in result if each.is_sum]
    assert len({each.number for each in sums}) == len(sums)
