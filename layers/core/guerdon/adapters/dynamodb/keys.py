"""The keys under which rows stand, and the shards that keep any one key from being hot.

Parts of a key are joined by slashes after percent-encoding, so that no two rows can share a key.
"""

from datetime import datetime
from typing import Final
from urllib.parse import quote
from zlib import crc32

from guerdon.domain.deal import instant
from guerdon.domain.program import Beneficiary

SHARDS: Final = 8
"""Partitions of an index or of an hour of the journal: one takes 1,000 write units a second."""

MONTH_LENGTH: Final = len("2026-11")
KEY_BYTES_MOST: Final = 1024
"""Half of what DynamoDB takes for a partition key, and four times the longest address there can be."""


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


def trigger_key(trigger: str, beneficiary: str) -> str:
    """The sort key of a deal's record: "deal.closed" for the advocate, "deal.closed/referred" for the other side."""
    return joined(trigger) if beneficiary == Beneficiary.ADVOCATE else joined(trigger, beneficiary)


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


def released_key(program: str, day: str) -> str:
    """The key of what a program released in a day in the counters table."""
    return joined("released", program, day)


def reconciliation_item_key(item_id: str) -> str:
    """The key of a difference in the reconciliation table."""
    return joined("item", item_id)


def reconciliation_run_key(source: str) -> str:
    """The key of a source's last run in the reconciliation table."""
    return joined("run", source)


def statement_key(source: str, account: str, month: str) -> str:
    """The key of a month of one account's statement in the statements table, such as "tremendous##2026-11"."""
    return "#".join((quote(source, safe=""), quote(account, safe=""), month))


def channel_key(channel: str) -> str:
    """The key of a channel's switch in the settings table."""
    return joined("channel", channel)


PAUSES_KEY: Final = joined("pauses")
"""The key of the one row that says what is paused, in the settings table."""


def funds_key(channel: str) -> str:
    """The key of a channel's hold for want of money in the counters table."""
    return joined("funds", channel)


def shard_of(subject: str) -> str:
    """The shard of `subject`, "0" to "7": always the same one, and all of them as often."""
    return str(crc32(subject.encode()) % SHARDS)


def month_of(moment: datetime) -> str:
    """The month of a moment, in UTC: "2026-11"."""
    return instant(moment)[:MONTH_LENGTH]


def month_shard(moment: datetime, subject: str) -> str:
    """The partition in which `subject` is listed, such as "2026-11#3": its month, and its own shard."""
    return f"{month_of(moment)}#{shard_of(subject)}"


def month_shards(month: str) -> tuple[str, ...]:
    """Every partition of a month."""
    return tuple(f"{month}#{shard}" for shard in range(SHARDS))


def place_of(moment: datetime, subject: str) -> str:
    """Where something stands in a list: text that sorts as time does, and is nobody else's."""
    return f"{instant(moment)}#{subject}"


def email_key(email: str | None) -> str | None:
    """An email address as it is searched by; None for what no index can hold."""
    key = (email or "").strip().lower()
    return key if 0 < len(key.encode()) <= KEY_BYTES_MOST else None


def hour_shard(hour: str, entry_id: str) -> str:
    """The journal partition of an entry, such as "2026-11-22T14#3": its hour, and its subject's shard."""
    subject = entry_id.rpartition("@")[0]
    return f"{hour}#{shard_of(subject)}"


def hour_shards(hour: str) -> tuple[str, ...]:
    """Every journal partition of an hour."""
    return tuple(f"{hour}#{shard}" for shard in range(SHARDS))
