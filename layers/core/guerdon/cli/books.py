"""What the journal's entries come to, for the ledger and for whoever holds it against a provider's statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.ledger import Entry, EntryKind, in_transit, settlement_account, sums
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True)
class Paid:
    """What was settled through one channel in one currency of value.

    Attributes:
        count: How many payouts.
        value: What was promised and paid.
        costs: What the provider charged for it, by currency of the charge.
    """

    channel: Channel
    count: int
    value: Money
    costs: tuple[Money, ...]


def paid_by_channel(entries: Iterable[Entry]) -> list[Paid]:
    """What was settled, by channel and currency, in the channels' own order; returns are not taken off."""
    settled: defaultdict[tuple[Channel, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind is EntryKind.SETTLED:
            settled[entry.channel, entry.currency].append(entry)
    order = list(Channel)
    return [
        Paid(
            channel=channel,
            count=len(group),
            value=Money(sum(value_of(entry).amount_minor for entry in group), currency),
            costs=tuple(
                Money(amount_minor, charged_in)
                for charged_in, amount_minor in sorted(sums(cost_of(entry) for entry in group).items())
            ),
        )
        for (channel, currency), group in sorted(
            settled.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    ]


def charged_by_provider(entries: Iterable[Entry]) -> Mapping[tuple[str, str], int]:
    """What each provider charged and did not give back, in minor units by (provider, currency)."""
    charged: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if entry.kind in {EntryKind.SETTLED, EntryKind.RETURNED}:
            cost = cost_of(entry)
            charged[PROVIDER_OF[entry.channel], cost.currency] += cost.amount_minor
    return dict(sorted(charged.items()))


def value_of(settled: Entry) -> Money:
    """What a settle entry debits to what is in transit: the promised value."""
    account = in_transit(settled.channel)
    value_minor = sum(posting.amount.amount_minor for posting in settled.postings if posting.account == account)
    return Money(value_minor, settled.currency)


def cost_of(entry: Entry) -> Money:
    """What a settle entry credits to the provider's account: the actual cost, in the currency of the charge.

    A return debits that account: what came back is a cost below zero.
    """
    account = settlement_account(entry.channel)
    credited = [posting.amount for posting in entry.postings if posting.account == account]
    charged_in = credited[0].currency if credited else entry.currency
    return Money(-sum(amount.amount_minor for amount in credited), charged_in)
