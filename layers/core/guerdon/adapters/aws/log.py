"""The log of a function: structured, by ids only, with the id of the deal event on every line that belongs to it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger


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
def following(log: Logger, correlation_id: str | None) -> Iterator[None]:
    """Put one deal event's id on every line that is logged inside."""
    log.set_correlation_id(correlation_id)
    try:
        yield
    finally:
        log.set_correlation_id(None)
