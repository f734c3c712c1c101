"""A bank's statement as CSV: the columns are found by the names that banks' exports usually give them."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guerdon.adapters.bank.reading import (
    WRONG_MOST,
    BadPlace,
    Read,
    Statement,
    WrongValueError,
    bytes_of,
    identified,
    number_in,
)
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("posting_date", "post_date", "posted_date", "booking_date", "booked_on", "date", "transaction_date"),
    "amount": ("amount", "transaction_amount"),
    "out": (
        "debit",
        "debits",
        "debit_amount",
        "withdrawal",
        "withdrawals",
        "withdrawal_amount",
        "paid_out",
        "money_out",
    ),
    "in": ("credit", "credits", "credit_amount", "deposit", "deposits", "deposit_amount", "paid_in", "money_in"),
    "direction": ("debit_credit", "credit_debit", "dr_cr", "cr_dr", "credit_or_debit", "transaction_type", "details"),
    "check": (
        *("check_number", "check_no", "check_num", "check", "check_or_slip", "cheque_number", "cheque_no", "cheque"),
        *("serial_number", "check_serial_number"),
    ),
    "currency": ("currency", "currency_code", "ccy"),
    "text": ("description", "transaction_description", "text", "memo", "payee", "narrative", "name"),
    "reference": ("bank_reference", "reference", "reference_number", "transaction_id", "fitid", "id"),
    "status": ("status",),
}
"""What each column may be called, in lower case and with everything but letters and digits as one underscore."""

_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+", re.ASCII)
_OUT: Final = frozenset({"debit", "dr", "d", "dbit", "check", "withdrawal"})
_IN: Final = frozenset({"credit", "cr", "c", "crdt", "dslip", "deposit"})
_UNCLEAR: Final = (
    "does not say which way the money of this check went, as no amount of the file is below zero: "
    "export signed amounts, or a column of debits"
)
_DAYS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d")
_DIGITS: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?", re.ASCII)
_YEARS: Final = range(1990, 2200)


def read_bank_csv(path: Path, account: str, currency: str) -> Statement | tuple[BadPlace, ...]:
    """What left the account by a CSV file, or all that is wrong with the file.

    Args:
        path: The file.
        account: The account's name in the books.
        currency: Its currency, where the file does not say.
    """
    raw = bytes_of(path)
    if isinstance(raw, BadPlace):
        return (raw,)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return (BadPlace(path, 0, "", "is not UTF-8: save it as CSV in UTF-8"),)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        named = _named(header)
        lacking = _lacking(named)
        if lacking is not None:
            return (BadPlace(path, 1, "", lacking),)
        read, wrong, passed_over = _records(reader, path, header, named, currency)
    except csv.Error as error:
        return (BadPlace(path, reader.line_num, "", f"is not CSV: {error}"),)
    return tuple(wrong) or Statement(identified(account, read), passed_over)


def _records(
    reader: "Reader", path: Path, header: Sequence[str], named: Mapping[str, int], currency: str
) -> tuple[list[Read], list[BadPlace], int]:
    """What left the account, what cannot be read, and how many lines are about neither."""
    read, wrong = list[Read](), list[BadPlace]()
    passed_over, unclear, is_signed = 0, 0, False
    for record in filter(any, reader):
        try:
            line = _line(header, named, record, currency)
        except WrongValueError as error:
            wrong.append(BadPlace(path, reader.line_num, _called(header, named, error.field), error.why))
            if len(wrong) >= WRONG_MOST:
                break
            continue
        is_signed = is_signed or _is_signed(named, record)
        if line is None:
            passed_over += 1
            unclear = unclear or (reader.line_num if _may_have_left(named, record) else 0)
        else:
            read.append(line)
    if unclear and not is_signed:
        wrong.append(BadPlace(path, unclear, header[named["amount"]], _UNCLEAR))
    return read, wrong, passed_over


def _line(header: Sequence[str], named: Mapping[str, int], record: Sequence[str], currency: str) -> Read | None:
    if len(record) != len(header):
        raise WrongValueError("", f"has {len(record)} values, and the header has {len(header)}")
    values = {name: record[place].strip() for name, place in named.items()}
    if values.get("status", "").lower() == "pending":
        return None
    amount = _paid_out(values, values.get("currency", "").upper() or currency)
    booked_on = _day(values["date"])
    if amount is None:
        return None
    said = values.get("text", "")
    number = number_in("check", values.get("check", ""), said)
    return Read(booked_on, amount, number, f"{values.get('reference', '')} {said}".strip())


def _paid_out(values: Mapping[str, str], currency: str) -> Money | None:
    """What left the account; None if it came in."""
    if "amount" not in values:
        out = _amount("out", values["out"], currency)
        return _magnitude(out) if out is not None and out.amount_minor else None
    amount = _amount("amount", values["amount"], currency)
    if amount is None or not amount.amount_minor:
        return None
    if amount.amount_minor < 0:
        return -amount
    return amount if values.get("direction", "").lower() in _OUT else None


def _is_signed(named: Mapping[str, int], record: Sequence[str]) -> bool:
    return "amount" in named and bool({"-", "("} & set(record[named["amount"]]))


def _may_have_left(named: Mapping[str, int], record: Sequence[str]) -> bool:
    """Whether a line that is passed over names a check and an amount, and nothing says that the money came in."""
    if "amount" not in named or "check" not in named:
        return False
    said = {name: record[place].strip().lower() for name, place in named.items()}
    comes_in = said.get("direction", "") in _IN or said.get("status", "") == "pending"
    return bool(said["check"].strip("#0") and said["amount"].strip("$0.,+ ")) and not comes_in


def _magnitude(amount: Money) -> Money:
    """Some banks write a minus in the column of debits too."""
    return -amount if amount.amount_minor < 0 else amount


def _amount(field: str, written: str, currency: str) -> Money | None:
    """An amount such as "1,250.00", "-1250.00", "(1,250.00)" or "$1,250.00"; None for an empty one."""
    if not written:
        return None
    bare = written.replace("$", "").strip()
    negative = bare.startswith(("-", "(")) or bare.endswith("-")
    bare = bare.strip("-()+ ")
    if not _DIGITS.fullmatch(bare):
        raise WrongValueError(field, f"{written[:40]!r} is no amount such as 1,250.00")
    try:
        amount = Money.parse(bare.replace(",", ""), currency)
    except InvalidMoney as error:
        raise WrongValueError(field, str(error)) from error
    return -amount if negative else amount


def _day(written: str) -> date:
    for form in _DAYS:
        try:
            day = datetime.strptime(written, form).date()  # noqa: DTZ007 - a bank's day has no time zone.
        except ValueError:
            continue
        if day.year in _YEARS:
            return day
    raise WrongValueError("date", f"{written[:40]!r} is no day such as 2026-11-30 or 11/30/2026 (month first)")


def _named(header: Sequence[str]) -> dict[str, int]:
    words = [_NOT_A_WORD.sub("_", name.strip().lower()).strip("_") for name in header]
    places = {
        field: next((words.index(name) for name in names if name in words), None) for field, names in COLUMNS.items()
    }
    return {field: place for field, place in places.items() if place is not None}


def _lacking(named: Mapping[str, int]) -> str | None:
    if "date" not in named:
        return f"has no column that is called {' or '.join(COLUMNS['date'])}"
    if "amount" not in named and "out" not in named:
        return f"has no column that is called {' or '.join((*COLUMNS['amount'], *COLUMNS['out']))}"
    return None


def _called(header: Sequence[str], named: Mapping[str, int], field: str) -> str:
    """The column's name as the file has it."""
    return header[named[field]] if field in named else ""
