"""The sessions table and its fake behave the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from fakes.sessions import MemorySessions
from guerdon.adapters.aws.sessions import DynamoSessions
from guerdon.application.sessions import IDLE, LONGEST, Session, SessionStore

NOW = datetime(2026, 11, 22, 14, 0, 0, 250_000, tzinfo=UTC)
SESSION = Session("d" * 64, "subject-1", "pat@guerdon.example", "finance", NOW, NOW)


@pytest.fixture(params=["memory", "dynamodb"])
def sessions(request: pytest.FixtureRequest) -> Iterator[SessionStore]:
    if request.param == "memory":
        yield MemorySessions()
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="sessions",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "session", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "session", "KeyType": "HASH"}],
        )
        yield DynamoSessions(client, "sessions")


def test_a_session_is_found_by_its_digest(sessions: SessionStore) -> None:
    sessions.begin(SESSION)

    assert sessions.session(SESSION.digest) == SESSION
    assert sessions.session("e" * 64) is None


def test_what_was_asked_moves_its_end(sessions: SessionStore) -> None:
    sessions.begin(SESSION)
    later = NOW + timedelta(minutes=5)

    sessions.seen(SESSION, later)

    assert sessions.session(SESSION.digest) == replace(SESSION, seen_at=later)


def test_a_session_that_was_signed_out_does_not_come_back(sessions: SessionStore) -> None:
    sessions.begin(SESSION)
    sessions.end(SESSION.digest)
    sessions.end(SESSION.digest)
    sessions.seen(SESSION, NOW + timedelta(minutes=5))

    assert sessions.session(SESSION.digest) is None


def test_nothing_is_made_of_a_session_that_never_was(sessions: SessionStore) -> None:
    sessions.seen(SESSION, NOW)
    sessions.end(SESSION.digest)

    assert sessions.session(SESSION.digest) is None


def test_the_table_forgets_a_session_after_the_longest_that_it_lasts() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="sessions",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "session", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "session", "KeyType": "HASH"}],
        )
        DynamoSessions(client, "sessions").begin(SESSION)
        item = client.get_item(TableName="sessions", Key={"session": {"S": SESSION.digest}})["Item"]

    assert item["forgotten_at"] == {"N": str(int((NOW + LONGEST).timestamp()))}


def test_a_session_ends_by_whichever_comes_first() -> None:
    assert SESSION.ends_at == NOW + IDLE
    assert replace(SESSION, seen_at=NOW + LONGEST - timedelta(minutes=1)).ends_at == NOW + LONGEST
