"""A person says that a provider's account was filled: one payout is tried at once, and the others follow."""

from dataclasses import dataclass, replace

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.follow_funds import FollowFunds, Untried
from guerdon.application.funds_records import FundsHold, FundsState, new_hold
from guerdon.application.ports import Clock, Fulfillments, Store
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, StoreBusy


@dataclass(frozen=True, slots=True)
class CannotLift:
    """Nothing is to be tried, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class FundsTried:
    """What is under way now.

    Attributes:
        payout_id: The payout that is tried alone; the sweep sets the others going once the provider accepts it. None
            when no refusal stands: then all that waited are on their way.
        started: How many were set going.
        broke_off: What kept it from going on, in words; the sweep does.
    """

    payout_id: str | None
    started: int
    broke_off: str | None = None


@dataclass(frozen=True, slots=True)
class LiftFundsHold:
    """Try the longest waiting payout of a channel now, whatever the interval."""

    store: Store
    clock: Clock
    fulfillments: Fulfillments

    def __call__(self, channel: Channel, actor: str, reason: str, seen: int | None = None) -> FundsTried | CannotLift:
        """What was set going. What is being tried already goes on; doing it again tries the next one beside it.

        Args:
            channel: Which channel's.
            actor: Who says so.
            reason: How they know, in their words.
            seen: The version of the hold that they looked at: then one payout of it is tried or none, and never all
                that waits. None if they say so however it stands.

        Raises:
            StoreBusy: The hold changed at this very moment; do it again.
            BusUnavailable: It is decided, and will be started by the sweep.
        """
        hold = self.store.funds_hold(channel)
        if wrong := unusable(reason) or _gone_on(hold, seen):
            return CannotLift(wrong)
        follow = FollowFunds(self.store, self.clock, self.fulfillments)
        oldest = follow.next_to_try(channel)
        if oldest is Untried.NOTHING_WAITS:
            return CannotLift(f"no payout of {channel} waits for money")
        if oldest is Untried.NOT_ARMED:
            return CannotLift(f"{channel} is not armed: arm it first, and what waits for money goes on")
        if isinstance(oldest, Untried):
            return CannotLift(f"what waits for money in {channel} is paused as well: resume that first")
        if hold is None or not hold.holds:
            return self._all(hold, follow, channel, actor, reason)
        now = self.clock.now()
        again = oldest.resumed(now, actor)
        line = self._line(hold, channel, actor, reason, f"{again.payout_id}, run {again.run}, is tried")
        if self.store.commit((Replace(again), Replace(hold.trial_of(again, now)), line)) is not Committed.YES:
            raise StoreBusy(f"the hold of {channel} was changed by somebody else: do it again")
        self.fulfillments.start(again.payout_id, again.run)
        return FundsTried(again.payout_id, 1)

    def _all(
        self, hold: FundsHold | None, follow: FollowFunds, channel: Channel, actor: str, reason: str
    ) -> FundsTried:
        """No refusal stands: what waits from before there were holds, or is being set going, goes on at once."""
        now = self.clock.now()
        line = self._line(hold, channel, actor, reason, "all that waits is set going")
        lifting = Replace(hold.lifted(now)) if hold else Insert(replace(new_hold(channel, now).lifted(now), version=1))
        if self.store.commit((lifting, line)) is not Committed.YES:
            raise StoreBusy(f"the hold of {channel} was changed by somebody else: do it again")
        started = 0
        try:
            for _ in follow.one_by_one(channel):
                started += 1
        except (BusUnavailable, StoreBusy) as away:
            return FundsTried(None, started, str(away))
        return FundsTried(None, started)

    def _line(self, hold: FundsHold | None, channel: Channel, actor: str, reason: str, after: str) -> Insert:
        return audited(
            AuditAction.FUNDS_TRIED,
            Subject(SubjectKind.CHANNEL, channel),
            at=self.clock.now(),
            actor=actor,
            before=f"{hold.state}, {hold.tries} refused since" if hold else FundsState.OVER,
            after=after,
            reason=reason,
        )


def _gone_on(hold: FundsHold | None, seen: int | None) -> str | None:
    """Why it is not the hold any more that somebody looked at; None if it is."""
    if seen is None or (hold is not None and hold.holds and hold.version == seen):
        return None
    return "something was tried since you looked, or it is not out of money any more"
