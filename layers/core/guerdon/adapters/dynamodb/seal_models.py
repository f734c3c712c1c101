"""The rows of the seals table: the head, the seals by their hours, and the sealed texts by their digests."""

from datetime import datetime
from typing import ClassVar, Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.adapters.dynamodb.row_model import Columns, RowModel
from guerdon.application.seal_records import SealedText, SealHead
from guerdon.domain.seal import Seal

HEAD: Final = "head"
SEAL: Final = "seal"
"""All seals stand under one key, in the order of their hours: there is at most one an hour."""


def text_key(sha256: str) -> str:
    """The key of a sealed text, within which its parts are numbered."""
    return keys.joined("text", sha256)


class SealHeadModel(RowModel[SealHead]):
    """How far the journal is sealed."""

    row_type = SealHead
    table = "seals"
    computed: ClassVar[Columns] = {"seal_key": lambda _: HEAD, "place": lambda _: HEAD}

    seal_key = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    opened = UnicodeAttribute()
    sealed_through = UnicodeAttribute()
    number = NumberAttribute()
    last_hour = UnicodeAttribute(null=True)
    last_sha256 = UnicodeAttribute()
    version = NumberAttribute()


class SealModel(RowModel[Seal]):
    """The seal of an hour."""

    row_type = Seal
    table = "seals"
    computed: ClassVar[Columns] = {"seal_key": lambda _: SEAL}

    seal_key = UnicodeAttribute(hash_key=True)
    hour = UnicodeAttribute(range_key=True, attr_name="place")
    number = NumberAttribute()
    previous_sha256 = UnicodeAttribute()
    entries = NumberAttribute()
    roster_sha256 = UnicodeAttribute()
    balances_sha256 = UnicodeAttribute()
    sha256 = UnicodeAttribute()
    sealed_at = ValueAttribute(datetime)


class SealedTextModel(RowModel[SealedText]):
    """One part of a text that a seal has the digest of."""

    row_type = SealedText
    table = "seals"
    computed: ClassVar[Columns] = {
        "seal_key": lambda row: text_key(row.sha256),
        "place": lambda row: f"{row.part:05}",
    }

    seal_key = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    sha256 = UnicodeAttribute()
    part = NumberAttribute()
    text = UnicodeAttribute()
