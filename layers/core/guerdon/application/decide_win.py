"""What a closed deal earns, and the one transaction that makes it so."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from guerdon.application.decision import Decision, decided
from guerdon.application.grant import awaiting_approval, netted_from, new_payout, owing
from guerdon.application.ports import Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.records import AdvocateDetails, DealCount, DealRecord, InboxEvent
from guerdon.application.reserving import reservations
from guerdon.application.transaction import Insert, Replace, Transaction, Write
from guerdon.domain import identity, ledger
from guerdon.domain.deal import Advocate, DealEvent, instant
from guerdon.domain.judgment import Known, Outcome, judge
from guerdon.domain.limits import approval_of
from guerdon.domain.program import Program
from guerdon.domain.reward import Reward, Terms
from guerdon.domain.rules import Earned
from guerdon.domain.wins import Win, win_of, with_win

ADVOCATE: Final = "advocate"
"""The beneficiary of every reward so far."""

_EARNED_NOTHING: Final = frozenset({Outcome.REVERSED, Outcome.NO_REWARD, Outcome.OVER_LIMIT})


def decide_win(  # noqa: PLR0913 - what is judged, when, the two things that it may read, and who told the win.
    store: Store,
    shelf: ProgramShelf,
    inbox: InboxEvent,
    event: DealEvent,
    now: datetime,
    *,
    revised: tuple[DealRecord, Win] | None = None,
) -> Decision:
    """Judge a win by what was told about its deal before and by what its advocate earned before.

    Args:
        store: What is known.
        shelf: The programs.
        inbox: The event to decide: the one that tells the win, or a revision of it.
        event: The win.
        now: The moment of the decision.
        revised: The win as `inbox` revises it, when it was told by an earlier event and earned nothing, and the deal's
            record that this was judged by: another reversal that came since must fail the commit, not be written over.
    """
    program, version = shelf.current(event.program) or (None, 0)
    if program is None or event.advocate is None:
        judgment = judge(event, Known(program, version))
        return decided(inbox, judgment.outcome, judgment.why, now)
    if revised is None:
        record, win = store.deal_record(inbox.source_account, program.name, event.deal.id, event.type), None
    else:
        record, win = revised
    advocate_id = identity.advocate_id(inbox.source_account, event.advocate.id)
    count = store.deal_count(advocate_id, program.name, program.period_of(event.deal.closed_at))
    told_by = (win and win.event_id) or inbox.event_id
    wins = record.wins if record else ()
    if win is not None:
        wins = with_win(wins, win)
    reserved = reservations(
        store, program.name, advocate_id, program.currency, program.budgets_at(event.deal.closed_at)
    )
    judgment = judge(event, Known(program, version, wins, count.count if count else 0, reserved.amounts))
    if judgment.earned is None:
        ended = decided(inbox, judgment.outcome, judgment.why, now)
        # What earned nothing is known all the same: an amendment may yet make it earn.
        if judgment.outcome in _EARNED_NOTHING or revised is not None:
            return ended.along_with((_recorded(record, wins, inbox, told_by, event, None),))
        if judgment.outcome is Outcome.DUPLICATE:
            # A deal is told again to mend what its payout is blocked for, such as an address that was missing.
            return ended.along_with(_details(store, inbox, event.advocate, advocate_id, event.timestamp))
        return ended
    reward = _reward(inbox, told_by, event, program, advocate_id, judgment.earned, now)
    return decided(inbox, judgment.outcome, judgment.why, now, (reward.reward_id,)).along_with(
        (
            _recorded(record, wins, inbox, told_by, event, reward.reward_id),
            _counted(count, advocate_id, program, event),
        ),
        _granted(store, reward, inbox.event_id),
        reserved.changed(reward.amount),
        _details(store, inbox, event.advocate, advocate_id, event.timestamp),
    )


def _granted(store: Store, reward: Reward, event_id: str) -> Transaction:
    """The reward with its payout, less what its advocate owes."""
    owed = store.receivable(reward.advocate_id, reward.amount.currency)
    netted = netted_from(owed, reward.amount)
    payable = reward.amount - netted
    payouts: Transaction = ()
    if payable.amount_minor > 0:
        payout = new_payout(reward, 0, payable, event_id, reward.decided_at)
        approval = approval_of(reward.explanation.limits)
        if approval is not None:
            payout = awaiting_approval(payout, approval, reward.decided_at)
        reward = replace(reward, payout_ids=(payout.payout_id,))
        payouts = (Insert(payout),)
    if netted.amount_minor > 0:
        reward = replace(reward, netted=netted)
    return (Insert(reward), Insert(ledger.earned(reward)), *payouts, *owing(owed, reward.advocate_id, -netted))


def _recorded(  # noqa: PLR0913, PLR0917 - each is a fact of what was told; a bag of them would only hide that.
    record: DealRecord | None,
    wins: tuple[Win, ...],
    inbox: InboxEvent,
    told_by: str,
    event: DealEvent,
    reward_id: str | None,
) -> Write:
    """The deal's record with this win in it, beside whatever was told about the win before."""
    before = win_of(wins, event.occurrence) or Win(event.occurrence)
    told = replace(
        before,
        event_id=told_by,
        fingerprint=event.fingerprint,
        reward_id=reward_id,
        total=event.deal.amount,
    )
    if record is None:
        return Insert(DealRecord(inbox.source_account, event.program, event.deal.id, event.type, (told,)))
    return Replace(replace(record, wins=with_win(wins, told), version=record.version + 1))


