"""The sandbox's clock: the machine's time, moved forward on request."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from local.sandbox.core.records import Records

_COLLECTION, _KEY = "sandbox", "clock"


class Clock:
    """Real time plus the seconds it was advanced by; the shift is kept with the records."""

    def __init__(self, records: Records, machine_time: Callable[[], float] = time.time) -> None:
        self._records = records
        self._machine_time = machine_time

    @property
    def advanced_seconds(self) -> float:
        """By how much the sandbox runs ahead of the machine."""
        record = self._records.get(_COLLECTION, _KEY) or {"advanced_seconds": 0.0}
        return float(record["advanced_seconds"])

    def now(self) -> datetime:
        """The sandbox's time, aware, in UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def timestamp(self) -> float:
        """The sandbox's time in seconds since 1970."""
        return self._machine_time() + self.advanced_seconds

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds`."""
        shifted = self.advanced_seconds + seconds
        self._records.put(_COLLECTION, _KEY, {"advanced_seconds": shifted})


def iso(moment: datetime | float) -> str:
    """A moment as providers write it: `2026-11-20T16:04:05.123Z`."""
    if isinstance(moment, int | float):
        moment = datetime.fromtimestamp(moment, UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def after(moment: datetime, seconds: float) -> datetime:
    """The moment `seconds` later."""
    return moment + timedelta(seconds=seconds)
