"""The wiring of the functions, and the only reader of their environment.

One function per Lambda, each importing what that Lambda needs and nothing else, each built once per process. The
command line's way in is opening.py: it finds the same things by a stack's outputs.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from guerdon.adapters.aws.clock import SystemClock
from guerdon.adapters.dynamodb.table_names import TABLES
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.errors import SecretMissing

if TYPE_CHECKING:
    from botocore.session import Session

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
    from guerdon.application.doctor.facts import ProviderAccess
    from guerdon.application.end_run import EndRun
    from guerdon.application.evaluate_rewards import EvaluateRewards
    from guerdon.application.look_again import LookAgain
    from guerdon.application.notify import Notify
    from guerdon.application.pay_payout import PayPayout
    from guerdon.application.ports import ProviderHint
    from guerdon.application.receive_event import Delivery, ReceiveEvent
    from guerdon.application.reconcile import Reconcile
    from guerdon.application.reconcile_bank import ReconcileBank
    from guerdon.application.release_payout import ReleasePayout
    from guerdon.application.review.services import Services
    from guerdon.application.seal_ledger import SealLedger
    from guerdon.application.settle_payout import SettlePayout
    from guerdon.application.sweep import Sweep

    ReadHint = Callable[[str, Mapping[str, str], bytes], ProviderHint | Refusal | None]

_CONNECT_SECONDS: Final = 2
_READ_SECONDS: Final = 5


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
    from guerdon.application.arm_channel import ArmChannel
    from guerdon.application.erase_advocate import EraseAdvocate
    from guerdon.application.lift_funds_hold import LiftFundsHold
    from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
    from guerdon.application.month_end.gather import GatherPack
    from guerdon.application.pause_payouts import PausePayouts, ResumePayouts
    from guerdon.application.programs import PublishProgram
    from guerdon.application.release_again import ReleaseAgain
    from guerdon.application.resend_event import ResendEvent
    from guerdon.application.resolve_event import ResolveEvent
    from guerdon.application.resolve_item import ResolveItem
    from guerdon.application.resolve_payout import ResolvePayout
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
        pause=PausePayouts(store, clock),
        resume=ResumePayouts(store, clock),
        lift_funds_hold=LiftFundsHold(store, clock, _fulfillments()),
        arm=ArmChannel(store, clock),
        release=ReleaseAgain(store, clock, _fulfillments()),
        resend=ResendEvent(store, clock, EventBridgeBus(_client("events"), os.environ["EVENT_BUS"])),
        resolve=ResolveEvent(store, clock),
        resolve_item=ResolveItem(store, clock),
        resolve_payout=ResolvePayout(store, clock, _hints()),
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
    named = {table: os.environ.get(f"{table.upper()}_TABLE") for table in TABLES}
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
