"""Which failures of an AWS call are passing ones: the one place that decides so for every service."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as ConnectionFailed

from guerdon.domain.errors import BusUnavailable

PASSING_CODES: Final = frozenset(
    {
        "ExecutionLimitExceeded",
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "KMSThrottlingException",
        "KmsThrottled",
        "OverLimit",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Error codes that say "later", from the SDK's own retry rules and the services' API references."""

_SERVER_ERROR_LEAST: Final = 500


def is_passing(failure: BaseException | None) -> bool:
    """Whether the same call may succeed later: throttled, a server error, or no whole answer.

    What it returns True for says nothing about whether the call was carried out.
    """
    if isinstance(failure, HTTPClientError | ConnectionFailed):
        return True
    if not isinstance(failure, ClientError):
        return False
    status = failure.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(failure) in PASSING_CODES or status >= _SERVER_ERROR_LEAST


def code_of(failure: ClientError) -> str:
    """The service's error code, such as "ThrottlingException"."""
    return failure.response.get("Error", {}).get("Code", "")


@contextmanager
def bus_unavailable(what: str) -> Iterator[None]:
    """Turn a passing failure into BusUnavailable; any other is a mistake of ours and goes on as it is.

    Args:
        what: What could not be done, for the message: "the event could not be published".

    Raises:
        BusUnavailable: The service was away, throttled us, or gave no whole answer.
    """
    try:
        yield
    except (ClientError, HTTPClientError, ConnectionFailed) as failure:
        if is_passing(failure):
            raise BusUnavailable(f"{what}: {failure}") from failure
        raise
