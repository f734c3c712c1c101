"""What a role may do hangs on the declaration alone, and holds on every route to it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args, get_type_hints

import pytest

from console.runner import CSRF, OpenGate, console_as, services_of
from guerdon.application.review.services import Services
from guerdon.console.app import Console
from guerdon.console.http import FORM, JSON, Request, Response
from guerdon.console.operations import API, BASE, Done, Download, NotFound, Operation, Refused
from guerdon.console.registry import OPERATIONS
from guerdon.console.routes import Found, find
from guerdon.console.signin.principal import Principal, Role
from memory_stack import MemoryStack

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def all_addresses(operations: Sequence[Operation]) -> Iterator[str]:
    for operation in operations:
        path = "/".join("x" if part.startswith("{") else part for part in operation.path.split("/"))
        yield from (f"{BASE}{path}", f"{BASE}{path}.csv", f"{API}{path}")


def spied(ran: list[str]) -> tuple[Operation, ...]:
    """Every operation, which notes that it ran in place of running."""

    def spy(operation: Operation) -> Operation:
        def run(_services: Services, _who: Principal, _asked: object) -> NotFound:
            ran.append(operation.name)
            return NotFound("It ran.")

        return replace(operation, run=run)

    return tuple(spy(each) for each in OPERATIONS)


def send(console: Console, method: str, address: str) -> Iterator[Response]:
    for kind, body in ((FORM, f"csrf={CSRF}&reason=because".encode()), (JSON, b"{}"), (JSON, b'{"reason": "because"}')):
        yield console(Request(method, address, "", {"content-type": kind}, body))


def test_whatever_acts_needs_more_than_a_viewer() -> None:
    calculating = {"programs.simulate"}  # Asks with more than an address holds, and changes nothing.

    assert {each.name for each in OPERATIONS if each.method == "POST" and each.role is Role.VIEWER} <= calculating


def test_a_viewer_runs_nothing_that_acts_through_any_route_or_method() -> None:
    ran: list[str] = []
    acting = tuple(each for each in spied(ran) if each.role is not Role.VIEWER)
    console = Console(services_of(MemoryStack()), OpenGate(Principal("v@guerdon.example", Role.VIEWER)), acting)

    for address in all_addresses(acting):
        for method in METHODS:
            for answer in send(console, method, address):
                assert answer.status >= 400

    assert ran == []


def test_a_viewer_leaves_the_store_as_it_was() -> None:
    stack = MemoryStack()
    console = console_as(Role.VIEWER, stack)

    for address in all_addresses(OPERATIONS):
        for method in METHODS:
            for _ in send(console, method, address):
                pass

    assert stack.store.commits == []


@pytest.mark.parametrize("role", list(Role))
def test_a_role_runs_what_it_may_and_nothing_beyond(role: Role) -> None:
    for operation in OPERATIONS:
        ran: list[str] = []
        console = Console(services_of(MemoryStack()), OpenGate(Principal("p@guerdon.example", role)), spied(ran))
        path = "/".join("x" if part.startswith("{") else part for part in operation.path.split("/"))
        for base in (BASE, API):
            assert all(answer.status >= 400 for answer in send(console, operation.method, f"{base}{path}"))
        if not role.may(operation.role):
            assert operation.name not in ran


def test_every_operation_is_found_at_its_own_path() -> None:
    for operation in OPERATIONS:
        path = "/".join("x~2Fy" if part.startswith("{") else part for part in operation.path.split("/"))
        found = find(OPERATIONS, operation.method, path)
        assert isinstance(found, Found)
        assert found.operation is operation
        assert set(found.in_path.values()) <= {"x/y"}


def test_an_operation_runs_with_its_own_parameters_and_gives_its_own_result() -> None:
    for operation in OPERATIONS:
        hints = get_type_hints(operation.run)
        given = hints.pop("return")
        possible = set(get_args(given)) or {given}
        assert list(hints.values()) == [Services, Principal, operation.params], operation.name
        assert operation.result in possible, operation.name
        assert possible <= {operation.result, Done, Download, NotFound, Refused}, operation.name


def test_names_are_given_once() -> None:
    names = [each.name for each in OPERATIONS]

    assert len(set(names)) == len(names)
    assert {each.form_on for each in OPERATIONS if each.form_on} <= set(names)
