"""The first step of the workflow: may this run be paid now, and by which channel."""

from datetime import timedelta
from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import following, function_log

log = function_log()


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer {payout_id, run, decision} and, for a hold, until when."""
    payout_id, run = event["payout_id"], event["run"]
    with following(log, payout_id=payout_id, run=run):
        release = bootstrap.release_payout()(payout_id, run)
        log.set_correlation_id(release.event_id)
        log.info("checked", extra={"decision": release.decision})
    told: dict[str, Any] = {"payout_id": payout_id, "run": run, "decision": release.decision}
    if release.until is not None:
        # A Wait state counts whole seconds: rounded down it would wake a moment too early, and ask again.
        told["until"] = (release.until + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return told
