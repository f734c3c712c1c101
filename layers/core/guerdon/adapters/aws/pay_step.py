"""What the four pay functions share: a task of the workflow, or a batch of hints from the channel's queue."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger

from guerdon.adapters.aws.log import following
from guerdon.adapters.aws.queues import hint_from_message
from guerdon.adapters.aws.sqs_batch import Message, handle_each
from guerdon.application.look_again import LookAgain
from guerdon.application.pay_payout import PayPayout


def handle_pay_step(event: Mapping[str, Any], log: Logger, pay: PayPayout, look_again: LookAgain) -> object:
    """Pay one run of a payout, or follow hints about some; which one, the event's shape says."""
    if "Records" in event:
        return handle_each(event, log, lambda message: _follow(message, log, look_again))
    payout_id, run = event["payout_id"], event["run"]
    payout = pay(payout_id, run, event["task_token"])
    with following(log, payout.event_id):
        log.info("asked the provider", extra={"payout_id": payout_id, "run": run, "channel": payout.channel})
    return {"payout_id": payout_id, "run": run}


def _follow(message: Message, log: Logger, look_again: LookAgain) -> None:
    hint = hint_from_message(message)
    sight = look_again(hint)
    facts = {"provider": hint.provider, "resource": hint.resource, "looked": sight.looked}
    with following(log, sight.event_id):
        log.info("followed a hint", extra={**facts, "attempt": sight.reference})
