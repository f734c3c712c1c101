"""Mails to render and send in tests."""

from dataclasses import replace
from datetime import UTC, datetime

from guerdon.application.mails import PayoutAttentionMail, PayoutPaidMail, RewardEarnedMail
from guerdon.application.ports import Mail
from guerdon.domain.channel import Channel
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.money import Money
from guerdon.domain.payout import PayoutStatus

EARNED = RewardEarnedMail(
    reference="rw_7f3a91c2",
    program_title="Northwind Referral Program",
    advocate_name="Ada Byron",
    referred_name="Eckert Logistics",
    amount=Money(50000, "USD"),
    ordinal=3,
    counting_period=CountingPeriod.CALENDAR_YEAR,
    step_from=None,
    limit=None,
    channel=Channel.GIFT_CARD,
    hold_until=datetime(2026, 12, 22, 3, tzinfo=UTC),
    written_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    time_zone="America/New_York",
)
PAID = PayoutPaidMail(
    reference="po_91c27f3a",
    program_title="Northwind Referral Program",
    advocate_name="Ada Byron",
    referred_name="Eckert Logistics",
    value=Money(50000, "USD"),
    channel=Channel.GIFT_CARD,
    settled_at=datetime(2026, 12, 23, 3, tzinfo=UTC),
    time_zone="America/New_York",
)
ATTENTION = PayoutAttentionMail(
    payout_id="po_91c27f3a",
    program_title="Northwind Referral Program",
    value=Money(50000, "USD"),
    channel=Channel.CHECK,
    status=PayoutStatus.BLOCKED,
    reason="funds",
    attention=None,
    since=datetime(2026, 12, 22, 3, tzinfo=UTC),
    time_zone="America/New_York",
)


ITEM = "Canvas Tote Bag"
PLACE = "San Francisco, CA"


def earned(channel: Channel, amount: Money = EARNED.amount) -> Mail:
    """The mail for a reward that is paid through `channel`."""
    return reward_earned(replace(EARNED, channel=channel, amount=amount, item_name=ITEM, mailed_to=PLACE))


def paid(channel: Channel, value: Money = PAID.value) -> Mail:
    """The mail for a payout that was paid through `channel`."""
    return payout_paid(replace(PAID, channel=channel, value=value, item_name=ITEM, mailed_to=PLACE))


def reward_earned(content: RewardEarnedMail) -> Mail:
    return Mail("reward_earned", "ada@example.com", content)


def payout_paid(content: PayoutPaidMail) -> Mail:
    return Mail("payout_paid", "ada@example.com", content)


def payout_attention(content: PayoutAttentionMail) -> Mail:
    return Mail("payout_attention", "finance@example.com", content)
