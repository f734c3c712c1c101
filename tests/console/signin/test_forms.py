"""A form is taken from our own page, from the session that it belongs to, and from nobody else."""

from datetime import timedelta

import pytest

from console.browser import ORIGIN, SESSION, Browser, Place
from console.runner import services_of
from fakes.identity import SIGN_IN
from guerdon.console.app import Console
from guerdon.console.http import FORM, Request
from guerdon.console.operations import Done, Nothing, act
from guerdon.console.signin.principal import Role
from memory_stack import MemoryStack

DOES = "/console/samples/does"


@pytest.fixture
def done(place: Place) -> list[str]:
    """What was done, by whom; the console has an operation that does it."""
    log: list[str] = []

    def do(_services: object, who: object, _asked: object) -> Done:
        log.append(getattr(who, "actor", ""))
        return Done("It is done.", "/console/samples")

    operation = act("samples.does", "/samples/does", "Does it.", Nothing, do, role=Role.FINANCE, title="Do it")
    before = place.console
    place.console = Console(
        services_of(MemoryStack()), before.gate, (*before.operations, operation), sign_in_origin=SIGN_IN
    )
    return log


def test_a_form_of_ours_is_taken_and_its_message_said_once(browser: Browser, done: list[str]) -> None:
    browser.sign_in()

    answer = browser.post(DOES, {"csrf": browser.token()})

    assert (answer.status, answer.headers["location"]) == (303, "/console/samples")
    assert done == ["console:pat@guerdon.example"]
    assert "It is done." in browser.get("/console/samples").body.decode()
    assert "It is done." not in browser.get("/console/samples").body.decode()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://console.example", f"{ORIGIN}.evil", None]
)
def test_a_form_from_elsewhere_changes_nothing(browser: Browser, done: list[str], origin: str | None) -> None:
    browser.sign_in()

    assert browser.post(DOES, {"csrf": browser.token()}, origin=origin).status == 403
    assert done == []


def test_a_browser_that_says_only_that_it_was_our_own_page_is_believed(browser: Browser, done: list[str]) -> None:
    browser.sign_in()
    body, cookie = f"csrf={browser.token()}".encode(), f"{SESSION}={browser.cookies[SESSION]}"

    for site, status in (("same-origin", 303), ("same-site", 403), ("cross-site", 403), ("none", 403)):
        headers = {"content-type": FORM, "cookie": cookie, "sec-fetch-site": site}
        assert browser.place.console(Request("POST", DOES, "", headers, body)).status == status
    assert len(done) == 1


def test_a_form_without_the_token_changes_nothing(browser: Browser, done: list[str]) -> None:
    browser.sign_in()

    assert browser.post(DOES, {}).status == 403
    assert browser.post(DOES, {"csrf": "é"}).status == 403
    assert done == []


def test_a_form_with_the_token_of_another_session_changes_nothing(browser: Browser, done: list[str]) -> None:
    other = browser.place.browser()
    other.sign_in()
    browser.sign_in()

    assert browser.post(DOES, {"csrf": other.token()}).status == 403
    assert done == []


def test_a_form_after_the_end_of_its_session_changes_nothing_and_says_so(browser: Browser, done: list[str]) -> None:
    browser.sign_in()
    token = browser.token()
    browser.place.clock.advance(timedelta(hours=1))

    answer = browser.post(DOES, {"csrf": token})

    assert answer.status == 401
    assert "nothing was changed" in answer.body.decode()
    assert done == []


def test_a_body_that_is_no_form_is_not_read(browser: Browser, done: list[str]) -> None:
    browser.sign_in()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x", ""):
        headers = {"cookie": cookie, "origin": ORIGIN, "content-type": kind}
        assert browser.place.console(Request("POST", DOES, "", headers, b"csrf=x")).status == 415
    assert done == []


def test_the_api_does_nothing_for_a_session(browser: Browser, done: list[str]) -> None:
    browser.sign_in()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"cookie": cookie, "origin": ORIGIN, "content-type": "application/json"}

    answer = browser.place.console(Request("POST", "/console/api/samples/does", "", headers, b"{}"))

    assert answer.status == 401
    assert done == []


def test_the_api_does_it_for_a_token_and_reads_for_both(browser: Browser, done: list[str]) -> None:
    headers = {"authorization": f"Bearer {browser.place.identity.token()}", "content-type": "application/json"}

    assert browser.place.console(Request("POST", "/console/api/samples/does", "", headers, b"{}")).status == 200
    assert done == ["console:pat@guerdon.example"]
    assert browser.get("/console/api/samples").status == 401
    browser.sign_in()
    assert browser.get("/console/api/samples").status == 200


def test_a_token_of_somebody_in_no_group_may_read_nothing(browser: Browser) -> None:
    browser.place.identity.person["cognito:groups"] = []
    token = browser.place.identity.token()

    assert browser.get("/console/api/samples", {"authorization": f"Bearer {token}"}).status == 403
