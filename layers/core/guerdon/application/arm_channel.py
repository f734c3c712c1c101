"""Arm a channel, so that it may move money, or disarm it."""

from dataclasses import dataclass

from guerdon.application.audit import Subject, audited
from guerdon.application.ports import Clock, Store
from guerdon.application.records import ArmedSpan, ChannelSwitch
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class ArmChannel:
    """Set one channel's switch.

    What was earned while it was not armed is not paid by arming it: a person releases that, by release_range.
    """

    store: Store
    clock: Clock

    def __call__(self, channel: Channel, actor: str, reason: str | None = None, *, armed: bool) -> bool:
        """Whether this changed anything.

        Raises:
            StoreBusy: Somebody else changed the switch at the same moment.
        """
        known = self.store.channel_switch(channel)
        if known is not None and known.armed is armed:
            return False
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
