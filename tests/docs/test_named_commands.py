"""What the documents tell a person to type exists, and what exists is told."""

import re
from pathlib import Path

import pytest
import typer

from guerdon.cli.app import app
from local.cloud.settings import PORTS, ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "events" / "README.md",
    *(ROOT / "docs").rglob("*.md"),
]
_CODE = re.compile(r"```(?:sh)?\n(.*?)```|`([^`\n]+)`|^ {4}(\S.*)$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def code_of(document: Path) -> list[str]:
    """The lines of code in a document, without their comments."""
    pieces = ("".join(found) for found in _CODE.findall(document.read_text(encoding="utf-8")))
    return [line.partition("#")[0].strip() for piece in pieces for line in piece.splitlines()]


def named(pattern: str, documents: list[Path]) -> set[str]:
    return {found for document in documents for line in code_of(document) for found in re.findall(pattern, line)}


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE))


def commands() -> set[str]:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return set(group.commands)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_names_no_command_that_does_not_exist(document: Path) -> None:
    assert named(r"\bmake ([a-z0-9-]+)", [document]) <= targets()
    assert named(r"\bguerdon ([a-z]+(?:-[a-z]+)*)", [document]) <= commands()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_links_to_nothing_that_does_not_exist(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_target_and_every_command_is_documented() -> None:
    assert named(r"\bmake ([a-z0-9-]+)", DOCUMENTS) == targets()
    assert named(r"\bguerdon ([a-z]+(?:-[a-z]+)*)", DOCUMENTS) == commands()


def test_every_variable_that_moves_a_port_is_documented_with_its_port() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(GUERDON_\w+_PORT)` \| (\d+) \|", text, re.MULTILINE)) == {
        name: str(port) for name, port in PORTS.items()
    }


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(_LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("0*.md")}


def test_the_readme_tells_of_every_deal_of_the_demo() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    samples = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "events").glob("*.json"))
    assert set(re.findall(r'"id": "(D-\d+)"', samples)) <= set(re.findall(r"D-\d+", readme))
