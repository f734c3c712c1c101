"""Read values out of a document that a person wrote, collecting every mistake with its place.

A document is what YAML or JSON gives when every scalar is text: mappings, lists and strings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money

Path = tuple[str | int, ...]
Document = Mapping[str, "Node"]
Node = str | Sequence["Node"] | Mapping[str, "Node"] | None

_Choice = TypeVar("_Choice")


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: where it stands and what to do about it."""

    path: Path
    message: str

    @property
    def place(self) -> str:
        """The path as people write it: rules[0].amount.flat."""
        text = ""
        for part in self.path:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        return text or "the document"


@dataclass(slots=True)
class DocumentReader:
    """Reads values out of a document and collects what is wrong; a value that is wrong reads as None."""

    findings: list[Finding] = field(default_factory=list)

    def wrong(self, path: Path, message: str) -> None:
        """Collect one mistake."""
        self.findings.append(Finding(path, message))

    def mapping(self, node: Node, path: Path, allowed: Sequence[str]) -> Document | None:
        """`node` as a mapping; each key that is not one of `allowed` is a mistake of its own."""
        if not isinstance(node, Mapping):
            self.wrong(path, f"must be a mapping with {', '.join(allowed)}")
            return None
        for key in node:
            if key not in allowed:
                self.wrong((*path, key), f"is not known here; known are {', '.join(allowed)}")
        return node

    def items(self, node: Node, path: Path) -> Sequence[Node]:
        """`node` as a list with at least one entry; empty if it is none."""
        if isinstance(node, str) or not isinstance(node, Sequence) or not node:
            self.wrong(path, "must be a list with at least one entry")
            return ()
        return node

    def text(self, document: Document, key: str, path: Path, default: str | None = None) -> str | None:
        """The text under `key`, or `default` where the key is absent."""
        value = document.get(key, default)
        if value is None:
            self.wrong((*path, key), "is missing")
        elif not isinstance(value, str):
            self.wrong((*path, key), "must be text")
        elif not value.strip():
            self.wrong((*path, key), "must not be empty")
        elif not can_be_stored(value):
            self.wrong((*path, key), "holds half a character (a lone surrogate): write it anew")
        else:
            return value
        return None

    def whole(self, document: Document, key: str, path: Path, least: int, most: int) -> int | None:
        """The whole number from `least` to `most` under `key`."""
        text = self.text(document, key, path)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
            self.wrong((*path, key), f"must be a whole number from {least} to {most}, not {text[:20]!r}")
            return None
        return int(text)

    def choice(
        self, document: Document, key: str, path: Path, choices: Mapping[str, _Choice], kind: str = ""
    ) -> _Choice | None:
        """What the text under `key` stands for among `choices`; `kind` says what they are when they are many."""
        text = self.text(document, key, path)
        if text is None:
            return None
        if text not in choices:
            wanted = kind or f"one of {', '.join(choices)}"
            self.wrong((*path, key), f"must be {wanted}, not {text[:40]!r}")
            return None
        return choices[text]

    def money(self, document: Document, key: str, path: Path, currency: str) -> Money | None:
        """The amount of zero or more under `key`, a decimal text in units of `currency`."""
        text = self.text(document, key, path)
        if text is None:
            return None
        try:
            money = Money.parse(text, currency)
        except InvalidMoney as problem:
            self.wrong((*path, key), str(problem))
            return None
        if money.amount_minor < 0:
            self.wrong((*path, key), f"must not be below zero: {money}")
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
        return moment

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


def can_be_stored(text: str) -> bool:
    r"""Whether `text` is all characters: an escape such as "\ud800" in a document is half of one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
