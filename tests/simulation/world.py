"""The production use cases in a world that fails: one `World` is one schedule being played."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import builders
from fakes.store import MemoryStore
from guerdon.adapters.aws.queues import notice_from_message
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.end_run import EndRun
from guerdon.application.follow_funds import FollowFunds, Untried
from guerdon.application.free_paused import STRAGGLES_MOST as FREED_FOR
from guerdon.application.funds_records import FundsHold, FundsState
from guerdon.application.mails import PayoutAttentionMail
from guerdon.application.pause_payouts import PausePayouts
from guerdon.application.ports import (
    EventBus,
    HintQueues,
    Mail,
    Mailer,
    Notice,
    Notices,
    PayoutOrder,
    ProviderHint,
    Store,
)
from guerdon.application.programs import ProgramShelf
from guerdon.application.receive_event import Delivery
from guerdon.application.records import AnswerState, Attempt, ChannelSwitch, FrozenRequest, InboxEvent, Receivable
from guerdon.application.release_again import CannotRelease
from guerdon.application.resolve_payout import ResolvePayout
from guerdon.application.transaction import Row
from guerdon.domain.channel import CHANNEL_OF, PROVIDER_OF, Channel
from guerdon.domain.errors import Retryable
from guerdon.domain.pausing import Pauses, PauseScope
from guerdon.domain.payout import BlockReason, Payout
from guerdon.domain.program import Program
from simulation import story, telling
from simulation.engine import HOUR, MINUTE, SECOND, Engine
from simulation.expected import Expected
from simulation.faults import Fault, Faults
from simulation.parts import PRODUCTION, Parts
from simulation.people import People, Resolve
from simulation.ports import SimBus, SimClock, SimFulfillments, SimHintQueues, SimMailer, SimNotices, SimStore
from simulation.providers import CancelingProvider, DraftingProvider, Provider
from simulation.queues import Queue, late
from simulation.seen import Seen
from simulation.workflow import Data, Function, Workflow

STRAGGLES_MOST: Final = MINUTE
"""How long after a hold began somebody who had asked before may still be sent: longer than any function runs."""

FINANCE: Final = "finance@example.com"
OPS: Final = "ops@example.com"
SWEEP_EVERY: Final = 5 * MINUTE
TIMEOUTS: Final = {
    "${ReleasePayoutFunction}": 10 * SECOND,
    "${PayGiftCardFunction}": 20 * SECOND,
    "${PayCheckFunction}": 20 * SECOND,
    "${PayBillCreditFunction}": 20 * SECOND,
    "${PayMerchandiseFunction}": 30 * SECOND,
    "${SettlePayoutFunction}": 10 * SECOND,
}
"""Each function's timeout in template.yaml."""

read_stored = lru_cache(maxsize=4096)(stored_event)
"""The production reader; what it says of a text never changes, so it is asked once."""


_COMPILED: Final[dict[tuple[str, int], Program]] = {}


