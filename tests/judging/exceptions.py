"""What the scanners find and we leave as it is: each with the reason. One that is not found any more must go."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A rule of a scanner that is not followed.

    Attributes:
        asks: What the rule asks for.
        kind: The type of resource that it is not followed for.
        reason: Why not.
    """

    asks: str
    kind: str
    reason: str


CHECKOV: Final = {
    "CKV_AWS_27": Unfollowed(
        "a key of one's own for every queue",
        "AWS::SQS::Queue",
        "Messages carry ids alone, and SQS encrypts them under its own key. With a customer's key, each sender would "
        "need rights on it (EventBridge and Step Functions too), and every queue would stop with that key.",
    ),
    "CKV_AWS_115": Unfollowed(
        "a concurrency of its own for every function",
        "AWS::Lambda::Function",
        "Who works on a queue is capped at its mapping, who pays by PayConcurrency. A reservation takes from an "
        "account what a new one does not have: it starts with ten.",
    ),
    "CKV_AWS_116": Unfollowed(
        "a dead-letter queue for every function",
        "AWS::Lambda::Function",
        "It is for what is invoked asynchronously: here only what runs on a schedule, where the next run does the same "
        "work and a failure raises an alarm. Queues and rules have dead letters of their own, the API has an answer, "
        "and the workflow has its Catch.",
    ),
    "CKV_AWS_117": Unfollowed(
        "functions inside a VPC",
        "AWS::Lambda::Function",
        "All that they call is on the internet or an AWS endpoint, guarded by roles and keys. A VPC would add NAT "
        "gateways, which cost more than the pipeline, and guard nothing that is inside one.",
    ),
    "CKV_AWS_119": Unfollowed(
        "a key of one's own for every table",
        "AWS::DynamoDB::Table",
        "Tables are encrypted under the account's KMS key for DynamoDB, whose use CloudTrail shows. A customer's key "
        "that is disabled or deleted makes the record of what was paid unreadable.",
    ),
    "CKV_AWS_149": Unfollowed(
        "a key of one's own for every secret",
        "AWS::SecretsManager::Secret",
        "Secrets are encrypted under the account's KMS key for Secrets Manager, and each is read by the roles that the "
        "template names, all of this account. A key of one's own is for secrets that other accounts read.",
    ),
    "CKV_AWS_158": Unfollowed(
        "a key of one's own for every log",
        "AWS::Logs::LogGroup",
        "Logs carry ids alone, which tests search for canaries, and CloudWatch encrypts them under its own key.",
    ),
    "CKV_AWS_173": Unfollowed(
        "a key of one's own for every environment",
        "AWS::Lambda::Function",
        "Variables are names and addresses, which a check of ours holds, and Lambda encrypts them under its own key.",
    ),
}
