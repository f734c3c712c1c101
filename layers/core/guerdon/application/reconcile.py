"""Hold one provider's statement against the journal, payout by payout. Nothing is posted: what differs is written down.

Every judgment rests on rows read by key and on the provider's own word about that one attempt, so a run that is
repeated, overtaken or cut off leaves nothing wrong: the next one finds the same differences under the same ids.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.books import Books
from guerdon.application.ports import Clock, Store
from guerdon.application.reconcile_scope import Scope, scope_of_month, scope_since
from guerdon.application.reconciliation_items import keep_items, keep_run
from guerdon.application.reconciliation_ports import StatementSource
from guerdon.application.reconciliation_records import ReconciliationItem, ReconciliationRun, SeenLine
from guerdon.application.transaction import ITEMS_MOST, Committed, Insert, Replace, Write
from guerdon.domain.channel import CHANNEL_OF
from guerdon.domain.identity import payout_of
from guerdon.domain.ledger import EntryKind
from guerdon.domain.payout import WaitsFor
from guerdon.domain.reconciliation import (
    Booked,
    BookedState,
    Difference,
    Finding,
    LineKind,
    StatementLine,
    booked_attempts,
    judge,
    usual_time,
)

INDEX_LAGS_MOST: Final = timedelta(minutes=15)
"""How long after an entry was written its index may not have it; in practice a second."""

_MAY_BE_LATE: Final = frozenset({WaitsFor.OVERDUE.value, WaitsFor.UNKNOWN.value})
_ABOUT_A_PROVIDER: Final = frozenset({EntryKind.SUBMITTED, EntryKind.SETTLED, EntryKind.FAILED, EntryKind.RETURNED})


@dataclass(slots=True)
class _Compared:
    """What a run has judged so far.

    Attributes:
        scope: What it compares.
        listed: The ids of the lines that the statement listed.
        lists_all: Whether the statement lists every line of the scope, so that one that it does not list is not there.
        undecided: How many references and lines it is too early to judge.
        references: The references that were judged.
        agrees: The lines that were judged, by id, and whether the books agree with them.
    """

    scope: Scope
    listed: frozenset[str]
    lists_all: bool
    findings: list[Finding] = field(default_factory=list)
    undecided: int = 0
    references: set[str] = field(default_factory=set)
    agrees: dict[str, tuple[StatementLine, bool]] = field(default_factory=dict)

    def add(self, found: Sequence[Finding], lines: Iterable[StatementLine], reference: str | None) -> None:
        """Add what was found of a reference, or of one line that carries none."""
        self.findings += found
        self.undecided += not found
        if reference is not None:
            self.references.add(reference)
        agrees = bool(found) and all(finding.difference is Difference.MATCHED for finding in found)
        self.agrees.update((line.line_id, (line, agrees)) for line in lines)

    def judged(self, item: ReconciliationItem) -> bool:
        """Whether this run would have found an open item again if it were still so."""
        if item.reference in self.references or item.line_id in self.agrees:
            return True
        # A line of nobody's that the statement does not list any more.
        reached = self.lists_all and self.scope.whole and self.scope.since <= item.on <= self.scope.until
        return item.payout_id is None and reached and item.line_id not in self.listed

    def counted(self, run: ReconciliationRun) -> ReconciliationRun:
        """The run with what was judged, and what needed no judging because it agreed before, counted."""
        agreed_before = len(self.listed - self.agrees.keys())
        matched = sum(finding.difference is Difference.MATCHED for finding in self.findings)
        return replace(
            run,
            lines=len(self.listed),
            matched=matched + agreed_before,
            undecided=self.undecided,
            differing=len(self.findings) - matched,
        )


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Compare one provider's statement with the books.

    Attributes:
        source: The statement.
    """

    store: Store
    clock: Clock
    source: StatementSource

    def __call__(self, scope: Scope | None = None) -> ReconciliationRun:
        """How the run went; a channel that nobody ever armed has paid nothing, so its statement is not asked for.

        Args:
            scope: What to compare; by default what was posted since the last run, and this one is the last run then.

        Raises:
            OutcomeUnknown: The provider's statement cannot be read.
            StoreBusy: The database was away, or a row kept changing.
        """
        now, name = self.clock.now(), self.source.name
        last = self.store.reconciliation_run(name)
        compares = scope or scope_since(last, now)
        run = ReconciliationRun(name, now, since=compares.since, through=compares.posted_before)
        if not compares.whole or self.store.channel_switch(CHANNEL_OF[name]) is not None:
            compared = self._compare(compares, now)
            self._keep_lines(compared, now)
            run = compared.counted(run)
        finished = replace(run, finished_at=self.clock.now())
        # A month or a file that is looked at by itself says nothing of what was posted besides.
        return finished if scope else keep_run(self.store, last, finished)

    def of_month(self, month: str) -> ReconciliationRun:
        """How a run over a month such as "2026-11" went.

        Raises:
            ValueError: The month is not written so.
        """
        return self(scope_of_month(month, self.clock.now()))

    def _compare(self, scope: Scope, now: datetime) -> _Compared:
        name, today = self.source.name, now.date()
        open_items = [item for item in self.store.open_items() if item.source == name]
        # The books are read before the statement: what is settled in them then must be in it.
        wanted = self._touched(scope, now) | {item.payout_id for item in open_items if item.payout_id}
        # What the provider never carried out has no newer entry, and may have no line: it is overdue, and waits.
        wanted |= {waiting.subject_id for waiting in self.store.waiting_payouts() if waiting.why in _MAY_BE_LATE}
        booked = {one.reference: one for payout_id in sorted(wanted) for one in self._booked(payout_id)}
        listed_twice = self.source.lines(scope.since, tuple(booked))
        lines = list({line.line_id: line for line in listed_twice if scope.has(line)}.values())
        news = self._news(lines)
        for payout_id in {owner[0] for line in news if (owner := payout_of(line.reference or ""))} - wanted:
            booked |= {one.reference: one for one in self._booked(payout_id)}
        compared = _Compared(scope, frozenset(line.line_id for line in lines), self.source.lists_all)
        listed = _by_reference(lines)
        for reference in sorted(booked.keys() | _by_reference(news).keys()):
            found = self._lines_of(reference, booked.get(reference), listed.get(reference, ()), scope)
            if found is not None:
                too_early = reference not in booked and self._just_sent(reference, now)
                judged = () if too_early else judge(booked.get(reference), found, name, today)
                compared.add(judged, found, reference)
        for line in news:
            if not _is_of_a_payout(line):
                compared.add(judge(None, (line,), name, today), (line,), None)
        differing = [finding for finding in compared.findings if finding.difference is not Difference.MATCHED]
        keep_items(self.store, self.clock, open_items, differing, compared.judged)
        return compared

    def _touched(self, scope: Scope, now: datetime) -> set[str]:
        """The payouts of this channel about which something was posted."""
        channel = CHANNEL_OF[self.source.name]
        entries = Books(self.store).entries(now, scope.posted_before, scope.posted_from)
        return {
            entry.payout_id
            for entry in entries
            if entry.channel is channel and entry.kind in _ABOUT_A_PROVIDER and entry.payout_id
        }

    def _booked(self, payout_id: str) -> tuple[Booked, ...]:
        """The attempts at a payout as the journal has them; none if there is no such payout."""
        payout = self.store.payout(payout_id)
        if payout is None or payout.channel is not CHANNEL_OF[self.source.name]:
            return ()
        return booked_attempts(payout_id, self.store.entries_of_reward(payout.reward_id), payout.time_zone)

    def _just_sent(self, reference: str, now: datetime) -> bool:
        """Whether an attempt is so new that the index may not have its entry yet, which is as old as it is."""
        owner = payout_of(reference)
        attempt = self.store.attempt(*owner) if owner else None
        return attempt is not None and now - attempt.first_sent_at < INDEX_LAGS_MOST

    def _lines_of(
        self, reference: str, booked: Booked | None, listed: tuple[StatementLine, ...], scope: Scope
    ) -> tuple[StatementLine, ...] | None:
        """The lines about one reference; None where the statement does not reach and says nothing of it."""
        if listed or booked is None or booked.state is BookedState.NOTHING_MOVED:
            return listed
        if not scope.expects(booked):
            return None
        since = self.clock.now().date() - booked.sent_on
        if booked.state is BookedState.UNDER_WAY and since <= usual_time(booked.channel):
            return ()
        owner = payout_of(reference)
        attempt = self.store.attempt(*owner) if owner else None
        return self.source.lines_of(reference, attempt.provider_id if attempt else None)

    def _news(self, lines: Sequence[StatementLine]) -> list[StatementLine]:
        """The lines but for those that are as they were when the books last agreed with them."""
        seen = self._seen(lines)
        return [
            line
            for line in lines
            if (known := seen.get(line.line_id)) is None or not known.agrees or known.line != line
        ]

    def _seen(self, lines: Iterable[StatementLine]) -> dict[str, SeenLine]:
        months = sorted({line.month for line in lines})
        rows = (row for month in months for row in self.store.statement_lines(self.source.name, month))
        return {row.line.line_id: row for row in rows}

    def _keep_lines(self, compared: _Compared, now: datetime) -> None:
        """Write down the lines that were judged. It comes last: a line that is known to agree is not judged again."""
        seen = self._seen(line for line, _ in compared.agrees.values())
        writes: list[Write] = []
        for line, agrees in compared.agrees.values():
            before = seen.get(line.line_id)
            if before is None:
                writes.append(Insert(SeenLine(line, agrees, now)))
            elif (before.line, before.agrees) != (line, agrees):
                writes.append(Replace(SeenLine(line, agrees, now, before.version + 1)))
        for batch in _batches(writes):
            if self.store.commit(batch) is not Committed.YES:
                # Another run of the same provider wrote one of them meanwhile; whichever is there will do.
                for write in batch:
                    self.store.commit((write,))


def _is_of_a_payout(line: StatementLine) -> bool:
    return line.kind is LineKind.PAYOUT and line.reference is not None


def _by_reference(lines: Iterable[StatementLine]) -> Mapping[str, tuple[StatementLine, ...]]:
    grouped: defaultdict[str, list[StatementLine]] = defaultdict(list)
    for line in lines:
        if line.kind is LineKind.PAYOUT and line.reference is not None:
            grouped[line.reference].append(line)
    return {reference: tuple(found) for reference, found in grouped.items()}


def _batches(writes: Sequence[Write]) -> Iterator[tuple[Write, ...]]:
    for begin in range(0, len(writes), ITEMS_MOST):
        yield tuple(writes[begin : begin + ITEMS_MOST])
