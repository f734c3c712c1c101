"""Giving a reward its payouts, and settling the advocate's older debts with what it is worth."""

from dataclasses import replace
from datetime import datetime

from guerdon.application.records import Receivable
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain import identity
from guerdon.domain.money import Money
from guerdon.domain.payout import CONTRADICTED, RELEASE_DUE_AFTER, BlockReason, Change, Payout, PayoutStatus
from guerdon.domain.reward import Reward


def new_payout(reward: Reward, position: int, value: Money, event_id: str, now: datetime) -> Payout:
    """The payout at `position` of a reward."""
    terms = reward.terms
    return Payout(
        payout_id=identity.payout_id(reward.reward_id, position),
        reward_id=reward.reward_id,
        event_id=event_id,
        program=reward.program,
        program_title=terms.program_title,
        legal_entity=terms.legal_entity,
        time_zone=terms.time_zone,
        advocate_id=reward.advocate_id,
        channel=terms.channel,
        value=value,
        hold_until=terms.hold_until,
        look_at=max(now, terms.hold_until) + RELEASE_DUE_AFTER,
        item=terms.item,
        history=(Change(now, PayoutStatus.EARNED, None, 1),),
    )


def awaiting_approval(payout: Payout, why: str, now: datetime) -> Payout:
    """`payout` as it is born when a person has to approve it: its first version shows both.

    It is looked at soon, so that finance hears of it even if the process dies right after the commit.
    """
    waiting = payout.blocked(BlockReason.APPROVAL, now, why)
    return replace(waiting, version=payout.version, look_at=now + RELEASE_DUE_AFTER)


def netted_from(owed: Receivable | None, amount: Money) -> Money:
    """What of `amount` settles the advocate's debt; a hold never delays that."""
    if owed is None:
        return Money(0, amount.currency)
    return min(owed.balance, amount, key=lambda money: money.amount_minor)


def owing(owed: Receivable | None, advocate_id: str, change: Money) -> Transaction:
    """The debt after `change`, which is positive when more is owed; nothing to write when it is zero."""
    if change.amount_minor == 0:
        return ()
    if owed is None:
        return (Insert(Receivable(advocate_id, change.currency, change)),)
    return (Replace(replace(owed, balance=owed.balance + change, version=owed.version + 1)),)


def rest_of(rest: Payout, before: Payout, now: datetime) -> Payout:
    """`rest` of a payout that was given up: what a provider may have carried out after all is not paid again."""
    if before.attention != CONTRADICTED:
        return rest
    return replace(rest.blocked(BlockReason.WORKFLOW, now, CONTRADICTED), version=rest.version)
