"""The events that can earn: what a CRM says happened, and how often it can happen to one deal."""

from dataclasses import dataclass
from typing import Final

DEAL_CLOSED: Final = "deal.closed"
LEAD_QUALIFIED: Final = "lead.qualified"
DEMO_ATTENDED: Final = "demo.attended"
INVOICE_PAID: Final = "invoice.paid"
DEAL_RENEWED: Final = "deal.renewed"

ONCE: Final = (DEAL_CLOSED, LEAD_QUALIFIED, DEMO_ATTENDED)
"""What happens to a deal once: told for another moment it needs a person, unless it was reversed before."""

REPEATING: Final = (INVOICE_PAID, DEAL_RENEWED)
"""What happens to a deal again and again: each time has an id of its own, such as the invoice's."""

TRIGGERS: Final = (*ONCE, *REPEATING)

PER_DEAL_MOST: Final = 120
"""How often a repeating trigger may be rewarded for one deal: ten years of months, and one row holds them all."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that earns in a program.

    Attributes:
        event: One of TRIGGERS.
        per_deal: How often at most it is rewarded for one deal; 1 for what happens once.
    """

    event: str
    per_deal: int = 1
