"""ANY /console and everything below it: what finance sees and decides."""

from typing import Any

from guerdon.adapters.aws.http_api import Answer
from guerdon.adapters.aws.log import function_log
from guerdon.console.gateway import answered
from guerdon.console.http import Request, Response
from guerdon.console.wiring import deployed_console

log = function_log()


def handle(event: dict[str, Any], _context: object) -> Answer:
    """Answer a request; what is looked at or typed stays out of the log."""
    answer = answered(_console, event, _failed)
    log.info("answered", extra={"method": event["requestContext"]["http"]["method"], "status": answer["statusCode"]})
    return answer


def _console(request: Request) -> Response:
    # Put together here, so that a failure of it is answered with a page too.
    return deployed_console()(request)


def _failed(error: str, places: list[str]) -> None:
    log.error("could not answer", extra={"error": error, "at": places})
