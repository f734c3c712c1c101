"""Whether Printful takes the key for the orders of the store."""

from collections.abc import Iterator, Mapping
from typing import Final

from guerdon.adapters.providers.access import Questions
from guerdon.adapters.providers.printful.client import NAME, ORDERS_PATH
from guerdon.adapters.providers.secrets import text_of
from guerdon.application.doctor.facts import KeyMode

FIELDS: Final = ("api_key", "store_id")
MODES: Final[Mapping[str, KeyMode]] = {}


def wants(secret: Mapping[str, object], base_url: str) -> Iterator[str]:
    """What the account lacks.

    Raises:
        KeyRefused: The key is not taken, or not for that store.
        OutcomeUnknown: Printful gave no clear answer.
    """
    store_id = text_of(NAME, secret, "store_id")
    questions = Questions(NAME, base_url, secret, headers={"X-PF-Store-Id": store_id})
    if questions.ask(ORDERS_PATH, {"limit": "1"}) is None:
        yield f"it knows no store {store_id}: put the id of one of its stores into store_id"
