"""Set going what a pause had stopped and no pause stops any more, in the order in which it was stopped.

run raised ──> execution started ──> the next one
   │ dies here       │ dies here
   v                 v
it is earned under its new run: the sweep      the rest is still blocked: the sweep, or whoever
starts that as it starts any lost one          resumes once more, goes on with the oldest
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from guerdon.application.ports import Clock, Fulfillments, Store
from guerdon.application.transaction import Committed, Replace
from guerdon.application.waiting_in_order import waiting_in_order
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import BlockReason, Payout

STRAGGLES_MOST: Final = timedelta(hours=1)
"""A check that read the pause before it ended writes within seconds, and the index shows that within as many: so long
after a pause ended, nothing that it stopped is unseen."""


@dataclass(frozen=True, slots=True)
class Freed:
    """What was done.

    Attributes:
        payout_ids: Those that were set going, in that order.
        more: Whether there may be others to set going still.
        not_armed: Whether some were left that no pause stops any more, but whose channel is not armed.
    """

    payout_ids: tuple[str, ...]
    more: bool
    not_armed: bool = False


@dataclass(frozen=True, slots=True)
class FreePaused:
    """One pass over all that is blocked for a pause, the longest stopped first."""

    store: Store
    clock: Clock
    fulfillments: Fulfillments

    def __call__(self, by: str, most: int) -> Freed:
        """Set going up to `most`, on the word of `by`, who resumed; doing it again, or twice at a time, does no harm.

        What a channel that is not armed has is left as it is: the release check would turn it into something observed,
        which only a person pays. The sweep sets it going once the channel is armed.

        Raises:
            StoreBusy: The database was away.
            BusUnavailable: The workflow service was; the sweep starts what was raised to its next run.
        """
        pauses = self.store.pauses() or Pauses()
        freed: list[str] = []
        overtaken = not_armed = False
        armed = self._armed()
        for payout in self._stopped(pauses):
            if payout.channel not in armed:
                not_armed = True
                continue
            if len(freed) == most:
                return Freed(tuple(freed), more=True, not_armed=not_armed)
            again = payout.resumed(self.clock.now(), by)
            if self.store.commit((Replace(again),)) is not Committed.YES:
                # Somebody else set it going, or changed it for another reason: the next pass finds out.
                overtaken = True
                continue
            self.fulfillments.start(again.payout_id, again.run)
            freed.append(again.payout_id)
        return Freed(tuple(freed), more=overtaken, not_armed=not_armed)

    def of_ended_pauses(self, most: int) -> int:
        """What the sweep does after a pause ended, until nothing is left; how many it set going.

        Raises:
            StoreBusy: The database was away.
            BusUnavailable: The workflow service was.
        """
        pauses = self.store.pauses()
        if pauses is None or pauses.freed_at is None or pauses.freed_by is None:
            return 0
        freed = self(pauses.freed_by, most)
        nothing_left = not freed.payout_ids and not freed.more and not freed.not_armed
        if nothing_left and self.clock.now() - pauses.freed_at >= STRAGGLES_MOST:
            # If a pause began or ended meanwhile, its row stands, and the next pass asks again.
            self.store.commit((Replace(pauses.all_going()),))
        return len(freed.payout_ids)

    def _armed(self) -> frozenset[Channel]:
        switches = ((channel, self.store.channel_switch(channel)) for channel in Channel)
        return frozenset(channel for channel, switch in switches if switch is not None and switch.armed)

    def _stopped(self, pauses: Pauses) -> Iterator[Payout]:
        """What no pause stops any more, as it stands now; the index may lag behind."""
        for payout in waiting_in_order(self.store, BlockReason.PAUSED):
            if pauses.over(payout.channel, payout.program) is None:
                yield payout
