"""A whole stack in memory behind the command line's own seams: POST a signed event, and it is paid.

The use cases, the webhook's reading and the providers' pre-checks are the real ones; store, workflow and providers are
the fakes. What it shows is the meaning of a delivery from end to end, without any cloud.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Final

from application.doctor.stacks import INSIDE, WHOLE
from fakes.bus import MemoryBus
from fakes.clock import FakeClock
from fakes.dead_letters import MemoryDeadLetters
from fakes.fulfillments import MemoryFulfillments
from fakes.mailer import MemoryMailer
from fakes.provider import MemoryDraftingProvider, MemoryProvider
from fakes.queues import MemoryHintQueues, MemoryNotices
from fakes.store import MemoryStore
from fakes.vault import MemoryVault
from guerdon.adapters.crm.standard.payload import redacted, stored_event
from guerdon.adapters.crm.webhook import Request, read_delivery
from guerdon.adapters.providers.access import mode_of
from guerdon.adapters.providers.build import unmet
from guerdon.adapters.refusal import Refusal
from guerdon.adapters.report.pack_json import PackJson
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.clear_checks import ClearChecks
from guerdon.application.compare_file import CompareFile
from guerdon.application.conclude import Conclude
from guerdon.application.doctor.facts import Facts
from guerdon.application.doctor.pipeline_facts import pipeline_facts
from guerdon.application.end_run import EndRun
from guerdon.application.erase_advocate import EraseAdvocate
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.free_paused import FreePaused
from guerdon.application.lift_funds_hold import LiftFundsHold
from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
from guerdon.application.month_end.gather import GatherPack
from guerdon.application.month_end.open_books import OpenBooks
from guerdon.application.month_end.verify_closes import VerifyCloses
from guerdon.application.notify import Notify
from guerdon.application.pause_payouts import PausePayouts, ResumePayouts
from guerdon.application.pay_payout import PayPayout
from guerdon.application.programs import ProgramShelf, PublishProgram
from guerdon.application.receive_event import ReceiveEvent
from guerdon.application.reconcile import Reconcile
from guerdon.application.reconcile_bank import ReconcileBank
from guerdon.application.records import AnswerState
from guerdon.application.redrive import Redrive
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.release_range import ReleaseRange
from guerdon.application.resend_event import ResendEvent
from guerdon.application.resolve_event import ResolveEvent
from guerdon.application.resolve_item import ResolveItem
from guerdon.application.resolve_payout import ResolvePayout
from guerdon.application.rotate_secrets import RotateSecrets
from guerdon.application.settle_payout import SettlePayout
from guerdon.application.void_check import VoidCheck
from guerdon.application.write_off import WriteOff
from guerdon.application.write_off_range import WriteOffRange
from guerdon.cli.sending import NotReached, Reply, Transport
from guerdon.cli.stack import World
from guerdon.cli.wiring import CAPABILITIES
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.errors import GuerdonError
from guerdon.stack import Stack
from statements import Statement

NAME: Final = "memory"
API: Final = "http://api.example.com"
SECRET: Final = "whsec_" + base64.b64encode(b"the secret of the connection").decode()
CALLER: Final = "aws:arn:aws:iam::123456789012:user/pat"
MERCHANDISE_FEES_MINOR: Final = 1243


class NoSuchStack(GuerdonError):
    """The name is not that of the stack in memory."""


class MemoryStack:
    """One stack, armed or not, with nothing published yet.

    Attributes:
        failures: What the next requests meet instead of an answer: a status, or None for no answer at all.
        requests: The headers and bodies that arrived.
        pauses: The seconds that a sender waited.
        seen: Changes what is found out about it.
    """

    def __init__(self) -> None:
        self.store, self.clock, self.bus = MemoryStore(), FakeClock(), MemoryBus()
        self.fulfillments, self.notices, self.mailer = MemoryFulfillments(), MemoryNotices(), MemoryMailer()
        self.hints, self.dead_letters = MemoryHintQueues(), MemoryDeadLetters()
        self.providers = {
            channel: MemoryDraftingProvider(provider, fees_minor=MERCHANDISE_FEES_MINOR)
            if channel is Channel.MERCHANDISE
            else MemoryProvider(provider)
            for channel, provider in PROVIDER_OF.items()
        }
        self.statements = {provider: Statement(provider) for provider in PROVIDER_OF.values()}
        self.connections: dict[str, object] = {
            "crm": {"source": "standard", "source_account": "acme", "secrets": [SECRET]}
        }
        self.webhooks: dict[str, object] = {provider: [f"older-{provider}"] for provider in PROVIDER_OF.values()}
        self.keys: dict[str, dict[str, object]] = {
            provider: {"api_key": f"older_key_{provider}", "other": "kept"} for provider in PROVIDER_OF.values()
        }
        self.failures: list[int | None] = []
        self.requests: list[tuple[Mapping[str, str], bytes]] = []
        self.pauses: list[float] = []
        self.seen: Callable[[Facts], Facts] = lambda facts: facts
        self._receive = ReceiveEvent(self.store, self.bus, self.clock)
        shelf = ProgramShelf(self.store)
        self._evaluate = EvaluateRewards(
            self.store, shelf, stored_event, self.fulfillments, self.notices, self.hints, self.bus, self.clock
        )
        self._settle = SettlePayout(self.store, self.clock)
        self._carried_out = 0

    @property
    def packs(self) -> GatherPack:
        """What puts the packs of months together."""
        return GatherPack(self.store, self.store, self.clock, PackJson())

    @property
    def stack(self) -> Stack:
        """It as the command line sees it."""
        release = ReleaseAgain(self.store, self.clock, self.fulfillments)
        release_range = ReleaseRange(self.store, self.store, release)
        write_off = WriteOff(self.store, self.clock)
        return Stack(
            outputs={"ApiUrl": API},
            store=self.store,
            reviews=self.store,
            publish=PublishProgram(self.store, self.clock),
            arm=ArmChannel(self.store, self.clock),
            pause=PausePayouts(self.store, self.clock),
            resume=ResumePayouts(self.store, self.clock),
            free_paused=FreePaused(self.store, self.clock, self.fulfillments),
            lift_funds_hold=LiftFundsHold(self.store, self.clock, self.fulfillments),
            release=release,
            release_range=release_range,
            resend=ResendEvent(self.store, self.clock, self.bus),
            redrive=Redrive(self.dead_letters),
            resolve=ResolveEvent(self.store, self.clock),
            resolve_item=ResolveItem(self.store, self.clock),
            resolve_payout=ResolvePayout(self.store, self.clock, self.hints),
            clear_checks=ClearChecks(self.store, self.clock),
            void_check=VoidCheck(self.store, self.clock),
            write_off=write_off,
            write_off_range=WriteOffRange(release_range, write_off),
            compare_file=CompareFile(self.store, self.clock),
            reconcile_bank=ReconcileBank(self.store, self.clock),
            reconcile_now=self._reconcile_now,
            erase=EraseAdvocate(self.store, self.store, self.clock, stored_event, redacted),
            packs=self.packs,
            prepare_month=PrepareMonth(self.packs),
            review_month=ReviewMonth(self.packs),
            open_books=OpenBooks(self.store, self.clock),
            verify_closes=VerifyCloses(self.store),
            caller=lambda: CALLER,
            connections=lambda: self.connections,
            rotate=RotateSecrets(self.store, self.store, self.clock, self._vault, mode_of),
        )

    def _vault(self, secret: str) -> MemoryVault:
        named = {"connections": self.connections, "webhooks": self.webhooks, **self.keys}
        return MemoryVault(named[secret])

    @property
    def world(self) -> World:
        """A world with this stack and no other."""
        return World(self._open, self.facts, CAPABILITIES, self.transport)

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
        told = len(self.bus.published)
        event_id = self._receive(read)
        # What one decision puts on the bus, such as the other side of a delivery, is decided after it.
        while told < len(self.bus.published):
            self._evaluate(self.bus.published[told])
            told += 1
        self._carry_out()
        return Reply(202, json.dumps({"event_id": event_id}).encode())

    def facts(self, name: str) -> Facts:
        """What is found out about it: how its pipeline stands, and otherwise a stack that lacks nothing."""
        assert name == NAME
        pipeline = pipeline_facts(self.store, self.store, self.clock)
        return self.seen(replace(WHOLE, inside=replace(INSIDE, pipeline=pipeline)))

    def _open(self, name: str) -> Stack:
        if name != NAME:
            raise NoSuchStack(f"there is no stack called {name}")
        return self.stack

    def _reconcile_now(self, provider: str, month: str | None) -> Mapping[str, object]:
        """What the function of that provider answers."""
        reconcile = Reconcile(self.store, self.clock, self.statements[provider])
        return asdict(reconcile.of_month(month) if month else reconcile())

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
        EndRun(self._settle, self.notices)(payout_id, run)
