"""The two open routes in this process: the deployed handlers, wired by bootstrap itself, with AWS in memory.

What a request makes a function do is seen where it leaves the process: every call of AWS, every line of its log.
"""

import base64
import io
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import boto3
import pytest
import time_machine
from aws_lambda_powertools import Logger
from moto import mock_aws

from adapters.dynamodb.engines import recreate_tables
from builders import NOW
from guerdon import bootstrap
from guerdon.domain.channel import PROVIDER_OF

REGION: Final = "us-east-1"
BUS: Final = "deals"
READS_SECRETS: Final = "GetSecretValue"
SIGNATURE_LEAST: Final = 32
"""A signature has at least so many characters; a shorter text in its place may be a word that a log says anyway."""

TELLING: Final = 6
"""Shorter texts stand in many places by chance."""

ANSWER_MOST: Final = 500
"""An answer says what is wrong with which field; a whole body would not fit."""

_IN_EVERY_LINE: Final = {"level", "message", "location", "timestamp", "service"}

EVENTS: Final = "receive_event"
UPDATES: Final = "receive_provider_update"
_PATH_PARAMETER: Final = {EVENTS: "connection", UPDATES: "provider"}


def secret(name: str) -> str:
    """The Standard Webhooks secret of that name; its text betrays itself wherever it turns up."""
    return "whsec_" + base64.b64encode(f"geheim-{name}".encode() * 2).decode()


