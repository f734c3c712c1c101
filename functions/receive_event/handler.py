"""POST /events/{connection}: a CRM says that something happened to a deal."""

from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.http_api import Answer, answer, body_of, headers_of, refused, unavailable
from guerdon.adapters.aws.log import following, function_log
from guerdon.adapters.aws.metrics import DELIVERIES_REFUSED
from guerdon.adapters.crm.webhook import Request
from guerdon.adapters.refusal import Refusal
from guerdon.domain.errors import Retryable, SecretMissing

log = function_log()


def handle(event: dict[str, Any], _context: object) -> Answer:
    """Answer 202 once the event is durable and on its way; otherwise say what is wrong, and whose turn it is."""
    body = body_of(event)
    if isinstance(body, Refusal):
        return _refused(body)
    try:
        read, receive = bootstrap.receive_event()
        delivery = read(Request(event["pathParameters"]["connection"], headers_of(event), body))
        if isinstance(delivery, Refusal):
            return _refused(delivery)
        event_id = receive(delivery)
    except (Retryable, SecretMissing) as error:
        log.error("could not take a delivery", extra={"error": type(error).__name__, "why": str(error)})
        return unavailable()
    with following(log, event_id):
        log.info("received", extra={"connection": delivery.connection, "type": delivery.event.type})
    return answer(202, {"event_id": event_id})


def _refused(refusal: Refusal) -> Answer:
    log.warning("refused a delivery", extra={"code": refusal.code, "status": refusal.status})
    bootstrap.metrics().add(DELIVERIES_REFUSED, reason=refusal.code)
    return refused(refusal)
