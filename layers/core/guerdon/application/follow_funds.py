"""See whether a provider that was out of money has some again, and set going what waits for it, in order.

The longest waiting payout is tried, alone, at growing intervals. Once the provider accepts it, all others follow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from guerdon.application.funds_records import FundsHold, FundsState
from guerdon.application.funds_waiting import waiting_for_funds
from guerdon.application.ports import Clock, Fulfillments, Store
from guerdon.application.records import AnswerState
from guerdon.application.transaction import Committed, Replace, Unchanged
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.tries import THE_SWEEP

_UNDER_WAY: Final = frozenset({PayoutStatus.EARNED, PayoutStatus.RELEASED, PayoutStatus.SUBMITTED})
_ACCEPTED: Final = frozenset({AnswerState.PENDING, AnswerState.DONE, AnswerState.RETURNED})


class Untried(Enum):
    """Why nothing is tried."""

    NOTHING_WAITS = auto()
    PAUSED = auto()  # All that waits for money is paused too.
    NOT_ARMED = auto()  # The release check would turn it into something observed, which only a person pays.


class _Trial(Enum):
    """What became of the payout that was tried."""

    NONE = auto()  # None is tried, or what was is refused again.
    UNDER_WAY = auto()
    ACCEPTED = auto()  # The provider took it: there is money.
    ENDED = auto()  # It says nothing about money: it was undone, paused, or cannot be carried as it is.


@dataclass(frozen=True, slots=True)
class FollowFunds:
    """One pass over the channels whose provider was out of money."""

    store: Store
    clock: Clock
    fulfillments: Fulfillments

    def __call__(self, channel: Channel) -> int:
        """Do the whole pass; how many payouts of the channel were set going.

        Raises:
            StoreBusy: The next pass goes on.
            BusUnavailable: The same; what was to be started is decided on.
        """
        return sum(1 for _ in self.one_by_one(channel))

    def one_by_one(self, channel: Channel) -> Iterator[Payout]:
        """Set the channel's payouts going, and give each once it is; what is not asked for any more waits on.

        Each is decided on before it is started, so that the sweep starts it if this process dies in between. Two passes
        at a time, or one that is killed anywhere, start each run once.

        Raises:
            StoreBusy: The next pass goes on.
            BusUnavailable: The same; what was to be started is decided on.
        """
        hold = self.store.funds_hold(channel)
        if hold is None or hold.state is FundsState.OVER:
            return
        if hold.holds:
            after = self._followed(hold)
            if isinstance(after, Payout):
                # Its start comes after the commit that decided on it.
                yield self._started(after)
            if not isinstance(after, FundsHold):
                return
            hold = after
        yield from self._set_going(hold)

    def next_to_try(self, channel: Channel) -> Payout | Untried:
        """The longest waiting payout that no pause stops, as it would be stopped before it tells anything of money.

        For the same reason it is none while the channel is not armed.
        """
        pauses = self.store.pauses() or Pauses()
        untried = Untried.NOTHING_WAITS
        for payout in waiting_for_funds(self.store, channel):
            if not self._may_move_money(channel):
                return Untried.NOT_ARMED
            if pauses.over(channel, payout.program) is None:
                return payout
            untried = Untried.PAUSED
        return untried

    def _followed(self, hold: FundsHold) -> FundsHold | Payout | None:
        """The payout that is tried, or the hold once it is lifted; None if nothing is due, or another was faster."""
        now = self.clock.now()
        trial = self._trial(hold)
        if trial is _Trial.ACCEPTED:
            return self._written(hold.lifted(now))
        if trial is not _Trial.ENDED and now < hold.try_at:
            return None
        oldest = self.next_to_try(hold.channel)
        if isinstance(oldest, Untried):
            # What is paused, or not armed, waits on; for nobody at all the hold need not stand, and another refusal
            # begins one anew.
            return self._written(hold.lifted(now)) if oldest is Untried.NOTHING_WAITS else None
        again = oldest.resumed(now, THE_SWEEP)
        decided = self.store.commit((Replace(again), Replace(hold.trial_of(again, now))))
        return again if decided is Committed.YES else None

    def _trial(self, hold: FundsHold) -> _Trial:
        payout = self.store.payout(hold.trying) if hold.trying else None
        if payout is None:
            return _Trial.NONE
        if payout.run != hold.trying_run:
            return _Trial.ENDED
        attempt = self.store.attempt(payout.payout_id, payout.attempts) if payout.attempts else None
        answer = attempt.answer if attempt is not None and attempt.run == hold.trying_run else None
        if answer is not None and answer.state in _ACCEPTED:
            return _Trial.ACCEPTED
        # By a person's word it may count as paid by an earlier run, which says nothing about money either.
        return _Trial.UNDER_WAY if payout.status in _UNDER_WAY else _Trial.ENDED

    def _set_going(self, hold: FundsHold) -> Iterator[Payout]:
        """Start what waits, in order; the hold is over once nothing was found for long enough.

        While the channel is not armed all of it waits on, and the hold with it, so that arming lets it go on. It is
        asked for each: a pass over thousands takes minutes, in which somebody may disarm it.
        """
        found = False
        for payout in waiting_for_funds(self.store, hold.channel):
            found = True
            if not self._may_move_money(hold.channel):
                return
            again = payout.resumed(self.clock.now(), THE_SWEEP)
            if self.store.commit((Replace(again), Unchanged(hold))) is not Committed.YES:
                # Money ran out again, or somebody else is at it: the next pass goes on, and none is started before it.
                return
            yield self._started(again)
        if not found and self.clock.now() >= hold.try_at:
            self._written(hold.over())

    def _may_move_money(self, channel: Channel) -> bool:
        switch = self.store.channel_switch(channel)
        return switch is not None and switch.armed

    def _started(self, payout: Payout) -> Payout:
        self.fulfillments.start(payout.payout_id, payout.run)
        return payout

    def _written(self, hold: FundsHold) -> FundsHold | None:
        return hold if self.store.commit((Replace(hold),)) is Committed.YES else None
