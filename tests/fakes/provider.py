"""Providers in memory, with a till that shows every movement of money.

The fake pays again for a key that it has forgotten, as the real ones do: what keeps money from moving twice
must be the caller.
"""

import json
from collections import deque
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from guerdon.application.ports import Capabilities, PayoutOrder
from guerdon.application.records import AnswerState, FrozenRequest, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown, ProviderNotReady, ProviderUnavailable
from guerdon.domain.money import Money

KEYS_LAST: Final = timedelta(hours=24)
"""How long the fake remembers an idempotency key; a provider's capabilities promise less, by a margin."""

_MOVES_MONEY: Final = frozenset({AnswerState.PENDING, AnswerState.DONE})
_FURTHEST_FIRST: Final = (
    AnswerState.RETURNED,
    AnswerState.DONE,
    AnswerState.PENDING,
    AnswerState.PREPARED,
    AnswerState.CANCELED,
)
_GIVES_BACK: Final = frozenset({AnswerState.CANCELED, AnswerState.RETURNED})


class Fault(Enum):
    """What goes wrong with one call."""

    DID_NOTHING = auto()  # ProviderUnavailable, and nothing was done.
    NOT_READY = auto()  # ProviderNotReady, and nothing was done.
    REQUEST_LOST = auto()  # OutcomeUnknown, and nothing was done.
    ANSWER_LOST = auto()  # OutcomeUnknown, and it was done.


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that left the float; negative when it came back."""

    reference: str
    provider_id: str
    amount: Money


@dataclass(slots=True)
class _Made:
    answer: ProviderAnswer
    price: Money
    first_used_at: datetime
    body: str
    paid: bool = False


class MemoryProvider:
    """A provider whose `submit` carries the payout out.

    Attributes:
        till: Every movement of money, in order.
        next_submits: What the next new submissions end as, or which fault they meet; DONE when it is empty.
        next_look_ups: The faults that the next look-ups meet; none when it is empty.
        calls: The name of each call and the reference or id that it was about, in order.
        asked_at: The time that the last look-up gave.
        fees_minor: What is charged beyond the value, in minor units.
    """

    def __init__(self, name: str, capabilities: Capabilities | None = None, *, fees_minor: int = 0) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities(
            currencies=frozenset(),
            value_least_minor=1,
            value_most_minor=10_000_000,
            recipient_needs=(),
            recipient_countries=frozenset(),
            key_lasts_hours=20,
        )
        self.fees_minor = fees_minor
        self.till: list[Movement] = []
        self.calls: list[tuple[str, str]] = []
        self.asked_at: datetime | None = None
        self.next_submits: deque[AnswerState | Fault] = deque()
        self.next_look_ups: deque[Fault] = deque()
        self._made: dict[str, _Made] = {}
        self._made_so_far = 0

    def freeze(self, order: PayoutOrder) -> FrozenRequest:
        body = {
            "reference": order.reference,
            "amount_minor": order.value.amount_minor,
            "currency": order.value.currency,
            "to": order.recipient.email,
            # As the real ones': a check needs an address, a bill credit an id.
            "name": order.recipient.name,
            "address": asdict(order.recipient.address) if order.recipient.address else None,
            "customer": order.recipient.stripe_customer,
        }
        return FrozenRequest(order.reference, "POST", "/orders", "application/json", json.dumps(body, sort_keys=True))

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        self.calls.append(("submit", request.reference))
        known = self._remembered(request, now)
        script = AnswerState.DONE if known or not self.next_submits else self.next_submits.popleft()
        fault = self._before(script)
        if known is not None:
            return known.answer
        made = self._make(request, now, AnswerState.DONE if isinstance(script, Fault) else script)
        self._after(fault)
        return made.answer

    def look_up(self, request: FrozenRequest, now: datetime) -> ProviderAnswer | None:
        self.calls.append(("look_up", request.reference))
        self.asked_at = now
        self._fail_look_up()
        found = [made.answer for made in self._made.values() if made.answer.reference == request.reference]
        return min(found, key=lambda answer: _FURTHEST_FIRST.index(answer.state), default=None)

    def look_up_resource(self, resource: str, resource_id: str, now: datetime) -> ProviderAnswer | None:
        self.calls.append((f"look_up_{resource}", resource_id))
        self.asked_at = now
        self._fail_look_up()
        made = self._made.get(resource_id)
        return made.answer if made else None

    def became(self, reference: str, state: AnswerState, detail: str = "") -> ProviderAnswer:
        """What happens at the provider by itself: an accepted order is carried out, or comes back."""
        ours = [made for made in self._made.values() if made.answer.reference == reference]
        # Of several drafts it is the confirmed one that goes on.
        made = max(ours, key=lambda made: made.paid)
        self._turn(made, state, detail)
        return made.answer

    def become(self, provider_id: str, state: AnswerState) -> None:
        """The same for one thing that was made, by the provider's own id: one of several drafts."""
        self._turn(self._made[provider_id], state, "")

    def _remembered(self, request: FrozenRequest, now: datetime) -> _Made | None:
        if self.capabilities.key_lasts_hours == 0:
            return None
        for made in self._made.values():
            if made.answer.reference == request.reference and now - made.first_used_at < KEYS_LAST:
                assert made.body == request.body, "the same key was used for another body"
                return made
        return None

    def _make(self, request: FrozenRequest, now: datetime, state: AnswerState) -> _Made:
        asked = json.loads(request.body)
        price = Money(asked["amount_minor"] + self.fees_minor, asked["currency"])
        nothing_made = state in {AnswerState.REFUSED, AnswerState.OUT_OF_FUNDS}
        self._made_so_far += not nothing_made
        number = f"{self.name}-{self._made_so_far}"
        blank = ProviderAnswer(
            request.reference, "" if nothing_made else number, state, state.value, check_number=number
        )
        made = _Made(blank, price, now, request.body)
        if not nothing_made:
            self._made[number] = made
        self._turn(made, state, state.value, now)
        return made

    def _turn(self, made: _Made, state: AnswerState, detail: str, now: datetime | None = None) -> None:
        if state in _MOVES_MONEY and not made.paid:
            self._move(made, made.price)
        if state in _GIVES_BACK and made.paid:
            self._move(made, -made.price)
        day = (now or made.first_used_at).date() if state in _MOVES_MONEY | _GIVES_BACK else None
        cost = made.price if state is AnswerState.DONE else made.answer.cost
        made.answer = replace(made.answer, state=state, detail=detail or state.value, cost=cost, value_on=day)

    def _move(self, made: _Made, amount: Money) -> None:
        made.paid = amount.amount_minor > 0
        self.till.append(Movement(made.answer.reference, made.answer.provider_id, amount))

    def _before(self, script: AnswerState | Fault) -> Fault | None:
        """Raise what goes wrong before anything is done, else say what goes wrong after it."""
        match script:
            case Fault.DID_NOTHING:
                raise ProviderUnavailable(self.name, "told to do nothing")
            case Fault.NOT_READY:
                raise ProviderNotReady(self.name, "told not to be ready")
            case Fault.REQUEST_LOST:
                raise OutcomeUnknown(self.name, "told to lose the request")
            case Fault.ANSWER_LOST:
                return script
            case _:
                return None

    def _after(self, fault: Fault | None) -> None:
        if fault is not None:
            raise OutcomeUnknown(self.name, "told to lose the answer")

    def _fail_look_up(self) -> None:
        if self.next_look_ups:
            self._before(self.next_look_ups.popleft())
            raise OutcomeUnknown(self.name, "told to lose the answer")


