"""What the store makes of DynamoDB's failures. Nothing leaves the process: the wire is a script."""

import time
from collections.abc import Callable

import pytest
from botocore.awsrequest import AWSResponse
from pynamodb.exceptions import GetError, TransactWriteError

from adapters.dynamodb import rows
from adapters.dynamodb.wire import Wire, answer, canceled, error, timeout, unreachable
from guerdon.adapters.dynamodb.connection import Tables
from guerdon.adapters.dynamodb.models import MODELS, EntryModel, SentNoticeModel
from guerdon.adapters.dynamodb.store import DynamoStore
from guerdon.application.records import SentNotice
from guerdon.application.transaction import Committed, Insert, Replace, Row, Transaction, Unchanged
from guerdon.domain.errors import StoreBusy
from guerdon.domain.hours import hour_of

HOUR = hour_of(rows.NOW)
TWO_WRITES: Transaction = (Insert(rows.reward()), Insert(rows.entry()))


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> DynamoStore:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    # The SDK waits between its own retries; nobody has to wait for that here.
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    return DynamoStore(Tables({model.table: f"test-{model.table}" for model in MODELS}, "us-east-1"))


def test_a_transaction_is_one_call_whose_writes_are_conditioned(store: DynamoStore) -> None:
    wire = Wire(store, answer(200, {}))
    assert (
        store.commit((Insert(rows.reward()), Replace(rows.payout().noticed("look", rows.NOW, None)))) is Committed.YES
    )
    (request,) = wire.requests
    insert, replacement = (item["Put"] for item in request["TransactItems"])
    assert insert["TableName"] == "test-rewards"
    assert insert["ConditionExpression"] == "attribute_not_exists (#0)"
    assert insert["ExpressionAttributeNames"] == {"#0": "reward_id"}
    assert replacement["TableName"] == "test-payouts"
    assert replacement["ConditionExpression"] == "#0 = :0"
    assert replacement["ExpressionAttributeNames"] == {"#0": "version"}
    assert replacement["ExpressionAttributeValues"] == {":0": {"N": "1"}}
    assert replacement["Item"]["version"] == {"N": "2"}


def test_what_is_held_still_is_only_checked(store: DynamoStore) -> None:
    wire = Wire(store, answer(200, {}))
    assert store.commit((Insert(rows.entry()), Unchanged(rows.attempt()))) is Committed.YES
    (request,) = wire.requests
    (checked,) = (item["ConditionCheck"] for item in request["TransactItems"] if "ConditionCheck" in item)
    assert checked["TableName"] == "test-attempts"
    assert checked["Key"] == {"payout_id": {"S": "po_1"}, "number": {"N": "1"}}
    assert checked["ConditionExpression"] == "#0 = :0"
    assert checked["ExpressionAttributeNames"] == {"#0": "version"}
    assert checked["ExpressionAttributeValues"] == {":0": {"N": "1"}}


@pytest.mark.parametrize("lost", [timeout, unreachable, lambda: error("InternalServerError", 500)])
@pytest.mark.parametrize("transaction", [TWO_WRITES, TWO_WRITES[:1]], ids=["two writes", "a single write"])
def test_a_lost_answer_is_asked_for_again_under_the_same_token(
    store: DynamoStore, transaction: Transaction, lost: Callable[[], AWSResponse | Exception]
) -> None:
    wire = Wire(store, lost(), answer(200, {}))
    assert store.commit(transaction) is Committed.YES
    first, again = wire.requests
    assert first == again
    assert first["ClientRequestToken"]


def test_every_commit_has_a_token_of_its_own(store: DynamoStore) -> None:
    wire = Wire(store, answer(200, {}), answer(200, {}))
    store.commit(TWO_WRITES)
    store.commit(TWO_WRITES)
    assert len({request["ClientRequestToken"] for request in wire.requests}) == 2


