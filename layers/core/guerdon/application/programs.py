"""Programs as they are published and read back: immutable versions behind one head row."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from guerdon.application.audit import Subject, audited
from guerdon.application.ports import Clock, Store
from guerdon.application.records import ProgramHead, ProgramVersion
from guerdon.application.seal_records import SealHead
from guerdon.application.transaction import Committed, Insert, Replace, Transaction
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.deal import DealEvent
from guerdon.domain.document import Finding, Node, Severity
from guerdon.domain.errors import GuerdonError, StoreBusy
from guerdon.domain.grammar.checks import check_program
from guerdon.domain.grammar.program import read_program
from guerdon.domain.hours import hour_before, hour_of
from guerdon.domain.judgment import Outcome
from guerdon.domain.program import Beneficiary, JudgedBy, Program
from guerdon.domain.seal import GENESIS

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
    """A program's highest version, and whether this publication made it."""

    program: str
    number: int
    new: bool


@dataclass(frozen=True, slots=True)
class PublishProgram:
    """Make a document the current version of its program."""

    store: Store
    clock: Clock

    def __call__(
        self, document: Node, actor: str, reason: str | None = None, after: int | None = None
    ) -> Published | tuple[Finding, ...]:
        """The current version, or what is wrong with the document; the same document again publishes nothing.

        Args:
            document: The program file.
            actor: Who publishes it.
            reason: Why, in their words.
            after: The version that they held it against, 0 for none: a draft that stood open while another version was
                published, or that is sent again later, must not undo that one unseen. None for whatever is current.

        Raises:
            StoreBusy: Somebody else kept publishing the same program.
        """
        program, findings = read_program(document)
        if program is not None:
            findings = tuple(
                finding for finding in check_program(program, document) if finding.severity is Severity.ERROR
            )
        if program is None or findings:
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
            if after not in {None, number - 1}:
                told = f"version {number - 1} was published since: check the draft against it, and publish it then"
                return (Finding((), told),)
            now = self.clock.now()
            version = ProgramVersion(program.name, number, text, digest, now, actor)
            moved = (
                Replace(ProgramHead(program.name, number, head.version + 1, program.ceilings))
                if head
                else Insert(ProgramHead(program.name, number, ceilings=program.ceilings))
            )
            line = audited(
                AuditAction.PROGRAM_PUBLISHED,
                Subject(SubjectKind.PROGRAM, program.name),
                at=now,
                actor=actor,
                before=f"version {head.current}" if head else None,
                after=f"version {number}, {digest}",
                reason=reason,
            )
            if self.store.commit((Insert(version), moved, line, *self._books_opened())) is Committed.YES:
                return Published(program.name, number, new=True)
        raise StoreBusy(f"program {program.name} is being published by somebody else")

    def _books_opened(self) -> Transaction:
        """The head of the seals, with the first program: without one nothing is earned, so nothing is posted before.

        It opens an hour early, since another clock may be some minutes behind this one.
        """
        if self.store.seal_head() is not None:
            return ()
        opened = hour_before(hour_of(self.clock.now()))
        return (Insert(SealHead(opened, hour_before(opened), 0, None, GENESIS)),)


@dataclass(frozen=True, slots=True)
class NotInForce:
    """No version of a program is in force for a deal: how that ends the event, and why."""

    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True)
class ProgramShelf:
    """Reads published programs; a version is compiled once and kept, since it never changes."""

    store: Store
    compiled: dict[tuple[str, int], Program] = field(default_factory=dict)

    def in_force(self, event: DealEvent) -> tuple[Program, int] | NotInForce:
        """The version of the event's program that is in force for its deal, and its number.

        That is the highest one whose `effective_from` is not after the deal's moment, by the version's own
        `judged_by`. One read finds the head; versions that were met before are not read again.

        Raises:
            StoredProgramUnreadable: A stored version is not one that this release can read.
        """
        head = self.store.program_head(event.program)
        if head is None:
            return NotInForce(Outcome.UNKNOWN_PROGRAM, f"no program {event.program[:63]!r} is published")
        for number in range(head.current, 0, -1):
            program = self.version(event.program, number)
            covered = covers(program, event)
            if covered is None:
                why = (
                    f"version {number} of the program judges deals by when they were referred, and this one does not "
                    "say that: have the CRM send it again with data.referral.referred_at"
                )
                return NotInForce(Outcome.NEEDS_ATTENTION, why)
            if covered:
                return program, number
        return NotInForce(Outcome.BEFORE_START, "no version of the program was in force for the deal")

    def at(self, name: str, moment: datetime) -> tuple[Program, int] | None:
        """The version for what happens at `moment`, and its number; the first one before any is in force.

        None when no program has that name.

        Raises:
            StoredProgramUnreadable: A stored version is not one that this release can read.
        """
        head = self.store.program_head(name)
        numbers = range(head.current, 0, -1) if head else ()
        programs = ((self.version(name, number), number) for number in numbers)
        return next((found for found in programs if _since(found[0], moment) or found[1] == 1), None)

    def has(self, name: str) -> bool:
        """Whether any version of that program is published."""
        return self.store.program_head(name) is not None

    def may_reward(self, event: DealEvent, beneficiary: Beneficiary) -> bool:
        """Whether a version that may be in force for the deal, whatever the event leaves out, rewards `beneficiary`.

        A revision need not say when the deal was referred.

        Raises:
            StoredProgramUnreadable: A stored version is not one that this release can read.
        """
        head = self.store.program_head(event.program)
        for number in range(head.current if head else 0, 0, -1):
            program = self.version(event.program, number)
            covered = covers(program, event)
            if covered is not False and rewards(program, event.trigger, beneficiary):
                return True
            if covered:
                return False
        return False

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


def covers(program: Program, event: DealEvent) -> bool | None:
    """Whether a version is not later than the event's deal; None when the event does not say what decides that."""
    if program.judged_by is JudgedBy.CLOSED or program.effective_from is None:
        return _since(program, event.deal.closed_at)
    referred_at = event.referral.referred_at if event.referral else None
    return None if referred_at is None else _since(program, referred_at)


def _since(program: Program, moment: datetime) -> bool:
    return program.effective_from is None or program.effective_from <= moment


def rewards(program: Program, trigger: str, beneficiary: Beneficiary) -> bool:
    """Whether a rule of the program rewards `beneficiary` for that event."""
    return any(rule.beneficiary is beneficiary and trigger in rule.on for rule in program.rules)
