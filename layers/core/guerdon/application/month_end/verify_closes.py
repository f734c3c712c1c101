"""Hold the closes of months against the chain of seals, and against their own packs."""

from collections.abc import Iterator
from dataclasses import dataclass

from guerdon.application.month_end.records import FIRST_CLOSE, CloseState, MonthClose
from guerdon.application.ports import Store
from guerdon.domain.months import month_after
from guerdon.domain.seal import text_sha256


@dataclass(frozen=True, slots=True)
class CloseFinding:
    """One thing that is off about a close."""

    legal_entity: str
    month: str
    why: str

    @property
    def words(self) -> str:
        """The finding as one line."""
        return f"{self.month}: wrong close of {self.legal_entity} - {self.why}"


@dataclass(frozen=True, slots=True)
class VerifyCloses:
    """One verification of all closes."""

    store: Store

    def __call__(self) -> tuple[CloseFinding, ...]:
        """Everything that is off, by legal entity and month.

        Raises:
            StoreBusy: The database is throttled or away.
        """
        seals = {seal.hour: seal.sha256 for seal in self.store.seals()}
        found: list[CloseFinding] = []
        before: MonthClose | None = None
        for close in self.store.month_closes():
            previous = before if before and before.legal_entity == close.legal_entity else None
            whys = self._off(close, previous, seals)
            found.extend(CloseFinding(close.legal_entity, close.month, why) for why in whys)
            before = close
        return tuple(found)

    def _off(self, close: MonthClose, previous: MonthClose | None, seals: dict[str, str]) -> Iterator[str]:
        if not close.is_whole:
            yield "its digest is not that of what it says"
        if close.state is CloseState.CLOSED and close.prepared_by == close.reviewed_by:
            yield "who prepared it reviewed it"
        text = self.store.pack_text(close.pack_sha256)
        if text is None or text_sha256(text) != close.pack_sha256:
            yield "its pack is gone" if text is None else "its pack is not the one that it has the digest of"
        if close.seal_hour is not None and seals.get(close.seal_hour) != close.seal_sha256:
            yield f"the seal of {close.seal_hour} is not the one that it was closed on"
        if close.state is not CloseState.CLOSED:
            # The month before may have been closed since: reviewing would have it prepared again, and link it then.
            return
        follows = previous is not None and month_after(previous.month) == close.month
        expected = previous.sha256 if follows and previous else FIRST_CLOSE
        if close.previous_sha256 != expected:
            yield "it is not linked to the close of the month before"
