"""Whatever a sender may say, under whatever program there can be: it is decided, and the books are right.

Random deliveries that the endpoint takes, of a few deals, are told under random programs of the whole language. Both
rows of each are decided in any order.
"""

import hashlib
import json
from collections import Counter
from random import Random
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.grammar.strategies import AMOUNT_NAMES, COUNTRIES, CURRENCIES, DIVISIBLE, PRODUCTS, TEXTS, documents
from guerdon.adapters.crm.problems import FieldProblem
from guerdon.adapters.crm.standard.payload import read_event
from guerdon.adapters.dynamodb.models import MODELS
from guerdon.application.receive_event import Delivery
from guerdon.application.records import DealCount, InboxEvent, Receivable, Reserved
from guerdon.application.transaction import Row
from guerdon.domain import ledger
from guerdon.domain.ledger import Entry, trial_balance
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.program import Scope
from guerdon.domain.reward import Reward
from guerdon.domain.wins import win_of
from world import World

Written = dict[str, Any]

_MOMENTS: Final = ("2026-02-01T00:30:00+09:00", "2026-07-01T04:00:00Z", "2026-11-20T16:04:05Z", "2026-12-31T23:59:59Z")
_ALWAYS: Final = {"amount": {"percentage": {"rate": "10"}}, "channel": "check"}


class _Crm:
    """Says whatever the endpoint takes about two deals, much of it again, otherwise, and in any order."""

    def __init__(self, order: Random, triggers: list[str]) -> None:
        self.order, self.triggers = order, triggers
        self.told: list[Written] = []

    def says(self) -> Written:
        kind = self.order.choice(["win", "win", "again", "deal.reversed", "deal.amended"])
        if kind == "again" and self.told:
            message = {**self.order.choice(self.told), "timestamp": self.order.choice(_MOMENTS)}
        elif kind.startswith("deal.") and self.told:
            message = self._revision(kind, self.order.choice(self.told))
        else:
            message = self._win(self.order.choice(self.triggers))
        self.told.append(message)
        return message

    def _win(self, trigger: str) -> Written:
        deal = {
            "id": self.order.choice(["D-1", "D-2"]),
            "amount": {"value": self._value(), "currency": self.order.choice(["USD"] * 6 + list(CURRENCIES))},
            "closed_at": self.order.choice(_MOMENTS),
            **self._details(),
            **self._some(region=TEXTS["regions"]),
        }
        data = {
            "program": "customer-referral",
            "deal": deal,
            "occurred_at": self.order.choice(_MOMENTS),
            "occurrence_id": self.order.choice(["in-1", "in-2", "in-3"]),
            "advocate": {"id": self.order.choice("AAAB"), **self._person(segment="segments", type="advocate_types")},
            "referred": {"id": self.order.choice("AC"), **self._person(), **self._some(first_purchase=[True, False])},
            "referral": {
                "referred_at": self.order.choice(_MOMENTS),
                **self._some(method=TEXTS["methods"], sales_involved=[True, False]),
            },
        }
        return {"type": trigger, "timestamp": "2026-12-30T00:00:00Z", "data": {**data, **self._set(deal)}}

    def _revision(self, kind: str, of: Written) -> Written:
        before = of["data"]
        currency = before["deal"]["amount"]["currency"] if self.order.random() < 0.9 else "EUR"
        total = {"value": self.order.choice([self._value(), self._value(), "0"]), "currency": currency}
        deal = {
            "id": before["deal"]["id"],
            "closed_at": before["deal"]["closed_at"],
            "amount": total,
            **self._details(),
        }
        data = {
            **{key: before[key] for key in ("program", "occurred_at", "occurrence_id")},
            "deal": deal,
            "effective_at": self.order.choice(_MOMENTS),
            "trigger": before.get("trigger", of["type"]),
            **self._set(deal),
        }
        return {"type": kind, "timestamp": "2026-12-30T00:00:00Z", "data": data}

    def _details(self) -> Written:
        lines = [
            {"sku": self.order.choice([*PRODUCTS, "other"]), **self._some(quantity=range(40), amount=[self._value()])}
            for _ in range(self.order.randrange(4))
        ]
        amounts = {name: self._value() for name in AMOUNT_NAMES if self.order.random() < 0.6}
        return {"products": lines, "amounts": amounts}

    def _set(self, deal: Written) -> Written:
        return self._some(reward=[{"value": str(self.order.randrange(500)), "currency": deal["amount"]["currency"]}])

    def _person(self, **texts: str) -> Written:
        known = {name: TEXTS[values] for name, values in texts.items()}
        return self._some(name=["Ada"], country=COUNTRIES, preferred_channel=DIVISIBLE, **known)

    def _some(self, **values: Any) -> Written:  # noqa: ANN401 - of values of whatever type.
        return {name: self.order.choice(of) for name, of in values.items() if self.order.random() < 0.6}

    def _value(self) -> str:
        return str(self.order.randrange(30_000))


