"""A deployment while money is in flight: what the releases before this one say and store is understood today.

An execution that began under an older workflow goes on with today's functions; a message that was queued by an older
function is read by today's; a row that was stored by one is read and kept whole. Each folder beside this file is one
release as releases/record.py wrote it down.
"""

import json
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

import builders
from cloud import Cloud
from guerdon import bootstrap
from guerdon.adapters.dynamodb.models import MODELS
from guerdon.application.end_run import EndRun
from guerdon.application.records import AnswerState, Attempt, SentNotice
from guerdon.application.transaction import Row
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import Entry, trial_balance
from guerdon.domain.payout import Payout, PayoutStatus
from releases import record
from simulation.workflow import DEFINITION
from workflow.scenarios import assert_older_ends_as_it_should, scenarios_of
from world import World

RELEASES: Final = sorted(path.parent for path in Path(__file__).parent.glob("*/fulfillment.asl.json"))
MODEL_BY_NAME: Final = {model.__name__: model for model in MODELS}


def content(release: Path, name: str) -> Any:  # noqa: ANN401 - JSON is of any shape.
    return json.loads((release / f"{name}.json").read_text(encoding="utf-8"))


def row_of(stored: dict[str, Any]) -> Row:
    row: Row = MODEL_BY_NAME[stored["model"]].from_raw_data(stored["item"]).to_row()
    return row


# --- its workflow -----------------------------------------------------------------------------------------------------


def test_every_edge_of_an_older_workflow_that_differs_leads_where_it_should_with_today_s_functions() -> None:
    for release in RELEASES:
        definition = content(release, "fulfillment.asl")
        # One that is today's own is played by tests/workflow, edge by edge.
        if definition != DEFINITION:
            for scenario in scenarios_of(definition["States"]).values():
                assert_older_ends_as_it_should(scenario, definition)


def test_an_answer_that_an_older_workflow_does_not_know_would_be_found() -> None:
    older = content(RELEASES[-1], "fulfillment.asl")
    choices = older["States"]["Route"]["Choices"]
    older["States"]["Route"]["Choices"] = [choice for choice in choices if choice["Next"] != "PayCheck"]
    with pytest.raises(AssertionError):
        assert_older_ends_as_it_should(scenarios_of(older["States"])["check is paid"], older)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_an_older_workflow_pays_each_channel_and_waits_out_a_hold(release: Path) -> None:
    definition = content(release, "fulfillment.asl")
    scenarios = scenarios_of(definition["States"])
    for channel in Channel:
        for what in ("is paid", "is held first", "is carried out later, and a webhook tells"):
            assert_older_ends_as_it_should(scenarios[f"{channel} {what}"], definition)


# --- its rows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_a_row_of_an_older_release_is_read_and_loses_nothing_when_it_is_written_again(release: Path) -> None:
    for stored in content(release, "rows"):
        row = row_of(stored)
        again = MODEL_BY_NAME[stored["model"]].from_row(row).serialize()
        assert {name: again.get(name) for name in stored["item"]} == stored["item"]


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_no_kind_of_row_of_an_older_release_is_forgotten(release: Path) -> None:
    kinds = {stored["model"] for stored in content(release, "rows")}
    assert len(kinds) >= 27
    assert kinds <= set(MODEL_BY_NAME)


# --- what was under way -----------------------------------------------------------------------------------------------


def stories() -> list[Any]:
    return [
        pytest.param(story, id=f"{release.name}: {name}")
        for release in RELEASES
        for name, story in content(release, "stories").items()
    ]


class Upgraded:
    """Today's functions over the rows of an older release, and its provider."""

    def __init__(self, story: dict[str, Any]) -> None:
        self.world = World(Channel(story["channel"]))
        self.world.store.put(*map(row_of, story["rows"]))
        for attempt in self.world.store.of(Attempt):
            self._was_asked(attempt)
        holds = [payout.hold_until for payout in self.world.store.of(Payout)]
        self.world.clock.advance(max([builders.NOW, *holds]) - self.world.clock.now())

    def _was_asked(self, attempt: Attempt) -> None:
        """The provider has what the older release sent, and carries it out."""
        request = self.world.store.frozen_request(attempt.reference)
        assert request is not None
        self.world.provider.submit(request, attempt.first_sent_at)
        self.world.provider.became(attempt.reference, AnswerState.DONE)

    def handle(self, patch: pytest.MonkeyPatch, function: str, event: dict[str, Any]) -> object:
        """Give a message of the older release to today's function."""
        world = self.world
        made = {
            "evaluate_rewards": lambda: world.evaluate,
            "release_payout": lambda: world.release,
            "settle_payout": lambda: EndRun(world.settle, world.notices),
            "notify": lambda: world.notify,
            "pay_step": lambda _channel: (world.pay, world.look_again),
        }
        factory = "pay_step" if function.startswith("pay_") else function
        patch.setattr(bootstrap, factory, made[factory])
        return import_module(f"{function}.handler").handle(event, object())


@pytest.mark.parametrize("story", stories())
def test_what_was_under_way_is_paid_once_and_told(story: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACK_NAME", "guerdon")
    upgraded = Upgraded(story)
    world = upgraded.world

    for message in story["messages"]:
        answer = upgraded.handle(monkeypatch, message["function"], message["event"])
        assert answer in ({"batchItemFailures": []}, None) or "payout_id" in dict(answer)  # type: ignore[call-overload]
    Cloud(world).run(3)

    (payout,) = world.store.of(Payout)
    assert payout.status is PayoutStatus(story["ends"])
    assert [movement.amount for movement in world.provider.till] == [payout.value]
    assert sum(trial_balance(world.store.of(Entry)).values()) == 0
    while world.notices.enqueued:
        world.notify(world.notices.enqueued.pop(0))
    paid = [notice for notice in world.store.of(SentNotice) if notice.notice.startswith("payout_paid/")]
    assert [(notice.notice, notice.result) for notice in paid] == [(f"payout_paid/{payout.payout_id}/1", "sent")]


def test_this_release_can_be_recorded(tmp_path: Path) -> None:
    record.write(tmp_path / "next")
    assert content(tmp_path / "next", "fulfillment.asl") == DEFINITION
    assert len(content(tmp_path / "next", "stories")) == len(record.STORIES) * len(record.CHANNELS)


def test_what_was_released_is_not_recorded_anew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["record", RELEASES[-1].name])
    with pytest.raises(SystemExit):
        record.main()
    assert "what was released does not change" in capsys.readouterr().err
