"""Tell people: the advocate what was earned and paid, finance what waits for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guerdon.application.conclude import PAYOUT
from guerdon.application.evaluate_rewards import REWARD_EARNED
from guerdon.application.mails import (
    DEFAULT_LOCALE,
    MailContent,
    PayoutAttentionMail,
    PayoutPaidMail,
    RewardEarnedMail,
)
from guerdon.application.ports import Clock, Declined, EventReader, Mail, Mailer, Notice, Store
from guerdon.application.records import AdvocateDetails, SentNotice
from guerdon.application.transaction import Insert
from guerdon.domain.channel import Channel
from guerdon.domain.limits import approval_of
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Reward

SENT: Final = "sent"

_ENGLISH_AS_WRITTEN_IN: Final = frozenset({"AU", "CA", "DE", "GB", "IE", "IN", "NL", "NZ", "SG", "US", "ZA"})
"""Countries whose way of writing amounts and dates in English CLDR knows."""

_MONEY_CAME_TO_REST: Final = frozenset({PayoutStatus.FAILED, PayoutStatus.RETURNED})


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a notice: "sent", or why nothing was."""

    result: str
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """Send the mail that a notice asks for, once.

    A mail has no idempotency key anywhere: dying between the sending and the note that it was sent sends it a
    second time. That is the one thing that Guerdon does not promise.
    """

    store: Store
    clock: Clock
    mailer: Mailer
    read_event: EventReader
    finance: str

    def __call__(self, notice: Notice) -> Told:
        """Send at most one mail; every reason not to is returned.

        Raises:
            BusUnavailable: The mail service was away.
            StoreBusy: The database was.
        """
        if notice.kind == REWARD_EARNED:
            reward = self.store.reward(notice.subject_id)
            return self._reward_earned(reward) if reward else Told("unknown-reward")
        if notice.kind == PAYOUT:
            payout = self.store.payout(notice.subject_id)
            return self._payout_stands(payout) if payout else Told("unknown-payout")
        return Told("unknown-kind")

    def _reward_earned(self, reward: Reward) -> Told:
        if reward.standing.amount_minor == 0:
            return Told("reversed-meanwhile", reward.event_id)
        terms = reward.terms
        advocate = self.store.advocate(reward.advocate_id)
        content = RewardEarnedMail(
            reference=reward.reward_id,
            program_title=terms.program_title,
            advocate_name=advocate.name if advocate else None,
            referred_name=self._referred_name(reward),
            amount=reward.amount,
            ordinal=reward.explanation.ordinal,
            counting_period=reward.explanation.counting_period,
            step_from=reward.explanation.step_from,
            limit=reward.explanation.limit,
            channel=terms.channel,
            hold_until=terms.hold_until,
            written_at=self.clock.now(),
            time_zone=terms.time_zone,
            item_name=terms.item.name if terms.item else None,
            mailed_to=_mailed_to(advocate),
            cut=reward.amount != reward.explanation.by_rule,
            needs_approval=self._needs_approval(reward),
            locale=_locale(advocate),
        )
        key = f"{REWARD_EARNED}/{reward.reward_id}"
        return Told(self._to_advocate(key, REWARD_EARNED, terms.channel, advocate, content), reward.event_id)

    def _needs_approval(self, reward: Reward) -> bool:
        """Whether any of it waits for approval; most rewards are over no limit, and then no payout is read for that."""
        if approval_of(reward.explanation.limits) is None:
            return False
        payouts = (self.store.payout(payout_id) for payout_id in reward.payout_ids)
        return any(payout is not None and payout.waits_for_approval for payout in payouts)

    def _payout_stands(self, payout: Payout) -> Told:
        reward = self.store.reward(payout.reward_id)
        if payout.status is PayoutStatus.SETTLED and payout.attention is None and reward is not None:
            return Told(self._paid(payout, reward), payout.event_id)
        if payout.reason == BlockReason.OBSERVING and payout.attention is None:
            return Told("observing", payout.event_id)
        waits = payout.status is PayoutStatus.BLOCKED or payout.attention is not None
        if waits or payout.status in _MONEY_CAME_TO_REST:
            return Told(self._attention(payout), payout.event_id)
        return Told(f"nothing-to-tell-about-{payout.status}", payout.event_id)

    def _paid(self, payout: Payout, reward: Reward) -> str:
        advocate = self.store.advocate(payout.advocate_id)
        content = PayoutPaidMail(
            reference=payout.payout_id,
            program_title=payout.program_title,
            advocate_name=advocate.name if advocate else None,
            referred_name=self._referred_name(reward),
            value=payout.value,
            channel=payout.channel,
            settled_at=_since(payout),
            time_zone=payout.time_zone,
            item_name=payout.item.name if payout.item else None,
            mailed_to=_mailed_to(advocate),
            locale=_locale(advocate),
        )
        key = f"payout_paid/{payout.payout_id}/{payout.run}"
        return self._to_advocate(key, "payout_paid", payout.channel, advocate, content)

    def _attention(self, payout: Payout) -> str:
        content = PayoutAttentionMail(
            payout_id=payout.payout_id,
            program_title=payout.program_title,
            value=payout.value,
            channel=payout.channel,
            status=payout.status,
            reason=payout.reason,
            attention=payout.attention,
            since=_since(payout),
            time_zone=payout.time_zone,
        )
        # What waits for approval is told once, whichever limit it is over, and its story finds that when it is over.
        subject = payout.attention if payout.attention and not payout.waits_for_approval else payout.status
        key = f"payout_attention/{payout.payout_id}/{payout.run}/{subject}"
        return self._once(key, Mail("payout_attention", self.finance, content))

    def _to_advocate(
        self,
        key: str,
        template: str,
        channel: Channel,
        advocate: AdvocateDetails | None,
        content: MailContent,
    ) -> str:
        switch = self.store.channel_switch(channel)
        if switch is None or not switch.armed:
            return "observing"
        if advocate is None or not advocate.email:
            return "no-email"
        return self._once(key, Mail(template, advocate.email, content))

    def _once(self, key: str, mail: Mail) -> str:
        if self.store.sent_notice(key) is not None:
            return "already-sent"
        sent = self.mailer.send(mail)
        result = sent.reason if isinstance(sent, Declined) else SENT
        # If somebody sent the same mail meanwhile, their note stands; there is nothing to take back.
        self.store.commit((Insert(SentNotice(key, result, self.clock.now())),))
        return result

    def _referred_name(self, reward: Reward) -> str | None:
        body = self.store.event_body(reward.event_id)
        referred = self.read_event(body.body).referred if body else None
        return (referred.company or referred.name) if referred else None


def _since(payout: Payout) -> datetime:
    return payout.history[-1].at


def _mailed_to(advocate: AdvocateDetails | None) -> str | None:
    address = advocate.address if advocate else None
    if address is None:
        return None
    return f"{address.city}, {address.state}" if address.state else address.city


def _locale(advocate: AdvocateDetails | None) -> str:
    country = advocate.country if advocate else None
    return f"en_{country}" if country in _ENGLISH_AS_WRITTEN_IN else DEFAULT_LOCALE
