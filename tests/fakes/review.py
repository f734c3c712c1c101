"""What the store in memory knows of its own lists."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, TypeVar

from fakes.ledger import MemoryLedger
from guerdon.application.audit_records import Audit
from guerdon.application.records import AdvocateDetails, InboxEvent, ProgramHead
from guerdon.application.review_ports import ROWS_A_PAGE, EventFilter, Page, PayoutFilter, ReceivedEvent
from guerdon.domain.deal import instant
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward

_Row = TypeVar("_Row")

_OURS: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-.*)?", re.ASCII | re.DOTALL)


class MemoryReview(MemoryLedger):
    """The lists, over the rows of the store that it is a part of."""

    def payouts(
        self, wanted: PayoutFilter, now: datetime, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[Payout]:
        self._answer()
        del now  # Here nothing has to know where a list begins.
        payouts = [payout for payout in self.of(Payout) if wanted.has(payout) and payout.earned_at]
        if wanted.waiting:
            return _page(payouts, lambda row: _place(row.waiting_since, row.payout_id), cursor, limit)
        return _page(payouts, lambda row: _place(row.earned_at, row.payout_id), cursor, limit)

    def payouts_earned(self, wanted: PayoutFilter, begin: datetime, end: datetime) -> Iterator[Payout]:
        self._answer()
        earned = [(one.earned_at, one.payout_id, one) for one in self.of(Payout) if one.earned_at and wanted.has(one)]
        return (one for at, _, one in sorted(earned, key=lambda row: row[:2]) if begin <= at < end)

    def payouts_of_advocate(
        self, advocate_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[Payout]:
        self._answer()
        payouts = [payout for payout in self.of(Payout) if payout.advocate_id == advocate_id and payout.earned_at]
        return _page(payouts, lambda row: _place(row.earned_at, row.payout_id), cursor, limit)

    def payouts_of_reward(self, reward_id: str) -> tuple[Payout, ...]:
        self._answer()
        named = [one for reward in self.of(Reward) if reward.reward_id == reward_id for one in reward.payout_ids]
        return tuple(payout for one in named for payout in self.of(Payout) if payout.payout_id == one)

    def rewards_of_deal(self, deal_id: str) -> tuple[Reward, ...]:
        self._answer()
        events = sorted((e for e in self.of(InboxEvent) if e.deal_id == deal_id), key=lambda e: e.received_at)
        named = dict.fromkeys(reward_id for event in events for reward_id in event.reward_ids)
        return tuple(reward for one in named for reward in self.of(Reward) if reward.reward_id == one)

    def inbox_events(
        self, wanted: EventFilter, now: datetime, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[InboxEvent]:
        self._answer()
        del now  # As above.
        events = [event for event in self.of(InboxEvent) if wanted.has(event)]
        if wanted.waiting:
            return _page(events, lambda row: _place(row.waiting_since, row.event_id), cursor, limit)
        return _page(events, lambda row: _place(row.received_at, row.event_id), cursor, limit)

    def inbox_events_about(
        self, person_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[InboxEvent]:
        self._answer()
        events = [event for event in self.of(InboxEvent) if event.recipient_id == person_id]
        return _page(events, lambda row: _place(row.received_at, row.event_id), cursor, limit)

    def inbox_events_of_month(self, begin: datetime, end: datetime) -> Iterator[ReceivedEvent]:
        self._answer()
        events = [event for event in self.of(InboxEvent) if begin <= event.received_at < end]
        return iter([ReceivedEvent(e.event_id, e.received_at, e.outcome, e.program) for e in events])

    def advocates_by_email(self, email: str) -> tuple[AdvocateDetails, ...]:
        self._answer()
        wanted = email.strip().lower()
        found = [one for one in self.of(AdvocateDetails) if one.email and one.email.strip().lower() == wanted]
        return tuple(sorted(found, key=lambda one: one.advocate_id)) if wanted else ()

    def audit_of_month(self, month: str, cursor: str | None = None, limit: int = ROWS_A_PAGE) -> Page[Audit]:
        self._answer()
        lines = [line for line in self.of(Audit) if instant(line.at).startswith(f"{month}-")]
        return _page(lines, lambda row: _place(row.at, row.audit_id), cursor, limit)

    def audit_of_subject(self, subject_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE) -> Page[Audit]:
        self._answer()
        lines = [line for line in self.of(Audit) if line.subject_id == subject_id]
        return _page(lines, lambda row: _place(row.at, row.audit_id), cursor, limit)

    def program_names(self) -> tuple[str, ...]:
        self._answer()
        return tuple(sorted(head.program for head in self.of(ProgramHead)))


def _place(moment: datetime | None, row_id: str) -> str:
    return f"{instant(moment)}#{row_id}" if moment else ""


def _page(rows: Iterable[_Row], place: Callable[[_Row], str], cursor: str | None, limit: int) -> Page[_Row]:
    before = cursor if cursor and _OURS.fullmatch(cursor) else None
    rest = sorted((row for row in rows if before is None or place(row) < before), key=place, reverse=True)
    return Page(tuple(rest[:limit]), place(rest[limit - 1]) if len(rest) > limit else None)
