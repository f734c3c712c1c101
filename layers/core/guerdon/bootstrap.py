"""The only wiring, and the only reader of the environment.

One function per Lambda, each importing what that Lambda needs and nothing else, each built once per process.
`open_stack` is the command line's way in: it finds the same things by a stack's outputs.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from guerdon.adapters.aws.clock import SystemClock
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.errors import GuerdonError, SecretMissing

if TYPE_CHECKING:
    from botocore.session import Session
    from types_boto3_sqs import SQSClient

    from guerdon.adapters.aws.commit_metrics import CommitMetrics
    from guerdon.adapters.aws.fulfillments import StepFunctions
    from guerdon.adapters.aws.metrics import Metrics
    from guerdon.adapters.aws.queues import SqsHintQueues, SqsNotices
    from guerdon.adapters.aws.secrets import Secrets
    from guerdon.adapters.aws.sessions import DynamoSessions
    from guerdon.adapters.crm.webhook import Request
    from guerdon.adapters.dynamodb.connection import Tables
    from guerdon.adapters.dynamodb.store import DynamoStore
    from guerdon.adapters.oidc.provider import SignInProvider
    from guerdon.adapters.oidc.tokens import Tokens
    from guerdon.adapters.refusal import Refusal
    from guerdon.application.arm_channel import ArmChannel
    from guerdon.application.clear_checks import ClearChecks
    from guerdon.application.compare_file import CompareFile
    from guerdon.application.doctor.facts import Facts, ProviderAccess
    from guerdon.application.end_run import EndRun
    from guerdon.application.erase_advocate import EraseAdvocate
    from guerdon.application.evaluate_rewards import EvaluateRewards
    from guerdon.application.free_paused import FreePaused
    from guerdon.application.lift_funds_hold import LiftFundsHold
    from guerdon.application.look_again import LookAgain
    from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
    from guerdon.application.month_end.gather import GatherPack
    from guerdon.application.month_end.open_books import OpenBooks
    from guerdon.application.month_end.verify_closes import VerifyCloses
    from guerdon.application.notify import Notify
    from guerdon.application.pause_payouts import PausePayouts, ResumePayouts
    from guerdon.application.pay_payout import PayPayout
    from guerdon.application.ports import ProviderHint, Store
    from guerdon.application.programs import PublishProgram
    from guerdon.application.receive_event import Delivery, ReceiveEvent
    from guerdon.application.reconcile import Reconcile
    from guerdon.application.reconcile_bank import ReconcileBank
    from guerdon.application.redrive import Redrive
    from guerdon.application.release_again import ReleaseAgain
    from guerdon.application.release_payout import ReleasePayout
    from guerdon.application.release_range import ReleaseRange
    from guerdon.application.resend_event import ResendEvent
    from guerdon.application.resolve_event import ResolveEvent
    from guerdon.application.resolve_item import ResolveItem
    from guerdon.application.resolve_payout import ResolvePayout
    from guerdon.application.review.services import Services
    from guerdon.application.review_ports import ReviewStore
    from guerdon.application.rotate_secrets import RotateSecrets
    from guerdon.application.seal_ledger import SealLedger
    from guerdon.application.settle_payout import SettlePayout
    from guerdon.application.sweep import Sweep
    from guerdon.application.void_check import VoidCheck
    from guerdon.application.write_off import WriteOff

    ReadHint = Callable[[str, Mapping[str, str], bytes], ProviderHint | Refusal | None]

_TABLES: Final = (
    "inbox",
    "people",
    "programs",
    "deals",
    "counters",
    "rewards",
    "payouts",
    "attempts",
    "journal",
    "seals",
    "checks",
    "closes",
    "reconciliation",
    "statements",
    "settings",
    "notices",
    "audit",
)
NEEDED_OUTPUTS: Final = (
    *(f"{table.capitalize()}Table" for table in _TABLES),
    *("ApiUrl", "ConsoleUsers", "EventBus", "FunctionsLog", "StateMachineArn"),
    *("ConnectionsSecret", "WebhooksSecret", "TremendousSecret", "LobSecret", "StripeSecret", "PrintfulSecret"),
)
"""The outputs that the command line finds a stack by."""

_CONNECT_SECONDS: Final = 2
_READ_SECONDS: Final = 5


class StackNotFound(GuerdonError):
    """There is no such stack, or it has not been deployed to the end."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no stack called {name} in this account and region: deploy it, or name another")