def _reward(  # noqa: PLR0913, PLR0917 - each is a fact of what was earned; a bag of them would only hide that.
    inbox: InboxEvent,
    told_by: str,
    event: DealEvent,
    program: Program,
    advocate_id: str,
    earned: Earned,
    now: datetime,
) -> Reward:
    reward_id = identity.reward_id(
        inbox.source_account, program.name, event.deal.id, event.type, event.occurrence, ADVOCATE
    )
    terms = Terms(
        program_title=program.title,
        legal_entity=program.legal_entity,
        time_zone=program.zone.key,
        channel=earned.rule.channel,
        hold_until=program.hold_until(earned.rule, event.deal.closed_at),
        item=earned.rule.item,
    )
    return Reward(
        reward_id=reward_id,
        event_id=told_by,
        source_account=inbox.source_account,
        program=program.name,
        program_version=earned.explanation.program_version,
        deal_id=event.deal.id,
        trigger=event.type,
        occurrence=event.occurrence,
        beneficiary=ADVOCATE,
        advocate_id=advocate_id,
        amount=earned.amount,
        explanation=earned.explanation,
        terms=terms,
        closed_at=event.deal.closed_at,
        decided_at=now,
        payout_ids=(),
        budgets=program.budgets_at(event.deal.closed_at),
    )


def _counted(count: DealCount | None, advocate_id: str, program: Program, event: DealEvent) -> Write:
    if count is None:
        return Insert(DealCount(advocate_id, program.name, program.period_of(event.deal.closed_at), count=1))
    return Replace(replace(count, count=count.count + 1, version=count.version + 1))


def _details(store: Store, inbox: InboxEvent, advocate: Advocate, advocate_id: str, as_of: datetime) -> Transaction:
    """Keep the newest contact details: a message that comes 40 days late must not bring an old address back.

    What a message leaves out stays as it is: a CRM that says nothing of an address does not take it back.
    """
    known = store.advocate(advocate_id)
    if known is not None and instant(known.as_of) >= instant(as_of):
        return ()
    details = AdvocateDetails(
        advocate_id=advocate_id,
        source_account=inbox.source_account,
        crm_id=advocate.id,
        name=advocate.name or (known.name if known else None),
        email=advocate.email or (known.email if known else None),
        country=advocate.country or (known.country if known else None),
        address=advocate.address or (known.address if known else None),
        stripe_customer=advocate.stripe_customer or (known.stripe_customer if known else None),
        as_of=as_of,
        version=known.version + 1 if known else 1,
    )
    return (Replace(details) if known else Insert(details),)
