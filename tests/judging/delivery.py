"""Nothing gets lost between services: batches, dead letters, time to work, and the workflow."""

from typing import Any, Final

from judging.reading import Template, as_list, names_in, of_type

VISIBLE_AFTER_TIMEOUTS: Final = 6
"""AWS's advice for a queue that feeds a function: Lambda tries a throttled batch again before it gives it back."""

RECEIVES_MOST: Final = range(5, 9)
"""Fewer would put aside what a short outage delays (Lambda's guide says 5 at least), more hide what never works."""

DEFAULT_VISIBLE_SECONDS: Final = 30


def one_bad_message_does_not_bring_its_batch_back(template: Template) -> list[str]:
    """Every mapping from a queue reports the messages that failed."""
    return [
        name
        for name, mapping in of_type(template, "AWS::Lambda::EventSourceMapping").items()
        if mapping.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]
    ]


def every_queue_puts_aside_what_fails(template: Template) -> list[str]:
    """A queue has a dead-letter queue, which has none itself, after a number of tries within reason."""
    queues = of_type(template, "AWS::SQS::Queue")
    targets = {
        name: names_in(queue.get("RedrivePolicy", {}).get("deadLetterTargetArn")) for name, queue in queues.items()
    }
    dead = set().union(*targets.values(), *map(names_in, _targets_dead_letters(template)))
    found = []
    for name, queue in queues.items():
        if name in dead:
            found += [f"{name} is a dead-letter queue with one of its own"] if targets[name] else []
        elif not targets[name] & set(queues):
            found.append(name)
        elif queue["RedrivePolicy"].get("maxReceiveCount") not in RECEIVES_MOST:
            found.append(f"{name} tries {queue['RedrivePolicy'].get('maxReceiveCount')} times")
    return found


def _targets_dead_letters(template: Template) -> list[Any]:
    """The configuration of each rule target's dead-letter queue."""
    rules = of_type(template, "AWS::Events::Rule").values()
    return [target.get("DeadLetterConfig") for rule in rules for target in rule["Targets"]]


def every_rule_puts_aside_what_it_cannot_hand_over(template: Template) -> list[str]:
    """A target has a dead-letter queue, and that queue takes messages from the rule: without both they are lost."""
    found = []
    for name, rule in of_type(template, "AWS::Events::Rule").items():
        for target in rule["Targets"]:
            queues = names_in(target.get("DeadLetterConfig"))
            if not queues:
                found.append(f"{name}: {target['Id']} has no dead-letter queue")
            found += [f"{queue} takes nothing from {name}" for queue in queues if name not in _senders(template, queue)]
            if not target.get("RetryPolicy", {}).get("MaximumRetryAttempts"):
                found.append(f"{name}: {target['Id']} is not tried again")
    return found


def _senders(template: Template, queue: str) -> set[str]:
    """The rules that a queue's policy lets put messages onto it."""
    found: set[str] = set()
    for policy in of_type(template, "AWS::SQS::QueuePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if queue in names_in(statement["Resource"]) and "sqs:SendMessage" in as_list(statement["Action"]):
                found |= names_in(statement.get("Condition"))
    return found


def a_message_stays_hidden_while_it_is_worked_on(template: Template) -> list[str]:
    """A message that is worked on becomes visible only long after its function must have ended."""
    queues, functions = of_type(template, "AWS::SQS::Queue"), of_type(template, "AWS::Lambda::Function")
    found = []
    for mapping in of_type(template, "AWS::Lambda::EventSourceMapping").values():
        (queue,), (function,) = names_in(mapping["EventSourceArn"]), names_in(mapping["FunctionName"])
        hidden = queues[queue].get("VisibilityTimeout", DEFAULT_VISIBLE_SECONDS)
        if hidden < VISIBLE_AFTER_TIMEOUTS * functions[function]["Timeout"]:
            found.append(f"{queue}: {hidden} s, while {function} may take {functions[function]['Timeout']} s")
    return found


def the_workflow_logs_its_failures_without_data(template: Template) -> list[str]:
    """What failed is logged somewhere, and what the states carried is not."""
    found = []
    for name, machine in of_type(template, "AWS::StepFunctions::StateMachine").items():
        logging = machine.get("LoggingConfiguration", {})
        if logging.get("Level") not in {"ERROR", "ALL"} or not names_in(logging.get("Destinations")):
            found.append(f"{name} logs nothing")
        if logging.get("IncludeExecutionData", False) is not False:
            found.append(f"{name} logs what its states carry")
    return found


def the_workflow_tries_again(template: Template) -> list[str]:
    """Each step that calls something is tried again, is patient to an end, and leads on when it fails for good."""
    found = []
    for machine in of_type(template, "AWS::StepFunctions::StateMachine").values():
        states: dict[str, Any] = machine["Definition"]["States"]
        for name, state in states.items():
            if state["Type"] == "Task":
                found += [
                    f"{name} has no {part}" for part in ("Retry", "TimeoutSeconds", "Catch") if not state.get(part)
                ]
    return found
