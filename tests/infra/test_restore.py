"""What is restored beside a table is brought back into it exactly, and as often as it takes."""

from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws

from restore.__main__ import SUFFIX, back
from restore.copies import copy_tables, drop_copies
from restore.holding import hold, release
from restore.mirror import TableBusy, apply, difference, items_of

TABLES: Final = {"JournalTable": "t-journal", "PayoutsTable": "t-payouts"}


@pytest.fixture
def client() -> Iterator[Any]:
    """Two tables, one with a sort key and more rows than a batch."""
    with mock_aws():
        client: Any = boto3.client("dynamodb", region_name="us-east-1")
        for table, keys in (("t-journal", ("hour", "entry")), ("t-payouts", ("payout",))):
            client.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                KeySchema=[
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
                ],
            )
        for number in range(60):
            put(client, "t-journal", hour=f"h{number % 3}", entry=f"e{number}", amount=str(number))
        put(client, "t-payouts", payout="po_1", status="settled")
        put(client, "t-payouts", payout="po_2", status="released")
        yield client


def put(client: Any, table: str, **columns: str) -> None:  # noqa: ANN401 - boto3 makes a client's class at run time
    client.put_item(TableName=table, Item={name: {"S": value} for name, value in columns.items()})


def content(client: Any, table: str) -> list[str]:  # noqa: ANN401 - as above
    return sorted(map(repr, items_of(client, table)))


def test_tables_that_were_spoiled_hold_again_what_was_restored(client: Any) -> None:  # noqa: ANN401 - as above
    before = {table: content(client, table) for table in TABLES.values()}
    copy_tables(client, TABLES, SUFFIX)
    put(client, "t-payouts", payout="po_2", status="failed")
    put(client, "t-payouts", payout="po_3", status="earned")
    for number in range(40):
        client.delete_item(TableName="t-journal", Key={"hour": {"S": f"h{number % 3}"}, "entry": {"S": f"e{number}"}})

    assert back(client, TABLES, write=False)
    assert {table: content(client, table) for table in TABLES.values()} != before
    found = difference(client, f"t-payouts{SUFFIX}", "t-payouts")
    assert (len(found.missing), found.excess, found.same) == (1, ({"payout": {"S": "po_3"}},), 1)

    assert back(client, TABLES, write=True)
    assert {table: content(client, table) for table in TABLES.values()} == before
    assert not back(client, TABLES, write=True)


def test_a_copy_that_is_there_becomes_the_same_and_goes_when_told(client: Any) -> None:  # noqa: ANN401 - as above
    copy_tables(client, TABLES, SUFFIX)
    put(client, "t-payouts", payout="po_3", status="earned")
    copy_tables(client, TABLES, SUFFIX)
    assert content(client, f"t-payouts{SUFFIX}") == content(client, "t-payouts")
    drop_copies(client, TABLES, SUFFIX)
    drop_copies(client, TABLES, SUFFIX)
    assert client.list_tables()["TableNames"] == ["t-journal", "t-payouts"]


class Functions:
    """The functions of two stacks, and what concurrency each was given."""

    def __init__(self) -> None:
        self.given: dict[str, int | None] = {}

    def get_paginator(self, operation: str) -> Any:  # noqa: ANN401 - as above
        assert operation == "list_functions"
        return self

    def paginate(self) -> list[Any]:
        names = ("guerdon-sweep", "other-sweep", "guerdon-notify")
        return [{"Functions": [{"FunctionName": name}]} for name in names]

    def put_function_concurrency(self, *, FunctionName: str, ReservedConcurrentExecutions: int) -> None:  # noqa: N803 - AWS's own names
        self.given[FunctionName] = ReservedConcurrentExecutions

    def delete_function_concurrency(self, *, FunctionName: str) -> None:  # noqa: N803 - as above
        self.given[FunctionName] = None


def test_no_function_of_the_stack_runs_meanwhile_and_all_do_afterwards() -> None:
    functions: Any = Functions()
    assert hold(functions, "guerdon") == ["guerdon-notify", "guerdon-sweep"]
    assert functions.given == {"guerdon-notify": 0, "guerdon-sweep": 0}
    assert release(functions, "guerdon") == ["guerdon-notify", "guerdon-sweep"]
    assert functions.given == {"guerdon-notify": None, "guerdon-sweep": None}


class Busy:
    """A table that takes nothing."""

    def __init__(self) -> None:
        self.asked = 0

    def batch_write_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803, ANN401 - AWS's own names
        self.asked += 1
        return {"UnprocessedItems": RequestItems}


def test_a_table_that_takes_nothing_is_said_to_be_busy(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - as above
    copy_tables(client, TABLES, SUFFIX)
    put(client, "t-payouts", payout="po_3", status="earned")
    found = difference(client, f"t-payouts{SUFFIX}", "t-payouts")
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    busy: Any = Busy()
    with pytest.raises(TableBusy, match="t-payouts did not take all writes"):
        apply(busy, "t-payouts", found)
    assert busy.asked == len(pauses) == 10
