"""Programs: their versions, any two side by side, what the check finds in one, and a draft before it is published."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import msgspec

from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.application.programs import Published
from guerdon.application.records import ProgramVersion
from guerdon.application.review.program_versions import Fate, LinePair, lines_of, side_by_side
from guerdon.application.review.services import Services
from guerdon.application.review.standing import day_of
from guerdon.console.operations import Done, Listing, NotFound, Refused, act, href, read
from guerdon.console.pages.audit import actor_cell
from guerdon.console.pages.payout import Reason
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Column, Kind, Table, moment, number, paged, text
from guerdon.domain.document import Finding, Node, Severity
from guerdon.domain.grammar.checks import check_program
from guerdon.domain.grammar.program import read_program

DRAFT_MOST: Final = 200_000
"""Characters of a draft; the largest program of the examples has 4,000."""

Draft = Annotated[str, msgspec.Meta(min_length=1, max_length=DRAFT_MOST)]
"""A program file in YAML."""


@dataclass(frozen=True, slots=True)
class FindingSaid:
    """What the check says about one place of a program."""

    place: str
    line: int | None
    message: str
    severity: str


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """One program of the list."""

    name: str
    version: int
    currency: str
    rules: int
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Programs:
    """All programs."""

    programs: tuple[ProgramLine, ...]
    next_cursor: str | None


def _programs(services: Services, _who: Principal, asked: Listing) -> Programs:
    shown, cursor = paged(services.reviews.program_names(), asked.cursor)
    lines = (_program_line(services, name) for name in shown)
    return Programs(tuple(line for line in lines if line is not None), cursor)


def _program_line(services: Services, name: str) -> ProgramLine | None:
    head = services.store.program_head(name)
    version = services.store.program_version(name, head.current) if head else None
    if version is None:
        return None
    program, _ = read_program(json.loads(version.document))
    return ProgramLine(
        name,
        version.number,
        program.currency if program else "",
        len(program.rules) if program else 0,
        version.published_at,
        version.published_by,
    )


def _table(found: Programs) -> Table:
    columns = (
        Column("program", "Program", Kind.LINK),
        Column("version", "Version", Kind.NUMBER),
        Column("rules", "Rules", Kind.NUMBER),
        Column("currency", "Currency"),
        Column("published", "Published", Kind.MOMENT),
        Column("by", "By"),
    )
    rows = tuple(
        (
            text(line.name, href("programs", line.name)),
            number(line.version),
            number(line.rules),
            text(line.currency),
            moment(line.published_at),
            actor_cell(line.published_by),
        )
        for line in found.programs
    )
    empty = "No program is published yet. An admin checks a draft on this page, and publishes it."
    return Table("programs", columns, rows, next_cursor=found.next_cursor, empty=empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramAsked(Listing):
    """Which program, and which two of its versions side by side.

    Attributes:
        older: The version on the left; the one before `newer` if left out.
        newer: The version on the right; the current one if left out.
    """

    program: str
    older: Annotated[int, msgspec.Meta(ge=1)] | None = None
    newer: Annotated[int, msgspec.Meta(ge=1)] | None = None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of the list."""

    number: int
    published_at: datetime
    published_by: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReleasedToday:
    """What a program with ceilings released today by itself or by a person, beside what it may by itself.

    Attributes:
        payouts: "12 of 50"; without a ceiling of it "12".
        amount: "1,200.00 USD of 5,000.00 USD"; without a ceiling of it each currency's sum.
    """

    day: str
    payouts: str
    amount: str


@dataclass(frozen=True, slots=True)
class OneProgram:
    """A program and two of its versions.

    Attributes:
        older: The version on the left; None if there is only one.
        pairs: Both, line by line.
        findings: What the check says about the version on the right.
        today: None if the current version has no ceilings.
    """

    name: str
    current: int
    older: int | None
    newer: int
    pairs: tuple[LinePair, ...]
    findings: tuple[FindingSaid, ...]
    versions: tuple[VersionLine, ...]
    next_cursor: str | None
    today: ReleasedToday | None = None

    @property
    def changed(self) -> int:
        """How many lines differ."""
        return sum(pair.fate is not Fate.SAME for pair in self.pairs)


def _program(services: Services, _who: Principal, asked: ProgramAsked) -> OneProgram | NotFound:
    head = services.store.program_head(asked.program)
    if head is None:
        return NotFound(f"There is no program {asked.program}. The list has all that are published.")
    newer = asked.newer or head.current
    right = services.store.program_version(asked.program, newer)
    older = asked.older or (newer - 1 or None)
    left = services.store.program_version(asked.program, older) if older else None
    if right is None or (older is not None and left is None):
        return NotFound(f"{asked.program} has the versions 1 to {head.current}, and no other.")
    shown, cursor = paged(range(head.current, 0, -1), asked.cursor)
    stored = (services.store.program_version(asked.program, each) for each in shown)
    return OneProgram(
        name=asked.program,
        current=head.current,
        older=older,
        newer=newer,
        pairs=side_by_side(lines_of(left.document) if left else (), lines_of(right.document)),
        findings=findings_said(json.loads(right.document), None),
        versions=tuple(_version(each) for each in stored if each is not None),
        next_cursor=cursor,
        today=_today(services, asked.program),
    )


