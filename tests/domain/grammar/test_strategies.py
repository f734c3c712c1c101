"""The whole language at random: what the strategies build is taken by the grammar, also after a round trip as YAML."""

import io
from typing import Any

from hypothesis import HealthCheck, given, settings
from ruamel.yaml import YAML

from domain.grammar.strategies import documents
from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.domain.grammar.program import read_program


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_a_random_document_is_a_program(whole: dict[str, Any]) -> None:
    program, findings = read_program(whole)
    assert findings == ()
    assert program is not None
    assert [rule.name for rule in program.rules] == [rule["name"] for rule in whole["rules"]]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_a_document_is_the_same_program_after_a_round_trip_as_yaml(whole: dict[str, Any]) -> None:
    written = io.BytesIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.representer.ignore_aliases = lambda _: True
    yaml.dump(whole, written)
    read = read_yaml(written.getvalue())
    assert isinstance(read, YamlDocument), read
    assert read.node == whole
    assert read_program(read.node) == read_program(whole)
