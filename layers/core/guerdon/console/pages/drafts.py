"""A draft on the deals that its program was told of: what the published version costs, and what the draft would."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.application.review.draft_history import LeftOut
from guerdon.application.review.services import Services
from guerdon.application.review.simulate_draft import Compared, Versus, compare
from guerdon.console.operations import act, href
from guerdon.console.pages.programs import Draft, FindingSaid, findings_said
from guerdon.console.plots import draft_plot
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Cell, Column, Kind, Table, money, number, text
from guerdon.domain.document import Severity
from guerdon.domain.grammar.program import read_program
from guerdon.domain.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulateAsked:
    """A program file that is not published, and the deals to hold it against.

    Attributes:
        since: The day, in UTC, before which no stored event is read; as many as can be if left out.
        any_date: Whether deals from before a version starts and after it ends are taken too.
    """

    draft: Draft
    since: dt.date | None = None
    any_date: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """The deals that a draft was held against.

    Attributes:
        events: How many stored events were read.
        since: When the oldest of them came.
        until: When the newest came.
        more: Whether older ones were left unread, since they are too many for one page.
    """

    events: int
    since: dt.datetime | None
    until: dt.datetime | None
    more: bool
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a draft would have cost.

    Attributes:
        program: Its name; "" if it cannot be read.
        current: The published version that it was held against; None if there is none.
        to_do: Why there is nothing to show, and what to do; "" when there is.
    """

    draft: str
    program: str
    current: int | None
    asked_since: dt.date | None
    any_date: bool
    findings: tuple[FindingSaid, ...]
    history: Drawn | None = None
    compared: Compared | None = None
    to_do: str = ""

    @property
    def plot(self) -> Markup:
        """Cost by month; "" when there is none."""
        return draft_plot(self.compared.months) if self.compared and self.compared.months else Markup()

    @property
    def months(self) -> Table:
        """Cost by month, and in all."""
        found = self.compared
        lines = found.months if found else ()
        return _table("draft-months", "Month", lines, found.total if found else None)

    @property
    def rules(self) -> Table:
        """Cost by rule, and in all."""
        found = self.compared
        return _table("draft-rules", "Rule", found.rules if found else (), found.total if found else None)

    @property
    def gainers(self) -> Table:
        """Who gains most."""
        return _people("draft-gainers", self.compared.gainers if self.compared else ())

    @property
    def losers(self) -> Table:
        """Who loses most."""
        return _people("draft-losers", self.compared.losers if self.compared else ())

    @property
    def attention(self) -> Table:
        """What a person would have to look at by the draft."""
        columns = (Column("why", "Why", sorts=False), Column("deals", "Deals", Kind.NUMBER, sorts=False))
        found = self.compared.attention if self.compared else ()
        return Table("draft-attention", columns, tuple((text(each.why), number(each.deals)) for each in found))

    @property
    def waits(self) -> Table:
        """What would have waited for a person by the draft."""
        columns = (
            Column("what", "What", sorts=False),
            Column("many", "How many", Kind.NUMBER, sorts=False),
            Column("worth", "Worth", Kind.MONEY, sorts=False),
        )
        lines = self.compared.waits if self.compared else ()
        cells = tuple(
            (text(each.what), text("") if each.many is None else number(each.many), money(each.worth)) for each in lines
        )
        return Table("draft-waits", columns, cells)


def _simulate(services: Services, _who: Principal, asked: SimulateAsked) -> Simulated:
    document = read_yaml(asked.draft.encode())
    if not isinstance(document, YamlDocument):
        problem = FindingSaid("the file", document.place.line, document.message, Severity.ERROR.value)
        return Simulated(asked.draft, "", None, asked.since, asked.any_date, (problem,))
    findings = findings_said(document.node, document)
    program, _ = read_program(document.node)
    name = program.name if program else ""
    if program is None or any(each.severity == Severity.ERROR.value for each in findings):
        return Simulated(asked.draft, name, None, asked.since, asked.any_date, findings)
    current, published = _published(services, name)
    told = f"{name} is not published yet" if published is None else _not_comparable(published, program)
    if published is None or told:
        to_do = (
            f"{told}, so there is nothing to hold the draft against. guerdon simulate replays it on a file of deals; "
            "docs/simulate.md says what stands in one."
        )
        return Simulated(asked.draft, name, current, asked.since, asked.any_date, findings, to_do=to_do)
    history = services.draft_history(name, asked.since)
    drawn = Drawn(history.events, history.since, history.until, history.more, history.left_out)
    if not history.rows:
        when = f" since {asked.since}" if asked.since else ""
        to_do = (
            f"No deal of {name} is stored{when}. Have the CRM send its deals, or choose an earlier day; until then "
            "guerdon simulate replays a draft on a file of deals, and guerdon generate invents one."
        )
        return Simulated(asked.draft, name, current, asked.since, asked.any_date, findings, drawn, to_do=to_do)
    compared = compare(published, program, history, any_date=asked.any_date)
    return Simulated(asked.draft, name, current, asked.since, asked.any_date, findings, drawn, compared)


def _published(services: Services, name: str) -> tuple[int | None, Program | None]:
    head = services.store.program_head(name)
    version = services.store.program_version(name, head.current) if head else None
    if version is None:
        return None, None
    program, _ = read_program(json.loads(version.document))
    return version.number, program


def _not_comparable(published: Program, draft: Program) -> str:
    if published.currency == draft.currency:
        return ""
    return f"The draft is in {draft.currency} and the published version in {published.currency}"


def _table(name: str, title: str, lines: Sequence[Versus], total: Versus | None) -> Table:
    cells = [(text(line.what), *_amounts(line)) for line in lines]
    totals = (text("Total"), *_amounts(total)) if total else None
    return Table(name, _columns(title), tuple(cells), totals=totals)


def _people(name: str, lines: Sequence[Versus]) -> Table:
    cells = [(text(line.what, href("advocates", line.what)), *_amounts(line)) for line in lines]
    return Table(name, _columns("Advocate"), tuple(cells), empty="Nobody.")


def _columns(title: str) -> tuple[Column, ...]:
    return (
        Column("what", title, sorts=False),
        Column("published", "Published", Kind.MONEY, sorts=False),
        Column("draft", "Draft", Kind.MONEY, sorts=False),
        Column("difference", "Difference", Kind.MONEY, sorts=False),
    )


def _amounts(line: Versus) -> tuple[Cell, Cell, Cell]:
    return money(line.published), money(line.draft), money(line.difference)


OPERATIONS: Final = (
    act(
        "programs.simulate", "/programs/drafts/simulate", "What a draft would have cost on the deals that are stored.",
        SimulateAsked, _simulate, role=Role.FINANCE, title="Draft on stored deals", result=Simulated,
        page="programs/simulated.html",
    ),
)  # fmt: skip
