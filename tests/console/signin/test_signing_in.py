"""A person signs in, and nobody does in their name."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.browser import ORIGIN, SESSION, UNDERWAY, Browser, Place
from fakes.identity import SIGN_IN
from guerdon.console.signin import flow

HOSTILE = (
    "https://evil.example/",
    "//evil.example/console",
    "/\\evil.example",
    "/console\\..\\evil",
    "/console@evil.example",
    "/consolex",
    "console",
    "/console/\nset-cookie: a=b",
    "/console/" + "a" * 2_000,
    "javascript:alert(1)",
    "/console/signin?then=/console",
    "",
)


def test_a_stranger_is_sent_to_the_sign_in_and_then_to_the_page_that_they_wanted(browser: Browser) -> None:
    sent = browser.get("/console/samples?most=3")
    assert (sent.status, sent.headers["location"]) == (303, "/console/signin?then=%2Fconsole%2Fsamples%3Fmost%3D3")

    back = browser.sign_in("/console/samples?most=3")

    assert (back.status, back.headers["location"]) == (303, "/console/samples?most=3")
    page = browser.get("/console/samples").body.decode()
    assert "pat@guerdon.example" in page
    assert "finance" in page


def test_the_provider_is_asked_with_pkce_a_state_and_a_nonce_that_are_new_each_time(browser: Browser) -> None:
    asked = [parse_qs(urlsplit(browser.get("/console/signin").headers["location"]).query) for _ in range(2)]

    assert asked[0]["redirect_uri"] == [f"{ORIGIN}/console/signin/callback"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_cookies_are_ours_alone_and_out_of_reach_of_scripts(browser: Browser) -> None:
    begun = browser.get("/console/signin")
    back = browser.come_back(browser.place.identity.sign_in_on(begun.headers["location"]))

    assert begun.cookies[0].startswith(f"{UNDERWAY}=")
    assert [cookie.partition("=")[0] for cookie in back.cookies] == [SESSION, UNDERWAY]
    for cookie in (*begun.cookies, *back.cookies):
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_the_table_does_not_know_what_the_browser_has(browser: Browser, place: Place) -> None:
    browser.sign_in()

    (session,) = place.sessions.kept.values()
    assert browser.cookies[SESSION] not in repr(session)
    assert len(session.digest) == 64


@pytest.mark.parametrize("address", HOSTILE)
def test_nobody_comes_out_of_a_sign_in_anywhere_but_in_the_console(browser: Browser, address: str) -> None:
    assert browser.sign_in(address).headers["location"] == "/console"


@given(st.text())
def test_an_address_is_local_whatever_it_says(address: str) -> None:
    found = flow.local(address)

    assert found == "/console" or found.startswith(("/console/", "/console?"))
    assert urlsplit(found).netloc == ""
    assert "\\" not in found


def test_a_sign_in_whose_cookie_was_changed_leads_nowhere_else_either(browser: Browser, place: Place) -> None:
    begun = browser.get("/console/signin")
    underway = flow.remembered(browser.cookies[UNDERWAY])
    assert underway is not None
    browser.cookies[UNDERWAY] = replace(underway, then="https://evil.example/\r\nset-cookie: a=b").kept

    back = browser.come_back(place.identity.sign_in_on(begun.headers["location"]))

    assert (back.status, back.headers["location"]) == (303, "/console")


def test_an_answer_without_the_sign_in_that_asked_for_it_is_refused(browser: Browser, place: Place) -> None:
    begun = place.browser().get("/console/signin")
    said = place.identity.sign_in_on(begun.headers["location"])

    # Somebody else's answer, put under a victim's fingers: they would work in an account that is not theirs.
    answer = browser.come_back(said)

    assert answer.status == 400
    assert SESSION not in browser.cookies
    assert place.sessions.kept == {}


def test_an_answer_with_another_state_is_refused(browser: Browser, place: Place) -> None:
    said = place.identity.sign_in_on(browser.get("/console/signin").headers["location"])

    assert browser.come_back({**said, "state": "another"}).status == 400
    assert place.sessions.kept == {}


def test_an_answer_is_good_once(browser: Browser, place: Place) -> None:
    said = place.identity.sign_in_on(browser.get("/console/signin").headers["location"])
    kept = dict(browser.cookies)
    assert browser.come_back(said).status == 303

    browser.cookies = kept

    assert browser.come_back(said).status == 400


def test_a_code_that_another_sign_in_asked_for_is_not_redeemed(browser: Browser, place: Place) -> None:
    theirs = place.identity.sign_in_on(place.browser().get("/console/signin").headers["location"])
    ours = place.identity.sign_in_on(browser.get("/console/signin").headers["location"])

    assert browser.come_back({"code": theirs["code"], "state": ours["state"]}).status == 400


def test_an_answer_that_says_why_not_leads_back_to_the_sign_in(browser: Browser) -> None:
    begun = browser.get("/console/signin")
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]

    answer = browser.come_back({"error": "access_denied", "state": state})

    assert answer.status == 400
    assert 'href="/console/signin"' in answer.body.decode()


@pytest.mark.parametrize("groups", [[], ["viewers"], "finance", None])
def test_somebody_in_no_group_is_told_whom_to_ask_and_gets_no_session(
    browser: Browser, place: Place, groups: object
) -> None:
    place.identity.person["cognito:groups"] = groups

    answer = browser.sign_in()

    assert answer.status == 403
    assert "Ask whoever manages sign-in" in answer.body.decode()
    assert SIGN_IN in answer.body.decode()
    assert place.sessions.kept == {}


def test_the_highest_group_counts(browser: Browser, place: Place) -> None:
    place.identity.person["cognito:groups"] = ["viewer", "admin", "finance", "others"]
    browser.sign_in()

    assert [session.role for session in place.sessions.kept.values()] == ["admin"]


def test_a_planted_session_id_is_worth_nothing_after_the_sign_in(browser: Browser, place: Place) -> None:
    browser.cookies[SESSION] = "planted"
    browser.sign_in()

    assert browser.cookies[SESSION] != "planted"
    planter = place.browser()
    planter.cookies[SESSION] = "planted"
    assert planter.get("/console/samples").status == 303


def test_a_new_sign_in_ends_the_session_before_it(browser: Browser, place: Place) -> None:
    browser.sign_in()
    before = browser.cookies[SESSION]
    browser.sign_in()

    assert len(place.sessions.kept) == 1
    browser.cookies[SESSION] = before
    assert browser.get("/console/samples").status == 303


def test_a_session_ends_after_half_an_hour_of_nothing(browser: Browser, place: Place) -> None:
    browser.sign_in()
    place.clock.advance(timedelta(minutes=29))
    assert browser.get("/console/samples").status == 200
    place.clock.advance(timedelta(minutes=29))
    assert browser.get("/console/samples").status == 200
    place.clock.advance(timedelta(minutes=30))

    assert browser.get("/console/samples").status == 303


def test_a_session_ends_after_eight_hours_of_work(browser: Browser, place: Place) -> None:
    browser.sign_in()
    for _ in range(8 * 60 // 20 - 1):
        place.clock.advance(timedelta(minutes=20))
        assert browser.get("/console/samples").status == 200
    place.clock.advance(timedelta(minutes=20))

    assert browser.get("/console/samples").status == 303


def test_a_page_a_second_costs_a_write_a_minute(browser: Browser, place: Place) -> None:
    browser.sign_in()
    before = place.sessions.writes
    for _ in range(60):
        place.clock.advance(timedelta(seconds=1))
        browser.get("/console/samples")

    assert place.sessions.writes - before == 1


def test_signing_out_ends_the_session_here_and_at_the_provider(browser: Browser) -> None:
    browser.sign_in()
    kept = dict(browser.cookies)

    answer = browser.post("/console/signout", {"csrf": browser.token()})

    assert answer.headers["location"].startswith(f"{SIGN_IN}/logout?")
    assert SESSION not in browser.cookies
    browser.cookies = kept
    assert browser.get("/console/samples").status == 303


def test_nobody_is_signed_out_by_a_link_or_by_another_site(browser: Browser) -> None:
    browser.sign_in()

    assert browser.get("/console/signout").status == 404
    assert browser.post("/console/signout", {"csrf": browser.token()}, origin="https://evil.example").status == 403
    assert browser.get("/console/samples").status == 200
