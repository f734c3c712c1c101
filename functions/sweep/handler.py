"""Every few minutes: find what got stuck and set it going again, or put it in front of a person."""

from dataclasses import asdict
from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import function_log

log = function_log()


def handle(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Do one pass; the answer counts what it did. What waits is told even after a pass that met a failure."""
    sweep, tell_what_waits = bootstrap.sweep()
    try:
        swept = asdict(sweep())
        log.info("swept", extra=swept)
    finally:
        tell_what_waits()
    return swept
