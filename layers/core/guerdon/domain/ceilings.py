"""The most that a program releases in a day by itself. Pure.

Ceilings are no part of what a deal earns: they stop what nobody meant to happen, such as a bulk edit in the CRM, before
money moves. What would cross one waits for a person, who may let it pass.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True)
class Ceilings:
    """A program's ceilings; at least one of the two is set.

    Attributes:
        time_zone: IANA zone at whose midnight a day begins: that of the legal entity's books.
        payouts_per_day: How many payouts.
        amount_per_day: How much they may be worth together, in the program's currency.
    """

    time_zone: str
    payouts_per_day: int | None = None
    amount_per_day: Money | None = None

    def day_of(self, moment: datetime) -> str:
        """The day that `moment` falls into, such as "2026-11-22"."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date().isoformat()

    def crossed(self, value: Money, day: str, payouts: int, amounts: Iterable[Money]) -> str | None:
        """Which ceiling one more payout of `value` would cross, as a clause; None if it crosses none.

        Reaching a ceiling exactly does not cross it. What is in another currency than the ceiling cannot be held
        against it, so it crosses it.

        Args:
            value: What the payout is worth.
            day: The day in which it would be released.
            payouts: How many were released in that day so far.
            amounts: What they are worth, one sum for each currency.
        """
        if self.payouts_per_day is not None and payouts >= self.payouts_per_day:
            most_payouts = _payouts(self.payouts_per_day)
            return f"of the program's ceiling of {most_payouts} a day, {payouts:,} {_are(payouts)} used for {day}"
        most = self.amount_per_day
        if most is None:
            return None
        if value.currency != most.currency:
            return f"the program's ceiling of {most.words} a day is in another currency than {value.words}"
        used = next((amount for amount in amounts if amount.currency == most.currency), Money(0, most.currency))
        if used + value <= most:
            return None
        if used.amount_minor == 0:
            return f"{value.words} is over the program's ceiling of {most.words} a day"
        of = f"of the program's ceiling of {most.words} a day"
        return f"{of}, {used.words} is used for {day}, and this is {value.words}"


def _payouts(count: int) -> str:
    return "1 payout" if count == 1 else f"{count:,} payouts"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
