"""Every use case, wired on fakes: the stack of the tests that need more than one of them."""

import hashlib

import builders
from builders import Changed
from fakes.bus import MemoryBus
from fakes.clock import FakeClock
from fakes.fulfillments import MemoryFulfillments
from fakes.mailer import MemoryMailer
from fakes.provider import MemoryDraftingProvider, MemoryProvider
from fakes.queues import MemoryHintQueues, MemoryNotices
from fakes.store import MemoryStore
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.conclude import Conclude
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.free_paused import FreePaused
from guerdon.application.look_again import LookAgain
from guerdon.application.notify import Notify
from guerdon.application.pause_payouts import PausePayouts, ResumePayouts
from guerdon.application.pay_payout import PayPayout
from guerdon.application.ports import PayoutOrder
from guerdon.application.programs import ProgramShelf, PublishProgram
from guerdon.application.receive_event import Delivery, ReceiveEvent
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.settle_payout import SettlePayout
from guerdon.application.sweep import Sweep
from guerdon.domain import ledger
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.payout import Payout, PayoutStatus
from tripwire import Tripwire

FINANCE = "finance@example.com"


def delivery(delivery_id: str = "msg_1", **changes: Changed) -> Delivery:
    body = builders.message_text(**changes)
    return Delivery(
        connection="acme-crm",
        source_account="acme",
        delivery_id=delivery_id,
        body=body,
        body_sha256=hashlib.sha256(body.encode()).hexdigest(),
        event=stored_event(body),
    )


class World:
    """The use cases of a stack with one channel.

    Attributes:
        missing: What the release check finds wanting, if anything.
    """

    def __init__(
        self,
        channel: Channel = Channel.GIFT_CARD,
        wire: Tripwire | None = None,
        provider: MemoryProvider | None = None,
    ) -> None:
        self.channel = channel
        self.store, self.clock, self.bus = MemoryStore(), FakeClock(builders.NOW), MemoryBus()
        self.fulfillments, self.notices, self.hints = MemoryFulfillments(), MemoryNotices(), MemoryHintQueues()
        self.mailer = MemoryMailer()
        kind = MemoryDraftingProvider if channel is Channel.MERCHANDISE else MemoryProvider
        self.provider = provider or kind(PROVIDER_OF[channel])
        self.missing: str | None = None
        self._wire(wire or Tripwire())

    def _wire(self, wire: Tripwire) -> None:
        store, clock, provider = wire.on(self.store), self.clock, wire.on(self.provider)
        fulfillments, notices, bus = wire.on(self.fulfillments), wire.on(self.notices), wire.on(self.bus)
        self.receive = ReceiveEvent(store, bus, clock)
        self.publish = PublishProgram(self.store, clock)
        self.shelf = ProgramShelf(store)
        self.evaluate = EvaluateRewards(
            store, self.shelf, stored_event, fulfillments, notices, wire.on(self.hints), bus, clock
        )
        self.release = ReleasePayout(store, clock, self._unmet)
        self.settle = SettlePayout(store, clock)
        self.conclude = Conclude(fulfillments, self.settle, notices)
        self.pay = PayPayout(store, clock, provider, self.conclude)
        self.look_again = LookAgain(store, clock, provider, self.conclude)
        self.notify = Notify(self.store, clock, self.mailer, stored_event, FINANCE)
        self.pause, self.resume = PausePayouts(store, clock), ResumePayouts(store, clock)
        self.free = FreePaused(store, clock, fulfillments)
        self.sweep = Sweep(store, clock, bus, fulfillments, wire.on(self.hints), notices)

    def _unmet(self, channel: Channel, order: PayoutOrder) -> str | None:
        assert channel is self.channel
        assert order.reference.startswith(order.payout_id)
        return self.missing

    def other_process(self) -> "World":
        """Another process on the same state, without this one's wire."""
        other = object.__new__(World)
        other.__dict__.update(self.__dict__)
        other._wire(Tripwire())
        return other

    def publish_program(self, **changes: Changed) -> None:
        rule = builders.rule(channel=self.channel.value)
        if self.channel is Channel.MERCHANDISE:
            rule["item"] = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/mug.png"}
        published = self.publish(builders.document(**{"rules": [rule], **changes}), "ops@example.com")
        assert not isinstance(published, tuple), published

    def decide(self, delivery_id: str = "msg_1", **changes: Changed) -> str:
        """Take a delivery in and evaluate it; the event's id."""
        event_id = self.receive(delivery(delivery_id, **changes))
        self.evaluate(event_id)
        return event_id

    def submitted(self, number: int = 1, **changes: Changed) -> Payout:
        """Store a payout whose intent of this number is written and whose provider was not asked yet."""
        payout = builders.payout(
            PayoutStatus.SUBMITTED, channel=self.channel, attempts=number, version=3 * number, run=number
        )
        known = {"number": number, "reference": f"{builders.PAYOUT_ID}-{number}", **changes}
        request = builders.frozen_request(number)
        self.store.put(payout, builders.attempt(payout, **known), request, builders.details(), builders.reward())
        return payout

    def released(self, **changes: Changed) -> Payout:
        """Store a payout that may be paid, and its recipient."""
        payout = builders.payout(PayoutStatus.RELEASED, channel=self.channel, version=2, **changes)
        self.store.put(payout, builders.details(), builders.reward(), builders.armed(self.channel))
        return payout

    def stands(self, payout_id: str = builders.PAYOUT_ID) -> Payout:
        """The payout as it is stored."""
        payout = self.store.payout(payout_id)
        assert payout is not None
        return payout

    def known_of(self, number: int = 1) -> ProviderAnswer | None:
        """What is known of an attempt."""
        attempt = self.store.attempt(builders.PAYOUT_ID, number)
        assert attempt is not None
        return attempt.answer

    def state_of(self, number: int = 1) -> AnswerState | None:
        answer = self.known_of(number)
        return answer.state if answer else None

    def balances(self) -> dict[str, int]:
        """The trial balance of the one currency, without accounts that are even."""
        balances = ledger.trial_balance(self.store.of(ledger.Entry))
        return {account: minor for (account, _), minor in balances.items() if minor}

    def wait_under(self, token: str) -> str:
        """Let a task wait under `token`."""
        self.fulfillments.waiting.add(token)
        return token

    def asked(self, call: str) -> int:
        """How often the provider was called so."""
        return [name for name, _ in self.provider.calls].count(call)
