"""What use cases need of the world. Adapters provide it, tests pass fakes, bootstrap wires."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from guerdon.application.check_ports import CheckStore
from guerdon.application.funds_records import FundsHold
from guerdon.application.ledger_ports import LedgerStore
from guerdon.application.mails import MailContent
from guerdon.application.month_end.ports import CloseStore
from guerdon.application.reconciliation_ports import ReconciliationStore
from guerdon.application.records import (
    AdvocateDetails,
    Attempt,
    ChannelSwitch,
    DayReleased,
    DealCount,
    DealRecord,
    EventBody,
    FrozenRequest,
    InboxEvent,
    ProgramHead,
    ProgramVersion,
    ProviderAnswer,
    Receivable,
    Reserved,
    SentNotice,
    Waiting,
)
from guerdon.application.transaction import Committed, Transaction
from guerdon.domain.channel import Channel
from guerdon.domain.deal import DealEvent
from guerdon.domain.money import Money
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import Payout
from guerdon.domain.program import Beneficiary, Item
from guerdon.domain.reward import Reward


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """The present moment, in UTC."""

    def pause(self, attempt: int) -> None:
        """Wait a short random while before trying for the `attempt`-th time (from 1) after a conflict."""


class Store(LedgerStore, ReconciliationStore, CloseStore, CheckStore, Protocol):
    """Every read is consistent: it sees all that was committed before it.

    All methods raise StoreBusy when the database is throttled or away.
    """

    def commit(self, transaction: Transaction) -> Committed:
        """Write all of it or nothing. A lost answer is repeated under the same token for ten minutes."""

    def inbox_event(self, event_id: str) -> InboxEvent | None:
        """The inbox row of one delivery."""

    def event_body(self, event_id: str) -> EventBody | None:
        """What the delivery of that inbox id said; without the name of who was erased."""

    def advocate(self, advocate_id: str) -> AdvocateDetails | None:
        """Who the advocate, or the referred customer, of that id is; nothing but their ids once they were erased."""

    def frozen_request(self, reference: str) -> FrozenRequest | None:
        """What one attempt sends; with an empty body once its recipient was erased."""

    def deal_record(
        self, source_account: str, program: str, deal_id: str, trigger: str, beneficiary: Beneficiary
    ) -> DealRecord | None:
        """What was told about a deal under one trigger, with what it earned one beneficiary."""

    def deal_count(self, advocate_id: str, group: str, period: str) -> DealCount | None:
        """How many deals were counted; None for none."""

    def receivable(self, advocate_id: str, currency: str) -> Receivable | None:
        """What an advocate owes in one currency."""

    def reserved(self, program: str, advocate_id: str | None, period: str, currency: str) -> Reserved | None:
        """What is reserved in a budget of an advocate, or of the whole program; None for nothing."""

    def day_released(self, program: str, day: str) -> DayReleased | None:
        """What a program with ceilings released in one day; None for nothing."""

    def reward(self, reward_id: str) -> Reward | None:
        """One reward."""

    def payout(self, payout_id: str) -> Payout | None:
        """One payout as it stands."""

    def payouts_of(self, payout_ids: Sequence[str]) -> Iterator[Payout]:
        """Up to 100 payouts as they stand, in the order of their ids here; one that is not there is left out."""

    def attempt(self, payout_id: str, number: int) -> Attempt | None:
        """The attempt of a payout with that number, from 1."""

    def program_head(self, program: str) -> ProgramHead | None:
        """Which version is current; None if none was ever published."""

    def program_version(self, program: str, number: int) -> ProgramVersion | None:
        """One published version, from 1."""

    def channel_switch(self, channel: Channel) -> ChannelSwitch | None:
        """Whether the channel is armed; None, which is no, if nobody ever said."""

    def pauses(self) -> Pauses | None:
        """What is paused; None, which is nothing, if nobody ever paused."""

    def funds_hold(self, channel: Channel) -> FundsHold | None:
        """Whether the channel's payouts are held back for want of money; None, which is no, if they never were."""

    def sent_notice(self, notice: str) -> SentNotice | None:
        """The note that a mail went out, if it did."""

    def undecided_events(self, due_before: datetime) -> Iterator[str]:
        """Ids of inbox events without an outcome whose `look_at` has come, longest first; eventually consistent."""

    def events_of_deal(self, deal_id: str) -> Iterator[str]:
        """Ids of inbox events about deals of that id, in the order in which they came; eventually consistent."""

    def payouts_to_look_at(self, due_before: datetime) -> Iterator[str]:
        """Ids of payouts whose `look_at` has come, the longest due first; eventually consistent."""

    def waiting_events(self) -> Iterator[Waiting]:
        """The inbox events that wait for a person; eventually consistent."""

    def waiting_payouts(self) -> Iterator[Waiting]:
        """The payouts that wait for a person; eventually consistent."""


class EventBus(Protocol):
    """Carries ids of inbox events to the evaluation."""

    def publish(self, event_id: str) -> None:
        """Put one id on the bus.

        Raises:
            BusUnavailable: It was not taken; the sweep will send it again.
        """


