"""What rewards hold of a program's limits: read before a judgment, and changed in the transaction that follows from it.

A budget's row is written on condition that it is still the one that was read, so of two rewards that want the last of
it, one is judged again by what the other left. A program without limits has no rows and reads none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from guerdon.application.ports import Store
from guerdon.application.records import Reserved
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain.money import Money
from guerdon.domain.program import Budget, Scope


@dataclass(frozen=True, slots=True)
class Reservations:
    """The budgets that one reward counts in, as they were read.

    Attributes:
        rows: Each budget's row; one that is not stored yet has version 0.
    """

    rows: Mapping[Budget, Reserved]

    @property
    def amounts(self) -> Mapping[Budget, Money]:
        """What is reserved in each budget."""
        return {budget: row.amount for budget, row in self.rows.items()}

    def changed(self, difference: Money) -> Transaction:
        """The writes that reserve `difference` more in each budget, or give it back when it is below zero."""
        if difference.amount_minor == 0:
            return ()
        after = (replace(row, amount=row.amount + difference, version=row.version + 1) for row in self.rows.values())
        return tuple(Insert(row) if row.version == 1 else Replace(row) for row in after)


def reservations(
    store: Store, program: str, advocate_id: str, currency: str, budgets: Sequence[Budget]
) -> Reservations:
    """Read what is reserved in each of `budgets` for a reward of this advocate's."""
    rows: dict[Budget, Reserved] = {}
    for budget in budgets:
        whose = advocate_id if budget.scope is Scope.ADVOCATE else None
        nothing = Reserved(program, whose, budget.period, currency, Money(0, currency), version=0)
        rows[budget] = store.reserved(program, whose, budget.period, currency) or nothing
    return Reservations(rows)
