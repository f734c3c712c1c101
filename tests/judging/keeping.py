"""What is written down is encrypted, can be restored, and is not deleted by mistake; logs end."""

from judging.reading import Template, of_type


def tables_are_encrypted(template: Template) -> list[str]:
    """Every table is encrypted under a key of KMS, whose use CloudTrail shows."""
    tables = of_type(template, "AWS::DynamoDB::Table")
    return [name for name, table in tables.items() if table.get("SSESpecification", {}).get("SSEEnabled") is not True]


def queues_are_encrypted(template: Template) -> list[str]:
    """Every queue is encrypted."""
    return [
        name
        for name, queue in of_type(template, "AWS::SQS::Queue").items()
        if queue.get("SqsManagedSseEnabled") is not True and "KmsMasterKeyId" not in queue
    ]


def tables_can_be_restored(template: Template) -> list[str]:
    """Every table can be put back to any second of the last 35 days."""
    return [
        name
        for name, table in of_type(template, "AWS::DynamoDB::Table").items()
        if table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled") is not True
    ]


def the_record_cannot_be_deleted(template: Template) -> list[str]:
    """Tables and users refuse to be deleted."""
    tables, pools = of_type(template, "AWS::DynamoDB::Table"), of_type(template, "AWS::Cognito::UserPool")
    refusing = {
        name: str(table.get("DeletionProtectionEnabled", "")).lower() == "true" for name, table in tables.items()
    }
    refusing |= {name: pool.get("DeletionProtection") == "ACTIVE" for name, pool in pools.items()}
    return [name for name, refuses in refusing.items() if not refuses]


def the_record_outlives_the_stack(template: Template) -> list[str]:
    """A table stays when its stack goes, or when a change would replace it."""
    return [
        name
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
        and (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) != ("Retain", "Retain")
    ]


def logs_end(template: Template) -> list[str]:
    """Every log forgets; and every function logs into one that the stack made, not into one that never ends."""
    logs = of_type(template, "AWS::Logs::LogGroup")
    endless = [name for name, log in logs.items() if not log.get("RetentionInDays")]
    elsewhere = [
        name
        for name, function in of_type(template, "AWS::Lambda::Function").items()
        if function.get("LoggingConfig", {}).get("LogGroup", {}).get("Ref") not in logs
    ]
    return endless + elsewhere
