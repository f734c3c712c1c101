"""Bad days at the providers, and what must be true of a payout that went through one."""

from typing import Any

from e2e.live import LiveCloud
from guerdon.domain.channel import CHANNEL_OF
from guerdon.domain.ledger import EntryKind
from guerdon.domain.payout import PayoutStatus

PROVIDERS = tuple(CHANNEL_OF)


def queue_fault(cloud: LiveCloud, provider: str, fault: str, **more: object) -> None:
    """Have the sandbox play a fault at the provider's next call that moves money, or at the one that `more` names."""
    cloud.sandbox("POST", "faults", {"provider": provider, "fault": fault, **more})


def fired(cloud: LiveCloud) -> dict[tuple[str, str], int]:
    """How often each queued fault struck."""
    faults: list[dict[str, Any]] = cloud.sandbox("GET", "faults")["faults"]
    return {(fault["provider"], fault["fault"]): fault["fired"] for fault in faults}


def assert_paid_once(cloud: LiveCloud, event_id: str) -> None:
    """The payout of an event settles, the till has its cost once, and the books say the same."""
    payout = cloud.at_rest(event_id)
    assert payout.status is PayoutStatus.SETTLED, payout
    (movement,) = cloud.movements(payout)
    assert movement["state"] == "paid"
    assert payout.cost is not None
    assert (movement["amount"], movement["currency"]) == (payout.cost.amount_minor, payout.cost.currency)
    kinds = [entry.kind for entry in cloud.journal(payout.payout_id)]
    assert kinds.count(EntryKind.SETTLED) == 1
    assert cloud.in_transit_minor(payout) == 0
