"""How balances went from one moment to another, and which of the postings behind them are still open at its end.

Amounts are in minor units, positive in the account's natural direction: what is owed is positive, and so is what is
owned. A moment's balances are sums by heading, so that going from one to another needs no entry.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from guerdon.domain.balances import Heading, Totals
from guerdon.domain.ledger import Entry, EntryKind

OWED: Final = "owed"
"""What is promised and not carried out: the liability, and what of it is in transit at a provider."""

_GROUP_OF: Final = {"rewards_liability": OWED, "in_transit": OWED}
_CREDIT_IS_PLUS: Final = frozenset({OWED, "outstanding_checks", "customer_credit", "unclaimed_property"})
_PAID: Final = frozenset({EntryKind.SETTLED})
_REVERSED: Final = frozenset({EntryKind.REVISED, EntryKind.REVERSED})
OPEN_GROUPS: Final = frozenset({OWED, "outstanding_checks"})
"""The groups whose open parts are kept one by one, so that they have an age."""


class Place(NamedTuple):
    """Where a balance stands.

    Attributes:
        group: OWED, or the account before its colon.
        party: Whose it is, after the colon, such as a provider; empty in OWED, where it changes on the way.
    """

    group: str
    party: str
    program: str
    channel: str
    currency: str


@dataclass(frozen=True, slots=True)
class Movement:
    """How one balance went from the opening to the closing of a time.

    Attributes:
        kept_back: What new rewards settled of an advocate's older debt, by their own entry: earned, and never owed.
        by_kind: What entries of each kind came to, as (kind, minor units); those that came to nothing are left out.
    """

    group: str
    party: str
    program: str
    channel: str
    currency: str
    opening_minor: int
    closing_minor: int
    kept_back_minor: int
    by_kind: tuple[tuple[str, int], ...]

    @property
    def place(self) -> Place:
        """Which balance it is of."""
        return Place(self.group, self.party, self.program, self.channel, self.currency)

    @property
    def earned_minor(self) -> int:
        """What was earned, debts that were kept back included."""
        return self._of({EntryKind.EARNED}) + self.kept_back_minor

    @property
    def paid_minor(self) -> int:
        """What was carried out."""
        return -self._of(_PAID)

    @property
    def reversed_minor(self) -> int:
        """By how much deals that came undone or changed took promises down, less what they took up."""
        return -self._of(_REVERSED)

    @property
    def other_minor(self) -> int:
        """All else: what came back, was written off, opened, or kept back for a debt."""
        named = self.earned_minor - self.paid_minor - self.reversed_minor
        return self.closing_minor - self.opening_minor - named

    def _of(self, kinds: Collection[str]) -> int:
        return sum(minor for kind, minor in self.by_kind if kind in kinds)


@dataclass(frozen=True, slots=True)
class OpenPart:
    """What is still open of one reward, or of one check, at a moment.

    Attributes:
        subject: The reward; of a check the payout that it carries out.
        since: The day on which the obligation arose; of a check the day on which it became outstanding.
    """

    group: str
    party: str
    program: str
    channel: str
    currency: str
    subject: str
    since: date
    minor: int

    @property
    def place(self) -> Place:
        """Under which balance it is."""
        return Place(self.group, self.party, self.program, self.channel, self.currency)


def movements(opening: Totals, closing: Totals, legal_entity: str) -> tuple[Movement, ...]:
    """How each balance of a legal entity went from `opening` to `closing`; what never was anything is left out."""
    before, after = _by_place(opening, legal_entity), _by_place(closing, legal_entity)
    owed_kept_back = _kept_back(before, after)
    found = []
    for place in sorted({*before, *after}):
        old, new = before.get(place, {}), after.get(place, {})
        changed = {kind: new.get(kind, 0) - old.get(kind, 0) for kind in sorted({*old, *new})}
        kept_back = owed_kept_back.get(place[2:], 0) if place.group == OWED else 0
        moved = Movement(
            *place,
            opening_minor=sum(old.values()),
            closing_minor=sum(new.values()),
            kept_back_minor=kept_back,
            by_kind=tuple((kind, minor) for kind, minor in changed.items() if minor),
        )
        if moved.opening_minor or moved.closing_minor or moved.by_kind:
            found.append(moved)
    return tuple(found)


def open_parts(before: Iterable[OpenPart], entries: Iterable[Entry]) -> tuple[OpenPart, ...]:
    """What is open after `entries`, given what was open before them.

    Args:
        before: What was open before the first of the entries.
        entries: In the order in which they were posted.
    """
    parts: dict[tuple[Place, str], OpenPart] = {(part.place, part.subject): part for part in before}
    for entry in entries:
        for (place, subject), minor in _posted(entry).items():
            found = parts.get((place, subject))
            now = (found.minor if found else 0) + minor
            if now == 0:
                parts.pop((place, subject), None)
            else:
                since = found.since if found else entry.effective_on
                parts[place, subject] = OpenPart(*place, subject=subject, since=since, minor=now)
    return tuple(parts[key] for key in sorted(parts))


def sums_of(parts: Iterable[OpenPart]) -> dict[Place, int]:
    """What open parts come to, by balance."""
    sums: defaultdict[Place, int] = defaultdict(int)
    for part in parts:
        sums[part.place] += part.minor
    return {place: minor for place, minor in sums.items() if minor}


BUCKETS: Final = ((30, "0-30 days"), (60, "31-60 days"), (90, "61-90 days"), (180, "91-180 days"))
OLDEST: Final = "over 180 days"


def bucket_of(since: date, on: date) -> str:
    """The band of age, at the end of the day `on`, of what has been open since a day."""
    days = (on - since).days
    return next((name for most, name in BUCKETS if days <= most), OLDEST)


def _posted(entry: Entry) -> dict[tuple[Place, str], int]:
    posted: defaultdict[tuple[Place, str], int] = defaultdict(int)
    for posting in entry.postings:
        group, party = _group_of(posting.account)
        if group in OPEN_GROUPS:
            subject = entry.reward_id if group == OWED else entry.payout_id or entry.reward_id
            place = Place(group, party, entry.program, entry.channel.value, posting.amount.currency)
            posted[place, subject] -= posting.amount.amount_minor
    return posted


def _group_of(account: str) -> tuple[str, str]:
    head, _, party = account.partition(":")
    group = _GROUP_OF.get(head, head)
    return group, "" if group == OWED else party


def _by_place(totals: Totals, legal_entity: str) -> dict[Place, dict[EntryKind, int]]:
    found: defaultdict[Place, defaultdict[EntryKind, int]] = defaultdict(lambda: defaultdict(int))
    for heading, total in totals.items():
        if heading.legal_entity == legal_entity:
            found[_place_of(heading)][heading.kind] += _sign(heading.account) * total.minor
    return {place: dict(kinds) for place, kinds in found.items()}


def _place_of(heading: Heading) -> Place:
    group, party = _group_of(heading.account)
    return Place(group, party, heading.program, heading.channel.value, heading.currency)


def _sign(account: str) -> int:
    return -1 if _group_of(account)[0] in _CREDIT_IS_PLUS else 1


def _kept_back(
    before: Mapping[Place, Mapping[EntryKind, int]], after: Mapping[Place, Mapping[EntryKind, int]]
) -> dict[tuple[str, ...], int]:
    """What entries of new rewards took off advocates' debts, by program, channel and currency."""
    found: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for place in {*before, *after}:
        if place.group == "receivable":
            changed = after.get(place, {}).get(EntryKind.EARNED, 0) - before.get(place, {}).get(EntryKind.EARNED, 0)
            found[place[2:]] -= changed
    return found