@cache
def receive_event() -> "tuple[Callable[[Request], Delivery | Refusal], ReceiveEvent]":
    """How to believe and read a request, and the use case that takes it in."""
    from guerdon.adapters.aws.bus import EventBridgeBus
    from guerdon.adapters.crm.webhook import read_delivery
    from guerdon.application.receive_event import ReceiveEvent

    secrets, connections = _secrets(), os.environ["CONNECTIONS_SECRET"]
    clock = SystemClock()

    def read(request: "Request") -> "Delivery | Refusal":
        return read_delivery(
            request, lambda: secrets.get(connections), lambda: secrets.refresh(connections), clock.now()
        )

    bus = EventBridgeBus(_client("events"), os.environ["EVENT_BUS"])
    return read, ReceiveEvent(_store(), bus, clock)


@cache
def evaluate_rewards() -> "EvaluateRewards":
    """Decide an event and start what it calls for."""
    from guerdon.adapters.aws.bus import EventBridgeBus
    from guerdon.adapters.crm.standard.payload import stored_event
    from guerdon.application.evaluate_rewards import EvaluateRewards
    from guerdon.application.programs import ProgramShelf

    store = _store()
    bus = EventBridgeBus(_client("events"), os.environ["EVENT_BUS"])
    return EvaluateRewards(
        store,
        ProgramShelf(store),
        stored_event,
        _fulfillments(),
        _notices(),
        _hints(),
        bus,
        SystemClock(),
        told_after_seconds=int(os.environ.get("EARNED_MAIL_AFTER", "0")),
    )


@cache
def release_payout() -> "ReleasePayout":
    """The release check. It knows what providers can carry, and none of their keys."""
    from guerdon.adapters.providers.build import unmet
    from guerdon.application.release_payout import ReleasePayout

    return ReleasePayout(_store(), SystemClock(), unmet)


def pay_step(channel: Channel) -> "tuple[PayPayout, LookAgain]":
    """One channel's pay step and its reader of hints, over the one provider whose key this function has.

    The key is read again every few minutes, and when the provider does not know it any more, so that a rotated one
    needs no deployment.
    """
    secret = _secrets().get(os.environ["PROVIDER_SECRET"])
    return _pay_step(channel, json.dumps(secret, sort_keys=True))


@lru_cache(maxsize=1)
def _pay_step(channel: Channel, secret: str) -> "tuple[PayPayout, LookAgain]":
    from guerdon.adapters.providers.build import build_provider
    from guerdon.application.conclude import Conclude
    from guerdon.application.look_again import LookAgain
    from guerdon.application.pay_payout import PayPayout

    store, clock = _store(), SystemClock()
    provider = build_provider(
        PROVIDER_OF[channel], json.loads(secret), os.environ["PROVIDER_URL"], _provider_secret_anew
    )
    conclude = Conclude(_fulfillments(), _settle(store), _notices())
    return PayPayout(store, clock, provider, conclude), LookAgain(store, clock, provider, conclude)


@cache
def settle_payout() -> "EndRun":
    """Settle a payout by what is known of its attempt, and have it told."""
    from guerdon.application.end_run import EndRun

    return EndRun(_settle(_store()), _notices())


@cache
def notify() -> "Notify":
    """Tell people. The only place that loads templates and locales."""
    from guerdon.adapters.crm.standard.payload import stored_event
    from guerdon.adapters.email.ses import SesMailer
    from guerdon.application.notify import Notify

    mailer = SesMailer(_client("sesv2"), os.environ["MAIL_FROM"])
    together = int(os.environ.get("EARNED_MAIL_AFTER", "0")) > 0
    return Notify(_store(), SystemClock(), mailer, stored_event, os.environ["FINANCE_MAIL"], together)


