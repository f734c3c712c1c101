"""The lists of the console and of the month's end; see review_ports.ReviewStore for what they promise."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.audit_models import AuditModel
from guerdon.adapters.dynamodb.failures import store_busy
from guerdon.adapters.dynamodb.listing import (
    Budget,
    Stream,
    months_before,
    months_of,
    newest_first,
    position,
    taken,
    through_months,
)
from guerdon.adapters.dynamodb.models import (
    HEAD_KIND,
    AdvocateModel,
    InboxModel,
    PayoutModel,
    ProgramHeadModel,
    RewardModel,
)
from guerdon.adapters.dynamodb.row_model import RowModel
from guerdon.adapters.dynamodb.store import DynamoStore
from guerdon.application.audit_records import Audit
from guerdon.application.records import AdvocateDetails, InboxEvent, Waiting
from guerdon.application.review_ports import (
    INBOX_MONTHS_BEFORE,
    ROWS_A_PAGE,
    EventFilter,
    Page,
    PayoutFilter,
    ReceivedEvent,
)
from guerdon.application.transaction import Row
from guerdon.domain.deal import from_instant, instant
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward

_Row = TypeVar("_Row", bound=Row)


class DynamoReviews(DynamoStore):
    """The store with the lists of what it holds, for who looks at it: no function on the way of a deal loads this."""

    def payouts(
        self, wanted: PayoutFilter, now: datetime, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[Payout]:
        """Payouts, newest first: a page costs at most READS_MOST queries and one read of each row."""
        if wanted.waiting:
            listed = (one for one in self.waiting_payouts() if wanted.why in {None, one.why})
            return self._waiting_page(PayoutModel, listed, wanted.has, cursor, limit)
        model = self.tables.model(PayoutModel)
        months = (keys.month_of(now), self._opened(now))
        fits = lambda entry: wanted.lets_through(entry.status, entry.channel, entry.program)  # noqa: E731 - a line of its own, since it is handed on.
        stream = through_months(model.by_time.query, model.place, months, position(cursor), fits)
        entries, after = taken(stream, limit)
        rows = self._rows(PayoutModel, [entry.payout_id for entry in entries])
        return Page(tuple(payout for payout in rows if wanted.has(payout)), after)

    def payouts_earned(self, wanted: PayoutFilter, begin: datetime, end: datetime) -> Iterator[Payout]:
        """Those of the index, month by month, whose status, channel and program fit; each month's shards merged."""
        model = self.tables.model(PayoutModel)
        # A place begins with its instant and goes on, so it is never the upper bound itself.
        between = model.place.between(instant(begin), instant(end))
        for month in reversed(months_of(begin, end)):
            with store_busy():
                listed = [entry for shard in keys.month_shards(month) for entry in model.by_time.query(shard, between)]
            fitting = (entry for entry in listed if wanted.lets_through(entry.status, entry.channel, entry.program))
            ids = [entry.payout_id for entry in sorted(fitting, key=attrgetter("place"))]
            yield from (payout for payout in self._rows(PayoutModel, ids) if wanted.has(payout))

    def payouts_of_advocate(
        self, advocate_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[Payout]:
        """The payouts to one recipient, newest first."""
        model = self.tables.model(PayoutModel)
        entries, after = taken(_of_key(model.by_advocate.query, model.place, advocate_id, cursor), limit)
        return Page(tuple(self._rows(PayoutModel, [entry.payout_id for entry in entries])), after)

    def payouts_of_reward(self, reward_id: str) -> tuple[Payout, ...]:
        """The payouts that a reward names: no index is read."""
        reward = self._get(RewardModel, reward_id)
        return tuple(self._rows(PayoutModel, list(reward.payout_ids))) if reward else ()

    def rewards_of_deal(self, deal_id: str) -> tuple[Reward, ...]:
        """The rewards that the deal's events name."""
        model = self.tables.model(InboxModel)
        with store_busy():
            ids = [found.event_id for found in model.by_deal.query(deal_id)]
        events = self._rows(InboxModel, ids)
        named = dict.fromkeys(reward_id for event in events for reward_id in event.reward_ids)
        return tuple(self._rows(RewardModel, list(named)))

    def inbox_events(
        self, wanted: EventFilter, now: datetime, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[InboxEvent]:
        """Inbox events, newest first: a page costs at most READS_MOST queries and one read of each row."""
        if wanted.waiting:
            return self._waiting_page(InboxModel, self.waiting_events(), wanted.has, cursor, limit)
        model = self.tables.model(InboxModel)
        months = (keys.month_of(now), months_before(self._opened(now), INBOX_MONTHS_BEFORE))
        fits = lambda entry: wanted.lets_through(entry.outcome, entry.program)  # noqa: E731 - as above
        stream = through_months(model.received.query, model.place, months, position(cursor), fits)
        entries, after = taken(stream, limit)
        rows = self._rows(InboxModel, [entry.event_id for entry in entries])
        return Page(tuple(event for event in rows if wanted.has(event)), after)

    def inbox_events_about(
        self, person_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE
    ) -> Page[InboxEvent]:
        """The events that name one person, newest first."""
        model = self.tables.model(InboxModel)
        entries, after = taken(_of_key(model.by_recipient.query, model.place, person_id, cursor), limit)
        return Page(tuple(self._rows(InboxModel, [entry.event_id for entry in entries])), after)

    def inbox_events_of_month(self, begin: datetime, end: datetime) -> Iterator[ReceivedEvent]:
        """The index's entries of that time, shard by shard."""
        model = self.tables.model(InboxModel)
        # A place begins with its instant and goes on, so it is never the upper bound itself.
        between = model.place.between(instant(begin), instant(end))
        for month in months_of(begin, end):
            for shard in keys.month_shards(month):
                with store_busy():
                    for found in model.received.query(shard, between):
                        received_at = from_instant(found.place.partition("#")[0])
                        yield ReceivedEvent(found.event_id, received_at, found.outcome, found.program)

    def advocates_by_email(self, email: str) -> tuple[AdvocateDetails, ...]:
        """Those with that address: at most ROWS_A_PAGE, though a shared mailbox had more."""
        key = keys.email_key(email)
        if key is None:
            return ()
        model = self.tables.model(AdvocateModel)
        with store_busy():
            found = [entry.person_key for entry in model.by_email.query(key, limit=ROWS_A_PAGE)]
        people = self._rows(AdvocateModel, sorted(found))
        return tuple(person for person in people if keys.email_key(person.email) == key)

    def audit_of_month(self, month: str, cursor: str | None = None, limit: int = ROWS_A_PAGE) -> Page[Audit]:
        """A month's lines, newest first."""
        model = self.tables.model(AuditModel)
        lines, after = taken(_of_key(model.query, model.place, month, cursor), limit)
        return Page(tuple(line.to_row() for line in lines), after)

    def audit_of_subject(self, subject_id: str, cursor: str | None = None, limit: int = ROWS_A_PAGE) -> Page[Audit]:
        """The lines about one thing, newest first."""
        model = self.tables.model(AuditModel)
        lines, after = taken(_of_key(model.by_subject.query, model.place, subject_id, cursor), limit)
        return Page(tuple(line.to_row() for line in lines), after)

    def program_names(self) -> tuple[str, ...]:
        """The programs of the index of heads."""
        with store_busy():
            return tuple(head.program for head in self.tables.model(ProgramHeadModel).heads.query(HEAD_KIND))

    def _opened(self, now: datetime) -> str:
        """The month in which the books were opened: nothing is earned before."""
        head = self.seal_head()
        return head.opened[: keys.MONTH_LENGTH] if head else keys.month_of(now)

    def _waiting_page(
        self,
        model: type[RowModel[_Row]],
        waiting: Iterable[Waiting],
        has: Callable[[_Row], bool],
        cursor: str | None,
        limit: int,
    ) -> Page[_Row]:
        """A page of what waits, by since when: the list of it is as long as what a person has still to do."""
        before = position(cursor)
        placed = sorted(((keys.place_of(one.since, one.subject_id), one.subject_id) for one in waiting), reverse=True)
        rest = [(place, one) for place, one in placed if before is None or place < before]

        def stream() -> Stream[_Row]:
            budget = Budget()
            for first in range(0, len(rest), limit):
                budget.take()
                part = rest[first : first + limit]
                rows = dict(self._by_id(model, [one for _, one in part]))
                for place, one in part:
                    row = rows.get(one)
                    yield place, row if row is not None and has(row) else None

        found, after = taken(stream(), limit)
        return Page(tuple(found), after)


def _of_key(query: Callable[..., Iterable[Any]], column: Any, key: str, cursor: str | None) -> Stream[Any]:  # noqa: ANN401 - PynamoDB's columns share no type that can be compared.
    """All under one key that stands before the cursor."""
    return ((entry.place, entry) for entry in newest_first(query, column, key, position(cursor), Budget()))
