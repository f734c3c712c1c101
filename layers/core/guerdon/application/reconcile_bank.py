"""What the bank paid that no check of ours explains: each such line of its statement is a difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guerdon.application.ports import Clock, Store
from guerdon.application.reconciliation_items import keep_items, keep_run
from guerdon.application.reconciliation_records import ReconciliationRun
from guerdon.domain.checks import BankLine, Unmatched
from guerdon.domain.reconciliation import BANK, Difference, Finding

_WHY: Final[Mapping[str, str]] = {
    Unmatched.NO_NUMBER: "it names no check",
    Unmatched.UNKNOWN: "no check of ours has the number {number}",
    Unmatched.AMOUNT: "check {number} is written for another amount",
    Unmatched.CLEARED: "check {number} is cleared already, so the bank paid it twice",
    Unmatched.VOIDED: "check {number} was voided, so the bank should not have paid it",
    Unmatched.AMBIGUOUS: "several outstanding checks have the number {number} and that amount",
}


@dataclass(frozen=True, slots=True)
class ReconcileBank:
    """Keep a difference for each line of the banks' statements that cleared no check, until it does."""

    store: Store
    clock: Clock

    def __call__(self) -> ReconciliationRun:
        """How the run went.

        Raises:
            StoreBusy: The database was away, or an item kept changing.
        """
        now = self.clock.now()
        # The items come first: a line that was imported in between is found by the next run, and none is closed by it.
        open_items = [item for item in self.store.open_items() if item.source == BANK]
        findings = [_finding(line) for line in self.store.unmatched_bank_lines()]
        keep_items(self.store, self.clock, open_items, findings, lambda _: True)
        last = self.store.reconciliation_run(BANK)
        run = ReconciliationRun(BANK, now, self.clock.now(), through=now, lines=len(findings), differing=len(findings))
        return keep_run(self.store, last, run)


def _finding(line: BankLine) -> Finding:
    why = _WHY.get(line.why or "", line.why or "it cleared no check").format(number=line.check_number)
    return Finding(
        source=BANK,
        difference=Difference.MISSING_HERE,
        on=line.booked_on,
        detail=f"the bank paid it from account {line.account}: {why}",
        line_id=line.line_id,
        there=line.amount,
    )
