"""A stack in which everything happened that the pages about money show, by the real use cases and the fakes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

from guerdon.adapters.crm.standard.signature import sign
from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.application.records import AnswerState
from guerdon.application.seal_ledger import SealLedger
from guerdon.domain.channel import Channel
from local.demo.expectations import PROGRAMS
from memory_stack import API, CALLER, SECRET, MemoryStack

_NAMES: Final = ("Ada Byron", "Grace Hopper", "Alan Turing", "Mary Jackson", "Emmy Noether", "Katherine Johnson")
_BEGINS: Final = datetime(2026, 9, 20, 14, tzinfo=UTC)
_EVERY: Final = timedelta(hours=31)


def lived(days: int, *, start: datetime = _BEGINS) -> MemoryStack:
    """A stack that took in a deal every thirty-one hours for so many days, and sealed its journal."""
    stack = MemoryStack()
    stack.clock.move_to(start)
    for file in sorted(PROGRAMS.glob("*.yaml")):
        document = read_yaml(file.read_bytes())
        assert isinstance(document, YamlDocument)
        stack.stack.publish(document.node, CALLER, "the first version")
    stack.arm()
    for number in range(int(timedelta(days=days) / _EVERY)):
        stack.clock.advance(_EVERY)
        _one_day(stack, number)
    while SealLedger(stack.store, stack.clock)().hours:
        pass
    return stack


def _one_day(stack: MemoryStack, number: int) -> None:
    """A deal, and now and then something that goes wrong with it."""
    if number % 11 == 4:
        stack.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.REFUSED)
    if number % 13 == 6:
        stack.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.OUT_OF_FUNDS)
    products = ["time-clock"] if number % 5 == 3 else ["payroll"]
    tell(stack, number, products=products)
    if number % 9 == 8:
        tell(stack, number, kind="deal.reversed", value="0.00")


def tell(
    stack: MemoryStack,
    number: int,
    *,
    kind: str = "deal.closed",
    value: str = "4800.00",
    products: list[str] | None = None,
) -> None:
    """The CRM tells of a deal of that number."""
    now, who = stack.clock.now(), number % len(_NAMES)
    at = now.isoformat().replace("+00:00", "Z")
    deal: dict[str, object] = {
        "id": f"D-{1000 + number}",
        "amount": {"value": value, "currency": "USD"},
        "closed_at": at,
    }
    data: dict[str, object] = {"program": "customer-referral", "deal": deal}
    if kind == "deal.closed":
        deal["products"] = [{"sku": sku, "amount": value, "quantity": 1} for sku in products or ["payroll"]]
        name = _NAMES[who]
        email = f"{name.split()[0].lower()}@example.com"
        address = {"line1": "1 Main Street", "city": "Albany", "state": "NY", "postal_code": "12207", "country": "US"}
        data["advocate"] = {
            "id": f"A-{who}", "name": name, "email": email, "segment": "silver", "type": "customer", "country": "US",
            "address": address,
        }  # fmt: skip
        data["referred"] = {"id": f"C-{number}", "name": "Sam Lee", "email": "sam@example.org", "company": "Initech"}
        data["referral"] = {"id": f"R-{number}", "method": "verbal", "sales_involved": True}
    else:
        data["effective_at"] = at
    body = json.dumps({"type": kind, "timestamp": at, "data": data}).encode()
    headers = {"content-type": "application/json", **sign(SECRET, f"msg_{kind}_{number}", now, body)}
    reply = stack.post(f"{API}/events/crm", headers, body)
    assert reply.status == 202, reply.body
