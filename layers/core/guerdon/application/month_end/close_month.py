"""Prepare a month's close, and review it: two people, one pack, and after that it is final."""

from dataclasses import dataclass, fields
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from guerdon.application.audit import Subject, audited
from guerdon.application.month_end.gather import CannotClose, GatherPack
from guerdon.application.month_end.pack import Pack
from guerdon.application.month_end.records import CloseState, MonthClose, PackText
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy
from guerdon.domain.months import is_month, month_before
from guerdon.domain.seal import text_sha256

PART_CHARACTERS: Final = 100_000
"""How much of a pack's text one row holds: at most 4 bytes a character, and DynamoDB takes 400 KB."""

_NAMES: Final = {
    "movements": "the balances",
    "cut_off": "the cut-off",
    "completeness": "the events and their outcomes",
    "open_parts": "what is open",
    "differences": "the open reconciliation items",
    "actions": "the manual actions",
}
"""What a part of a pack is called, when it is not any more what it was."""


@dataclass(frozen=True, slots=True)
class PrepareMonth:
    """Put a month's pack together, for another person to review. It may be done again until the month is closed."""

    gather: GatherPack

    def __call__(
        self, legal_entity: str, month: str, actor: str, time_zone: str | None = None
    ) -> MonthClose | CannotClose:
        """The close as prepared, or why it cannot be.

        If the process dies between the pack's text and the close, the text stands under its digest and nothing names
        it: preparing again writes the same, or another one.

        Args:
            legal_entity: As the program files name it.
            month: Such as "2026-11".
            actor: Who prepares it.
            time_zone: In which the month begins and ends; that of the close before, or of the entity's programs, if
                None.

        Raises:
            StoreBusy: Somebody else is preparing or closing it; or the database is away.
            SealBroken: What was sealed was changed.
            PackLost: The pack of the month before was.
        """
        store = self.gather.store
        if not is_month(month):
            return CannotClose((f"{month!r} is no month: write it as 2026-11",))
        before = store.month_close(legal_entity, month)
        if before is not None and before.state is CloseState.CLOSED:
            return CannotClose((f"{month} was closed by {before.reviewed_by}: a closed month never changes",))
        zone = self._zone(legal_entity, month, time_zone)
        if isinstance(zone, CannotClose):
            return zone
        pack = self.gather(legal_entity, month, zone)
        if isinstance(pack, CannotClose):
            return pack
        now = self.gather.clock.now()
        close = MonthClose(
            legal_entity=legal_entity,
            month=month,
            time_zone=zone.key,
            pack_sha256=self._written(pack),
            seal_hour=pack.seal_hour,
            seal_sha256=pack.seal_sha256,
            previous_sha256=pack.previous_sha256,
            prepared_at=now,
            prepared_by=actor,
            version=before.version + 1 if before else 1,
        )
        line = audited(
            AuditAction.MONTH_PREPARED,
            Subject(SubjectKind.MONTH, close.subject_id),
            at=now,
            actor=actor,
            before=f"prepared, {before.pack_sha256}" if before else None,
            after=f"prepared, {close.pack_sha256}",
        )
        if store.commit((Replace(close) if before else Insert(close), line)) is not Committed.YES:
            raise StoreBusy(f"{month} of {legal_entity} is being prepared by somebody else")
        return close

    def _zone(self, legal_entity: str, month: str, time_zone: str | None) -> ZoneInfo | CannotClose:
        store = self.gather.store
        previous = store.month_close(legal_entity, month_before(month))
        if previous is not None:
            if time_zone is not None and time_zone != previous.time_zone:
                why = f"{previous.month} was closed in {previous.time_zone}, and a month begins where that one ended"
                return CannotClose((why,))
            return ZoneInfo(previous.time_zone)
        zones = (time_zone,) if time_zone is not None else self.gather.zones(legal_entity)
        if not zones:
            why = (
                f"no published program has the legal entity {legal_entity!r}: see the console's Ledger apart by "
                "Legal entity, or guerdon ledger --by entity"
            )
            return CannotClose((why,))
        if len(zones) > 1:
            named = ", ".join(zones)
            return CannotClose((f"the programs of {legal_entity} name the time zones {named}: say which one counts",))
        try:
            return ZoneInfo(zones[0])
        except (ZoneInfoNotFoundError, ValueError):
            return CannotClose((f"{zones[0]!r} is no time zone: write it as America/New_York",))

    def _written(self, pack: Pack) -> str:
        """The digest of the pack's text, once that is stored."""
        text = self.gather.codec.encode(pack)
        sha256 = text_sha256(text)
        for part, begin in enumerate(range(0, len(text), PART_CHARACTERS), start=1):
            row = PackText(sha256, part, text[begin : begin + PART_CHARACTERS])
            if self.gather.store.commit((Insert(row),)) is Committed.NO_CONFLICT:
                raise StoreBusy(f"the pack {sha256} is being written by somebody else")
        return sha256


@dataclass(frozen=True, slots=True)
class ReviewMonth:
    """Close a month that another person prepared."""

    gather: GatherPack

    def __call__(
        self, legal_entity: str, month: str, actor: str, reason: str | None = None, pack_sha256: str | None = None
    ) -> MonthClose | CannotClose:
        """The close, final, or why it is not closed.

        All of the pack is computed anew: what is signed is what is so now, and what the preparer saw. `pack_sha256` is
        the pack that the reviewer looked at: one that was put in its place meanwhile is not closed by their word.

        Raises:
            StoreBusy: Somebody else is preparing or closing it; or the database is away.
            SealBroken: What was sealed was changed.
            PackLost: The pack, or that of the month before, was.
        """
        store = self.gather.store
        prepared = store.month_close(legal_entity, month)
        if prepared is None:
            return CannotClose((f"{month} of {legal_entity} is not prepared",))
        if prepared.state is CloseState.CLOSED:
            return prepared
        unfit = _not_theirs(prepared, actor, pack_sha256)
        if unfit:
            return CannotClose((unfit,))
        pack = self.gather(legal_entity, month, ZoneInfo(prepared.time_zone))
        if isinstance(pack, CannotClose):
            return pack
        changed = _changed(self.gather.pack_of(prepared), pack)
        if changed:
            return CannotClose((f"{changed} changed since it was prepared: look at it, and have it prepared again",))
        now = self.gather.clock.now()
        close = prepared.closed(now, actor)
        line = audited(
            AuditAction.MONTH_CLOSED,
            Subject(SubjectKind.MONTH, close.subject_id),
            at=now,
            actor=actor,
            before=f"prepared by {prepared.prepared_by}",
            after=f"closed, {close.sha256}",
            reason=reason,
        )
        if store.commit((Replace(close), line)) is not Committed.YES:
            raise StoreBusy(f"{month} of {legal_entity} is being prepared or closed by somebody else")
        return close


def _not_theirs(prepared: MonthClose, actor: str, pack_sha256: str | None) -> str:
    """Why this person cannot review what is prepared, or not what they looked at; empty if they can."""
    if prepared.prepared_by == actor:
        return f"{actor} prepared it, so another person has to review it"
    if pack_sha256 not in {None, prepared.pack_sha256}:
        return f"{prepared.prepared_by} prepared another pack since: look at that one"
    return ""


def _changed(then: Pack, now: Pack) -> str:
    """Which parts of a pack are not what they were, in words; empty if all are."""
    off = [field.name for field in fields(Pack) if getattr(then, field.name) != getattr(now, field.name)]
    return ", ".join(dict.fromkeys(_NAMES.get(name, "the seal or the month before") for name in off))
