"""Every quarter of an hour: seal the hours of the journal that are over."""

from dataclasses import asdict
from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import function_log

log = function_log()


def handle(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Do one pass; the answer counts what it did."""
    done = asdict(bootstrap.seal_ledger()())
    log.info("sealed", extra=done)
    return done
