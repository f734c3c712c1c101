"""What the four pay functions share: a task of the workflow, or a batch of hints from the channel's queue."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools import Logger

from guerdon.adapters.aws.log import following
from guerdon.adapters.aws.metrics import PROVIDER_ERRORS, Metrics
from guerdon.adapters.aws.queues import hint_from_message, logged_ids
from guerdon.adapters.aws.sqs_batch import Message, handle_each
from guerdon.application.look_again import LookAgain
from guerdon.application.pay_payout import PayPayout
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable


def handle_pay_step(
    event: Mapping[str, Any], log: Logger, pay: PayPayout, look_again: LookAgain, metrics: Metrics
) -> object:
    """Pay one run of a payout, or follow hints about some; which one, the event's shape says."""
    if "Records" in event:
        return handle_each(event, log, lambda message: _follow(message, log, look_again, metrics))
    payout_id, run = event["payout_id"], event["run"]
    with following(log, payout_id=payout_id, run=run), _counted(metrics):
        payout = pay(payout_id, run, event["task_token"])
        log.set_correlation_id(payout.event_id)
        log.info("asked the provider", extra={"channel": payout.channel, "status": payout.status})
    return {"payout_id": payout_id, "run": run}


def _follow(message: Message, log: Logger, look_again: LookAgain, metrics: Metrics) -> None:
    hint = hint_from_message(message)
    with following(log, **logged_ids(hint)), _counted(metrics):
        sight = look_again(hint)
        log.set_correlation_id(sight.event_id)
        log.info("followed a hint", extra={"looked": sight.looked, "attempt": sight.reference})


@contextmanager
def _counted(metrics: Metrics) -> Iterator[None]:
    """Count what a provider failed at. That it is not ready yet is how it says "in a moment", and no failure."""
    try:
        yield
    except (ProviderUnavailable, OutcomeUnknown) as error:
        metrics.add(PROVIDER_ERRORS, provider=error.provider, error=type(error).__name__)
        raise
