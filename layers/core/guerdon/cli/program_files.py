"""Program files as commands read them: what stands in one, what is wrong with it, and lines that say so."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guerdon.adapters.yaml_document import BYTES_MOST, Place, YamlDocument, YamlProblem, read_yaml
from guerdon.cli.endings import Ending, stop
from guerdon.cli.program_check import provider_findings
from guerdon.cli.stack import World
from guerdon.domain.document import Finding, Severity
from guerdon.domain.grammar.checks import check_program, in_document
from guerdon.domain.grammar.program import read_program
from guerdon.domain.program import Program

LINES_MOST: Final = 200
"""How many findings of one file are written out; who mends these will check again."""


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """A program file, as far as it can be read.

    Attributes:
        program: None if the file is not right.
        found: Everything that is wrong with it, each with its place, in the file's order.
    """

    file: Path
    document: YamlDocument | None
    program: Program | None
    found: tuple[tuple[Place, Finding], ...]

    @property
    def errors(self) -> int:
        """How many findings keep the file from being published."""
        return sum(finding.severity is Severity.ERROR for _, finding in self.found)

    @property
    def warnings(self) -> int:
        """How many findings do not."""
        return len(self.found) - self.errors

    @property
    def lines(self) -> list[str]:
        """The findings as lines that an editor can jump to: "file:line:column: error: place: message [code]"."""
        said = [line_of(self.file, place, finding) for place, finding in self.found[:LINES_MOST]]
        more = len(self.found) - len(said)
        return [*said, f"{self.file}: and {more:,} findings more"] if more else said


def line_of(file: Path, place: Place, finding: Finding) -> str:
    """One finding as a line that an editor can jump to."""
    where = f"{finding.place}: " if finding.path else ""
    return f"{file}:{place.line}:{place.column}: {finding.severity}: {where}{finding.message} [{finding.code}]"


def located(document: YamlDocument, findings: Iterable[Finding]) -> tuple[tuple[Place, Finding], ...]:
    """Findings with their places, in the file's order."""
    placed = ((document.place_of(finding.path), finding) for finding in findings)
    return tuple(sorted(placed, key=lambda entry: (entry[0].line, entry[0].column)))


def open_program(file: Path, world: World | None = None) -> ProgramFile:
    """Read and check a program file; with a world, also whether its providers can carry what it promises."""
    read = read_yaml(_content(file))
    if isinstance(read, YamlProblem):
        return ProgramFile(file, None, None, ((read.place, Finding((), read.message, "yaml")),))
    program, findings = read_program(read.node)
    if program is not None:
        findings = check_program(program, read.node)
        if world is not None:
            carried = provider_findings(program, world.capabilities)
            findings = (*findings, *(in_document(finding, read.node) for finding in carried))
    wrong = any(finding.severity is Severity.ERROR for finding in findings)
    return ProgramFile(file, read, None if wrong else program, located(read, findings))


def _content(file: Path) -> bytes:
    """The file's bytes; of one that is too long no more than shows that it is."""
    try:
        with file.open("rb") as opened:
            return opened.read(BYTES_MOST + 1)
    except OSError as error:
        stop(Ending.USAGE, f"error: {file} cannot be read: {error.strerror}")
