"""A batch of queue messages, each handled by itself: the queue keeps those that failed, and only those."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    ExceptionInfo,
    FailureResponse,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from guerdon.adapters.aws.log import log_failure

Message = Mapping[str, Any]


class _LoggedBatch(BatchProcessor):
    """Says which message failed, and why."""

    def __init__(self, log: Logger) -> None:
        super().__init__(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        self._log = log

    def failure_handler(self, record: Any, exception: ExceptionInfo) -> FailureResponse:  # noqa: ANN401 - as the base class has it.
        error = exception[1]
        if error is not None:
            log_failure(self._log, "a message failed and stays on its queue", error, message_id=record.message_id)
        return super().failure_handler(record, exception)


def handle_each(event: Mapping[str, Any], log: Logger, handle: Callable[[Message], None]) -> PartialItemFailureResponse:
    """Hand each message's JSON body to `handle`; the answer names the messages that raised.

    Source: AWS Lambda's partial batch responses for SQS (ReportBatchItemFailures).
    """

    def handle_record(record: SQSRecord) -> None:
        handle(json.loads(record.body))

    return process_partial_response(
        event=dict(event), record_handler=handle_record, processor=_LoggedBatch(log), context=None
    )