@pytest.mark.parametrize(
    ("codes", "committed"),
    [
        (("None", "ConditionalCheckFailed"), Committed.NO_CONDITION_FAILED),
        (("TransactionConflict", "ConditionalCheckFailed"), Committed.NO_CONDITION_FAILED),
        (("ThrottlingError", "ConditionalCheckFailed"), Committed.NO_CONDITION_FAILED),
        (("TransactionConflict", "None"), Committed.NO_CONFLICT),
        (("TransactionConflict", "TransactionConflict"), Committed.NO_CONFLICT),
    ],
)
def test_why_nothing_was_written_is_said(store: DynamoStore, codes: tuple[str, ...], committed: Committed) -> None:
    wire = Wire(store, canceled(*codes))
    assert store.commit(TWO_WRITES) is committed
    assert len(wire.requests) == 1


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_canceled_by_throttling_is_busy(store: DynamoStore, code: str) -> None:
    Wire(store, canceled(code, "TransactionConflict"))
    with pytest.raises(StoreBusy):
        store.commit(TWO_WRITES)


@pytest.mark.parametrize(
    "failure",
    [
        timeout,
        unreachable,
        lambda: error("ProvisionedThroughputExceededException"),
        lambda: error("ThrottlingException"),
        lambda: error("RequestLimitExceeded"),
        lambda: error("TransactionInProgressException"),
        lambda: error("InternalServerError", 500),
        lambda: answer(503, "<html>away</html>"),
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.commit(TWO_WRITES),
        lambda store: store.payout("po_1"),
        lambda store: list(store.undecided_events(rows.NOW)),
        lambda store: list(store.journal_hour(HOUR)),
        lambda store: store.last_seal(HOUR),
        lambda store: store.sealed_text("ab" * 32),
    ],
    ids=["commit", "get", "query of an index", "query of the journal", "query of the seals", "query of a text"],
)
def test_a_database_that_stays_away_is_busy_after_the_sdks_own_retries(
    store: DynamoStore, call: Callable[[DynamoStore], object], failure: Callable[[], AWSResponse | Exception]
) -> None:
    wire = Wire(store, *(failure() for _ in range(4)))
    with pytest.raises(StoreBusy):
        call(store)
    assert len(wire.requests) == 4


def test_a_mistake_of_ours_is_not_called_busy(store: DynamoStore) -> None:
    wire = Wire(store, error("ValidationException"), error("AccessDeniedException"), canceled("ValidationError"))
    with pytest.raises(TransactWriteError):
        store.commit(TWO_WRITES)
    with pytest.raises(GetError):
        store.payout("po_1")
    with pytest.raises(TransactWriteError):
        store.commit(TWO_WRITES)
    assert len(wire.requests) == 3


def test_reads_are_consistent(store: DynamoStore) -> None:
    nothing = {"Items": [], "Count": 0, "ScannedCount": 0}
    wire = Wire(store, answer(200, {}), *(answer(200, nothing) for _ in range(19)))
    store.payout("po_1")
    assert list(store.journal_hour(HOUR)) == []
    assert list(store.entry_ids(HOUR)) == []
    assert list(store.seals()) == []
    assert (store.last_seal(HOUR), store.sealed_text("ab" * 32)) == (None, None)
    assert [request["ConsistentRead"] for request in wire.requests] == [True] * 20


def test_the_newest_seal_is_asked_for_alone(store: DynamoStore) -> None:
    wire = Wire(store, answer(200, {"Items": [], "Count": 0, "ScannedCount": 0}))
    assert store.last_seal(HOUR) is None
    (request,) = wire.requests
    assert (request["Limit"], request["ScanIndexForward"]) == (1, False)


