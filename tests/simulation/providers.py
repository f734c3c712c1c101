"""The providers of the world: they forget keys, carry out later or not at all, and tell of it badly.

As the real ones do, they pay again for a key that they have forgotten: what keeps money from moving twice must be
the caller.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from guerdon.adapters.providers.lob.capabilities import CAPABILITIES as LOB
from guerdon.adapters.providers.printful.capabilities import CAPABILITIES as PRINTFUL
from guerdon.adapters.providers.stripe.capabilities import CAPABILITIES as STRIPE
from guerdon.adapters.providers.tremendous.capabilities import CAPABILITIES as TREMENDOUS
from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.application.records import AnswerState, FrozenRequest, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown, ProviderNotReady, ProviderUnavailable
from guerdon.domain.money import Money
from simulation.engine import DAY, HOUR, MINUTE, SECOND, Engine
from simulation.faults import Fault

T = TypeVar("T")

KEYS_LAST: Final = 24 * HOUR
"""How long Stripe and Lob remember a key; facts that the capabilities leave a margin to."""

LAGS_MOST: Final = 20 * MINUTE
"""How long a look-up may lag behind what was made."""

CAPABILITIES: Final[dict[str, Capabilities]] = {
    "tremendous": TREMENDOUS,
    "lob": LOB,
    "stripe": STRIPE,
    "printful": PRINTFUL,
}
_FEES_MINOR: Final = {"tremendous": 150, "lob": 0, "stripe": 0, "printful": 785}
_FURTHEST_FIRST: Final = (
    AnswerState.RETURNED,
    AnswerState.DONE,
    AnswerState.PENDING,
    AnswerState.PREPARED,
    AnswerState.CANCELED,
)


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that left for a payout, or came back (negative)."""

    at: int
    reference: str
    provider_id: str
    amount: Money


@dataclass(slots=True)
class Order:
    """One thing that was made at a provider.

    Attributes:
        final_at: When its last change happened, in the engine's time.
        done_at: When it was carried out, if it was.
    """

    answer: ProviderAnswer
    price: Money
    value: Money
    made_at: int
    paid: bool = False
    final_at: int = 0
    done_at: int | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """A time during which no answer of a provider arrives.

    Attributes:
        deaf: Whether the calls do not arrive either.
    """

    provider: str
    begins: int
    ends: int
    deaf: bool


@dataclass(frozen=True, slots=True)
class Empty:
    """A time during which a provider is out of money."""

    provider: str
    begins: int
    ends: int


class _Lagging(Exception):
    pass


