"""A stack that lacks nothing; a test takes one thing away from it."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from builders import NOW, Changed
from guerdon.application.doctor.facts import (
    Answered,
    Connections,
    Deployment,
    Facts,
    Inside,
    KeyMode,
    Pipeline,
    ProviderAccess,
    PublishedProgram,
    Sender,
    TableGuard,
    Unread,
)
from guerdon.domain.channel import PROVIDER_OF, Channel

API: Final = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com"
REFUSED: Final = Unread("AWS refused SomeCall: AccessDeniedException")

DEPLOYED: Final = Deployment(
    name="guerdon",
    caller="aws:arn:aws:iam::123456789012:user/pat",
    region="eu-central-1",
    status="UPDATE_COMPLETE",
    outputs={
        "ApiUrl": API,
        "ConnectionsSecret": "connections-secret",
        "WebhooksSecret": "webhooks-secret",
        "TremendousSecret": "tremendous-secret",
        "LobSecret": "lob-secret",
        "StripeSecret": "stripe-secret",
        "PrintfulSecret": "printful-secret",
        "ConsoleUsers": "eu-central-1_pool",
        "FunctionsLog": "/guerdon/guerdon/functions",
    },
    parameters={
        "MailFrom": "rewards@example.com",
        "AlarmTopic": "arn:aws:sns:eu-central-1:123456789012:alarms",
        "TremendousUrl": "https://api.tremendous.com/api/v2",
        "LobUrl": "https://api.lob.com/v1",
        "LocalCloud": "false",
    },
)
FIELDS: Final = ("api_key", "more")
TAKEN: Final = ProviderAccess(FIELDS, (), KeyMode.LIVE, Answered.YES)
EMPTY: Final = ProviderAccess(FIELDS, FIELDS, KeyMode.UNTOLD, Answered.NOT_ASKED)

INSIDE: Final = Inside(
    connections=Connections(("crm",)),
    providers=dict.fromkeys(PROVIDER_OF.values(), TAKEN),
    webhooks=frozenset(PROVIDER_OF.values()),
    sender=Sender("example.com", verified=True, signed=True, production=True, sending=True),
    subscribers=2,
    people={"viewer": frozenset({"v"}), "finance": frozenset({"f"}), "admin": frozenset({"a"})},
    tables=(TableGuard("InboxTable", undeletable=True, restorable=True),),
    pipeline=Pipeline(
        programs=(PublishedProgram("customer-referral", 3, frozenset(Channel), ceilings=True),),
        armed=frozenset(Channel),
        paused=(),
        unfunded=frozenset(),
        overdue=0,
        sealed_behind=timedelta(minutes=70),
    ),
    invoked={"sweep": True, "seal_ledger": True},
    dead={"EventsDlqUrl": 0, "HintsDlqUrl": 0},
    ringing={},
)
WHOLE: Final = Facts(NOW, DEPLOYED, INSIDE)


def but(**changes: Changed) -> Facts:
    """The whole stack with these things inside it changed."""
    return replace(WHOLE, inside=replace(INSIDE, **changes))


def but_pipeline(**changes: Changed) -> Facts:
    """The whole stack with these facts of the pipeline changed."""
    return but(pipeline=replace(INSIDE.pipeline, **changes))


def but_provider(provider: str, found: ProviderAccess | Unread, **changes: Changed) -> Facts:
    """The whole stack with one provider standing differently."""
    return but(providers={**INSIDE.providers, provider: found}, **changes)


def local(facts: Facts) -> Facts:
    """The same on the emulator."""
    parameters = {**facts.deployment.parameters, "LocalCloud": "true"}
    return replace(facts, deployment=replace(facts.deployment, parameters=parameters))


def with_deployment(**changes: Changed) -> Facts:
    """The whole stack, deployed differently."""
    return replace(WHOLE, deployment=replace(DEPLOYED, **changes))
