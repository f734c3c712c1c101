"""What keeps payouts back for now, whatever was decided about them: states of this moment, not of the payout.

They are asked at the release check, and once more right before a new intent is written, since a released payout may
reach its pay step late. What has an intent already is not asked any more: money may have moved, so it is finished.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from guerdon.application.ports import Store
from guerdon.application.transaction import Transaction, Unchanged
from guerdon.domain.payout import BlockReason, Payout


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a payout goes no further, and what exactly is wanting.

    Attributes:
        on: What the stop rests on, and must still be so when it is written.
    """

    reason: BlockReason
    attention: str | None = None
    on: Transaction = ()


def paused(store: Store, payout: Payout) -> Stop | None:
    """Whether a person paused everything, the payout's channel or its program."""
    pauses = store.pauses()
    over = pauses.over(payout.channel, payout.program) if pauses else None
    return Stop(BlockReason.PAUSED) if over else None


def out_of_money(store: Store, payout: Payout) -> Stop | None:
    """Whether the channel's provider is out of money: then only what is tried is sent, so that none overtakes."""
    hold = store.funds_hold(payout.channel)
    if hold is None or hold.lets_pass(payout):
        return None
    # Whoever lifts the hold sets going what waits by then, so none may come to wait once it is lifted.
    return Stop(BlockReason.FUNDS, on=(Unchanged(hold),))


HOLDS: Final[tuple[Callable[[Store, Payout], Stop | None], ...]] = (paused, out_of_money)
"""Every such state, in the order in which they are asked."""


def held_back(store: Store, payout: Payout) -> Stop | None:
    """The first that keeps the payout back; None if it may go on."""
    return next((stop for hold in HOLDS if (stop := hold(store, payout))), None)
