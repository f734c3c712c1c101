"""The order of the steps, and what is said of a stack that lacks nothing, or is not there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from application.doctor.stacks import (
    DEPLOYED,
    EMPTY,
    INSIDE,
    REFUSED,
    TAKEN,
    WHOLE,
    but,
    but_pipeline,
    local,
    with_deployment,
)
from guerdon.application.doctor.examine import examine, next_step
from guerdon.application.doctor.facts import Connections, Facts, Inside, PublishedProgram
from guerdon.application.doctor.findings import State
from guerdon.domain.channel import PROVIDER_OF, Channel

GIFT_CARDS = PublishedProgram("gifts", 1, frozenset({Channel.GIFT_CARD}))
Done = Callable[[Inside], Inside]
"""What somebody does about a step."""

STEPS = [
    "stack",
    "connections",
    "provider-tremendous",
    "provider-lob",
    "provider-stripe",
    "provider-printful",
    "webhooks-tremendous",
    "webhooks-lob",
    "webhooks-printful",
    "sender",
    "mail",
    "alarm-topic",
    "people",
    "tables",
    "program",
    "ceilings",
    "sweep",
    "seal",
    "dead-letters",
    "alarms",
    "funds",
    "pauses",
    "channels",
]


@pytest.mark.parametrize("facts", [WHOLE, local(WHOLE)], ids=["aws", "emulator"])
def test_a_stack_that_lacks_nothing_is_in_order_step_by_step(facts: Facts) -> None:
    findings = examine(facts)

    assert [(each.step, each.state) for each in findings] == [(step, State.OK) for step in STEPS]
    assert {each.to_do for each in findings} == {""}
    assert next_step(findings) is None


def test_of_a_stack_that_is_not_there_nothing_else_is_said() -> None:
    (only,) = examine(replace(with_deployment(status=None, outputs={}, parameters={}), inside=None))

    assert (only.step, only.state) == ("stack", State.TO_DO)
    assert only.says == "there is no stack guerdon in eu-central-1, seen as aws:arn:aws:iam::123456789012:user/pat"
    assert only.to_do.startswith("sam build && sam deploy --guided")


def test_a_new_stack_is_led_through_its_steps_in_order() -> None:
    """Each step is done as it is named, until none is left."""
    new = replace(
        WHOLE,
        inside=replace(
            INSIDE,
            connections=Connections(()),
            providers=dict.fromkeys(PROVIDER_OF.values(), EMPTY),
            webhooks=frozenset(),
            people={},
            subscribers=None,
            pipeline=replace(INSIDE.pipeline, programs=(), armed=frozenset(), sealed_behind=None),
        ),
    )
    at_first = replace(INSIDE.pipeline, armed=frozenset(), programs=(GIFT_CARDS,))
    only_tremendous = {**dict.fromkeys(PROVIDER_OF.values(), EMPTY), "tremendous": TAKEN}
    done: dict[str, Done] = {
        "connections": lambda inside: replace(inside, connections=INSIDE.connections),
        "provider-tremendous": lambda inside: replace(inside, providers=only_tremendous),
        "webhooks-tremendous": lambda inside: replace(inside, webhooks=frozenset({"tremendous"})),
        "alarm-topic": lambda inside: replace(inside, subscribers=1),
        "people": lambda inside: replace(inside, people=INSIDE.people),
        "program": lambda inside: replace(inside, pipeline=at_first),
        "channels": lambda inside: replace(inside, pipeline=replace(at_first, armed=GIFT_CARDS.channels)),
    }
    named = []
    facts = new
    while (following := next_step(examine(facts))) is not None:
        named.append(following.step)
        assert facts.inside is not None
        facts = replace(facts, inside=done[following.step](facts.inside))

    assert named == list(done)


@pytest.mark.parametrize(
    ("fact", "steps"),
    [
        ("connections", ["connections"]),
        ("webhooks", ["webhooks-tremendous", "webhooks-lob", "webhooks-printful"]),
        ("sender", ["sender", "mail"]),
        ("subscribers", ["alarm-topic"]),
        ("people", ["people"]),
        ("tables", ["tables"]),
        ("invoked", ["sweep", "seal"]),
        ("dead", ["dead-letters"]),
        ("ringing", ["alarms"]),
    ],
)
def test_what_could_not_be_seen_is_a_warning_and_never_in_order(fact: str, steps: list[str]) -> None:
    findings = examine(but(**{fact: REFUSED}))

    warned = [each for each in findings if each.state is not State.OK]
    assert [(each.step, each.state) for each in warned] == [(step, State.WARNING) for step in steps]
    assert {each.says for each in warned} == {"could not be seen: AWS refused SomeCall: AccessDeniedException"}
    assert {each.to_do for each in warned} == {REFUSED.to_do}


def test_a_warning_is_no_next_step() -> None:
    findings = examine(but_pipeline(armed=frozenset(list(INSIDE.pipeline.armed)[:1])))

    assert [each.state for each in findings if each.step == "channels"] == [State.WARNING]
    assert next_step(findings) is None


def test_looking_says_who_looks_and_where() -> None:
    (stack, *_) = examine(WHOLE)
    assert stack.says == f"guerdon in eu-central-1, seen as {DEPLOYED.caller}"
