"""What got stuck is found by the sweep, what needs a person by `guerdon status --waiting`, under the real roles."""

import json
from datetime import timedelta

import pytest

from e2e.command_line import guerdon
from e2e.deals import Deal
from e2e.faults import assert_paid_once, queue_fault
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.adapters.aws.clock import SystemClock
from guerdon.application.records import EventBody, InboxEvent
from guerdon.application.transaction import Committed, Insert
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import PayoutStatus

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


def line_about(subject_id: str) -> str | None:
    """Its line in the list of what waits, if it is there."""
    ended = guerdon("status", "--waiting")
    assert (ended.status, ended.err) == (0, "")
    return next((line for line in ended.out.splitlines() if subject_id in line), None)


def test_a_failed_payout_is_listed_until_it_is_released_and_paid(cloud: LiveCloud) -> None:
    queue_fault(cloud, PROVIDER_OF[Channel.GIFT_CARD], "refuse")
    event_id = cloud.deliver(Deal(Channel.GIFT_CARD))
    failed = cloud.at_rest(event_id)
    assert failed.status is PayoutStatus.FAILED

    line = eventually("it is listed", lambda: line_about(failed.payout_id))

    assert f"{failed.value.words} by gift card" in line
    assert "then release the payout with guerdon release" in line
    assert guerdon("release", failed.payout_id, "--reason", "It was looked into.").status == 0
    assert_paid_once(cloud, event_id)
    assert line_about(failed.payout_id) is None


def test_an_event_that_needs_attention_is_listed_until_it_is_resolved(cloud: LiveCloud) -> None:
    deal = Deal(Channel.BILL_CREDIT)
    assert_paid_once(cloud, cloud.deliver(deal))
    other = deal.content
    other["data"]["deal"]["amount"]["value"] = "1.00"
    event_id: str = cloud.send(json.dumps(other).encode()).body["event_id"]
    assert cloud.decided(event_id).outcome is Outcome.NEEDS_ATTENTION

    assert "guerdon resolve" in eventually("it is listed", lambda: line_about(event_id))
    for _ in range(2):
        assert guerdon("resolve", event_id, "--reason", "It was looked into.").status == 0

    assert line_about(event_id) is None


def test_a_resend_of_what_is_decided_pays_nothing_more(cloud: LiveCloud) -> None:
    event_id = cloud.deliver(Deal(Channel.GIFT_CARD))
    assert_paid_once(cloud, event_id)
    before = cloud.event(event_id)

    for _ in range(3):
        ended = guerdon("resend", event_id)
        assert (ended.status, ended.err) == (0, "")
        assert "decided before: rewarded" in ended.out

    assert_paid_once(cloud, event_id)
    assert cloud.event(event_id) == before


def test_an_event_that_never_reached_the_bus_is_sent_by_the_sweep_and_decided(cloud: LiveCloud) -> None:
    deal = Deal(Channel.GIFT_CARD)
    content = deal.content
    content["data"]["program"] = "no-such-program"
    now = SystemClock().now()
    stuck = InboxEvent(
        event_id=f"ev_{deal.unique}",
        connection=cloud.connection,
        source_account="demo",
        delivery_id=deal.unique,
        type="deal.closed",
        program="no-such-program",
        deal_id=deal.deal_id,
        body_sha256="0" * 64,
        received_at=now,
        undecided_since=now,
        look_at=now - timedelta(minutes=1),
    )
    body = EventBody(stuck.event_id, json.dumps(content))
    assert cloud.stack.store.commit((Insert(stuck), Insert(body))) is Committed.YES

    cloud.invoke("sweep")

    assert cloud.decided(stuck.event_id).outcome is Outcome.UNKNOWN_PROGRAM
    assert cloud.event(stuck.event_id).look_at is None
