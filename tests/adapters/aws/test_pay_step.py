"""What the pay functions print about providers, and under which ids they say what happened."""

import io
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from builders import PAYOUT_ID
from fakes.provider import Fault
from guerdon.adapters.aws.metrics import Metrics
from guerdon.adapters.aws.pay_step import handle_pay_step
from guerdon.application.ports import ProviderHint
from guerdon.application.records import AnswerState
from guerdon.domain.errors import OutcomeUnknown, ProviderNotReady, ProviderUnavailable
from guerdon.domain.payout import PayoutStatus
from printed import sums
from world import World

Printed = pytest.CaptureFixture[str]


class Function:
    """A pay function over a world in memory."""

    def __init__(self, name: str) -> None:
        self.world = World()
        self._said = io.StringIO()
        self._log = Logger(service=name, logger_handler=logging.StreamHandler(self._said), level="INFO")

    def __call__(self, event: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the function answers.
        return handle_pay_step(event, self._log, self.world.pay, self.world.look_again, Metrics("guerdon"))

    def pay(self) -> Any:  # noqa: ANN401 - the same.
        return self({"payout_id": PAYOUT_ID, "run": 1, "task_token": self.world.wait_under("token-1")})

    def hint(self, resource_id: str) -> Any:  # noqa: ANN401 - the same.
        body = json.dumps(asdict(ProviderHint(self.world.provider.name, "orders", resource_id)))
        return self({"Records": [{"messageId": "m-1", "body": body, "eventSource": "aws:sqs"}]})

    def lines(self) -> list[dict[str, Any]]:
        ids = ("message", "correlation_id", "payout_id", "resource_id", "error")
        told = [json.loads(line) for line in self._said.getvalue().splitlines()]
        return [{name: line[name] for name in ids if line.get(name) is not None} for line in told]


@pytest.fixture
def function(request: pytest.FixtureRequest) -> Function:
    function = Function(request.node.name)
    function.world.released()
    return function


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.DID_NOTHING, ProviderUnavailable),
        (Fault.REQUEST_LOST, OutcomeUnknown),
        (Fault.ANSWER_LOST, OutcomeUnknown),
    ],
)
def test_what_a_provider_fails_at_is_counted_by_its_class_and_raised(
    function: Function, fault: Fault, error: type[Exception], capsys: Printed
) -> None:
    function.world.provider.next_submits.append(fault)
    with pytest.raises(error):
        function.pay()
    assert sums(capsys.readouterr().out) == {
        ("ProviderErrors",): 1,
        ("ProviderErrors", error.__name__, "tremendous"): 1,
    }
    assert function.lines() == [{"message": "failed", "payout_id": PAYOUT_ID, "error": error.__name__}]


def test_a_provider_that_is_not_ready_yet_did_not_fail(function: Function, capsys: Printed) -> None:
    function.world.provider.next_submits.append(Fault.NOT_READY)
    with pytest.raises(ProviderNotReady):
        function.pay()
    assert not capsys.readouterr().out


def test_a_provider_that_pays_is_not_counted_and_the_line_names_the_deal(function: Function, capsys: Printed) -> None:
    assert function.pay() == {"payout_id": PAYOUT_ID, "run": 1}
    assert not capsys.readouterr().out
    event_id = function.world.stands().event_id
    assert function.lines() == [
        {"message": "asked the provider", "correlation_id": event_id, "payout_id": PAYOUT_ID},
    ]
    assert function.world.stands().status is PayoutStatus.SUBMITTED


def test_a_hint_is_told_under_the_providers_id_and_the_deals(function: Function, capsys: Printed) -> None:
    function.world.provider.next_submits.append(AnswerState.PENDING)
    function.pay()
    (paid,) = function.world.provider.till
    assert function.hint(paid.provider_id) == {"batchItemFailures": []}
    assert not capsys.readouterr().out
    assert function.lines()[-1] == {
        "message": "followed a hint",
        "correlation_id": function.world.stands().event_id,
        "resource_id": paid.provider_id,
    }


def test_a_look_up_that_fails_is_counted_and_keeps_its_message(function: Function, capsys: Printed) -> None:
    function.world.provider.next_submits.append(AnswerState.PENDING)
    function.pay()
    (paid,) = function.world.provider.till
    function.world.provider.next_look_ups.append(Fault.REQUEST_LOST)
    assert function.hint(paid.provider_id) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert sums(capsys.readouterr().out)["ProviderErrors", "OutcomeUnknown", "tremendous"] == 1
    failed, kept = function.lines()[-2:]
    assert failed == {"message": "failed", "resource_id": paid.provider_id, "error": "OutcomeUnknown"}
    assert kept == {"message": "a message failed and stays on its queue", "error": "OutcomeUnknown"}
