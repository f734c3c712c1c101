"""The step after a channel's: what became of the run goes into the books, and a mail is asked for."""

from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import following, function_log

log = function_log()


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer {payout_id, run, status}; `error` in the input names what stopped the step before."""
    payout_id, run, error = event["payout_id"], event["run"], event.get("error")
    with following(log, payout_id=payout_id, run=run):
        payout = bootstrap.settle_payout()(payout_id, run, error)
        log.set_correlation_id(payout.event_id)
        log.info("settled", extra={"status": payout.status, "reason": payout.reason, "error": error})
    return {"payout_id": payout_id, "run": run, "status": payout.status}
