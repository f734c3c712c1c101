"""What one deal event means: the outcome, and the transaction that makes it true. Reads, never writes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.ports import Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.records import AdvocateDetails, DealCount, DealWin, InboxEvent
from guerdon.application.transaction import Insert, Replace, Transaction, Write
from guerdon.domain import identity, ledger
from guerdon.domain.deal import DEAL_CLOSED, Advocate, DealEvent, instant
from guerdon.domain.judgment import Judgment, Known, Outcome, ToldBefore, judge
from guerdon.domain.payout import RELEASE_DUE_AFTER, Change, Payout, PayoutStatus
from guerdon.domain.program import Program
from guerdon.domain.reward import Reward
from guerdon.domain.rules import Earned

ADVOCATE: Final = "advocate"
"""The beneficiary of every reward so far."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome, why, and everything to be written for it at once."""

    outcome: Outcome
    detail: str
    transaction: Transaction


def decide(store: Store, shelf: ProgramShelf, inbox: InboxEvent, event: DealEvent, now: datetime) -> Decision:
    """Judge an undecided inbox event by everything that is stored at this moment.

    The transaction's conditions name all that was read, so that it commits only if the judgment still holds.
    """
    program, version = shelf.current(event.program) or (None, 0)
    if program is None or (event.advocate is None and event.type == DEAL_CLOSED):
        return _ended(inbox, judge(event, Known(program, version)), now)
    win = store.deal_win(inbox.source_account, program.name, event.deal.id, DEAL_CLOSED)
    told_before = ToldBefore(win.event_id, win.occurrence, win.fingerprint) if win else None
    if event.advocate is None:
        return _ended(inbox, judge(event, Known(program, version, told_before)), now)
    advocate_id = identity.advocate_id(inbox.source_account, event.advocate.id)
    count = store.deal_count(advocate_id, program.name, program.period_of(event.deal.closed_at))
    known = Known(
        program,
        version,
        told_before=told_before,
        counted=count.count if count else 0,
    )
    judgment = judge(event, known)
    if judgment.earned is None:
        ended = _ended(inbox, judgment, now)
        if judgment.outcome is not Outcome.DUPLICATE:
            return ended
        # A deal is told again to mend what its payout is blocked for, such as an address that was missing.
        mended = _details(store, inbox, event.advocate, advocate_id, event.timestamp)
        return replace(ended, transaction=(*ended.transaction, *((mended,) if mended else ())))
    reward, payout = _earn(inbox, event, program, advocate_id, judgment.earned, now)
    ended = _ended(inbox, judgment, now, (reward.reward_id,))
    details = _details(store, inbox, event.advocate, advocate_id, event.timestamp)
    writes: tuple[Write, ...] = (
        *ended.transaction,
        Insert(_win(inbox, event, reward)),
        _counted(count, advocate_id, program, event),
        Insert(reward),
        Insert(payout),
        Insert(ledger.earned(reward, payout)),
        *((details,) if details else ()),
    )
    return Decision(ended.outcome, ended.detail, writes)


def _win(inbox: InboxEvent, event: DealEvent, reward: Reward) -> DealWin:
    return DealWin(
        source_account=inbox.source_account,
        program=reward.program,
        deal_id=event.deal.id,
        trigger=event.type,
        occurrence=event.occurrence,
        fingerprint=event.fingerprint,
        event_id=inbox.event_id,
        reward_ids=(reward.reward_id,),
    )


def _earn(  # noqa: PLR0913, PLR0917 - each is a fact of what was earned; a bag of them would only hide that.
    inbox: InboxEvent, event: DealEvent, program: Program, advocate_id: str, earned: Earned, now: datetime
) -> tuple[Reward, Payout]:
    reward_id = identity.reward_id(
        inbox.source_account, program.name, event.deal.id, event.type, event.occurrence, ADVOCATE
    )
    payout_id = identity.payout_id(reward_id, 0)
    reward = Reward(
        reward_id=reward_id,
        event_id=inbox.event_id,
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
        closed_at=event.deal.closed_at,
        decided_at=now,
        payout_ids=(payout_id,),
    )
    hold_until = event.deal.closed_at + timedelta(days=program.hold_days)
    payout = Payout(
        payout_id=payout_id,
        reward_id=reward_id,
        event_id=inbox.event_id,
        program=program.name,
        program_title=program.title,
        legal_entity=program.legal_entity,
        time_zone=program.zone.key,
        advocate_id=advocate_id,
        channel=earned.rule.channel,
        value=earned.amount,
        hold_until=hold_until,
        look_at=max(now, hold_until) + RELEASE_DUE_AFTER,
        item=earned.rule.item,
        history=(Change(now, PayoutStatus.EARNED, None, 1),),
    )
    return reward, payout


def _counted(count: DealCount | None, advocate_id: str, program: Program, event: DealEvent) -> Write:
    if count is None:
        return Insert(DealCount(advocate_id, program.name, program.period_of(event.deal.closed_at), count=1))
    return Replace(replace(count, count=count.count + 1, version=count.version + 1))


def _details(store: Store, inbox: InboxEvent, advocate: Advocate, advocate_id: str, as_of: datetime) -> Write | None:
    """Keep the newest contact details: a message that comes 40 days late must not bring an old address back.

    What a message leaves out stays as it is: a CRM that says nothing of an address does not take it back.
    """
    known = store.advocate(advocate_id)
    if known is not None and instant(known.as_of) >= instant(as_of):
        return None
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
    return Replace(details) if known else Insert(details)


def _ended(inbox: InboxEvent, judgment: Judgment, now: datetime, reward_ids: tuple[str, ...] = ()) -> Decision:
    decided = replace(
        inbox,
        undecided_since=None,
        outcome=judgment.outcome,
        detail=judgment.why,
        reward_ids=reward_ids,
        decided_at=now,
        version=inbox.version + 1,
    )
    return Decision(judgment.outcome, judgment.why, (Replace(decided),))
