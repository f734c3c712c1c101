"""The API does what its document says, whatever is sent: schemathesis asks every operation, in this process.

It comes in by the real gate, with an ID token, over a store that a real deal's story filled.
"""

import json
from typing import Any, Final

import msgspec
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from console.browser import gate
from console.runner import filled, services_of, wsgi
from fakes.identity import SIGN_IN, MemoryIdentity
from fakes.sessions import MemorySessions
from guerdon.console.app import Console
from guerdon.console.http import Request
from guerdon.console.openapi import document
from guerdon.console.operations import API
from guerdon.console.registry import OPERATIONS
from guerdon.console.signin.principal import Role

STACK: Final = filled()
IDENTITY: Final = MemoryIdentity(STACK.clock)
IDENTITY.person["cognito:groups"] = [Role.ADMIN.value]
BEARER: Final = {"Authorization": f"Bearer {IDENTITY.token()}"}
CONSOLE: Final = Console(services_of(STACK), gate(STACK.clock, IDENTITY, MemorySessions()), sign_in_origin=SIGN_IN)
SCHEMA: Final = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", wsgi(CONSOLE), headers=BEARER)
SCHEMA.config.seed = 5
# The token is always sent; what happens without it, a check of its own asks.
SCHEMA.config.generation.with_security_parameters = False


@SCHEMA.parametrize()
@settings(max_examples=10, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_an_operation_answers_as_its_document_says(case: "schemathesis.Case[Any]") -> None:
    # An id that may be written need not be the id of anything: 404 is an answer to a good request.
    case.call_and_validate(headers=BEARER, excluded_checks=[positive_data_acceptance])


def test_the_document_is_one() -> None:
    SCHEMA.validate()


def test_every_operation_is_described_and_nothing_else() -> None:
    described = {
        (method.upper(), path): each["operationId"]
        for path, methods in document(OPERATIONS)["paths"].items()
        for method, each in methods.items()
    }

    assert described == {(each.method, API + each.path): each.name for each in OPERATIONS}


def test_the_document_is_for_whoever_is_signed_in() -> None:
    address = f"{API}/openapi.json"

    assert CONSOLE(Request("GET", address)).status == 401
    answer = CONSOLE(Request("GET", address, "", {"authorization": BEARER["Authorization"]}))
    assert answer.body == msgspec.json.encode(document(OPERATIONS))


def test_what_is_only_for_pages_is_refused_by_name() -> None:
    answer = CONSOLE(Request("GET", f"{API}/payouts", "sort=amount", {"authorization": BEARER["Authorization"]}))

    assert answer.status == 400
    assert json.loads(answer.body)["error"]["field"] == "sort"
