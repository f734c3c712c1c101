"""The events queue: decide what each event earns and start its fulfillment."""

from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import following, function_log
from guerdon.adapters.aws.sqs_batch import Message, handle_each

log = function_log()


def handle(event: dict[str, Any], _context: object) -> object:
    """Each message is an EventBridge event whose detail is {"event_id": …}."""
    evaluate = bootstrap.evaluate_rewards()

    def decide(message: Message) -> None:
        event_id = message["detail"]["event_id"]
        with following(log, event_id):
            decided = evaluate(event_id)
            if decided is None:
                log.error("the bus names an event that no inbox row has", extra={"event_id": event_id})
                return
            log.info("decided", extra={"outcome": decided.outcome, "reward_ids": decided.reward_ids})

    return handle_each(event, log, decide)
