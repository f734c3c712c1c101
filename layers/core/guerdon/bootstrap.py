"""The only wiring, and the only reader of the environment.

One function per Lambda, each importing what that Lambda needs and nothing else, each built once per process.
`open_stack` is the command line's way in: it finds the same things by a stack's outputs.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from guerdon.adapters.aws.clock import SystemClock
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.errors import GuerdonError, SecretMissing

if TYPE_CHECKING:
    from datetime import datetime

    from guerdon.adapters.aws.fulfillments import StepFunctions
    from guerdon.adapters.aws.queues import SqsHintQueues, SqsNotices
    from guerdon.adapters.aws.secrets import Secrets
    from guerdon.adapters.crm.webhook import Request
    from guerdon.adapters.dynamodb.store import DynamoStore
    from guerdon.adapters.refusal import Refusal
    from guerdon.application.arm_channel import ArmChannel
    from guerdon.application.evaluate_rewards import EvaluateRewards
    from guerdon.application.look_again import LookAgain
    from guerdon.application.notify import Notify
    from guerdon.application.pay_payout import PayPayout
    from guerdon.application.ports import Store
    from guerdon.application.programs import PublishProgram
    from guerdon.application.receive_event import Delivery, ReceiveEvent
    from guerdon.application.release_again import ReleaseAgain
    from guerdon.application.release_payout import ReleasePayout
    from guerdon.application.resend_event import ResendEvent
    from guerdon.application.resolve_event import ResolveEvent
    from guerdon.application.settle_payout import SettlePayout
    from guerdon.application.sweep import Sweep

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
    "settings",
    "notices",
)
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
    from guerdon.adapters.crm.standard.payload import stored_event
    from guerdon.application.evaluate_rewards import EvaluateRewards
    from guerdon.application.programs import ProgramShelf

    store = _store()
    return EvaluateRewards(
        store, ProgramShelf(store), stored_event, _fulfillments(), _notices(), _hints(), SystemClock()
    )


@cache
def release_payout() -> "ReleasePayout":
    """The release check. It knows what providers can carry, and none of their keys."""
    from guerdon.adapters.providers.build import unmet
    from guerdon.application.release_payout import ReleasePayout

    return ReleasePayout(_store(), SystemClock(), unmet)


def pay_step(channel: Channel) -> "tuple[PayPayout, LookAgain]":
    """One channel's pay step and its reader of hints, over the one provider whose key this function has.

    The key is read again every few minutes, so that a rotated one needs no deployment.
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
    provider = build_provider(PROVIDER_OF[channel], json.loads(secret), os.environ["PROVIDER_URL"])
    conclude = Conclude(_fulfillments(), _settle(store), _notices())
    return PayPayout(store, clock, provider, conclude), LookAgain(store, clock, provider, conclude)


@cache
def settle_payout() -> "SettlePayout":
    """Settle a payout by what is known of its attempt."""
    return _settle(_store())


@cache
def notify() -> "Notify":
    """Tell people. The only place that loads templates and locales."""
    from guerdon.adapters.crm.standard.payload import stored_event
    from guerdon.adapters.email.ses import SesMailer
    from guerdon.application.notify import Notify

    mailer = SesMailer(_client("sesv2"), os.environ["MAIL_FROM"])
    return Notify(_store(), SystemClock(), mailer, stored_event, os.environ["FINANCE_MAIL"])


@cache
def receive_provider_update() -> "tuple[Callable[[str], Sequence[str]], SqsHintQueues, Callable[[], datetime]]":
    """The webhook secrets of each provider, the hint queues, and the time. No provider's key."""
    secrets, name = _secrets(), os.environ["WEBHOOKS_SECRET"]

    def secrets_of(provider: str) -> Sequence[str]:
        values = secrets.get(name).get(provider)
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            raise SecretMissing("webhooks", provider)
        return values

    return secrets_of, _hints(), SystemClock().now


@cache
def sweep() -> "tuple[Sweep, Callable[[], None]]":
    """Find what got stuck, and tell CloudWatch how much waits."""
    from guerdon.adapters.aws.backlog_metrics import tell_backlog
    from guerdon.adapters.aws.bus import EventBridgeBus
    from guerdon.application.count_waiting import CountWaiting
    from guerdon.application.sweep import Sweep

    store, clock, stack = _store(), SystemClock(), os.environ["STACK_NAME"]
    bus = EventBridgeBus(_client("events"), os.environ["EVENT_BUS"])
    count = CountWaiting(store, clock)
    return Sweep(store, clock, bus, _fulfillments(), _hints(), _notices()), lambda: tell_backlog(stack, count())


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack, as the command line sees it.

    Attributes:
        outputs: The stack's outputs by name.
        caller: Gives the ARN of the AWS identity that the command runs as.
        connections: Gives the configured connections with their secrets; it needs the right to read them.
    """

    outputs: Mapping[str, str]
    store: "Store"
    publish: "PublishProgram"
    arm: "ArmChannel"
    release: "ReleaseAgain"
    resend: "ResendEvent"
    resolve: "ResolveEvent"
    caller: Callable[[], str]
    connections: Callable[[], Mapping[str, Any]]

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
    from guerdon.adapters.dynamodb.store import DynamoStore
    from guerdon.application.arm_channel import ArmChannel
    from guerdon.application.programs import PublishProgram
    from guerdon.application.release_again import ReleaseAgain
    from guerdon.application.resend_event import ResendEvent
    from guerdon.application.resolve_event import ResolveEvent

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
    store, clock = DynamoStore(tables, region=session.region_name), SystemClock()

    def connections() -> Mapping[str, Any]:
        answer = session.client("secretsmanager").get_secret_value(SecretId=outputs["ConnectionsSecret"])
        configured: Mapping[str, Any] = json.loads(answer["SecretString"])
        return configured

    return Stack(
        outputs=outputs,
        store=store,
        publish=PublishProgram(store, clock),
        arm=ArmChannel(store, clock),
        release=ReleaseAgain(store, clock, StepFunctions(session.client("stepfunctions"), outputs["StateMachineArn"])),
        resend=ResendEvent(store, EventBridgeBus(session.client("events"), outputs["EventBus"])),
        resolve=ResolveEvent(store, clock),
        caller=lambda: session.client("sts").get_caller_identity()["Arn"],
        connections=connections,
    )


@cache
def _store() -> "DynamoStore":
    from guerdon.adapters.dynamodb.store import DynamoStore

    named = {table: os.environ.get(f"{table.upper()}_TABLE") for table in _TABLES}
    names = {table: name for table, name in named.items() if name}
    return DynamoStore(names, region=os.environ["AWS_REGION"])


def _settle(store: "DynamoStore") -> "SettlePayout":
    from guerdon.application.settle_payout import SettlePayout

    return SettlePayout(store, SystemClock())


@cache
def _secrets() -> "Secrets":
    from guerdon.adapters.aws.secrets import Secrets

    return Secrets(_client("secretsmanager"), SystemClock())


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


@cache
def _client(service: str) -> Any:  # noqa: ANN401 - boto3 makes a client's class at run time; each adapter types its own.
    """A client with short timeouts: a function has seconds, and everything that calls is tried again."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "max_attempts": 3},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]
