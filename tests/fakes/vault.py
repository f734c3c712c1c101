"""A secret in memory."""

from collections.abc import Mapping
from typing import Any

from guerdon.application.rotate_secrets import Kept


class MemoryVault:
    """A Vault over a dictionary, which is changed in place.

    Attributes:
        meddle: What somebody else puts there between a reading and the writing that follows, once.
    """

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value
        self.meddle: Mapping[str, Any] | None = None

    def read(self) -> Kept:
        return Kept(dict(self.value), repr(self.value))

    def replace(self, known: Kept, value: Mapping[str, Any]) -> bool:
        if self.meddle is not None:
            self._put(self.meddle)
            self.meddle = None
        if known.version != repr(self.value):
            return False
        self._put(value)
        return True

    def _put(self, value: Mapping[str, Any]) -> None:
        self.value.clear()
        self.value.update(value)
