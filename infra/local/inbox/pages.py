"""The inbox's pages: a list, one mail, and the list as JSON."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.inbox.mailbox import Mailbox

_HERE: Final = Path(__file__).parent
_PAGE_POLICY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
# A mail's own HTML: inline styles are how mails are made; no script runs, nothing is fetched, no link leads away.
_MAIL_POLICY: Final = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def inbox_app(mailbox: Mailbox) -> Starlette:
    """The web application over a mailbox."""
    pages = _Pages(mailbox)
    return Starlette(
        routes=[
            Route("/", pages.mails),
            Route("/mails", pages.clear, methods=["DELETE"]),
            Route("/mails.json", pages.mails_json),
            Route("/mails/{mail_id}", pages.mail),
            Route("/mails/{mail_id}/html", pages.mail_html),
            Route("/style.css", _style),
        ],
        # A foreign site whose name is pointed at this machine must not read anybody's mail.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


class _Pages:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def mails(self, _request: Request) -> Response:
        return self._page("mails.html", {"mails": self._mailbox.all()})

    def mail(self, request: Request) -> Response:
        mail = self._mailbox.get(request.path_params["mail_id"])
        if mail is None:
            return self._page("missing.html", {}, status_code=404)
        return self._page("mail.html", {"mail": mail})

    def mail_html(self, request: Request) -> Response:
        mail = self._mailbox.get(request.path_params["mail_id"])
        if mail is None or mail.html is None:
            return self._page("missing.html", {}, status_code=404)
        return HTMLResponse(mail.html, headers=_MAIL_POLICY)

    def mails_json(self, _request: Request) -> Response:
        rows = [
            {"id": mail.id, "to": mail.to, "subject": mail.subject, "date": mail.date.isoformat(), "text": mail.text}
            for mail in self._mailbox.all()
        ]
        return JSONResponse(rows, headers={"Cache-Control": "no-store"})

    def clear(self, _request: Request) -> Response:
        return JSONResponse({"deleted": self._mailbox.clear()})

    def _page(self, template: str, context: Mapping[str, object], status_code: int = 200) -> Response:
        html = self._templates.get_template(template).render(context)
        return HTMLResponse(html, status_code=status_code, headers=_PAGE_POLICY)


def _style(_request: Request) -> Response:
    return Response((_HERE / "style.css").read_bytes(), media_type="text/css")
