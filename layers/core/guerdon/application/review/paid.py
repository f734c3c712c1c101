"""What the journal comes to, for the ledger and for whoever holds it against a provider's statement."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from guerdon.domain.balances import Totals
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import EntryKind, in_transit, settlement_account
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


def paid_by_channel(totals: Totals) -> list[Paid]:
    """What was settled, by channel and currency, in the channels' own order; returns are not taken off.

    A settle entry debits what is in transit by the promised value, in one posting, and credits the provider's account
    by the cost.
    """
    values: defaultdict[tuple[Channel, str], list[int]] = defaultdict(lambda: [0, 0])
    costs: defaultdict[tuple[Channel, str], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for heading, total in totals.items():
        if heading.kind is not EntryKind.SETTLED:
            continue
        of = (heading.channel, heading.value_currency)
        if heading.account == in_transit(heading.channel):
            values[of][0] += total.minor
            values[of][1] += total.postings
        elif heading.account == settlement_account(heading.channel):
            costs[of][heading.currency] -= total.minor
    order = list(Channel)
    return [
        Paid(
            channel=channel,
            count=count,
            value=Money(minor, currency),
            costs=tuple(Money(cost, charged_in) for charged_in, cost in sorted(costs[channel, currency].items())),
        )
        for (channel, currency), (minor, count) in sorted(
            values.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    ]


def charged_by_provider(totals: Totals) -> Mapping[tuple[str, str], int]:
    """What each provider charged and did not give back, in minor units by (provider, currency)."""
    charged: defaultdict[tuple[str, str], int] = defaultdict(int)
    for heading, total in totals.items():
        moved = heading.kind in {EntryKind.SETTLED, EntryKind.RETURNED}
        if moved and heading.account == settlement_account(heading.channel):
            charged[heading.provider, heading.currency] -= total.minor
    return dict(sorted(charged.items()))