def test_every_page_of_an_index_is_read(store: DynamoStore) -> None:
    event_page = {"Items": [{"event_id": {"S": "ev_1"}}], "Count": 1, "ScannedCount": 1}
    more = {"LastEvaluatedKey": {"event_id": {"S": "ev_1"}}}
    nothing = {"Items": [], "Count": 0, "ScannedCount": 0}
    # The first pages of all shards are read before the second of any: the longest due comes first.
    wire = Wire(
        store, answer(200, event_page | more), *(answer(200, nothing) for _ in "7654321"), answer(200, event_page)
    )
    assert list(store.undecided_events(rows.NOW)) == ["ev_1", "ev_1"]
    assert wire.requests[8]["ExclusiveStartKey"] == more["LastEvaluatedKey"]
    assert [request["IndexName"] for request in wire.requests] == ["undecided"] * 9


def test_every_page_of_an_hour_is_read(store: DynamoStore) -> None:
    item = EntryModel.from_row(rows.entry()).serialize()
    entry_page = {"Items": [item], "Count": 1, "ScannedCount": 1}
    more = {"LastEvaluatedKey": {"hour_shard": item["hour_shard"], "entry_id": item["entry_id"]}}
    nothing = {"Items": [], "Count": 0, "ScannedCount": 0}
    wire = Wire(
        store, answer(200, entry_page | more), answer(200, entry_page), *(answer(200, nothing) for _ in "7654321")
    )
    assert list(store.journal_hour(HOUR)) == [rows.entry(), rows.entry()]
    assert wire.requests[1]["ExclusiveStartKey"] == more["LastEvaluatedKey"]


def test_a_table_that_the_function_was_not_given_is_named(store: DynamoStore) -> None:
    only_inbox = DynamoStore(Tables({"inbox": "test-inbox"}, "us-east-1"))
    with pytest.raises(KeyError, match="payouts table"):
        only_inbox.payout("po_1")
    wire = Wire(store)
    with pytest.raises(KeyError, match="payouts table"):
        only_inbox.commit((Insert(rows.inbox_event()), Insert(rows.payout())))
    assert wire.requests == []


def test_a_table_name_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="no table is called payout;"):
        DynamoStore(Tables({"payout": "test"}, "us-east-1"))


def test_two_stores_in_one_process_keep_their_tables_apart(store: DynamoStore) -> None:
    other = DynamoStore(Tables({"payouts": "other-payouts"}, "us-east-1"))
    wire, other_wire = Wire(store, answer(200, {})), Wire(other, answer(200, {}))
    assert other.payout("po_1") is None
    assert store.payout("po_1") is None
    assert [request["TableName"] for request in wire.requests] == ["test-payouts"]
    assert [request["TableName"] for request in other_wire.requests] == ["other-payouts"]


class Notes:
    """A witness that writes down what it hears."""

    def __init__(self) -> None:
        self.seen: list[Row] = []
        self.told: list[tuple[Transaction, Committed] | None] = []

    def saw(self, row: Row) -> None:
        self.seen.append(row)

    def heard(self, transaction: Transaction, outcome: Committed) -> None:
        self.told.append((transaction, outcome))

    def busy(self) -> None:
        self.told.append(None)


@pytest.mark.usefixtures("store")
def test_a_witness_hears_of_every_row_that_is_read_and_of_every_transaction() -> None:
    notes = Notes()
    watched = DynamoStore(Tables({model.table: f"test-{model.table}" for model in MODELS}, "us-east-1"), notes)
    note = SentNotice("payout_paid/po_1/1", "sent", rows.NOW)
    item = watched.tables.model(SentNoticeModel).from_row(note).serialize()
    lost = [timeout() for _ in range(4)]
    Wire(watched, answer(200, {"Item": item}), answer(200, {}), answer(200, {}), canceled("TransactionConflict"), *lost)
    assert watched.sent_notice(note.notice) == note
    assert watched.sent_notice("payout_paid/po_2/1") is None
    assert notes.seen == [note]

    assert watched.commit(TWO_WRITES) is Committed.YES
    assert watched.commit(TWO_WRITES) is Committed.NO_CONFLICT
    with pytest.raises(StoreBusy):
        watched.commit(TWO_WRITES)
    assert notes.told == [(TWO_WRITES, Committed.YES), (TWO_WRITES, Committed.NO_CONFLICT), None]
