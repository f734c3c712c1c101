"""What the use cases of checks need of the store; every read is by key or index."""

from collections.abc import Iterator
from typing import Protocol

from guerdon.domain.checks import BankLine, Check


class CheckStore(Protocol):
    """Checks and the bank's lines.

    Reads are consistent unless they say otherwise; all raise StoreBusy as the Store does.
    """

    def check(self, payout_id: str, attempt: int) -> Check | None:
        """The check that was mailed for one attempt at a payout; None if none was."""

    def checks_of(self, payout_id: str) -> Iterator[Check]:
        """Every check of a payout, the first attempt first."""

    def checks_numbered(self, number: str) -> Iterator[Check]:
        """Every check with a number, whatever became of it. Which ones there are is eventually consistent."""

    def outstanding_checks(self) -> Iterator[Check]:
        """The checks that are neither cleared nor voided, in no order; eventually consistent."""

    def bank_line(self, account: str, month: str, line_id: str) -> BankLine | None:
        """One line of a bank's statement."""

    def bank_lines(self, account: str, month: str) -> Iterator[BankLine]:
        """Every line of an account's statement that is booked in a month, in no order."""

    def unmatched_bank_lines(self) -> Iterator[BankLine]:
        """The lines of all accounts that cleared no check, in no order; eventually consistent."""
