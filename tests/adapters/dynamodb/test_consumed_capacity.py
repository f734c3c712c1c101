"""What the cost meter says that a write takes is what an engine says that it took.

DynamoDB Local counts the items of a transaction four times and their index entries four times, too. The developer guide
says twice for the items, and the emulator, whose authors measured it at AWS, once for index entries: DynamoDB Local is
asked about plain writes only.
"""

from collections.abc import Iterator

import pytest

from adapters.dynamodb.engines import ON_A_SERVER, client_of
from cost.examples import DEFINITION, EXAMPLES, NAME, Example
from local.engines.servers import Engine

MINISTACK = pytest.param(Engine.MINISTACK.value, marks=ON_A_SERVER)
SERVERS = [pytest.param(engine.value, marks=ON_A_SERVER) for engine in Engine]


@pytest.fixture
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An engine with the examples' table, empty."""
    endpoint: str = request.getfixturevalue(request.param)
    client = client_of(endpoint)
    client.create_table(TableName=NAME, BillingMode="PAY_PER_REQUEST", **DEFINITION)
    yield endpoint
    client.delete_table(TableName=NAME)


@pytest.mark.parametrize("url", SERVERS, indirect=True)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_a_put_takes_what_the_meter_says(url: str, example: Example) -> None:
    client = client_of(url)
    if example.before is not None:
        client.put_item(TableName=NAME, Item=dict(example.before))

    taken = client.put_item(TableName=NAME, Item=dict(example.written), ReturnConsumedCapacity="INDEXES")

    consumed = taken["ConsumedCapacity"]
    indexes = {
        f"{NAME}/{name}": one["CapacityUnits"] for name, one in consumed.get("GlobalSecondaryIndexes", {}).items()
    }
    assert {NAME: consumed["Table"]["CapacityUnits"], **indexes} == example.units


@pytest.mark.parametrize("url", [MINISTACK], indirect=True)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_a_transaction_takes_what_the_meter_says(url: str, example: Example) -> None:
    client = client_of(url)
    if example.before is not None:
        client.put_item(TableName=NAME, Item=dict(example.before))

    (consumed,) = client.transact_write_items(
        TransactItems=[{"Put": {"TableName": NAME, "Item": dict(example.written)}}], ReturnConsumedCapacity="INDEXES"
    )["ConsumedCapacity"]

    indexes = {
        f"{NAME}/{name}": one["CapacityUnits"] for name, one in consumed.get("GlobalSecondaryIndexes", {}).items()
    }
    doubled = example.units | {NAME: 2 * example.units[NAME]}
    assert {NAME: consumed["WriteCapacityUnits"], **indexes} == doubled
