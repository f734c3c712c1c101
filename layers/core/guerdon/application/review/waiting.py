"""What waits for a person: payouts and events, the oldest first, with the reason and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.ports import Store
from guerdon.application.records import InboxEvent
from guerdon.domain import glossary
from guerdon.domain.payout import BlockReason, Payout
from guerdon.domain.program import Beneficiary

_OUR_REASONS: Final = frozenset(BlockReason)


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One payout or event that waits.

    Attributes:
        since: Since when.
        age: How long that is.
        what: What it is about, without anybody's name.
        why: Why it waits, in words.
        to_do: What a person does about it.
    """

    subject_id: str
    since: datetime
    age: timedelta
    what: str
    why: str
    to_do: str


def waiting_in(store: Store, now: datetime) -> list[WaitingLine]:
    """Everything that waits, the oldest first. The indexes may lag behind: only the rows themselves count.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    return sorted((*_payouts(store, now), *_events(store, now)), key=lambda line: line.since)


def age_text(age: timedelta) -> str:
    """An age in its largest unit, rounded down: "3 days", "1 hour", "12 minutes"."""
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        count = age // length
        if count:
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "now"


def _payouts(store: Store, now: datetime) -> Iterator[WaitingLine]:
    for waiting in store.waiting_payouts():
        payout = store.payout(waiting.subject_id)
        if payout is not None and payout.waiting_since is not None and payout.waits_for is not None:
            term = glossary.WAITING[payout.waits_for]
            what = f"{payout.value.words} by {glossary.CHANNEL[payout.channel].words}"
            why = _with_detail(term.words, _detail_of(payout))
            since = payout.waiting_since
            yield WaitingLine(payout.payout_id, since, now - since, what, why, term.to_do)


def _events(store: Store, now: datetime) -> Iterator[WaitingLine]:
    for waiting in store.waiting_events():
        event = store.inbox_event(waiting.subject_id)
        if event is not None and event.waiting_since is not None and event.waits_for is not None:
            term = glossary.WAITING[event.waits_for]
            what = f"deal {event.deal_id}, {event.program}"
            if event.beneficiary is Beneficiary.REFERRED:
                what = f"{what}, for {glossary.BENEFICIARY[event.beneficiary]}"
            why = _with_detail(term.words, _detail_of_event(event))
            since = event.waiting_since
            yield WaitingLine(event.event_id, since, now - since, what, why, term.to_do)


def _detail_of(payout: Payout) -> str | None:
    """What was noticed about it, or what the provider said; a reason of ours is the words themselves."""
    return payout.attention or (payout.reason if payout.reason not in _OUR_REASONS else None)


def _detail_of_event(event: InboxEvent) -> str | None:
    return event.detail if event.outcome is not None else f"sent again {event.sent_again} times"


def _with_detail(words: str, detail: str | None) -> str:
    return f"{words}: {detail}" if detail else words
