"""Each role against what its function's code calls, both ways: neither may have what the other lacks.

The calls are recorded: tests of the use cases run in a process of their own, under `judging.recording`, and what is
called while a use case runs is laid to the function that has it. The emulator, which enforces roles, shows what a role
lacks on the paths that the end-to-end tests take; this shows what it has too much, and both on paths that are rare.
"""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from judging.reading import (
    PAY_FUNCTIONS,
    RECONCILE_FUNCTIONS,
    ROOT,
    Template,
    as_list,
    functions,
    names_in,
    role_of,
    statements,
)

Call = tuple[str, str]

DRIVEN_BY: Final = (
    *(
        f"tests/application/test_{name}.py"
        for name in (
            *("receive_event", "evaluate_rewards", "both_sides", "limits", "occurrences", "reversals", "clawbacks"),
            *("after_a_reversal", "contradicted_and_revised", "checks", "release_payout", "pay_payout", "pay_draft"),
            *("look_again", "settle_payout", "notify", "sweep", "count_waiting", "reconciliation_age", "seal_ledger"),
            *("reconcile", "reconcile_bank", "programs", "release_again", "resend_and_resolve", "resolve_item"),
            *("erase_advocate", "audit_trail", "end_run", "funds", "day_ceilings", "free_paused", "pause_payouts"),
        )
    ),
    "tests/application/month_end/test_close_month.py",
    "tests/console/signin/test_signing_in.py",
    *(
        f"tests/console/test_{name}.py"
        for name in (
            *("money_pages", "people_pages", "draft_pages", "late_forms", "gateway"),
            *("switch_pages", "switch_forms", "resolving"),
        )
    ),
)
"""The tests that are recorded. Whoever gives a use case a new path to the store has a test of it in one of them."""

BY_HAND: Final[Mapping[str, Mapping[Call, str]]] = {
    "ReconcileStripeFunction": {
        (
            "PeopleTable",
            "dynamodb:GetItem",
        ): "Stripe lists one customer at a time; its client reads the frozen request.",
    },
}
"""What no recorded test can drive, each with the reason."""

OWN: Final = {"PayCheckFunction": {"ChecksTable"}, "ReconcileLobFunction": {"StatementsTable/unmatched"}}
"""What one function calls, and the others that run the same code do not: checks are cleared by the bank."""

HELD_ELSEWHERE: Final = ("secretsmanager:", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""Secrets: by what the function is told of. Taking messages: Lambda does it, by the mapping. Both are in test_roles."""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[Call]]:
    """What each function calls."""
    file = tmp_path_factory.mktemp("recorded") / "calls.json"
    plain = ("-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider")
    recording = ("-p", "judging.recording", "--recorded", str(file))
    done = subprocess.run(  # noqa: S603 - the words are our own.
        [sys.executable, "-m", "pytest", *plain, *recording, *DRIVEN_BY],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(("layers/core", "functions", "infra", "tests")), "CI": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    calls = json.loads(Path(file).read_text(encoding="utf-8"))
    return {name: {(resource, action) for resource, action in found} for name, found in calls.items()}


def granted(template: Template, name: str) -> set[Call]:
    """What a role allows, in the words of the recording."""
    found = set()
    for statement in statements(template, name):
        for action in as_list(statement["Action"]):
            if not action.startswith(HELD_ELSEWHERE):
                found |= {(_named(action, resource), action) for resource in as_list(statement["Resource"])}
    return found


def _named(action: str, resource: object) -> str:
    if action.startswith("states:"):
        return "Fulfillment"
    if action.startswith("ses:"):
        return "MailFrom"
    (name,) = names_in(resource)
    _, _, index = (resource.get("Fn::Sub", "") if isinstance(resource, dict) else "").partition("/index/")
    return f"{name}/{index}" if index else "HintsQueues" if name.endswith("HintsQueue") else name


def alike(name: str) -> tuple[str, ...]:
    """The functions that run the same code, over another provider."""
    return next((those for those in (PAY_FUNCTIONS, RECONCILE_FUNCTIONS) if name in those), (name,))


def _is_own(name: str, call: Call) -> bool:
    return call[0] in OWN.get(name, ())


def test_every_function_is_recorded(template: Template, recorded: dict[str, set[Call]]) -> None:
    silent = {name for name in functions(template) if name not in recorded}

    # Its whole work is to verify a webhook and to queue it.
    assert silent - set(RECONCILE_FUNCTIONS) == {"ReceiveProviderUpdateFunction"}
    assert any(name in recorded for name in RECONCILE_FUNCTIONS)
    assert granted(template, "ReceiveProviderUpdateFunction") == {("HintsQueues", "sqs:SendMessage")}


def lacking(template: Template, recorded: Mapping[str, set[Call]]) -> dict[str, list[Call]]:
    """What functions call and their roles do not allow."""
    found = {name: sorted(calls - granted(template, name)) for name, calls in recorded.items()}
    return {name: calls for name, calls in found.items() if calls}


def idle(template: Template, recorded: Mapping[str, set[Call]]) -> dict[str, list[Call]]:
    """What roles allow and their functions never call."""
    found = {}
    for name in sorted(set(functions(template)) - {"ReceiveProviderUpdateFunction"}):
        called = set(BY_HAND.get(name, ()))
        # Tests drive the paths of one code through one provider or another.
        for other in alike(name):
            called |= {call for call in recorded.get(other, ()) if other == name or not _is_own(other, call)}
        found[name] = sorted(granted(template, name) - called)
    return {name: calls for name, calls in found.items() if calls}


def test_no_function_calls_what_its_role_does_not_allow(template: Template, recorded: dict[str, set[Call]]) -> None:
    assert lacking(template, recorded) == {}


def test_no_role_allows_what_its_function_never_calls(template: Template, recorded: dict[str, set[Call]]) -> None:
    assert idle(template, recorded) == {}


def test_a_right_too_many_and_a_right_too_few_are_seen(template: Template, recorded: dict[str, set[Call]]) -> None:
    planted = copy.deepcopy(template)
    document = role_of(planted, "SweepFunction")["Policies"][0]["PolicyDocument"]
    (taken,) = [one for one in document["Statement"] if one["Action"] == "dynamodb:Query"]
    document["Statement"].remove(taken)
    document["Statement"].append({**taken, "Resource": {"Fn::Sub": "${PayoutsTable.Arn}/index/listed"}})

    indexes = ("InboxTable/undecided", "InboxTable/waiting", "PayoutsTable/open", "PayoutsTable/waiting")
    assert lacking(planted, recorded)["SweepFunction"] == [(index, "dynamodb:Query") for index in indexes]
    assert idle(planted, recorded) == {"SweepFunction": [("PayoutsTable/listed", "dynamodb:Query")]}


def test_nothing_is_written_by_hand_that_is_recorded(recorded: dict[str, set[Call]]) -> None:
    assert {name: set(calls) & recorded.get(name, set()) for name, calls in BY_HAND.items()} == {
        name: set() for name in BY_HAND
    }
