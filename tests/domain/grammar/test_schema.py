"""The published schema: it takes every program that the grammar takes, and knows the very same keys."""

import io
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from builders import document, rule
from domain.grammar.strategies import documents
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.program import read_program
from guerdon.domain.grammar.schema import program_schema
from local.cloud.settings import ROOT

SCHEMA: Final = program_schema()
VALIDATOR: Final = Draft202012Validator(SCHEMA)
PROGRAMS: Final = sorted((ROOT / "programs").rglob("*.yaml"))
# Keys that are names of what a person or the language has: amounts, currencies, events, and numbers of cases.
_GIVEN: Final = {"deal.closed", "lead.qualified", "demo.attended", "invoice.paid", "deal.renewed"}


def as_editors_see(text: str) -> Any:  # noqa: ANN401 - Whatever the file holds.
    """A YAML file with its types: numbers, truth values and dates, which JSON has as text."""
    return _dates_as_text(YAML(typ="safe", pure=True).load(io.StringIO(text)))


def _dates_as_text(node: Any) -> Any:  # noqa: ANN401 - The same.
    if isinstance(node, dict):
        return {key: _dates_as_text(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_dates_as_text(value) for value in node]
    # The language server of editors takes no date for one.
    return (
        node.isoformat() + ("" if node.tzinfo else "Z")
        if isinstance(node, datetime)
        else str(node)
        if isinstance(node, date)
        else node
    )


def wrong(node: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(node)]


def test_the_committed_schema_is_what_the_command_makes() -> None:
    committed = (ROOT / "docs" / "program.schema.json").read_text(encoding="utf-8")
    assert committed == json.dumps(SCHEMA, ensure_ascii=False, indent=2) + "\n"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: file.stem)
def test_every_sample_program_is_right_as_an_editor_sees_it(file: Path) -> None:
    assert wrong(as_editors_see(file.read_text(encoding="utf-8"))) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_every_program_that_the_grammar_takes_is_right_as_text_and_with_types(whole: dict[str, Any]) -> None:
    assert wrong(whole) == []
    assert wrong(_typed(whole)) == []


def _typed(node: Any) -> Any:  # noqa: ANN401 - Whatever a document holds.
    if isinstance(node, dict):
        return {key: _typed(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_typed(value) for value in node]
    if node in {"true", "false"}:
        return node == "true"
    try:
        return int(node) if node.isdigit() else float(node)
    except ValueError:
        return node


def test_a_wrong_word_in_a_rule_is_marked_at_its_place() -> None:
    marked = wrong(document(rules=[rule(rewards="everybody", channel="gift_card")]))
    assert [line.partition(":")[0] for line in marked] == ["$.rules[0].rewards"]


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "XXX"},
        {"curency": "USD"},
        {"program": "Not A Name"},
        {"hold_days": 331},
        {"starts_at": "2026-01-01"},
        {"limits": {"reward": [{"max": 1, "over": "cut", "period": "lifetime"}]}},
        {"ceilings": {}},
        {"ceilings": {"payouts_per_day": 0}},
        {"told_within_days": 0},
        {"rules": [rule(amount={"flat": 1, "percentage": {"rate": 1}})]},
        {"rules": [rule(amount={"percentage": {"rate": 100.5}})]},
        {"rules": [rule(amount={"flat": 0})]},
        {"rules": [rule(when={})]},
        {"rules": [rule(when={"not": {"segment": ["gold"]}})]},
        {"rules": [rule(amount={"escalating": [{"from": 1, "table": {}}]})]},
        {"rules": [rule(channel={"choice": ["gift_card", "merchandise"], "default": "gift_card"})]},
        {"rules": []},
    ],
)
def test_what_one_value_shows_to_be_wrong_is_marked(changes: dict[str, object]) -> None:
    whole = document(**changes)
    assert wrong(whole) != []
    assert read_program(json.loads(json.dumps(whole), parse_int=str, parse_float=str))[0] is None


def _properties(schema: object) -> Iterator[Mapping[str, Mapping[str, object]]]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("properties"), Mapping):
            yield schema["properties"]
        for value in schema.values():
            yield from _properties(value)
    if isinstance(schema, list):
        for value in schema:
            yield from _properties(value)


def test_schema_and_grammar_know_the_same_keys_with_the_same_words() -> None:
    known = {
        frozenset(group.items())
        for name, group in vars(keys).items()
        if name.isupper() and name not in {"TEXT_CONDITIONS", "FLAG_CONDITIONS", "SIZE_CONDITIONS", "MOMENT_CONDITIONS"}
    } - {frozenset(group.items()) for group in (keys.LOGIC, keys.KINDS, keys.BOUNDS)}
    published = {
        frozenset((key, str(value.get("description"))) for key, value in properties.items())
        for properties in _properties(SCHEMA)
        if not set(properties) <= _GIVEN
    }
    of_one_reward = frozenset((key, text) for key, text in keys.LIMIT.items() if key != "period")
    assert published - {of_one_reward} == known


def test_every_key_has_a_description() -> None:
    for properties in _properties(SCHEMA):
        if not set(properties) <= _GIVEN:
            assert [key for key, value in properties.items() if not value.get("description")] == []
