"""The log of a function: structured, by ids only, with the id of the deal event on every line that belongs to it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger

from guerdon.domain.errors import GuerdonError, Retryable


def function_log() -> Logger:
    """The log of the running function, named by POWERTOOLS_SERVICE_NAME.

    Exceptions are logged by the name of their class and the place where they were raised; the text of a foreign
    exception may quote what it failed on, which can be personal data.
    """
    for talkative in ("pynamodb", "botocore", "urllib3", "stripe"):
        # At DEBUG they log whole requests, personal data and keys included, whatever LOG_LEVEL says.
        logging.getLogger(talkative).setLevel(logging.WARNING)
    return Logger(log_record_order=["level", "message", "correlation_id"], utc=True)


@contextmanager
def following(log: Logger, correlation_id: str | None = None, **ids: str | int) -> Iterator[None]:
    """Put one deal event's id, and other ids, on every line that is logged inside.

    What fails inside gets a line too, while the ids are still known: who looks for a payout finds what it met. Where
    the event's id is only known once its payout was read, log.set_correlation_id() adds it.
    """
    log.set_correlation_id(correlation_id)
    try:
        with log.append_context_keys(**ids):
            try:
                yield
            except Exception as error:
                log_failure(log, "failed", error)
                raise
    finally:
        log.set_correlation_id(None)


def log_failure(log: Logger, what: str, error: BaseException, **facts: str) -> None:
    """Log an error. Our own say in their text what is wrong, foreign ones by name only."""
    facts["error"] = type(error).__name__
    if isinstance(error, GuerdonError):
        facts["why"] = str(error)
    level = log.warning if isinstance(error, Retryable) else log.error
    level(what, extra=facts)
