"""Who is paid, as a page names them."""

from dataclasses import dataclass

from guerdon.application.ports import Store


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is rewarded.

    Attributes:
        name: Their name, or what the CRM calls them; "erased" once they were.
        email: None if it is not known.
        erased: Whether nothing about them is kept any more.
    """

    advocate_id: str
    name: str
    email: str | None = None
    erased: bool = False


def recipient_of(store: Store, advocate_id: str) -> Recipient:
    """Who is behind an opaque id.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    details = store.advocate(advocate_id)
    if details is None or details.erased_at is not None:
        return Recipient(advocate_id, "erased", erased=True)
    return Recipient(advocate_id, details.name or details.crm_id, details.email)
