"""HTTP for providers: one connection pool each, short timeouts, no retries, no redirects, nothing logged.

Trying again is for the workflow, which writes down what it does; a library that retries by itself would do so
behind the intent's back. One thing is repeated at once: a call that was answered 401, if another key stands in the
secret by now. A 401 is proof that the call was not looked at (classify.py), and the same bytes go out again.
Neither bodies nor headers get into an exception's text: they hold keys and people.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urlencode

import msgspec
import urllib3

from guerdon.adapters.providers import classify
from guerdon.adapters.providers.api_key import ApiKey, bearer
from guerdon.adapters.providers.json_shapes import UNREADABLE, decoded
from guerdon.domain.errors import OutcomeUnknown

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 12.0
"""Longest silence while an answer is awaited; connecting and one silence stay well under a function's timeout."""

_Shape = TypeVar("_Shape")
_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_OK: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it arrived; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ProviderHttp:
    """Calls to one provider's API.

    Attributes:
        provider: The provider's name, for errors.
    """

    def __init__(  # noqa: PLR0913 - three by position, and three that are named.
        self,
        provider: str,
        base_url: str,
        key: ApiKey,
        *,
        written: Callable[[str], str] = bearer,
        headers: Mapping[str, str] | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        """Nothing is connected yet.

        Args:
            provider: Its name.
            base_url: Where its paths begin, without a slash at the end.
            key: What every call is authorized by.
            written: The key as the header Authorization.
            headers: Sent with every call beside it.
            read_seconds: Longest silence while an answer is awaited.
        """
        self.provider = provider
        self._base_url = base_url.rstrip("/")
        self._key, self._written = key, written
        self._headers = dict(headers or {})
        self._pool = urllib3.PoolManager(
            num_pools=1, retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds)
        )

    def change(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Make a call that may move money.

        Raises:
            ProviderUnavailable: It was never reached.
            OutcomeUnknown: It was reached, and its answer did not come.
        """
        try:
            return self._call(method, path, body, headers or {})
        except urllib3.exceptions.HTTPError as error:
            raise classify.lost(self.provider, error) from error

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Read whatever is answered, errors too.

        Raises:
            OutcomeUnknown: No answer came.
        """
        try:
            return self._call("GET", path, None, headers or {})
        except urllib3.exceptions.HTTPError as error:
            raise OutcomeUnknown(self.provider, f"the look-up got no answer ({type(error).__name__})") from error

    def look_up(self, path: str, query: Mapping[str, str] | None = None) -> Reply | None:
        """Read something; None when the provider says, in its own JSON, that there is no such thing.

        Raises:
            OutcomeUnknown: Anything else than a clear answer came, or none.
        """
        reply = self.get(f"{path}?{urlencode(query)}" if query else path)
        if reply.status == _NOT_FOUND and decoded(reply.body, dict) is not None:
            return None
        if reply.status not in _OK:
            raise OutcomeUnknown(self.provider, f"the look-up was answered {reply.status}")
        return reply

    def no_clear_answer(self, why: str) -> OutcomeUnknown:
        """What to raise when a look-up was answered, and the answer settles nothing."""
        return OutcomeUnknown(self.provider, f"the look-up settles nothing: {why}")

    def _call(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        reply = self._once(method, path, body, headers)
        if reply.status == _UNAUTHORIZED and self._key.renew():
            return self._once(method, path, body, headers)
        return reply

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        authorized = {**self._headers, **headers, "Authorization": self._written(self._key.text)}
        response = self._pool.request(method, self._base_url + path, body=body, headers=authorized, redirect=False)
        return Reply(response.status, {name.lower(): value for name, value in response.headers.items()}, response.data)


def read(provider: str, reply: Reply, shape: type[_Shape]) -> _Shape:
    """The answer's JSON in its shape; what the shape does not name is ignored.

    Raises:
        OutcomeUnknown: It has another shape. The work was probably done, but nobody can say what it was.
    """
    try:
        return msgspec.json.decode(reply.body, type=shape)
    except UNREADABLE as error:
        # msgspec names the place and the type that it found, never the value.
        raise OutcomeUnknown(provider, f"its answer {reply.status} cannot be read: {error}") from error
