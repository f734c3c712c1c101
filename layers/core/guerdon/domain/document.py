"""Read values out of a document that a person wrote, collecting every mistake with its place.

A document is what YAML or JSON gives when every scalar is text: mappings, lists and strings.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money

Path = tuple[str | int, ...]
Document = Mapping[str, "Node"]
Node = str | Sequence["Node"] | Mapping[str, "Node"] | None

_Choice = TypeVar("_Choice")

_YEARS: Final = range(1970, 3000)
"""Moments are computed with in every time zone, which neither end of what a datetime can hold survives."""


_KEY_SHOWN: Final = 80
_MEANT_MOST: Final = 100
"""After how many findings nothing is guessed any more."""


class Severity(StrEnum):
    """What a finding keeps from happening."""

    ERROR = "error"  # The document is not published.
    WARNING = "warning"  # It can be published, but was hardly meant so.


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: where it stands and what to do about it.

    Attributes:
        code: What kind of mistake it is, for programs: it stays the same when the message is put better.
    """

    path: Path
    message: str
    code: str = "value"
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """The path as people write it: rules[0].amount.flat."""
        text = ""
        for part in self.path:
            shown = f"[{part}]" if isinstance(part, int) else _shown(part)
            text += shown if isinstance(part, int) or not text else f".{shown}"
        return text or "the document"


def _shown(key: str) -> str:
    """A key as it can be put into a line, whatever a person made of it."""
    start = key[:_KEY_SHOWN]
    return start if start.isprintable() else repr(start)


@dataclass(slots=True)
class DocumentReader:
    """Reads values out of a document and collects what is wrong; a value that is wrong reads as None."""

    findings: list[Finding] = field(default_factory=list)

    def wrong(self, path: Path, message: str, code: str = "value") -> None:
        """Collect one mistake."""
        self.findings.append(Finding(path, message, code))

    def mapping(self, node: Node, path: Path, allowed: Collection[str]) -> Document | None:
        """`node` as a mapping; each key that is not one of `allowed` is a mistake of its own."""
        if not isinstance(node, Mapping):
            self.wrong(path, f"must be a mapping with {', '.join(allowed)}", "type")
            return None
        for key in node:
            if key not in allowed:
                # To look for what was meant takes a while, and nobody misspells so much.
                meant = unknown(key, allowed) if len(self.findings) < _MEANT_MOST else "is not known here"
                self.wrong((*path, key), meant, "unknown-key")
        return node

    def items(self, node: Node, path: Path) -> Sequence[Node]:
        """`node` as a list with at least one entry; empty if it is none."""
        if isinstance(node, str) or not isinstance(node, Sequence) or not node:
            self.wrong(path, "must be a list with at least one entry", "type")
            return ()
        return node

    def text(self, document: Document, key: str, path: Path, default: str | None = None) -> str | None:
        """The text under `key`, or `default` where the key is absent."""
        return self.text_of(document.get(key, default), (*path, key))

    def text_of(self, value: Node, path: Path) -> str | None:
        """`value` as text that is not empty."""
        if value is None:
            self.wrong(path, "is missing", "missing")
        elif not isinstance(value, str):
            self.wrong(path, "must be text", "type")
        elif not value.strip():
            self.wrong(path, "must not be empty", "missing")
        elif not can_be_stored(value):
            self.wrong(path, "holds half a character (a lone surrogate): write it anew")
        else:
            return value
        return None

    def whole(self, document: Document, key: str, path: Path, least: int, most: int) -> int | None:
        """The whole number from `least` to `most` under `key`."""
        return self.whole_of(document.get(key), (*path, key), least, most)

    def whole_of(self, value: Node, path: Path, least: int, most: int) -> int | None:
        """`value` as a whole number from `least` to `most`."""
        text = self.text_of(value, path)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
            self.wrong(path, f"must be a whole number from {least} to {most}, not {text[:20]!r}")
            return None
        return int(text)

    def choice(
        self, document: Document, key: str, path: Path, choices: Mapping[str, _Choice], kind: str = ""
    ) -> _Choice | None:
        """What the text under `key` stands for among `choices`; `kind` says what they are when they are many."""
        return self.choice_of(document.get(key), (*path, key), choices, kind)

    def choice_of(self, value: Node, path: Path, choices: Mapping[str, _Choice], kind: str = "") -> _Choice | None:
        """What `value` stands for among `choices`."""
        text = self.text_of(value, path)
        if text is None:
            return None
        if text not in choices:
            wanted = kind or f"one of {', '.join(choices)}"
            self.wrong(path, f"must be {wanted}, not {text[:40]!r}")
            return None
        return choices[text]

    def money_of(self, value: Node, path: Path, currency: str) -> Money | None:
        """`value`, a decimal text in units of `currency`, as an amount of zero or more."""
        text = self.text_of(value, path)
        if text is None:
            return None
        try:
            money = Money.parse(text, currency)
        except InvalidMoney as problem:
            self.wrong(path, str(problem))
            return None
        if money.amount_minor < 0:
            self.wrong(path, f"must not be below zero: {money}")
            return None
        return money

    def moment(self, document: Document, key: str, path: Path) -> datetime | None:
        """The date and time under `key`, which must carry its zone."""
        text = self.text(document, key, path)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.wrong(
                (*path, key),
                f"must be a date and time with a zone, such as 2026-01-01T00:00:00-05:00, not {text[:40]!r}",
            )
            return None
        return self.in_bounds(moment, (*path, key))

    def in_bounds(self, moment: datetime, path: Path) -> datetime | None:
        """`moment`, if it is of a year that can be computed with."""
        if moment.year in _YEARS:
            return moment
        self.wrong(path, f"must be of a year from {_YEARS.start} to {_YEARS.stop - 1}")
        return None

    def zone(self, document: Document, path: Path) -> ZoneInfo | None:
        """The time zone under `time_zone`."""
        text = self.text(document, "time_zone", path)
        if text is None:
            return None
        try:
            return ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            self.wrong(
                (*path, "time_zone"),
                f"must be an IANA time zone such as America/New_York, not {text[:40]!r}",
            )
            return None


def unknown(name: str, known: Collection[str]) -> str:
    """What to say of a name that is none of `known`: the one that was probably meant, and else all of them."""
    alike = get_close_matches(name[:_KEY_SHOWN].strip().lower(), known, 1)
    return (
        f"is not known here; did you mean {alike[0]}?" if alike else f"is not known here; known are {', '.join(known)}"
    )


def can_be_stored(text: str) -> bool:
    r"""Whether `text` is all characters: an escape such as "\ud800" in a document is half of one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
