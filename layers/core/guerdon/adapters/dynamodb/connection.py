"""The models, bound to the tables of one deployment.

PynamoDB gives every model class a connection and so a client of its own; a client costs a tenth of a second
of a cold start. Here all bound models share one, and two deployments in one process stay apart.
"""

from collections.abc import Iterable, Mapping
from types import new_class
from typing import Any, Final, TypeVar, cast

from botocore.session import Session
from pynamodb.attributes import Attribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.connection.base import MetaTable

from guerdon.adapters.dynamodb.models import MODELS
from guerdon.adapters.dynamodb.row_model import EXPIRES_AT, RowModel

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 5
RETRIES: Final = 3
"""The SDK's own, with its growing pauses; a transaction keeps its token through all of them."""

_Model = TypeVar("_Model", bound=RowModel[Any])


class Tables:
    """The tables that a function may use.

    Args:
        names: Real table name by logical name ("inbox", "people"); a function is given only those that it uses.
        region: AWS region.
        endpoint: Where DynamoDB answers, for a local one; None for AWS's own or what AWS_ENDPOINT_URL says.
        session: The process's own, where it makes other clients too; None makes one for each thread.
        kept_days: How many days the rows of a table that may go are kept, by logical name; 0, or none, is for ever.

    Raises:
        ValueError: A logical name is not one of ours.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        region: str,
        endpoint: str | None = None,
        *,
        session: Session | None = None,
        kept_days: Mapping[str, int] | None = None,
    ) -> None:
        known = {model.table for model in MODELS}
        if unknown := sorted(names.keys() - known):
            raise ValueError(f"no table is called {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        self.connection = _Connection(
            session,
            region=region,
            host=endpoint,
            connect_timeout_seconds=CONNECT_SECONDS,
            read_timeout_seconds=READ_SECONDS,
            max_retry_attempts=RETRIES,
        )
        self._kept_days = kept_days or {}
        self._bound: dict[type[RowModel[Any]], type[RowModel[Any]]] = {}
        for logical, name in names.items():
            models = [model for model in MODELS if model.table == logical]
            self.connection.add_meta_table(_meta_table(models, name))
            self._bound.update((model, self._bind(model, name)) for model in models)

    def model(self, model: type[_Model]) -> type[_Model]:
        """`model`, bound to its table.

        Raises:
            KeyError: This function was not given that table.
        """
        if model not in self._bound:
            raise KeyError(f"this function has no {model.table} table: give it one in the template")
        return cast("type[_Model]", self._bound[model])

    def _bind(self, model: type[RowModel[Any]], name: str) -> type[RowModel[Any]]:
        table = TableConnection(name)
        table.connection = self.connection
        meta = type("Meta", (), {"table_name": name, "region": self.connection.region, "host": self.connection.host})
        expires = EXPIRES_AT in model.get_attributes()
        body = {
            "Meta": meta,
            "_connection": table,
            "__module__": model.__module__,
            "kept_days": self._kept_days.get(model.table, 0) if expires else 0,
        }
        return cast("type[RowModel[Any]]", new_class(model.__name__, (model,), exec_body=lambda own: own.update(body)))


class _Connection(Connection):
    """A connection whose client comes from a session that others use too.

    What a session has read of the service's description, its endpoints and its credentials is not read again.
    """

    def __init__(self, shared: Session | None, **settings: Any) -> None:  # noqa: ANN401 - PynamoDB's own, as they are.
        super().__init__(**settings)
        self._shared = shared

    @property
    def session(self) -> Session:
        return self._shared or super().session


def _meta_table(models: list[type[RowModel[Any]]], name: str) -> MetaTable:
    """What PynamoDB must know of a table to address its items: its keys and their types, whatever rows share it."""
    keys = _keys_among(models[0].get_attributes().values())
    of_index = {
        index.Meta.index_name: _keys_among(index.Meta.attributes.values())
        for model in models
        for index in model.indexes
    }
    columns = {column.attr_name: column for column in (*keys, *(key for found in of_index.values() for key in found))}
    return MetaTable(
        {
            "TableName": name,
            "KeySchema": _key_schema(keys),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": column.attr_type} for name, column in columns.items()
            ],
            "GlobalSecondaryIndexes": [
                {"IndexName": name, "KeySchema": _key_schema(found)} for name, found in of_index.items()
            ],
        }
    )


def _keys_among(columns: Iterable[Attribute[Any]]) -> list[Attribute[Any]]:
    return [column for column in columns if column.is_hash_key or column.is_range_key]


def _key_schema(columns: list[Any]) -> list[dict[str, str]]:
    return [
        {"AttributeName": column.attr_name, "KeyType": "HASH" if column.is_hash_key else "RANGE"} for column in columns
    ]
