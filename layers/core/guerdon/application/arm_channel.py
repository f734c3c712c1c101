"""Arm a channel, so that it may move money, or disarm it."""

from dataclasses import dataclass, replace

from guerdon.application.ports import Clock, Store
from guerdon.application.records import ChannelSwitch
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy


@dataclass(frozen=True, slots=True)
class ArmChannel:
    """Set one channel's switch."""

    store: Store
    clock: Clock

    def __call__(self, channel: Channel, changed_by: str, *, armed: bool) -> bool:
        """Whether this changed anything.

        Raises:
            StoreBusy: Somebody else changed the switch at the same moment.
        """
        known = self.store.channel_switch(channel)
        if known is not None and known.armed is armed:
            return False
        now = self.clock.now()
        if known is None:
            write = Insert(ChannelSwitch(channel, armed, now, changed_by))
            outcome = self.store.commit((write,))
        else:
            switch = replace(known, armed=armed, changed_at=now, changed_by=changed_by, version=known.version + 1)
            outcome = self.store.commit((Replace(switch),))
        if outcome is not Committed.YES:
            raise StoreBusy(f"the switch of {channel} was changed by somebody else: look and try again")
        return True
