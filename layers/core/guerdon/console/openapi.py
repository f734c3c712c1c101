"""The OpenAPI 3.1 document of the JSON API, made from the same declarations that answer it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from guerdon.console.operations import API, Download, Operation
from guerdon.console.parameters import needed

Json = dict[str, Any]

_REF: Final = "#/components/schemas/{name}"
_PAGES_ONLY: Final = "sort"
_SEGMENT: Final = (
    "An id with characters other than letters, digits, '-', '_' and '.' is written with ~XX for each byte of its UTF-8 "
    "form, '~' included: ~2F for a slash. Percent-encoding would be undone by API Gateway before it is read."
)
_WRONG: Final[Mapping[str, str]] = {
    "400": "A parameter is missing or wrong; `field` names it.",
    "401": "There is no ID token, or it is not believed.",
    "403": "The role does not allow it.",
    "404": "There is no such thing.",
    "409": "It was refused, and nothing was changed.",
    "413": "The body is larger than any that is taken.",
    "415": "The body is not application/json.",
    "503": "Something did not answer in time. A GET may be repeated; before a POST is, look whether it was done.",
}
_ONLY_POST: Final = frozenset({"409", "413", "415"})


def document(operations: Sequence[Operation]) -> Json:
    """The document."""
    types = {kind for each in operations for kind in (each.params, each.result) if kind is not Download}
    ordered = sorted(types, key=lambda kind: (kind.__module__, kind.__qualname__))
    schemas, components = msgspec.json.schema_components(ordered, ref_template=_REF)
    schema_of = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, Json] = {}
    for each in operations:
        paths.setdefault(API + each.path, {})[each.method.lower()] = _operation(each, schema_of, components)
    taken = {operation.params for operation in operations}
    named = {schema_of[kind]["$ref"].rpartition("/")[2] for kind in taken}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Guerdon console",
            "version": "1",
            "description": "What the console's pages show and do. Amounts are integers of the currency's minor unit.",
        },
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in components.items() if name not in named} | {"Error": _ERROR},
            "securitySchemes": {"id_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
        "security": [{"id_token": []}],
    }


def _operation(operation: Operation, schema_of: Mapping[type, Json], components: Mapping[str, Json]) -> Json:
    fields: dict[str, Json] = components[schema_of[operation.params]["$ref"].rpartition("/")[2]]["properties"]
    in_path = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    parameters = [
        {"name": name, "in": "path", "required": True, "description": _SEGMENT, "schema": _in_path(fields[name])}
        for name in in_path
    ]
    rest = {name: schema for name, schema in fields.items() if name not in in_path}
    required = sorted(needed(operation) & rest.keys())
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"Needs the role {operation.role}.",
        "tags": [operation.nav],
        "parameters": parameters,
        "responses": _responses(operation, schema_of),
    }
    if operation.method == "GET":
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in rest.items()
            if name != _PAGES_ONLY
        ]
    else:
        body: Json = {"type": "object", "properties": rest, "required": required, "additionalProperties": False}
        described["requestBody"] = {"required": bool(required), "content": {"application/json": {"schema": body}}}
    return described


def _in_path(schema: Json) -> Json:
    """The schema of a segment: it cannot be empty, and the store's keys bound it."""
    return {"minLength": 1, "maxLength": 1000, **schema} if schema.get("type") == "string" else schema


def _responses(operation: Operation, schema_of: Mapping[type, Json]) -> Json:
    content: Json = {"application/json": {"schema": schema_of.get(operation.result)}}
    if operation.result is Download:
        content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    error = {"application/json": {"schema": {"$ref": _REF.format(name="Error")}}}
    wrong = {
        status: {"description": words, "content": error}
        for status, words in _WRONG.items()
        if operation.method == "POST" or status not in _ONLY_POST
    }
    return {"200": {"description": operation.summary, "content": content}, **wrong}


_ERROR: Final[Json] = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "field": {"type": "string"},
            },
        }
    },
}
