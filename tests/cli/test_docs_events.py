"""docs/events.md is right: its examples are readable, and it names every field that is read."""

import re

import msgspec
import pytest

from guerdon.adapters.crm.standard import wire
from guerdon.adapters.crm.standard.payload import read_event
from guerdon.domain.deal import REVISIONS, UNDERSTOOD_TYPES, DealEvent
from local.demo.expectations import ROOT

DOCS = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)


def fields_of(shape: type[msgspec.Struct]) -> set[str]:
    """The names of a message's fields, and those of every struct below it."""
    names: set[str] = set()
    for field in msgspec.structs.fields(shape):
        names.add(field.name)
        for struct in _structs_in(field.type):
            names |= fields_of(struct)
    return names


def _structs_in(annotation: object) -> set[type[msgspec.Struct]]:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return {annotation}
    return {struct for inner in getattr(annotation, "__args__", ()) for struct in _structs_in(inner)}


def test_there_is_an_example_of_every_type() -> None:
    read = [read_event(example) for example in EXAMPLES]
    assert [event.type for event in read if isinstance(event, DealEvent)] == list(UNDERSTOOD_TYPES)


@pytest.mark.parametrize("example", EXAMPLES[-len(REVISIONS) :], ids=REVISIONS)
def test_a_revision_is_about_the_win_of_the_first_example(example: str) -> None:
    win, revision = read_event(EXAMPLES[0]), read_event(example)
    assert isinstance(win, DealEvent)
    assert isinstance(revision, DealEvent)
    assert (revision.program, revision.deal.id, revision.occurrence) == (win.program, win.deal.id, win.occurrence)


def test_every_field_is_named() -> None:
    known = fields_of(wire.Message)
    assert {"effective_at", "closed_at", "stripe_customer", "line2"} <= known
    assert {
        name for name in known if f"`{name}`" not in DOCS and f'"{name}"' not in DOCS and f".{name}`" not in DOCS
    } == {
        "line2"  # The second line of an address goes without saying.
    }