class Fulfillments(Protocol):
    """The workflow that carries one run of a payout out."""

    def start(self, payout_id: str, run: int) -> None:
        """Start the fulfillment of one run; one that was started already is success.

        Raises:
            BusUnavailable: It was not started.
        """

    def ring(self, task_token: str, payout_id: str, run: int) -> bool:
        """Wake the task that waits under `task_token`; False if nothing waits under it any more.

        Raises:
            BusUnavailable: The workflow service was away.
        """


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell somebody, by ids only: a reward that was earned, or how a run of a payout stands."""

    kind: str
    subject_id: str
    run: int = 0


class Notices(Protocol):
    """The queue of things to tell."""

    def enqueue(self, notice: Notice, delay_seconds: int = 0) -> None:
        """Put one notice on the queue, to be read after `delay_seconds`, at most 900.

        Raises:
            BusUnavailable: It was not taken.
        """


@dataclass(frozen=True, slots=True)
class ProviderHint:
    """Somebody says that something happened at a provider. It is a hint: what counts is the look-up.

    Attributes:
        resource: What kind of thing it is about, in the provider's word: "orders", "checks"; or "payout" when
            the sweep asks about one of ours.
        resource_id: The provider's id of it, or our payout id.
    """

    provider: str
    resource: str
    resource_id: str


class HintQueues(Protocol):
    """One queue per provider, read by the function that holds that provider's key."""

    def enqueue(self, hint: ProviderHint) -> None:
        """Put a hint on its provider's queue.

        Raises:
            BusUnavailable: It was not taken.
        """


@dataclass(frozen=True, slots=True)
class PayoutOrder:
    """What a provider is to be asked for; the recipient is personal data."""

    reference: str
    payout_id: str
    program_title: str
    value: Money
    recipient: AdvocateDetails
    item: Item | None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can carry, as data.

    Attributes:
        currencies: ISO 4217 codes; empty when it takes any.
        value_least_minor: Least value of a payout in minor units of its currency.
        value_most_minor: Most, likewise.
        recipient_needs: Attributes of AdvocateDetails without which it cannot be asked.
        recipient_countries: ISO 3166 codes that it delivers to; empty when it delivers anywhere.
        key_lasts_hours: How long the provider remembers an idempotency key, less a margin for late retries;
            0 when it has none, so that every repetition is preceded by a look-up.
    """

    currencies: frozenset[str]
    value_least_minor: int
    value_most_minor: int
    recipient_needs: tuple[str, ...]
    recipient_countries: frozenset[str]
    key_lasts_hours: int


class PayoutProvider(Protocol):
    """One provider of one channel.

    Every call raises ProviderUnavailable when the provider certainly did nothing, and OutcomeUnknown when it
    may have.
    """

    name: str
    capabilities: Capabilities

    def freeze(self, order: PayoutOrder) -> FrozenRequest:
        """Write down the exact request for `order`; the same order gives the same bytes."""

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        """Send the frozen bytes under their idempotency key."""

    def look_up(self, request: FrozenRequest, now: datetime) -> ProviderAnswer | None:
        """What became of the attempt, by our own reference; None if the provider knows nothing of it."""

    def look_up_resource(self, resource: str, resource_id: str, now: datetime) -> ProviderAnswer | None:
        """What a hint is about, by the provider's id; None if it is nothing of ours."""


@runtime_checkable
class DraftingProvider(PayoutProvider, Protocol):
    """A provider whose `submit` makes a draft, which moves money only when it is confirmed."""

    def confirm(self, request: FrozenRequest, provider_id: str, now: datetime) -> ProviderAnswer:
        """Confirm the one draft whose id was saved.

        Raises:
            ProviderNotReady: The draft cannot be confirmed yet.
        """

    def discard(self, provider_id: str) -> None:
        """Delete a draft that lost; one that is gone already is fine."""


@runtime_checkable
class CancelingProvider(PayoutProvider, Protocol):
    """A provider that can undo what it accepted, for a while."""

    def cancel(self, provider_id: str) -> None:
        """Ask for it to be undone; too late or done already is fine, a look-up tells which.

        Raises:
            ProviderUnavailable: It was not asked.
            OutcomeUnknown: It may have been undone.
        """


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be rendered from a template folder; `to` and `content` are personal data and never logged."""

    template: str
    to: str
    content: MailContent


@dataclass(frozen=True, slots=True)
class Declined:
    """A mail was not sent, for a reason that trying again would not change."""

    reason: str


class Mailer(Protocol):
    """Sends mail."""

    def send(self, mail: Mail) -> str | Declined:
        """The message id, or why it was declined.

        Raises:
            BusUnavailable: The mail service was away or throttled us.
        """


class EventReader(Protocol):
    """Turns the stored text of an event body into the deal event that it is."""

    def __call__(self, body: str) -> DealEvent:
        """The deal event in `body`, which was readable when it was accepted."""
