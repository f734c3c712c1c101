"""The identity provider's public keys, read seldom: they change a few times a year, if ever."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import jwt
import urllib3

from guerdon.application.ports import Clock
from guerdon.domain.errors import BusUnavailable

REFRESHED_AFTER: Final = timedelta(minutes=1)
"""A key that is not known may be a new one; but not for every token that somebody makes up."""

CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 4.0
_OK: Final = 200


def pool() -> urllib3.PoolManager:
    """Connections to the identity provider: short timeouts, no redirects; nothing is tried twice."""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    return urllib3.PoolManager(num_pools=2, retries=False, timeout=timeout)


def fetched(http: urllib3.PoolManager, url: str) -> Callable[[], bytes]:
    """Reads a document over HTTP.

    Raises:
        BusUnavailable: By what is returned: it was not answered.
    """

    def fetch() -> bytes:
        try:
            answer = http.request("GET", url, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise BusUnavailable(f"the sign-in's keys could not be read: {type(error).__name__}") from error
        if answer.status != _OK:
            raise BusUnavailable(f"the sign-in's keys were answered with {answer.status}")
        return answer.data

    return fetch


class Keys:
    """Public keys by their ids.

    Args:
        fetch: Reads the key set (RFC 7517) anew.
    """

    def __init__(self, fetch: Callable[[], bytes], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at: datetime | None = None

    def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id; None if the provider has none.

        Raises:
            BusUnavailable: It is not known here, and the provider could not be asked.
        """
        now = self._clock.now()
        if key_id not in self._keys and (self._read_at is None or now - self._read_at >= REFRESHED_AFTER):
            keys = _read(self._fetch())
            self._keys = {key.key_id: key for key in keys if key.key_id is not None}
            self._read_at = now
        return self._keys.get(key_id)


def _read(document: bytes) -> list[jwt.PyJWK]:
    """The keys of a key set.

    Raises:
        BusUnavailable: It is none, or has no key that can be used.
    """
    try:
        return jwt.PyJWKSet.from_json(document.decode()).keys
    except (jwt.PyJWTError, ValueError) as error:
        raise BusUnavailable(f"the sign-in's keys cannot be used: {type(error).__name__}") from error
