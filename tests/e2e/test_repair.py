"""What a person repairs, under the real roles: dead letters are moved, and a word settles what nobody found out."""

import json
from datetime import timedelta

import pytest

from e2e.command_line import guerdon
from e2e.deals import Deal
from e2e.faults import assert_paid_once, queue_fault
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.adapters.aws.bus import DETAIL_TYPE
from guerdon.adapters.aws.clock import SystemClock
from guerdon.application.records import Attempt, FrozenRequest
from guerdon.application.transaction import Committed, Insert, Replace, Write
from guerdon.domain import ledger
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.identity import attempt_reference
from guerdon.domain.payout import OUTCOME_UNKNOWN, SAID_NOT_MOVED, Payout, PayoutStatus

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]
WHY = ("--reason", "It was looked into.")


def test_dead_letters_of_what_was_paid_are_moved_and_pay_nothing_more(cloud: LiveCloud) -> None:
    event_id = cloud.deliver(Deal(Channel.GIFT_CARD))
    assert_paid_once(cloud, event_id)
    payout = cloud.payout(event_id)
    letters = {
        "RulesDlqUrl": {"detail-type": DETAIL_TYPE, "detail": {"event_id": event_id}},
        "EventsDlqUrl": {"detail-type": DETAIL_TYPE, "detail": {"event_id": event_id}},
        "HintsDlqUrl": {"provider": "tremendous", "resource": "payout", "resource_id": payout.payout_id},
        "NoticesDlqUrl": {"kind": "payout", "payout_id": payout.payout_id, "run": 1},
    }
    for queue, message in letters.items():
        cloud.client("sqs").send_message(QueueUrl=cloud.output(queue), MessageBody=json.dumps(message))

    ended = guerdon("redrive")

    assert (ended.status, ended.err) == (0, "")
    ours = [line for line in ended.out.splitlines() if event_id in line or payout.payout_id in line]
    assert [(line.partition(":")[0], line.rpartition("moved to ")[2]) for line in ours] == [
        ("rules", "events"),
        ("events", "events"),
        ("hints", "tremendous"),
        ("notices", "notices"),
    ]
    queues = [cloud.output(name) for name in (*letters, "EventsQueueUrl", "NoticesQueueUrl", "GiftCardHintsQueueUrl")]
    eventually("the letters are read", lambda: not any(map(cloud.depth, queues)) or None)
    assert_paid_once(cloud, event_id)
    assert cloud.payout(event_id) == payout


def test_what_nobody_could_find_out_about_is_settled_by_a_word_and_paid_once(cloud: LiveCloud) -> None:
    queue_fault(cloud, PROVIDER_OF[Channel.GIFT_CARD], "refuse")
    event_id = cloud.deliver(Deal(Channel.GIFT_CARD))
    payout = with_an_unknown_second_attempt(cloud, cloud.at_rest(event_id))

    refused = guerdon("resolve", payout.payout_id, "--nothing-moved", *WHY)
    assert (refused.status, "that was about run 1" in refused.err) == (1, True)
    for said in ("said by ", "said before"):
        ended = guerdon("resolve", payout.payout_id, "--run", "2", "--nothing-moved", *WHY)
        assert (ended.status, ended.err, said in ended.out) == (0, "", True)

    failed = cloud.at_rest(event_id)
    assert (failed.status, failed.reason, failed.run) == (PayoutStatus.FAILED, SAID_NOT_MOVED, 2)
    assert guerdon("release", payout.payout_id, *WHY).status == 0
    assert_paid_once(cloud, event_id)


def with_an_unknown_second_attempt(cloud: LiveCloud, failed: Payout) -> Payout:
    """What the rows say when a second run wrote its intent two hours ago and ended without hearing of its call."""
    store, at = cloud.stack.store, SystemClock().now() - timedelta(hours=2)
    first = store.attempt(failed.payout_id, 1)
    assert first is not None
    request = store.frozen_request(first.reference)
    assert request is not None
    earned = failed.decided_again(at, "a test")
    released = earned.released(at)
    submitted = released.submitted(at)
    reference = attempt_reference(failed.payout_id, 2)
    attempt = Attempt(
        failed.payout_id, 2, 2, first.provider, reference, first.request_sha256, failed.value, at, at, None
    )
    frozen = FrozenRequest(reference, request.method, request.path, request.content_type, request.body)
    unknown = submitted.noticed(OUTCOME_UNKNOWN, at, None)
    steps: tuple[tuple[Write, ...], ...] = (
        (Replace(earned),),
        (Replace(released),),
        (Replace(submitted), Insert(attempt), Insert(frozen), Insert(ledger.submitted(submitted, SystemClock().now()))),
        (Replace(unknown),),
    )
    for step in steps:
        assert store.commit(step) is Committed.YES
    return unknown
