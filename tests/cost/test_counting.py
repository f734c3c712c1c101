"""What is counted of histories, logs and keys."""

from collections import Counter
from typing import Any

import pytest

from bench.cost.capacity import Units
from bench.cost.meter import Call, call_of
from bench.cost.running import Invoked, invocation, metrics_of, service_of, transitions
from bench.cost.shares import Owners, Share, shares


def entered(state: str) -> dict[str, Any]:
    return {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state}}


SCHEDULED: dict[str, Any] = {"type": "TaskScheduled"}
FAILED: dict[str, Any] = {"type": "TaskFailed"}


def test_each_state_entered_is_a_transition() -> None:
    route = {"type": "ChoiceStateEntered", "stateEnteredEventDetails": {"name": "Route"}}
    events = [{"type": "ExecutionStarted"}, entered("Release"), SCHEDULED, route, entered("Settle"), SCHEDULED]

    assert transitions(events) == Counter(Release=1, Route=1, Settle=1)


def test_each_retry_of_a_task_is_one_more() -> None:
    events = [entered("PayMerchandise"), SCHEDULED, FAILED, SCHEDULED, FAILED, SCHEDULED, entered("Settle"), SCHEDULED]

    assert transitions(events) == Counter(PayMerchandise=3, Settle=1)


LINES = [
    "START RequestId: 1 Version: $LATEST",
    '{"level":"INFO","service":"notify","message":"told"}',
    "END RequestId: 1",
    "REPORT RequestId: 1\tDuration: 12.5 ms\tBilled Duration: 13 ms",
]


def test_an_invocation_is_known_by_its_lines() -> None:
    assert service_of(LINES) == "notify"
    assert invocation(LINES) == Invoked(1, 12.5, sum(map(len, LINES)) + 4 * 26)


def test_an_invocation_that_said_nothing_is_nobodys() -> None:
    assert service_of(["START RequestId: 1 Version: $LATEST", "[1, 2]"]) == ""


def test_a_metric_is_told_from_another_by_the_values_of_its_dimensions() -> None:
    def line(reason: str) -> str:
        directive = '{"Namespace":"Guerdon","Dimensions":[["service","reason"]],"Metrics":[{"Name":"Waiting"}]}'
        return f'{{"_aws":{{"CloudWatchMetrics":[{directive}]}},"service":"sweep","reason":"{reason}","Waiting":[2]}}'

    kept = {metric for text in (line("funds"), line("paused"), line("funds"), LINES[1]) for metric in metrics_of(text)}

    assert kept == {
        ("Guerdon", "Waiting", (("reason", "funds"), ("service", "sweep"))),
        ("Guerdon", "Waiting", (("reason", "paused"), ("service", "sweep"))),
    }


def test_a_call_is_known_by_its_signature_and_its_target() -> None:
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=ASIA1/20261127/us-east-1/dynamodb/aws4_request, Signature=0",
        "X-Amz-Target": "DynamoDB_20120810.GetItem",
    }

    assert call_of("POST", "/", headers, b'{"Key": {}}', 200, b"{}") == Call(
        "ASIA1", "dynamodb", "GetItem", 200, {"Key": {}}, {}
    )


def test_a_call_without_a_target_is_known_by_its_path() -> None:
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=ASIA2/20261127/us-east-1/ses/aws4_request"}

    found = call_of("POST", "/v2/email/outbound-emails", headers, b"no JSON", 200, b"[]")

    assert found == Call("ASIA2", "ses", "POST /v2/email/outbound-emails", 200, {}, {})


def call(**asked: object) -> Call:
    return Call("ASIA1", "dynamodb", "GetItem", 200, asked, {})


def test_a_call_belongs_to_the_deal_whose_ids_it_names() -> None:
    owners = Owners()

    assert owners.deal(call(id="po_early")) is None
    assert owners.deal(call(deal="D-0123456789ab-1", event="ev_one")) == "0123456789ab"
    assert owners.deal(call(event="ev_one", payout="po_one")) == "0123456789ab"
    assert owners.deal(call(notice="payout_paid/po_one/1")) == "0123456789ab"
    assert owners.deal(call(id="po_other")) is None


def test_the_most_that_one_payout_writes_to_one_key_is_not_what_all_of_them_write() -> None:
    taken = [
        ("a", Units("payouts/open", "3", written=4)),
        ("a", Units("payouts/open", "3", written=2)),
        ("b", Units("payouts/open", "3", written=5)),
        ("b", Units("payouts/open", "4", written=1)),
        ("c", Units("payouts/open", "5", written=5)),
        ("b", Units("payouts", "po_b", read_halves=2)),
        (None, Units("payouts/open", "3", written=9)),
    ]

    (share,) = shares(taken, payouts=3)

    assert share == Share("payouts/open", usual=5, most=6, units=17, keys=3, sharing=2, payouts=3)
    assert share.per_payout == pytest.approx(17 / 3)


def test_a_rate_is_what_the_keys_take_together() -> None:
    share = Share("payouts/open", usual=6, most=6, units=12, keys=8, sharing=2, payouts=2)

    assert share.rate(8) == pytest.approx(8_000 / 6)
    assert share.rate(1) == pytest.approx(1_000 / 6)
