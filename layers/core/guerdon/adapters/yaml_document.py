"""Read a YAML file as a document in which every scalar is text, with the place of each value.

The file is read from the parser's events: nothing in it is ever resolved to a number, a date or a truth value, so
that `50.00` reaches the money parser as it was written. What YAML offers beyond mappings, lists and scalars is
refused, since a program file that finance signs off should mean what it shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from guerdon.domain.document import Node, Path

BYTES_MOST: Final = 1_000_000
DEPTH_MOST: Final = 32
"""The deepest place of a program file is 9 levels down; what is deeper was not written by a person."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; both count from 1, as editors do."""

    line: int
    column: int


_START: Final = Place(1, 1)

_ADVICE: Final = {
    "'\\t'": "write spaces, not a tab",
    "mapping values are not allowed": "put a text with a colon in quotes, and check how far the lines above stand in",
    "expected <block end>": "this line stands farther in or out than those that it belongs to",
    "could not find expected ':'": "the line above lacks its colon, or the space after it",
    "that cannot start any token": "put the text in quotes",
}
"""What to do about a mistake, by what the parser says of it; the first that fits."""


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The document, and where each of its values stands."""

    node: Node
    places: Mapping[Path, Place]

    def place_of(self, path: Path) -> Place:
        """Where `path` stands; for what is missing, where it is missing from."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, _START)


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """Why a file cannot be read as a document at all."""

    place: Place
    message: str


def read_yaml(content: bytes) -> YamlDocument | YamlProblem:
    """The document in `content`, or the first thing that keeps it from being one."""
    try:
        return _document(_decoded(content))
    except _Refused as refused:
        return YamlProblem(refused.place, refused.message)
    except MarkedYAMLError as error:
        return _unreadable(error)
    except YAMLError as error:
        return YamlProblem(_START, str(error))


def _unreadable(error: MarkedYAMLError) -> YamlProblem:
    """What the parser says, and what to do where it speaks only of its own grammar."""
    said = str(error.problem or error.context)
    place, advice = _place(error.problem_mark or error.context_mark), ""
    for part, words in _ADVICE.items():
        if part in said:
            advice = f": {words}"
            break
    if "quoted scalar" in str(error.context):
        # The end of the file, where the parser noticed, is no help; the quote that was opened is.
        place, advice = _place(error.context_mark), ": a quote is opened here and never closed"
    return YamlProblem(place, f"{said}{advice}")


def _decoded(content: bytes) -> str:
    if len(content) > BYTES_MOST:
        raise _Refused(_START, f"the file is over {BYTES_MOST:,} bytes, more than a program can need")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise _Refused(place, "this byte is not UTF-8: save the file as UTF-8") from error


def _document(text: str) -> YamlDocument:
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except ReaderError as error:
        before = text[: error.position]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise _Refused(place, "this character may not stand in a YAML file") from error
    if not builder.documents:
        raise _Refused(_START, "the file is empty")
    return YamlDocument(builder.root, builder.places)


class _Refused(Exception):
    """Something that YAML allows and a program file does not."""

    def __init__(self, place: Place, message: str) -> None:
        self.place = place
        self.message = message
        super().__init__(message)


@dataclass(slots=True)
class _Frame:
    """A mapping or a list that is not complete yet."""

    path: Path
    mapping: dict[str, Node] | None = None
    entries: list[Node] = field(default_factory=list)
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Puts the document together from events, without recursion: depth is bounded by a rule, not by the stack."""

    root: Node = None
    documents: int = 0
    places: dict[Path, Place] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=list)

    def take(self, event: Event) -> None:
        match event:
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _Refused(_place(event.start_mark), "a second document begins here: write one program a file")
            case AliasEvent():
                raise _Refused(_place(event.start_mark), "aliases are not understood: write the value out")
            case NodeEvent():
                self._node(event)
            case MappingEndEvent() | SequenceEndEvent():
                self.frames.pop()

    def _node(self, event: NodeEvent) -> None:
        place = _place(event.start_mark)
        if event.anchor is not None:
            raise _Refused(place, "anchors are not understood: write the value out where it is used")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
            raise _Refused(place, "tags are not understood: write the plain value")
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.mapping is not None and frame.key is None:
            self._key(frame, frame.mapping, event, place)
            return
        match event:
            case ScalarEvent():
                self._value(frame, event.value, place)
            case MappingStartEvent():
                mapping: dict[str, Node] = {}
                self._open(_Frame(self._value(frame, mapping, place), mapping), place)
            case SequenceStartEvent():
                entries: list[Node] = []
                self._open(_Frame(self._value(frame, entries, place), entries=entries), place)

    def _key(self, frame: _Frame, mapping: dict[str, Node], event: NodeEvent, place: Place) -> None:
        if not isinstance(event, ScalarEvent):
            raise _Refused(place, "a key must be a plain name")
        key = str(event.value)
        if key in mapping:
            earlier = self.places[*frame.path, key]
            raise _Refused(place, f"{key!r} stands here a second time; the first is in line {earlier.line}")
        frame.key = key
        self.places[*frame.path, key] = place

    def _value(self, frame: _Frame | None, value: Node, place: Place) -> Path:
        """Put a value where it belongs, and return its path."""
        if frame is None:
            self.root = value
            path: Path = ()
        elif frame.mapping is not None and frame.key is not None:
            path = (*frame.path, frame.key)
            frame.mapping[frame.key] = value
            frame.key = None
        else:
            path = (*frame.path, len(frame.entries))
            frame.entries.append(value)
        # A mapping's value may begin lines below its key, and the key is what a reader looks for.
        if path not in self.places or isinstance(value, str):
            self.places[path] = place
        return path

    def _open(self, frame: _Frame, place: Place) -> None:
        self.frames.append(frame)
        if len(self.frames) > DEPTH_MOST:
            raise _Refused(place, f"this is nested more than {DEPTH_MOST} levels deep")


def _place(mark: StreamMark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark is not None else _START
