"""What the providers will do by themselves later, kept with the records so a restart goes on."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from local.sandbox.core.clock import Clock, iso
from local.sandbox.core.records import JsonObject, Records

_COLLECTION = "agenda"

Effect = Callable[[JsonObject, datetime], None]


class Agenda:
    """Effects by name, each due at a moment of the sandbox's clock, done in order."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._effects: dict[str, Effect] = {}
        self._changed = asyncio.Event()

    def define(self, name: str, effect: Effect) -> None:
        """Say what happens when an item called `name` is due: effect(data, due moment)."""
        self._effects[name] = effect

    def plan(self, name: str, data: JsonObject, due: datetime) -> None:
        """Have the effect `name` happen at `due`."""
        key = str(self._records.next_number())
        item = {"key": key, "name": name, "data": data, "due": due.timestamp(), "iso": iso(due)}
        self._records.put(_COLLECTION, key, item)
        self._changed.set()

    def do_due(self) -> None:
        """Do all that is due, and what becomes due by doing it."""
        while (item := self._next()) is not None and item["due"] <= self._clock.timestamp():
            self._records.remove(_COLLECTION, item["key"])
            due = datetime.fromisoformat(item["iso"])
            self._effects[item["name"]](item["data"], due)

    async def run(self) -> None:
        """Do each item when it is due, until canceled."""
        while True:
            self._changed.clear()
            self.do_due()
            item = self._next()
            wait_seconds = None if item is None else max(item["due"] - self._clock.timestamp(), 0)
            try:
                async with asyncio.timeout(wait_seconds):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def wake(self) -> None:
        """Look at the clock again: it was moved, or records were forgotten."""
        self._changed.set()

    def _next(self) -> JsonObject | None:
        return min(self._records.all(_COLLECTION), key=lambda item: float(item["due"]), default=None)
