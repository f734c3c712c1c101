"""The one world in which all played providers live."""

import time
from collections import deque
from collections.abc import Callable

from local.sandbox.core.agenda import Agenda
from local.sandbox.core.clock import Clock
from local.sandbox.core.faults import Faults
from local.sandbox.core.records import JsonObject, Records
from local.sandbox.core.till import Till
from local.sandbox.core.webhooks import Webhooks
from local.sandbox.settings import Settings

_REQUESTS_KEPT = 5000


class World:
    """Records, clock, till, faults, agenda, webhooks and the log of requests."""

    def __init__(self, settings: Settings, machine_time: Callable[[], float] = time.time) -> None:
        """A world in which time passes as `machine_time` says, in seconds since 1970."""
        self.settings = settings
        self.records = Records(settings.state_directory)
        self.clock = Clock(self.records, machine_time)
        self.till = Till(self.records)
        self.faults = Faults()
        self.agenda = Agenda(self.records, self.clock)
        self.webhooks = Webhooks(self.records, self.clock, self.agenda, settings.webhook_delay_seconds)
        self.requests: deque[JsonObject] = deque(maxlen=_REQUESTS_KEPT)

    def reset(self) -> None:
        """Forget all but the settings and the webhook target."""
        target = self.webhooks.target
        self.records.clear_all()
        self.faults.clear()
        self.requests.clear()
        if target is not None:
            self.webhooks.set_target(target["url"], target["headers"], target["secrets"])
        self.agenda.wake()

    async def catch_up(self) -> None:
        """Do all that is due by now, webhooks and their retries included."""
        self.agenda.do_due()
        await self.webhooks.wait_until_sent()
        self.agenda.do_due()
        await self.webhooks.wait_until_sent()
