"""POST /provider-updates/{provider}: a provider says that something happened. It is believed to be a hint."""

from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.http_api import Answer, answer, body_of, headers_of, refused, unavailable
from guerdon.adapters.aws.log import function_log
from guerdon.adapters.aws.metrics import UPDATES_REFUSED, UPDATES_TAKEN
from guerdon.adapters.aws.queues import logged_ids
from guerdon.adapters.refusal import Refusal
from guerdon.application.ports import ProviderHint
from guerdon.domain.errors import Retryable, SecretMissing

log = function_log()


def handle(event: dict[str, Any], _context: object) -> Answer:
    """Answer 2xx once the hint is on its queue, or is none that we follow."""
    provider, body = event["pathParameters"]["provider"], body_of(event)
    if isinstance(body, Refusal):
        return _refused(body)
    try:
        read_hint, hints = bootstrap.receive_provider_update()
        read = read_hint(provider, headers_of(event), body)
        if isinstance(read, ProviderHint):
            hints.enqueue(read)
    except (Retryable, SecretMissing) as error:
        log.error("could not take a provider's update", extra={"error": type(error).__name__, "why": str(error)})
        return unavailable()
    if read is None:
        return answer(200, {"followed": False})
    if isinstance(read, ProviderHint):
        # Whose deal it is about, only the look-up tells: that logs the same ids, and the event's.
        log.info("took a hint", extra=logged_ids(read))
        bootstrap.metrics().add(UPDATES_TAKEN, provider=read.provider)
        return answer(202, {"followed": True})
    return _refused(read)


def _refused(refusal: Refusal) -> Answer:
    log.warning("refused a provider's update", extra={"code": refusal.code, "status": refusal.status})
    bootstrap.metrics().add(UPDATES_REFUSED, reason=refusal.code)
    return refused(refusal)
