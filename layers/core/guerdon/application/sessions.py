"""Who is signed in to the console, for how long, and where that is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

IDLE: Final = timedelta(minutes=30)
"""A session ends when nothing was asked for this long."""

LONGEST: Final = timedelta(hours=8)
"""A session ends after this long, whatever was asked; so a role that was taken away is gone after a working day."""

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is written down when something was asked: a write for every page would cost more than it tells."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one person.

    Attributes:
        digest: SHA-256, in hex, of the id that only the person's browser has.
        subject: The identity provider's own id of the person, which does not change with their address.
        email: Their address as the identity provider vouches for it.
        role: "viewer", "finance" or "admin".
        began_at: When they signed in.
        seen_at: When they last asked for something, to about a minute.
    """

    digest: str
    subject: str
    email: str
    role: str
    began_at: datetime
    seen_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it ends if nothing more is asked."""
        return min(self.seen_at + IDLE, self.began_at + LONGEST)


class SessionStore(Protocol):
    """Where sessions are kept. All methods raise StoreBusy when that is throttled or away."""

    def session(self, digest: str) -> Session | None:
        """The session of that digest, ended or not; None if there is none any more."""

    def begin(self, session: Session) -> None:
        """Keep a new session."""

    def seen(self, session: Session, at: datetime) -> None:
        """Write down that something was asked at that moment; one that was signed out meanwhile stays so."""

    def end(self, digest: str) -> None:
        """Forget a session; one that is forgotten already is fine."""
