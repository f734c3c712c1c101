"""A payout that nobody knows the outcome of, as a person needs it who goes and looks at the provider."""

from dataclasses import dataclass
from datetime import datetime

from guerdon.application.ports import Store
from guerdon.domain.payout import Payout


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What to look for at the provider, and what was found out so far.

    Attributes:
        provider: Its name in the code.
        reference: Our own reference, by which the provider may know it.
        sent_at: When it was first asked for.
        provider_id: What the provider called it; None if it never said.
        not_found_at: When the provider was asked and did not know it, if it was.
        said_by: Who said already what became of it; None if nobody did.
    """

    provider: str
    reference: str
    sent_at: datetime
    provider_id: str | None
    not_found_at: datetime | None
    said_by: str | None


def unsettled_of(store: Store, payout: Payout, now: datetime) -> Unsettled | None:
    """What is to be found out about a payout; None while nothing about it is unknown.

    Raises:
        StoreBusy: The database was away.
    """
    if not payout.is_unknown(now):
        return None
    attempt = store.attempt(payout.payout_id, payout.attempts)
    if attempt is None or attempt.run != payout.run:
        return None
    return Unsettled(
        provider=attempt.provider,
        reference=attempt.reference,
        sent_at=attempt.first_sent_at,
        provider_id=attempt.provider_id,
        not_found_at=attempt.absent_since,
        said_by=attempt.answer.said_by if attempt.answer else None,
    )
