"""Deals that nobody else sends: each has an advocate, a customer and ids of its own."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from guerdon.domain.channel import Channel

_PROGRAM = {
    Channel.GIFT_CARD: ("customer-referral", "USD", "4800.00", "payroll"),
    Channel.MERCHANDISE: ("customer-referral", "USD", "2140.00", "time-clock"),
    Channel.CHECK: ("enterprise-referral", "USD", "12500.00", "payroll"),
    Channel.BILL_CREDIT: ("partner-referral", "EUR", "5000.00", "payroll"),
}
VALUE_MINOR = {
    Channel.GIFT_CARD: 50_00,
    Channel.MERCHANDISE: 30_00,
    Channel.CHECK: 625_00,
    Channel.BILL_CREDIT: 250_00,
}
"""What the first such deal of an advocate earns by the sample programs."""
VALUE_WORDS = {
    Channel.GIFT_CARD: "$50.00",
    Channel.MERCHANDISE: "$30.00",
    Channel.CHECK: "$625.00",
    Channel.BILL_CREDIT: "€250.00",
}
"""The same as a mail to an advocate in the United States says it."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal of an advocate who is `unique`; the first one earns `VALUE_MINOR` by `channel`."""

    channel: Channel
    unique: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    number: int = 1

    @property
    def deal_id(self) -> str:
        return f"D-{self.unique}-{self.number}"

    @property
    def email(self) -> str:
        return f"advocate.{self.unique}@example.com"

    @property
    def content(self) -> dict[str, Any]:
        program, currency, amount, product = _PROGRAM[self.channel]
        address = {
            "line1": f"185 Berry {self.unique} St",
            "city": "San Francisco",
            "state": "CA",
            "postal_code": "94107",
            "country": "US",
        }
        return {
            "type": "deal.closed",
            "timestamp": "2026-06-01T12:00:00Z",
            "data": {
                "program": program,
                "deal": {
                    "id": self.deal_id,
                    "amount": {"value": amount, "currency": currency},
                    "closed_at": "2026-06-01T12:00:00Z",
                    "products": [{"sku": product, "amount": amount, "quantity": 1}],
                },
                "advocate": {
                    "id": f"A-{self.unique}",
                    "name": f"Ada {self.unique}",
                    "email": self.email,
                    "segment": "silver",
                    "type": "customer",
                    "country": "US",
                    "address": address,
                    "stripe_customer": f"cus_{self.unique}",
                },
                "referred": {
                    "id": f"C-{self.unique}",
                    "name": f"Grace {self.unique}",
                    "email": f"grace.{self.unique}@example.org",
                    "company": f"Eckert {self.unique}",
                },
                "referral": {"id": f"R-{self.unique}", "method": "verbal", "sales_involved": False},
            },
        }

    @property
    def body(self) -> bytes:
        return json.dumps(self.content).encode()
