"""The bank's statement clears checks: by number and by the exact amount, and in no other way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from guerdon.application.attempts import TRIES_MOST
from guerdon.application.audit import Subject, audited
from guerdon.application.ports import Clock, Store
from guerdon.application.siblings import contradicted
from guerdon.application.transaction import Committed, Insert, Replace, Transaction, Write
from guerdon.domain import ledger
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.checks import BankLine, Check, CheckState, Unmatched, check_for
from guerdon.domain.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a statement.

    Attributes:
        cleared: The lines that cleared a check now.
        unmatched: The lines that clear none, those from earlier files included that this one has again.
        known: How many lines had cleared their check before.
    """

    cleared: tuple[BankLine, ...]
    unmatched: tuple[BankLine, ...]
    known: int


@dataclass(frozen=True, slots=True)
class ClearChecks:
    """Take a bank's statement in, line by line.

    Each line is one transaction and stands under an id of its own, so a file that was taken in half, or twice, or
    together with another that overlaps it, is simply taken in again. A line that cleared nothing is tried again with
    each file that has it.
    """

    store: Store
    clock: Clock

    def __call__(self, lines: Sequence[BankLine], actor: str) -> Imported:
        """What came of each line.

        Raises:
            StoreBusy: A check kept changing. The lines before it are taken in; import the same file again.
        """
        cleared, unmatched, known = list[BankLine](), list[BankLine](), 0
        for line in lines:
            stored, is_new = self._take_in(line, actor)
            if stored.cleared is None:
                unmatched.append(stored)
            elif is_new:
                cleared.append(stored)
            else:
                known += 1
        return Imported(tuple(cleared), tuple(unmatched), known)

    def _take_in(self, line: BankLine, actor: str) -> tuple[BankLine, bool]:
        """The line as it is stored then, and whether that was written now."""
        for tries in range(1, TRIES_MOST + 1):
            stored = self.store.bank_line(line.account, line.month, line.line_id)
            if stored is not None and stored.cleared is not None:
                return stored, False
            numbered = list(self.store.checks_numbered(line.check_number)) if line.check_number else []
            found, now = check_for(line, numbered), self.clock.now()
            if isinstance(found, Check):
                after, writes = self._cleared(line, stored, found, actor, now)
            elif stored is not None and stored.why == found:
                return stored, False
            else:
                after, writes = self._unmatched(line, stored, found, numbered, now)
            if self.store.commit(writes) is Committed.YES:
                return after, True
            self.clock.pause(tries)
        raise StoreBusy(f"bank line {line.line_id} or its check kept changing")

    def _cleared(
        self, line: BankLine, stored: BankLine | None, check: Check, actor: str, now: datetime
    ) -> tuple[BankLine, Transaction]:
        payout = self.store.payout(check.payout_id)
        if payout is None:
            raise StoreBusy(f"payout {check.payout_id} is not there")
        paid = check.cleared(line.account, line.line_id, line.booked_on)
        after = _next(stored, replace(line, cleared=check.check_id, why=None))
        trail = audited(
            AuditAction.CHECK_CLEARED,
            Subject(SubjectKind.CHECK, check.check_id),
            at=now,
            actor=actor,
            before=f"{check.state}, {check.amount.words}",
            after=f"{paid.state} by {line.line_id} of {line.account}",
        )
        return after, (_write(after), Replace(paid), Insert(ledger.cleared(payout, paid, now)), trail)

    def _unmatched(
        self, line: BankLine, stored: BankLine | None, why: Unmatched, numbered: Iterable[Check], now: datetime
    ) -> tuple[BankLine, Transaction]:
        after = _next(stored, replace(line, why=why.value))
        writes: Transaction = (_write(after),)
        if why is not Unmatched.VOIDED:
            return after, writes
        # It was owed again from the moment that it was voided; paying it once more would pay twice.
        voided = {one.payout_id for one in numbered if one.state is CheckState.VOIDED and one.amount == line.amount}
        for payout in filter(None, map(self.store.payout, sorted(voided))):
            writes += contradicted(self.store, payout, now)
        return after, writes


def _next(stored: BankLine | None, line: BankLine) -> BankLine:
    return line if stored is None else replace(line, version=stored.version + 1)


def _write(line: BankLine) -> Write:
    return Insert(line) if line.version == 1 else Replace(line)
