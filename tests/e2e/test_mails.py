"""What the advocate hears, and when: one mail for what was earned, one for what was paid, none while observing."""

from collections.abc import Iterator
from functools import partial

import pytest

from e2e.command_line import guerdon
from e2e.deals import VALUE_WORDS, Deal
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason, PayoutStatus

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


def test_an_advocate_gets_one_mail_when_it_is_earned_and_one_when_it_is_paid(cloud: LiveCloud) -> None:
    deals = [Deal(channel) for channel in Channel]

    events = [cloud.deliver(deal) for deal in deals]

    for deal, event_id in zip(deals, events, strict=True):
        assert_paid_once(cloud, event_id)
        mails = eventually(f"both mails to {deal.email}", partial(two, cloud, deal))
        assert ["earned" in mail["subject"] for mail in mails].count(True) == 1
        assert all(VALUE_WORDS[deal.channel] in mail["text"] for mail in mails)


def two(cloud: LiveCloud, deal: Deal) -> list[dict[str, str]] | None:
    mails = cloud.mails(deal.email)
    return mails if len(mails) == 2 else None


@pytest.fixture
def disarmed(cloud: LiveCloud) -> Iterator[Channel]:
    """Gift cards observe, as all channels of a new stack do; armed again afterwards."""
    caller = cloud.stack.caller()
    cloud.stack.arm(Channel.GIFT_CARD, caller, armed=False)
    yield Channel.GIFT_CARD
    cloud.stack.arm(Channel.GIFT_CARD, caller, armed=True)


def test_a_channel_that_observes_pays_nothing_until_a_person_releases(cloud: LiveCloud, disarmed: Channel) -> None:
    deal = Deal(disarmed)
    event_id = cloud.deliver(deal)

    payout = cloud.at_rest(event_id)

    assert (payout.status, payout.reason) == (PayoutStatus.BLOCKED, BlockReason.OBSERVING)
    assert cloud.movements(payout) == []
    assert cloud.journal(payout.payout_id) == []

    assert guerdon("arm", disarmed).status == 0
    assert cloud.payout(event_id) == payout
    released = guerdon("release", payout.payout_id, "--reason", "The channel is armed.")

    assert released.status == 0, released.err
    assert_paid_once(cloud, event_id)
    mails = eventually(f"a mail to {deal.email}", lambda: cloud.mails(deal.email))
    assert [mail["subject"] for mail in mails if "earned" in mail["subject"]] == []
    assert len(mails) == 1
