"""Take a picture of every page of the local console: `python -m e2e.browser.screenshots --out DIR`.

Each page at the width of a desktop and of a phone, in light and in dark. A page about one thing is reached by the first
link to such a page that another one has.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Page

from e2e.browser.chromium import DESKTOP_PIXELS, PHONE_PIXELS, LocalConsole, Theme, chromium
from guerdon.console.operations import BASE, Operation
from guerdon.console.registry import OPERATIONS

_PARAMETER: Final = re.compile(r"\\\{[a-z_]+\\\}")


def pages() -> Iterator[Operation]:
    """Every operation that is read as a page."""
    return (operation for operation in OPERATIONS if operation.method == "GET" and operation.page)


def addresses(page: Page, console: LocalConsole) -> dict[str, str]:
    """The path of every page by its operation's name; what no page links to is left out."""
    origin = console.url.removesuffix(BASE)
    found = {operation.name: BASE + operation.path.rstrip("/") for operation in pages() if "{" not in operation.path}
    wanted = {
        operation.name: re.compile(_PARAMETER.sub("[^/]+", re.escape(BASE + operation.path)))
        for operation in pages()
        if "{" in operation.path
    }
    seen: set[str] = set()
    while waiting := [path for path in found.values() if path not in seen]:
        for path in waiting:
            seen.add(path)
            page.goto(origin + path)
            links = [
                urlsplit(link).path for link in page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
            ]
            for name, pattern in wanted.items():
                hit = next((link for link in links if pattern.fullmatch(link) and not link.endswith(".csv")), None)
                if name not in found and hit:
                    found[name] = hit
    return found


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--role", default="admin")
    parser.add_argument("--only", default="", help="only operations whose name has this in it")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    console = LocalConsole.of(os.environ)
    origin = console.url.removesuffix(BASE)
    with chromium() as browser:
        page = console.open(browser)
        console.sign_in(page, chosen.role)
        state = page.context.storage_state()
        found = {name: path for name, path in addresses(page, console).items() if chosen.only in name}
        for width in (DESKTOP_PIXELS, PHONE_PIXELS):
            for scheme in Theme:
                context = browser.new_context(
                    viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=state
                )
                window = context.new_page()
                for name, path in found.items():
                    window.goto(origin + path)
                    window.screenshot(path=chosen.out / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()
    missing = [operation.name for operation in pages() if operation.name not in found and chosen.only in operation.name]
    unreached = f"; no link leads to {', '.join(missing)}" if missing else ""
    sys.stdout.write(f"{len(found)} pages in {chosen.out}{unreached}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
