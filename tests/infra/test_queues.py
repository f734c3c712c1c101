"""Queues and those who work on them, beyond what `judging.delivery` asks of every one."""

from judging.reading import PAY_FUNCTIONS, Template, allowed, consumed, dead_letter_queues, functions, names_in, of_type


def test_a_dead_letter_lives_longer_than_the_message_could_have(template: Template) -> None:
    # A dead letter keeps the age that it had.
    default_seconds = 4 * 86400
    queues = of_type(template, "AWS::SQS::Queue")
    dead = dead_letter_queues(template)

    assert {queues[name]["MessageRetentionPeriod"] for name in dead} == {14 * 86400}
    assert {
        queue.get("MessageRetentionPeriod", default_seconds) for name, queue in queues.items() if name not in dead
    } == {default_seconds}


def test_a_hint_that_takes_long_takes_no_other_with_it(template: Template) -> None:
    sizes = {
        mapping["FunctionName"]["Ref"]: mapping["BatchSize"]
        for mapping in of_type(template, "AWS::Lambda::EventSourceMapping").values()
    }

    assert {name: sizes[name] for name in PAY_FUNCTIONS} == dict.fromkeys(PAY_FUNCTIONS, 1)


def test_every_consumer_is_capped(template: Template) -> None:
    for name, mapping in of_type(template, "AWS::Lambda::EventSourceMapping").items():
        assert names_in(mapping["ScalingConfig"]["MaximumConcurrency"]) & set(template["Parameters"]), name


def test_only_the_event_rule_may_put_messages_onto_the_events_queue(template: Template) -> None:
    policy = of_type(template, "AWS::SQS::QueuePolicy")["EventsQueuePolicy"]["PolicyDocument"]

    (statement,) = policy["Statement"]
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["EventsRule", "Arn"]}}}
    assert not any(
        "EventsQueue" in allowed(template, name, "sqs") - consumed(template, name) for name in functions(template)
    )
