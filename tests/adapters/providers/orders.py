"""Orders, secrets and a moment that the provider tests share."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from guerdon.application.ports import PayoutOrder
from guerdon.application.records import AdvocateDetails, FrozenRequest
from guerdon.domain.deal import Address
from guerdon.domain.money import Money
from guerdon.domain.program import Item

NOW: Final = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
REFERENCE: Final = "po_4mzk7q2w9c3x5v8b1n6d0f-1"

ADA: Final = AdvocateDetails(
    advocate_id="ad_1",
    source_account="crm-1",
    crm_id="A-77",
    name="Ada Byron",
    email="ada@example.com",
    country="US",
    address=Address(
        line1="185 Berry St", line2="Suite 6100", city="San Francisco", state="CA", postal_code="94107", country="US"
    ),
    stripe_customer="cus_77",
    as_of=NOW,
)
MUG: Final = Item(
    catalog_variant_id=4011,
    name="Mug",
    artwork_url="https://example.com/mug.png",
    placement="default",
    technique="sublimation",
)
ORDER: Final = PayoutOrder(
    reference=REFERENCE,
    payout_id=REFERENCE.removesuffix("-1"),
    program_title="Refer a friend",
    value=Money(12550, "USD"),
    recipient=ADA,
    item=MUG,
)

SECRETS: Final[dict[str, dict[str, object]]] = {
    "tremendous": {"api_key": "TEST_key", "funding_source_id": "balance", "campaign_id": "SANDBOXCAMPAIGN"},
    "lob": {"api_key": "test_key", "bank_account": "bank_8cad8df5354d33f", "from_address": "adr_210a8d4b0b76d77b"},
    "stripe": {"api_key": "sk_test_key"},
    "printful": {"api_key": "pf_key", "store_id": "10"},
}


def worth(amount_minor: int, currency: str) -> PayoutOrder:
    """The order, over another amount."""
    return replace(ORDER, value=Money(amount_minor, currency))


def to(**changes: Any) -> PayoutOrder:  # noqa: ANN401 - whatever AdvocateDetails holds
    """The order, to a recipient who differs."""
    return replace(ORDER, recipient=replace(ADA, **changes))


def at(**changes: Any) -> PayoutOrder:  # noqa: ANN401 - whatever Address holds
    """The order, to an address that differs."""
    assert ADA.address is not None
    return to(address=replace(ADA.address, **changes))


def body_of(request: FrozenRequest) -> Any:  # noqa: ANN401 - whatever JSON was frozen
    """The frozen body, parsed."""
    return json.loads(request.body)
