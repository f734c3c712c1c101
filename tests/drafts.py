"""A small history, worked out by hand, and a draft that changes three amounts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

from console.history import tell
from guerdon.adapters.crm.standard.signature import sign
from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from local.demo.expectations import PROGRAMS
from memory_stack import API, CALLER, SECRET, MemoryStack

PUBLISHED: Final = (PROGRAMS / "customer-referral.yaml").read_text()
DRAFT: Final = (
    PUBLISHED.replace("flat: 50.00", "flat: 70.00")
    .replace("flat: 80.00", "flat: 50.00")
    .replace("flat: 30.00", "flat: 45.00")
)
"""A first referral earns 20.00 more, a third one 30.00 less, and a shirt is worth 15.00 more."""


def published() -> MemoryStack:
    """A stack with that program and nothing told yet, on September 20."""
    stack = MemoryStack()
    stack.clock.move_to(datetime(2026, 9, 20, 14, tzinfo=UTC))
    document = read_yaml(PUBLISHED.encode())
    assert isinstance(document, YamlDocument)
    stack.stack.publish(document.node, CALLER, "the first version")
    return stack


def told() -> MemoryStack:
    """Five deals: in September two of A-0's, one of A-1's that is reversed, and A-3's shirt; A-0's third in October."""
    stack = published()
    for number, products in ((0, None), (6, None), (1, None), (3, ["time-clock"])):
        stack.clock.advance(timedelta(hours=1))
        tell(stack, number, products=products)
        if number == 1:
            _take_back(stack, number)
    stack.clock.advance(timedelta(days=20))
    tell(stack, 12)
    stack.clock.advance(timedelta(hours=1))
    return stack


def _take_back(stack: MemoryStack, number: int) -> None:
    """The CRM takes back, ten minutes later, what it told now."""
    closed_at = stack.clock.now()
    stack.clock.advance(timedelta(minutes=10))
    at = stack.clock.now().isoformat()
    amount = {"value": "0.00", "currency": "USD"}
    deal = {"id": f"D-{1000 + number}", "amount": amount, "closed_at": closed_at.isoformat()}
    data = {"program": "customer-referral", "deal": deal, "effective_at": at}
    body = json.dumps({"type": "deal.reversed", "timestamp": at, "data": data}).encode()
    headers = {"content-type": "application/json", **sign(SECRET, f"msg_back_{number}", stack.clock.now(), body)}
    stack.post(f"{API}/events/crm", headers, body)
