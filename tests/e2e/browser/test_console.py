"""Finance reviews the books in a browser: signed in by the provider's pages, over what the demo and its year left."""

import csv
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

import pytest
import urllib3
from playwright.sync_api import Browser, Page, expect

from e2e.browser.chromium import LocalConsole
from e2e.browser.conftest import Enter
from e2e.live import LiveCloud
from guerdon.application.month_end.records import CloseState
from guerdon.application.reconciliation_records import ItemState
from guerdon.console.operations import BASE
from guerdon.console.registry import OPERATIONS
from guerdon.domain.months import month_before
from local.demo.expectations import EVENTS
from local.demo.history.month_ends import ENTITIES

pytestmark = [pytest.mark.local_cloud, pytest.mark.enable_socket]

_PARAMETER: Final = re.compile(r"\{[a-z_]+\}")


def deal_of(file: str) -> tuple[str, str]:
    """The deal and the advocate's email address of a sample event."""
    data = json.loads((EVENTS / file).read_text())["data"]
    return data["deal"]["id"], data["advocate"]["email"]


def csrf_of(page: Page) -> str:
    token = page.locator("input[name=csrf]").first.get_attribute("value")
    assert token
    return token


def ask(
    console: LocalConsole, method: str, path: str, cookies: str, form: Mapping[str, str] | None = None
) -> urllib3.BaseHTTPResponse:
    """What a program answers to that has a browser's cookies, at the address that the console's name stands for."""
    place = urlsplit(console.url)
    headers = {"Host": place.netloc, "Cookie": cookies, "Origin": console.url.removesuffix(BASE)}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    url = f"http://127.0.0.1:{place.port}{place.path}{path}"
    return urllib3.request(
        method, url, headers=headers, body=urlencode(form) if form else None, redirect=False, retries=False
    )


def test_nobody_sees_anything_before_they_sign_in(browser: Browser, console: LocalConsole) -> None:
    page = console.open(browser)
    page.goto(f"{console.url}/payouts")
    assert "/oauth2/authorize" in page.url
    assert page.locator("input[name=password]").count() == 1
    page.context.close()


def test_somebody_signs_in_and_out_and_the_session_is_over_then(enter: Enter, console: LocalConsole) -> None:
    page = enter("viewer")
    expect(page.locator("h1")).to_have_text("Overview")
    (session,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "__Host-guerdon-session"]
    assert (session["httpOnly"], session["secure"], session["sameSite"]) == (True, True, "Lax")

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    assert ask(console, "GET", "/payouts", f"{session['name']}={session['value']}").status == 303


def test_a_payout_is_found_by_the_email_address_of_its_advocate(enter: Enter, console: LocalConsole) -> None:
    deal, email = deal_of("05-gold-advocate.json")
    page = enter("viewer")
    page.goto(f"{console.url}/payouts")
    page.get_by_label("Find by email address").fill(email)
    page.get_by_role("button", name="Find").click()
    page.locator("main tbody a[href*='/payouts/po_']").first.click()
    expect(page.locator("main")).to_contain_text(deal)
    expect(page.locator("main")).to_contain_text("150.00 USD")


def test_an_amount_is_followed_to_what_it_is_made_of(enter: Enter) -> None:
    page = enter("viewer")
    page.locator("main a", has_text=re.compile(r"^[\d,]+\.\d\d USD$")).first.click()
    expect(page.locator("h1")).to_contain_text(re.compile("entr", re.IGNORECASE))
    page.locator("main tbody a[href*='/ledger/entries/']").first.click()
    expect(page.locator("main")).to_contain_text("Digest")
    page.locator("main a[href*='/payouts/po_']").first.click()
    expect(page.locator("h1")).to_contain_text(" to ")
    page.locator("main a[href*='/inbox/ev_']").first.click()
    expect(page.locator("main")).to_contain_text("deal")


def test_a_difference_is_resolved_once_somebody_says_why(enter: Enter, console: LocalConsole, cloud: LiveCloud) -> None:
    item = min(cloud.stack.store.open_items(), key=lambda item: item.item_id)
    page = enter("finance")
    page.goto(f"{console.url}/reconciliation/{item.item_id}")
    page.locator("main [name=reason]").fill("The provider corrected its statement.")
    page.locator("main form[action$='/resolve'] button").click()
    expect(page.locator("main")).to_contain_text("The provider corrected its statement.")
    stored = cloud.stack.store.reconciliation_item(item.item_id)
    assert stored is not None
    assert (stored.state, stored.resolved_by) == (ItemState.RESOLVED, "console:finance@guerdon.example")


