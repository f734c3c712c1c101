"""Who looks on while the store reads and writes."""

from typing import Protocol

from guerdon.application.transaction import Committed, Row, Transaction


class Witness(Protocol):
    """Hears of what the store did, and changes nothing about it."""

    def saw(self, row: Row) -> None:
        """A row was read by its key."""

    def heard(self, transaction: Transaction, outcome: Committed) -> None:
        """The database said what became of a transaction."""

    def busy(self) -> None:
        """It is unknown what became of a transaction."""


class Nobody:
    """A witness who keeps nothing."""

    def saw(self, row: Row) -> None:
        """Look away."""

    def heard(self, transaction: Transaction, outcome: Committed) -> None:
        """The same."""

    def busy(self) -> None:
        """The same."""
