"""What a reversal or an amendment changes, and the one transaction that makes it so."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from guerdon.application.decide_win import decide_win
from guerdon.application.decision import Decision, decided
from guerdon.application.grant import netted_from, new_payout, owing
from guerdon.application.ports import EventReader, Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.records import DealRecord, InboxEvent
from guerdon.application.transaction import Insert, Replace, Transaction, Write
from guerdon.domain import ledger
from guerdon.domain.deal import DEAL_CLOSED, DealEvent
from guerdon.domain.judgment import Judgment, Outcome
from guerdon.domain.money import Money
from guerdon.domain.reward import Adjustment, Reward
from guerdon.domain.rules import CannotDecide, Earned, evaluate
from guerdon.domain.taking_back import take_back_from
from guerdon.domain.wins import Win, in_the_way, win_of, with_win

if TYPE_CHECKING:
    from guerdon.domain.payout import Payout


PAYOUTS_MOST: Final = 12
"""How many payouts amendments may give a reward: a reversal must be able to take all of them back at once."""


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
    if told is not None:
        return decide_win(store, shelf, inbox, read_event(told.body), now, revised=win)
    recorded = _recorded(record, inbox, event, win)
    if reward is None:
        outcome = Outcome.NO_CHANGE if win.told else Outcome.REMEMBERED
        why = "the win earned nothing" if win.told else "it counts as soon as its win is told"
        return decided(inbox, outcome, why, now).along_with((recorded,))
    total = win.standing_total(win.total or event.deal.amount)
    worth = _worth(store, shelf, read_event, reward, total)
    if isinstance(worth, CannotDecide):
        return decided(inbox, Outcome.NEEDS_ATTENTION, worth.why, now)
    uncounted = _uncounted(store, reward) if win.undone and not before.undone else ()
    adjustment = Adjustment(now, inbox.event_id, total, worth)
    return _adjusted(store, inbox, event, reward, adjustment).along_with((recorded,), uncounted)


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


def _worth(
    store: Store, shelf: ProgramShelf, read_event: EventReader, reward: Reward, total: Money
) -> Money | CannotDecide:
    """What the reward is worth when its deal is worth `total`: by its own version, under its own ordinal."""
    if total.amount_minor == 0:
        return Money(0, reward.amount.currency)
    body = store.event_body(reward.event_id)
    if body is None:
        return CannotDecide("the event of its win was erased: a person must say what the reward is worth")
    win = read_event(body.body)
    program = shelf.version(reward.program, reward.program_version)
    revised = replace(win, deal=replace(win.deal, amount=total))
    evaluation = evaluate(program, reward.program_version, revised, reward.explanation.ordinal)
    if isinstance(evaluation, CannotDecide):
        return evaluation
    return evaluation.amount if isinstance(evaluation, Earned) else Money(0, reward.amount.currency)


def _uncounted(store: Store, reward: Reward) -> Transaction:
    """A deal that came undone is not counted any more; rewards granted since keep their ordinals."""
    count = store.deal_count(reward.advocate_id, reward.program, reward.explanation.period)
    if count is None or count.count == 0:
        return ()
    return (Replace(replace(count, count=count.count - 1, version=count.version + 1)),)


def _adjusted(store: Store, inbox: InboxEvent, event: DealEvent, reward: Reward, adjustment: Adjustment) -> Decision:
    difference = adjustment.amount - reward.standing
    if difference.amount_minor == 0:
        why = f"the reward stays at {reward.standing}"
        adjusted = reward.adjusted(adjustment)
        ended = decided(inbox, Outcome.NO_CHANGE, why, adjustment.at, (reward.reward_id,))
        return ended.along_with((Replace(adjusted),))
    if difference.amount_minor > 0 and len(reward.payout_ids) >= PAYOUTS_MOST:
        why = f"the reward was given {PAYOUTS_MOST} payouts already: a person must say how {difference} more is paid"
        return decided(inbox, Outcome.NEEDS_ATTENTION, why, adjustment.at)
    change = _more if difference.amount_minor > 0 else _less
    writes = change(store, event, reward, adjustment, difference)
    why = f"the deal is worth {adjustment.total} now, and the reward {adjustment.amount} instead of {reward.standing}"
    return decided(inbox, Outcome.REVISED, why, adjustment.at, (reward.reward_id,)).along_with(writes)


def _more(store: Store, event: DealEvent, reward: Reward, adjustment: Adjustment, difference: Money) -> Transaction:
    """Pay the difference, less what the advocate owes."""
    owed = store.receivable(reward.advocate_id, difference.currency)
    netted = netted_from(owed, difference)
    payable = difference - netted
    payouts: tuple[Payout, ...] = ()
    if payable.amount_minor > 0:
        position = len(reward.payout_ids)
        payouts = (new_payout(reward, position, payable, adjustment.event_id, adjustment.at),)
    zero = Money(0, difference.currency)
    adjusted = reward.adjusted(adjustment, tuple(payout.payout_id for payout in payouts))
    if netted.amount_minor > 0:
        adjusted = replace(adjusted, netted=(adjusted.netted or zero) + netted)
    entry = ledger.revised(
        adjusted,
        adjustment.at,
        event.effective_at or event.timestamp,
        promised=difference,
        owed=zero,
        netted=netted,
    )
    return (
        Replace(adjusted),
        Insert(entry),
        *(Insert(payout) for payout in payouts),
        *owing(owed, reward.advocate_id, -netted),
    )


def _less(store: Store, event: DealEvent, reward: Reward, adjustment: Adjustment, difference: Money) -> Transaction:
    """Give up what was not sent, claw back what was paid, and mark what the provider has."""
    zero = Money(0, difference.currency)
    payouts = [payout for payout in map(store.payout, reward.payout_ids) if payout is not None]
    taken, never_paid_out = take_back_from(payouts, -difference, adjustment.at)
    unpaid = sum((one.unpaid for one in taken), zero)
    rest = sum((one.rest for one in taken), zero)
    # What had settled an older debt instead of being paid out is owed again.
    owed_again = sum((one.paid for one in taken), never_paid_out)
    given: tuple[Payout, ...] = ()
    if rest.amount_minor > 0:
        given = (new_payout(reward, len(reward.payout_ids), rest, adjustment.event_id, adjustment.at),)
    adjusted = reward.adjusted(adjustment, tuple(payout.payout_id for payout in given))
    writes: Transaction = (
        Replace(adjusted),
        *(Replace(one.payout) for one in taken),
        *(Insert(payout) for payout in given),
    )
    if unpaid.amount_minor or owed_again.amount_minor:
        effective_at = event.effective_at or event.timestamp
        entry = ledger.revised(adjusted, adjustment.at, effective_at, promised=-unpaid, owed=owed_again, netted=zero)
        writes += (Insert(entry),)
    owed = store.receivable(reward.advocate_id, difference.currency)
    return writes + owing(owed, reward.advocate_id, owed_again)
