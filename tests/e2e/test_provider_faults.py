"""What providers do on bad days, played by the sandbox: money for one payout moves at most once.

Nothing here reaches a real provider; the sandbox's till is what would have moved. Every test sees that its faults
fired, so none passes because nothing happened.
"""

import pytest

from e2e.deals import Deal
from e2e.faults import PROVIDERS, assert_paid_once, fired, queue_fault
from e2e.live import LiveCloud
from guerdon.domain.channel import CHANNEL_OF, Channel

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


@pytest.mark.parametrize("fault", ["timeout_after", "timeout_before", "rate_limit", "webhook_first", "webhook_twice"])
def test_a_payout_is_paid_exactly_once_whatever_its_provider_does(cloud: LiveCloud, fault: str) -> None:
    for provider in PROVIDERS:
        queue_fault(cloud, provider, fault, hold_seconds=60)

    events = [cloud.deliver(Deal(channel)) for channel in Channel]

    for event_id in events:
        assert_paid_once(cloud, event_id)
    assert fired(cloud) == {(provider, fault): 1 for provider in PROVIDERS}


def test_a_payout_is_paid_once_after_its_provider_broke_down(cloud: LiveCloud) -> None:
    providers = [provider for provider in PROVIDERS if provider != "stripe"]
    for provider in providers:
        queue_fault(cloud, provider, "failure", status=500)

    events = [cloud.deliver(Deal(CHANNEL_OF[provider])) for provider in providers]

    for event_id in events:
        assert_paid_once(cloud, event_id)
    assert fired(cloud) == {(provider, "failure"): 1 for provider in providers}
