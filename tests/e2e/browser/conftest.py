"""One Chromium for all these tests; each gets windows of its own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from e2e.browser.chromium import LocalConsole, chromium
from e2e.live import LiveCloud
from e2e.samples import Ran

Enter = Callable[[str], Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def console(cloud: LiveCloud) -> LocalConsole:
    return LocalConsole.of(cloud.environment)


@pytest.fixture(scope="session")
def lived(demo: Ran) -> Ran:
    """The demo ran, so there is a year of history and what statements say otherwise was found."""
    assert demo.status == 0, demo.output
    return demo


@pytest.fixture
def enter(browser: Browser, console: LocalConsole, lived: Ran) -> Iterator[Enter]:
    """Sign in as somebody of a role, in a window of their own."""
    assert lived.status == 0
    contexts: list[BrowserContext] = []

    def enter_as(role: str) -> Page:
        page = console.open(browser)
        contexts.append(page.context)
        console.sign_in(page, role)
        return page

    yield enter_as
    for context in contexts:
        context.close()
