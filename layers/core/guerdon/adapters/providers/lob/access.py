"""Whether Lob takes the key, and has the bank account verified that checks draw on."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from guerdon.adapters.providers.access import Questions
from guerdon.adapters.providers.api_key import basic
from guerdon.adapters.providers.lob.client import NAME
from guerdon.adapters.providers.secrets import text_of
from guerdon.application.doctor.facts import KeyMode

FIELDS: Final = ("api_key", "bank_account", "from_address")
MODES: Final[Mapping[str, KeyMode]] = {"test_": KeyMode.TEST, "live_": KeyMode.LIVE}


def wants(secret: Mapping[str, object], base_url: str) -> Iterator[str]:
    """What the account lacks.

    Raises:
        KeyRefused: The key is not taken.
        OutcomeUnknown: Lob gave no clear answer.
    """
    questions = Questions(NAME, base_url, secret, written=basic)
    account = text_of(NAME, secret, "bank_account")
    found = questions.ask(f"/bank_accounts/{quote(account, safe='')}")
    if found is None:
        yield f"it knows no bank account {account}: live and test keys each see their own"
    elif found.get("verified") is not True:
        yield (
            f"its bank account {account} is not verified: enter the amounts of the two small deposits that come in "
            "2 to 3 business days"
        )
    address = secret.get("from_address")
    if isinstance(address, str) and questions.ask(f"/addresses/{quote(address.strip(), safe='')}") is None:
        yield f"it knows no address {address.strip()}: live and test keys each see their own"
