"""The rows of the closes table: the closes by legal entity and month, and their packs by their digests."""

from datetime import datetime
from typing import ClassVar, Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.adapters.dynamodb.row_model import Columns, RowModel
from guerdon.application.month_end.records import CloseState, MonthClose, PackText

CLOSE: Final = "close"
"""All closes stand under one key, by legal entity and month: a person makes each, some dozens a year."""


def close_place(legal_entity: str, month: str) -> str:
    """Where a close stands among all."""
    return keys.joined(legal_entity, month)


def pack_key(sha256: str) -> str:
    """The key of a pack's text, within which its parts are numbered."""
    return keys.joined("pack", sha256)


class MonthCloseModel(RowModel[MonthClose]):
    """The close of a month."""

    row_type = MonthClose
    table = "closes"
    computed: ClassVar[Columns] = {
        "close_key": lambda _: CLOSE,
        "place": lambda row: close_place(row.legal_entity, row.month),
    }

    close_key = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    legal_entity = UnicodeAttribute()
    month = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    pack_sha256 = UnicodeAttribute()
    seal_hour = UnicodeAttribute(null=True)
    seal_sha256 = UnicodeAttribute()
    previous_sha256 = UnicodeAttribute()
    prepared_at = ValueAttribute(datetime)
    prepared_by = UnicodeAttribute()
    state = ValueAttribute(CloseState)
    reviewed_at = ValueAttribute(datetime, null=True)
    reviewed_by = UnicodeAttribute(null=True)
    sha256 = UnicodeAttribute()
    version = NumberAttribute()


class PackTextModel(RowModel[PackText]):
    """One part of a pack's text."""

    row_type = PackText
    table = "closes"
    computed: ClassVar[Columns] = {
        "close_key": lambda row: pack_key(row.sha256),
        "place": lambda row: f"{row.part:05}",
    }

    close_key = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    sha256 = UnicodeAttribute()
    part = NumberAttribute()
    text = UnicodeAttribute()
