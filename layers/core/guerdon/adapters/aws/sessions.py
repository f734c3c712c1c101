"""Sessions in DynamoDB, in a table of their own, which forgets each by itself once it is over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from guerdon.adapters.aws.failures import code_of, is_passing
from guerdon.application.sessions import LONGEST, Session
from guerdon.domain.errors import StoreBusy

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

_DIGEST: Final = "session"


class DynamoSessions:
    """The sessions table; see application.sessions.SessionStore for what it promises."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def session(self, digest: str) -> Session | None:
        """The session of that digest; the table forgets within days of its end, so the caller looks at the time."""
        with _store_busy():
            item = self._client.get_item(TableName=self._table, Key={_DIGEST: {"S": digest}}, ConsistentRead=True)
        found = item.get("Item")
        if found is None or "ended" in found:
            return None
        text = {name: value.get("S", "") for name, value in found.items()}
        return Session(
            digest=digest,
            subject=text["subject"],
            email=text["email"],
            role=text["role"],
            began_at=datetime.fromisoformat(text["began_at"]),
            seen_at=datetime.fromisoformat(text["seen_at"]),
        )

    def begin(self, session: Session) -> None:
        """Keep a new session."""
        forgotten_at = int((session.began_at + LONGEST).timestamp())
        item = {
            _DIGEST: {"S": session.digest},
            "subject": {"S": session.subject},
            "email": {"S": session.email},
            "role": {"S": session.role},
            "began_at": {"S": session.began_at.isoformat()},
            "seen_at": {"S": session.seen_at.isoformat()},
            "forgotten_at": {"N": str(forgotten_at)},
        }
        with _store_busy():
            self._client.put_item(TableName=self._table, Item=item)

    def seen(self, session: Session, at: datetime) -> None:
        """Move its end; one that was signed out meanwhile is not made again."""
        self._update(session.digest, "SET seen_at = :value", {"S": at.isoformat()})

    def end(self, digest: str) -> None:
        """Forget a session. Its row stays until its time, marked: nobody holds the right to delete one."""
        self._update(digest, "SET ended = :value", {"BOOL": True})

    def _update(self, digest: str, change: str, value: "AttributeValueTypeDef") -> None:
        with _store_busy():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key={_DIGEST: {"S": digest}},
                    UpdateExpression=change,
                    ConditionExpression="attribute_exists(#session)",
                    ExpressionAttributeNames={"#session": _DIGEST},
                    ExpressionAttributeValues={":value": value},
                )
            except ClientError as failure:
                if code_of(failure) != "ConditionalCheckFailedException":
                    raise


@contextmanager
def _store_busy() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as failure:
        if is_passing(failure):
            raise StoreBusy(f"the sessions table is busy or away: {failure}") from failure
        raise
