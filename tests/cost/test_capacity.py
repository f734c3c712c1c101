"""Units of known items, exactly, by the rules of DynamoDB's developer guide."""

from collections import Counter
from typing import Any

import pytest

from bench.cost.capacity import Capacity, NotMetered, Request, Units
from cost.examples import EXAMPLES, IN, KB, NAME, Example, item, put, table

CONDITION_FAILED = {"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}
CANCELED = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"}
BUSY = {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}
LARGE = item(id="1", x="y" * (3 * KB))


@pytest.fixture
def capacity() -> Capacity:
    return Capacity({NAME: table()})


def transaction(*parts: dict[str, Any], token: str = "") -> Request:
    return {"TransactItems": list(parts)} | ({"ClientRequestToken": token} if token else {})


def written(units: list[Units]) -> dict[str, int]:
    return dict(+Counter({place: sum(one.written for one in units if one.place == place) for place in places(units)}))


def places(units: list[Units]) -> set[str]:
    return {one.place for one in units}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_a_put_takes(capacity: Capacity, example: Example) -> None:
    if example.before is not None:
        capacity.known(NAME, [example.before])

    assert written(capacity.units("PutItem", put(example.written), 200, {})) == example.units


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_a_transaction_takes_twice_as_much_of_the_table_and_as_much_of_its_indexes(
    capacity: Capacity, example: Example
) -> None:
    if example.before is not None:
        capacity.known(NAME, [example.before])

    units = capacity.units("TransactWriteItems", transaction({"Put": put(example.written)}), 200, {})

    assert written(units) == example.units | {NAME: 2 * example.units[NAME]}


def test_an_index_that_moves_is_written_under_both_keys(capacity: Capacity) -> None:
    capacity.known(NAME, [item(id="1", **IN)])

    units = capacity.units("PutItem", put(item(id="1", **IN | {"shard": "5"})), 200, {})

    assert [one for one in units if one.place == "things/by-time"] == [
        Units("things/by-time", "3", written=1),
        Units("things/by-time", "5", written=1),
    ]


def test_a_refused_put_takes_what_is_there_and_changes_nothing(capacity: Capacity) -> None:
    capacity.known(NAME, [item(id="1", x="y" * (KB + 1))])

    assert capacity.units("PutItem", put(LARGE), 400, CONDITION_FAILED) == [Units(NAME, "1", written=2)]
    assert capacity.tables[NAME].there(LARGE) == item(id="1", x="y" * (KB + 1))


def test_a_canceled_transaction_is_paid_for_on_the_tables_alone_and_changes_nothing(capacity: Capacity) -> None:
    asked = transaction({"Put": put(item(id="1", **IN))}, {"Put": put(item(id="2"))})

    assert capacity.units("TransactWriteItems", asked, 400, CANCELED) == [
        Units(NAME, "1", written=2),
        Units(NAME, "2", written=2),
    ]
    assert capacity.tables[NAME].items == {}


@pytest.mark.parametrize(("status", "answer"), [(400, BUSY), (500, {}), (503, {})])
def test_what_was_never_taken_up_is_free(capacity: Capacity, status: int, answer: Request) -> None:
    assert capacity.units("PutItem", put(item(id="1")), status, answer) == []
    assert capacity.tables[NAME].items == {}


def test_a_condition_check_takes_a_transactional_write_of_what_is_there(capacity: Capacity) -> None:
    capacity.known(NAME, [item(id="1", x="y" * (KB + 1))])
    asked = transaction({"ConditionCheck": {"TableName": NAME, "Key": item(id="1")}})

    assert capacity.units("TransactWriteItems", asked, 200, {}) == [Units(NAME, "1", written=4)]


def test_a_transaction_repeated_under_its_token_is_a_read(capacity: Capacity) -> None:
    asked = transaction({"Put": put(item(id="1", **IN))}, token="once")
    capacity.units("TransactWriteItems", asked, 200, {})

    assert capacity.units("TransactWriteItems", asked, 200, {}) == [Units(NAME, "1", read_halves=4)]


def test_a_transaction_that_was_canceled_may_be_written_under_its_token(capacity: Capacity) -> None:
    asked = transaction({"Put": put(item(id="1"))}, token="once")
    capacity.units("TransactWriteItems", asked, 400, CANCELED)

    assert written(capacity.units("TransactWriteItems", asked, 200, {})) == {NAME: 2}


@pytest.mark.parametrize(
    ("found", "consistent", "halves"),
    [
        ({}, True, 2),
        ({}, False, 1),
        ({"Item": item(id="1", x="y" * (4 * 1024 - 4))}, True, 2),
        ({"Item": item(id="1", x="y" * (4 * 1024 - 3))}, True, 4),
        ({"Item": item(id="1", x="y" * (4 * 1024 - 3))}, False, 2),
    ],
)
def test_a_read_takes(capacity: Capacity, found: Request, consistent: bool, halves: int) -> None:  # noqa: FBT001
    asked = {"TableName": NAME, "Key": item(id="1"), "ConsistentRead": consistent}

    assert capacity.units("GetItem", asked, 200, found) == [Units(NAME, "1", read_halves=halves)]


def test_a_query_takes_what_all_that_it_finds_comes_to(capacity: Capacity) -> None:
    asked = {
        "TableName": NAME,
        "IndexName": "by-time",
        "KeyConditionExpression": "(#0 = :0 AND #1 < :1)",
        "ExpressionAttributeValues": {":0": {"S": "3"}, ":1": {"S": "2027"}},
    }
    found = {"Items": [item(id=str(number), x="y" * 1500) for number in range(3)]}

    assert capacity.units("Query", asked, 200, found) == [Units("things/by-time", "3", read_halves=2)]


def test_a_request_that_no_rule_is_written_for_is_named(capacity: Capacity) -> None:
    with pytest.raises(NotMetered, match="UpdateItem"):
        capacity.units("UpdateItem", {"TableName": NAME}, 200, {})
    with pytest.raises(NotMetered, match="Delete in a transaction"):
        capacity.units("TransactWriteItems", transaction({"Delete": {"TableName": NAME}}), 200, {})


def test_the_index_of_a_table_carries_its_keys_and_what_it_names() -> None:
    by_time, carrying = table().indexes
    assert by_time.carried == frozenset({"id", "shard", "at"})
    assert carrying.carried == frozenset({"id", "shard", "status"})
    assert by_time.keys == ("shard", "at")
