"""The sandbox's answers fit the specifications that Lob and Printful publish.

The specifications are not part of this repository. The tests look for them where the variable
GUERDON_CONTRACTS says, else in ../shared/contracts beside the repository, and are skipped where
there are none.
"""

import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sandbox.live import BASIC, BEARER, Client, Receiver
from sandbox.samples import check, merchandise

pytestmark = pytest.mark.enable_socket

BESIDE = Path(__file__).parents[2].parent / "shared" / "contracts"
FOLDER = Path(os.environ.get("GUERDON_CONTRACTS", BESIDE))


def specification(name: str) -> dict[str, Any]:
    file = FOLDER / name
    if not file.is_file():
        pytest.skip(f"{name} is not here; set GUERDON_CONTRACTS to the folder that holds it")
    loaded: dict[str, Any] = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
    allow_null(loaded)
    return loaded


@pytest.fixture(scope="session")
def lob() -> dict[str, Any]:
    loaded = specification("lob-openapi.yml")
    # Its own example breaks the pattern of signed links (there is no place for the `?`).
    del loaded["components"]["schemas"]["signed_link"]["pattern"]
    return loaded


@pytest.fixture(scope="session")
def printful() -> dict[str, Any]:
    return specification("printful-v2-openapi.json")


def fits(value: object, contract: dict[str, Any], place: str) -> None:
    """Check `value` against the schema at `place` (a path into the specification)."""
    jsonschema.Draft7Validator({"$ref": f"#/{place}", **contract}).validate(value)


def allow_null(schema: object) -> None:
    """Put OpenAPI 3.0's `nullable` into the words of JSON Schema, everywhere below `schema`."""
    if isinstance(schema, list):
        for part in schema:
            allow_null(part)
    elif isinstance(schema, dict):
        for part in schema.values():
            allow_null(part)
        if schema.get("nullable") is True:
            described = {name: part for name, part in schema.items() if name != "nullable"}
            schema.clear()
            schema["anyOf"] = [described, {"type": "null"}]


def test_checks_and_their_list_fit_lobs_specification(lob: dict[str, Any], sandbox: Client) -> None:
    created = sandbox.call("POST", "/lob/v1/checks", headers=BASIC, json_body=check())
    fits(created.body, lob, "components/schemas/check")
    sandbox.advance(10_000)

    mailed = sandbox.call("GET", f"/lob/v1/checks/{created.body['id']}", headers=BASIC)
    assert mailed.body["tracking_events"]
    fits(mailed.body, lob, "components/schemas/check")
    listed = sandbox.call("GET", "/lob/v1/checks?limit=1", headers=BASIC)
    fits(listed.body, lob, "components/responses/all_checks/content/application~1json/schema")


def test_the_bank_account_and_the_address_fit_lobs_specification(lob: dict[str, Any], sandbox: Client) -> None:
    for account in ("bank_1", "bank_unverified"):
        found = sandbox.call("GET", f"/lob/v1/bank_accounts/{account}", headers=BASIC)
        fits(found.body, lob, "components/schemas/bank_account")
    address = sandbox.call("GET", "/lob/v1/addresses/adr_1", headers=BASIC)
    fits(address.body, lob, "components/schemas/address")


@pytest.mark.parametrize("fault", ["failure", "rate_limit", "refuse", "out_of_funds"])
def test_errors_fit_lobs_specification(lob: dict[str, Any], sandbox: Client, fault: str) -> None:
    sandbox.fault("lob", fault)
    struck = sandbox.call("POST", "/lob/v1/checks", headers=BASIC, json_body=check())
    fits(struck.body, lob, "components/schemas/error")

    wrong = sandbox.call("POST", "/lob/v1/checks", headers=BASIC, json_body=check(amount="0"))
    fits(wrong.body, lob, "components/schemas/error")


def test_events_fit_lobs_specification(lob: dict[str, Any], sandbox: Client, webhooks: Receiver) -> None:
    sandbox.fault("lob", "returned")
    sandbox.call("POST", "/lob/v1/checks", headers=BASIC, json_body=check())
    sandbox.advance(10_000)

    assert len(webhooks.received) == 5
    for hook in webhooks.received:
        fits(hook.body, lob, "components/schemas/events")
        fits(hook.body["body"], lob, "components/schemas/check")


def test_the_sample_check_is_a_request_that_lobs_specification_allows(
    lob: dict[str, Any],
) -> None:
    fits({**check(), "amount": 250.0}, lob, "components/schemas/check_editable")


def test_orders_fit_printfuls_specification(printful: dict[str, Any], sandbox: Client, webhooks: Receiver) -> None:
    created = sandbox.call("POST", "/printful/v2/orders", headers=BEARER, json_body=merchandise()).body["data"]
    fits(created, printful, "components/schemas/Order")
    path = f"/printful/v2/orders/{created['id']}"
    early = sandbox.call("POST", f"{path}/confirmation", headers=BEARER)
    place = "components/responses/BadRequest/content/application~1json/schema"
    fits(early.body, printful, place)
    sandbox.advance(1000)

    confirmed = sandbox.call("POST", f"{path}/confirmation", headers=BEARER)
    place = "components/responses/ConfirmOrderById/content/application~1json/schema"
    fits(confirmed.body, printful, place)
    sandbox.advance(10_000)
    shipments = sandbox.call("GET", f"{path}/shipments", headers=BEARER).body
    assert len(shipments["data"]) == 1
    place = "components/responses/GetShipments/content/application~1json/schema"
    fits(shipments, printful, place)
    listed = sandbox.call("GET", "/printful/v2/orders", headers=BEARER).body
    fits(listed, printful, "components/responses/GetOrders/content/application~1json/schema")

    bodies = {
        "order_created": "OrderCreated",
        "order_updated": "OrderUpdated",
        "shipment_sent": "ShipmentSent",
    }
    assert {hook.body["type"] for hook in webhooks.received} == set(bodies)
    for hook in webhooks.received:
        name = bodies[hook.body["type"]]
        place = f"components/requestBodies/{name}/content/application~1json/schema"
        fits(hook.body, printful, place)
