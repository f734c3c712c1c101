"""What the store in memory knows of checks and the bank's lines."""

from collections.abc import Iterator
from typing import TypeVar

from guerdon.application.transaction import Row
from guerdon.domain.checks import BankLine, Check, CheckState

_Row = TypeVar("_Row", bound=Row)


class MemoryChecks:
    """The reads of checks, over the rows of the store that it is a part of."""

    def of(self, kind: type[_Row]) -> list[_Row]:
        raise NotImplementedError

    def _answer(self) -> None:
        raise NotImplementedError

    def check(self, payout_id: str, attempt: int) -> Check | None:
        return next((one for one in self.checks_of(payout_id) if one.attempt == attempt), None)

    def checks_of(self, payout_id: str) -> Iterator[Check]:
        self._answer()
        mine = [one for one in self.of(Check) if one.payout_id == payout_id]
        return iter(sorted(mine, key=lambda one: one.attempt))

    def checks_numbered(self, number: str) -> Iterator[Check]:
        self._answer()
        return iter([one for one in self.of(Check) if one.number == number])

    def outstanding_checks(self) -> Iterator[Check]:
        self._answer()
        return iter([one for one in self.of(Check) if one.state is CheckState.OUTSTANDING])

    def bank_line(self, account: str, month: str, line_id: str) -> BankLine | None:
        return next((line for line in self.bank_lines(account, month) if line.line_id == line_id), None)

    def bank_lines(self, account: str, month: str) -> Iterator[BankLine]:
        self._answer()
        return iter([line for line in self.of(BankLine) if (line.account, line.month) == (account, month)])

    def unmatched_bank_lines(self) -> Iterator[BankLine]:
        self._answer()
        return iter([line for line in self.of(BankLine) if line.cleared is None])
