"""Secrets stay in Secrets Manager and in the headers of calls: a canary in every field of every secret, and bad days.

The functions that read secrets run as they are deployed, wired by bootstrap itself, over AWS in memory and a provider
on this machine. Whatever a function answers (the workflow's state), raises (what Lambda logs), logs by itself, leaves
in its environment, or writes into a table is searched for the canaries. The command's output is searched too.
"""

import base64
import io
import json
import logging
import os
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

import builders
from adapters.dynamodb.engines import recreate_tables
from adapters.providers.orders import MUG
from adapters.providers.servers import RESET, Scripted, serve
from guerdon import bootstrap
from guerdon.adapters.crm.standard.signature import sign
from guerdon.application.transaction import Committed, Insert
from guerdon.cli.app import app
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.payout import PayoutStatus
from memory_stack import NAME, MemoryStack

CANARY: Final = "kanarienvogel"
REGION: Final = "us-east-1"

SECRETS: Final[dict[str, dict[str, Any]]] = {
    "tremendous": {"api_key": f"{CANARY}-key", "funding_source_id": f"{CANARY}-source", "campaign_id": f"{CANARY}-c"},
    "lob": {"api_key": f"{CANARY}-key", "bank_account": f"{CANARY}-bank", "from_address": f"{CANARY}-address"},
    "stripe": {"api_key": f"sk_test_{CANARY}"},
    "printful": {"api_key": f"{CANARY}-key", "store_id": f"{CANARY}-store"},
}
SIGNING: Final = {
    "tremendous": f"{CANARY}-hook",
    "lob": f"{CANARY}-hook",
    "stripe": f"whsec_{CANARY}",
    "printful": CANARY.encode().hex(),
}
CONNECTION: Final = "whsec_" + base64.b64encode(f"{CANARY} of the connection".encode()).decode()

HIDDEN: Final = (
    CANARY,
    CANARY.encode().hex(),
    CONNECTION.removeprefix("whsec_"),
    # As Lob's key travels: base64 of the key and a colon, whose beginning is the canary's own.
    base64.b64encode(CANARY.encode()).decode().rstrip("=")[:-1],
)
"""The canaries in each form that they have on their way."""

PAYING: Final = {f"pay_{channel.value}": channel for channel in Channel}


@dataclass(slots=True)
class Deployed:
    """The functions of a stack, and all that they ever told.

    Attributes:
        provider: Answers whatever a provider is asked.
        told: Answers, errors with their tracebacks, and log lines.
    """

    provider: Scripted
    patch: pytest.MonkeyPatch
    vault: Any
    log: io.StringIO = field(default_factory=io.StringIO)
    said: list[str] = field(default_factory=list)

    def put(self, secret: str, value: object) -> None:
        """Give a secret a value: a text as it is, anything else as JSON."""
        text = value if isinstance(value, str) else json.dumps(value)
        self.vault.put_secret_value(SecretId=secret, SecretString=text)
        for keeps_secrets in (bootstrap._secrets, bootstrap.receive_event, bootstrap.receive_provider_update):  # noqa: SLF001
            keeps_secrets.cache_clear()

    def invoke(self, function: str, event: dict[str, Any], **environment: str) -> Exception | None:
        """Run a function; what it raised, if anything. Lambda logs that with its traceback."""
        for name, value in environment.items():
            self.patch.setenv(name, value)
        module = import_module(f"{function}.handler")
        handler = module.log.registered_handler
        assert isinstance(handler, logging.StreamHandler)
        # Not by setStream, which flushes what was there: the output of the test that loaded the handler, closed by now.
        before, handler.stream = handler.stream, self.log
        try:
            self.said.append(json.dumps(module.handle(event, object()), default=str))
        except Exception as error:  # noqa: BLE001 - whatever it is, Lambda prints it.
            self.said += ["".join(traceback.format_exception(error)), repr(error)]
            return error
        finally:
            handler.stream = before
        return None

    def pay(self, channel: Channel, token: str = "token") -> Exception | None:  # noqa: S107 - a task's token
        """Have a channel's function pay the payout."""
        provider = PROVIDER_OF[channel]
        event = {"payout_id": builders.PAYOUT_ID, "run": 1, "task_token": token}
        return self.invoke(f"pay_{channel.value}", event, PROVIDER_SECRET=provider, PROVIDER_URL=self.provider.url)

    def released(self, channel: Channel) -> None:
        """Store a payout that may be paid."""
        item = builders.payout(
            PayoutStatus.RELEASED, channel=channel, item=MUG if channel is Channel.MERCHANDISE else None
        )
        store = bootstrap._store()  # noqa: SLF001 - the store that the functions have
        rows = (item, builders.details(), builders.reward(), builders.armed(channel))
        assert store.commit(tuple(Insert(row) for row in rows)) is Committed.YES

    def everything(self) -> str:
        """All that was told, and every row."""
        database = boto3.client("dynamodb", region_name=REGION)
        rows = [
            json.dumps(item, default=str)
            for table in database.list_tables()["TableNames"]
            for item in database.scan(TableName=table)["Items"]
            # The frozen request names the account to draw on, which is no secret; its row is for the provider.
            if not item.get("person_key", {}).get("S", "").startswith("request")
        ]
        variables = [f"{name}={value}" for name, value in os.environ.items()]
        return "\n".join([*self.said, self.log.getvalue(), *rows, *variables])