def _delivery(number: int, message: Written) -> Delivery:
    body = json.dumps(message)
    event = read_event(body)
    assert not isinstance(event, FieldProblem), event
    return Delivery("acme-crm", "acme", f"msg_{number}", body, hashlib.sha256(body.encode()).hexdigest(), event)


_MODEL_OF: Final = {model.row_type: model for model in MODELS}


def _stored_and_read(row: Row) -> Row:
    model = _MODEL_OF[type(row)]
    read: Row = model.from_raw_data(model.from_row(row).serialize()).to_row()
    return read


def _assert_decided_and_booked(world: World) -> None:
    rewards, balances = world.store.of(Reward), trial_balance(world.store.of(Entry))
    assert all(event.outcome is not None for event in world.store.of(InboxEvent))
    promised = [one.value for one in world.store.of(Payout) if one.status is not PayoutStatus.REVERSED]
    for account, amounts in (
        (ledger.REWARDS_EXPENSE, [reward.standing for reward in rewards]),
        (ledger.REWARDS_LIABILITY, [-value for value in promised]),
        (ledger.RECEIVABLE, [row.balance for row in world.store.of(Receivable)]),
    ):
        for currency, minor in ledger.sums(amounts).items():
            assert balances.get((account, currency), 0) == minor


def _assert_counted_and_reserved(world: World) -> None:
    held: Counter[tuple[str | None, str, str]] = Counter()
    counted: Counter[tuple[str, str, str, str, object]] = Counter()
    for reward in world.store.of(Reward):
        assert reward.standing.amount_minor >= 0
        for budget in reward.budgets:
            whose = reward.advocate_id if budget.scope is Scope.ADVOCATE else None
            held[whose, budget.period, reward.amount.currency] += reward.standing.amount_minor
        record = world.store.deal_record("acme", reward.program, reward.deal_id, reward.trigger, reward.beneficiary)
        win = win_of(record.wins if record else (), reward.occurrence)
        assert win is not None
        assert win.reward_id == reward.reward_id
        assert not win.undone or reward.standing.amount_minor == 0
        of = reward.counted
        assert of is not None
        for tally in () if win.undone else of.tallies:
            counted[reward.advocate_id, of.group, of.period, tally.product, tally.on] += tally.count
    kept = {(row.advocate_id, row.period, row.currency): row.amount.amount_minor for row in world.store.of(Reserved)}
    assert +Counter(kept) == +held
    rows = world.store.of(DealCount)
    assert counted == {
        (row.advocate_id, row.group, row.period, tally.product, tally.on): tally.count
        for row in rows
        for tally in row.tallies
    }


def _publish(world: World, document: Written) -> None:
    """A program that earns something for both sides, where the checks take that; else as it is."""
    rules = [
        {"name": f"{side} all", "rewards": side, "on": list(document.get("triggers") or ["deal.closed"]), **_ALWAYS}
        for side in ("advocate", "referred")
    ]
    for found in ({**document, "rules": [*document["rules"], *rules]}, document):
        if not isinstance(world.publish(found, "ops@example.com"), tuple):
            return


class _Queue:
    """Event ids on their way to the evaluation, which come in any order."""

    def __init__(self, world: World, order: Random) -> None:
        self.world, self.order = world, order
        self.waiting: list[str] = []

    def deliver(self, *, all_of_them: bool) -> None:
        self._take_in()
        while self.waiting and (all_of_them or self.order.random() < 0.7):
            self.world.evaluate(self.waiting.pop(self.order.randrange(len(self.waiting))))
            self._take_in()

    def _take_in(self) -> None:
        self.waiting += self.world.bus.published
        self.world.bus.published.clear()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(documents(), min_size=1, max_size=2), st.integers(0, 2**32))
def test_every_event_ends_in_an_outcome_and_the_books_are_right(programs: list[Written], seed: int) -> None:
    world, order = World(), Random(seed)  # noqa: S311 - it draws tests, and no secrets.
    queue, crm = _Queue(world, order), _Crm(order, list(programs[0].get("triggers") or ["deal.closed"]))
    _publish(world, programs[0])
    for number in range(20):
        if number == 10:
            _publish(world, programs[-1])
        world.receive(_delivery(number, crm.says()))
        queue.deliver(all_of_them=False)
    queue.deliver(all_of_them=True)
    _assert_decided_and_booked(world)
    _assert_counted_and_reserved(world)
    rows = dict(world.store.rows)
    assert [_stored_and_read(row) for row in rows.values()] == list(rows.values())
    for event in world.store.of(InboxEvent):
        world.evaluate(event.event_id)
    assert world.store.rows == rows
