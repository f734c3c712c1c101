"""Taking back what a reward promised or paid too much, payout by payout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of one payout.

    Attributes:
        payout: As it is afterwards.
        unpaid: What was only promised, and is not any more.
        paid: What was paid, and is the advocate's debt now.
        pending: What the provider has: it is known later which of the two it is.
        rest: What of a payout that was given up is still promised, and needs a payout of its own.
    """

    payout: Payout
    unpaid: Money
    paid: Money
    pending: Money
    rest: Money


def take_back(payout: Payout, amount: Money, at: datetime) -> TakenBack:
    """Take `amount` back from one payout; it is at most what remains of it.

    Once it is known what became of it at the provider, what was wanted back meanwhile is taken with it: `amount` may
    be zero then. A payout is never edited to a smaller value: what was not sent yet is given up whole, and the rest of
    it becomes a payout of its own.
    """
    zero = Money(0, payout.value.currency)
    whole = amount + (payout.take_back or zero)
    match payout.status:
        case PayoutStatus.SUBMITTED:
            return TakenBack(payout.wanted_back(amount, at), zero, zero, amount, zero)
        case PayoutStatus.SETTLED:
            return TakenBack(payout.clawed(whole, at), zero, whole, zero, zero)
        case _:
            return TakenBack(payout.reversed(at), whole, zero, zero, payout.value - whole)


def take_back_from(payouts: Sequence[Payout], amount: Money, at: datetime) -> tuple[tuple[TakenBack, ...], Money]:
    """Take `amount` back from `payouts`, the newest first, and say what none of them had.

    What none of them had was never paid out: it settled an older debt of the advocate's, which is owed again.
    """
    taken: list[TakenBack] = []
    for payout in reversed(payouts):
        part = min(amount, payout.remaining, key=lambda money: money.amount_minor)
        if part.amount_minor > 0:
            taken.append(take_back(payout, part, at))
            amount -= part
    return tuple(taken), amount
