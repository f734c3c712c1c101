"""docs/deploy.md names every parameter, secret, output and step that there is, and none that there is not."""

import re
from collections.abc import Iterable
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from application.doctor.stacks import EMPTY, INSIDE, WHOLE, but
from guerdon.adapters.crm.connections import Connection
from guerdon.application.doctor.connection_checks import SECRET_OF
from guerdon.application.doctor.examine import examine
from guerdon.domain.channel import PROVIDER_OF
from judging.reading import Template, read_template
from local.cloud.settings import ROOT

TEXT = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
_CODE = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def template() -> Template:
    return read_template()


def section(title: str, text: str = TEXT) -> str:
    """What stands under a heading, up to the next one."""
    _, found, rest = text.partition(f"\n{title}\n")
    assert found, f"docs/deploy.md has no heading {title!r}"
    return re.split(r"\n#+ ", rest)[0]


def rows(title: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def names(cells: Iterable[str]) -> list[str]:
    return [name for cell in cells for name in _CODE.findall(cell)]


def test_every_parameter_is_in_its_row_with_its_default(template: dict[str, Any]) -> None:
    told = {names([row[0]])[0]: (names([row[1]]) or [""])[0] for row in rows("## Parameters")}

    assert told == {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}


def test_what_must_be_given_is_in_the_example_of_a_configuration(template: dict[str, Any]) -> None:
    example = section("## Build and deploy")
    needed = {name for name, parameter in template["Parameters"].items() if "Default" not in parameter}
    given = set(re.findall(r"'(\w+)=", example))

    assert needed <= given <= set(template["Parameters"])


def test_every_field_of_every_secret_is_in_its_row(template: dict[str, Any]) -> None:
    told = {(names([row[0]])[0], names([row[1]])[0]) for row in rows("### Secrets")}

    secrets = {
        name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::SecretsManager::Secret"
    }
    connection = {field.name for field in fields(Connection)} - {"name"}
    assert told == {
        *(("ConnectionsSecret", field) for field in connection),
        *(("WebhooksSecret", provider) for provider in PROVIDER_OF.values()),
        *(
            (SECRET_OF[name], field)
            for name in PROVIDER_OF.values()
            for field in import_module(f"guerdon.adapters.providers.{name}.access").FIELDS
        ),
    }
    assert {secret for secret, _ in told} == secrets


def test_every_output_is_told(template: dict[str, Any]) -> None:
    told = names(row[0] for row in rows("## Outputs"))

    assert sorted(told) == sorted(template["Outputs"])


def test_every_step_of_the_doctor_is_told_in_the_order_in_which_it_looks() -> None:
    told = names(row[0] for row in rows("## What `guerdon doctor` looks at"))

    assert told == list(dict.fromkeys(each.step for each in examine(WHOLE)))


def test_the_doctor_sends_nobody_to_a_page_that_is_not_there() -> None:
    lacking = but(providers=dict.fromkeys(INSIDE.providers, EMPTY), subscribers=None)
    pages = {page for each in examine(lacking) for page in re.findall(r"docs/[\w.-]+\.md", each.to_do)}

    assert pages == {"docs/deploy.md"}
    assert all((Path(ROOT) / page).exists() for page in pages)


def test_the_costs_are_told_for_the_three_sizes() -> None:
    assert [row[0] for row in rows("## What it costs")] == ["0", "1,000", "100,000"]
