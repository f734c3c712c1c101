"""What one beneficiary earned from one occurrence of one deal."""

from dataclasses import dataclass
from datetime import datetime

from guerdon.domain.explanation import Explanation
from guerdon.domain.money import Money


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward; it never changes, corrections are further facts.

    Attributes:
        amount: What was earned, in the program's currency.
        closed_at: When the deal closed: the moment that the obligation arose.
        decided_at: When Guerdon decided.
    """

    reward_id: str
    event_id: str
    source_account: str
    program: str
    program_version: int
    deal_id: str
    trigger: str
    occurrence: str
    beneficiary: str
    advocate_id: str
    amount: Money
    explanation: Explanation
    closed_at: datetime
    decided_at: datetime
    payout_ids: tuple[str, ...]
    version: int = 1