class World:
    """One schedule: a seed, the stack, and everything around it."""

    def __init__(
        self,
        seed: int,
        plan: Mapping[str, Fault] | None = None,
        parts: Parts = PRODUCTION,
        *,
        traced: bool = False,
    ) -> None:
        self.seed, self.seen = seed, Seen()
        self.story = story.told(random.Random(seed))  # noqa: S311 - a schedule is repeatable, not secret.
        chance = random.Random(seed + 1_000_000_007)  # noqa: S311 - the same.
        luck = random.Random(seed + 2_000_000_011)  # noqa: S311 - the same.
        self.faults = Faults(luck, self.story.fault_rate, self.story.faults_most, self.story.focus, plan)
        self.engine = Engine(builders.NOW, chance, self.faults, traced=traced)
        self.rows = MemoryStore()
        self._open: dict[str, int] = {}
        self._held_at: dict[Channel, int] = {}
        self._expected: Expected | None = None
        self._wire(parts)
        self._set_up()

    def expected(self) -> Expected:
        """What must have come of all that was told and decided so far, reckoned once nothing happens any more."""
        if self._expected is None:
            self._expected = Expected(self.story.tellings, self.rows.commits, self.sim_store.judged_at)
        return self._expected

    def play(self) -> None:
        """Let everything happen, until nothing is left to happen."""
        self.engine.idle = self._sweep_if_due
        for act in self.story.acts:
            self.engine.after(act.at, self._deed_of(act))
        self.engine.run()
        # What a provider says of a settled payout while it does not answer is in nobody's deadlines: the alarm of the
        # queue calls the person who moves it back once the provider is well again.
        if self.hints.put_aside:
            self.hints.redrive()
            self.engine.run()

    # --- the stack ----------------------------------------------------------------------------------------------------

    def _wire(self, parts: Parts) -> None:
        engine, clock = self.engine, SimClock(self.engine)
        self.events: Queue[str] = Queue(engine, "events", 10 * SECOND, MINUTE, self._evaluate)
        self.notices: Queue[Notice] = Queue(engine, "notices", 10 * SECOND, MINUTE, self._tell)
        self.hints: Queue[ProviderHint] = Queue(engine, "hints", 20 * SECOND, 2 * MINUTE, self._follow)
        functions: dict[str, Function] = {
            "${ReleasePayoutFunction}": self._release,
            "${SettlePayoutFunction}": self._settle,
        }
        for name, channel in _PAY_FUNCTIONS.items():
            functions[name] = self._pay_function(channel)
        self.workflow = Workflow(engine, functions, TIMEOUTS, lambda body: self.notices.put(notice_from_message(body)))
        self.sim_store = SimStore(engine, self.rows, self._written)
        store: Store = parts.store(self.sim_store)
        bus: EventBus = SimBus(engine, self.events.put)
        notices: Notices = SimNotices(engine, self.notices.put)
        self.hint_queues: HintQueues = SimHintQueues(engine, self.hints.put)
        fulfillments = parts.fulfillments(SimFulfillments(engine, self.workflow.start, self.workflow.ring))
        mailer: Mailer = SimMailer(engine, self._mailed)
        self.providers: dict[str, Provider] = {
            name: _PROVIDERS.get(name, Provider)(name, engine, self._provider_tells) for name in CHANNEL_OF
        }
        self.receive = parts.receive(store, bus, clock)
        shelf = ProgramShelf(store, _COMPILED)
        asks: HintQueues = SimHintQueues(engine, self.hints.put, "hints.enqueue by the evaluation")
        tells: EventBus = SimBus(engine, self.events.put, "bus.publish by the evaluation")
        self.evaluate = parts.evaluate(store, shelf, read_stored, fulfillments, notices, asks, tells, clock)
        self.release = parts.release(store, clock, _nothing_unmet)
        self.settle = parts.settle(store, clock)
        self.end_run = EndRun(self.settle, notices)
        conclude = parts.conclude(fulfillments, self.settle, notices)
        self.pay = {name: parts.pay(store, clock, provider, conclude) for name, provider in self.providers.items()}
        self.look_again = {
            name: parts.look_again(store, clock, provider, conclude) for name, provider in self.providers.items()
        }
        self.notify = parts.notify(store, clock, mailer, read_stored, FINANCE)
        self.sweep = parts.sweep(store, clock, bus, fulfillments, self.hint_queues, notices)
        self._follow_funds = FollowFunds(self.rows, clock, fulfillments)
        self.release_again = parts.release_again(store, clock, fulfillments)
        resolve = ResolvePayout(store, clock, self.hint_queues)
        self.people = People(engine, self.rows, self.providers, resolve, self._operator)
        self.arm = ArmChannel(store, clock)
        self.pause, self.resume = PausePayouts(store, clock), parts.resume(store, clock)
        self.free = parts.free(store, clock, fulfillments)
        outage, empty = self.story.outage, self.story.empty
        for provider in self.providers.values():
            provider.watch, provider.slow, provider.broke = self._called, self.story.slow, self.story.broke
            provider.outage = outage if outage and outage.provider == provider.name else None
            provider.empty = empty if empty and empty.provider == provider.name else None

    def _set_up(self) -> None:
        """Programs and switches, before anything goes wrong: no worker runs, so nothing is interrupted."""
        self.rows.put(*telling.published())
        for channel in Channel:
            if channel not in self.story.unarmed:
                self.arm(channel, OPS, armed=True)

    # --- the functions, as thin as the real ones ----------------------------------------------------------------------

    def _checked(self, function: Callable[[], Any]) -> Any:  # noqa: ANN401 - each function returns its own.
        """Run a function; an error that nothing retries on purpose is remembered."""
        try:
            return function()
        except Retryable:
            raise
        except Exception as error:
            self.seen.crashes.append(f"{type(error).__name__}: {error}")
            raise

    def _evaluate(self, event_id: str) -> object:
        return self._checked(lambda: self.evaluate(event_id))

    def _tell(self, notice: Notice) -> object:
        began = self.engine.now
        try:
            return self._checked(lambda: self.notify(notice))
        finally:
            self.seen.notify_runs[notice.subject_id].append((began, self.engine.now))

    def _follow(self, hint: ProviderHint) -> object:
        began = self.engine.now
        sight = self._checked(lambda: self.look_again[hint.provider](hint))
        order = self.providers[hint.provider].orders.get(hint.resource_id)
        # One that looked before the last change at the provider heard nothing of it.
        if order is not None and began >= order.final_at and order.answer.reference not in self.seen.hinted:
            self.seen.hinted[order.answer.reference] = self.engine.now
        return sight

    def _release(self, payload: Data) -> Data:
        release = self._checked(lambda: self.release(payload["payout_id"], payload["run"]))
        told: Data = {**payload, "decision": release.decision}
        if release.until is not None:
            told["until"] = release.until.strftime("%Y-%m-%dT%H:%M:%SZ")
        return told

    def _settle(self, payload: Data) -> Data:
        payout = self._checked(lambda: self.end_run(payload["payout_id"], payload["run"], payload.get("error")))
        return {"payout_id": payload["payout_id"], "run": payload["run"], "status": payout.status}

    def _pay_function(self, channel: Channel) -> Callable[[Data], Data]:
        def pay(payload: Data) -> Data:
            step = self.pay[PROVIDER_OF[channel]]
            self._checked(lambda: step(payload["payout_id"], payload["run"], payload["task_token"]))
            return {"payout_id": payload["payout_id"], "run": payload["run"]}

        return pay

    # --- what is observed -------------------------------------------------------------------------------------------

    def _mailed(self, mail: Mail) -> None:
        told = mail.content
        if isinstance(told, PayoutAttentionMail):
            key = f"{mail.template} {told.status}", told.payout_id
        else:
            key = mail.template, told.reference
        self.seen.mails[key].append(self.engine.now)

    def _called(self, request: FrozenRequest) -> None:
        stored = self.rows.frozen_request(request.reference)
        wrong = "" if stored == request else "no such intent" if stored is None else "not the frozen bytes"
        self.seen.calls.append((request.reference, wrong))

    # --- the world around -------------------------------------------------------------------------------------------

    def _provider_tells(self, provider: str, provider_id: str) -> None:
        """A provider sends its webhook: soon or late, never or twice.

        Only that money came back is always told: nothing asks about a payout once it is settled.
        """
        engine = self.engine
        order = self.providers[provider].orders[provider_id]
        if not self.story.webhooks and order.answer.state is not AnswerState.RETURNED:
            return
        hint = ProviderHint(provider, "orders", provider_id)
        self.seen.hinted.pop(order.answer.reference, None)
        label = engine.numbered(f"webhook {provider_id}")
        delays = [engine.between(1, 30) if engine.between(0, 3) == 0 else engine.between(1, 3 * SECOND)]
        match engine.faults.draw("webhook", label, 0, engine.now):
            case Fault.NEVER if order.answer.state is not AnswerState.RETURNED:
                return
            case Fault.DUPLICATE:
                delays.append(engine.between(1, HOUR))
            case Fault.DELAY_SECONDS:
                delays = [engine.between(MINUTE, HOUR)]
            case Fault.DELAY_DAYS:
                delays = [late(engine)]
            case _:
                pass
        for delay in delays:
            engine.after(delay, lambda: self._call_webhook(hint, 5))

    def _call_webhook(self, hint: ProviderHint, tries: int) -> None:
        def done(_: object, error: BaseException | None) -> None:
            if error is not None and tries > 1:
                self.engine.after(10 * MINUTE, lambda: self._call_webhook(hint, tries - 1))

        label = f"receive_provider_update {hint.resource_id}"
        self.engine.spawn(label, 10 * SECOND, lambda: self.hint_queues.enqueue(hint), done)

    def _deed_of(self, act: story.Act) -> Callable[[], object]:
        deeds: dict[type, Callable[[Any], None]] = {
            story.Send: lambda act: self._send(act.delivery, act.patience),
            story.Redeliver: lambda act: self._redeliver(act.delivery),
            story.Decide: self._decide,
            story.Approve: self._approve,
            Resolve: lambda act: self.people.comes_by(act.comes_by, errs=act.errs),
            story.Restart: self._restart,
            story.Redrive: lambda _: self._redrive(),
            story.Switch: self._switch,
            story.PauseNow: lambda act: self._operator("pause", lambda: self.pause(act.scope, OPS, "to look")),
            story.ResumeNow: lambda act: self._operator("resume", lambda: self._resumed(act.scope)),
            story.SweepNow: lambda _: self._operator("sweep", self.sweep, 60 * SECOND),
        }
        return lambda: deeds[type(act)](act)

    def _send(self, delivery: Delivery, patience: int) -> None:
        """A CRM sends, and again until it hears success or loses patience."""
        engine = self.engine

        def done(event_id: str | None, error: BaseException | None) -> None:
            heard = error is None and engine.faults.draw("answer to the CRM", label, 0, engine.now) is None
            if heard and event_id is not None:
                engine.say("the CRM heard success for", event_id)
                self.seen.accepted.append(event_id)
            elif patience:
                engine.after(engine.between(SECOND, HOUR), lambda: self._send(delivery, patience - 1))

        label = engine.numbered(f"delivery {delivery.delivery_id}")
        engine.spawn(
            f"receive {delivery.delivery_id}",
            10 * SECOND,
            lambda: self._checked(lambda: self.receive(delivery)),
            done,
        )

    def _redeliver(self, delivery: Delivery) -> None:
        for event in self.rows.of(InboxEvent):
            if event.delivery_id == delivery.delivery_id:
                self.events.again(event.event_id)

    def _operator(self, name: str, deed: Callable[[], object], timeout: int = 30 * SECOND) -> None:
        self.engine.spawn(name, timeout, lambda: self._checked(deed), lambda *_: None)

    @staticmethod
    def provider_of(payout: Payout) -> str:
        """The name of who carries a payout out."""
        return PROVIDER_OF[payout.channel]

    def _payout(self, index: int) -> Payout | None:
        payouts = self.rows.of(Payout)
        return payouts[index % len(payouts)] if payouts else None

    def _decide(self, act: story.Decide) -> None:
        """A person releases a payout again, if it waits for that."""
        payout = self._payout(act.index)
        if payout is not None:
            payout_id = payout.payout_id
            self._operator("operator", lambda: self._decided(payout_id))

    def _approve(self, act: story.Approve) -> None:
        """A person releases one of the payouts that wait for approval, if any does."""
        waiting = [payout.payout_id for payout in self.rows.of(Payout) if payout.waits_for_approval]
        if waiting:
            payout_id = waiting[act.index % len(waiting)]
            for later in act.clicks:
                self.engine.after(later, lambda: self._operator("approver", lambda: self._decided(payout_id)))

    def _decided(self, payout_id: str) -> Payout | CannotRelease:
        self.seen.decided.setdefault(payout_id, len(self.rows.commits))
        return self.release_again(payout_id, OPS, "it is right")

    def _restart(self, act: story.Restart) -> None:
        """A person starts this run or the one before by hand, beside what may still be running or long after."""
        payout = self._payout(act.index)
        if payout is not None:
            run = payout.run - act.index % 2 or 1
            name = self.engine.numbered(f"{payout.payout_id}-{run} by hand")
            self.workflow.start_named(name, {"payout_id": payout.payout_id, "run": run})

    def _switch(self, act: story.Switch) -> None:
        self._operator("arm", lambda: self.arm(act.channel, OPS, armed=act.armed))

    def _resumed(self, scope: PauseScope) -> object:
        """What `guerdon resume` does."""
        self.resume(scope, OPS, "it is right")
        return self.free(OPS, 500)

    def _redrive(self) -> None:
        """A person moves what was put aside back to its queue."""
        self.events.redrive()
        self.notices.redrive()
        self.hints.redrive()

    def _sweep_if_due(self, next_at: int) -> int | None:
        """Sweep on the schedule's next tick that finds something to do; the others would only read two indexes."""
        engine = self.engine
        tick = (engine.now // SWEEP_EVERY + 1) * SWEEP_EVERY
        if 0 <= next_at <= tick:
            return None
        due = self._due_at()
        if due is None:
            return None
        at = max(tick, -(-due // SWEEP_EVERY) * SWEEP_EVERY)
        if 0 <= next_at <= at:
            return None
        engine.after(at - engine.now, lambda: self._operator("sweep", self._swept, 60 * SECOND))
        return engine.now

    def _swept(self) -> None:
        """One pass; a hold that it left as it is has nothing due before its time comes, nor while a person must act."""
        before = {hold.channel: hold.version for hold in self.rows.of(FundsHold)}
        swept = self.sweep()
        pauses = self.rows.pauses()
        late = pauses and pauses.freed_at and self.engine.moment() - pauses.freed_at > FREED_FOR
        if late and not swept.payouts_resumed:
            # What is left is of a channel that is not armed: arming it opens this again.
            self._open_at("pauses", None)
        for hold in self.rows.of(FundsHold):
            if before.get(hold.channel) == hold.version and hold.state is not FundsState.OVER:
                # It may have been left because another writer was faster: then the next pass does it.
                left = self._follow_funds.next_to_try(hold.channel) in _FOR_A_PERSON
                self._open_at(f"funds {hold.channel}", None if left else max(hold.try_at, self.engine.moment()))

    def _written(self, old: Row | None, new: Row) -> None:
        """Remember a write, and when the sweep has something to do about it."""
        self.seen.changes.append((old, new))
        if isinstance(new, Payout):
            self._open_at(new.payout_id, new.look_at)
            self._look_at_funds(new.channel, new)
            if isinstance(old, Payout) and old.waits_for == BlockReason.PAUSED:
                # It may have been the last that an ended pause had left to see to.
                pauses = self.rows.pauses()
                self._open_at("pauses", pauses.freed_at if pauses else None)
        elif isinstance(new, Attempt):
            payout = self.rows.payout(new.payout_id)
            if payout is not None:
                self._look_at_funds(payout.channel, payout)
                self._watch_overtaking(payout, is_new=old is None)
        elif isinstance(new, FundsHold):
            self._held_at[new.channel] = self.engine.now
            # A hold that is lifted is looked through at once.
            lifting = new.state is FundsState.LIFTING
            due = self.engine.moment() if lifting else new.try_at
            self._open_at(f"funds {new.channel}", due if new.state is not FundsState.OVER else None)
        elif isinstance(new, InboxEvent):
            self._open_at(new.event_id, new.look_at)
        elif isinstance(new, Pauses):
            self._open_at("pauses", new.freed_at)
            self._open_holds()
        elif isinstance(new, ChannelSwitch):
            pauses = self.rows.pauses()
            self._open_at("pauses", pauses.freed_at if pauses else None)
            self._open_holds()
        elif isinstance(new, Receivable):
            self.seen.debts[new.advocate_id, new.version] = self.engine.moment()

    def _open_holds(self) -> None:
        """What waits for money, and was paused or not armed as well, may be tried again."""
        for hold in self.rows.of(FundsHold):
            if hold.state is not FundsState.OVER:
                self._open_at(f"funds {hold.channel}", max(hold.try_at, self.engine.moment()))

    def _look_at_funds(self, channel: Channel, payout: Payout) -> None:
        """What becomes of a payout that is tried, or comes to wait, is for the next sweep."""
        hold = self.rows.funds_hold(channel)
        if hold is None or hold.state is FundsState.OVER:
            return
        if hold.trying == payout.payout_id or payout.waits_for == BlockReason.FUNDS:
            tried = hold.trying == payout.payout_id
            self._open_at(f"funds {channel}", self.engine.moment() if tried else max(hold.try_at, self.engine.moment()))

    def _watch_overtaking(self, payout: Payout, *, is_new: bool) -> None:
        hold = self.rows.funds_hold(payout.channel)
        if not is_new or hold is None or hold.lets_pass(payout):
            return
        if self.engine.now - self._held_at[payout.channel] > STRAGGLES_MOST:
            self.seen.overtook.append(f"{payout.payout_id} was sent though {hold}")

    def _open_at(self, row_id: str, moment: datetime | None) -> None:
        if moment is None:
            self._open.pop(row_id, None)
        else:
            self._open[row_id] = self.engine.milliseconds(moment) + 1

    def _due_at(self) -> int | None:
        return min(self._open.values(), default=None)


_FOR_A_PERSON: Final = (Untried.PAUSED, Untried.NOT_ARMED)
"""Why no pass tries anything until a person resumes or arms, which opens the hold again."""

_PROVIDERS: Final[dict[str, type[Provider]]] = {"lob": CancelingProvider, "printful": DraftingProvider}
"""The providers that can do more than the others, as in adapters/providers."""

_PAY_FUNCTIONS: Final = {
    "${PayGiftCardFunction}": Channel.GIFT_CARD,
    "${PayCheckFunction}": Channel.CHECK,
    "${PayBillCreditFunction}": Channel.BILL_CREDIT,
    "${PayMerchandiseFunction}": Channel.MERCHANDISE,
}


def _nothing_unmet(channel: Channel, order: PayoutOrder) -> str | None:
    del channel, order
    return None
