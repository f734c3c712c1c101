"""Webhooks: signed as each provider signs, sent later, tried again, every outcome kept."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import urllib3

from local.sandbox.core.agenda import Agenda
from local.sandbox.core.clock import Clock, after, iso
from local.sandbox.core.records import JsonObject, Records

_COLLECTION = "deliveries"
_SEND = "send webhook"
_BACKOFF_SECONDS = (1, 2, 4, 8, 16, 30, 60, 120, 240)
"""Real providers go on for hours or days; whoever is away for some minutes misses nothing."""
_TIMEOUT_SECONDS = 10
_SUCCESS = range(200, 300)

SCHEDULED, DELIVERED, FAILED, NOT_SENT = "scheduled", "delivered", "failed", "not sent"

# sign(secret, raw body, seconds since 1970) -> headers
Sign = Callable[[str, bytes, float], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened; the webhooks about one `subject` (a resource's id) are sent in order."""

    provider: str
    name: str
    subject: str
    body: JsonObject


class Webhooks:
    """Announces what happened at a provider to the one configured target."""

    def __init__(self, records: Records, clock: Clock, agenda: Agenda, delay_seconds: float) -> None:
        self._records = records
        self._clock = clock
        self._agenda = agenda
        self._delay_seconds = delay_seconds
        self._signers: dict[str, Sign] = {}
        self._in_flight: set[asyncio.Task[None]] = set()
        self._turns: dict[str, asyncio.Lock] = {}
        self._pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=_TIMEOUT_SECONDS)
        agenda.define(_SEND, self._start)

    def sign_with(self, provider: str, sign: Sign) -> None:
        """Sign the webhooks of `provider` with `sign`."""
        self._signers[provider] = sign

    @property
    def target(self) -> JsonObject | None:
        """Where webhooks go: url, headers, secrets by provider; None until it is configured."""
        return self._records.get("sandbox", "webhook_target")

    def set_target(self, url: str, headers: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Send webhooks to `url`, in which `{provider}` stands for the provider's name."""
        target = {"url": url, "headers": dict(headers), "secrets": dict(secrets)}
        self._records.put("sandbox", "webhook_target", target)

    def announce(self, event: Event, at: datetime, mode: str | None) -> None:
        """Send a webhook a while after `at`.

        `mode` is the webhook fault of the resource it is about: `webhook_never` only notes it,
        `webhook_twice` sends it twice, `webhook_first` leaves it for `send_first`.
        """
        copies = 2 if mode == "webhook_twice" else 1
        for _ in range(copies):
            key = str(self._records.next_number())
            state, note = SCHEDULED, None
            if mode == "webhook_never":
                state, note = NOT_SENT, "held back by a fault"
            elif self.target is None:
                state, note = NOT_SENT, "no target was configured"
            delivery: JsonObject = {
                "key": key,
                "provider": event.provider,
                "event": event.name,
                "subject": event.subject,
                "state": state,
                "note": note,
                "planned_at": iso(at),
                "attempts": [],
                "body": event.body,
            }
            self._records.put(_COLLECTION, key, delivery)
            if state == SCHEDULED and mode != "webhook_first":
                due = after(at, self._delay_seconds)
                self._agenda.plan(_SEND, {"key": key}, due)

    async def send_first(self, since: int) -> None:
        """Send at once what was announced after record number `since`, and wait for it."""
        for delivery in self._records.all(_COLLECTION):
            if int(delivery["key"]) > since and not delivery["attempts"]:
                self._start({"key": delivery["key"]}, self._clock.now())
        await self.wait_until_sent()

    async def wait_until_sent(self) -> None:
        """Wait for the deliveries under way."""
        while self._in_flight:
            await asyncio.wait(set(self._in_flight))

    def deliveries(self) -> list[JsonObject]:
        """Every webhook with its attempts and outcome, oldest first."""
        return self._records.all(_COLLECTION)

    def _start(self, data: JsonObject, _due: datetime) -> None:
        delivery = self._records.get(_COLLECTION, data["key"])
        if delivery is None or delivery["state"] != SCHEDULED:
            return
        task = asyncio.get_running_loop().create_task(self._take_turn(delivery))
        self._in_flight.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        if not self._in_flight:
            self._turns.clear()

    async def _take_turn(self, delivery: JsonObject) -> None:
        subject = f"{delivery['provider']}:{delivery['subject']}"
        async with self._turns.setdefault(subject, asyncio.Lock()):
            await self._attempt(delivery)

    async def _attempt(self, delivery: JsonObject) -> None:
        target = self.target
        provider = delivery["provider"]
        secret = None if target is None else target["secrets"].get(provider)
        if target is None or secret is None:
            delivery.update(state=NOT_SENT, note=f"no target or no secret for {provider}")
            self._records.put(_COLLECTION, delivery["key"], delivery)
            return
        payload = _payload(delivery)
        headers = {"Content-Type": "application/json", **target["headers"]}
        # Receivers check the signature's age against the real time, not against ours.
        headers |= self._signers[provider](secret, payload, time.time())
        url = target["url"].replace("{provider}", provider)
        outcome = await asyncio.to_thread(self._post, url, headers, payload)
        self._note(delivery, outcome)

    def _post(self, url: str, headers: Mapping[str, str], payload: bytes) -> int | str:
        """The status answered, or why there was none."""
        try:
            response = self._pool.request("POST", url, body=payload, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            return f"{type(error).__name__}: {error}"
        return response.status

    def _note(self, delivery: JsonObject, outcome: int | str) -> None:
        attempts = delivery["attempts"]
        attempts.append({"at": iso(self._clock.now()), "outcome": outcome})
        delivered = isinstance(outcome, int) and outcome in _SUCCESS
        if delivered:
            delivery["state"] = DELIVERED
        elif len(attempts) > len(_BACKOFF_SECONDS):
            delivery["state"] = FAILED
        else:
            due = after(self._clock.now(), _BACKOFF_SECONDS[len(attempts) - 1])
            self._agenda.plan(_SEND, {"key": delivery["key"]}, due)
        self._records.put(_COLLECTION, delivery["key"], delivery)


def _payload(delivery: JsonObject) -> bytes:
    """The raw body of the next attempt; Printful's says how many came before it."""
    body = dict(delivery["body"])
    if "retries" in body:
        body["retries"] = len(delivery["attempts"])
    return json.dumps(body, separators=(",", ":")).encode()
