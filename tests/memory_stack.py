"""A whole stack in memory behind the command line's own seams: POST a signed event, and it is paid.

The use cases, the webhook's reading and the providers' pre-checks are the real ones; store, workflow and providers are
the fakes. What it shows is the meaning of a delivery from end to end, without any cloud.
"""

import base64
import json
from collections.abc import Mapping
from typing import Final

from fakes.bus import MemoryBus
from fakes.clock import FakeClock
from fakes.fulfillments import MemoryFulfillments
from fakes.mailer import MemoryMailer
from fakes.provider import MemoryDraftingProvider, MemoryProvider
from fakes.queues import MemoryHintQueues, MemoryNotices
from fakes.store import MemoryStore
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.adapters.crm.webhook import Request, read_delivery
from guerdon.adapters.providers.build import unmet
from guerdon.adapters.refusal import Refusal
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.conclude import PAYOUT, Conclude
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.notify import Notify
from guerdon.application.pay_payout import PayPayout
from guerdon.application.ports import Notice
from guerdon.application.programs import ProgramShelf, PublishProgram
from guerdon.application.receive_event import ReceiveEvent
from guerdon.application.records import AnswerState
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.resend_event import ResendEvent
from guerdon.application.resolve_event import ResolveEvent
from guerdon.application.settle_payout import SettlePayout
from guerdon.bootstrap import Stack
from guerdon.cli.sending import NotReached, Reply, Transport
from guerdon.cli.stack import World
from guerdon.cli.wiring import CAPABILITIES
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.errors import GuerdonError

NAME: Final = "memory"
API: Final = "http://api.example.com"
SECRET: Final = "whsec_" + base64.b64encode(b"the secret of the connection").decode()
CALLER: Final = "arn:aws:iam::123456789012:user/pat"
MERCHANDISE_FEES_MINOR: Final = 1243


class NoSuchStack(GuerdonError):
    """The name is not that of the stack in memory."""


class MemoryStack:
    """One stack, armed or not, with nothing published yet.

    Attributes:
        failures: What the next requests meet instead of an answer: a status, or None for no answer at all.
        requests: The headers and bodies that arrived.
        pauses: The seconds that a sender waited.
    """

    def __init__(self) -> None:
        self.store, self.clock, self.bus = MemoryStore(), FakeClock(), MemoryBus()
        self.fulfillments, self.notices, self.mailer = MemoryFulfillments(), MemoryNotices(), MemoryMailer()
        self.providers = {
            channel: MemoryDraftingProvider(provider, fees_minor=MERCHANDISE_FEES_MINOR)
            if channel is Channel.MERCHANDISE
            else MemoryProvider(provider)
            for channel, provider in PROVIDER_OF.items()
        }
        self.connections: dict[str, object] = {
            "crm": {"source": "standard", "source_account": "acme", "secrets": [SECRET]}
        }
        self.failures: list[int | None] = []
        self.requests: list[tuple[Mapping[str, str], bytes]] = []
        self.pauses: list[float] = []
        self._receive = ReceiveEvent(self.store, self.bus, self.clock)
        shelf = ProgramShelf(self.store)
        self._evaluate = EvaluateRewards(
            self.store, shelf, stored_event, self.fulfillments, self.notices, MemoryHintQueues(), self.clock
        )
        self._settle = SettlePayout(self.store, self.clock)
        self._carried_out = 0

    @property
    def stack(self) -> Stack:
        """It as the command line sees it."""
        return Stack(
            outputs={"ApiUrl": API},
            store=self.store,
            publish=PublishProgram(self.store, self.clock),
            arm=ArmChannel(self.store, self.clock),
            release=ReleaseAgain(self.store, self.clock, self.fulfillments),
            resend=ResendEvent(self.store, self.bus),
            resolve=ResolveEvent(self.store, self.clock),
            caller=lambda: CALLER,
            connections=lambda: self.connections,
        )

    @property
    def world(self) -> World:
        """A world with this stack and no other."""
        return World(self._open, CAPABILITIES, self.transport)

    @property
    def transport(self) -> Transport:
        return Transport(self.post, self.pauses.append, self.clock.now)

    def arm(self) -> None:
        for channel in Channel:
            self.stack.arm(channel, CALLER, armed=True)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """What the HTTP endpoint does, and then everything behind it, up to the mails."""
        self.requests.append((headers, body))
        if self.failures:
            status = self.failures.pop(0)
            if status is None:
                raise NotReached("nobody answers")
            return Reply(status, b"away")
        assert url.startswith(f"{API}/events/")
        asked = Request(url.rpartition("/")[2], headers, body)
        read = read_delivery(asked, lambda: self.connections, lambda: self.connections, self.clock.now())
        if isinstance(read, Refusal):
            error = {"code": read.code, "message": read.message, "field": read.field}
            return Reply(read.status, json.dumps({"error": error}).encode())
        event_id = self._receive(read)
        self._evaluate(event_id)
        self._carry_out()
        return Reply(202, json.dumps({"event_id": event_id}).encode())

    def _open(self, name: str) -> Stack:
        if name != NAME:
            raise NoSuchStack(f"there is no stack called {name}")
        return self.stack

    def _carry_out(self) -> None:
        for payout_id, run in self.fulfillments.started[self._carried_out :]:
            release = ReleasePayout(self.store, self.clock, unmet)(payout_id, run)
            if isinstance(release.decision, Channel):
                self._pay(release.decision, payout_id, run)
        self._carried_out = len(self.fulfillments.started)
        tell = Notify(self.store, self.clock, self.mailer, stored_event, "finance@example.com")
        while self.notices.enqueued:
            tell(self.notices.enqueued.pop(0))

    def _pay(self, channel: Channel, payout_id: str, run: int) -> None:
        provider, token = self.providers[channel], f"token-{payout_id}"
        if isinstance(provider, MemoryDraftingProvider):
            provider.next_confirms.append(AnswerState.DONE)
        self.fulfillments.waiting.add(token)
        conclude = Conclude(self.fulfillments, self._settle, self.notices)
        PayPayout(self.store, self.clock, provider, conclude)(payout_id, run, token)
        self._settle(payout_id, run)
        self.notices.enqueue(Notice(PAYOUT, payout_id, run))
