"""What waits on the deployed stack before too much leaves: a day's ceiling, and a provider that is out of money."""

import json
import uuid
from itertools import pairwise

import pytest

import builders
from e2e.command_line import guerdon
from e2e.deals import Deal
from e2e.faults import assert_paid_once, fired, queue_fault
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.application.programs import Published
from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason, PayoutStatus
from local.cloud.settings import FINANCE_MAIL

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


def test_while_a_provider_is_out_of_money_all_wait_and_then_all_go_on_in_order(cloud: LiveCloud) -> None:
    queue_fault(cloud, "tremendous", "out_of_funds")
    events: list[str] = []
    for _ in range(3):
        events.append(cloud.deliver(Deal(Channel.GIFT_CARD)))
        payout = cloud.at_rest(events[-1])
        assert (payout.status, payout.reason) == (PayoutStatus.BLOCKED, BlockReason.FUNDS)
    assert [cloud.payout(event).attempts for event in events] == [1, 0, 0]
    assert fired(cloud) == {("tremendous", "out_of_funds"): 1}
    ids = [cloud.payout(event).payout_id for event in events]

    resumed = guerdon("resume", "--channel", "gift_card", "--reason", "The float is full again.")
    assert resumed.status == 0, resumed.err
    assert f"{ids[0]} is tried now" in resumed.out
    assert_paid_once(cloud, events[0])
    cloud.invoke("sweep")
    for event in events[1:]:
        assert_paid_once(cloud, event)

    started = [next(line.at for line in cloud.payout(event).history if line.run == 2) for event in events]
    assert all(earlier < later for earlier, later in pairwise(started))

    def told() -> list[str]:
        mails = [mail["text"] for mail in cloud.mails(FINANCE_MAIL)]
        return [payout_id for payout_id in ids if any(payout_id in mail for mail in mails)]

    assert eventually("finance hears that there is no money", told) == [ids[0]]


def test_what_would_cross_a_ceiling_waits_until_a_person_lets_it_pass(cloud: LiveCloud) -> None:
    program = f"ceiled-{uuid.uuid4().hex[:8]}"
    document = builders.document(program=program, ceilings={"payouts_per_day": "1", "amount_per_day": "1000.00"})
    assert isinstance(cloud.stack.publish(document, cloud.stack.caller()), Published)

    first, second = (_deal_of(cloud, program) for _ in range(2))
    assert_paid_once(cloud, first)
    waiting = cloud.at_rest(second)
    assert (waiting.status, waiting.reason) == (PayoutStatus.BLOCKED, BlockReason.CEILING)
    assert (waiting.attention or "").startswith("of the program's ceiling of 1 payout a day, 1 is used for ")
    assert cloud.movements(waiting) == []

    released = guerdon("release", waiting.payout_id, "--reason", "Both are meant.")
    assert released.status == 0, released.err
    assert_paid_once(cloud, second)
    head = cloud.stack.store.program_head(program)
    assert head is not None
    assert head.ceilings is not None
    day = cloud.stack.store.day_released(program, head.ceilings.day_of(cloud.payout(first).history[0].at))
    assert day is not None
    assert (day.payouts, [amount.words for amount in day.amounts]) == (2, ["200.00 USD"])


def _deal_of(cloud: LiveCloud, program: str) -> str:
    """A deal of the program, once its payout came to rest."""
    content = Deal(Channel.GIFT_CARD).content
    content["data"]["program"] = program
    answer = cloud.send(json.dumps(content).encode())
    assert answer.status == 202, answer
    event_id: str = answer.body["event_id"]
    cloud.at_rest(event_id)
    return event_id