@cache
def receive_provider_update() -> "tuple[ReadHint, SqsHintQueues]":
    """How to believe and read a provider's webhook, and where its hint waits to be looked up.

    It knows what providers sign with, and no provider's key.
    """
    from guerdon.adapters.providers.hints import read_hint
    from guerdon.adapters.providers.secrets import signing_secrets

    secrets, name, clock = _secrets(), os.environ["WEBHOOKS_SECRET"], SystemClock()

    def read(provider: str, headers: Mapping[str, str], body: bytes) -> "ProviderHint | Refusal | None":
        return read_hint(
            provider,
            headers,
            body,
            secrets_of=lambda of: signing_secrets(of, secrets.get(name)),
            secrets_anew=lambda of: signing_secrets(of, secrets.refresh(name)),
            now=clock.now(),
        )

    return read, _hints()


@cache
def sweep() -> "tuple[Sweep, Callable[[], None]]":
    """Find what got stuck, and tell CloudWatch how much waits."""
    from guerdon.adapters.aws.backlog_metrics import tell_backlog
    from guerdon.adapters.aws.bus import EventBridgeBus
    from guerdon.adapters.aws.reconciliation_metrics import tell_ages
    from guerdon.application.count_waiting import CountWaiting
    from guerdon.application.reconciliation_age import ReconciliationAge
    from guerdon.application.sweep import Sweep

    store, clock, told = _store(), SystemClock(), metrics()
    ages = ReconciliationAge(store, clock)

    def tell() -> None:
        tell_backlog(told, count())
        tell_ages(told, ages())

    bus = EventBridgeBus(_client("events"), os.environ["EVENT_BUS"])
    count = CountWaiting(store, clock)
    return Sweep(store, clock, bus, _fulfillments(), _hints(), _notices()), tell


@cache
def metrics() -> "Metrics":
    """What a function prints its metrics by."""
    from guerdon.adapters.aws.metrics import Metrics

    return Metrics(os.environ["STACK_NAME"])


@cache
def seal_ledger() -> "SealLedger":
    """Seal the hours of the journal that are over."""
    from guerdon.application.seal_ledger import SealLedger

    return SealLedger(_store(), SystemClock())


def reconcile() -> "tuple[Reconcile, ReconcileBank | None]":
    """Hold one provider's statement against the journal, with its key alone; for checks, the bank's lines too."""
    secret = _secrets().get(os.environ["PROVIDER_SECRET"])
    return _reconcile(os.environ["PROVIDER"], json.dumps(secret, sort_keys=True))


@lru_cache(maxsize=1)
def _reconcile(provider: str, secret: str) -> "tuple[Reconcile, ReconcileBank | None]":
    from guerdon.adapters.providers.build import build_statements
    from guerdon.application.reconcile import Reconcile
    from guerdon.application.reconcile_bank import ReconcileBank

    store, clock = _store(), SystemClock()
    url = os.environ["PROVIDER_URL"]
    source = build_statements(
        provider, json.loads(secret), url, clock.now, store.frozen_request, read_again=_provider_secret_anew
    )
    bank = ReconcileBank(store, clock) if provider == PROVIDER_OF[Channel.CHECK] else None
    return Reconcile(store, clock, source), bank


