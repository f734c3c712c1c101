"""Hold a statement that a person exported at a provider against the journal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from guerdon.application.ports import Clock, Store
from guerdon.application.reconcile import Reconcile
from guerdon.application.reconcile_scope import scope_of_days
from guerdon.application.reconciliation_records import ReconciliationRun, SeenLine
from guerdon.domain.reconciliation import StatementLine


@dataclass(frozen=True, slots=True)
class StatementFile:
    """The StatementSource that a file is. What it does not list is looked for among the lines seen before.

    Attributes:
        name: The provider's name.
        content: Its lines.
        stored: Gives the lines that were seen before by the reference that they carry.
        lists_all: It has every line of its days.
    """

    name: str
    content: tuple[StatementLine, ...]
    stored: Callable[[str], Iterator[SeenLine]]
    lists_all: bool = True

    def lines(self, since: date, references: Sequence[str]) -> Iterator[StatementLine]:
        """The lines of the file."""
        del references
        return (line for line in self.content if line.on >= since)

    def lines_of(self, reference: str, provider_id: str | None) -> tuple[StatementLine, ...]:
        """The lines about one attempt that an earlier file, or the provider itself, had on other days."""
        del provider_id
        return tuple(row.line for row in self.stored(reference))


@dataclass(frozen=True, slots=True)
class CompareFile:
    """Compare the lines of a file with the books of the days that they are dated on.

    It says of a payout outside of these days nothing, and it does not count as a run of the schedule.
    """

    store: Store
    clock: Clock

    def __call__(self, provider: str, lines: Sequence[StatementLine]) -> ReconciliationRun:
        """How it went; there must be a line.

        Raises:
            StoreBusy: The database was away, or a row kept changing.
        """
        days = [line.on for line in lines]
        scope = scope_of_days(min(days), max(days), self.clock.now(), whole=False)
        source = StatementFile(provider, tuple(lines), self.store.lines_of_reference)
        return Reconcile(self.store, self.clock, source)(scope)
