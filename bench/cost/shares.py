"""Which partition keys the payouts write to, how much each payout writes to one, and which keys they share."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_low
from typing import Final

from bench.cost.capacity import Units
from bench.cost.meter import Call

PARTITION_TAKES: Final = 1000
"""Write units a second of one partition of DynamoDB."""

_OURS: Final = re.compile(r"\b(?:ev|rw|po|ad)_[0-9a-z]+")
_DEAL: Final = re.compile(r"\bD-([0-9a-f]{12})-\d+\b")


class Owners:
    """Finds the deal that a call is about, by our own ids: one that was seen beside a deal's is that deal's."""

    def __init__(self) -> None:
        self._deal_of: dict[str, str] = {}

    def deal(self, call: Call) -> str | None:
        """The deal of a call; None if it is about none."""
        text = json.dumps([call.asked, call.answer])
        ids = set(_OURS.findall(text))
        told = _DEAL.search(text)
        deal = told[1] if told else next((self._deal_of[one] for one in sorted(ids) if one in self._deal_of), None)
        if deal is not None:
            self._deal_of.update(dict.fromkeys(ids, deal))
        return deal


@dataclass(frozen=True, slots=True)
class Share:
    """A table or an index, and how its keys are written to.

    Attributes:
        place: Such as "payouts" or "payouts/open".
        usual: What a payout usually wrote to one key: the median of the most that each wrote to any. A write that lost
            a race counts, so that some write more.
        most: The most that any payout wrote to one key.
        units: Write units of all payouts.
        keys: How many keys were written to.
        sharing: The most payouts that wrote to one key.
    """

    place: str
    usual: int
    most: int
    units: int
    keys: int
    sharing: int
    payouts: int

    @property
    def per_payout(self) -> float:
        """Write units of one payout, over all keys."""
        return self.units / self.payouts

    def rate(self, keys_at_once: int) -> float:
        """Payouts a second that so many keys take, if they are written to evenly."""
        return PARTITION_TAKES * keys_at_once / self.per_payout


def shares(taken: Iterable[tuple[str | None, Units]], payouts: int) -> list[Share]:
    """What each place took, of units that are each some deal's; those of no deal are left out."""
    written: defaultdict[str, defaultdict[str, defaultdict[str, int]]]
    written = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for deal, units in taken:
        if deal is not None and units.written:
            written[units.place][units.key][deal] += units.written
    return [_share(place, by_key, payouts) for place, by_key in sorted(written.items())]


def _share(place: str, by_key: Mapping[str, Mapping[str, int]], payouts: int) -> Share:
    of_a_deal: defaultdict[str, int] = defaultdict(int)
    for by_deal in by_key.values():
        for deal, units in by_deal.items():
            of_a_deal[deal] = max(of_a_deal[deal], units)
    return Share(
        place=place,
        usual=median_low(of_a_deal.values()),
        most=max(of_a_deal.values()),
        units=sum(sum(by_deal.values()) for by_deal in by_key.values()),
        keys=len(by_key),
        sharing=max(len(by_deal) for by_deal in by_key.values()),
        payouts=payouts,
    )