def provider_access() -> "ProviderAccess":
    """Whether one provider takes its key, told by the function that has it and no other. The secret is read anew."""
    from guerdon.adapters.providers.access import look_at_access

    try:
        secret = _secrets().refresh(os.environ["PROVIDER_SECRET"])
    except SecretMissing:
        secret = {}
    return look_at_access(os.environ["PROVIDER"], secret, os.environ["PROVIDER_URL"])


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the console is put together from, above this module: see console.wiring.

    Attributes:
        origin: Scheme and host that the console is opened under.
        sign_in_url: Where the pages of the sign-in are.
    """

    services: "Services"
    provider: "SignInProvider"
    tokens: "Tokens"
    sessions: "DynamoSessions"
    clock: SystemClock
    origin: str
    sign_in_url: str


@cache
def finance_console() -> ConsoleParts:
    """Show finance what was promised and paid, and take its decisions."""
    from guerdon.adapters.aws.bus import EventBridgeBus
    from guerdon.adapters.aws.sessions import DynamoSessions
    from guerdon.adapters.crm.standard.payload import redacted, stored_event
    from guerdon.adapters.dynamodb.review_reads import DynamoReviews
    from guerdon.adapters.oidc.keys import Keys, fetched, pool
    from guerdon.adapters.oidc.provider import SignInProvider
    from guerdon.adapters.oidc.tokens import Tokens
    from guerdon.adapters.report.pack_json import PackJson
    from guerdon.application.erase_advocate import EraseAdvocate
    from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
    from guerdon.application.month_end.gather import GatherPack
    from guerdon.application.programs import PublishProgram
    from guerdon.application.release_again import ReleaseAgain
    from guerdon.application.resend_event import ResendEvent
    from guerdon.application.resolve_event import ResolveEvent
    from guerdon.application.resolve_item import ResolveItem
    from guerdon.application.review.draft_history import GatherDraftHistory
    from guerdon.application.review.services import Services
    from guerdon.application.void_check import VoidCheck
    from guerdon.application.write_off import WriteOff

    store = DynamoReviews(_tables(), _witness())
    clock, http = SystemClock(), pool()
    url, client = os.environ["SIGN_IN_URL"], os.environ["SIGN_IN_CLIENT"]
    packs = GatherPack(store, store, clock, PackJson())
    services = Services(
        store=store,
        reviews=store,
        clock=clock,
        release=ReleaseAgain(store, clock, _fulfillments()),
        resend=ResendEvent(store, clock, EventBridgeBus(_client("events"), os.environ["EVENT_BUS"])),
        resolve=ResolveEvent(store, clock),
        resolve_item=ResolveItem(store, clock),
        void=VoidCheck(store, clock),
        write_off=WriteOff(store, clock),
        packs=packs,
        prepare_month=PrepareMonth(packs),
        review_month=ReviewMonth(packs),
        publish=PublishProgram(store, clock),
        draft_history=GatherDraftHistory(store, store, clock, stored_event),
        erase=EraseAdvocate(store, store, clock, stored_event, redacted),
    )
    return ConsoleParts(
        services=services,
        provider=SignInProvider(url, client, http),
        tokens=Tokens(os.environ["SIGN_IN_ISSUER"], client, Keys(fetched(http, os.environ["SIGN_IN_KEYS_URL"]), clock)),
        sessions=DynamoSessions(_client("dynamodb"), os.environ["SESSIONS_TABLE"]),
        clock=clock,
        origin=os.environ["CONSOLE_ORIGIN"],
        sign_in_url=url,
    )


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack, as the command line sees it.

    Attributes:
        outputs: The stack's outputs by name.
        reviews: The lists of what the store holds.
        caller: Gives who the command runs as, as the audit trail names them: their AWS identity.
        reconcile_now: Has a provider's statement compared at once, or that of a month if one is named, and gives what
            was counted; it needs the right to invoke the function that has the provider's key.
        connections: Gives the configured connections with their secrets; it needs the right to read them.
        rotate: Changes secrets; it needs the right to read and to write the one that it is about.
    """

    outputs: Mapping[str, str]
    store: "Store"
    reviews: "ReviewStore"
    publish: "PublishProgram"
    arm: "ArmChannel"
    pause: "PausePayouts"
    resume: "ResumePayouts"
    free_paused: "FreePaused"
    lift_funds_hold: "LiftFundsHold"
    release: "ReleaseAgain"
    release_range: "ReleaseRange"
    resend: "ResendEvent"
    redrive: "Redrive"
    resolve: "ResolveEvent"
    resolve_item: "ResolveItem"
    resolve_payout: "ResolvePayout"
    clear_checks: "ClearChecks"
    void_check: "VoidCheck"
    write_off: "WriteOff"
    compare_file: "CompareFile"
    reconcile_bank: "ReconcileBank"
    reconcile_now: Callable[[str, str | None], Mapping[str, Any]]
    erase: "EraseAdvocate"
    packs: "GatherPack"
    prepare_month: "PrepareMonth"
    review_month: "ReviewMonth"
    open_books: "OpenBooks"
    verify_closes: "VerifyCloses"
    caller: Callable[[], str]
    connections: Callable[[], Mapping[str, Any]]
    rotate: "RotateSecrets"

    @property
    def api_url(self) -> str:
        """Where CRMs and providers send to."""
        return self.outputs["ApiUrl"]


