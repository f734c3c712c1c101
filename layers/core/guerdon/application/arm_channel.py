"""Arm a channel, so that it may move money, or disarm it."""

from dataclasses import dataclass

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.ports import Clock, Store
from guerdon.application.records import ArmedSpan, ChannelSwitch
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class CannotArm:
    """The switch was left as it is, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class ArmChannel:
    """Set one channel's switch.

    What was earned while it was not armed is not paid by arming it: a person releases that, by release_range.
    """

    store: Store
    clock: Clock

    def __call__(
        self, channel: Channel, actor: str, reason: str | None = None, seen: int | None = None, *, armed: bool
    ) -> bool | CannotArm:
        """Whether this changed anything.

        Args:
            channel: Whose switch.
            actor: Who sets it.
            reason: Why, in their words; None where they need not say and did not.
            seen: The version of the switch that they looked at, 0 for none; None if they set it however it stands.
            armed: How it shall stand.

        Raises:
            StoreBusy: Somebody else changed the switch at the same moment.
        """
        if reason is not None and (wrong := unusable(reason)):
            return CannotArm(wrong)
        known = self.store.channel_switch(channel)
        if known is not None and known.armed is armed:
            return False
        if known is not None and seen is not None and known.version != seen:
            return CannotArm("the switch was changed since you looked: look who did, and when")
        now = self.clock.now()
        line = audited(
            AuditAction.CHANNEL_ARMED if armed else AuditAction.CHANNEL_DISARMED,
            Subject(SubjectKind.CHANNEL, channel),
            at=now,
            actor=actor,
            before="armed" if known and known.armed else "not armed",
            after="armed" if armed else "not armed",
            reason=reason,
        )
        if known is None:
            spans = (ArmedSpan(now),) if armed else ()
            outcome = self.store.commit((Insert(ChannelSwitch(channel, armed, now, actor, spans=spans)), line))
        else:
            outcome = self.store.commit((Replace(known.switched(now, actor, armed=armed)), line))
        if outcome is not Committed.YES:
            raise StoreBusy(f"the switch of {channel} was changed by somebody else: look and try again")
        return True
