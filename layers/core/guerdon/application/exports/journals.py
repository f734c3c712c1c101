"""Journals in somebody else's accounts: what every format is written from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guerdon.application.exports.chart import Account, Chart
from guerdon.application.exports.entries import DatedEntry, Selection
from guerdon.domain.errors import UnbalancedEntry
from guerdon.domain.ledger import Entry, sums
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a journal: a debit above zero, a credit below."""

    account: str
    theirs: Account
    amount: Money

    @property
    def debit(self) -> Money | None:
        """The amount, if it is a debit; a line of nothing is one."""
        return self.amount if self.amount.amount_minor >= 0 else None

    @property
    def credit(self) -> Money | None:
        """The size of the amount, if it is a credit."""
        return None if self.amount.amount_minor >= 0 else -self.amount


def must_balance(number: str, lines: Iterable[Line]) -> None:
    """Nothing, if the lines of a journal sum to zero in each currency.

    Raises:
        UnbalancedEntry: They do not.
    """
    for currency, sum_minor in sums(line.amount for line in lines).items():
        if sum_minor != 0:
            raise UnbalancedEntry(number, currency, sum_minor)


@dataclass(frozen=True, slots=True)
class Journal:
    """One entry in their accounts.

    Attributes:
        number: The entry's id.
        on: The day on which it counts.
        late: Whether it is effective before the period.

    Raises:
        UnbalancedEntry: The lines do not sum to zero in some currency.
    """

    number: str
    entry: Entry
    on: date
    late: bool
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        must_balance(self.number, self.lines)

    @property
    def memo(self) -> str:
        """What it is about, by ids only, and when it was effective if that was before the period."""
        entry = self.entry
        subject = entry.payout_id or entry.reward_id
        late = f"; late, effective {entry.effective_on.isoformat()}" if self.late else ""
        return f"{entry.kind.value} {subject} {entry.program}{late}"


class Per(StrEnum):
    """What one journal of an import is about."""

    ENTRY = "entry"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that a format is given.

    Attributes:
        per: Whether an import gets a journal for each entry, or sums.
    """

    selection: Selection
    chart: Chart
    journals: tuple[Journal, ...]
    per: Per = Per.ENTRY


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of an export.

    Attributes:
        part: What sets it apart from the export's other files; empty where it is the only one.
        content: Its bytes.
        journals: How many journals are in it.
        lines: How many lines they have.
    """

    part: str
    content: bytes
    journals: int
    lines: int


@dataclass(frozen=True, slots=True)
class Unmapped:
    """An account that the chart lacks."""

    legal_entity: str
    account: str

    @property
    def words(self) -> str:
        """What is missing, and what to add to the mapping."""
        return (
            f"{self.account} of {self.legal_entity} is not in the mapping. Add under accounts:\n"
            f'  "{self.account}": {{number: "…", name: …, type: asset, liability, equity, revenue or expense}}'
        )


def mapped(
    entries: Iterable[DatedEntry], selection: Selection, chart: Chart
) -> tuple[tuple[Journal, ...], tuple[Unmapped, ...]]:
    """The entries in their accounts; none as soon as the chart lacks an account, and then all that it lacks."""
    dated = list(entries)
    wanted = {(each.entry.legal_entity, posting.account) for each in dated for posting in each.entry.postings}
    missing = tuple(Unmapped(*pair) for pair in sorted(wanted) if chart.account(*pair) is None)
    return () if missing else tuple(_journal(each, selection, chart) for each in dated), missing


def _journal(dated: DatedEntry, selection: Selection, chart: Chart) -> Journal:
    entry = dated.entry
    theirs = {posting.account: chart.account(entry.legal_entity, posting.account) for posting in entry.postings}
    lines = tuple(
        Line(posting.account, account, posting.amount)
        for posting in entry.postings
        if (account := theirs[posting.account]) is not None
    )
    return Journal(entry.entry_id, entry, dated.on, entry.effective_on < selection.first, lines)