def test_a_month_is_closed_by_two_people(enter: Enter, console: LocalConsole, cloud: LiveCloud) -> None:
    cloud.invoke("seal_ledger")
    month = month_before(f"{datetime.now(UTC):%Y-%m}")
    preparer = enter("finance")
    preparer.goto(f"{console.url}/months/{month}")
    preparer.locator("main").get_by_role("link", name=ENTITIES[0], exact=True).click()
    preparer.get_by_role("button", name="Prepare").click()
    expect(preparer.locator("main .badge-prepared")).to_have_text("prepared")
    expect(preparer.locator("main")).to_contain_text("You prepared it, so another person has to review it.")
    assert preparer.locator("main form[action$='/review']").count() == 0
    where = urlsplit(preparer.url).path.removeprefix(BASE)
    prepared = cloud.stack.store.month_close(ENTITIES[0], month)
    assert prepared is not None
    assert (prepared.state, prepared.prepared_by) == (CloseState.PREPARED, "console:finance@guerdon.example")

    # What a page does not offer is refused all the same.
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in preparer.context.cookies())
    form = {
        "csrf": csrf_of(preparer),
        "pack_sha256": prepared.pack_sha256,
        "reason": "I looked at my own work.",
    }
    assert ask(console, "POST", f"{where}/review", cookies, form).status == 409
    assert cloud.stack.store.month_close(ENTITIES[0], month) == prepared

    reviewer = enter("admin")
    reviewer.goto(f"{console.url}{where}")
    reviewer.locator("main form[action$='/review'] [name=reason]").fill("I compared the pack with the statements.")
    reviewer.get_by_role("button", name="Close the month").click()
    expect(reviewer.locator("main .badge-closed")).to_have_text("closed")
    closed = cloud.stack.store.month_close(ENTITIES[0], month)
    assert closed is not None
    assert (closed.state, closed.prepared_by, closed.reviewed_by) == (
        CloseState.CLOSED,
        "console:finance@guerdon.example",
        "console:admin@guerdon.example",
    )
    expect(reviewer.locator("main code.digest").last).to_have_text(closed.sha256 or "")
    assert reviewer.locator("main form").count() == 0


def test_an_export_is_read_back_and_balances(enter: Enter, console: LocalConsole, tmp_path: Path) -> None:
    page = enter("viewer")
    page.goto(f"{console.url}/exports")
    with page.expect_download() as download:
        page.locator("main form[action$='/exports/file'] button").first.click()
    file = tmp_path / "journal.csv"
    download.value.save_as(file)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) > 20
    numbers = [name for name in rows[0] if name.lower() in {"debit", "credit"}]
    assert len(numbers) == 2
    debit, credit = (sum(round(float(row[name] or 0) * 100) for row in rows) for name in sorted(numbers, reverse=True))
    assert debit == credit > 0


def test_a_viewer_changes_nothing_by_any_route(enter: Enter, console: LocalConsole) -> None:
    page = enter("viewer")
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    answers = {}
    for operation in OPERATIONS:
        if operation.method == "POST":
            path = _PARAMETER.sub("x", operation.path)
            form = {"csrf": csrf_of(page), "reason": "I should not be able to"}
            answers[operation.name] = ask(console, "POST", path, cookies, form).status
    assert len(answers) >= 5
    assert set(answers.values()) == {403}, answers


def test_no_page_asks_anybody_else_and_none_runs_a_script(enter: Enter, console: LocalConsole) -> None:
    page = enter("admin")
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    origin = console.url.removesuffix(BASE)
    for operation in OPERATIONS:
        if operation.method == "GET" and operation.page and "{" not in operation.path:
            answer = page.goto(f"{console.url}{operation.path}")
            assert answer is not None
            assert answer.status == 200, operation.name
            assert page.locator("script").count() == 0, operation.name
    assert [url for url in asked if not url.startswith(origin)] == []
