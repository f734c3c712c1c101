"""Chromium, which the tests of the console drive: find it, or install it where that can be done unasked.

`python -m local.chromium` ends with 1, and says what to do, if there is none.
"""

import os
import shutil
import subprocess
import sys
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
VARIABLE: Final = "GUERDON_CHROMIUM"
MISSING: Final = (
    f"The tests of the console need Chromium, and none of {', '.join(NAMES)} is on the PATH. Install one (on Debian "
    f"and Ubuntu, as root: apt-get install chromium), or name its program in {VARIABLE}."
)
_INSTALL: Final = (
    ("apt-get", "update", "--quiet"),
    ("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "chromium"),
)


class NoChromium(Exception):
    """There is no Chromium; the message says how to get one."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def chromium_path() -> str:
    """Where Chromium is.

    Raises:
        NoChromium: There is none.
    """
    found = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoChromium
    return found


def install() -> bool:
    """Whether it could be installed: by apt, which only root may ask."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    sys.stdout.write("Installing Chromium for the tests of the console.\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return all(
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0  # noqa: S603 - our own words.
        for command in _INSTALL
    )


def main() -> int:
    """Find it or install it; the exit status."""
    try:
        chromium_path()
    except NoChromium as missing:
        if not install():
            sys.stderr.write(f"{missing}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
