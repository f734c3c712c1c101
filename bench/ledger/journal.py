"""A journal of any length: three entries a payout, a thousand an hour, over six programs and all channels."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.models import EntryModel
from guerdon.domain.balances import Heading, Total, Totals, totals_of
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.deal import instant
from guerdon.domain.hours import begin_of, hour_of
from guerdon.domain.ledger import REWARDS_EXPENSE, REWARDS_LIABILITY, Entry, EntryKind, Posting, settlement_account
from guerdon.domain.money import Money

Item = dict[str, Any]

AN_HOUR: Final = 1_000
BEGINS: Final = datetime(2026, 1, 1, tzinfo=UTC)
PROGRAMS: Final = ("customer-referral", "partner-referral", "employee-referral", "europe", "japan", "agencies")
_VALUE: Final = Money(75_00, "USD")


def posted_at(number: int) -> datetime:
    """When the entry of that number, from 0, was posted."""
    return BEGINS + timedelta(hours=1) * (number / AN_HOUR)


def number_of(hour: str) -> int:
    """The number of the first entry of an hour."""
    return round((begin_of(hour) - BEGINS) / timedelta(hours=1)) * AN_HOUR


def items(first: int, count: int) -> Iterator[Item]:
    """The stored form of `count` entries from number `first` on."""
    prototypes = [EntryModel.from_row(entry).serialize() for entry in PROTOTYPES]
    for number in range(first, first + count):
        entry_id, subject = _ids(number)
        at = posted_at(number)
        yield prototypes[number % len(prototypes)] | {
            "entry_id": {"S": entry_id},
            "hour_shard": {"S": keys.hour_shard(hour_of(at), entry_id)},
            "posted_at": {"S": instant(at)},
            "event_id": {"S": f"ev_{subject}"},
            "reward_id": {"S": f"rw_{subject}"},
            "payout_id": {"S": f"po_{subject}"},
        }


def entries_of(hour: str) -> Iterator[Entry]:
    """The same entries as they are read back, of one hour."""
    first = number_of(hour)
    for number in range(first, first + AN_HOUR):
        entry_id, subject = _ids(number)
        yield replace(
            PROTOTYPES[number % len(PROTOTYPES)],
            entry_id=entry_id,
            posted_at=posted_at(number),
            event_id=f"ev_{subject}",
            reward_id=f"rw_{subject}",
            payout_id=f"po_{subject}",
        )


def totals_at(count: int) -> Totals:
    """What the first `count` entries come to, by how often each of the prototypes is among them."""
    whole, rest = divmod(count, len(PROTOTYPES))
    totals: defaultdict[Heading, Total] = defaultdict(lambda: Total(0, 0))
    for place, entry in enumerate(PROTOTYPES):
        often = whole + (place < rest)
        for heading, total in totals_of([entry]).items():
            before = totals[heading]
            totals[heading] = Total(before.minor + total.minor * often, before.postings + total.postings * often)
    return dict(totals)


def _ids(number: int) -> tuple[str, str]:
    """The id of an entry, and what it is about."""
    payout, step = divmod(number, 3)
    subject = hashlib.sha256(str(payout).encode()).hexdigest()[:24]
    return f"rw_{subject}@1" if step == 0 else f"po_{subject}@{step + 2}", subject


def _prototypes() -> Iterator[Entry]:
    """An entry of each kind for each program and channel; earned, submitted, settled."""
    for program in PROGRAMS:
        for channel in Channel:
            transit = f"in_transit:{PROVIDER_OF[channel]}"
            for kind, debit, credit in (
                (EntryKind.EARNED, REWARDS_EXPENSE, REWARDS_LIABILITY),
                (EntryKind.SUBMITTED, REWARDS_LIABILITY, transit),
                (EntryKind.SETTLED, transit, settlement_account(channel)),
            ):
                yield Entry(
                    entry_id="rw_1@1",
                    kind=kind,
                    effective_on=date(2026, 1, 1),
                    posted_at=BEGINS,
                    legal_entity="Acme Inc.",
                    program=program,
                    channel=channel,
                    currency=_VALUE.currency,
                    postings=(Posting(debit, _VALUE), Posting(credit, -_VALUE)),
                    event_id="ev_1",
                    reward_id="rw_1",
                    payout_id="po_1",
                    value_on=date(2026, 1, 1),
                )


PROTOTYPES: Final = tuple(_prototypes())
"""What every entry is, but for its ids and when it was posted: number n is like the n-th of these, round and round."""
