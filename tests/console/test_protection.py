"""Every answer tells the browser to let nothing of others into it."""

import re

import pytest

from console.browser import ORIGIN, Browser
from console.samples import sample_console
from fakes.identity import SIGN_IN
from guerdon.console.assets import STYLE
from guerdon.console.http import Request
from guerdon.console.signin.principal import Role
from memory_stack import MemoryStack

ADDRESSES = (
    "/console",
    "/console/samples",
    "/console/samples.csv",
    "/console/samples?sort=nonsense",
    "/console/nowhere",
    "/console/signin",
    "/console/signin/callback",
    "/console/signed-out",
    "/console/api/samples",
    "/console/api/nowhere",
    "/console/api/openapi.json",
    STYLE,
)


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_guarded(browser: Browser, address: str, *, signed_in: bool) -> None:
    if signed_in:
        browser.sign_in()

    headers = browser.get(address).headers

    policy = dict(part.partition(" ")[::2] for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "form-action": f"'self' {SIGN_IN}",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    kept = "public, max-age=31536000, immutable" if address == STYLE else "no-store"
    assert headers["cache-control"] == kept


def test_a_form_is_not_taken_for_a_page_that_was_posted_to_by_another_method(browser: Browser) -> None:
    browser.sign_in()

    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = browser.place.console(Request(method, "/console/samples", "", {"origin": ORIGIN}))
        assert answer.status >= 303
        assert answer.status != 500


def test_pages_have_no_script_no_inline_style_and_nothing_of_a_third_party(browser: Browser) -> None:
    browser.sign_in()

    for address in ("/console/samples", "/console/nowhere", "/console/signed-out"):
        page = browser.get(address).body.decode()
        assert "<script" not in page
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!guerdon-api)', page)


def test_what_somebody_typed_is_shown_as_text(browser: Browser) -> None:
    browser.sign_in()

    page = browser.get("/console/samples?channel=%3Cscript%3Ealert(1)%3C/script%3E").body.decode()

    assert "<script" not in page


def test_a_store_that_is_away_is_said_plainly(browser: Browser) -> None:
    browser.sign_in()
    stack = MemoryStack()
    console = sample_console(Role.VIEWER, stack)
    stack.store.be_busy(2)

    page, program = (console(Request("GET", f"/console{api}/samples")) for api in ("", "/api"))

    assert (page.status, program.status) == (503, 503)
    assert page.headers["retry-after"] == "5"
    assert b"look first whether it was carried out" in page.body
