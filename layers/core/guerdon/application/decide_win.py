"""What a win earns one beneficiary, and the one transaction that makes it so."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guerdon.application.counted import Count, count_of
from guerdon.application.decision import Decision, decided
from guerdon.application.grant import awaiting_approval, netted_from, new_payout, owing
from guerdon.application.history import History, history_of, recorded
from guerdon.application.ports import Store
from guerdon.application.programs import NotInForce, ProgramShelf
from guerdon.application.recipients import newest_details, recipient_id, recipient_of, with_choice
from guerdon.application.records import AdvocateDetails, DealRecord, InboxEvent
from guerdon.application.reserving import Reservations, reservations
from guerdon.application.transaction import Insert, Transaction
from guerdon.domain import identity, ledger
from guerdon.domain.deal import DealEvent
from guerdon.domain.judgment import Earned, Judgment, Known, Outcome, judge
from guerdon.domain.program import Program
from guerdon.domain.reward import Counted, Reward, Terms
from guerdon.domain.tallies import counts_at
from guerdon.domain.triggers import REPEATING
from guerdon.domain.wins import Win, crowded, rewarded_beside, win_of, with_win

_EARNED_NOTHING: Final = frozenset({Outcome.REVERSED, Outcome.NO_REWARD, Outcome.OVER_LIMIT})


@dataclass(frozen=True, slots=True)
class Revised:
    """A win as a revision of it has it judged anew.

    Attributes:
        record: The deal's record that this was judged by: another reversal that came since must fail the commit, not
            be written over.
        told_at: The revision's own timestamp.
    """

    record: DealRecord
    win: Win
    told_at: datetime


@dataclass(frozen=True, slots=True)
class _Case:
    """A win with everything that it is judged by, as it was read.

    Attributes:
        told_by: The inbox event that told the win; another one than `inbox` when that revises it.
        revised_at: When the revision was told that has it judged anew; None for the win itself.
        person: What was known of the beneficiary before.
        recipient: The beneficiary's opaque id; None when the event does not name them.
        count: None without a recipient, as is `reserved`.
    """

    inbox: InboxEvent
    told_by: str
    event: DealEvent
    program: Program
    version: int
    history: History
    revised_at: datetime | None
    recipient: str | None = None
    person: AdvocateDetails | None = None
    count: Count | None = None
    reserved: Reservations | None = None

    @property
    def win(self) -> Win:
        """The win as it is recorded when it earned nothing."""
        before = win_of(self.history.wins, self.event.occurrence) or Win(self.event.occurrence)
        told = self.event
        return replace(
            before, event_id=self.told_by, fingerprint=told.fingerprint, reward_id=None, total=told.deal.amount
        )

    @property
    def standing(self) -> DealEvent:
        """The win with what was told of it later."""
        return self.win.standing(self.event)

    @property
    def not_kept(self) -> bool:
        """Whether it is an occurrence beyond those that the program rewards: nothing has to be known of it."""
        told_before = win_of(self.history.wins, self.event.occurrence) is not None
        if self.event.trigger not in REPEATING or self.revised_at is not None or told_before:
            return False
        trigger = self.program.trigger_of(self.event.trigger)
        return trigger is None or rewarded_beside(self.history.wins, self.event.occurrence) >= trigger.per_deal

    def judged(self) -> Judgment:
        """What it earns."""
        counts = counts_at(self.program, self.count.tallies, self.event.deal.closed_at) if self.count else {}
        reserved = self.reserved.amounts if self.reserved else {}
        history = self.history
        beside = history.beside.wins if history.beside else ()
        known = Known(self.program, self.version, history.wins, beside, counts, reserved, self.revised_at)
        return judge(self.event, known, self.inbox.beneficiary)


def decide_win(  # noqa: PLR0913 - what is judged, when, the two things that it may read, and who told the win.
    store: Store,
    shelf: ProgramShelf,
    inbox: InboxEvent,
    event: DealEvent,
    now: datetime,
    *,
    revised: Revised | None = None,
) -> Decision:
    """Judge a win by what was told about its deal before and by what its beneficiary earned before.

    Args:
        store: What is known.
        shelf: The programs.
        inbox: The event to decide: the one that tells the win, or a revision of it.
        event: The win.
        now: The moment of the decision.
        revised: What `inbox` makes of the win, when it was told by an earlier event and earned nothing.
    """
    found = shelf.in_force(event)
    if event.advocate is None or isinstance(found, NotInForce):
        unjudged = found if isinstance(found, NotInForce) and event.advocate is not None else judge(event, Known(None))
        writes = (recorded(revised.record, inbox, event, revised.win),) if revised else ()
        return decided(inbox, unjudged.outcome, unjudged.why, now).along_with(writes)
    case = _read(store, inbox, event, found, revised)
    judgment = case.judged()
    revises = case.revised_at is not None
    keeps = judgment.earned is not None or judgment.outcome in _EARNED_NOTHING or judgment.lacks or revises
    full = crowded(with_win(case.history.recorded, case.win)) if keeps and not case.not_kept else None
    if full is not None:
        return decided(inbox, Outcome.NEEDS_ATTENTION, f"{full}: a person must say what it earns", now)
    if judgment.earned is not None and case.recipient is not None:
        return _rewarded(store, case, case.recipient, judgment, judgment.earned, now)
    ended = decided(inbox, judgment.outcome, judgment.why, now)
    if judgment.outcome is Outcome.DUPLICATE:
        # A deal is told again to mend what its payout is blocked for, such as an address that was missing.
        return ended.along_with(_details(case))
    if not keeps or case.not_kept:
        return ended
    # What earned nothing is known all the same: an amendment may yet make it earn.
    return ended.along_with((recorded(case.history.record, inbox, event, case.win),), case.history.undisturbed)


def _read(
    store: Store,
    inbox: InboxEvent,
    event: DealEvent,
    in_force: tuple[Program, int],
    revised: Revised | None,
) -> _Case:
    program, version = in_force
    if revised is None:
        history, told_by = history_of(store, inbox, event), inbox.event_id
    else:
        record, win = revised.record, revised.win
        history, told_by = History(record, with_win(record.wins, win)), win.event_id or inbox.event_id
    case = _Case(inbox, told_by, event, program, version, history, revised.told_at if revised else None)
    person = recipient_of(event, inbox.beneficiary)
    if person is None:
        return case
    recipient = recipient_id(inbox.source_account, person)
    known = store.advocate(recipient)
    budgets = program.budgets_at(event.deal.closed_at)
    return replace(
        case,
        event=with_choice(event, inbox.beneficiary, known),
        recipient=recipient,
        person=known,
        count=count_of(store, program, recipient, event),
        reserved=reservations(store, program.name, recipient, program.currency, budgets),
    )


def _rewarded(  # noqa: PLR0913, PLR0917 - the case, what it came to, and when.
    store: Store, case: _Case, recipient: str, judgment: Judgment, earned: Earned, now: datetime
) -> Decision:
    counted, count = (
        case.count.with_one_more(case.program, case.standing, case.inbox.beneficiary) if case.count else (None, ())
    )
    reward = _reward(case, recipient, earned, counted, now)
    win = replace(case.win, reward_id=reward.reward_id)
    return decided(case.inbox, judgment.outcome, judgment.why, now, (reward.reward_id,)).along_with(
        (recorded(case.history.record, case.inbox, case.event, win),),
        case.history.undisturbed,
        count,
        _granted(store, reward, case.inbox.event_id),
        case.reserved.changed(reward.amount) if case.reserved else (),
        _details(case),
    )


def _granted(store: Store, reward: Reward, event_id: str) -> Transaction:
    """The reward with its payout, less what its beneficiary owes."""
    owed = store.receivable(reward.advocate_id, reward.amount.currency)
    netted = netted_from(owed, reward.amount)
    payable = reward.amount - netted
    payouts: Transaction = ()
    if payable.amount_minor > 0:
        payout = new_payout(reward, 0, payable, event_id, reward.decided_at)
        approval = reward.explanation.approval
        if approval is not None:
            payout = awaiting_approval(payout, approval, reward.decided_at)
        reward = replace(reward, payout_ids=(payout.payout_id,))
        payouts = (Insert(payout),)
    if netted.amount_minor > 0:
        reward = replace(reward, netted=netted)
    return (Insert(reward), Insert(ledger.earned(reward)), *payouts, *owing(owed, reward.advocate_id, -netted))


def _reward(case: _Case, recipient: str, earned: Earned, counted: Counted | None, now: datetime) -> Reward:
    inbox, event, program = case.inbox, case.event, case.program
    terms = Terms(
        program_title=program.title,
        legal_entity=program.legal_entity,
        time_zone=program.zone.key,
        channel=earned.channel,
        hold_until=program.hold_until(earned.rules, event.deal.closed_at),
        item=earned.item,
    )
    return Reward(
        reward_id=identity.reward_id(
            inbox.source_account, program.name, event.deal.id, event.trigger, event.occurrence, inbox.beneficiary
        ),
        event_id=case.told_by,
        source_account=inbox.source_account,
        program=program.name,
        program_version=case.version,
        deal_id=event.deal.id,
        trigger=event.trigger,
        occurrence=event.occurrence,
        beneficiary=inbox.beneficiary,
        advocate_id=recipient,
        amount=earned.amount,
        explanation=earned.explanation,
        terms=terms,
        closed_at=event.deal.closed_at,
        decided_at=now,
        payout_ids=(),
        budgets=program.budgets_at(event.deal.closed_at),
        counted=counted,
    )


def _details(case: _Case) -> Transaction:
    person = recipient_of(case.event, case.inbox.beneficiary)
    if person is None:
        return ()
    return newest_details(case.inbox.source_account, person, case.person, case.event.timestamp)
