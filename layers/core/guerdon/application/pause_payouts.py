"""A person pauses everything, a channel or a program: nothing new of it is submitted until they resume."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.ports import Clock, Store
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy
from guerdon.domain.pausing import PAUSES_MOST, Pause, Pauses, PauseScope, ScopeKind

TRIES_MOST: Final = 5

_SUBJECT: Final = {
    ScopeKind.EVERYTHING: SubjectKind.PIPELINE,
    ScopeKind.CHANNEL: SubjectKind.CHANNEL,
    ScopeKind.PROGRAM: SubjectKind.PROGRAM,
}


@dataclass(frozen=True, slots=True)
class CannotPause:
    """It was neither paused nor resumed, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The pause that is in force now, and whether it is a new one."""

    pause: Pause
    is_new: bool


@dataclass(frozen=True, slots=True)
class Resumed:
    """The pause that was ended; None if there was none of that scope."""

    ended: Pause | None


@dataclass(frozen=True, slots=True)
class PausePayouts:
    """Stop what is not submitted yet.

    A payout is stopped at its release check, or at its pay step before its intent is written: whatever reads the row
    after this returned. What has its intent is finished, since its money may have moved.
    """

    store: Store
    clock: Clock

    def __call__(self, scope: PauseScope, actor: str, reason: str, seen: int | None = None) -> Paused | CannotPause:
        """The pause that is in force; one that was there before stays as it is, with who began it, and when.

        Args:
            scope: What to pause.
            actor: Who does.
            reason: Why, in their words.
            seen: The version of what is paused that they looked at, 0 for none: if a pause was ended since, whoever
                ended it knows more than they do. What else changed does not keep anybody from stopping the money. None
                if they pause whatever there is.

        Raises:
            StoreBusy: The row kept changing.
        """
        if wrong := unusable(reason):
            return CannotPause(wrong)
        for attempt in range(1, TRIES_MOST + 1):
            known = self.store.pauses()
            before = known or Pauses()
            if there := before.of(scope):
                return Paused(there, is_new=False)
            if seen is not None and before.ended_in > seen:
                return CannotPause("a pause was ended since you looked: look who did and why, then say it again")
            if scope.kind is ScopeKind.PROGRAM and self.store.program_head(scope.name) is None:
                return CannotPause(f"no program called {scope.name} is published")
            if len(before.paused) >= PAUSES_MOST:
                return CannotPause(f"{PAUSES_MOST} pauses are in force already: pause everything, or resume some")
            now = self.clock.now()
            pause = Pause(scope, now, actor, reason.strip())
            line = audited(
                AuditAction.PAUSED,
                subject_of(scope),
                at=now,
                actor=actor,
                before="going",
                after="paused",
                reason=reason,
            )
            after = before.with_pause(pause)
            write = Replace(after) if known else Insert(Pauses(after.paused))
            if self.store.commit((write, line)) is Committed.YES:
                return Paused(pause, is_new=True)
            self.clock.pause(attempt)
        raise StoreBusy("what is paused kept changing: look with guerdon status, and try again")


@dataclass(frozen=True, slots=True)
class ResumePayouts:
    """End a pause. What it stopped is set going by FreePaused: by whoever resumes, and by the sweep in any case."""

    store: Store
    clock: Clock

    def __call__(
        self, scope: PauseScope, actor: str, reason: str, since: datetime | None = None
    ) -> Resumed | CannotPause:
        """The pause that was ended, if there was one.

        Args:
            scope: What to resume.
            actor: Who does.
            reason: Why, in their words.
            since: When the pause began that they looked at: one that somebody began after it is not ended. None if they
                end whichever there is.

        Raises:
            StoreBusy: The row kept changing.
        """
        if wrong := unusable(reason):
            return CannotPause(wrong)
        for attempt in range(1, TRIES_MOST + 1):
            known = self.store.pauses()
            ended = known.of(scope) if known else None
            if known is None or ended is None:
                return Resumed(None)
            if since is not None and ended.since != since:
                return CannotPause("it was resumed and paused anew since you looked: look who did and why")
            now = self.clock.now()
            line = audited(
                AuditAction.RESUMED,
                subject_of(scope),
                at=now,
                actor=actor,
                before="paused",
                after="going",
                reason=reason,
            )
            if self.store.commit((Replace(known.without(scope, now, actor)), line)) is Committed.YES:
                return Resumed(ended)
            self.clock.pause(attempt)
        raise StoreBusy("what is paused kept changing: look with guerdon status, and try again")


def subject_of(scope: PauseScope) -> Subject:
    """What the audit trail says was paused or resumed."""
    return Subject(_SUBJECT[scope.kind], scope.name)