def open_stack(name: str) -> Stack:
    """The stack called `name` in the account and region of the AWS credentials at hand.

    Raises:
        StackNotFound: There is none.
    """
    import boto3
    from botocore.exceptions import ClientError

    from guerdon.adapters.aws.bus import EventBridgeBus
    from guerdon.adapters.aws.fulfillments import StepFunctions
    from guerdon.adapters.aws.invoking import WAITING, invoked
    from guerdon.adapters.aws.vault import SecretVault
    from guerdon.adapters.crm.standard.payload import redacted, stored_event
    from guerdon.adapters.dynamodb.connection import Tables
    from guerdon.adapters.dynamodb.review_reads import DynamoReviews
    from guerdon.adapters.report.pack_json import PackJson
    from guerdon.application.arm_channel import ArmChannel
    from guerdon.application.audit import aws_actor
    from guerdon.application.clear_checks import ClearChecks
    from guerdon.application.compare_file import CompareFile
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
    from guerdon.application.release_again import ReleaseAgain
    from guerdon.application.release_range import ReleaseRange
    from guerdon.application.resend_event import ResendEvent
    from guerdon.application.resolve_event import ResolveEvent
    from guerdon.application.resolve_item import ResolveItem
    from guerdon.application.rotate_secrets import RotateSecrets
    from guerdon.application.void_check import VoidCheck
    from guerdon.application.write_off import WriteOff

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
    tables = {table: outputs[f"{table.capitalize()}Table"] for table in _TABLES}
    store, clock = DynamoReviews(Tables(tables, session.region_name)), SystemClock()

    fulfillments = StepFunctions(session.client("stepfunctions"), outputs["StateMachineArn"])
    release = ReleaseAgain(store, clock, fulfillments)
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
        release_range=ReleaseRange(store, store, release),
        resend=ResendEvent(store, clock, EventBridgeBus(session.client("events"), outputs["EventBus"])),
        redrive=_redrive_of(session.client("sqs"), outputs),
        resolve=ResolveEvent(store, clock),
        resolve_item=ResolveItem(store, clock),
        resolve_payout=_resolve_payout(store, clock, session.client("sqs"), outputs),
        clear_checks=ClearChecks(store, clock),
        void_check=VoidCheck(store, clock),
        write_off=WriteOff(store, clock),
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
        rotate=RotateSecrets(store, clock, vault),
    )


def stack_facts(name: str) -> "Facts":
    """What can be found out about the stack called `name`, whether it is there or not. It changes nothing.

    Raises:
        StoreBusy: The database is throttled or away.
        ClientError: The AWS identity at hand may not look at stacks or tables.
    """
    import boto3

    from guerdon.adapters.aws.account import Account, deployment
    from guerdon.adapters.dynamodb.connection import Tables
    from guerdon.adapters.dynamodb.review_reads import DynamoReviews
    from guerdon.application.audit import aws_actor
    from guerdon.application.doctor.facts import Facts, Inside
    from guerdon.application.doctor.pipeline_facts import pipeline_facts

    session, clock = boto3.Session(), SystemClock()
    caller = aws_actor(session.client("sts").get_caller_identity()["Arn"])
    found = deployment(session, name, caller, NEEDED_OUTPUTS)
    now = clock.now()
    if found.status is None or found.missing:
        return Facts(now, found, None)
    names = {table: found.outputs[f"{table.capitalize()}Table"] for table in _TABLES}
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


@cache
def _store() -> "DynamoStore":
    from guerdon.adapters.dynamodb.store import DynamoStore

    return DynamoStore(_tables(), _witness())


def _tables() -> "Tables":
    from guerdon.adapters.dynamodb.connection import Tables

    return Tables(_table_names(), os.environ["AWS_REGION"], session=_session(), kept_days=_kept_days())


