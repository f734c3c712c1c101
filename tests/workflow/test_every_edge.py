"""Every state, retrier, catcher and choice of infra/fulfillment.asl.json, driven by the production use cases.

The scenarios read retriers and errors from the file, so that one that is added to it is driven too.
"""

import sys
from datetime import timedelta
from typing import Final

import pytest

import builders
from guerdon.application.look_again import OURS
from guerdon.application.ports import ProviderHint
from guerdon.domain.channel import Channel
from guerdon.domain.payout import PayoutStatus
from simulation.workflow import Edge
from workflow.scenarios import ALL, VALUE_MINOR, Scenario, assert_ends_as_it_should
from workflow.stage import PAY_STATE_OF, STATES, Stage, Trouble

NOT_DRIVEN: Final[dict[Edge, str]] = {}
"""Edges that no scenario takes, and why; this is the one place for them."""


def edges_of_the_file() -> set[Edge]:
    """Every way on from every state."""
    edges: set[Edge] = set()
    for state, definition in STATES.items():
        edges |= {(state, way) for way in ("Next", "Default", "End") if definition.get(way)}
        edges |= {(state, f"Choices[{index}]") for index, _ in enumerate(definition.get("Choices", []))}
        edges |= {
            (state, f"{rules}[{index}] {error}")
            for rules in ("Retry", "Catch")
            for index, rule in enumerate(definition.get(rules, []))
            for error in rule["ErrorEquals"]
        }
    return edges


@pytest.mark.parametrize("scenario", ALL.values(), ids=ALL)
def test_a_run_ends_as_it_should(scenario: Scenario) -> None:
    assert_ends_as_it_should(scenario)


@pytest.mark.parametrize("channel", Channel)
def test_a_provider_that_never_tells_is_waited_for_and_then_asked_by_the_sweep_once_a_day(channel: Channel) -> None:
    stage = ALL[f"{channel} is never told of"].play()

    timeout = timedelta(seconds=STATES[PAY_STATE_OF[channel]]["TimeoutSeconds"])
    (execution,) = stage.workflow.executions
    assert execution.ended_at is not None
    waited = stage.engine.moment(execution.ended_at) - builders.NOW
    assert timeout < waited < timeout + timedelta(minutes=1)
    assert stage.payout.look_at is not None
    due = stage.payout.look_at - stage.engine.moment(execution.ended_at)
    assert timedelta(hours=23, minutes=59) < due <= timedelta(days=1)


def test_a_hold_ends_no_earlier_than_it_should() -> None:
    stage = ALL["gift_card is held first"].play()

    released = next(change.at for change in stage.payout.history if change.status is PayoutStatus.RELEASED)
    late = released - stage.payout.hold_until
    assert timedelta() <= late < timedelta(seconds=1)


@pytest.mark.parametrize("channel", Channel)
def test_a_run_that_could_not_be_settled_is_settled_once_the_provider_is_looked_at_again(channel: Channel) -> None:
    trouble = Trouble("Settle", "StoreBusy", STATES["Settle"]["Retry"][0]["MaxAttempts"] + 1)
    stage = Stage(channel, trouble)
    stage.earned()
    assert stage.run().result == "NotSettled"
    assert (stage.payout.status, stage.payout.look_at is None) == (PayoutStatus.SUBMITTED, False)

    stage.look_again(ProviderHint(stage.provider.name, OURS, stage.payout.payout_id))

    assert stage.payout.status is PayoutStatus.SETTLED
    assert stage.journal == ["submitted", "settled"]
    assert stage.moved_minor == VALUE_MINOR
    assert [notice.subject_id for notice in stage.notices.enqueued] == [stage.payout.payout_id]


def test_every_state_and_every_edge_is_driven(capsys: pytest.CaptureFixture[str]) -> None:
    edges, states = set[Edge](), set[str]()
    for scenario in ALL.values():
        stage = scenario.play()
        edges |= stage.edges
        states |= set(stage.path)

    wanted = edges_of_the_file()
    with capsys.disabled():
        sys.stdout.write(f"\n{len(ALL)} runs drive {len(states)} states and {len(edges)} edges of the workflow")
        sys.stdout.writelines(f"\n  not driven: {state} {way}: {why}" for (state, way), why in NOT_DRIVEN.items())
        sys.stdout.write("\n")
    assert wanted - edges == set(NOT_DRIVEN)
    assert edges <= wanted
    assert set(STATES) - states == set()
