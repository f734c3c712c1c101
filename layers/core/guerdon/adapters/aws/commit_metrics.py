"""What a committed transaction made true, as metrics: events taken in and decided, payouts that moved, mails sent.

A transaction is data, so what it says can be read off it, in one place for every function. It commits once however
often its message comes, and when an answer is lost the SDK's retry under the same token gives the first one's answer:
so nothing is counted twice. A process that dies between the commit and the line, or hears of the commit from no retry,
leaves a fact uncounted. The books are the journal; these are for looking at.
"""

from typing import Final

from guerdon.adapters.aws.metrics import (
    EVENTS_DECIDED,
    EVENTS_RECEIVED,
    FULFILLMENT_COST,
    MAILS_DECLINED,
    MAILS_SENT,
    PAYOUT_CHANGES,
    STORE_BUSY,
    TRANSACTIONS_LOST,
    VALUE_PAID,
    Metrics,
)
from guerdon.application.records import SENT, TAKEN, TOLD_WITH_ANOTHER, InboxEvent, SentNotice
from guerdon.application.transaction import Committed, Insert, Replace, Row, Transaction, Write
from guerdon.domain import ledger
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import Change, Payout, PayoutStatus
from guerdon.domain.program import Beneficiary

REMEMBERED_MOST: Final = 1_000
"""How many rows that were read are remembered; a function replaces what it reads within moments, or never does."""

_LOST: Final = {Committed.NO_CONDITION_FAILED: "condition", Committed.NO_CONFLICT: "conflict"}


class CommitMetrics:
    """The witness of a function's store.

    What a write changes shows beside the row that was read before: the write is conditioned on that very version.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._last_lines: dict[str, Change] = {}
        self._undecided: set[str] = set()

    def saw(self, row: Row) -> None:
        """Remember how a payout or an event stood."""
        if isinstance(row, Payout):
            if len(self._last_lines) >= REMEMBERED_MOST:
                self._last_lines.clear()
            if row.history:
                self._last_lines[row.payout_id] = row.history[-1]
        elif isinstance(row, InboxEvent):
            if len(self._undecided) >= REMEMBERED_MOST:
                self._undecided.clear()
            if row.outcome is None:
                self._undecided.add(row.event_id)

    def heard(self, transaction: Transaction, outcome: Committed) -> None:
        """Print what the transaction made true, or that it was lost to another."""
        if outcome is not Committed.YES:
            self._metrics.add(TRANSACTIONS_LOST, why=_LOST[outcome])
            return
        for write in transaction:
            self._tell(write)

    def busy(self) -> None:
        """Print that nobody knows what became of a transaction."""
        self._metrics.add(STORE_BUSY)

    def _tell(self, write: Write) -> None:
        match write:
            case Insert(InboxEvent(beneficiary=Beneficiary.ADVOCATE, connection=connection)):
                # The row for the referred customer is a second one of the same delivery.
                self._metrics.add(EVENTS_RECEIVED, connection=connection)
            case Replace(InboxEvent() as event):
                self._tell_decided(event)
            case Insert(Payout() as payout):
                self._tell_statuses(payout, payout.history)
            case Replace(Payout() as payout):
                last = self._last_lines.pop(payout.payout_id, None)
                self._tell_statuses(payout, payout.lines_after(last) if last else ())
            case Insert(Entry() as entry):
                self._tell_cost(entry)
            case Insert(SentNotice() as note):
                self._tell_mail(note)
            case _:
                pass

    def _tell_decided(self, event: InboxEvent) -> None:
        if event.outcome is not None and event.event_id in self._undecided:
            self._undecided.discard(event.event_id)
            self._metrics.add(EVENTS_DECIDED, outcome=event.outcome.value)

    def _tell_statuses(self, payout: Payout, lines: tuple[Change, ...]) -> None:
        # A person's decision writes two lines of one status: how it stands, and who decided.
        statuses = dict.fromkeys(change.status for change in lines)
        for status in statuses:
            self._metrics.add(PAYOUT_CHANGES, status=status.value, channel=payout.channel.value)
        if PayoutStatus.SETTLED in statuses:
            self._metrics.add(VALUE_PAID, float(payout.value.decimal), currency=payout.value.currency)

    def _tell_cost(self, entry: Entry) -> None:
        for posting in entry.postings:
            if posting.account == ledger.FULFILLMENT_COST:
                self._metrics.add(FULFILLMENT_COST, float(posting.amount.decimal), currency=posting.amount.currency)

    def _tell_mail(self, note: SentNotice) -> None:
        if note.result == SENT:
            self._metrics.add(MAILS_SENT)
        elif note.result != TOLD_WITH_ANOTHER and not note.notice.endswith(TAKEN):
            self._metrics.add(MAILS_DECLINED, reason=note.result)
