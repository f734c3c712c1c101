"""Tell people: the advocate or the referred customer what was earned and paid, finance what waits for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from guerdon.application.conclude import PAYOUT, REWARD_EARNED
from guerdon.application.mails import (
    DEFAULT_LOCALE,
    MailContent,
    PayoutAttentionMail,
    PayoutPaidMail,
    RewardEarnedMail,
)
from guerdon.application.ports import Clock, Declined, EventReader, Mail, Mailer, Notice, Store
from guerdon.application.records import SENT, TAKEN, TOLD_WITH_ANOTHER, AdvocateDetails, SentNotice
from guerdon.application.told import told_event
from guerdon.application.transaction import Committed, Insert
from guerdon.domain.deal import instant
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import CONTRADICTED, BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Reward

_ENGLISH_AS_WRITTEN_IN: Final = frozenset({"AU", "CA", "DE", "GB", "IE", "IN", "NL", "NZ", "SG", "US", "ZA"})
"""Countries whose way of writing amounts and dates in English CLDR knows."""

_TOLD_BY_WHOEVER_SWITCHED: Final = frozenset({BlockReason.OBSERVING.value, BlockReason.PAUSED.value})
"""Why a payout may be blocked that finance gets no mail about: they would be thousands, and somebody meant it so."""

TAKEN_FOR: Final = timedelta(seconds=30)
"""How long whoever took a cause that many share has for its mail, which is longer than this function lives: before
that nobody takes it over, not even their own notice that comes again."""

TAKEN_FOR_MOST: Final = timedelta(hours=1)
"""How long at most before another takes it over, after which it is twice as long each time: while no mail goes out at
all, notes of who took it become no great number."""

_SENT_BEFORE: Final = "already-sent"

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

    Attributes:
        finance: The address that hears what waits for a person.
        together: Whether what was earned and paid at once is told in one mail: the one about the payment, which then
            says why it is that amount. What was earned is told by itself while that mail has not gone out.
    """

    store: Store
    clock: Clock
    mailer: Mailer
    read_event: EventReader
    finance: str
    together: bool = False

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
        if reward.explanation.told_late is not None and self._needs_approval(reward):
            # Thousands of old deals may be a mistake, and what is promised to an advocate is hard to take back.
            return Told("told-late", reward.event_id)
        if self._observed(reward):
            return Told("observing", reward.event_id)
        if self.together and self._told_with_the_payment(reward):
            return Told("told-with-the-payment", reward.event_id)
        advocate = self.store.advocate(reward.advocate_id)
        content = self._earned(reward, advocate)
        return Told(self._to_advocate(_earned_key(reward), REWARD_EARNED, advocate, content), reward.event_id)

    def _told_with_the_payment(self, reward: Reward) -> bool:
        """Whether one payout carried all of it out, and the mail about that went out already."""
        payout = self.store.payout(reward.payout_ids[0]) if len(reward.payout_ids) == 1 else None
        if payout is None or not _carries_all(payout, reward):
            return False
        return self.store.sent_notice(_paid_key(payout)) is not None

    def _earned(self, reward: Reward, advocate: AdvocateDetails | None) -> RewardEarnedMail:
        terms = reward.terms
        return RewardEarnedMail(
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
            beneficiary=reward.beneficiary,
            trigger=reward.trigger,
        )

    def _observed(self, reward: Reward) -> bool:
        """Whether it was earned while its channel was not armed, and no person decided since to pay it.

        How the switch stands by now says nothing about that: a channel may be disarmed after it paid.
        """
        switch = self.store.channel_switch(reward.terms.channel)
        if switch is not None and switch.was_armed(reward.decided_at):
            return False
        payouts = (self.store.payout(payout_id) for payout_id in reward.payout_ids)
        return not any(payout is not None and payout.was_decided_on(BlockReason.OBSERVING) for payout in payouts)

    def _needs_approval(self, reward: Reward) -> bool:
        """Whether any of it waits for approval; most rewards need none, and then no payout is read for that."""
        if reward.explanation.approval is None:
            return False
        payouts = (self.store.payout(payout_id) for payout_id in reward.payout_ids)
        return any(payout is not None and payout.waits_for_approval for payout in payouts)

    def _payout_stands(self, payout: Payout) -> Told:
        reward = self.store.reward(payout.reward_id)
        if payout.status is PayoutStatus.SETTLED and payout.attention is None and reward is not None:
            return Told(self._paid(payout, reward), payout.event_id)
        if payout.reason in _TOLD_BY_WHOEVER_SWITCHED and payout.attention is None and not self._armed_since(payout):
            return Told(payout.reason, payout.event_id)
        waits = payout.status is PayoutStatus.BLOCKED or payout.attention is not None
        if waits or payout.status in _MONEY_CAME_TO_REST:
            return Told(self._attention(payout, reward), payout.event_id)
        return Told(f"nothing-to-tell-about-{payout.status}", payout.event_id)

    def _paid(self, payout: Payout, reward: Reward) -> str:
        advocate = self.store.advocate(payout.advocate_id)
        untold = self.together and _carries_all(payout, reward) and self.store.sent_notice(_earned_key(reward)) is None
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
            beneficiary=reward.beneficiary,
            earned=self._earned(reward, advocate) if untold else None,
        )
        key = _paid_key(payout)
        result = self._to_advocate(key, "payout_paid", advocate, content)
        if content.earned is not None and (result == SENT or (result == _SENT_BEFORE and self._went_out(key))):
            # What was earned is told by now: no amendment, next run or notice sent again tells it once more.
            self._note(_earned_key(reward), TOLD_WITH_ANOTHER)
        return result

    def _attention(self, payout: Payout, reward: Reward | None) -> str:
        # What waits for approval is told once, whichever limit it is over, and its story finds that when it is over.
        subject = payout.attention if payout.attention and not payout.waits_for_approval else payout.status
        key = f"payout_attention/{payout.payout_id}/{payout.run}/{subject}"
        cause = self._common_cause(payout, reward)
        if cause is not None and not self._takes(cause, payout):
            return _SENT_BEFORE if self.store.sent_notice(key) is not None else TOLD_WITH_ANOTHER
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
        result = self._once(key, Mail("payout_attention", self.finance, content))
        if cause is not None:
            self._note(cause, TOLD_WITH_ANOTHER)
        return result

    def _common_cause(self, payout: Payout, reward: Reward | None) -> str | None:
        """What many payouts wait for alike, of which finance is told once; None for what is a payout's own.

        That is a provider without money, each time; what was promised before its channel was armed, once for each
        arming; and by program and day a ceiling, and what was told late.
        """
        if payout.status is not PayoutStatus.BLOCKED or payout.attention == CONTRADICTED:
            return None
        if payout.reason == BlockReason.FUNDS:
            hold = self.store.funds_hold(payout.channel)
            return f"payout_attention/funds/{payout.channel}/{instant(hold.since)}" if hold else None
        armed_since = self._armed_since(payout)
        if armed_since is not None:
            return f"payout_attention/observing/{payout.channel}/{instant(armed_since)}"
        told_late = payout.waits_for_approval and reward is not None and reward.explanation.told_late is not None
        if payout.reason != BlockReason.CEILING and not told_late:
            return None
        day = _since(payout).astimezone(ZoneInfo(payout.time_zone)).date()
        what = "told_late" if told_late else "ceiling"
        return f"payout_attention/{what}/{payout.program}/{day.isoformat()}"

    def _armed_since(self, payout: Payout) -> datetime | None:
        """Since when the channel is armed of a payout that is only observed all the same; None for any other.

        While nothing of a channel is paid, nobody need hear of each that is not. Once it pays, one that does not is no
        more what everybody expects.
        """
        if payout.reason != BlockReason.OBSERVING or payout.status is not PayoutStatus.BLOCKED:
            return None
        switch = self.store.channel_switch(payout.channel)
        return switch.changed_at if switch is not None and switch.armed else None

    def _takes(self, cause: str, payout: Payout) -> bool:
        """Whether this payout is the one by which finance is told of a cause that many share; not if it was told of.

        Whoever comes takes the cause in a note before the mail, and the notes are numbered: of many that come at once,
        also to take it over, one writes the next number, and only that one mails. If its mail does not go out, its
        notice comes again and takes the cause anew, under whichever run; and should the payout wait no more by then,
        another one takes it over.

        Raises:
            StoreBusy: Somebody else took it just now, and may be sending the mail at this moment.
        """
        number, taken = self._last_taken(cause)
        # Whoever took it notes the mail under the cause, so this is asked after who did.
        if self.store.sent_notice(cause) is not None:
            return False
        now = self.clock.now()
        if taken is None or now - taken.at >= _taken_for(number, own=taken.result == payout.payout_id):
            note = SentNotice(_taken_key(cause, number + 1), payout.payout_id, now)
            if self.store.commit((Insert(note),)) is Committed.YES:
                return True
            if self.store.sent_notice(cause) is not None:
                return False
        raise StoreBusy(f"the notice {cause} is being told by somebody else")

    def _last_taken(self, cause: str) -> tuple[int, SentNotice | None]:
        """How often the cause was taken, and the note of the last one to do so."""
        number, last = 0, None
        while (taken := self.store.sent_notice(_taken_key(cause, number + 1))) is not None:
            number, last = number + 1, taken
        return number, last

    def _to_advocate(self, key: str, template: str, advocate: AdvocateDetails | None, content: MailContent) -> str:
        if advocate is None or not advocate.email:
            return "no-email"
        return self._once(key, Mail(template, advocate.email, content))

    def _once(self, key: str, mail: Mail) -> str:
        if self.store.sent_notice(key) is not None:
            return _SENT_BEFORE
        sent = self.mailer.send(mail)
        result = sent.reason if isinstance(sent, Declined) else SENT
        # If somebody sent the same mail meanwhile, their note stands; there is nothing to take back.
        self._note(key, result)
        return result

    def _note(self, key: str, result: str) -> None:
        self.store.commit((Insert(SentNotice(key, result, self.clock.now())),))

    def _went_out(self, key: str) -> bool:
        noted = self.store.sent_notice(key)
        return noted is not None and noted.result == SENT

    def _referred_name(self, reward: Reward) -> str | None:
        told = told_event(self.store, self.read_event, reward.event_id)
        referred = told.referred if told else None
        return (referred.company or referred.name) if referred else None


def _carries_all(payout: Payout, reward: Reward) -> bool:
    settled = payout.status is PayoutStatus.SETTLED and payout.attention is None
    return settled and reward.payout_ids == (payout.payout_id,) and payout.value == reward.amount


def _taken_key(cause: str, number: int) -> str:
    return f"{cause}{TAKEN}" if number == 1 else f"{cause}/{number}{TAKEN}"


def _taken_for(number: int, *, own: bool) -> timedelta:
    """How long a cause that was taken so often is left to who took it."""
    return TAKEN_FOR if own else min(TAKEN_FOR * 2 ** min(number - 1, 10), TAKEN_FOR_MOST)


def _earned_key(reward: Reward) -> str:
    return f"{REWARD_EARNED}/{reward.reward_id}"


def _paid_key(payout: Payout) -> str:
    return f"payout_paid/{payout.payout_id}/{payout.run}"


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
