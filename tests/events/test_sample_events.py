"""Every sample event means what events/README.md and events/expected.json say, without any cloud."""

from pathlib import Path

import pytest

from guerdon.adapters.crm.problems import FieldProblem
from guerdon.adapters.crm.standard.payload import read_event
from guerdon.cli.program_files import open_program
from guerdon.domain.counting import WHOLE
from guerdon.domain.deal import DealEvent
from guerdon.domain.judgment import Known, Outcome, judge
from guerdon.domain.program import Program
from local.demo.expectations import EVENTS, PROGRAMS, Expectation, read_expectations
from memory_stack import MemoryStack

SENT_UNDER_THEIR_NAME = [expected for expected in read_expectations() if expected.file == f"{expected.name}.json"]
SAMPLES = [expected for expected in SENT_UNDER_THEIR_NAME if expected.revised is None]
REVISIONS = [expected for expected in SENT_UNDER_THEIR_NAME if expected.revised]
DECIDED_BY_HISTORY = {"18-same-win-other-amount"}


def program_of(event: DealEvent) -> Program | None:
    """The program that the event names, None when there is no file of that name."""
    file = PROGRAMS / f"{event.program}.yaml"
    if not file.exists():
        return None
    opened = open_program(file)
    assert opened.program is not None, opened.lines
    return opened.program


@pytest.mark.parametrize("file", sorted(PROGRAMS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_sample_program_is_in_order(file: Path) -> None:
    assert open_program(file, MemoryStack().world).lines == []


@pytest.mark.parametrize("file", sorted(PROGRAMS.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_sample_program_is_named_as_its_file(file: Path) -> None:
    program = open_program(file).program
    assert program is not None
    assert program.name == file.stem


@pytest.mark.parametrize("expected", SAMPLES, ids=lambda expected: expected.name)
def test_a_sample_event_is_judged_as_expected(expected: Expectation) -> None:
    event = read_event(expected.body)
    assert isinstance(event, DealEvent)
    judgment = judge(
        event, Known(program_of(event), counts={WHOLE: expected.reward.ordinal - 1} if expected.reward else {})
    )

    if expected.name in DECIDED_BY_HISTORY:
        assert judgment.outcome is Outcome.REWARDED  # Alone it would be; the pipeline knows the first telling.
        return
    assert judgment.outcome is expected.outcome
    assert (judgment.earned is None) == (expected.reward is None)
    if judgment.earned and expected.reward:
        told, wanted = judgment.earned.explanation, expected.reward
        part = told.parts[0]
        assert (judgment.earned.amount.amount_minor, judgment.earned.amount.currency) == (
            wanted.amount_minor,
            wanted.currency,
        )
        assert judgment.earned.channel is wanted.channel
        assert (told.rule, told.ordinal, told.step_from) == (wanted.rule, wanted.ordinal, wanted.step_from)
        assert (part.rate_percent, told.limit) == (wanted.rate_percent, wanted.limit)
        assert (part.tier_from.amount_minor if part.tier_from else None) == wanted.tier_from_minor


def test_a_sample_of_each_kind_of_revision_is_about_a_sample_that_was_rewarded() -> None:
    wins = {}
    for sample in SAMPLES:
        event = read_event(sample.body)
        assert isinstance(event, DealEvent)
        if sample.outcome is Outcome.REWARDED:
            wins[event.deal.id, event.occurrence] = event
    kinds = []
    for revision in REVISIONS:
        event = read_event(revision.body)
        assert isinstance(event, DealEvent)
        win = wins[event.deal.id, event.occurrence]
        assert (event.program, event.deal.amount.currency) == (win.program, win.deal.amount.currency)
        assert event.effective_at is not None
        assert event.effective_at > win.deal.closed_at
        kinds.append(event.type)
    assert kinds == ["deal.reversed", "deal.amended"]


@pytest.mark.parametrize(
    "expected",
    [expected for expected in read_expectations() if expected.file.startswith("malformed/")],
    ids=lambda expected: expected.name,
)
def test_a_malformed_sample_names_its_field(expected: Expectation) -> None:
    problem = read_event(expected.body)
    assert isinstance(problem, FieldProblem)
    assert (problem.field or None) == expected.field


def test_every_sample_file_is_sent_by_the_demo() -> None:
    files = {str(file.relative_to(EVENTS)) for file in EVENTS.rglob("*.json")} - {"expected.json"}
    assert files == {expected.file for expected in read_expectations()}


def test_the_readme_tells_of_every_file_and_delivery() -> None:
    readme = (EVENTS / "README.md").read_text(encoding="utf-8")
    for expected in read_expectations():
        assert f"`{expected.file}`" in readme
        if expected.file.startswith("0") and expected.file != f"{expected.name}.json":
            assert f"`{expected.name}`" in readme


def test_the_samples_show_every_channel_and_three_currencies() -> None:
    rewards = [expected.reward for expected in SAMPLES if expected.reward]
    assert {reward.channel.value for reward in rewards} == {"gift_card", "check", "bill_credit", "merchandise"}
    assert {reward.currency for reward in rewards} == {"USD", "EUR", "JPY"}


def test_nobody_in_the_samples_has_an_address_of_a_real_domain() -> None:
    for expected in SAMPLES:
        event = read_event(expected.body)
        assert isinstance(event, DealEvent)
        people = [person for person in (event.advocate, event.referred) if person and person.email]
        for person in people:
            assert (person.email or "").rpartition("@")[2] in {"example.com", "example.org", "example.net"}
