"""The pages: an operation's page, its table as a CSV file, and what becomes of a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from http import HTTPStatus
from typing import Any, Final

from guerdon.application.review.services import Services
from guerdon.console import flashes
from guerdon.console.csv_file import csv_of
from guerdon.console.gate import Gate, Visitor
from guerdon.console.http import FORM, Request, Response, download, html, problem, see_other
from guerdon.console.operations import API, BASE, Done, Download, Form, NotFound, Operation, Refused
from guerdon.console.parameters import from_form, needed
from guerdon.console.rendering import Page, rendered
from guerdon.console.routes import Found, find
from guerdon.console.tables import Row, Table

CSV_ROWS_MOST: Final = 5_000
"""Rows of a CSV file: what fits into the time and the six megabytes that an answer of Lambda may take."""

_CSV: Final = ".csv"
_READS: Final = frozenset({"GET", "HEAD"})
_ONWARD: Final = ("Back to the overview", BASE)


@dataclass(frozen=True, slots=True)
class _Asking:
    """A request, and who makes it."""

    request: Request
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class PageAnswers:
    """Answers people."""

    services: Services
    gate: Gate
    operations: Sequence[Operation]
    _by_name: Mapping[str, Operation] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {each.name: each for each in self.operations})

    def __call__(self, request: Request, path: str) -> Response:
        """The answer to a request for a path below /console."""
        if request.method == "POST":
            return self._form(request, path)
        visitor = self.gate.of_page(request)
        if isinstance(visitor, Response):
            return visitor
        asking = _Asking(request, visitor)
        if not path and request.method in _READS:
            return see_other(next(item.href for item in self._frame(asking).nav))
        found = self._found(asking, "GET" if request.method in _READS else request.method, path)
        if isinstance(found, Response):
            return found
        asked = from_form(found.operation, found.in_path, request.query_fields)
        if path.endswith(_CSV) and found.operation.table is not None:
            return self._csv(asking, found.operation, asked)
        result = asked if isinstance(asked, Refused) else self._run(asking, found.operation, asked)
        return self._shown(asking, found.operation, asked, result).with_cookies(*flashes.over(request))

    def _run(self, asking: _Asking, operation: Operation, asked: Any) -> Any:  # noqa: ANN401 - the operation's own
        return operation.run(self.services, asking.visitor.who, asked)

    def _found(self, asking: _Asking, method: str, path: str) -> Found | Response:
        """The operation, if the person may; a path that ends in .csv means the table of the one without."""
        found = find(self.operations, method, path)
        if method == "GET" and path.endswith(_CSV):
            listed = find(self.operations, method, path.removesuffix(_CSV))
            if isinstance(listed, Found) and listed.operation.table is not None:
                found = listed
        if not isinstance(found, Found):
            return self._nowhere(asking) if method == "GET" or not found else self._not_so(asking, found)
        role = asking.visitor.who.role
        if role.may(found.operation.role):
            return found
        told = (
            f"This needs the role {found.operation.role}, and yours is {role}. Nothing was changed. Ask whoever "
            "manages sign-in at your company to add you to that group."
        )
        return self._message(asking, HTTPStatus.FORBIDDEN, "Your role does not allow this", told)

    # --- forms --------------------------------------------------------------------------------------------------------

    def _form(self, request: Request, path: str) -> Response:
        if request.content_type != FORM:
            told = f"send a form as {FORM}; JSON goes to {API}"
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_a_form", told)
        sent = request.form_fields
        csrf = next((value for name, value in sent if name == "csrf"), "")
        visitor = self.gate.of_form(request, csrf)
        if isinstance(visitor, Response):
            return visitor
        asking = _Asking(request, visitor)
        found = self._found(asking, "POST", path)
        if isinstance(found, Response):
            return found
        return self._taken(asking, found, [(name, value) for name, value in sent if name != "csrf"])

    def _taken(self, asking: _Asking, found: Found, typed: Sequence[tuple[str, str]]) -> Response:
        asked = from_form(found.operation, found.in_path, typed)
        wrong = isinstance(asked, Refused)
        result = asked if wrong else self._run(asking, found.operation, asked)
        if isinstance(result, Refused):
            status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.CONFLICT
            return self._refused(asking, found, result, dict(typed), status)
        if isinstance(result, Done):
            return see_other(result.href).with_cookies(flashes.of(result.message))
        return self._shown(asking, found.operation, asked, result)

    def _refused(
        self, asking: _Asking, found: Found, refused: Refused, typed: Mapping[str, str], status: int
    ) -> Response:
        """The page that the form was on, with what was typed; or the form alone."""
        operation = found.operation
        form = Form(operation.name, refused.message, refused.field, typed)
        page = None if operation.form_on is None else self._page_of_form(asking, found, form, status)
        if page is not None:
            return page
        required = needed(operation)
        inputs = [each.name for each in fields(operation.params) if each.name not in found.in_path]
        frame = self._frame(asking, operation.nav, operation.title_of(None))
        content = {"form": form, "fields": [(name, name in required) for name in inputs], "action": asking.request.path}
        return html(rendered("form.html", page=frame, **content), status)

    def _page_of_form(self, asking: _Asking, found: Found, form: Form, status: int) -> Response | None:
        """The page that the form was on; None if it cannot be made of the form's own address."""
        on = self._by_name[found.operation.form_on or ""]
        parts = [part[1:-1] for part in on.path.split("/") if part.startswith("{")]
        asked = from_form(on, {name: found.in_path[name] for name in parts if name in found.in_path}, ())
        if isinstance(asked, Refused):
            return None
        frame = self._frame(asking)
        address = frame.href(on.name, **{name: found.in_path[name] for name in parts})
        there = _Asking(replace(asking.request, path=address, query=""), asking.visitor)
        return self._shown(there, on, asked, self._run(there, on, asked), form, status)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _shown(  # noqa: PLR0913, PLR0917 - each is another part of one page
        self,
        asking: _Asking,
        operation: Operation,
        asked: object,
        result: Any,  # noqa: ANN401 - the operation's own
        form: Form | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        if isinstance(result, NotFound | Refused):
            return self._not_shown(asking, result)
        if isinstance(result, Download):
            return download(result.name, result.media_type, result.content)
        if not operation.page:
            return self._nowhere(asking)
        table = None if operation.table is None else _sorted(operation.table(result), asked)
        if isinstance(table, Refused):
            return self._not_shown(asking, table)
        page = self._frame(asking, operation.nav, operation.title_of(result), table)
        content = {"result": result, "table": table, "form": form, "operation": operation}
        return html(rendered(operation.page, page=page, **content), status)

    def _csv(self, asking: _Asking, operation: Operation, asked: Any) -> Response:  # noqa: ANN401 - the operation's own
        """Every row that the page and the pages after it show."""
        rows: list[Row] = []
        while True:
            result = asked if isinstance(asked, Refused) else self._run(asking, operation, asked)
            if isinstance(result, NotFound | Refused) or operation.table is None:
                return self._not_shown(asking, result)
            table = operation.table(result)
            rows += table.rows
            if table.next_cursor is None:
                break
            if len(rows) >= CSV_ROWS_MOST:
                told = f"These are more than {CSV_ROWS_MOST:,} rows, too many for one file: narrow the list down first."
                return self._message(asking, HTTPStatus.BAD_REQUEST, "There are too many rows", told)
            asked = replace(asked, cursor=table.next_cursor)
        whole = _sorted(replace(table, rows=tuple(rows)), asked)
        if isinstance(whole, Refused):
            return self._not_shown(asking, whole)
        return download(f"{table.name}.csv", "text/csv; charset=utf-8", csv_of(whole.columns, whole.rows))

    def _not_shown(self, asking: _Asking, result: NotFound | Refused) -> Response:
        if isinstance(result, NotFound):
            return self._message(asking, HTTPStatus.NOT_FOUND, "There is no such thing", result.message)
        return self._message(asking, HTTPStatus.BAD_REQUEST, "This address does not work", result.message)

    def _not_so(self, asking: _Asking, methods: frozenset[str]) -> Response:
        told = "Go back and use the page's own form."
        refused = self._message(asking, HTTPStatus.METHOD_NOT_ALLOWED, "That cannot be done here", told)
        return refused.with_headers({"allow": ", ".join(sorted(methods))})

    def _nowhere(self, asking: _Asking) -> Response:
        told = "The address may be old, or mistyped."
        return self._message(asking, HTTPStatus.NOT_FOUND, "There is no such page", told)

    def _message(self, asking: _Asking, status: int, title: str, message: str) -> Response:
        frame = self._frame(asking, title=title)
        return html(rendered("message.html", page=frame, message=message, onward=_ONWARD), status)

    def _frame(self, asking: _Asking, section: str = "", title: str = "", table: Table | None = None) -> Page:
        return Page(
            title=title,
            path=asking.request.path.rstrip("/"),
            query={name: value for name, value in asking.request.query_fields if value},
            who=asking.visitor.who,
            csrf=asking.visitor.csrf,
            flash=flashes.said(asking.request),
            section=section,
            operations=self._by_name,
            table=table,
        )


def _sorted(table: Table, asked: object) -> Table | Refused:
    """The table as the address wants it sorted."""
    sort: str | None = getattr(asked, "sort", None)
    if sort is None:
        # The page takes no such parameter, so its headings must not lead to it.
        return replace(table, columns=tuple(replace(column, sorts=False) for column in table.columns))
    if not sort:
        return table
    if not table.may_sort(sort):
        names = ", ".join(column.name for column in table.columns if column.sorts)
        return Refused(f"it cannot be sorted by {sort[:60]!r}: choose one of {names}", "sort")
    return table.sorted_by(sort)
