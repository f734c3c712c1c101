"""The engines that the contract is held against; another one is another entry in ENGINES."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
import yaml
from moto import mock_aws

from fakes.store import MemoryStore
from guerdon.adapters.dynamodb.store import DynamoStore
from guerdon.application.ports import Store

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

REGION: Final = "us-east-1"
TEMPLATE: Final = Path(__file__).parents[3] / "template.yaml"


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short functions as None: the tables' keys and indexes use none."""


_Template.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


@cache
def table_definitions() -> dict[str, dict[str, Any]]:
    """Keys, attributes and indexes of every table that the template deploys, by logical name ("inbox")."""
    # A SafeLoader subclass: it makes plain data only.
    template = yaml.load(TEMPLATE.read_text(), Loader=_Template)  # noqa: S506 - see the line above.
    tables = {
        name.removesuffix("Table").lower(): resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
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


Fresh = Callable[[], Store]
"""Gives an empty store."""


@contextmanager
def memory() -> Iterator[Fresh]:
    """The fake that use-case tests run on."""
    yield MemoryStore


@contextmanager
def moto() -> Iterator[Fresh]:
    """The real adapter on moto: conditions and indexes are right there, tokens and conflicts are not."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        store = DynamoStore(recreate_tables(client, "contract"), REGION)

        def fresh() -> Store:
            recreate_tables(client, "contract")
            return store

        yield fresh


ENGINES: Final[dict[str, Callable[[], AbstractContextManager[Fresh]]]] = {"memory": memory, "moto": moto}
