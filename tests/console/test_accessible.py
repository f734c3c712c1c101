"""Every page in a browser: axe finds nothing serious, in light and dark, on a desk and on a phone.

No server is needed: what the browser asks for is answered by the console in this process.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # It ships no types.
from playwright.sync_api import Browser, Page, Route

from console.chromium import NEEDS_CHROMIUM, chromium
from console.history import lived
from console.runner import console_as
from drafts import DRAFT, told
from guerdon.console.app import Console
from guerdon.console.http import Request
from guerdon.console.operations import BASE
from guerdon.console.registry import OPERATIONS
from guerdon.console.signin.principal import Role

HOST: Final = "http://console.test"
SEEN: Final = tuple(each for each in OPERATIONS if each.method == "GET" and each.page)
SCREENS: Final[tuple[tuple[Literal["light", "dark"], int], ...]] = (("light", 1280), ("dark", 390))

pytestmark = list(NEEDS_CHROMIUM)


@pytest.fixture(scope="module")
def console() -> Console:
    return console_as(Role.ADMIN, lived(14))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def shown(browser: Browser, console: Console, scheme: Literal["light", "dark"], width: int) -> Page:
    """A page of the browser whose every request the console answers."""

    def answer(route: Route) -> None:
        path, _, query = route.request.url.removeprefix(HOST).partition("?")
        kind = route.request.headers.get("content-type", "")
        told = console(
            Request(route.request.method, path, query, {"content-type": kind}, route.request.post_data_buffer or b"")
        )
        route.fulfill(status=told.status, headers=dict(told.headers), body=told.body)

    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.route("**/*", answer)
    return page


def addresses(console: Console) -> dict[str, str]:
    """An address for each page: those about one thing are found on the lists, as a person finds them."""
    found = {each.name: BASE + each.path for each in SEEN if "{" not in each.path}
    linked = {link for path in found.values() for link in links(console, path)}
    for each in SEEN:
        pattern = re.compile(BASE + re.sub(r"\{\w+\}", "[^/?.]+", each.path) + "$")
        one = next((link for link in sorted(linked) if pattern.match(link) and link not in found.values()), None)
        if each.name not in found and one is not None:
            found[each.name] = one
    return found


def links(console: Console, path: str) -> list[str]:
    return re.findall(r'href="(/console/[^"?#]+)', console(Request("GET", path)).body.decode())


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_no_page_has_a_serious_barrier(
    browser: Browser, console: Console, scheme: Literal["light", "dark"], width: int
) -> None:
    page, axe, barriers = shown(browser, console, scheme, width), Axe(), []
    for name, address in addresses(console).items():
        page.goto(HOST + address)
        found = axe.run(page).response["violations"]
        serious = [each for each in found if each["impact"] in {"serious", "critical"}]
        barriers += [(name, each["id"], each["nodes"][0]["html"][:120]) for each in serious]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            barriers.append((name, "wider than the screen", ""))

    assert barriers == []


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_a_draft_on_stored_deals_has_no_serious_barrier(
    browser: Browser, scheme: Literal["light", "dark"], width: int
) -> None:
    page = shown(browser, console_as(Role.FINANCE, told()), scheme, width)
    page.goto(f"{HOST}{BASE}/programs")
    page.get_by_label("Program file").fill(DRAFT)

    page.get_by_role("button", name="Simulate it on stored deals").click()
    page.wait_for_url("**/programs/drafts/simulate")

    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    assert page.get_by_role("region", name="Cost by month").is_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_pages_about_one_thing_are_looked_at_too(console: Console) -> None:
    wanted = {"payouts.one", "inbox.one", "advocates.one", "programs.one"}

    assert wanted <= set(addresses(console))


def test_the_keyboard_alone_opens_a_section_and_its_first_row(browser: Browser, console: Console) -> None:
    page = shown(browser, console, "light", 1280)
    page.goto(f"{HOST}{BASE}/glossary")

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    at_content = page.evaluate("document.activeElement.id")
    steps = 0
    page.goto(f"{HOST}{BASE}/inbox")
    while not re.fullmatch(r"D-\d+", page.evaluate("document.activeElement.textContent")):
        page.keyboard.press("Tab")
        steps += 1
        assert steps < 60
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/inbox/ev_*")

    assert (first, at_content) == ("Skip to the content", "main")


def test_a_phone_opens_the_menu_without_a_script(browser: Browser, console: Console) -> None:
    page = shown(browser, console, "light", 390)
    page.goto(f"{HOST}{BASE}/glossary")
    before = page.get_by_role("link", name="Inbox").is_visible()

    page.get_by_role("link", name="Menu", exact=True).click()

    assert (before, page.get_by_role("link", name="Inbox").is_visible()) == (False, True)