class Provider:
    """One provider, and the port to it.

    Attributes:
        done_at_once_percent: How many orders of a hundred are carried out by the time that they are answered, with
            the few that are refused.
        movements: Every movement of money, in order.
        bodies: The bodies that each key was used with.
        slow: Whether everything takes days there.
        broke: Whether it refuses every other confirmation of a draft, mostly for want of money.
        outage: When it does not answer.
        empty: When it has no money.
    """

    done_at_once_percent = 50

    def __init__(self, name: str, engine: Engine, tell: Callable[[str, str], None]) -> None:
        self.name = name
        self.capabilities = CAPABILITIES[name]
        self.movements: list[Movement] = []
        self.bodies: dict[str, set[str]] = {}
        self.orders: dict[str, Order] = {}
        self.watch: Callable[[FrozenRequest], None] = lambda _: None
        self._engine, self._tell = engine, tell
        self.slow = self.broke = False
        self.outage: Outage | None = None
        self.empty: Empty | None = None
        self._keys: dict[str, tuple[int, ProviderAnswer | str]] = {}
        self._made = 0

    def freeze(self, order: PayoutOrder) -> FrozenRequest:
        asked = {
            "reference": order.reference,
            "amount_minor": order.value.amount_minor,
            "currency": order.value.currency,
            "to": order.recipient.email,
        }
        return FrozenRequest(order.reference, "POST", "/orders", "application/json", json.dumps(asked, sort_keys=True))

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        del now
        self.watch(request)
        answer = self._engine.call("provider.submit", lambda: self._heard(lambda: self.take(request)), self._error_of)
        # The answer takes its time: a webhook may be here before it.
        self._engine.pass_time(self._engine.between(20, 800))
        return answer

    def look_up(self, request: FrozenRequest, now: datetime) -> ProviderAnswer | None:
        del now
        try:
            return self._engine.call(
                "provider.look_up", lambda: self._heard(lambda: self._find(request.reference)), self._error_of
            )
        except _Lagging:
            return self._find(request.reference, made_before=self._engine.now - LAGS_MOST)

    def look_up_resource(self, resource: str, resource_id: str, now: datetime) -> ProviderAnswer | None:
        del resource, now
        order = self._engine.call(
            "provider.look_up_resource", lambda: self._heard(lambda: self.orders.get(resource_id)), self._error_of
        )
        return order.answer if order else None

    def _heard(self, effect: Callable[[], T]) -> T:
        """What a call does and answers, unless nobody answers at the time."""
        outage = self.outage
        if outage is None or not outage.begins <= self._engine.now < outage.ends:
            return effect()
        if not outage.deaf:
            effect()
        raise OutcomeUnknown(self.name, "no answer")

    @property
    def _is_empty(self) -> bool:
        return self.empty is not None and self.empty.begins <= self._engine.now < self.empty.ends

    def take(self, request: FrozenRequest) -> ProviderAnswer:
        """An order arrives."""
        key, now = request.reference, self._engine.now
        bodies = self.bodies.setdefault(key, set())
        bodies.add(request.body)
        known = self._keys.get(key)
        if known is not None and self._engine.between(0, 100) < 3:
            # It was checked before the key was looked at: a refusal that says nothing of the first call.
            return ProviderAnswer(request.reference, "", AnswerState.REFUSED, "403")
        if known is not None and now - known[0] < KEYS_LAST:
            if len(bodies) > 1:
                raise OutcomeUnknown(self.name, "the key was used with another body")
            kept = known[1]
            return self.orders[kept].answer if isinstance(kept, str) else kept
        answer = self._take_new(request)
        if not answer.provider_id and self.name != "stripe":
            return answer  # Only Stripe remembers what it refused.
        self._keys[key] = (known[0] if known and now - known[0] < KEYS_LAST else now, answer.provider_id or answer)
        return answer

    def forget(self, key: str) -> None:
        """Treat the next call under `key` as the first, as if it carried no key."""
        self._keys.pop(key, None)

    def _take_new(self, request: FrozenRequest) -> ProviderAnswer:
        luck = self._engine.between(0, 100)
        if luck < 4:
            return ProviderAnswer(request.reference, "", AnswerState.REFUSED, "422")
        if luck < 7 or self._is_empty:
            return ProviderAnswer(request.reference, "", AnswerState.OUT_OF_FUNDS, "402")
        order = self._make(request, AnswerState.PENDING)
        if luck < self.done_at_once_percent:
            self._become(order, AnswerState.DONE)
        self._go_on(order)
        return order.answer

    def _make(self, request: FrozenRequest, state: AnswerState) -> Order:
        asked = json.loads(request.body)
        value = Money(asked["amount_minor"], asked["currency"])
        price = Money(value.amount_minor + _FEES_MINOR[self.name], value.currency)
        self._made += 1
        provider_id = f"{self.name}-{self._made}"
        answer = ProviderAnswer(request.reference, provider_id, AnswerState.PREPARED, "draft")
        order = self.orders[provider_id] = Order(answer, price, value, self._engine.now)
        self._become(order, state)
        return order

    def _go_on(self, order: Order) -> None:
        """What will become of an accepted order by itself."""
        luck, engine = self._engine.between(0, 100), self._engine
        if order.answer.state is AnswerState.PENDING:
            soon = luck % 10
            if self.slow:
                delay = engine.between(20 * HOUR, 60 * HOUR)
            elif soon < 2:
                delay = engine.between(1, 100)
            elif soon < 5:
                delay = engine.between(1, 20 * SECOND)
            elif soon < 8:
                delay = engine.between(MINUTE, 3 * HOUR)
            else:
                delay = engine.between(HOUR, 30 * HOUR) if luck < 97 else engine.between(2 * DAY, 4 * DAY)
            end = AnswerState.CANCELED if luck < 8 else AnswerState.DONE
            engine.after(delay, lambda: self._end(order, end, luck))
        else:
            self._end(order, order.answer.state, luck)

    def _end(self, order: Order, end: AnswerState, luck: int) -> None:
        if order.answer.state is AnswerState.CANCELED:
            return  # It was canceled meanwhile.
        self._become(order, end)
        if end is AnswerState.DONE and luck >= 94 and self.name != "stripe":
            delay = self._engine.between(MINUTE, 20 * DAY)
            self._engine.after(delay, lambda: self._become(order, AnswerState.RETURNED))

    def _become(self, order: Order, state: AnswerState) -> None:
        if state in {AnswerState.PENDING, AnswerState.DONE} and not order.paid:
            order.paid = True
            self._move(order, order.price)
        if state is AnswerState.CANCELED and order.paid:
            self._move(order, -order.price)
        if state is AnswerState.RETURNED:
            self._move(order, -order.value)
        if order.answer.state is not state:
            cost = order.price if state is AnswerState.DONE else order.answer.cost
            day = self._engine.moment().date()
            order.answer = replace(order.answer, state=state, detail=state.value, cost=cost, value_on=day)
            order.final_at = self._engine.now
            order.done_at = self._engine.now if state is AnswerState.DONE else order.done_at
            self._engine.say(f"at {self.name}", order.answer.reference, order.answer.provider_id, state.value)
            if state is not AnswerState.PREPARED:
                self._tell(self.name, order.answer.provider_id)

    def _move(self, order: Order, amount: Money) -> None:
        answer = order.answer
        self.movements.append(Movement(self._engine.now, answer.reference, answer.provider_id, amount))

    def _find(self, reference: str, made_before: int | None = None) -> ProviderAnswer | None:
        ours = [
            order.answer
            for order in self.orders.values()
            if order.answer.reference == reference and (made_before is None or order.made_at < made_before)
        ]
        return min(ours, key=lambda answer: _FURTHEST_FIRST.index(answer.state), default=None)

    def _error_of(self, fault: Fault) -> Exception:
        match fault:
            case Fault.THROTTLE:
                return ProviderUnavailable(self.name, fault.value)
            case Fault.NOT_READY:
                return ProviderNotReady(self.name, fault.value)
            case Fault.STALE:
                return _Lagging()
            case _:
                return OutcomeUnknown(self.name, fault.value)


