"""Somebody without a terminal stops the money and lets it go on, in Chromium, without any script."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # It ships no types.
from playwright.sync_api import Browser, Page, expect

from console.chromium import NEEDS_CHROMIUM, chromium, served
from console.history import lived, tell
from console.runner import console_as
from guerdon.application.records import AnswerState
from guerdon.console.app import Console
from guerdon.console.operations import BASE
from guerdon.console.signin.principal import Role
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import EVERYTHING
from memory_stack import CALLER

WHY: Final = "The amounts look wrong to me."

pytestmark = list(NEEDS_CHROMIUM)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@contextmanager
def at_the_console(
    browser: Browser,
    console: Console,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    *,
    scripts: bool = False,
) -> Iterator[Page]:
    """A window at that console."""
    with served(console) as address:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
        )
        yield context.new_page()
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_finance_pauses_sees_it_first_on_the_overview_and_resumes(browser: Browser, width: int) -> None:
    stack = lived(3)
    with at_the_console(browser, console_as(Role.FINANCE, stack), width) as page:
        page.goto(f"{BASE}/switches")
        expect(page.get_by_text("Nothing is paused, and no provider is out of money.")).to_be_visible()
        page.get_by_label("What", exact=True).select_option(label="Everything")
        page.get_by_label("Why").locator("visible=true").fill(WHY)
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("Everything is paused")
        tell(stack, 40)

        page.goto(f"{BASE}/overview")
        first = page.locator("main h1 ~ section").first
        expect(first.locator(".what")).to_have_text("Everything is paused")
        expect(first).to_contain_text(f"by finance@guerdon.example “{WHY}”")
        page.get_by_role("link", name="Look at the switches").click()

        resume = page.get_by_role("listitem").filter(has_text="Everything is paused")
        resume.get_by_text("Resume …").click()
        resume.get_by_label("Why").fill("The rule is right again.")
        resume.get_by_role("button", name="Resume").click()
        expect(page.get_by_role("status")).to_contain_text("Everything is resumed.")
        expect(page.get_by_role("link", name="1 still waits")).to_be_visible()

    pauses = stack.store.pauses()
    assert pauses is not None
    assert (pauses.paused, pauses.freed_by) == ((), "console:finance@guerdon.example")


def test_a_viewer_sees_what_is_stopped_and_no_button(browser: Browser) -> None:
    stack = lived(3)
    stack.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.OUT_OF_FUNDS)
    tell(stack, 40)
    stack.stack.pause(EVERYTHING, CALLER, WHY)
    with at_the_console(browser, console_as(Role.VIEWER, stack)) as page:
        page.goto(f"{BASE}/switches")

        expect(page.locator(".stop .what")).to_have_text(
            ["Everything is paused", "Gift card: the provider account is out of money"]
        )
        assert page.locator("main button, main form, main details.behind").count() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_an_opened_form_has_no_serious_barrier_and_fits(
    browser: Browser, scheme: Literal["light", "dark"], width: int
) -> None:
    stack = lived(3)
    stack.stack.pause(EVERYTHING, CALLER, WHY)
    with at_the_console(browser, console_as(Role.ADMIN, stack), width, scheme, scripts=True) as page:
        page.goto(f"{BASE}/switches")
        for summary in page.locator(".behind summary").all():
            summary.click()

        assert page.locator("details.behind[open]").count() == 1 + len(Channel)
        found = Axe().run(page).response["violations"]
        assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
