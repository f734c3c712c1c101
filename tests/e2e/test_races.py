"""Messages that arrive at the same moment, on the real queues and tables: one of them wins, and only once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from e2e.deals import Deal
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from guerdon.domain.channel import Channel

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


def deliver_at_once(cloud: LiveCloud, deals: list[Deal]) -> list[str]:
    with ThreadPoolExecutor(max_workers=len(deals)) as senders:
        return list(senders.map(cloud.deliver, deals))


def test_one_deal_in_many_deliveries_at_once_is_rewarded_once(cloud: LiveCloud) -> None:
    deal = Deal(Channel.BILL_CREDIT)

    events = [cloud.decided(event_id) for event_id in deliver_at_once(cloud, [deal] * 6)]

    assert len({event.event_id for event in events}) == 6
    assert sorted(event.outcome or "" for event in events) == ["duplicate"] * 5 + ["rewarded"]
    (rewarded,) = (event for event in events if event.outcome == "rewarded")
    assert {event.detail for event in events if event.outcome == "duplicate"} == {rewarded.event_id}
    assert_paid_once(cloud, rewarded.event_id)


def test_four_deals_of_one_advocate_at_once_climb_four_steps(cloud: LiveCloud) -> None:
    first = Deal(Channel.GIFT_CARD)

    events = deliver_at_once(cloud, [replace(first, number=number) for number in range(1, 5)])

    for event_id in events:
        assert_paid_once(cloud, event_id)
    rewards = [cloud.stack.store.reward(cloud.decided(event_id).reward_ids[0]) for event_id in events]
    climbed = sorted((reward.explanation.ordinal, reward.amount.amount_minor) for reward in rewards if reward)
    assert climbed == [(1, 50_00), (2, 60_00), (3, 80_00), (4, 100_00)]
