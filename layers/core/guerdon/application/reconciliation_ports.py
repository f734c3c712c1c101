"""What reconciliation needs of the world: statements, and the store's rows about them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from guerdon.application.reconciliation_records import ReconciliationItem, ReconciliationRun, SeenLine
from guerdon.domain.reconciliation import StatementLine


class StatementSource(Protocol):
    """One provider's statement.

    Every call raises OutcomeUnknown when no readable answer came.
    """

    @property
    def name(self) -> str:
        """The provider's name."""

    @property
    def lists_all(self) -> bool:
        """Whether `lines` has every line since its day; else one that it does not list may be there all the same."""

    def lines(self, since: date, references: Sequence[str]) -> Iterator[StatementLine]:
        """Every line dated `since` or later, in no order; without `lists_all` only those that belong to `references`.

        Args:
            since: The first day.
            references: Attempts that are compared anyway: a provider that lists only one customer's lines at a time
                is asked about the customers of these.
        """

    def lines_of(self, reference: str, provider_id: str | None) -> tuple[StatementLine, ...]:
        """The lines about one attempt, looked up by itself; it finds what a list of some days does not reach.

        Args:
            reference: Our reference of the attempt.
            provider_id: The provider's id of what it made, if it is known.
        """


class ReconciliationStore(Protocol):
    """Rows about statements. Reads are consistent unless they say otherwise; all raise StoreBusy as the Store does."""

    def reconciliation_item(self, item_id: str) -> ReconciliationItem | None:
        """One difference."""

    def open_items(self) -> Iterator[ReconciliationItem]:
        """The differences that nobody has resolved, in no order; eventually consistent."""

    def items_of_month(self, month: str) -> Iterator[ReconciliationItem]:
        """The differences about a month, resolved or not, the first found first; eventually consistent."""

    def reconciliation_run(self, source: str) -> ReconciliationRun | None:
        """How the last run of a source went; None if none was ever expected."""

    def statement_lines(self, source: str, month: str) -> Iterator[SeenLine]:
        """The lines of a provider's statement that are dated in a month, as they were seen last."""

    def lines_of_reference(self, reference: str) -> Iterator[SeenLine]:
        """The lines that carry our reference of an attempt; eventually consistent."""