CONNECTIONS: Final[dict[str, dict[str, Any]]] = {
    "crm": {"source": "standard", "source_account": "acme", "secrets": [secret("first"), secret("second")]},
    "other-crm": {"source": "standard", "source_account": "other", "secrets": [secret("other")]},
    # Mistyped by an operator: none of them may ever be a key.
    "mistyped": {"source": "standard", "source_account": "acme", "secrets": ["whsec_", "geheim", "whsec_geheim!"]},
}
WEBHOOK_SECRETS: Final = {
    "tremendous": "geheim-tremendous",
    "lob": "geheim-lob",
    "stripe": "whsec_geheim-stripe",
    "printful": b"geheim-printful".hex(),
}
SECRETS: Final = (
    *(text for connection in CONNECTIONS.values() for text in connection["secrets"] if text != "whsec_"),
    *WEBHOOK_SECRETS.values(),
    "geheim",
)
"""No log and no answer may have any of these."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as its sender puts it on the wire, and what API Gateway makes of it.

    Attributes:
        to: The last part of the address.
        headers: Name and value; a name may come twice.
        body: The bytes, or the text that stands in the event as it is.
        encoded: Whether the event says that its body is base64; by default when the bytes are no text.
    """

    to: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | str
    encoded: bool | None = None

    def event(self, function: str) -> dict[str, Any]:
        """The event of payload format 2.0: names in lower case, values of one name joined by commas.

        Source: docs.aws.amazon.com/apigateway, "Working with AWS Lambda proxy integrations for HTTP APIs".
        """
        joined: dict[str, str] = {}
        for name, value in self.headers:
            joined[name.lower()] = f"{joined[name.lower()]},{value}" if name.lower() in joined else value
        text, encoded = self._written()
        event = {
            "version": "2.0",
            "headers": joined,
            "pathParameters": {_PATH_PARAMETER[function]: self.to},
            "isBase64Encoded": encoded,
        }
        return event | {"body": text} if text else event

    def _written(self) -> tuple[str, bool]:
        if isinstance(self.body, str):
            return self.body, bool(self.encoded)
        try:
            text = self.body.decode()
        except UnicodeDecodeError:
            text = None
        if self.encoded or text is None:
            return base64.b64encode(self.body).decode(), True
        return text, False


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one request.

    Attributes:
        content: The JSON of the answer.
        text: The answer's body as it is.
        calls: Every AWS operation with its parameters, but for reading secrets.
        log: Each line that was logged, as JSON.
        aside: What any library wrote to the process's log.
    """

    status: int
    content: dict[str, Any]
    text: str
    calls: tuple[tuple[str, dict[str, Any]], ...]
    log: tuple[dict[str, Any], ...]
    aside: str

    @property
    def refusal(self) -> tuple[int, str, str | None]:
        """Status, code and field of a refusal."""
        error = self.content["error"]
        return self.status, error["code"], error.get("field")

    @property
    def logged(self) -> list[dict[str, Any]]:
        """What each line of the log says beyond what every line does."""
        return [{key: line[key] for key in line.keys() - _IN_EVERY_LINE} for line in self.log]

    def hides(self, *hidden: str) -> None:
        """Hold that no secret and none of these texts stands in the answer or in any log, whatever their case."""
        told = "\n".join([self.text, self.aside, *(json.dumps(line, ensure_ascii=False) for line in self.log)]).lower()
        assert [text for text in (*SECRETS, *hidden) if len(text) >= TELLING and text.lower() in told] == []
        assert len(self.text) < ANSWER_MOST

    @property
    def operations(self) -> list[str]:
        """The names of the AWS operations, in order."""
        return [operation for operation, _ in self.calls]


class Edge:
    """The functions behind the open routes.

    Attributes:
        played: How many requests were answered.
    """

    def __init__(self, urls: dict[str, str]) -> None:
        self.played = 0
        self.queue_urls = urls
        self._handles: dict[str, Any] = {}
        self._calls: list[tuple[str, dict[str, Any]]] = []
        self._database = boto3.client("dynamodb", region_name=REGION)
        self._lines, self._aside = io.StringIO(), io.StringIO()
        self._undo = ExitStack()
        libraries = logging.StreamHandler(self._aside)
        logging.getLogger().addHandler(libraries)
        self._undo.callback(logging.getLogger().removeHandler, libraries)
        # What every client of the functions is made from.
        session = bootstrap._session()  # noqa: SLF001 - one for the process, and for these tests.
        session.get_component("event_emitter").register("before-parameter-build", self._called)
        _, receive = bootstrap.receive_event()
        self.store = receive.store
        for function in (EVENTS, UPDATES):
            module = import_module(f"{function}.handler")
            self._handles[function] = module.handle
            self._listen(module.log)

    def send(self, function: str, sent: Sent) -> Answered:
        """Have a request answered. Whatever the handler raises would be a 5xx, and is raised here."""
        self._calls.clear()
        for log in (self._lines, self._aside):
            log.seek(0)
            log.truncate()
        answer = self._handles[function](sent.event(function), object())
        self.played += 1
        lines = [json.loads(line) for line in self._lines.getvalue().splitlines()]
        text = answer["body"]
        assert answer["headers"]["content-type"] == "application/json"
        calls = tuple(self._calls)
        return Answered(answer["statusCode"], json.loads(text), text, calls, tuple(lines), self._aside.getvalue())

    def rows(self) -> int:
        """How many rows the two tables that the functions write to have."""
        tables = ("edge-inbox", "edge-people")
        return sum(self._database.describe_table(TableName=table)["Table"]["ItemCount"] for table in tables)

    def _called(self, params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's own model.
        if model.name != READS_SECRETS:
            self._calls.append((model.name, params))

    def _listen(self, log: Logger) -> None:
        assert isinstance(log.registered_handler, logging.StreamHandler)
        before = log.registered_handler.setStream(self._lines)
        self._undo.callback(log.registered_handler.setStream, before)

    def close(self) -> None:
        """Let the functions log again to where they did before."""
        self._undo.close()


def forget_what_was_built() -> None:
    """Let bootstrap read the environment anew."""
    for made in vars(bootstrap).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()


@contextmanager
def in_memory() -> Iterator[Edge]:
    """The functions with everything that the template gives them, in a world where time stands still."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(), time_machine.travel(NOW, tick=False):
        for name, value in _environment().items():
            patch.setenv(name, value)
        boto3.setup_default_session(region_name=REGION)
        urls = _deployed()
        for provider, url in urls.items():
            channel = next(channel for channel, name in PROVIDER_OF.items() if name == provider)
            patch.setenv(f"{channel.value.upper()}_HINTS_QUEUE_URL", url)
        forget_what_was_built()
        with closing(Edge(urls)) as edge:
            yield edge
    forget_what_was_built()


def _environment() -> dict[str, str]:
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "INBOX_TABLE": "edge-inbox",
        "PEOPLE_TABLE": "edge-people",
        "EVENT_BUS": BUS,
        "CONNECTIONS_SECRET": "connections",
        "WEBHOOKS_SECRET": "webhooks",
        "STACK_NAME": "edge",
    }


def _deployed() -> dict[str, str]:
    """Make what the functions use; the URL of each provider's queue."""
    recreate_tables(boto3.client("dynamodb", region_name=REGION), "edge")
    boto3.client("events", region_name=REGION).create_event_bus(Name=BUS)
    secrets = boto3.client("secretsmanager", region_name=REGION)
    webhooks = {provider: [text] for provider, text in WEBHOOK_SECRETS.items()}
    secrets.create_secret(Name="connections", SecretString=json.dumps(CONNECTIONS))
    secrets.create_secret(Name="webhooks", SecretString=json.dumps(webhooks))
    queues = boto3.client("sqs", region_name=REGION)
    return {name: queues.create_queue(QueueName=f"hints-{name}")["QueueUrl"] for name in WEBHOOK_SECRETS}
