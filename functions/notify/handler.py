"""The notices queue: one mail for each thing that somebody should hear."""

from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import following, function_log
from guerdon.adapters.aws.queues import notice_from_message
from guerdon.adapters.aws.sqs_batch import Message, handle_each

log = function_log()


def handle(event: dict[str, Any], _context: object) -> object:
    """Tell what each message asks for."""
    notify = bootstrap.notify()

    def tell(message: Message) -> None:
        notice = notice_from_message(message)
        with following(log, kind=notice.kind, subject_id=notice.subject_id):
            told = notify(notice)
            log.set_correlation_id(told.event_id)
            log.info("told", extra={"result": told.result})

    return handle_each(event, log, tell)
