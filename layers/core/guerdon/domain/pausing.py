"""What is paused: which payouts a person stopped for now, since when, and why."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from guerdon.domain.channel import Channel

PAUSES_MOST: Final = 50
"""How many pauses there may be at once: their row is read for every payout. Beyond that, pause everything."""


class ScopeKind(StrEnum):
    """What a pause may be of."""

    EVERYTHING = "everything"
    CHANNEL = "channel"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class PauseScope:
    """Which payouts a pause stops.

    Attributes:
        name: The channel's value or the program's name; "everything" where it is of everything.
    """

    kind: ScopeKind
    name: str

    def covers(self, channel: Channel, program: str) -> bool:
        """Whether payouts through `channel`, of `program`, are among them."""
        match self.kind:
            case ScopeKind.EVERYTHING:
                return True
            case ScopeKind.CHANNEL:
                return self.name == channel
            case ScopeKind.PROGRAM:
                return self.name == program

    @property
    def words(self) -> str:
        """It in words: "everything", "the channel gift_card", "the program customer-referral"."""
        return self.name if self.kind is ScopeKind.EVERYTHING else f"the {self.kind} {self.name}"


EVERYTHING: Final = PauseScope(ScopeKind.EVERYTHING, "everything")


@dataclass(frozen=True, slots=True)
class Pause:
    """One pause.

    Attributes:
        by: Who paused, as the audit trail names them.
        reason: Why, in their words.
    """

    scope: PauseScope
    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pauses:
    """All that is paused: one row, which is asked when a payout is released and right before its provider is.

    Attributes:
        paused: The pauses, the oldest first.
        freed_at: When a pause was last ended whose payouts may not all have been set going again; None once they have.
        freed_by: Who ended it.
        ended_in: The version of these with which a pause was last ended; 0 if none was since that is kept.
    """

    paused: tuple[Pause, ...] = ()
    freed_at: datetime | None = None
    freed_by: str | None = None
    version: int = 1
    ended_in: int = 0

    def of(self, scope: PauseScope) -> Pause | None:
        """The pause of exactly that scope, if there is one."""
        return next((pause for pause in self.paused if pause.scope == scope), None)

    def over(self, channel: Channel, program: str) -> Pause | None:
        """The oldest pause that stops payouts through `channel`, of `program`."""
        return next((pause for pause in self.paused if pause.scope.covers(channel, program)), None)

    def with_pause(self, pause: Pause) -> "Pauses":
        """These and one more."""
        return replace(self, paused=(*self.paused, pause), version=self.version + 1)

    def without(self, scope: PauseScope, at: datetime, by: str) -> "Pauses":
        """These but the one of `scope`, whose payouts are to be set going from now on."""
        left = tuple(pause for pause in self.paused if pause.scope != scope)
        version = self.version + 1
        return replace(self, paused=left, freed_at=at, freed_by=by, version=version, ended_in=version)

    def all_going(self) -> "Pauses":
        """These, after everything that ended pauses had stopped was set going again."""
        return replace(self, freed_at=None, freed_by=None, version=self.version + 1)
