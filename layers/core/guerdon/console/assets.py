"""The files that pages refer to, each under an address that its content gives, so that it may be kept for a year."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from guerdon.console.http import Response
from guerdon.console.operations import BASE

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_KEPT: Final = "public, max-age=31536000, immutable"


def _address(path: Path) -> str:
    return f"{BASE}/static/{path.stem}.{sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix}"


_FILES: Final = {_address(path): path for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}
STYLE: Final = next(address for address, path in _FILES.items() if path.name == "style.css")


def asset(path: str) -> Response | None:
    """The file at an address; None if there is none."""
    file = _FILES.get(path)
    if file is None:
        return None
    return Response(200, file.read_bytes(), {"content-type": _TYPES[file.suffix], "cache-control": _KEPT})
