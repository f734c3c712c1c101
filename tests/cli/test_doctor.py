"""`guerdon doctor`: every step with its state, and the next one."""

import json
from collections.abc import Callable
from dataclasses import replace

from typer.testing import Result

from application.doctor.stacks import REFUSED
from builders import document
from guerdon.application.doctor.facts import Connections, Facts
from memory_stack import CALLER, MemoryStack

Run = Callable[..., Result]


def lacking_connections(facts: Facts) -> Facts:
    assert facts.inside is not None
    return replace(facts, inside=replace(facts.inside, connections=Connections(())))


def absent(facts: Facts) -> Facts:
    return replace(facts, deployment=replace(facts.deployment, status=None), inside=None)


def test_a_stack_that_lacks_nothing_ends_with_0(guerdon: Run, memory: MemoryStack) -> None:
    memory.stack.publish(document(), CALLER)
    memory.arm()

    result = guerdon("doctor")

    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "ok       stack: guerdon in eu-central-1, seen as aws:arn:aws:iam::123456789012:user/pat"
    assert "ok       program: customer-referral (version 1)" in lines
    assert lines[-1] == ("Nothing is left to do. To see it pay, send a colleague a gift card: guerdon first-payout")
    assert not any(line.startswith("to do") for line in lines)


def test_what_is_missing_is_said_with_what_to_do_and_the_first_is_next(guerdon: Run, memory: MemoryStack) -> None:
    memory.seen = lacking_connections

    result = guerdon("doctor")

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    place = lines.index("to do    connections: no CRM may send deals yet")
    do = "aws secretsmanager put-secret-value --secret-id connections-secret --secret-string file://connections.json"
    assert lines[place + 1] == f"         {do}"
    assert "to do    program: no program is published, so every deal is of an unknown one" in lines
    assert lines[-1] == f"Next: {do}"


def test_a_warning_alone_ends_with_0(guerdon: Run, memory: MemoryStack) -> None:
    def unseen(facts: Facts) -> Facts:
        assert facts.inside is not None
        return replace(facts, inside=replace(facts.inside, sender=REFUSED))

    memory.stack.publish(document(), CALLER)
    memory.arm()
    memory.seen = unseen

    result = guerdon("doctor")

    assert result.exit_code == 0
    assert "warning  sender: could not be seen: AWS refused SomeCall: AccessDeniedException" in result.stdout


def test_a_stack_that_is_not_there_is_the_one_thing_that_is_said(guerdon: Run, memory: MemoryStack) -> None:
    memory.seen = absent

    result = guerdon("doctor")

    assert result.exit_code == 1
    first, do, empty, following = result.stdout.splitlines()
    assert first.startswith("to do    stack: there is no stack guerdon in eu-central-1")
    assert empty == ""
    assert following == f"Next: {do.strip()}"


def test_a_script_gets_json(guerdon: Run, memory: MemoryStack) -> None:
    memory.seen = lacking_connections

    result = guerdon("doctor", "--json")

    told = json.loads(result.stdout)
    assert (result.exit_code, told["stack"], told["region"], told["next"]) == (
        1,
        "guerdon",
        "eu-central-1",
        "connections",
    )
    assert told["findings"][1] == {
        "step": "connections",
        "state": "to do",
        "says": "no CRM may send deals yet",
        "to_do": (
            "aws secretsmanager put-secret-value --secret-id connections-secret --secret-string file://connections.json"
        ),
    }


def test_it_changes_nothing(guerdon: Run, memory: MemoryStack) -> None:
    memory.stack.publish(document(), CALLER)
    rows, commits = dict(memory.store.rows), len(memory.store.commits)

    guerdon("doctor")

    assert memory.store.rows == rows
    assert len(memory.store.commits) == commits
    assert memory.requests == []
