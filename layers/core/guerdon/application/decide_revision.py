"""What a reversal or an amendment means by the win that it is about, and the one transaction that makes it so."""

from dataclasses import replace
from datetime import datetime

from guerdon.application.adjust_reward import Revision, adjusted
from guerdon.application.decide_win import decide_win
from guerdon.application.decision import Decision, decided
from guerdon.application.ports import EventReader, Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.records import DealRecord, InboxEvent
from guerdon.application.reserving import reservations
from guerdon.application.revised_worth import revised_worth
from guerdon.application.transaction import Insert, Replace, Transaction, Write
from guerdon.domain.deal import DEAL_CLOSED, DealEvent
from guerdon.domain.judgment import Judgment, Outcome
from guerdon.domain.reward import Reward
from guerdon.domain.rules import CannotDecide
from guerdon.domain.wins import Win, in_the_way, win_of, with_win


def decide_revision(  # noqa: PLR0913, PLR0917 - what is judged, when, and the three things that it may read.
    store: Store, shelf: ProgramShelf, read_event: EventReader, inbox: InboxEvent, event: DealEvent, now: datetime
) -> Decision:
    """Judge a reversal or an amendment by the win that it is about."""
    record = store.deal_record(inbox.source_account, event.program, event.deal.id, DEAL_CLOSED)
    wins = record.wins if record else ()
    before = win_of(wins, event.occurrence)
    problem = _problem(shelf, wins, before, event)
    if problem is not None:
        return decided(inbox, problem.outcome, problem.why, now)
    before = before or Win(event.occurrence)
    win = before.revised(event, event.effective_at or event.timestamp, inbox.event_id)
    if win == before:
        return decided(inbox, Outcome.NO_CHANGE, "as much was known from what was told before", now)
    reward = store.reward(win.reward_id) if win.reward_id else None
    told = store.event_body(win.event_id) if win.event_id and reward is None and not win.undone else None
    if told is not None and record is not None:
        return decide_win(store, shelf, inbox, read_event(told.body), now, revised=(record, win))
    recorded = _recorded(record, inbox, event, win)
    if reward is None:
        outcome = Outcome.NO_CHANGE if win.told else Outcome.REMEMBERED
        why = "the win earned nothing" if win.told else "it counts as soon as its win is told"
        return decided(inbox, outcome, why, now).along_with((recorded,))
    total = win.standing_total(win.total or event.deal.amount)
    reserved = reservations(store, reward.program, reward.advocate_id, reward.amount.currency, reward.budgets)
    worth = revised_worth(store, shelf, read_event, reward, total, reserved.amounts)
    if isinstance(worth, CannotDecide):
        return decided(inbox, Outcome.NEEDS_ATTENTION, worth.why, now)
    uncounted = _uncounted(store, reward) if win.undone and not before.undone else ()
    revision = Revision(inbox, event.effective_at or event.timestamp, now, total, worth)
    return adjusted(store, revision, reward, reserved).along_with((recorded,), uncounted)


def _problem(shelf: ProgramShelf, wins: tuple[Win, ...], win: Win | None, event: DealEvent) -> Judgment | None:
    """What keeps the event from meaning anything; None when nothing does."""
    if shelf.current(event.program) is None:
        return Judgment(Outcome.UNKNOWN_PROGRAM, f"no program {event.program[:63]!r} is published")
    other = in_the_way(wins, event.deal.closed_at) if win is None else None
    if other is not None:
        why = f"it is about a win at {event.occurrence}, and the deal was won at {other.occurrence}"
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    if win is not None and event.deal.amount.currency not in win.currencies():
        why = f"its total is in {event.deal.amount.currency}, and what was told before is not"
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    return None


def _recorded(record: DealRecord | None, inbox: InboxEvent, event: DealEvent, win: Win) -> Write:
    if record is None:
        return Insert(DealRecord(inbox.source_account, event.program, event.deal.id, DEAL_CLOSED, (win,)))
    return Replace(replace(record, wins=with_win(record.wins, win), version=record.version + 1))


def _uncounted(store: Store, reward: Reward) -> Transaction:
    """A deal that came undone is not counted any more; rewards granted since keep their ordinals."""
    count = store.deal_count(reward.advocate_id, reward.program, reward.explanation.period)
    if count is None or count.count == 0:
        return ()
    return (Replace(replace(count, count=count.count - 1, version=count.version + 1)),)
