"""Functions die in the middle of their work, as Lambda's may: nothing is lost, and nothing is paid twice.

What is killed are the processes in which this run's own emulator runs the functions. An invocation that was cut off
shows as a task that failed with Runtime.ExitError, so the test knows that it killed work and not idle processes.
"""

from pathlib import Path

import pytest

from e2e.deals import Deal
from e2e.executions import KILLED, errors_of_tasks, execution_arn
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from e2e.waiting import eventually
from e2e.workers import killing_workers
from guerdon.domain.channel import Channel

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]

FIRST_PAUSE_SECONDS = 1.5
CUT_OFF_LEAST = 3
DEALS_MOST = 40


def cut_off(cloud: LiveCloud, payout_ids: list[str]) -> list[str]:
    """The tasks of the payouts' first runs that failed because their function was killed."""
    arns = [execution_arn(cloud, payout_id, 1) for payout_id in payout_ids]
    errors = [error for arn in arns if arn for error in errors_of_tasks(cloud, arn)]
    return [error for error in errors if error == KILLED]


def known_payouts(cloud: LiveCloud, event_ids: list[str]) -> list[str]:
    decided = [event for event in map(cloud.event, event_ids) if event.reward_ids]
    rewards = [cloud.stack.store.reward(event.reward_ids[0]) for event in decided]
    return [reward.payout_ids[0] for reward in rewards if reward]


def test_every_payout_settles_once_though_functions_are_killed_at_work(cloud: LiveCloud) -> None:
    events: list[str] = []

    def cut_off_enough() -> bool:
        if len(cut_off(cloud, known_payouts(cloud, events))) >= CUT_OFF_LEAST:
            return True
        if len(events) < DEALS_MOST:
            # On a quick machine a deal is done between two kills: there must always be work to hit.
            events.extend(cloud.deliver(Deal(channel)) for channel in Channel)
        return False

    with killing_workers(Path(cloud.environment["GUERDON_LOCAL"]), FIRST_PAUSE_SECONDS) as killer:
        eventually(f"{CUT_OFF_LEAST} tasks were cut off by a kill", cut_off_enough)
    assert killer.killed

    eventually("the sweep runs again", lambda: sweep(cloud))
    for event_id in events:
        cloud.at_rest(event_id)
        assert_paid_once(cloud, event_id)
    assert {name: cloud.depth(url) for name, url in cloud.queue_urls().items() if "Dlq" in name} == {
        "EventsDlqUrl": 0,
        "RulesDlqUrl": 0,
        "NoticesDlqUrl": 0,
        "HintsDlqUrl": 0,
    }


def sweep(cloud: LiveCloud) -> bool:
    cloud.invoke("sweep")
    return True
