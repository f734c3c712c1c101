"""Programs as they are published and read back: immutable versions behind one head row."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Final

from guerdon.application.ports import Clock, Store
from guerdon.application.records import ProgramHead, ProgramVersion
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.document import Finding, Node
from guerdon.domain.errors import GuerdonError, StoreBusy
from guerdon.domain.program import Program
from guerdon.domain.program_document import read_program

_TRIES_MOST: Final = 5


class StoredProgramUnreadable(GuerdonError):
    """A published version cannot be read by this release; versions are immutable, so this release is at fault."""

    def __init__(self, program: str, number: int, findings: tuple[Finding, ...]) -> None:
        self.program = program
        self.number = number
        self.findings = findings
        places = "; ".join(f"{finding.place} {finding.message}" for finding in findings)
        super().__init__(f"version {number} of program {program} cannot be read: {places}")


@dataclass(frozen=True, slots=True)
class Published:
    """A program's current version, and whether this publication made it."""

    program: str
    number: int
    new: bool


@dataclass(frozen=True, slots=True)
class PublishProgram:
    """Make a document the current version of its program."""

    store: Store
    clock: Clock

    def __call__(self, document: Node, published_by: str) -> Published | tuple[Finding, ...]:
        """The current version, or what is wrong with the document; the same document again publishes nothing.

        Raises:
            StoreBusy: Somebody else kept publishing the same program.
        """
        program, findings = read_program(document)
        if program is None:
            return findings
        text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        for _ in range(_TRIES_MOST):
            head = self.store.program_head(program.name)
            if head is not None:
                current = self.store.program_version(program.name, head.current)
                if current is not None and current.sha256 == digest:
                    return Published(program.name, head.current, new=False)
            number = head.current + 1 if head else 1
            version = ProgramVersion(program.name, number, text, digest, self.clock.now(), published_by)
            moved = (
                Replace(ProgramHead(program.name, number, head.version + 1))
                if head
                else Insert(ProgramHead(program.name, number))
            )
            if self.store.commit((Insert(version), moved)) is Committed.YES:
                return Published(program.name, number, new=True)
        raise StoreBusy(f"program {program.name} is being published by somebody else")


@dataclass(frozen=True, slots=True)
class ProgramShelf:
    """Reads current programs; a version is compiled once and kept, since it never changes."""

    store: Store
    compiled: dict[tuple[str, int], Program] = field(default_factory=dict)

    def current(self, name: str) -> tuple[Program, int] | None:
        """The program in force and its version, or None when no program has that name.

        Raises:
            StoredProgramUnreadable: The stored version is not one that this release can read.
        """
        head = self.store.program_head(name)
        if head is None:
            return None
        return self.version(name, head.current), head.current

    def version(self, name: str, number: int) -> Program:
        """One published version, which is what a reward that it decided stays under.

        Raises:
            StoredProgramUnreadable: The stored version is not there, or not one that this release can read.
        """
        known = self.compiled.get((name, number))
        if known is None:
            stored = self.store.program_version(name, number)
            if stored is None:
                raise StoredProgramUnreadable(name, number, ())
            known, findings = read_program(json.loads(stored.document))
            if known is None:
                raise StoredProgramUnreadable(name, number, findings)
            self.compiled[name, number] = known
        return known
