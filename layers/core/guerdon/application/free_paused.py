"""Set going what a pause had stopped and no pause stops any more, in the order in which it was stopped.

run raised ──> execution started ──> the next one
   │ dies here       │ dies here
   v                 v
it is earned under its new run: the sweep      the rest is still blocked: the sweep, or whoever
starts that as it starts any lost one          resumes once more, goes on with the oldest

One is started after the other, each once the answers about the one before are there: a few dozen a second at most,
where the workflow service takes 150 or 300, by region, for as long as one likes. So nothing else paces them. If it
refuses all the same, whoever sets them going stops there, and the sweep goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from guerdon.application.ports import Clock, Fulfillments, Store
from guerdon.application.transaction import Committed, Replace
from guerdon.application.waiting_in_order import waiting_in_order
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import BlockReason, Payout

STRAGGLES_MOST: Final = timedelta(hours=1)
"""A check that read the pause before it ended writes within seconds, and the index shows that within as many: so long
after a pause ended, nothing that it stopped is unseen."""


class Left(Enum):
    """Why one is not set going that no pause stops any more."""

    OVERTAKEN = auto()  # Somebody else set it going, or changed it for another reason: the next pass finds out.
    NOT_ARMED = auto()  # The release check would turn it into something observed, which only a person pays.


@dataclass(frozen=True, slots=True)
class Freed:
    """What was done.

    Attributes:
        payout_ids: Those that were set going, in that order.
        more: Whether there may be others to set going still.
        not_armed: Whether some were left that no pause stops any more, but whose channel is not armed.
        broke_off: What kept it from going on, in words; the sweep does.
    """

    payout_ids: tuple[str, ...]
    more: bool
    not_armed: bool = False
    broke_off: str | None = None


@dataclass(frozen=True, slots=True)
class FreePaused:
    """One pass over all that is blocked for a pause, the longest stopped first."""

    store: Store
    clock: Clock
    fulfillments: Fulfillments

    def __call__(self, by: str, most: int) -> Freed:
        """Set going up to `most`, on the word of `by`, who resumed; doing it again, or twice at a time, does no harm.

        If the workflow service or the database is away in the middle, the answer says so and what was done before. The
        one at hand may be decided on and not started: the sweep starts that too.
        """
        freed, left, broke_off = list[str](), set[Left](), None
        going = self.one_by_one(by)
        try:
            while len(freed) < most and (one := next(going, None)) is not None:
                if isinstance(one, Left):
                    left.add(one)
                else:
                    freed.append(one.payout_id)
        except (BusUnavailable, StoreBusy) as away:
            broke_off = str(away)
        more = broke_off is not None or len(freed) == most or Left.OVERTAKEN in left
        return Freed(tuple(freed), more, Left.NOT_ARMED in left, broke_off)

    def one_by_one(self, by: str) -> Iterator[Payout | Left]:
        """Set them going, and give each once it is, or why it is left; what is not asked for any more waits on.

        What a channel that is not armed has is left as it is, and the sweep sets it going once the channel is armed.

        Raises:
            StoreBusy: The database was away.
            BusUnavailable: The workflow service was; the sweep starts what was raised to its next run.
        """
        pauses = self.store.pauses() or Pauses()
        armed = self._armed()
        for payout in self._stopped(pauses):
            # It is asked once more before each: a pass over thousands takes minutes, in which somebody may disarm it.
            if payout.channel not in armed or not self._is_armed(payout.channel):
                yield Left.NOT_ARMED
                continue
            again = payout.resumed(self.clock.now(), by)
            if self.store.commit((Replace(again),)) is not Committed.YES:
                yield Left.OVERTAKEN
                continue
            self.fulfillments.start(again.payout_id, again.run)
            yield again

    def of_ended_pauses(self) -> Iterator[Payout | Left]:
        """What the sweep does after a pause ended, until nothing is left: set them going one by one.

        Raises:
            StoreBusy: The database was away.
            BusUnavailable: The workflow service was.
        """
        pauses = self.store.pauses()
        if pauses is None or pauses.freed_at is None or pauses.freed_by is None:
            return
        nothing_left = True
        for one in self.one_by_one(pauses.freed_by):
            nothing_left = False
            yield one
        if nothing_left and self.clock.now() - pauses.freed_at >= STRAGGLES_MOST:
            # If a pause began or ended meanwhile, its row stands, and the next pass asks again.
            self.store.commit((Replace(pauses.all_going()),))

    def to_go(self) -> int:
        """How many no pause stops any more and are to be set going still, but for those of channels that are not armed.

        Raises:
            StoreBusy: The database was away.
        """
        armed = self._armed()
        return sum(payout.channel in armed for payout in self._stopped(self.store.pauses() or Pauses()))

    def _armed(self) -> frozenset[Channel]:
        return frozenset(channel for channel in Channel if self._is_armed(channel))

    def _is_armed(self, channel: Channel) -> bool:
        switch = self.store.channel_switch(channel)
        return switch is not None and switch.armed

    def _stopped(self, pauses: Pauses) -> Iterator[Payout]:
        """What no pause stops any more, as it stands now; the index may lag behind."""
        for payout in waiting_in_order(self.store, BlockReason.PAUSED):
            if pauses.over(payout.channel, payout.program) is None:
                yield payout
