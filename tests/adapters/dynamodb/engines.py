"""The engines that the contract is held against: two in this process, and those of `local.engines` behind a URL."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import boto3
import pytest
import yaml
from botocore.config import Config
from moto import mock_aws

from fakes.store import MemoryStore
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.review_reads import DynamoReviews
from guerdon.application.ports import Store
from guerdon.application.review_ports import ReviewStore
from local.cloud.settings import CREDENTIALS

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REGION: Final = "us-east-1"
SESSIONS: Final = "SessionsTable"
"""The table that is none of the store's: the console's sign-in keeps its sessions there by itself."""

TEMPLATE: Final = Path(__file__).parents[3] / "template.yaml"


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short functions as None: the tables' keys and indexes use none."""


_Template.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


@cache
def table_definitions() -> dict[str, dict[str, Any]]:
    """Keys, attributes and indexes of every table of the store that the template deploys, by logical name ("inbox")."""
    # A SafeLoader subclass: it makes plain data only.
    template = yaml.load(TEMPLATE.read_text(), Loader=_Template)  # noqa: S506 - see the line above.
    tables = {
        name.removesuffix("Table").lower(): resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table" and name != SESSIONS
    }
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return {name: {key: table[key] for key in wanted if key in table} for name, table in tables.items()}


def recreate_tables(client: "DynamoDBClient", prefix: str) -> Mapping[str, str]:
    """Make the template's tables anew at `client`, and give their real names by logical name."""
    names = {logical: f"{prefix}-{logical}" for logical in table_definitions()}
    for name in set(client.list_tables()["TableNames"]) & set(names.values()):
        client.delete_table(TableName=name)
    for logical, definition in table_definitions().items():
        client.create_table(TableName=names[logical], BillingMode="PAY_PER_REQUEST", **definition)
    return names


def empty_tables(client: "DynamoDBClient", names: Mapping[str, str]) -> None:
    """Delete every item of the tables called `names`; quicker than making them anew."""
    for logical, definition in table_definitions().items():
        keys = [part["AttributeName"] for part in definition["KeySchema"]]
        for page in client.get_paginator("scan").paginate(TableName=names[logical]):
            for item in page["Items"]:
                client.delete_item(TableName=names[logical], Key={key: item[key] for key in keys})


class WholeStore(Store, ReviewStore, Protocol):
    """All that a store does, for those who work and those who look."""


Fresh = Callable[[], WholeStore]
"""Gives an empty store."""


@contextmanager
def memory() -> Iterator[Fresh]:
    """The fake that use-case tests run on."""
    yield MemoryStore


@contextmanager
def moto() -> Iterator[Fresh]:
    """The real adapter on moto: conditions and indexes are right there, tokens and conflicts are not."""
    with mock_aws(), on_tables_of(None) as fresh:
        yield fresh


@contextmanager
def on_tables_of(endpoint: str | None) -> Iterator[Fresh]:
    """The real adapter on whatever answers at `endpoint`."""
    client = client_of(endpoint)
    names = recreate_tables(client, "contract")

    def fresh() -> WholeStore:
        empty_tables(client, names)
        return store

    with credentials():
        store = DynamoReviews(Tables(names, REGION, endpoint))
        yield fresh


@contextmanager
def credentials() -> Iterator[None]:
    """Let the adapter find credentials that an engine on this machine accepts."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield


def client_of(endpoint: str | None) -> "DynamoDBClient":
    """A plain client, which sends each request once."""
    return boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}),
    )


IN_PROCESS: Final[dict[str, Callable[[], AbstractContextManager[Fresh]]]] = {"memory": memory, "moto": moto}
"""Engines that need no server."""

ON_A_SERVER: Final = (
    pytest.mark.local_cloud,
    pytest.mark.real_engine,
    pytest.mark.allow_hosts(["127.0.0.1"]),
)
"""The marks of a test that asks a server: `make engines` runs it."""
