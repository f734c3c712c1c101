"""What entries come to: sums under headings fine enough for every balance that anybody asks for.

Sums of disjoint sets of entries add up, so what was summed once for a seal is never summed again.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.ledger import Entry, EntryKind


class Heading(NamedTuple):
    """Under what a posting is summed.

    Attributes:
        kind: What the entry records.
        value_currency: The currency of what was promised; that of the posting differs where a provider charged in
            another one.
    """

    account: str
    currency: str
    program: str
    channel: Channel
    legal_entity: str
    kind: EntryKind
    value_currency: str

    @property
    def provider(self) -> str:
        """Who carries the channel out."""
        return PROVIDER_OF[self.channel]


class Total(NamedTuple):
    """What was posted under a heading: the sum in minor units, debits positive, and how many postings."""

    minor: int
    postings: int


Totals = Mapping[Heading, Total]

DIMENSIONS: Final[Mapping[str, Callable[[Heading], str]]] = {
    "account": lambda heading: heading.account,
    "program": lambda heading: heading.program,
    "channel": lambda heading: heading.channel.value,
    "provider": lambda heading: heading.provider,
    "entity": lambda heading: heading.legal_entity,
    "kind": lambda heading: heading.kind.value,
    "currency": lambda heading: heading.currency,
}
"""By what balances can be asked for, by the words that a person types."""


class Running:
    """Totals to which entries are added one by one.

    Args:
        totals: What was summed before.
    """

    def __init__(self, totals: Totals | None = None) -> None:
        self._sums = {heading: [total.minor, total.postings] for heading, total in (totals or {}).items()}

    def add(self, entry: Entry) -> None:
        """Add the postings of one entry."""
        of_entry = (entry.program, entry.channel, entry.legal_entity, entry.kind, entry.currency)
        for posting in entry.postings:
            heading = Heading(posting.account, posting.amount.currency, *of_entry)
            found = self._sums.setdefault(heading, [0, 0])
            found[0] += posting.amount.amount_minor
            found[1] += 1

    @property
    def totals(self) -> Totals:
        """The totals as they are now."""
        return {heading: Total(*found) for heading, found in self._sums.items()}


def totals_of(entries: Iterable[Entry], before: Totals | None = None) -> Totals:
    """What `entries` come to, on top of what was summed `before`."""
    running = Running(before)
    for entry in entries:
        running.add(entry)
    return running.totals


def balances_by(
    totals: Totals, dimensions: Iterable[str], only: Mapping[str, str] | None = None
) -> dict[tuple[str, ...], int]:
    """Balances in minor units by `dimensions` (words of DIMENSIONS) and at last by currency, in order.

    Args:
        totals: What is summed further.
        dimensions: By what; the currency need not be named.
        only: Sum only what has these values, by dimension.
    """
    of = [
        DIMENSIONS[word] for word in dict.fromkeys((*(word for word in dimensions if word != "currency"), "currency"))
    ]
    wanted = [(DIMENSIONS[word], value) for word, value in (only or {}).items()]
    balances: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for heading, total in totals.items():
        if all(read(heading) == value for read, value in wanted):
            balances[tuple(read(heading) for read in of)] += total.minor
    return dict(sorted(balances.items()))


def totals_text(totals: Totals) -> str:
    """Totals in their one written form: a JSON array a line, sorted. Equal totals give equal text."""
    return "".join(_line((*heading, *totals[heading])) for heading in sorted(totals))


def read_totals(text: str) -> Totals:
    """The totals that `totals_text` wrote.

    Raises:
        ValueError: The text is not one of its own.
    """
    totals: dict[Heading, Total] = {}
    for line in text.splitlines():
        account, currency, program, channel, legal_entity, kind, value_currency, minor, postings = json.loads(line)
        heading = Heading(account, currency, program, Channel(channel), legal_entity, EntryKind(kind), value_currency)
        totals[heading] = Total(int(minor), int(postings))
    return totals


def _line(values: tuple[str | int, ...]) -> str:
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")) + "\n"
