"""Sessions in memory; tests/adapters/aws/test_sessions.py holds it and the table to the same behavior."""

from dataclasses import replace
from datetime import datetime

from guerdon.application.sessions import Session


class MemorySessions:
    """Sessions by their digests.

    Attributes:
        kept: Those that are not forgotten.
        writes: How often anything was written.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Session] = {}
        self.writes = 0

    def session(self, digest: str) -> Session | None:
        return self.kept.get(digest)

    def begin(self, session: Session) -> None:
        self.kept[session.digest] = session
        self.writes += 1

    def seen(self, session: Session, at: datetime) -> None:
        self.writes += 1
        if session.digest in self.kept:
            self.kept[session.digest] = replace(self.kept[session.digest], seen_at=at)

    def end(self, digest: str) -> None:
        self.writes += 1
        self.kept.pop(digest, None)
