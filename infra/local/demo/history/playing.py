"""The year, played: the production use cases over a store in memory, the played providers and a clock that is moved.

Nothing waits under a task's token here, so every outcome is settled where it becomes known, as it is in production
when an execution is over.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import Final

from fakes.bus import MemoryBus
from fakes.queues import MemoryHintQueues, MemoryNotices
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.adapters.providers.build import unmet
from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.conclude import PAYOUT, Conclude
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.follow_funds import FollowFunds
from guerdon.application.funds_records import TRY_AFTER_FIRST, FundsState
from guerdon.application.look_again import OURS, LookAgain
from guerdon.application.pay_payout import PayPayout
from guerdon.application.ports import PayoutProvider, ProviderHint
from guerdon.application.programs import ProgramShelf, Published, PublishProgram
from guerdon.application.receive_event import Delivery, ReceiveEvent
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.release_payout import ReleasePayout, Verdict
from guerdon.application.seal_ledger import SealLedger
from guerdon.application.settle_payout import SettlePayout
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.errors import Retryable
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from local.demo.history.month_ends import MonthEnds
from local.demo.history.providers import PlayedProviders, played_providers
from local.demo.history.store import HistoryStore
from local.demo.history.telling import MONTHS, Told, messages

PROGRAMS: Final = Path(__file__).with_name("programs")
CONNECTION: Final = "demo"
SOURCE_ACCOUNT: Final = "demo-crm"
PROGRAM_MANAGER: Final = "console:morgan@harbor.example"
FINANCE: Final = "console:finley@harbor.example"

_RELEASED_AFTER: Final = timedelta(seconds=3)
_PAID_AFTER: Final = timedelta(seconds=2)
_ASKED_AGAIN_AFTER: Final = timedelta(minutes=6)
_ASKED_MOST: Final = 12
_DECIDED_AFTER: Final = timedelta(days=1)
_LEFT_FOR_TODAY: Final = timedelta(days=12)
"""What went wrong within these last days nobody has looked at yet."""

_EVERY_RECENTLY: Final = 4
"""Of these one in so many goes wrong, so that there is something to look at."""

_BAD_MOMENTS: Final = {
    Channel.GIFT_CARD: ((37, "refuse"), (53, "out_of_funds"), (71, "pending_then_canceled")),
    Channel.CHECK: ((19, "returned"), (31, "failed_later")),
    Channel.MERCHANDISE: ((9, "returned"),),
    Channel.BILL_CREDIT: ((29, "refuse"),),
}
"""Every how many payouts of a channel its provider has which bad moment."""


class CannotPlay(Exception):
    """A program of the history is not in order; the message says which and why."""


class _Clock:
    """The time of the year that is played."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def pause(self, attempt: int) -> None:
        """Nobody else works on this store."""

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)


@dataclass(slots=True)
class _Fulfillments:
    """What was started and not taken on yet."""

    started: list[tuple[str, int]] = field(default_factory=list)

    def start(self, payout_id: str, run: int) -> None:
        self.started.append((payout_id, run))

    def ring(self, task_token: str, payout_id: str, run: int) -> bool:
        """Nobody waits."""
        del task_token, payout_id, run
        return False


@dataclass(frozen=True, slots=True)
class Played:
    """A year that was played.

    Attributes:
        providers: What the sandbox keeps of it, as `POST /_sandbox/history` takes it.
    """

    store: HistoryStore
    providers: dict[str, object]


def play(until: datetime) -> Played:
    """Play the months before the present one, and what is gone of it up to `until`.

    Raises:
        CannotPlay: A program of the history is not in order.
        CannotEnd: A month of it cannot be closed.
    """
    first = _first_day(until)
    clock = _Clock(first)
    with played_providers(clock.now) as providers:
        year = _Year(clock, providers, until)
        year.publish("payroll-referral-1", "adviser-referral", "europe-referral")
        year.arm()
        year.at(first + timedelta(days=190), lambda: year.publish("payroll-referral-2"))
        year.tell(messages(first.date(), until))
        MonthEnds(year.store, clock, year.seal).plan(first, until, year.at)
        year.run()
        clock.move_to(until)
        year.seal()
        return Played(year.store, providers.history())


