"""A person says what became of a payout that nobody could find out about: the form of it on the payout's page."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

import msgspec

from guerdon.application.resolve_payout import CannotSay
from guerdon.application.review.services import Services
from guerdon.application.review.unsettled import unsettled_of
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.console.operations import Done, NotFound, Refused, act, href
from guerdon.console.pages.payout import Reason, Run
from guerdon.console.signin.principal import Principal, Role
from guerdon.domain import glossary
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout

_Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAsked:
    """Which payout, in which of its runs, what became of it, and how that is known.

    Attributes:
        became: Whether the provider carried it out, or nothing moved and nothing will.
        provider_id: What the provider calls it.
        cost: What the provider charged, if not the payout's value: "26.50", or in another currency "24.00 EUR".
        on: The provider's date of it; today if left out.
        check_number: Of a check: the number printed on it.
    """

    payout_id: str
    reason: Reason
    run: Run
    became: Literal["carried_out", "nothing_moved"]
    provider_id: _Short | None = None
    cost: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | None = None
    on: date | None = None
    check_number: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | None = None


def _resolve(services: Services, who: Principal, asked: ResolveAsked) -> Done | Refused | NotFound:
    payout = services.store.payout(asked.payout_id)
    if payout is None:
        return NotFound(f"There is no payout {asked.payout_id}.")
    said = _nameless(services, asked, payout) or _said(asked, payout)
    if isinstance(said, Refused):
        return said
    outcome = services.resolve_payout(asked.payout_id, said, who.actor, asked.reason, asked.run)
    if isinstance(outcome, CannotSay):
        return Refused(f"Your word was not taken: {outcome.why}.")
    where = href("payouts", asked.payout_id)
    if not outcome.is_new:
        return Done(f"It was said before that it was {said.words}, and that stands.", where)
    return Done(f"Your word is taken: {said.words}. It is settled within seconds; open this page anew to see.", where)


def _said(asked: ResolveAsked, payout: Payout) -> Said | Refused:
    details = {"provider_id": asked.provider_id, "cost": asked.cost, "on": asked.on, "check_number": asked.check_number}
    if asked.became == "nothing_moved":
        given = next((name for name, value in details.items() if value is not None), None)
        told = "What did not move has no id, cost, day or number at the provider: leave them empty."
        return NothingMoved() if given is None else Refused(told, given)
    if asked.cost is None:
        return CarriedOut(asked.provider_id, None, asked.on, asked.check_number)
    amount, _, currency = asked.cost.strip().partition(" ")
    try:
        cost = Money.parse(amount, currency.strip().upper() or payout.value.currency)
    except InvalidMoney as error:
        return Refused(f"What it cost cannot be read: {error}.", "cost")
    return CarriedOut(asked.provider_id, cost, asked.on, asked.check_number)


def _nameless(services: Services, asked: ResolveAsked, payout: Payout) -> Refused | None:
    """What the provider did not find when it was asked must be named by whoever says that it was carried out."""
    if asked.became == "nothing_moved" or asked.provider_id is not None or asked.run != payout.run:
        return None
    unsettled = unsettled_of(services.store, payout, services.clock.now())
    if unsettled is None or unsettled.not_found_at is None:
        return None
    name = glossary.PROVIDER[unsettled.provider]
    asked_at = f"{unsettled.not_found_at:%Y-%m-%d %H:%M} UTC"
    return Refused(f"{name} was asked at {asked_at} and did not know it: give the id that it has there.", "provider_id")


OPERATIONS: Final = (
    act(
        "payouts.resolve", "/payouts/{payout_id}/resolve", "Say what became of a payout that is unknown or overdue.",
        ResolveAsked, _resolve, role=Role.FINANCE, title="Say what became of it", form_on="payouts.one",
    ),
)  # fmt: skip
