"""Every few minutes: find what got stuck and set it going again, or put it in front of a person."""

from dataclasses import asdict
from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import function_log

log = function_log()


def handle(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Do one pass; the answer counts what it did."""
    swept = asdict(bootstrap.sweep()())
    log.info("swept", extra=swept)
    return swept