def assert_nothing_told(text: str) -> None:
    assert [hidden for hidden in HIDDEN if hidden.lower() in text.lower()] == []


def forget_what_was_built() -> None:
    """Let bootstrap read secrets and environment anew."""
    for made in vars(bootstrap).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> Iterator[Deployed]:  # noqa: ARG001
    """The stack with every secret filled, and a log at its most talkative."""
    script = Scripted()
    server = serve(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with mock_aws():
        boto3.setup_default_session(region_name=REGION)
        names = recreate_tables(boto3.client("dynamodb", region_name=REGION), "told")
        for logical, name in names.items():
            monkeypatch.setenv(f"{logical.upper()}_TABLE", name)
        for name in ("NOTICES", *(f"{channel.value.upper()}_HINTS" for channel in Channel)):
            url = boto3.client("sqs", region_name=REGION).create_queue(QueueName=name)["QueueUrl"]
            monkeypatch.setenv(f"{name}_QUEUE_URL", url)
        settings = {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "CONNECTIONS_SECRET": "connections",
            "WEBHOOKS_SECRET": "webhooks",
            "EVENT_BUS": "default",
            "STACK_NAME": "guerdon",
            "STATE_MACHINE_ARN": f"arn:aws:states:{REGION}:123456789012:stateMachine:fulfillment",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        connections = {"crm": {"source": "standard", "source_account": "acme", "secrets": [CONNECTION]}}
        webhooks = {provider: [secret] for provider, secret in SIGNING.items()}
        vault = boto3.client("secretsmanager", region_name=REGION)
        for name, content in {**SECRETS, "connections": connections, "webhooks": webhooks}.items():
            vault.create_secret(Name=name, SecretString=json.dumps(content))
        forget_what_was_built()
        yield Deployed(script, monkeypatch, vault)
    forget_what_was_built()
    server.shutdown()
    thread.join()
    server.server_close()


ANSWERS: Final[tuple[Callable[[Scripted], None], ...]] = (
    lambda script: script.says(401, {"error": {"message": f"no such key: {CANARY}-key"}}),
    lambda script: script.breaks(RESET),
    lambda script: script.says(500, CANARY.encode()),
    lambda script: script.says(200, {"order": {CANARY: CANARY}, "id": [CANARY], "data": CANARY}),
    lambda script: script.says(400, {"error": {"message": CANARY, "code": "invalid"}}),
)
"""What a provider answers on bad days: most of them quote the key. The last one may end the payout."""


@pytest.mark.parametrize("function", PAYING)
def test_a_paying_function_tells_no_key_whatever_its_provider_answers(deployed: Deployed, function: str) -> None:
    channel = PAYING[function]
    deployed.released(channel)
    for answer in ANSWERS:
        deployed.provider.answers.clear()
        for _ in range(4):
            answer(deployed.provider)
        deployed.pay(channel)

    assert len(deployed.provider.asked) >= len(ANSWERS)
    carried = deployed.provider.asked[0].headers["authorization"]
    assert CANARY in carried or CANARY in base64.b64decode(carried.removeprefix("Basic ")).decode()
    assert_nothing_told(deployed.everything())


def broken(secret: dict[str, Any]) -> Iterator[object]:
    """Every way in which an operator may have mistyped a secret."""
    whole = json.dumps(secret)
    yield from (whole[:-1], f"{whole}{whole}", [whole], CANARY)
    for name, value in secret.items():
        yield {field: text for field, text in secret.items() if field != name}
        yield from ({**secret, name: wrong} for wrong in ([value], f"{value}\n{value}"))


@pytest.mark.parametrize("function", PAYING)
def test_a_paying_function_tells_nothing_of_a_secret_that_is_broken(deployed: Deployed, function: str) -> None:
    channel = PAYING[function]
    deployed.released(channel)
    for value in broken(SECRETS[PROVIDER_OF[channel]]):
        deployed.put(PROVIDER_OF[channel], value)
        # A sender's address may be an object; and what is left in order is called, and refused.
        deployed.provider.says(401, {})
        deployed.pay(channel)
    assert_nothing_told(deployed.everything())


@pytest.mark.parametrize("provider", SECRETS)
def test_a_comparison_tells_no_key(deployed: Deployed, provider: str) -> None:
    names = {"PROVIDER": provider, "PROVIDER_SECRET": provider, "PROVIDER_URL": deployed.provider.url}
    for answer in ANSWERS:
        deployed.provider.answers.clear()
        for _ in range(4):
            answer(deployed.provider)
        deployed.invoke("reconcile", {}, **names)
    for value in broken(SECRETS[provider]):
        deployed.put(provider, value)
        deployed.provider.says(401, {})
        deployed.invoke("reconcile", {})
    assert_nothing_told(deployed.everything())


def posted(to: dict[str, str], headers: dict[str, str], body: str) -> dict[str, Any]:
    return {
        "headers": {"content-type": "application/json", **headers},
        "pathParameters": to,
        "body": body,
        "isBase64Encoded": False,
    }


def a_deal() -> dict[str, Any]:
    body = builders.message_text()
    return posted({"connection": "crm"}, sign(CONNECTION, "msg_1", builders.NOW, body.encode()), body)


def test_the_open_routes_tell_nothing_of_secrets_that_are_broken(deployed: Deployed) -> None:
    entry = {"source": "standard", "source_account": "acme", "secrets": [CONNECTION]}
    for connection in (None, [CONNECTION], CONNECTION, {**entry, "secrets": CONNECTION}, {**entry, "source": [CANARY]}):
        deployed.put("connections", {"crm": connection})
        assert deployed.invoke("receive_event", a_deal()) is None
    for value in broken({"crm": entry}):
        deployed.put("connections", value)
        assert deployed.invoke("receive_event", a_deal()) is None
    for provider, secret in SIGNING.items():
        for value in (*broken({provider: [secret]}), {provider: secret}, {provider: [[secret]]}):
            deployed.put("webhooks", value)
            hook = posted({"provider": provider}, {"lob-signature": "1", "lob-signature-timestamp": "1"}, "{}")
            assert deployed.invoke("receive_provider_update", hook) is None
    assert "could not take a delivery" in deployed.log.getvalue()
    assert "could not take a provider's update" in deployed.log.getvalue()
    assert_nothing_told(deployed.everything())


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (("rotate", "webhooks", "lob", "--reason", "x"), f"{CANARY}-newer"),
        (("rotate", "webhooks", "printful", "--reason", "x"), f"{CANARY}-newer"),
        (("rotate", "key", "stripe", "--reason", "x"), f"{CANARY}-newer"),
        (("rotate", "key", "stripe", "--reason", " "), f"{CANARY}-newer"),
        (("rotate", "connection", "crm", "--finish", "--reason", "x"), ""),
        (("rotate", "connection", "unknown", "--reason", "x"), ""),
        (("send", "events/01-first-referral.json", "--connection", "crm", "--secret-from-stack"), ""),
        (("send", "events/01-first-referral.json", "--connection", "unknown", "--secret-from-stack"), ""),
        (("send", "events/01-first-referral.json", "--connection", "crm", "--secret", f"{CANARY}"), ""),
        (("audit",), ""),
    ],
    ids=" ".join,
)
def test_the_command_prints_no_secret_that_it_was_given_or_found(arguments: tuple[str, ...], typed: str) -> None:
    memory = MemoryStack()
    memory.connections["crm"] = {"source": "standard", "source_account": "acme", "secrets": [CONNECTION]}
    memory.webhooks |= {provider: [secret] for provider, secret in SIGNING.items()}
    for provider, secret in SECRETS.items():
        memory.keys[provider] |= secret

    said = CliRunner().invoke(app, arguments, obj=memory.world, env={"GUERDON_STACK": NAME}, input=f"{typed}\n")

    assert said.exit_code in {0, 1, 2, 3}, said.exception
    assert_nothing_told(said.output)


def test_a_secret_that_cannot_be_read_is_told_by_its_name_alone(deployed: Deployed) -> None:
    deployed.released(Channel.CHECK)
    deployed.put("lob", {"api_key": f"{CANARY}\n"})
    deployed.put("lob", CANARY)
    error = deployed.pay(Channel.CHECK)
    assert str(error) == "secret lob has no value that is a JSON object: put it there with Secrets Manager"
