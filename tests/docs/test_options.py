"""Every option that a document names is one of that command's, and every option says what it is for."""

import re
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from docs.test_named_commands import DOCUMENTS, code_of
from guerdon.cli.app import app

_CALL = re.compile(r"(?:^|[\s/`(])guerdon ((?:[a-z][\w-]*)(?:[^|;#`]*))")
_OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)")


Command = TyperCommand | TyperGroup


def every(command: object, name: str) -> Iterator[tuple[str, Command]]:
    """A command and those below it, each with its whole name."""
    assert isinstance(command, TyperCommand | TyperGroup)
    yield name, command
    if isinstance(command, TyperGroup):
        for below, each in command.commands.items():
            yield from every(each, f"{name} {below}".strip())


COMMANDS = dict(every(typer.main.get_command(app), ""))


def called(words: list[str]) -> tuple[str, list[str]]:
    """The longest name of a command at the beginning of `words`, and the rest."""
    name = ""
    while words and f"{name} {words[0]}".strip() in COMMANDS:
        name, words = f"{name} {words[0]}".strip(), words[1:]
    return name, words


def options_of(name: str) -> set[str]:
    command = COMMANDS[name]
    own = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    # A group is called without a command too, and takes the options of those that its page tells of together.
    below = {option for other in COMMANDS if name and other.startswith(f"{name} ") for option in options_of(other)}
    return own | below | {"--help"}


def calls() -> Iterator[tuple[str, str, str]]:
    for document in DOCUMENTS:
        for line in code_of(document):
            for call in _CALL.findall(line):
                name, rest = called(call.split())
                for option in _OPTION.findall(" ".join(rest)):
                    yield document.name, name, option


def test_a_document_gives_no_command_an_option_that_it_does_not_have() -> None:
    wrong = {(page, name, option) for page, name, option in calls() if option not in options_of(name)}
    assert wrong == set()
    assert len(set(calls())) > 50


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {""}))
def test_every_option_and_every_command_says_what_it_is_for(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    silent = [each.name for each in command.params if not getattr(each, "help", "") and each.name != "help"]
    assert silent == []


def test_every_command_below_another_is_in_the_list_of_commands() -> None:
    """A row names one, as `guerdon ledger verify`, or the first of several, as `guerdon month list`, `prepare`."""
    page = next(page for page in DOCUMENTS if page.name == "commands.md").read_text(encoding="utf-8")
    told = set()
    for cell in re.findall(r"^\| (`guerdon [^|]*) \|", page, re.MULTILINE):
        group, *words = re.findall(r"[a-z][a-z-]*", cell.replace("guerdon ", ""))
        told |= {f"{group} {word}" for word in words}
    assert {name for name in COMMANDS if " " in name} <= told
