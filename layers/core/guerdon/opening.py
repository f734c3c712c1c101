"""The wiring of the command line: a stack is found by its name, and everything in it by its outputs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from guerdon.adapters.aws.account import Account, deployment
from guerdon.adapters.aws.bus import EventBridgeBus
from guerdon.adapters.aws.clock import SystemClock
from guerdon.adapters.aws.dead_letters import EVENTS, HINTS, NOTICES, RULES, SqsDeadLetters
from guerdon.adapters.aws.fulfillments import StepFunctions
from guerdon.adapters.aws.invoking import WAITING, invoked
from guerdon.adapters.aws.queues import SqsHintQueues
from guerdon.adapters.aws.vault import SecretVault
from guerdon.adapters.crm.standard.payload import redacted, stored_event
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.review_reads import DynamoReviews
from guerdon.adapters.dynamodb.table_names import TABLES
from guerdon.adapters.providers.access import mode_of
from guerdon.adapters.report.pack_json import PackJson
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.audit import aws_actor
from guerdon.application.clear_checks import ClearChecks
from guerdon.application.compare_file import CompareFile
from guerdon.application.doctor.facts import Facts, Inside
from guerdon.application.doctor.pipeline_facts import pipeline_facts
from guerdon.application.erase_advocate import EraseAdvocate
from guerdon.application.free_paused import FreePaused
from guerdon.application.lift_funds_hold import LiftFundsHold
from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
from guerdon.application.month_end.gather import GatherPack
from guerdon.application.month_end.open_books import OpenBooks
from guerdon.application.month_end.verify_closes import VerifyCloses
from guerdon.application.pause_payouts import PausePayouts, ResumePayouts
from guerdon.application.programs import PublishProgram
from guerdon.application.reconcile_bank import ReconcileBank
from guerdon.application.redrive import Redrive
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.release_range import ReleaseRange
from guerdon.application.resend_event import ResendEvent
from guerdon.application.resolve_event import ResolveEvent
from guerdon.application.resolve_item import ResolveItem
from guerdon.application.resolve_payout import ResolvePayout
from guerdon.application.rotate_secrets import RotateSecrets
from guerdon.application.void_check import VoidCheck
from guerdon.application.write_off import WriteOff
from guerdon.application.write_off_range import WriteOffRange
from guerdon.domain.channel import PROVIDER_OF
from guerdon.stack import NEEDED_OUTPUTS, Stack, StackNotFound

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


def open_stack(name: str) -> Stack:
    """The stack called `name` in the account and region of the AWS credentials at hand.

    Raises:
        StackNotFound: There is none.
    """
    session = boto3.Session()
    try:
        described = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise StackNotFound(name) from error
        raise
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    if "PayoutsTable" not in outputs:
        raise StackNotFound(name)
    tables = {table: outputs[f"{table.capitalize()}Table"] for table in TABLES}
    store, clock = DynamoReviews(Tables(tables, session.region_name)), SystemClock()

    fulfillments = StepFunctions(session.client("stepfunctions"), outputs["StateMachineArn"])
    release = ReleaseAgain(store, clock, fulfillments)
    release_range, write_off = ReleaseRange(store, store, release), WriteOff(store, clock)
    packs = GatherPack(store, store, clock, PackJson())

    def vault(secret: str) -> SecretVault:
        return SecretVault(session.client("secretsmanager"), outputs[f"{secret.capitalize()}Secret"], secret)

    def reconcile_now(provider: str, month: str | None) -> Mapping[str, Any]:
        return invoked(session.client("lambda", config=WAITING), f"{name}-reconcile_{provider}", {"month": month})

    return Stack(
        outputs=outputs,
        store=store,
        reviews=store,
        publish=PublishProgram(store, clock),
        arm=ArmChannel(store, clock),
        pause=PausePayouts(store, clock),
        resume=ResumePayouts(store, clock),
        free_paused=FreePaused(store, clock, fulfillments),
        lift_funds_hold=LiftFundsHold(store, clock, fulfillments),
        release=release,
        release_range=release_range,
        resend=ResendEvent(store, clock, EventBridgeBus(session.client("events"), outputs["EventBus"])),
        redrive=_redrive_of(session.client("sqs"), outputs),
        resolve=ResolveEvent(store, clock),
        resolve_item=ResolveItem(store, clock),
        resolve_payout=ResolvePayout(store, clock, SqsHintQueues(session.client("sqs"), _hints_urls(outputs))),
        clear_checks=ClearChecks(store, clock),
        void_check=VoidCheck(store, clock),
        write_off=write_off,
        write_off_range=WriteOffRange(release_range, write_off),
        compare_file=CompareFile(store, clock),
        reconcile_bank=ReconcileBank(store, clock),
        reconcile_now=reconcile_now,
        erase=EraseAdvocate(store, store, clock, stored_event, redacted),
        packs=packs,
        prepare_month=PrepareMonth(packs),
        review_month=ReviewMonth(packs),
        open_books=OpenBooks(store, clock),
        verify_closes=VerifyCloses(store),
        caller=lambda: aws_actor(session.client("sts").get_caller_identity()["Arn"]),
        connections=lambda: vault("connections").read().value,
        rotate=RotateSecrets(store, store, clock, vault, mode_of),
    )


def stack_facts(name: str) -> Facts:
    """What can be found out about the stack called `name`, whether it is there or not. It changes nothing.

    Raises:
        StoreBusy: The database is throttled or away.
        ClientError: The AWS identity at hand may not look at stacks or tables.
    """
    session, clock = boto3.Session(), SystemClock()
    caller = aws_actor(session.client("sts").get_caller_identity()["Arn"])
    found = deployment(session, name, caller, NEEDED_OUTPUTS)
    now = clock.now()
    if found.status is None or found.missing:
        return Facts(now, found, None)
    names = {table: found.outputs[f"{table.capitalize()}Table"] for table in TABLES}
    store = DynamoReviews(Tables(names, session.region_name))
    account = Account(session, found)
    inside = Inside(
        connections=account.connections(),
        providers=account.providers(),
        webhooks=account.webhooks(),
        sender=account.sender(),
        subscribers=account.subscribers(),
        people=account.people(),
        tables=account.tables(),
        pipeline=pipeline_facts(store, store, clock),
        invoked=account.invoked(now),
        dead=account.dead(),
        ringing=account.ringing(),
    )
    return Facts(now, found, inside)


def _redrive_of(client: "SQSClient", outputs: Mapping[str, str]) -> Redrive:
    dead = {queue: outputs[f"{queue.capitalize()}DlqUrl"] for queue in (RULES, EVENTS, HINTS, NOTICES)}
    alive = {queue: outputs[f"{queue.capitalize()}QueueUrl"] for queue in (EVENTS, NOTICES)}
    return Redrive(SqsDeadLetters(client, dead, alive | _hints_urls(outputs)))


def _hints_urls(outputs: Mapping[str, str]) -> dict[str, str]:
    """Each provider's queue of hints, by the stack's outputs, such as "GiftCardHintsQueueUrl"."""
    named = {provider: channel.value.title().replace("_", "") for channel, provider in PROVIDER_OF.items()}
    return {provider: outputs[f"{name}HintsQueueUrl"] for provider, name in named.items()}
