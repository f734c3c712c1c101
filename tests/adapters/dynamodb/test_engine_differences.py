"""What the store rests on beneath its contract, asked of each engine by itself.

Every rule says what AWS does, by its own documentation, and which engine is known to do otherwise. A known difference
is asserted like everything else: an engine that becomes right fails here, and its line is to be taken out, here and in
docs/exactly-once.md. What an engine gets wrong must be held by another one, or by the wire (test_failures.py).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from adapters.dynamodb.engines import ON_A_SERVER, client_of
from local.engines.servers import Engine

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import PutTypeDef

TABLE: Final = "rules"
MOTO: Final = "moto"
MINISTACK, DYNAMODB_LOCAL = (engine.value for engine in (Engine.MINISTACK, Engine.DYNAMODB_LOCAL))
SERVERS: Final = [pytest.param(engine.value, marks=ON_A_SERVER) for engine in Engine]
THREADS: Final = 8

WRITTEN: Final = "written"
MISMATCH: Final = "IdempotentParameterMismatchException"
INVALID: Final = "ValidationException"
CONDITION: Final = "ConditionalCheckFailed"
CONFLICT: Final = "TransactionConflict"


class Asked:
    """One engine with one empty table, whose key is `id` and whose index is by `shard`."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self.client = client
        if TABLE in client.list_tables()["TableNames"]:
            client.delete_table(TableName=TABLE)
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "shard")],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-shard",
                    "KeySchema": [{"AttributeName": "shard", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )

    def insert(self, *items: dict[str, Any], token: str = "") -> str:
        """Insert items that must all be new: "written", the reasons of a cancellation, or the error's code."""
        return self.write([put(item, "attribute_not_exists(id)") for item in items], token)

    def write(self, puts: list["PutTypeDef"], token: str = "") -> str:
        try:
            self.client.transact_write_items(
                TransactItems=[{"Put": one} for one in puts], ClientRequestToken=token or uuid4().hex
            )
        except ClientError as refused:
            reasons = refused.response.get("CancellationReasons", [])
            return " ".join(reason["Code"] for reason in reasons) or refused.response["Error"]["Code"]
        return WRITTEN

    def number(self, name: str) -> int:
        """The `n` of an item."""
        found = self.client.get_item(TableName=TABLE, Key=item(name), ConsistentRead=True)
        return int(found["Item"]["n"]["N"])


def item(name: str, **more: dict[str, Any]) -> dict[str, Any]:
    return {"id": {"S": name}, **more}


def put(stored: dict[str, Any], condition: str = "", values: dict[str, Any] | None = None) -> "PutTypeDef":
    one: PutTypeDef = {"TableName": TABLE, "Item": stored}
    if condition:
        one["ConditionExpression"] = condition
    if values:
        one["ExpressionAttributeValues"] = values
    return one


def again_under_its_token(asked: Asked) -> str:
    asked.insert(item("a"), token="one")
    return asked.insert(item("a"), token="one")


def something_else_under_its_token(asked: Asked) -> str:
    asked.insert(item("a"), token="one")
    return asked.insert(item("b"), token="one")


def again_after_a_refusal(asked: Asked) -> str:
    asked.insert(item("a"))
    asked.insert(item("a"), token="one")
    asked.client.delete_item(TableName=TABLE, Key=item("a"))
    return asked.insert(item("a"), token="one")


def one_of_three_exists(asked: Asked) -> str:
    asked.insert(item("b"))
    return asked.insert(item("a"), item("b"), item("c"))


@dataclass(frozen=True)
class Rule:
    """What AWS answers to `ask`, why the store rests on it, and which engines answer something else."""

    ask: Callable[[Asked], str]
    aws: str
    because: str
    known: dict[str, str] = field(default_factory=dict)


RULES: Final = {
    "a repeated token gets the first answer": Rule(
        again_under_its_token,
        WRITTEN,
        "the SDK repeats a transaction whose answer was lost",
        {MOTO: CONDITION},
    ),
    "a token belongs to one request": Rule(
        something_else_under_its_token,
        MISMATCH,
        "a token that two requests shared would swallow the second",
        {MOTO: WRITTEN},
    ),
    "a refused transaction leaves its token free": Rule(
        again_after_a_refusal, WRITTEN, "what was refused is judged anew"
    ),
    "a cancellation has a reason for each write": Rule(
        one_of_three_exists, f"None {CONDITION} None", "the adapter tells a condition from a conflict by them"
    ),
    "a transaction writes an item once": Rule(
        lambda asked: asked.insert(item("a"), item("a", n={"N": "1"})),
        INVALID,
        "the order of two writes of one row would have no meaning; the adapter refuses them before",
        {DYNAMODB_LOCAL: f"None {CONDITION}"},
    ),
    "a key is not empty": Rule(
        lambda asked: asked.insert(item("")), INVALID, "a row with an empty id would be everybody's"
    ),
    "a key of an index is not empty": Rule(
        lambda asked: asked.insert(item("a", shard={"S": ""})), INVALID, "a row of the sparse indexes has a shard"
    ),
    "an item holds 400 KB": Rule(
        lambda asked: asked.insert(item("a", text={"S": "x" * 410_000})), INVALID, "the largest row is an event's body"
    ),
    "a transaction holds 4 MB": Rule(
        lambda asked: asked.insert(*(item(f"{n}", text={"S": "x" * 390_000}) for n in range(11))),
        INVALID,
        "ours are some 20 KB",
        {MOTO: WRITTEN},
    ),
    "a transaction holds 100 items": Rule(
        lambda asked: asked.insert(*(item(f"{n}") for n in range(101))), INVALID, "ours hold 20"
    ),
    "a number has 38 digits": Rule(
        lambda asked: asked.insert(item("a", n={"N": "1" * 39})), INVALID, "amounts are integers", {MOTO: WRITTEN}
    ),
}


@pytest.fixture(params=[MOTO, *SERVERS])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def asked(engine: str, request: pytest.FixtureRequest) -> Iterator[Asked]:
    if engine == MOTO:
        with mock_aws():
            yield Asked(client_of(None))
    else:
        yield Asked(client_of(request.getfixturevalue(engine)))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_engine_answers_as_aws_does_or_as_it_is_known_to(engine: str, asked: Asked, rule: Rule) -> None:
    assert rule.ask(asked) == rule.known.get(engine, rule.aws)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_one_engine_gets_wrong_another_one_holds(rule: Rule) -> None:
    assert rule.known.keys() < {MOTO, MINISTACK, DYNAMODB_LOCAL}
    assert rule.aws not in rule.known.values()


@pytest.mark.parametrize("engine", SERVERS, indirect=True)
def test_of_those_who_read_the_same_version_one_may_write(asked: Asked) -> None:
    def raise_by_one(_: int) -> Counter[str]:
        ended: Counter[str] = Counter()
        while not ended[WRITTEN]:
            seen = asked.number("count")
            raised = item("count", n={"N": str(seen + 1)})
            ended[asked.write([put(raised, "n = :n", {":n": {"N": str(seen)}})])] += 1
        return ended

    assert asked.insert(item("count", n={"N": "0"})) == WRITTEN
    with ThreadPoolExecutor(THREADS) as threads:
        ended = sum(threads.map(raise_by_one, range(40)), Counter())
    assert asked.number("count") == ended[WRITTEN] == 40
    assert ended[CONDITION] > 0


@pytest.mark.parametrize("engine", SERVERS, indirect=True)
def test_no_engine_but_aws_knows_conflicts(asked: Asked) -> None:
    """AWS cancels a transaction that meets another one at the same item; these engines let it wait its turn.

    So what the store makes of a conflict is held by the wire (test_failures.py), and under contention by the workers
    of test_contention.py, who cancel each other's transactions as AWS does.
    """

    def write(number: int) -> str:
        return asked.write([put(item("hot", n={"N": str(number)})), put(item(f"{number % 7}"))])

    with ThreadPoolExecutor(THREADS) as threads:
        assert Counter(threads.map(write, range(100))) == {WRITTEN: 100}
