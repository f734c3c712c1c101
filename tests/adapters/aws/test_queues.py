import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.adapters.aws.queues import (
    MalformedMessage,
    SqsHintQueues,
    SqsNotices,
    hint_from_message,
    notice_from_message,
    notice_to_message,
)
from guerdon.application.ports import Notice, ProviderHint
from guerdon.domain.errors import BusUnavailable

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/notices"
SENT = {"MessageId": "1", "MD5OfMessageBody": "0"}


def test_the_workflow_and_the_queue_speak_of_a_payout_in_the_same_way() -> None:
    message = {"kind": "payout", "payout_id": "po_1", "run": 2}
    assert notice_from_message(message) == Notice("payout", "po_1", 2)
    assert notice_to_message(Notice("payout", "po_1", 2)) == message


def test_a_reward_is_told_by_its_id() -> None:
    message = {"kind": "reward_earned", "reward_id": "rw_1"}
    assert notice_from_message(message) == Notice("reward_earned", "rw_1")
    assert notice_to_message(Notice("reward_earned", "rw_1")) == message


@given(
    kind=st.sampled_from(("payout", "reward_earned", "of_the_future")), subject=st.text(min_size=1), run=st.integers(0)
)
def test_every_notice_reads_back_as_it_was_written(kind: str, subject: str, run: int) -> None:
    notice = Notice(kind, subject, run)
    assert notice_from_message(json.loads(json.dumps(notice_to_message(notice)))) == notice


def test_what_a_newer_function_sends_along_is_left_alone() -> None:
    assert notice_from_message({"kind": "payout", "payout_id": "po_1", "run": 1, "more": {}}) == Notice(
        "payout", "po_1", 1
    )


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({}, "kind"),
        ({"kind": "payout", "run": 1}, "payout_id"),
        ({"kind": "payout", "payout_id": 7, "run": 1}, "payout_id"),
        ({"kind": "payout", "payout_id": "po_1", "run": "1"}, "run"),
        ({"kind": "payout", "payout_id": "po_1", "run": True}, "run"),
        ({"kind": "reward_earned", "payout_id": "po_1"}, "reward_id"),
        ({"kind": "of_the_future"}, "subject_id"),
    ],
)
def test_a_notice_that_lacks_something_says_what(message: Mapping[str, Any], field: str) -> None:
    with pytest.raises(MalformedMessage, match=f"no {field} as"):
        notice_from_message(message)


@pytest.mark.parametrize("field", ["provider", "resource", "resource_id"])
def test_a_hint_that_lacks_something_says_what(field: str) -> None:
    message = {"provider": "lob", "resource": "checks", "resource_id": "chk_1"}
    assert hint_from_message(message) == ProviderHint("lob", "checks", "chk_1")
    with pytest.raises(MalformedMessage, match=f"no {field} as"):
        hint_from_message({name: value for name, value in message.items() if name != field})


def test_a_notice_is_put_on_its_queue(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("sqs")
    body = json.dumps({"kind": "payout", "payout_id": "po_1", "run": 1})
    stub.add_response("send_message", SENT, {"QueueUrl": URL, "MessageBody": body, "DelaySeconds": 20})
    SqsNotices(client, URL).enqueue(Notice("payout", "po_1", 1), delay_seconds=20)


def test_a_hint_is_put_on_its_providers_queue(stubbed: Callable[[str], Any]) -> None:
    client, stub = stubbed("sqs")
    body = json.dumps({"provider": "lob", "resource": "checks", "resource_id": "chk_1"})
    stub.add_response("send_message", SENT, {"QueueUrl": f"{URL}-lob", "MessageBody": body})
    queues = SqsHintQueues(client, {"lob": f"{URL}-lob", "stripe": f"{URL}-stripe"})
    queues.enqueue(ProviderHint("lob", "checks", "chk_1"))


def test_a_provider_without_a_queue_sends_nothing_anywhere(stubbed: Callable[[str], Any]) -> None:
    client, _ = stubbed("sqs")
    with pytest.raises(KeyError, match="lob"):
        SqsHintQueues(client, {"stripe": URL}).enqueue(ProviderHint("lob", "checks", "chk_1"))


@pytest.mark.parametrize(("code", "status"), [("RequestThrottled", 400), ("InternalError", 500)])
def test_a_queue_that_is_away_is_unavailable(stubbed: Callable[[str], Any], code: str, status: int) -> None:
    client, stub = stubbed("sqs")
    stub.add_client_error("send_message", code, http_status_code=status)
    stub.add_client_error("send_message", code, http_status_code=status)
    with pytest.raises(BusUnavailable, match="po_1"):
        SqsNotices(client, URL).enqueue(Notice("payout", "po_1", 1))
    with pytest.raises(BusUnavailable, match="chk_1"):
        SqsHintQueues(client, {"lob": URL}).enqueue(ProviderHint("lob", "checks", "chk_1"))
