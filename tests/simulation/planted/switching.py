"""Mistakes in what is paused, resumed and observed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from guerdon.application.free_paused import Freed, FreePaused, Left
from guerdon.application.holding import Stop
from guerdon.application.pause_payouts import CannotPause, Resumed, ResumePayouts
from guerdon.application.pay_payout import PayPayout
from guerdon.application.records import Attempt
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.sweep import Sweep
from guerdon.application.transaction import Committed, Replace, Transaction
from guerdon.domain.pausing import Pauses, PauseScope
from guerdon.domain.payout import BlockReason, Payout
from simulation.parts import Parts
from simulation.planted.bug import Bug


class AskedAtReleaseOnly(PayPayout):
    """What was released before the pause is paid during it."""

    def _stop(self, payout: Payout) -> Stop | None:
        del payout
        return None


class PauseStopsWhatIsSent(PayPayout):
    """A pause blocks what has its intent too."""

    def _take_over(self, payout: Payout, task_token: str) -> Attempt | None:
        if self._stop(payout) is not None:
            self.store.commit((Replace(payout.blocked(BlockReason.PAUSED, self.clock.now())),))
            return None
        return super()._take_over(payout, task_token)


class RunForgotten(FreePaused):
    """What is resumed is started under the run that was stopped, whose name is taken."""

    def one_by_one(self, by: str) -> Iterator[Payout | Left]:
        for payout in self._stopped(self.store.pauses() or Pauses()):
            again = replace(payout.resumed(self.clock.now(), by), run=payout.run)
            if self.store.commit((Replace(again),)) is Committed.YES:
                self.fulfillments.start(payout.payout_id, payout.run)
                yield again


class SweepForgetsRun(Sweep):
    def _free_paused(self) -> FreePaused:
        return RunForgotten(self.store, self.clock, self.fulfillments)


class NothingFreed(FreePaused):
    def __call__(self, by: str, most: int) -> Freed:
        del by, most
        return Freed((), more=False)


class RowOnly(ResumePayouts):
    """The pause is taken out of its row, and what it stopped is left to whoever thinks of it."""

    def __call__(
        self, scope: PauseScope, actor: str, reason: str, since: datetime | None = None
    ) -> Resumed | CannotPause:
        known = self.store.pauses()
        if known is None or known.of(scope) is None:
            return super().__call__(scope, actor, reason, since)
        ended = replace(known.without(scope, self.clock.now(), actor), freed_at=None, freed_by=None)
        self.store.commit((Replace(ended),))
        return Resumed(known.of(scope))


class NoneEnded(FreePaused):
    def of_ended_pauses(self) -> Iterator[Payout | Left]:
        return iter(())


class SweepForgetsEnded(Sweep):
    """Only the command sets going what a pause stopped."""

    def _free_paused(self) -> FreePaused:
        return NoneEnded(self.store, self.clock, self.fulfillments)


class ArmingPays(ReleasePayout):
    """A channel that is armed by now pays whatever was promised before."""

    def _armed(self, payout: Payout, now: object) -> Stop | Transaction:
        del now
        switch = self.store.channel_switch(payout.channel)
        return () if switch is not None and switch.armed else Stop(BlockReason.OBSERVING)


BUGS: Final[dict[str, Bug]] = {
    "asked at release only": Bug("the pay step does not ask what is paused", Parts(pay=AskedAtReleaseOnly)),
    "a pause stops what is sent": Bug("a payout with its intent is blocked too", Parts(pay=PauseStopsWhatIsSent)),
    "a resumption without the next run": Bug(
        "what is resumed is started under its old run", Parts(free=RunForgotten, sweep=SweepForgetsRun)
    ),
    "resumed by the row alone": Bug("the pause ends, and nothing is started", Parts(resume=RowOnly, free=NothingFreed)),
    "only the command resumes": Bug("the sweep does not go on with it", Parts(sweep=SweepForgetsEnded)),
    "arming pays what was observed": Bug("only the switch of this moment counts", Parts(release=ArmingPays), met=1054),
}
