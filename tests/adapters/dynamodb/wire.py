"""What stands between the adapter and the database: answers as a script says, one per request on the wire."""

import io
import json
from collections import deque
from typing import Any, Final

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from urllib3 import HTTPResponse

from guerdon.adapters.dynamodb.store import DynamoStore

URL: Final = "https://dynamodb.us-east-1.amazonaws.com"


def answer(status: int, body: dict[str, Any] | str) -> AWSResponse:
    """A whole answer of DynamoDB."""
    content = body if isinstance(body, str) else json.dumps(body)
    raw = HTTPResponse(io.BytesIO(content.encode()), preload_content=False)
    return AWSResponse(URL, status, HTTPHeaders.from_dict({"content-type": "application/x-amz-json-1.0"}), raw)


def error(code: str, status: int = 400, **more: object) -> AWSResponse:
    """An error of DynamoDB, by its code."""
    return answer(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "told so", **more})


def canceled(*codes: str) -> AWSResponse:
    """A canceled transaction, with one reason per write."""
    reasons = [{"Code": code, "Message": "told so"} for code in codes]
    return error("TransactionCanceledException", CancellationReasons=reasons)


def timeout() -> Exception:
    """The request went out and no answer came."""
    return ReadTimeoutError(endpoint_url=URL)


def unreachable() -> Exception:
    """The request did not go out."""
    return ConnectTimeoutError(endpoint_url=URL)


class Wire:
    """Takes every request of `store`, keeps it, and answers by `script`."""

    def __init__(self, store: DynamoStore, *script: AWSResponse | Exception) -> None:
        self.requests: list[dict[str, Any]] = []
        self._script = deque(script)
        store.tables.connection.client.meta.events.register_first("before-send.dynamodb", self._send)

    def _send(self, request: AWSPreparedRequest, **_: object) -> Any:  # noqa: ANN401 - the stubs say None, the SDK takes an AWSResponse.
        assert isinstance(request.body, bytes)
        self.requests.append(json.loads(request.body))
        step = self._script.popleft()
        if isinstance(step, Exception):
            raise step
        return step
