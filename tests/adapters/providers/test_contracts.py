"""The frozen bodies against the schemas of the providers' own published specifications, where those are at hand.

The specifications are large and not ours, so they are not in the repository: GUERDON_CONTRACTS names the folder that
holds lob-openapi.yml and printful-v2-openapi.json; without it, `../shared/contracts` beside the repository is tried.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from adapters.providers.orders import ORDER, SECRETS, at, body_of
from guerdon.adapters.providers.build import build_provider
from guerdon.application.ports import PayoutOrder

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("GUERDON_CONTRACTS") or ROOT.parent / "shared" / "contracts")
ORDERS = (ORDER, at(line2=None, postal_code="94107-1234"))


def specification(name: str) -> dict[str, Any]:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not at hand: set GUERDON_CONTRACTS to the folder that holds it")
    text = path.read_text(encoding="utf-8")
    parsed: dict[str, Any] = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)
    return parsed


def frozen(name: str, order: PayoutOrder) -> Any:  # noqa: ANN401 - whatever JSON was frozen
    return body_of(build_provider(name, SECRETS[name], "http://provider.invalid").freeze(order))


def problems(document: Mapping[str, Any], schema: object, body: object) -> list[str]:
    """What is wrong with `body`; the schema's references point into the whole document."""
    whole = {**document, "allOf": [schema]}
    return [
        f"{list(error.absolute_path)}: {error.message[:200]}" for error in Draft202012Validator(whole).iter_errors(body)
    ]


@pytest.mark.parametrize("order", ORDERS)
def test_a_frozen_check_is_what_lobs_specification_asks_for(order: PayoutOrder) -> None:
    document = specification("lob-openapi.yml")
    schema = document["paths"]["/checks"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assert problems(document, schema, frozen("lob", order)) == []
    assert problems(document, schema, {**frozen("lob", order), "amount": "125.50"}) != []


@pytest.mark.parametrize("order", ORDERS)
def test_a_frozen_draft_is_what_printfuls_specification_asks_for(order: PayoutOrder) -> None:
    document = specification("printful-v2-openapi.json")
    schema = document["components"]["requestBodies"]["OrderInput"]["content"]["application/json"]["schema"]
    body = frozen("printful", order)

    assert problems(document, schema, body) == []
    assert problems(document, schema, {**body, "order_items": [{**body["order_items"][0], "source": "x"}]}) != []


def test_a_frozen_draft_has_no_field_that_printfuls_specification_lacks() -> None:
    schemas = specification("printful-v2-openapi.json")["components"]["schemas"]
    body = frozen("printful", ORDER)

    assert body["recipient"].keys() <= schemas["Address"]["properties"].keys()
