"""The row that holds a channel's payouts back while its provider is out of money.

(no row) or OVER ──a payout is refused for want of money──> HOLDING ──the one tried is accepted──> LIFTING ──> OVER
│  ^                                   │
the longest waiting is   └──┘  refused again: wait longer       │
tried, alone               ^────────── refused again ───────────┘
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from guerdon.domain.channel import Channel
from guerdon.domain.payout import Payout

TRY_AFTER_FIRST: Final = timedelta(minutes=15)
TRY_AFTER_MOST: Final = timedelta(hours=4)
"""How long after a refusal one payout is tried again: twice as long each time, up to this."""

TRIAL_LASTS: Final = timedelta(hours=1)
"""How long the answer to what is tried is waited for before the next one is tried."""

LIFTING_LASTS: Final = timedelta(hours=1)
"""How long after there is money again what waits is looked for: the list of it lags behind the rows by seconds."""


class FundsState(StrEnum):
    """How it stands with a channel's money."""

    HOLDING = "holding"  # The provider is out of money: nothing is sent but what is tried.
    LIFTING = "lifting"  # There is money again: what waits is set going, the longest waiting first.
    OVER = "over"  # Nothing waits for money.


@dataclass(frozen=True, slots=True)
class FundsHold:
    """Whether a channel's payouts are held back for want of money. A channel without a row is not.

    Attributes:
        since: When the provider first said so.
        try_at: While it holds, when one payout is tried next, or the next one in the place of the one that is; while it
            is lifted, until when what waits is looked for.
        tries: How many were refused since it began.
        trying: The payout that may pass, under its run `trying_run`; None if none is.
    """

    channel: Channel
    state: FundsState
    since: datetime
    try_at: datetime
    tries: int = 0
    trying: str | None = None
    trying_run: int = 0
    version: int = 1

    @property
    def holds(self) -> bool:
        """Whether payouts are held back."""
        return self.state is FundsState.HOLDING

    def is_trial(self, payout: Payout) -> bool:
        """Whether this run of the payout is the one that is tried."""
        return (self.trying, self.trying_run) == (payout.payout_id, payout.run)

    def lets_pass(self, payout: Payout) -> bool:
        """Whether this run of the payout may be sent."""
        return not self.holds or self.is_trial(payout)

    def begun(self, at: datetime) -> "FundsHold":
        """It holds, from now on."""
        return FundsHold(self.channel, FundsState.HOLDING, at, at + TRY_AFTER_FIRST, version=self.version + 1)

    def refused(self, at: datetime) -> "FundsHold":
        """What was tried was refused: nothing is tried for longer than before."""
        tries = self.tries + 1
        later = min(TRY_AFTER_FIRST * 2 ** min(tries, 10), TRY_AFTER_MOST)
        return replace(self, tries=tries, try_at=at + later, trying=None, trying_run=0, version=self.version + 1)

    def trial_of(self, payout: Payout, at: datetime) -> "FundsHold":
        """This run of the payout may pass, and no other."""
        return replace(
            self,
            try_at=at + TRIAL_LASTS,
            trying=payout.payout_id,
            trying_run=payout.run,
            version=self.version + 1,
        )

    def lifted(self, at: datetime) -> "FundsHold":
        """There is money again, or nobody waits for it."""
        return replace(
            self,
            state=FundsState.LIFTING,
            try_at=at + LIFTING_LASTS,
            trying=None,
            trying_run=0,
            version=self.version + 1,
        )

    def over(self) -> "FundsHold":
        """Everything that waited was set going."""
        return replace(self, state=FundsState.OVER, version=self.version + 1)


def new_hold(channel: Channel, at: datetime) -> FundsHold:
    """The first hold of a channel."""
    return FundsHold(channel, FundsState.HOLDING, at, at + TRY_AFTER_FIRST)
