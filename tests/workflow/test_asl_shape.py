"""What the workflow promises by its shape alone; test_every_edge.py drives it, and the local cloud runs it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from guerdon.domain.channel import Channel
from guerdon.domain.errors import RETRYABLE_IN_WORKFLOW
from guerdon.domain.payout import DEADLINE, PayoutStatus

DEFINITION = json.loads((Path(__file__).parents[2] / "infra" / "fulfillment.asl.json").read_text())
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
TASKS = sorted(name for name, state in STATES.items() if state["Type"] == "Task")
FUNCTION_TASKS = [name for name in TASKS if "lambda:invoke" in STATES[name]["Resource"]]
PAY_STATE_OF = {
    Channel.GIFT_CARD: "PayGiftCard",
    Channel.CHECK: "PayCheck",
    Channel.BILL_CREDIT: "PayBillCredit",
    Channel.MERCHANDISE: "PayMerchandise",
}

OUR_ERRORS = {error.__name__ for error in RETRYABLE_IN_WORKFLOW}
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html and, for Lambda's own, the best
# practice "handle transient Lambda service exceptions". The last two are a worker that died and one that hung: our
# machine's fault more often than our code's.
LAMBDA_ERRORS = {
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
}
STATES_ERRORS = {"States.ALL", "States.TaskFailed", "States.Timeout"}

# All that may ever stand in an execution's history. None of it is about a person.
CARRIED = {"payout_id", "run", "error", "task_token", "until", "kind"}
DAY_SECONDS = 86400


def after(state: dict[str, Any]) -> set[str]:
    """Every state that may follow, by success, choice, default or catch."""
    followers = [state.get("Next"), state.get("Default")]
    followers += [rule["Next"] for rule in state.get("Choices", []) + state.get("Catch", [])]
    return {name for name in followers if name}


def retried_by(name: str, error: str) -> dict[str, Any]:
    """The retrier that Step Functions picks: the first that names the error."""
    return next(retrier for retrier in STATES[name]["Retry"] if error in retrier["ErrorEquals"])


@pytest.mark.parametrize("name", TASKS)
def test_every_error_that_is_named_exists(name: str) -> None:
    rules = STATES[name]["Retry"] + STATES[name]["Catch"]

    named = {error for rule in rules for error in rule["ErrorEquals"]}

    assert named <= OUR_ERRORS | LAMBDA_ERRORS | STATES_ERRORS


@pytest.mark.parametrize("name", sorted(PAY_STATE_OF.values()))
def test_paying_retries_every_error_that_may_be_retried(name: str) -> None:
    for error in OUR_ERRORS | LAMBDA_ERRORS:
        assert retried_by(name, error)["MaxAttempts"] >= 8


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_a_worker_that_died_or_hung_is_retried_like_any_trouble_of_lambda(name: str) -> None:
    assert retried_by(name, "Runtime.ExitError") is retried_by(name, "Lambda.Unknown")
    assert retried_by(name, "Sandbox.Timedout") is retried_by(name, "Lambda.Unknown")
    assert retried_by(name, "Lambda.Unknown")["MaxAttempts"] >= 8


@pytest.mark.parametrize("name", FUNCTION_TASKS)
def test_an_error_that_nobody_foresaw_is_retried_fewer_times_than_one_that_names_itself(name: str) -> None:
    unforeseen = retried_by(name, "States.TaskFailed")

    assert 1 < unforeseen["MaxAttempts"] < retried_by(name, "Lambda.Unknown")["MaxAttempts"]
    assert unforeseen is STATES[name]["Retry"][-1]


@pytest.mark.parametrize("name", TASKS)
def test_every_retry_backs_off_with_full_jitter_up_to_a_limit(name: str) -> None:
    for retrier in STATES[name]["Retry"]:
        assert retrier["JitterStrategy"] == "FULL"
        assert retrier["BackoffRate"] > 1
        assert 1 <= retrier["IntervalSeconds"] < retrier["MaxDelaySeconds"] <= 900
        assert retrier["MaxAttempts"] >= 1


@pytest.mark.parametrize("name", TASKS)
def test_every_task_catches_whatever_is_left(name: str) -> None:
    assert STATES[name]["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("name", ["Release", *sorted(PAY_STATE_OF.values())])
def test_a_run_that_went_wrong_still_gets_settled(name: str) -> None:
    assert [catcher["Next"] for catcher in STATES[name]["Catch"]] == ["Settle"]


def test_a_run_that_cannot_be_settled_fails_where_an_alarm_sees_it() -> None:
    assert STATES["Settle"]["Catch"][-1]["Next"] == "NotSettled"
    assert STATES["NotSettled"]["Type"] == "Fail"


def test_a_mail_that_cannot_be_asked_for_does_not_fail_the_run() -> None:
    queue_away = STATES["Settle"]["Catch"][0]
    assert (queue_away["ErrorEquals"], queue_away["Next"]) == (["BusUnavailable"], "Done")
    assert [catcher["Next"] for catcher in STATES["Notify"]["Catch"]] == ["Done"]
    assert STATES["Done"]["Type"] == "Succeed"


def test_a_payout_without_a_hold_enters_at_most_five_states_whatever_happens() -> None:
    def longest(name: str) -> int:
        return 1 + max((longest(follower) for follower in after(STATES[name]) - {"Hold"}), default=0)

    assert longest(DEFINITION["StartAt"]) == 5


@pytest.mark.parametrize("channel", list(Channel))
def test_a_payout_that_goes_well_enters_four_states(channel: Channel) -> None:
    entered = ["Release", "Route", PAY_STATE_OF[channel], "Settle"]

    routed = {rule["Condition"]: rule["Next"] for rule in STATES["Route"]["Choices"]}

    assert STATES["Release"]["Next"] == "Route"
    assert routed[f"{{% $states.input.decision = '{channel.value}' %}}"] == PAY_STATE_OF[channel]
    assert [STATES[name].get("Next") for name in entered[2:]] == ["Settle", None]
    assert STATES["Settle"]["End"] is True


def test_a_hold_asks_for_the_release_anew() -> None:
    assert STATES["Hold"]["Next"] == "Release"
    assert STATES["Hold"]["Timestamp"] == "{% $states.input.until %}"


def test_every_state_can_be_reached() -> None:
    reached: set[str] = set()
    waiting = {DEFINITION["StartAt"]}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= after(STATES[name]) - reached

    assert reached == set(STATES)


def test_only_identifiers_are_carried_between_states() -> None:
    carried: set[str] = set()
    for state in STATES.values():
        for rule in [state, *state.get("Choices", []), *state.get("Catch", [])]:
            if isinstance(rule.get("Output"), dict):
                carried |= set(rule["Output"])
        payload = state.get("Arguments", {}).get("Payload", state.get("Arguments", {}).get("MessageBody", {}))
        carried |= set(re.findall(r"'(\w+)':", payload) if isinstance(payload, str) else payload)

    assert carried == CARRIED


@pytest.mark.parametrize("name", TASKS)
def test_an_error_travels_by_its_name_alone(name: str) -> None:
    # A cause is the exception's message and traceback, which may quote an address.
    for catcher in STATES[name]["Catch"]:
        error = catcher["Output"].get("error", "{% $states.errorOutput.Error %}")
        assert error == "{% $states.errorOutput.Error %}"


@pytest.mark.parametrize("name", sorted(PAY_STATE_OF.values()))
def test_paying_hands_over_identifiers_and_a_token_and_nothing_else(name: str) -> None:
    assert STATES[name]["Resource"] == "arn:aws:states:::lambda:invoke.waitForTaskToken"
    assert STATES[name]["Arguments"]["Payload"] == {
        "payout_id": "{% $states.input.payout_id %}",
        "run": "{% $states.input.run %}",
        "task_token": "{% $states.context.Task.Token %}",
    }


@pytest.mark.parametrize(
    ("channel", "days"),
    [(Channel.GIFT_CARD, 3), (Channel.CHECK, 10), (Channel.BILL_CREDIT, 1), (Channel.MERCHANDISE, 45)],
)
def test_each_channel_waits_for_its_provider_as_long_as_the_provider_may_take(channel: Channel, days: int) -> None:
    assert STATES[PAY_STATE_OF[channel]]["TimeoutSeconds"] == days * DAY_SECONDS
    # The sweep gives a provider the same time before it puts the payout in front of a person.
    assert DEADLINE[PayoutStatus.SUBMITTED][channel].parked.total_seconds() == days * DAY_SECONDS


@pytest.mark.parametrize("name", TASKS)
def test_no_task_waits_for_ever(name: str) -> None:
    assert STATES[name]["TimeoutSeconds"] > 0


def test_a_provider_that_is_not_ready_is_asked_again_within_seconds() -> None:
    for name in PAY_STATE_OF.values():
        retrier = retried_by(name, "ProviderNotReady")
        assert retrier["IntervalSeconds"] == 2
        assert retrier["MaxDelaySeconds"] == 20
