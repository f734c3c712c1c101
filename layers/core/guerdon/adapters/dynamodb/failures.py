"""What a failed call to the database means."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException, TransactWriteError

from guerdon.adapters.aws.failures import PASSING_CODES, is_passing
from guerdon.application.transaction import Committed
from guerdon.domain.errors import StoreBusy


@contextmanager
def store_busy() -> Iterator[None]:
    """Turn a passing failure into StoreBusy; any other is a mistake of ours and goes on as it is.

    Raises:
        StoreBusy: The database was away, throttled us, or gave no whole answer, after the SDK's own retries.
    """
    try:
        yield
    except PynamoDBException as failure:
        if _is_passing(failure):
            raise StoreBusy(f"the database is busy or away: {failure}") from failure
        raise


def refusal(failure: TransactWriteError) -> Committed | None:
    """Why the database wrote nothing of a transaction; None when the reason is neither condition nor conflict.

    A failed condition decides, whatever else was in the way: trying the same again cannot help.
    """
    codes = {reason.code for reason in failure.cancellation_reasons if reason is not None}
    if "ConditionalCheckFailed" in codes:
        return Committed.NO_CONDITION_FAILED
    return Committed.NO_CONFLICT if codes == {"TransactionConflict"} else None


def _is_passing(failure: PynamoDBException) -> bool:
    if isinstance(failure, TransactWriteError) and failure.cancellation_reasons:
        codes = {reason.code for reason in failure.cancellation_reasons if reason is not None}
        return codes <= PASSING_CODES | {"TransactionConflict"}
    # PynamoDB wraps the SDK's error in one of its own that lacks the HTTP status.
    cause = failure.cause
    return is_passing(cause) or (isinstance(cause, ClientError) and is_passing(cause.__cause__))