def _witness() -> "CommitMetrics":
    from guerdon.adapters.aws.commit_metrics import CommitMetrics

    return CommitMetrics(metrics())


def _table_names() -> Mapping[str, str]:
    """The tables that this function knows of."""
    named = {table: os.environ.get(f"{table.upper()}_TABLE") for table in _TABLES}
    return {table: name for table, name in named.items() if name}


def _kept_days() -> Mapping[str, int]:
    """How many days the rows of tables that may go are kept, as the template's parameters say; 0 is for ever."""
    return {table: int(os.environ.get(f"{table.upper()}_DAYS", "0")) for table in ("people", "notices")}


def _settle(store: "DynamoStore") -> "SettlePayout":
    from guerdon.application.settle_payout import SettlePayout

    return SettlePayout(store, SystemClock())


@cache
def _secrets() -> "Secrets":
    from guerdon.adapters.aws.secrets import Secrets

    return Secrets(_client("secretsmanager"), SystemClock())


def _provider_secret_anew() -> "Mapping[str, Any]":
    return _secrets().refresh(os.environ["PROVIDER_SECRET"])


def _fulfillments() -> "StepFunctions":
    from guerdon.adapters.aws.fulfillments import StepFunctions

    return StepFunctions(_client("stepfunctions"), os.environ["STATE_MACHINE_ARN"])


def _notices() -> "SqsNotices":
    from guerdon.adapters.aws.queues import SqsNotices

    return SqsNotices(_client("sqs"), os.environ["NOTICES_QUEUE_URL"])


def _hints() -> "SqsHintQueues":
    from guerdon.adapters.aws.queues import SqsHintQueues

    urls = {
        provider: os.environ[f"{channel.value.upper()}_HINTS_QUEUE_URL"] for channel, provider in PROVIDER_OF.items()
    }
    return SqsHintQueues(_client("sqs"), urls)


def _resolve_payout(
    store: "Store", clock: SystemClock, client: "SQSClient", outputs: Mapping[str, str]
) -> "ResolvePayout":
    from guerdon.adapters.aws.queues import SqsHintQueues
    from guerdon.application.resolve_payout import ResolvePayout

    return ResolvePayout(store, clock, SqsHintQueues(client, _hints_urls(outputs)))


def _redrive_of(client: "SQSClient", outputs: Mapping[str, str]) -> "Redrive":
    from guerdon.adapters.aws.dead_letters import EVENTS, HINTS, NOTICES, RULES, SqsDeadLetters
    from guerdon.application.redrive import Redrive

    dead = {queue: outputs[f"{queue.capitalize()}DlqUrl"] for queue in (RULES, EVENTS, HINTS, NOTICES)}
    alive = {queue: outputs[f"{queue.capitalize()}QueueUrl"] for queue in (EVENTS, NOTICES)}
    return Redrive(SqsDeadLetters(client, dead, alive | _hints_urls(outputs)))


def _hints_urls(outputs: Mapping[str, str]) -> dict[str, str]:
    """Each provider's queue of hints, by the stack's outputs, such as "GiftCardHintsQueueUrl"."""
    named = {provider: channel.value.title().replace("_", "") for channel, provider in PROVIDER_OF.items()}
    return {provider: outputs[f"{name}HintsQueueUrl"] for provider, name in named.items()}


class _Client:
    """A client that is made when it is first used: most invocations need one or two of those that they could use."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a client's class is made at run time; each adapter types its own.
        return getattr(_made(self._service), name)


def _client(service: str) -> Any:  # noqa: ANN401 - the same.
    return _Client(service)


@cache
def _made(service: str) -> Any:  # noqa: ANN401 - the same.
    """A client with short timeouts: a function has seconds, and everything that calls is tried again."""
    from botocore.config import Config

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "max_attempts": 3},
    )
    return _session().create_client(service, config=config)


@cache
def _session() -> "Session":
    """The one session of a function's process: what each client needs to know of AWS is read once.

    Botocore's own, since boto3 would load its resources and its transfers of files first. Making clients of one session
    is for one thread; a function has one.
    """
    from botocore.session import get_session

    return get_session()
