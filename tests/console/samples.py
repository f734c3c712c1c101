"""A few operations of the tests' own, by which the frame around all of them is tested."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import msgspec

from console.runner import OpenGate, services_of
from guerdon.application.review.services import Services
from guerdon.console.app import Console
from guerdon.console.operations import (
    Done,
    Download,
    Listing,
    NotFound,
    Operation,
    Refused,
    act,
    href,
    read,
)
from guerdon.console.registry import OPERATIONS
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Column, Kind, Table, money, nothing, number, paged, text
from guerdon.domain.channel import Channel
from guerdon.domain.money import Money
from memory_stack import MemoryStack

THINGS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingsAsked(Listing):
    """Which things."""

    channel: Channel | None = None
    since: date | None = None
    most: int = THINGS


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing."""

    name: str
    worth: Money
    count: int | None


@dataclass(frozen=True, slots=True)
class Things:
    """The things."""

    things: tuple[Thing, ...]
    next_cursor: str | None


def _things(services: Services, _who: Principal, asked: ThingsAsked) -> Things:
    services.store.program_head("any")  # It reads, so that a store that is away is met.
    made = [
        Thing(f"={number}" if number == 7 else f"thing {number}", Money(number * 100, "USD"), number % 3 or None)
        for number in range(asked.most)
    ]
    shown, cursor = paged(made, asked.cursor)
    return Things(tuple(shown), cursor)


def _table(found: Things) -> Table:
    columns = (
        Column("name", "Name", Kind.LINK),
        Column("worth", "Worth", Kind.MONEY),
        Column("count", "Count", Kind.NUMBER),
        Column("note", "Note", sorts=False),
    )
    rows = tuple(
        (
            text(thing.name, href("samples", thing.name)),
            money(thing.worth),
            nothing("none") if thing.count is None else number(thing.count),
            nothing(),
        )
        for thing in found.things
    )
    return Table("samples", columns, rows, next_cursor=found.next_cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingAsked:
    """Which thing, and why."""

    name: str
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=500)]


def _take(_services: Services, who: Principal, asked: ThingAsked) -> Done | Refused | NotFound:
    if asked.name == "nowhere":
        return NotFound("There is no thing called nowhere.")
    if asked.reason == "because":
        return Refused("That is no reason.", "reason")
    return Done(f"{who.actor} took {asked.name}.", href("samples"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAsked:
    """Which file."""

    name: str


def _file(_services: Services, _who: Principal, asked: FileAsked) -> Download | NotFound:
    return Download("a.txt", "text/plain", b"\xff") if asked.name == "a" else NotFound("There is no such file.")


SAMPLES: Final[tuple[Operation, ...]] = (
    read("samples.list", "/samples", "Things.", ThingsAsked, Things, _things,
         page="list.html", title="Things", table=_table),
    read("samples.file", "/samples/files/{name}", "A file.", FileAsked, Download, _file),
    act("samples.take", "/samples/{name}/take", "Take it.", ThingAsked, _take, role=Role.FINANCE, title="Take it"),
    act("samples.keep", "/samples/{name}/keep", "Keep it.", ThingAsked, _take, role=Role.FINANCE, title="Keep it",
        form_on="samples.list"),
)  # fmt: skip


def sample_console(role: Role, stack: MemoryStack | None = None) -> Console:
    """The console with the samples beside its own operations, as somebody of that role sees it."""
    who = Principal(f"{role.value}@guerdon.example", role)
    return Console(services_of(stack or MemoryStack()), OpenGate(who), (*OPERATIONS, *SAMPLES))
