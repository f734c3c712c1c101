"""Copies of a stack's tables beside them, as a restore from AWS's backups leaves them: for a drill without those."""

from typing import TYPE_CHECKING, Any

from restore.mirror import apply, difference

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def copy_tables(client: "DynamoDBClient", tables: dict[str, str], suffix: str) -> None:
    """Make a copy of each table, without its indexes; one that is there becomes the same as its table."""
    there = {name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]}
    for table in tables.values():
        if f"{table}{suffix}" not in there:
            _create_like(client, table, f"{table}{suffix}")
        apply(client, f"{table}{suffix}", difference(client, table, f"{table}{suffix}"))


def drop_copies(client: "DynamoDBClient", tables: dict[str, str], suffix: str) -> None:
    """Delete the copies that there are."""
    there = {name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]}
    for copy in sorted({f"{table}{suffix}" for table in tables.values()} & there):
        client.delete_table(TableName=copy)


def _create_like(client: "DynamoDBClient", table: str, copy: str) -> None:
    like = client.describe_table(TableName=table)["Table"]
    keys = {part["AttributeName"] for part in like["KeySchema"]}
    attributes: Any = [one for one in like["AttributeDefinitions"] if one["AttributeName"] in keys]
    client.create_table(
        TableName=copy, BillingMode="PAY_PER_REQUEST", AttributeDefinitions=attributes, KeySchema=like["KeySchema"]
    )
    client.get_waiter("table_exists").wait(TableName=copy)
