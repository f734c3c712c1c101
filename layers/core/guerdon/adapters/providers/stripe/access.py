"""Whether Stripe takes the key for customers, asked for one that cannot be there, so that nobody's details come back.

It needs no SDK: that is for what moves money.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from guerdon.adapters.providers.access import Questions
from guerdon.application.doctor.facts import KeyMode

NAME: Final = "stripe"
FIELDS: Final = ("api_key",)
MODES: Final[Mapping[str, KeyMode]] = {
    "sk_test_": KeyMode.TEST,
    "rk_test_": KeyMode.TEST,
    "sk_live_": KeyMode.LIVE,
    "rk_live_": KeyMode.LIVE,
}
_NOBODY: Final = "guerdon_looks_for_nobody"


def wants(secret: Mapping[str, object], base_url: str) -> Iterator[str]:
    """Nothing: a key that is taken is all that credits need.

    Raises:
        KeyRefused: The key is not taken, or is restricted and may not read customers.
        OutcomeUnknown: Stripe gave no clear answer.
    """
    Questions(NAME, base_url, secret).ask(f"/v1/customers/{_NOBODY}")
    yield from ()
