"""The keys under which rows stand, and the shards that keep any one key from being hot.

Parts of a key are joined by slashes after percent-encoding, so that no two rows can share a key.
"""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from zlib import crc32

SHARDS: Final = 8
"""Partitions of an index or of an hour of the journal: one takes 1,000 write units a second."""


def joined(*parts: str) -> str:
    """A key of `parts`: ("a/b", "c") and ("a", "b/c") differ."""
    return "/".join(quote(part, safe="") for part in parts)


def event_key(event_id: str) -> str:
    """The key of an event's body in the people table."""
    return joined("event", event_id)


def advocate_key(advocate_id: str) -> str:
    """The key of an advocate in the people table."""
    return joined("advocate", advocate_id)


def request_key(reference: str) -> str:
    """The key of a frozen request in the people table."""
    return joined("request", reference)


def deal_key(source_account: str, program: str, deal_id: str) -> str:
    """The key of a deal, within which a trigger is the sort key."""
    return joined(source_account, program, deal_id)


def ordinal_key(advocate_id: str, group: str, period: str) -> str:
    """The key of the counted deals of an advocate in the counters table."""
    return joined("ordinal", advocate_id, group, period)


def receivable_key(advocate_id: str, currency: str) -> str:
    """The key of what an advocate owes in the counters table."""
    return joined("receivable", advocate_id, currency)


def reserved_key(program: str, advocate_id: str | None, period: str, currency: str) -> str:
    """The key of what is reserved in a budget in the counters table."""
    whose = ("program",) if advocate_id is None else ("advocate", advocate_id)
    return joined("reserved", program, *whose, period, currency)


def channel_key(channel: str) -> str:
    """The key of a channel's switch in the settings table."""
    return joined("channel", channel)


def shard_of(subject: str) -> str:
    """The shard of `subject`, "0" to "7": always the same one, and all of them as often."""
    return str(crc32(subject.encode()) % SHARDS)


def hour_shard(posted_at: datetime, entry_id: str) -> str:
    """The journal partition of an entry, such as "2026-11-22T14#3": its hour in UTC, and its subject's shard."""
    subject = entry_id.rpartition("@")[0]
    return f"{posted_at.astimezone(UTC):%Y-%m-%dT%H}#{shard_of(subject)}"
