"""A person pauses, resumes and pays a range of what was observed, under the real roles and with the real command."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from e2e.command_line import guerdon
from e2e.deals import Deal
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import EVERYTHING
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults", "going"),
]


@pytest.fixture
def going(cloud: LiveCloud) -> Iterator[None]:
    """Whatever a test switches is switched back."""
    yield
    caller = cloud.stack.caller()
    cloud.stack.resume(EVERYTHING, caller, "The test is over.")
    for channel in Channel:
        cloud.stack.arm(channel, caller, armed=True)


def assert_waits(cloud: LiveCloud, event_id: str, reason: BlockReason) -> Payout:
    payout = cloud.at_rest(event_id)
    assert (payout.status, payout.reason, payout.attempts) == (PayoutStatus.BLOCKED, reason, 0)
    assert cloud.movements(payout) == []
    return payout


def resumed_at(payout: Payout) -> datetime:
    return next(change.at for change in payout.history if (change.reason or "").startswith("resumed by"))


def test_what_is_stopped_is_paid_once_in_order_after_the_pause(cloud: LiveCloud) -> None:
    assert guerdon("pause", "--reason", "Something looks wrong.").status == 0
    event_ids = [cloud.deliver(Deal(channel)) for channel in Channel]
    stopped = [assert_waits(cloud, event_id, BlockReason.PAUSED) for event_id in event_ids]
    standing = guerdon("status")
    assert "everything  " in standing.out
    assert "payouts  it is paused" in standing.out

    ended = guerdon("resume", "--reason", "It was looked into.")

    assert (ended.status, ended.err) == (0, "")
    for event_id in event_ids:
        assert_paid_once(cloud, event_id)
    # The index may lag behind the command, and then the sweep does the rest.
    cloud.invoke("sweep")
    paid = {payout.payout_id: cloud.stack.store.payout(payout.payout_id) for payout in stopped}
    in_order = sorted(stopped, key=lambda payout: (payout.waiting_since, payout.payout_id))
    moments = [resumed_at(now) for now in (paid[payout.payout_id] for payout in in_order) if now is not None]
    assert len(moments) == len(Channel)
    assert moments == sorted(moments)


def test_what_was_observed_is_paid_for_the_days_that_a_person_names_and_not_by_arming(cloud: LiveCloud) -> None:
    channel, caller = Channel.BILL_CREDIT, cloud.stack.caller()
    assert cloud.stack.arm(channel, caller, armed=False)
    event_id = cloud.deliver(Deal(channel))
    observed = assert_waits(cloud, event_id, BlockReason.OBSERVING)

    assert cloud.stack.arm(channel, caller, armed=True)
    assert cloud.stack.resend(event_id, caller) is not None
    assert assert_waits(cloud, event_id, BlockReason.OBSERVING) == observed

    today = datetime.now(UTC).date()
    days = ("--from", str(today - timedelta(days=1)), "--to", str(today + timedelta(days=1)))
    command = ("release", "--blocked", "observing", *days, "--channel", channel, "--reason", "It looks right.")
    shown = guerdon(*command)
    assert shown.status == 1
    assert assert_waits(cloud, event_id, BlockReason.OBSERVING) == observed
    confirmation = next(line.split()[-1] for line in shown.out.splitlines() if line.startswith("In a script:"))
    released = guerdon(*command, "--confirm", confirmation)
    assert (released.status, released.err) == (0, "")
    assert_paid_once(cloud, event_id)
