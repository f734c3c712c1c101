"""What finance does in the invented year: it takes the bank's statement in, and closes every month but the last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from guerdon.adapters.report.pack_json import PackJson
from guerdon.application.clear_checks import ClearChecks
from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
from guerdon.application.month_end.gather import CannotClose, GatherPack
from guerdon.application.ports import Clock
from guerdon.domain.checks import BankLine
from guerdon.domain.months import month_before
from local.demo.history.store import HistoryStore

ENTITIES: Final = ("Harbor Payroll, Inc.", "Harbor Payroll GmbH")
ACCOUNT: Final = "operating"
PREPARER: Final = "console:finley@harbor.example"
REVIEWER: Final = "console:robin@harbor.example"

_CASHED_AFTER: Final = timedelta(days=9)
_NEVER_CASHED_EVERY: Final = 13
_STATEMENT_AT: Final = timedelta(days=2, hours=15, minutes=40)
_CLOSED_AT: Final = timedelta(days=4, hours=16)


class CannotEnd(Exception):
    """A month of the history cannot be closed; the message says which and why."""


@dataclass(frozen=True, slots=True)
class MonthEnds:
    """The month ends of the year."""

    store: HistoryStore
    clock: Clock
    seal: Callable[[], None]

    def plan(self, first: datetime, until: datetime, at: Callable[[datetime, Callable[[], None]], None]) -> None:
        """Have every month's end done when it comes; the last whole month is left open, for somebody to close."""
        begin = _next_month(first)
        while begin < until:
            at(begin + _STATEMENT_AT, self.take_in_statement)
            if _next_month(begin) <= until:
                month = month_before(f"{begin:%Y-%m}")
                at(begin + _CLOSED_AT, lambda month=month: self.close(month))  # type: ignore[misc]  # mypy types no default of a lambda.
            begin = _next_month(begin)

    def take_in_statement(self) -> None:
        """Most checks are cashed within days; some never."""
        mailed_before = self.clock.now().date() - _CASHED_AFTER
        outstanding = [check for check in self.store.outstanding_checks() if check.mailed_on <= mailed_before]
        lines = [
            BankLine(
                ACCOUNT,
                f"bl_history_{check.number}",
                check.mailed_on + _CASHED_AFTER,
                check.amount,
                check.number,
            )
            for check in sorted(outstanding, key=lambda check: (check.mailed_on, check.check_id))
            if check.number and int(check.number) % _NEVER_CASHED_EVERY
        ]
        ClearChecks(self.store, self.clock)(lines, PREPARER)

    def close(self, month: str) -> None:
        """One prepares it, another one reviews it.

        Raises:
            CannotEnd: It cannot be closed.
        """
        self.seal()
        packs = GatherPack(self.store, self.store, self.clock, PackJson())
        for entity in ENTITIES:
            for closed in (PrepareMonth(packs)(entity, month, PREPARER), ReviewMonth(packs)(entity, month, REVIEWER)):
                if isinstance(closed, CannotClose):
                    raise CannotEnd(f"{month} of {entity}: {'; '.join(closed.reasons)}")


def _next_month(moment: datetime | date) -> datetime:
    months = moment.year * 12 + moment.month
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