def _first_day(until: datetime) -> datetime:
    months = until.year * 12 + until.month - 1 - MONTHS
    return datetime(months // 12, months % 12 + 1, 1, 1, tzinfo=UTC)


class _Year:
    """What is still to happen, in the order of time, and who does it."""

    def __init__(self, clock: _Clock, providers: PlayedProviders, until: datetime) -> None:
        self.store = HistoryStore()
        self._clock, self._providers, self._until = clock, providers, until
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self._paid = dict.fromkeys(Channel, 0)
        self._without_money = set[Channel]()
        self._bus, self._hints, self._fulfillments = MemoryBus(), MemoryHintQueues(), _Fulfillments()
        self._notices = MemoryNotices()
        self._receive = ReceiveEvent(self.store, self._bus, clock)
        self._evaluate = EvaluateRewards(
            self.store,
            ProgramShelf(self.store),
            stored_event,
            self._fulfillments,
            self._notices,
            self._hints,
            self._bus,
            clock,
        )
        self._release = ReleasePayout(self.store, clock, unmet)
        self._again = ReleaseAgain(self.store, clock, self._fulfillments)
        self._conclude = Conclude(self._fulfillments, SettlePayout(self.store, clock), self._notices)
        self._clients = providers.providers()

    def at(self, moment: datetime, deed: Callable[[], None]) -> None:
        """Have it done then; what is after the end of the history is left to the stack."""
        if moment < self._until:
            heappush(self._agenda, (moment, next(self._numbers), deed))

    def run(self) -> None:
        """Do everything in the order of time."""
        while self._agenda:
            moment, _, deed = heappop(self._agenda)
            self._clock.move_to(moment)
            deed()
            self._carry_on()

    def publish(self, *names: str) -> None:
        """Publish these program files."""
        for name in names:
            file = PROGRAMS / f"{name}.yaml"
            document = read_yaml(file.read_bytes())
            if not isinstance(document, YamlDocument):
                raise CannotPlay(f"{file}: {document}")
            published = PublishProgram(self.store, self._clock)(document.node, PROGRAM_MANAGER)
            if not isinstance(published, Published):
                raise CannotPlay(f"{file} was not taken: {published}")

    def arm(self) -> None:
        """Arm every channel."""
        for channel in Channel:
            ArmChannel(self.store, self._clock)(channel, FINANCE, armed=True)

    def tell(self, told: Iterable[Told]) -> None:
        """Have all of this told when it is due."""
        for message in told:
            self.at(message.at, lambda message=message: self._take(message))  # type: ignore[misc]  # mypy types no default of a lambda.

    def seal(self) -> None:
        """Seal every hour that is over."""
        seal = SealLedger(self.store, self._clock)
        while seal().hours:
            continue

    def _take(self, message: Told) -> None:
        body = message.body
        digest = hashlib.sha256(body.encode()).hexdigest()
        event = stored_event(body)
        self._receive(Delivery(CONNECTION, SOURCE_ACCOUNT, message.delivery_id, body, digest, event))

    def _carry_on(self) -> None:
        """Take on what the last deed started."""
        now = self._clock.now()
        while self._bus.published:
            self._evaluate(self._bus.published.pop(0))
        while self._fulfillments.started:
            payout_id, run = self._fulfillments.started.pop(0)
            self.at(now + _RELEASED_AFTER, lambda started=(payout_id, run): self._check(*started))  # type: ignore[misc]  # As above.
        while self._hints.enqueued:
            self._ask(self._hints.enqueued.pop(0))
        while self._notices.enqueued:
            told = self._notices.enqueued.pop(0)
            if told.kind == PAYOUT and self._payout(told.subject_id).waits_for_approval:
                self._wait_for_a_person(told.subject_id)

    def _check(self, payout_id: str, run: int) -> None:
        release = self._release(payout_id, run)
        if isinstance(release.decision, Channel):
            self.at(self._clock.now() + _PAID_AFTER, lambda: self._pay(payout_id, run))
        elif release.decision is Verdict.HOLD and release.until is not None:
            self.at(_afternoon(release.until), lambda: self._check(payout_id, run))
        elif release.decision is Verdict.BLOCKED:
            self._wait(payout_id)

    def _pay(self, payout_id: str, run: int) -> None:
        payout = self._payout(payout_id)
        self._paid[payout.channel] += 1
        recent = self._until - self._clock.now() < _LEFT_FOR_TODAY
        for every, fault in _BAD_MOMENTS[payout.channel]:
            if self._paid[payout.channel] % (_EVERY_RECENTLY if recent else every) == 0:
                self._providers.have_a_bad_moment(PROVIDER_OF[payout.channel], fault)
                break
        self._try_to_pay(payout, run, tries=1)

    def _try_to_pay(self, payout: Payout, run: int, tries: int) -> None:
        self._providers.catch_up()
        pay = PayPayout(self.store, self._clock, self._client(payout), self._conclude)
        try:
            pay(payout.payout_id, run, f"token-{payout.payout_id}-{run}")
        except Retryable:
            if tries < _ASKED_MOST:
                self.at(
                    self._clock.now() + timedelta(seconds=20), lambda: self._try_to_pay(payout, run, tries=tries + 1)
                )
            return
        self._follow(payout.payout_id, asked=0)

    def _follow(self, payout_id: str, asked: int) -> None:
        """Ask the provider until the outcome is known, then go on as a person would."""
        payout = self._payout(payout_id)
        if payout.status is PayoutStatus.SUBMITTED and asked < _ASKED_MOST:
            self.at(self._clock.now() + _ASKED_AGAIN_AFTER, lambda: self._look(payout_id, asked + 1))
        elif payout.status in {PayoutStatus.FAILED, PayoutStatus.RETURNED, PayoutStatus.BLOCKED}:
            self._wait(payout_id)

    def _look(self, payout_id: str, asked: int) -> None:
        self._ask(ProviderHint(PROVIDER_OF[self._payout(payout_id).channel], OURS, payout_id))
        self._follow(payout_id, asked)

    def _ask(self, hint: ProviderHint) -> None:
        channel = next(channel for channel, provider in PROVIDER_OF.items() if provider == hint.provider)
        self._providers.catch_up()
        with suppress(Retryable):  # It is asked again later.
            LookAgain(self.store, self._clock, self._clients[channel], self._conclude)(hint)

    def _wait(self, payout_id: str) -> None:
        """What waits for its provider's money goes on by itself, and everything else once a person looked at it."""
        payout = self._payout(payout_id)
        if payout.reason != BlockReason.FUNDS:
            self._wait_for_a_person(payout_id)
        elif payout.channel not in self._without_money:
            self._without_money.add(payout.channel)
            self.at(self._clock.now() + TRY_AFTER_FIRST, lambda: self._follow_funds(payout.channel))

    def _follow_funds(self, channel: Channel) -> None:
        """What the sweep does, at longer intervals."""
        FollowFunds(self.store, self._clock, self._fulfillments)(channel)
        hold = self.store.funds_hold(channel)
        if hold is None or hold.state is FundsState.OVER:
            self._without_money.discard(channel)
        else:
            self.at(self._clock.now() + TRY_AFTER_FIRST, lambda: self._follow_funds(channel))

    def _wait_for_a_person(self, payout_id: str) -> None:
        """The next day somebody has it tried again; what is recent nobody has looked at yet."""
        now = self._clock.now()
        if self._until - now > _LEFT_FOR_TODAY:
            self.at(_afternoon(now + _DECIDED_AFTER), lambda: self._decide(payout_id))

    def _decide(self, payout_id: str) -> None:
        self._again(payout_id, FINANCE, "looked at; it may be paid")

    def _payout(self, payout_id: str) -> Payout:
        payout = self.store.payout(payout_id)
        if payout is None:
            raise CannotPlay(f"payout {payout_id} is gone")
        return payout

    def _client(self, payout: Payout) -> PayoutProvider:
        return self._clients[payout.channel]


def _afternoon(moment: datetime) -> datetime:
    """The time of day at which the year's work is done, at or after `moment`."""
    at = moment.replace(hour=15, minute=20, second=0, microsecond=0)
    return at if at >= moment else at + timedelta(days=1)