class CancelingProvider(Provider):
    """A provider that undoes what it accepted, until it begins to carry it out.

    Attributes:
        asked_to_cancel: What it was asked to undo, by its own id.
    """

    done_at_once_percent = 15

    def __init__(self, name: str, engine: Engine, tell: Callable[[str, str], None]) -> None:
        super().__init__(name, engine, tell)
        self.asked_to_cancel: set[str] = set()

    def cancel(self, provider_id: str) -> None:
        self.asked_to_cancel.add(provider_id)
        self._engine.call("provider.cancel", lambda: self._heard(lambda: self._cancel(provider_id)), self._error_of)

    def _cancel(self, provider_id: str) -> None:
        """Too late, done already, and no such order are one refusal; some are being carried out before they are so."""
        order = self.orders.get(provider_id)
        if order is not None and order.answer.state is AnswerState.PENDING and self._engine.between(0, 100) >= 10:
            self._become(order, AnswerState.CANCELED)


class DraftingProvider(Provider):
    """A provider without keys, whose submit makes another draft each time; a confirmed draft moves money."""

    def confirm(self, request: FrozenRequest, provider_id: str, now: datetime) -> ProviderAnswer:
        del now
        self.watch(request)
        return self._engine.call(
            "provider.confirm", lambda: self._heard(lambda: self._confirm(provider_id)), self._error_of
        )

    def discard(self, provider_id: str) -> None:
        self._engine.call("provider.discard", lambda: self._discard(provider_id), self._error_of)

    def take(self, request: FrozenRequest) -> ProviderAnswer:
        """A draft is asked for."""
        self.bodies.setdefault(request.reference, set()).add(request.body)
        if self._engine.between(0, 100) < 4:
            return ProviderAnswer(request.reference, "", AnswerState.REFUSED, "400")
        return self._make(request, AnswerState.PREPARED).answer

    def _confirm(self, provider_id: str) -> ProviderAnswer:
        draft = self.orders.get(provider_id)
        if draft is None:
            raise OutcomeUnknown(self.name, "the draft is not there")
        if draft.answer.state is not AnswerState.PREPARED:
            return draft.answer
        luck = self._engine.between(0, 100)
        if luck < (50 if self.broke else 7) or self._is_empty:
            state = AnswerState.REFUSED if luck < 3 else AnswerState.OUT_OF_FUNDS
            return replace(draft.answer, state=state, detail=state.value)
        self._become(draft, AnswerState.PENDING)
        self._go_on(draft)
        return draft.answer

    def _discard(self, provider_id: str) -> None:
        draft = self.orders.get(provider_id)
        if draft is None:
            return
        if draft.paid:
            raise ProviderUnavailable(self.name, f"order {provider_id} was charged: it is not deleted")
        del self.orders[provider_id]
