"""A running local cloud, as tests see it: the HTTP edge, the stack's rows, the sandbox and the mail inbox.

Everything is found by the environment that `make up` writes to its env file.
"""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
import urllib3

from e2e.deals import Deal
from e2e.waiting import PATIENCE_SECONDS, eventually
from guerdon.adapters.crm.standard.signature import sign
from guerdon.application.records import InboxEvent
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.ledger import Entry, EntryKind, in_transit, settlement_account, sums
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.stack import Stack


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; `body` is parsed JSON, None when it is none."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class LiveCloud:
    """One deployed stack with the programs around it."""

    environment: Mapping[str, str]
    stack: Stack
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=60))

    # --- AWS ---------------------------------------------------------------------------------------------------------

    def client(self, service: str) -> Any:  # noqa: ANN401  boto3 makes a client's class at run time
        return boto3.client(service)  # type: ignore[call-overload]  # its overloads want literal names

    def output(self, name: str) -> str:
        return self.stack.outputs[name]

    def queue_urls(self) -> dict[str, str]:
        """Every queue of the stack by the name of its output, dead letters included."""
        return {name: value for name, value in self.stack.outputs.items() if name.endswith(("QueueUrl", "DlqUrl"))}

    def depth(self, queue_url: str) -> int:
        """How many messages wait in a queue, are being handled, or will be visible later."""
        counts = ["", "NotVisible", "Delayed"]
        names = [f"ApproximateNumberOfMessages{count}" for count in counts]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def invoke(self, function: str) -> None:
        """Run a function of the stack that takes nothing, such as the sweep."""
        name = f"{self.environment['GUERDON_STACK']}-{function}"
        answer = self.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()

    # --- the HTTP edge -----------------------------------------------------------------------------------------------

    @property
    def secret(self) -> str:
        return self.environment["GUERDON_CONNECTION_SECRET"]

    @property
    def connection(self) -> str:
        return self.environment["GUERDON_CONNECTION"]

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        url = f"{self.environment['GUERDON_API_URL']}{path}"
        answer = self.pool.request("POST", url, body=body, headers=dict(headers), redirect=False)
        return Reply(answer.status, _json(answer.data))

    def headers(
        self, body: bytes, delivery: str, *, secret: str | None = None, age_seconds: float = 0, **more: str
    ) -> dict[str, str]:
        """What a CRM sends with `body`; `more` adds and replaces headers, named with underscores."""
        at = datetime.fromtimestamp(time.time() - age_seconds, UTC)
        signed = sign(secret or self.secret, delivery, at, body)
        replaced = {name.replace("_", "-"): value for name, value in more.items()}
        return {"content-type": "application/json", **signed, **replaced}

    def send(self, body: bytes, delivery: str | None = None) -> Reply:
        delivery = delivery or f"msg_{uuid.uuid4().hex}"
        return self.post(f"/events/{self.connection}", body, self.headers(body, delivery))

    def deliver(self, deal: Deal) -> str:
        """Send a deal as a CRM does, again until it is taken; the id of its event."""
        body, delivery = deal.body, f"msg_{uuid.uuid4().hex}"

        def taken() -> Reply | None:
            try:
                answer = self.send(body, delivery)
            except urllib3.exceptions.TimeoutError:
                return None  # A CRM that hears nothing sends it again.
            return answer if answer.status < 500 else None

        answer = eventually(f"deal {deal.deal_id} is taken", taken)
        assert answer.status == 202, answer
        event_id: str = answer.body["event_id"]
        return event_id

    # --- what the stack knows ----------------------------------------------------------------------------------------

    def event(self, event_id: str) -> InboxEvent:
        event = self.stack.store.inbox_event(event_id)
        assert event is not None, f"{event_id} has no inbox row"
        return event

    def decided(self, event_id: str) -> InboxEvent:
        def look() -> InboxEvent | None:
            event = self.event(event_id)
            return event if event.outcome is not None else None

        return eventually(f"{event_id} is decided", look)

    def payouts(self, event_id: str) -> tuple[Payout, ...]:
        """The payouts of an event that was rewarded, as they stand; an amendment adds one."""
        (reward_id,) = self.decided(event_id).reward_ids
        reward = self.stack.store.reward(reward_id)
        assert reward is not None
        found = tuple(payout for payout in map(self.stack.store.payout, reward.payout_ids) if payout is not None)
        assert len(found) == len(reward.payout_ids)
        return found

    def payout(self, event_id: str) -> Payout:
        """The one payout of an event that was rewarded, as it stands."""
        (payout,) = self.payouts(event_id)
        return payout

    def at_rest(self, event_id: str, seconds: float = PATIENCE_SECONDS) -> Payout:
        """The payout of an event once it ended or waits for a person."""

        def look() -> Payout | None:
            payout = self.payout(event_id)
            return payout if payout.ended or payout.status is PayoutStatus.BLOCKED else None

        return eventually(f"the payout of {event_id} comes to rest ({self.payout(event_id)})", look, seconds)

    def journal(self, payout_id: str) -> list[Entry]:
        """The entries about one payout, oldest first."""
        payout = self.stack.store.payout(payout_id)
        assert payout is not None
        entries = self.stack.store.entries_of_reward(payout.reward_id)
        return [entry for entry in entries if entry.payout_id == payout_id]

    def in_transit_minor(self, payout: Payout) -> int:
        """What is still in transit for one payout; 0 once it ended."""
        postings = [posting for entry in self.journal(payout.payout_id) for posting in entry.postings]
        account = in_transit(payout.channel)
        return sum(posting.amount.amount_minor for posting in postings if posting.account == account)

    def booked_cost(self, payout: Payout) -> Money:
        """What the one settle entry of a payout credits to its provider's account."""
        (entry,) = (entry for entry in self.journal(payout.payout_id) if entry.kind is EntryKind.SETTLED)
        account = settlement_account(payout.channel)
        ((currency, minor),) = sums(posting.amount for posting in entry.postings if posting.account == account).items()
        return Money(-minor, currency)

    # --- the world around --------------------------------------------------------------------------------------------

    def sandbox(self, method: str, path: str, content: object = None) -> Any:  # noqa: ANN401  untyped JSON
        url = f"{self.environment['GUERDON_SANDBOX_URL']}/_sandbox/{path}"
        answer = self.pool.request(method, url, json=content) if content else self.pool.request(method, url)
        assert answer.status < 300, (answer.status, answer.data)
        return _json(answer.data)

    def movements(self, payout: Payout) -> list[dict[str, Any]]:
        """What moved at the provider for one payout, whichever attempt asked for it."""
        rows = self.sandbox("GET", f"till?provider={PROVIDER_OF[payout.channel]}")
        return [row for row in rows if str(row["reference"]).startswith(payout.payout_id)]

    def all_mails(self) -> list[dict[str, str]]:
        """Every mail, newest first."""
        answer = self.pool.request("GET", f"{self.environment['GUERDON_INBOX_URL']}/mails.json")
        mails: list[dict[str, str]] = json.loads(answer.data)
        return mails

    def mails(self, address: str) -> list[dict[str, str]]:
        """The mails to one address, oldest first."""
        return [mail for mail in reversed(self.all_mails()) if mail["to"] == address]


def _json(content: bytes) -> Any:  # noqa: ANN401  untyped JSON
    try:
        return json.loads(content)
    except ValueError:
        return None
