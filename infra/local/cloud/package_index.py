"""Run uv against the package index that pip is configured for.

A machine behind a mirror usually tells only pip about it, by variables or by pip's own files, and uv reads neither.
What uv is told directly always wins. Needs nothing but the standard library, since it runs before anything is
installed: ``python package_index.py pip install ...`` runs ``uv pip install ...``.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# pip's setting and the variable by which uv takes the same.
UV_VARIABLE_OF = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
# Locations that uv separates by commas, where pip separates them by blanks.
LISTS = {"find-links"}


def pip_settings() -> dict[str, str]:
    """Return pip's settings that say where packages come from, by pip's names; variables win over files."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    settings: dict[str, str] = {}
    for line in listing.stdout.splitlines():
        place, separator, value = line.partition("=")
        name = place.rpartition(".")[2].lower().replace("_", "-")
        if separator and name in UV_VARIABLE_OF and (name not in settings or ":env:" in place):
            settings[name] = value.strip().strip("'\"").replace("\\n", " ")
    return settings


def uv_environment(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with what uv needs to fetch from where `settings`, pip's, say."""
    result = dict(environment)
    for name, variable in UV_VARIABLE_OF.items():
        places = settings.get(name, "").split()
        if places:
            result.setdefault(variable, ("," if name in LISTS else " ").join(places))
    if "extra-index-url" in settings:
        # pip takes the best match of all indexes. Every file's hash is checked, so it doesn't matter which one serves.
        result.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return result


def main() -> None:
    """Become uv, with the arguments given."""
    uv = Path(sys.executable).with_name("uv")
    os.execve(uv, [str(uv), *sys.argv[1:]], uv_environment(os.environ, pip_settings()))  # noqa: S606  uv is the point


if __name__ == "__main__":
    main()
