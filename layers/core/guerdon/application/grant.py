"""Giving a reward its payouts, and settling the advocate's older debts with what it is worth."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from guerdon.application.records import Receivable
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain import identity
from guerdon.domain.money import Money
from guerdon.domain.payout import (
    CONTRADICTED,
    RELEASE_DUE_AFTER,
    SAID_NOT_MOVED,
    BlockReason,
    Change,
    Payout,
    PayoutStatus,
)
from guerdon.domain.reward import Reward

_STAYS_BLOCKED: Final = frozenset({BlockReason.CEILING, BlockReason.OBSERVING})
"""What only a person ends, though the day's ceiling is free tomorrow and a channel may be armed again."""


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
    """`payout` as it is born when a person has to approve it."""
    return born_waiting(payout, BlockReason.APPROVAL, why, now)


def born_waiting(payout: Payout, reason: BlockReason, why: str | None, now: datetime) -> Payout:
    """`payout` as it is born when it waits for a person: its first version shows both.

    It is looked at soon, so that finance hears of it even if the process dies right after the commit.
    """
    waiting = payout.blocked(reason, now, why)
    return replace(waiting, version=payout.version, look_at=now + RELEASE_DUE_AFTER)


def left_of(before: Payout, rest: Payout, now: datetime) -> Payout:
    """`rest` of `before`, which was given up, as a payout: it waits for whatever person that one waited for."""
    if before.waits_for_approval:
        return born_waiting(rest, BlockReason.APPROVAL, before.attention, now)
    return stopped_with(rest, (before,), now)


def stopped_with(payout: Payout, beside: Sequence[Payout], now: datetime) -> Payout:
    """`payout`, waiting for the same person as one `beside` it that stands at a ceiling or was only observed.

    Its own release check might find room the next day, or the channel armed again, and nobody has let the other pass.
    What a person had let pass does not stand so any more, and its rest is judged when it is to be released, as any.
    """
    stopped = next((one for one in beside if one.status is PayoutStatus.BLOCKED and one.reason in _STAYS_BLOCKED), None)
    if stopped is None or stopped.reason is None or payout.status is PayoutStatus.BLOCKED:
        return payout
    return born_waiting(payout, BlockReason(stopped.reason), stopped.attention, now)


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


def beside_earlier(payout: Payout, earlier: Iterable[Payout], now: datetime) -> Payout:
    """A reward's new `payout` beside all its earlier ones: what may have been paid by one of them waits for a person.

    It may pay again what was given up of an earlier one, however many others were given and given up since, and its
    pay step asks the provider about its own attempts only, which are none of theirs. So all of them are judged, by
    what is never taken out of a payout's row: a contradiction, and a person's word in its history.
    """
    doubt = doubt_about(tuple(earlier))
    if doubt is None:
        return payout
    if payout.status is not PayoutStatus.BLOCKED:
        return born_waiting(payout, BlockReason.WORKFLOW, doubt, now)
    told = payout.attention or ""
    if doubt == CONTRADICTED or doubt in told:
        return replace(payout, attention=CONTRADICTED if doubt == CONTRADICTED else told)
    return replace(payout, attention=f"{doubt}; {told}" if told else doubt)


def doubt_about(earlier: tuple[Payout, ...]) -> str | None:
    """Why it is uncertain that `earlier` payouts of a reward were not paid, or None."""
    if any(payout.attention == CONTRADICTED for payout in earlier):
        return CONTRADICTED
    said = [payout.payout_id for payout in earlier if payout.rests_on_a_word]
    if not said:
        return None
    return f"{SAID_NOT_MOVED} of {', '.join(said)}, promised for the same reward: be certain before it is released"
