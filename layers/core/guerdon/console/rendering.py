"""Pages from templates: what every template is given, and how its addresses are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from guerdon.adapters.report.month_page import actor_words
from guerdon.console.assets import STYLE
from guerdon.console.http import Response, html, segment
from guerdon.console.operations import BASE, Operation
from guerdon.console.registry import NAV
from guerdon.console.signin.principal import Principal
from guerdon.console.tables import Column, Table
from guerdon.domain.ledger_words import account_words

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def sealed_through(hour: str) -> str:
    """The last minute of an hour, such as "2026-11-22 14:59 UTC" of "2026-11-22T14"."""
    return f"{hour.replace('T', ' ')}:59 UTC"


_TEMPLATES.filters |= {"sealed_through": sealed_through, "person": actor_words, "account_words": account_words}


def rendered(template: str, **content: object) -> str:
    """The page as HTML; a name that the template uses and nobody gave is an error, never an empty spot."""
    return _TEMPLATES.get_template(template).render(content)


@dataclass(frozen=True, slots=True)
class NavItem:
    """A section of the menu."""

    title: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What every template is given as `page`.

    Attributes:
        path: Of this page, below the host.
        query: What the address asks, without what is empty.
        who: Who is signed in; None on a page before the sign-in.
        csrf: What a form sends in its hidden field `csrf`.
        flash: What just happened, said once; "" for nothing.
        style: The address of the style sheet.
    """

    title: str
    path: str
    query: Mapping[str, str]
    who: Principal | None
    csrf: str
    flash: str
    section: str
    operations: Mapping[str, Operation]
    table: Table | None = None
    style: str = STYLE

    @property
    def nav(self) -> tuple[NavItem, ...]:
        """The sections that have a page."""
        there = {each.path for each in self.operations.values() if each.method == "GET" and each.page}
        return tuple(
            NavItem(title, f"{BASE}/{section}", section == self.section)
            for section, title in NAV
            if f"/{section}" in there and self.who is not None
        )

    def href(self, name: str, **values: object) -> str:
        """The address of an operation: what its path names goes there, the rest is asked; None and "" are left out."""
        left = {key: str(value) for key, value in values.items() if value is not None and value != ""}
        path = "/".join(
            segment(left.pop(part[1:-1])) if part.startswith("{") else part
            for part in self.operations[name].path.strip("/").split("/")
        )
        return f"{BASE}/{path}" + (f"?{urlencode(left)}" if left else "")

    def may(self, name: str) -> bool:
        """Whether the person may do that."""
        return self.who is not None and self.who.role.may(self.operations[name].role)

    @property
    def csv(self) -> str | None:
        """The address of the table's CSV file; None if there is no table."""
        return None if self.table is None else self._again(f"{self.path}.csv")

    @property
    def next(self) -> str | None:
        """The address of the next page of the table; None if there is none."""
        if self.table is None or self.table.next_cursor is None:
            return None
        return self._again(self.path, cursor=self.table.next_cursor)

    @property
    def first(self) -> str | None:
        """The address of the table's first page; None on it."""
        return self._again(self.path, cursor="") if self.query.get("cursor") else None

    def other_sort(self, column: Column) -> str:
        """The address of this page, sorted by that column, or the other way round if it is already."""
        now = "" if self.table is None else self.table.sort
        return self._again(self.path, sort=f"-{column.name}" if now == column.name else column.name)

    def _again(self, path: str, **other: str) -> str:
        asked = {name: value for name, value in {**self.query, **other}.items() if value}
        return f"{path}?{urlencode(asked)}" if asked else path


def plain_page(title: str, message: str, onward: tuple[str, str] | None, status: int = 200) -> Response:
    """A page of one paragraph for somebody who is not signed in.

    `onward` is the words and the address of a link that leads on.
    """
    page = Page(title, BASE, {}, who=None, csrf="", flash="", section="", operations={})
    return html(rendered("message.html", page=page, message=message, onward=onward), status)
