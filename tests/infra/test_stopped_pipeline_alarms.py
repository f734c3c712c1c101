"""Whatever stops the pipeline raises an alarm; what raises each alarm on a metric of ours is in test_alarms."""

from judging.reading import RECONCILE_FUNCTIONS, Template, dead_letter_queues, names_in, of_type


def test_a_single_message_in_any_dead_letter_queue_raises_an_alarm(template: Template) -> None:
    watched = set()
    for alarm in of_type(template, "AWS::CloudWatch::Alarm").values():
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible":
            assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
            watched |= names_in(alarm["Dimensions"])

    assert watched == dead_letter_queues(template)


def test_every_alarm_says_what_to_do_and_whom_to_tell(template: Template) -> None:
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmDescription"].endswith("."), name
        assert "AlarmTopic" in names_in(alarm["AlarmActions"]), name


def test_what_leaves_no_dead_letter_raises_an_alarm_too(template: Template) -> None:
    watched = {
        (alarm["Namespace"], alarm["MetricName"], *names_in(alarm.get("Dimensions")))
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] != "AWS/SQS"
    }

    assert watched == {
        ("AWS/ApiGateway", "5xx", "Api"),
        ("AWS/States", "ExecutionsFailed", "FulfillmentStateMachine"),
        ("AWS/States", "ExecutionsTimedOut", "FulfillmentStateMachine"),
        ("AWS/Lambda", "Errors", "SweepFunction"),
        ("AWS/Lambda", "Invocations", "SweepFunction"),
        ("Guerdon", "SweepUnfinished", "AWS::StackName"),
        ("AWS/Lambda", "Errors", "SealLedgerFunction"),
        ("AWS/Lambda", "Invocations", "SealLedgerFunction"),
        *(("AWS/Lambda", "Errors", name) for name in RECONCILE_FUNCTIONS),
        ("Guerdon", "EventsWaiting", "AWS::StackName"),
        ("Guerdon", "PayoutsWaiting", "AWS::StackName"),
        ("Guerdon", "OldestWaitingHours", "AWS::StackName"),
        ("Guerdon", "ReconciliationAgeHours", "AWS::StackName"),
        ("Guerdon", "UndecidedEvents", "AWS::StackName"),
        ("Guerdon", "OldestUnsettledPercent", "AWS::StackName"),
        ("Guerdon", "ProviderErrors", "AWS::StackName"),
        ("Guerdon", "DeliveriesRefused", "AWS::StackName"),
        ("Guerdon", "UpdatesRefused", "AWS::StackName"),
        ("Guerdon", "StoreBusy", "AWS::StackName"),
        ("Guerdon", "MailsDeclined", "AWS::StackName"),
        ("AWS/Lambda", "Duration", "ReceiveEventFunction"),
        # All of the account's: concurrency, and how SES sees a sender, are the account's too.
        ("AWS/Lambda", "Throttles"),
        ("AWS/SES", "Reputation.BounceRate"),
    }
