"""Chromium, driven by Playwright: where it is, how it is started, and who signs in with it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from local.chromium import chromium_path

ARGUMENTS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP_PIXELS: Final = 1280
PHONE_PIXELS: Final = 390
PATIENCE_MILLISECONDS: Final = 180_000
"""Only ends a test that would never pass: a machine under load takes long to start the console's function."""

Scheme = Literal["light", "dark"]
Theme: Final[tuple[Scheme, ...]] = ("light", "dark")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium while the context lasts.

    Raises:
        NoChromium: There is none.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True, slots=True)
class LocalConsole:
    """The console of a local cloud, and how to get into it."""

    url: str
    password: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "LocalConsole":
        """The one that the environment of `make up` names."""
        return cls(environment["GUERDON_CONSOLE_URL"], environment["GUERDON_CONSOLE_PASSWORD"])

    def open(self, browser: Browser, *, width: int = DESKTOP_PIXELS, scheme: Scheme = "light") -> Page:
        """A window without anybody signed in, whose requests to anywhere but this machine fail."""
        height = 900 if width > PHONE_PIXELS else 844
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        return context.new_page()

    def sign_in(self, page: Page, role: str) -> None:
        """Sign in by the provider's own page, and wait for the console."""
        page.goto(self.url)
        page.fill("input[name=username]", f"{role}@guerdon.example")
        page.fill("input[name=password]", self.password)
        page.click("button[type=submit]")
        page.wait_for_url(f"{self.url}**")
