"""What a reversal or an amendment means by the win that it is about, and the one transaction that makes it so."""

from datetime import datetime
from typing import Final

from guerdon.application.adjust_reward import Revision, adjusted
from guerdon.application.counted import uncounted
from guerdon.application.decide_win import Revised, decide_win
from guerdon.application.decision import Decision, decided
from guerdon.application.history import heard, record_of, recorded
from guerdon.application.ports import EventReader, Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.records import InboxEvent
from guerdon.application.reserving import reservations
from guerdon.application.revised_worth import revised_worth
from guerdon.application.told import told_event
from guerdon.domain.deal import DealEvent
from guerdon.domain.evaluation import CannotDecide
from guerdon.domain.judgment import Judgment, Outcome
from guerdon.domain.program import Beneficiary
from guerdon.domain.telling_late import told_late
from guerdon.domain.triggers import ONCE
from guerdon.domain.wins import Win, along_with, crowded, in_the_way, win_of, with_win

_NO_LONGER_TOLD: Final = Judgment(
    Outcome.NEEDS_ATTENTION, "the event of its win is no longer kept: a person must say what it earns"
)


def decide_revision(  # noqa: PLR0913, PLR0917 - what is judged, when, and the three things that it may read.
    store: Store, shelf: ProgramShelf, read_event: EventReader, inbox: InboxEvent, event: DealEvent, now: datetime
) -> Decision:
    """Judge a reversal or an amendment by the win that it is about."""
    record = record_of(store, inbox, event, inbox.beneficiary)
    wins = record.wins if record else ()
    before = win_of(wins, event.occurrence)
    problem = _problem(shelf, _may_contradict(store, inbox, event, wins), before, event)
    if problem is not None:
        return decided(inbox, problem.outcome, problem.why, now)
    before = before or Win(event.occurrence)
    win = before.revised(event, event.effective_at or event.timestamp, inbox.event_id)
    reward = store.reward(win.reward_id) if win.reward_id else None
    judged_anew = win.event_id is not None and reward is None and not win.undone
    told = told_event(store, read_event, win.event_id) if win.event_id and judged_anew else None
    problem = _not_kept(wins, before, win) or (_NO_LONGER_TOLD if judged_anew and told is None else None)
    if problem is not None:
        return decided(inbox, problem.outcome, problem.why, now)
    if told is not None and record is not None:
        return decide_win(store, shelf, inbox, told, now, revised=Revised(record, win, event.timestamp))
    kept = recorded(record, inbox, event, win)
    if reward is None:
        outcome = Outcome.NO_CHANGE if win.told else Outcome.REMEMBERED
        why = "the win earned nothing" if win.told else "it counts as soon as its win is told"
        return decided(inbox, outcome, why, now).along_with((kept,))
    reserved = reservations(store, reward.program, reward.advocate_id, reward.amount.currency, reward.budgets)
    worth = revised_worth(store, shelf, read_event, reward, win, reserved.amounts)
    if isinstance(worth, CannotDecide):
        return decided(inbox, Outcome.NEEDS_ATTENTION, worth.why, now)
    no_longer = uncounted(store, reward) if win.undone and not before.undone else ()
    total = win.standing_total(win.total or event.deal.amount)
    late = None
    if worth.amount > reward.standing:
        granted_by = shelf.version(reward.program, reward.program_version)
        late = told_late(granted_by, reward.closed_at, event.timestamp)
    revision = Revision(inbox, event.effective_at or event.timestamp, now, total, worth, late)
    return adjusted(store, revision, reward, reserved).along_with((kept,), no_longer)


def _may_contradict(store: Store, inbox: InboxEvent, event: DealEvent, wins: tuple[Win, ...]) -> tuple[Win, ...]:
    """The wins that may stand in the way of the revision's own: none when the advocate's row knows that one.

    The advocate's rows are decided in order, those for the referred customer perhaps in another.
    """
    if inbox.beneficiary is Beneficiary.ADVOCATE:
        return wins
    beside = record_of(store, inbox, event, Beneficiary.ADVOCATE)
    if beside is not None and win_of(beside.wins, event.occurrence) is not None:
        return ()
    return along_with(heard(wins, beside), beside.wins if beside is not None else ())


def _not_kept(wins: tuple[Win, ...], before: Win, win: Win) -> Judgment | None:
    """What keeps a revision from being kept; None when nothing does."""
    if win == before:
        return Judgment(Outcome.NO_CHANGE, "as much was known from what was told before")
    full = crowded(with_win(wins, win))
    return Judgment(Outcome.NEEDS_ATTENTION, f"{full}: a person must say what it means") if full else None


def _problem(shelf: ProgramShelf, wins: tuple[Win, ...], win: Win | None, event: DealEvent) -> Judgment | None:
    """What keeps the event from meaning anything; None when nothing does."""
    if not shelf.has(event.program):
        return Judgment(Outcome.UNKNOWN_PROGRAM, f"no program {event.program[:63]!r} is published")
    other = in_the_way(wins, event.deal.closed_at) if win is None and event.trigger in ONCE else None
    if other is not None:
        why = f"it is about a win at {event.occurrence}, and the deal was won at {other.occurrence}"
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    if win is not None and event.deal.amount.currency not in win.currencies():
        why = f"its total is in {event.deal.amount.currency}, and what was told before is not"
        return Judgment(Outcome.NEEDS_ATTENTION, why)
    return None
