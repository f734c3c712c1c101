"""docs/programs.md is right: each of its examples passes the check, and it names every key of the grammar."""

import re

import pytest

import builders
from guerdon.cli.program_check import provider_findings
from guerdon.cli.wiring import CAPABILITIES
from guerdon.cli.yaml_document import YamlDocument, read_yaml
from guerdon.domain import program_document
from guerdon.domain.channel import Channel
from guerdon.domain.limits_document import LIMIT_KEYS
from guerdon.domain.program import CountingPeriod, Over, Scope
from guerdon.domain.program_document import read_program
from local.demo.expectations import ROOT

DOCS = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 7


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("name: ")[-1].split("\n")[0])
def test_an_example_passes_the_check(example: str) -> None:
    read = read_yaml(example.encode())
    assert isinstance(read, YamlDocument)
    assert isinstance(read.node, dict)
    whole = read.node if "program" in read.node else builders.document(**read.node)
    program, findings = read_program(whole)
    assert findings == ()
    assert program is not None
    assert provider_findings(program, CAPABILITIES) == ()


def test_every_key_channel_and_period_is_named() -> None:
    words = {
        *program_document._PROGRAM_KEYS,  # noqa: SLF001 - the grammar's own list is what the page is held to.
        *program_document._WHEN_KEYS,  # noqa: SLF001 - the same.
        *program_document._RULE_KEYS,  # noqa: SLF001 - the same.
        *(channel.value for channel in Channel),
        *(period.value for period in CountingPeriod),
        *("flat", "percentage", "rate", "min", "max", "tiers", "from", "escalating"),
        *(scope.value for scope in Scope),
        *(over.value for over in Over),
        *LIMIT_KEYS,
        *("item", "catalog_variant_id", "artwork_url", "placement", "technique"),
    }
    assert {word for word in words if word not in DOCS} == set()


def test_every_channel_has_its_providers_capabilities() -> None:
    assert set(CAPABILITIES) == set(Channel)