class MemoryCancelingProvider(MemoryProvider):
    """A provider that undoes what it accepted until it is carried out."""

    def cancel(self, provider_id: str) -> None:
        self.calls.append(("cancel", provider_id))
        if self._made[provider_id].answer.state is AnswerState.PENDING:
            self.become(provider_id, AnswerState.CANCELED)


class MemoryDraftingProvider(MemoryProvider):
    """A provider whose `submit` makes a draft, and another one each time; a confirmed draft moves money.

    Attributes:
        next_confirms: What the next confirmations end as, or which fault they meet; PENDING when it is empty.
        discarded: The ids of the drafts that were deleted.
    """

    def __init__(
        self, name: str = "printful", capabilities: Capabilities | None = None, *, fees_minor: int = 0
    ) -> None:
        super().__init__(name, capabilities, fees_minor=fees_minor)
        self.capabilities = replace(self.capabilities, key_lasts_hours=0)
        self.next_confirms: deque[AnswerState | Fault] = deque()
        self.discarded: list[str] = []

    def submit(self, request: FrozenRequest, now: datetime) -> ProviderAnswer:
        if not self.next_submits:
            self.next_submits.append(AnswerState.PREPARED)
        return super().submit(request, now)

    def confirm(self, request: FrozenRequest, provider_id: str, now: datetime) -> ProviderAnswer:
        self.calls.append(("confirm", provider_id))
        draft = self._made.get(provider_id)
        if draft is None:
            raise OutcomeUnknown(self.name, f"the draft {provider_id} is not there any more")
        assert draft.answer.reference == request.reference, "a draft of another attempt was confirmed"
        if draft.answer.state is not AnswerState.PREPARED:
            return draft.answer
        script = self.next_confirms.popleft() if self.next_confirms else AnswerState.PENDING
        fault = self._before(script)
        state = AnswerState.PENDING if isinstance(script, Fault) else script
        if state in {AnswerState.REFUSED, AnswerState.OUT_OF_FUNDS}:
            # The draft stays as it was, and could be confirmed later.
            return replace(draft.answer, state=state, detail=state.value)
        self._turn(draft, state, state.value, now)
        self._after(fault)
        return draft.answer

    def discard(self, provider_id: str) -> None:
        self.calls.append(("discard", provider_id))
        draft = self._made.get(provider_id)
        if draft is None:
            return
        if draft.answer.state in _MOVES_MONEY:
            raise ProviderUnavailable(self.name, f"order {provider_id} was charged: it is not deleted")
        del self._made[provider_id]
        self.discarded.append(provider_id)

    def _make(self, request: FrozenRequest, now: datetime, state: AnswerState) -> _Made:
        return super()._make(request, now, AnswerState.PREPARED if state is AnswerState.DONE else state)
