"""Checks that draw on the bank account: mailed is not paid, and only a line of the bank's statement clears one.

A check is outstanding until the bank paid it or a person voided it. After half a year a bank need not pay it any more
(UCC 4-404: "more than six months after its date"), so it is listed as stale; nothing is posted by the mere passing of
time, since a stale check may still be cashed, and what it was written for is still owed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from guerdon.domain.identity import attempt_reference
from guerdon.domain.money import Money

STALE_AFTER_DAYS: Final = 180
"""Days after which a check is listed as stale, unless finance says another number."""


class CheckState(StrEnum):
    """What became of a check."""

    OUTSTANDING = "outstanding"
    CLEARED = "cleared"
    VOIDED = "voided"


STALE: Final = "stale"
"""What an outstanding check is called once it is older than finance allows. It is no state: only time passed."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check that was mailed for one attempt at a payout.

    Attributes:
        attempt: The number of the attempt that it carries out.
        number: The number printed on it; None while the provider has not told it.
        amount: What it is written for, which is what the bank will pay.
        mailed_on: The provider's date of its mailing.
        account: The bank account that paid it, by the name under which its statements are imported.
        bank_line: The line of the statement that cleared it.
        reason: Why it was voided: "returned_to_sender", or that a person did.
    """

    payout_id: str
    attempt: int
    number: str | None
    amount: Money
    mailed_on: date
    program: str
    legal_entity: str
    state: CheckState = CheckState.OUTSTANDING
    account: str | None = None
    cleared_on: date | None = None
    bank_line: str | None = None
    voided_on: date | None = None
    reason: str | None = None
    version: int = 1

    @property
    def check_id(self) -> str:
        """Our reference of the attempt, by which the provider knows it too."""
        return attempt_reference(self.payout_id, self.attempt)

    def age_days(self, today: date) -> int:
        """How many days ago it was mailed."""
        return (today - self.mailed_on).days

    def is_stale(self, today: date, after_days: int = STALE_AFTER_DAYS) -> bool:
        """Whether it is outstanding for longer than a bank is bound to pay it."""
        return self.state is CheckState.OUTSTANDING and self.age_days(today) > after_days

    def stands(self, today: date, after_days: int = STALE_AFTER_DAYS) -> str:
        """Its state as people call it: "stale" is an outstanding one that is old."""
        return STALE if self.is_stale(today, after_days) else self.state.value

    def cleared(self, account: str, bank_line: str, on: date) -> "Check":
        """The bank paid it."""
        return replace(
            self,
            state=CheckState.CLEARED,
            account=account,
            bank_line=bank_line,
            cleared_on=on,
            version=self.version + 1,
        )

    def voided(self, on: date, reason: str) -> "Check":
        """It is not to be paid any more: it came back, or a person stopped it."""
        return replace(self, state=CheckState.VOIDED, voided_on=on, reason=reason, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class BankLine:
    """One line of a bank's statement about money that left the account.

    It has no text of the bank's, which may name people.

    Attributes:
        account: The bank account, by the name under which its statements are imported.
        line_id: Derived from what the line says, so that it is the same one in every file that has it.
        amount: What left the account.
        check_number: The number of the check that was paid; None if it was none.
        cleared: The check that it cleared, by its `check_id`; None if none.
        why: Why it cleared none; None if it did.
    """

    account: str
    line_id: str
    booked_on: date
    amount: Money
    check_number: str | None
    cleared: str | None = None
    why: str | None = None
    version: int = 1

    @property
    def month(self) -> str:
        """The month that it is booked in, such as "2026-11"."""
        return self.booked_on.isoformat()[:7]


class Unmatched(StrEnum):
    """Why a line of the bank's cleared no check."""

    NO_NUMBER = "no_number"  # It names no check.
    UNKNOWN = "unknown"  # No check of ours has that number.
    AMOUNT = "amount"  # The check of that number is written for another amount.
    CLEARED = "cleared"  # That check is cleared already: the bank paid it twice.
    VOIDED = "voided"  # That check was voided: it should have been stopped.
    AMBIGUOUS = "ambiguous"  # Several outstanding checks have that number and amount.


def check_for(line: BankLine, numbered: Iterable[Check]) -> Check | Unmatched:
    """The check that a line of the bank's clears, or why it clears none.

    Args:
        line: What the bank paid.
        numbered: Every check of ours with the line's number.
    """
    if line.check_number is None:
        return Unmatched.NO_NUMBER
    same_number = list(numbered)
    if not same_number:
        return Unmatched.UNKNOWN
    same = [check for check in same_number if check.amount == line.amount]
    if not same:
        return Unmatched.AMOUNT
    outstanding = [check for check in same if check.state is CheckState.OUTSTANDING]
    if len(outstanding) == 1:
        return outstanding[0]
    if outstanding:
        return Unmatched.AMBIGUOUS
    return Unmatched.VOIDED if any(check.state is CheckState.VOIDED for check in same) else Unmatched.CLEARED


AGES: Final = (30, 60, 90, STALE_AFTER_DAYS)
"""The upper ends, in days, of the bands by which outstanding checks are aged; the last band has no end."""


def age_band(days: int, ends: tuple[int, ...] = AGES) -> str:
    """The band that an age falls into: "0-30", "31-60", "61-90", "91-180" or "over 180"."""
    first = 0
    for end in ends:
        if days <= end:
            return f"{first}-{end}"
        first = end + 1
    return f"over {ends[-1]}"


def mailed_by(checks: Iterable[Check], day: date) -> list[Check]:
    """Those of `checks` that were mailed on `day` or before, the oldest first."""
    return sorted((one for one in checks if one.mailed_on <= day), key=lambda one: (one.mailed_on, one.check_id))
