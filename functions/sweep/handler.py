"""Every few minutes: find what got stuck and set it going again, or put it in front of a person."""

from dataclasses import asdict
from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import following, function_log
from guerdon.adapters.aws.sweep_metrics import tell_found
from guerdon.application.sweep import Found

log = function_log()


def handle(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Do one pass; the answer counts what it did. What waits is told even after a pass that met a failure."""
    sweep, tell_what_waits = bootstrap.sweep()
    found: list[Found] = []

    def hear(each: Found) -> None:
        with following(log, each.event_id):
            log.info("found", extra={"kind": each.kind, "subject_id": each.subject_id, "error": each.error})
        found.append(each)

    try:
        swept = asdict(sweep(hear))
        log.info("swept", extra=swept)
    finally:
        tell_found(bootstrap.metrics(), found)
        tell_what_waits()
    return swept
