"""An operation of the console, declared once.

From one declaration come the page, the JSON API, the CSV file of its table, and its part of the OpenAPI document:

    @dataclass(frozen=True, slots=True, kw_only=True)
    class PayoutsAsked(Listing):            # A list's parameters have `sort` and `cursor` by this.
        status: PayoutStatus | None = None  # ?status=settled; an empty field is one that was left out.

    @dataclass(frozen=True, slots=True)
    class Payouts:                          # What the JSON API answers, and what the template gets as `result`.
        payouts: tuple[PayoutLine, ...]
        next_cursor: str | None

    def list_payouts(services: Services, who: Principal, asked: PayoutsAsked) -> Payouts: ...
    def payouts_table(found: Payouts) -> Table: ...

    PAYOUTS = read(
        "payouts.list", "/payouts", "Payouts, newest first.", PayoutsAsked, Payouts, list_payouts,
        page="payouts/list.html", title="Payouts", table=payouts_table,
    )

is GET /console/payouts, /console/payouts.csv and /console/api/payouts. A path's `{payout_id}` is the field of that
name. The query, form or JSON body gives the other fields; msgspec reads them, so `Annotated[str, msgspec.Meta(...)]`
bounds them. `run` returns what it found, or `NotFound("There is no payout …")`.

    RELEASE = act(
        "payouts.release", "/payouts/{payout_id}/release", "Release a payout again.", ReleaseAsked, release,
        role=Role.FINANCE, title="Release the payout again", form_on="payouts.one",
    )

is POST, by a form (with `page.csrf` in the hidden field `csrf`) or by JSON with a bearer token. `run` returns
`Done("It is released.", href("payouts", payout_id))`, which a form follows with that message on top of the page, or
`Refused("it is paid already", field="reason")`, which shows the page named by `form_on` again, with those words and
what was typed (`form`, a `Form`); without `form_on` a page with just that form. A POST that only calculates is declared
with `act(..., result=Simulated, page="programs/simulated.html")`, and its `run` returns that.

A module of pages ends with `OPERATIONS: Final = (PAYOUTS, RELEASE, ...)` and stands in `registry`. A template extends
"layout.html" and gets:

    result, table (sorted, or None), form (or None), operation,
    page.title, .path, .query (a dict), .who (a Principal), .csrf, .flash, .nav, .style, .csv, .next, .first,
    page.other_sort(column)    the address of this page sorted by that column, or the other way round,
    page.href(name, **fields)  the address of another operation,
    page.may(name)             whether this person may do it: leave the button out if not.

Templates link by `page.href("payouts.one", payout_id=…)`; cells of tables, made in Python, by
`href("payouts", payout_id)`.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Literal
from urllib.parse import urlencode

from guerdon.application.review.services import Services
from guerdon.console.http import segment
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Table

BASE: Final = "/console"
API: Final = "/console/api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """Parameters of an operation that takes none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The parameters of every list.

    Attributes:
        sort: The column to sort by, with "-" before it for the greatest first.
        cursor: Where to go on, as the page before said.
    """

    sort: str = ""
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """It is done.

    Attributes:
        message: What happened, as one sentence.
        href: The page that shows it.
    """

    message: str
    href: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done, and nothing was changed.

    Attributes:
        message: What is wrong and what to do.
        field: The parameter at fault, if it is one.
    """

    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no such thing; `message` says which, and where to look."""

    message: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be saved, in place of a page; its JSON is the file too."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was refused, to be shown again.

    Attributes:
        operation: The name of the operation that it was for.
        message: Why it was refused.
        field: The field at fault, if it is one.
        values: What was typed.
    """

    operation: str
    message: str
    field: str | None
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be read or done. Make it with `read` or `act`.

    Attributes:
        name: Its id in the OpenAPI document: "payouts.list".
        path: Below /console, with parameters in braces.
        summary: One sentence, for the OpenAPI document.
        params: The dataclass of its parameters.
        result: What the JSON API answers.
        run: Does it. Its type is loose since each has its own parameters; a test holds it to them.
        page: The template of its page; "" for none: then only the JSON API has it.
        title: The page's title, or how to make it of the result.
        table: The table of the result.
        role: The least role that may.
        nav: The section that it belongs to; the first segment of its path, if not said otherwise.
        form_on: The reading operation whose page has the form; it takes the parameters of this one's path.
    """

    name: str
    path: str
    summary: str
    params: type[Any]
    result: type[Any]
    run: Callable[[Services, Principal, Any], Any]
    _: KW_ONLY
    page: str = ""
    title: str | Callable[[Any], str] = ""
    table: Callable[[Any], Table] | None = None
    role: Role = Role.VIEWER
    nav: str = ""
    form_on: str | None = None
    method: Literal["GET", "POST"] = "GET"

    def __post_init__(self) -> None:
        object.__setattr__(self, "nav", self.nav or self.path.split("/")[1])

    def title_of(self, result: object) -> str:
        """The title of the page that shows `result`."""
        return self.title if isinstance(self.title, str) else self.title(result)


read: Final = Operation
"""An operation that reads and changes nothing."""


def act(  # noqa: PLR0913 - a declaration names each of its parts, most of them by keyword
    name: str,
    path: str,
    summary: str,
    params: type[Any],
    run: Callable[[Services, Principal, Any], Any],
    /,
    *,
    role: Role,
    title: str,
    form_on: str | None = None,
    result: type[Any] = Done,
    page: str = "",
) -> Operation:
    """An operation that does something, or is asked with more than an address can hold."""
    return Operation(
        name, path, summary, params, result, run, page=page, title=title, role=role, form_on=form_on, method="POST"
    )


def href(*segments: str, **query: str | None) -> str:
    """The address of a page: `href("payouts", "po_1")`, `href("payouts", status="settled")`; None is left out."""
    path = "/".join((BASE, *(segment(each) for each in segments if each)))
    asked = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(asked)}" if asked else path
