"""Checks that draw on the bank account, and the bank's lines that cleared none of them."""

from collections.abc import Iterable
from datetime import date

from guerdon.application.check_ports import CheckStore
from guerdon.domain.checks import BankLine, Check


def outstanding(store: CheckStore, today: date, *, stale_only: bool = False) -> tuple[Check, ...]:
    """The checks that are neither cleared nor voided, the oldest first; of them the stale ones alone, if asked.

    Reads the sparse index of outstanding checks, which holds no others.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    found = (check for check in store.outstanding_checks() if check.is_stale(today) or not stale_only)
    return tuple(sorted(found, key=lambda check: (check.mailed_on, check.check_id)))


def numbered(store: CheckStore, number: str) -> tuple[Check, ...]:
    """Every check of that number, whatever became of it, the oldest first."""
    return tuple(sorted(store.checks_numbered(number), key=lambda check: (check.mailed_on, check.check_id)))


def uncleared_lines(store: CheckStore) -> tuple[BankLine, ...]:
    """The bank's lines that cleared no check, the newest first."""
    return _newest_first(store.unmatched_bank_lines())


def _newest_first(lines: Iterable[BankLine]) -> tuple[BankLine, ...]:
    return tuple(sorted(lines, key=lambda line: (line.booked_on, line.line_id), reverse=True))
