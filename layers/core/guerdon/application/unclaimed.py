"""What could not be paid, by the state of whoever it belongs to, and when it has to be handed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from guerdon.application.ports import Store
from guerdon.domain.checks import Check
from guerdon.domain.dormancy import Dormancy
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, WaitsFor

UNCASHED: Final = "uncashed"
"""What an outstanding check is here, beside "returned" and "failed"."""

_UNPAID: Final = frozenset({WaitsFor.RETURNED, WaitsFor.FAILED})


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """One reward that its advocate does not have.

    Attributes:
        why: "returned", "failed" or "uncashed".
        state: Two letters; None if no address within the United States is known.
        since: The day from which its period counts: that of the mailing, or on which it came back or failed.
        dormant_on: The day on which it falls dormant; None if finance has no period for the state.
    """

    payout_id: str
    why: str
    amount: Money
    legal_entity: str
    state: str | None
    since: date
    dormant_on: date | None


def unclaimed(store: Store, dormancy: Dormancy) -> list[Unclaimed]:
    """Everything that is owed and was not received, by state and then by when it falls dormant.

    It reads the lists of what waits and of outstanding checks, and each one's payout and address: as many rows as
    there are such rewards, however many were ever paid. What the bank paid though it was void is not in it.
    """
    found = [*_came_back(store, dormancy), *_uncashed(store, dormancy)]
    return sorted(found, key=lambda one: (one.state or "~", one.dormant_on or date.max, one.payout_id))


def _came_back(store: Store, dormancy: Dormancy) -> Iterator[Unclaimed]:
    for waiting in store.waiting_payouts():
        payout = store.payout(waiting.subject_id) if waiting.why in _UNPAID else None
        if payout is not None and payout.waits_for in _UNPAID:
            since = payout.history[-1].at.astimezone(ZoneInfo(payout.time_zone)).date()
            yield _one(store, dormancy, payout, payout.status.value, payout.value, since)


def _uncashed(store: Store, dormancy: Dormancy) -> Iterator[Unclaimed]:
    for check in store.outstanding_checks():
        payout = store.payout(check.payout_id)
        if payout is not None:
            yield _one(store, dormancy, payout, UNCASHED, _owed(payout, check), check.mailed_on)


def _owed(payout: Payout, check: Check) -> Money:
    """What of a check is the advocate's: what was clawed back of it is not."""
    clawed = payout.clawed_back
    return check.amount - clawed if clawed and clawed.currency == check.amount.currency else check.amount


def _one(  # noqa: PLR0913, PLR0917 - each is one fact of the line.
    store: Store, dormancy: Dormancy, payout: Payout, why: str, amount: Money, since: date
) -> Unclaimed:
    details = store.advocate(payout.advocate_id)
    address = details.address if details else None
    state = address.state.upper() if address and address.state and address.country == "US" else None
    dormant_on = dormancy.falls_on(since, state)
    return Unclaimed(payout.payout_id, why, amount, payout.legal_entity, state, since, dormant_on)
