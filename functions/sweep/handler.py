"""Every few minutes: find what got stuck and set it going again, or put it in front of a person."""

from dataclasses import asdict
from typing import Any, Final, Protocol

from guerdon import bootstrap
from guerdon.adapters.aws.log import following, function_log
from guerdon.adapters.aws.sweep_metrics import tell_found
from guerdon.application.sweep import Found

log = function_log()

KEPT_MILLIS: Final = 60_000
"""How much of the function's time is kept for the row at hand, and for telling what was found: a call that hangs is
given up, with all its tries, within half of it."""


class Context(Protocol):
    """What of Lambda's context is asked for."""

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may live on."""


def handle(_event: dict[str, Any], context: Context) -> dict[str, int]:
    """Do one pass; the answer counts what it did.

    What waits is told first: a pass that has too much to do, or dies of it, must not blind the alarms. A failure to
    tell it keeps no pass from being done, and the other way round.
    """
    sweep, tell_what_waits = bootstrap.sweep()
    found: list[Found] = []

    def hear(each: Found) -> None:
        with following(log, each.event_id):
            log.info("found", extra={"kind": each.kind, "subject_id": each.subject_id, "error": each.error})
        found.append(each)

    try:
        tell_what_waits()
    finally:
        try:
            swept = asdict(sweep(hear, lambda: context.get_remaining_time_in_millis() > KEPT_MILLIS))
            log.info("swept", extra=swept)
        finally:
            tell_found(bootstrap.metrics(), found)
    return swept