def _today(services: Services, program: str) -> ReleasedToday | None:
    standing = day_of(services.store, program, services.clock.now())
    if standing is None:
        return None
    return ReleasedToday(standing.released.day, standing.payouts_words, standing.amount_words)


def _version(stored: ProgramVersion) -> VersionLine:
    return VersionLine(stored.number, stored.published_at, stored.published_by, stored.sha256)


def findings_said(node: Node, document: YamlDocument | None) -> tuple[FindingSaid, ...]:
    """All that the check finds, the errors first."""
    program, findings = read_program(node)
    if program is not None:
        findings = tuple(check_program(program, node))
    told = [_finding(each, document) for each in findings]
    return tuple(sorted(told, key=lambda each: each.severity != Severity.ERROR.value))


def _finding(finding: Finding, document: YamlDocument | None) -> FindingSaid:
    line = document.place_of(finding.path).line if document else None
    return FindingSaid(finding.place, line, finding.message, finding.severity.value)


def _versions_table(found: OneProgram) -> Table:
    columns = (
        Column("version", "Version", Kind.LINK),
        Column("published", "Published", Kind.MOMENT),
        Column("by", "By"),
        Column("digest", "Digest"),
    )
    rows = tuple(
        (
            text(str(each.number), href("programs", found.name, newer=str(each.number))),
            moment(each.published_at),
            actor_cell(each.published_by),
            text(each.sha256[:16]),
        )
        for each in found.versions
    )
    return Table("versions", columns, rows, next_cursor=found.next_cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAsked:
    """A program file that is not published."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check says about a draft, and what it would change.

    Attributes:
        program: Its name; "" if it cannot be read.
        current: The version that is published; None if there is none.
        pairs: That one beside the draft; empty if the draft cannot be read.
    """

    draft: str
    program: str
    current: int | None
    findings: tuple[FindingSaid, ...]
    pairs: tuple[LinePair, ...]

    @property
    def may_publish(self) -> bool:
        """Whether nothing is wrong with it that keeps it from being published."""
        return all(each.severity != Severity.ERROR.value for each in self.findings)

    @property
    def changed(self) -> int:
        """How many lines differ from the published ones."""
        return sum(pair.fate is not Fate.SAME for pair in self.pairs)


def _check(services: Services, _who: Principal, asked: DraftAsked) -> Checked:
    document = read_yaml(asked.draft.encode())
    if not isinstance(document, YamlDocument):
        problem = FindingSaid("the file", document.place.line, document.message, Severity.ERROR.value)
        return Checked(asked.draft, "", None, (problem,), ())
    findings = findings_said(document.node, document)
    program, _ = read_program(document.node)
    if program is None:
        return Checked(asked.draft, "", None, findings, ())
    head = services.store.program_head(program.name)
    published = services.store.program_version(program.name, head.current) if head else None
    pairs = side_by_side(
        lines_of(published.document) if published else (), lines_of(json.dumps(document.node, sort_keys=True))
    )
    return Checked(asked.draft, program.name, head.current if head else None, findings, pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishAsked:
    """The file to publish, why, and the published version that it was held against: 0 if there was none."""

    draft: Draft
    reason: Reason
    after: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


def _publish(services: Services, who: Principal, asked: PublishAsked) -> Done | Refused:
    document = read_yaml(asked.draft.encode())
    if not isinstance(document, YamlDocument):
        return Refused(f"It was not published: line {document.place.line}: {document.message}", "draft")
    published = services.publish(document.node, who.actor, asked.reason, asked.after)
    if not isinstance(published, Published):
        said = "; ".join(f"{finding.place}: {finding.message}" for finding in published)
        return Refused(f"It was not published: {said}", "draft")
    told = f"Version {published.number} of {published.program} is published."
    if not published.new:
        told = f"It says what version {published.number} says already; nothing was published."
    return Done(told, href("programs", published.program))


OPERATIONS: Final = (
    read(
        "programs.list", "/programs", "All published programs.", Listing, Programs, _programs,
        page="programs/list.html", title="Programs", table=_table,
    ),
    read(
        "programs.one", "/programs/{program}", "One program, with two of its versions side by side.", ProgramAsked,
        OneProgram, _program, page="programs/one.html", title=lambda found: found.name, table=_versions_table,
    ),
    act(
        "programs.check", "/programs/drafts/check", "What the check finds in a draft, and what it changes.", DraftAsked,
        _check, role=Role.FINANCE, title="Draft", result=Checked, page="programs/draft.html",
    ),
    act(
        "programs.publish", "/programs/drafts/publish", "Publish a program file as the newest version.", PublishAsked,
        _publish, role=Role.ADMIN, title="Publish the program",
    ),
)  # fmt: skip
