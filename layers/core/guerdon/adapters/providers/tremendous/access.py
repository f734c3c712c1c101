"""Whether Tremendous takes the key, and knows the funding source and the campaign that orders name."""

from collections.abc import Iterator, Mapping
from typing import Final

from guerdon.adapters.providers.access import Questions
from guerdon.adapters.providers.secrets import text_of
from guerdon.adapters.providers.tremendous.client import NAME
from guerdon.application.doctor.facts import KeyMode

FIELDS: Final = ("api_key", "funding_source_id", "campaign_id")
MODES: Final[Mapping[str, KeyMode]] = {"TEST_": KeyMode.TEST, "PROD_": KeyMode.LIVE}
_BALANCE: Final = "balance"
"""Stands for the account's own balance, whatever the id of that is."""


def wants(secret: Mapping[str, object], base_url: str) -> Iterator[str]:
    """What the account lacks.

    Raises:
        KeyRefused: The key is not taken.
        OutcomeUnknown: Tremendous gave no clear answer.
    """
    questions = Questions(NAME, base_url, secret)
    source, campaign = text_of(NAME, secret, "funding_source_id"), text_of(NAME, secret, "campaign_id")
    if source not in {*_ids(questions.ask("/funding_sources"), "funding_sources"), _BALANCE}:
        yield f"it knows no funding source {source}: put one of its own, or balance, into funding_source_id"
    if campaign not in _ids(questions.ask("/campaigns"), "campaigns"):
        yield f"it knows no campaign {campaign}: put the id of one of its campaigns into campaign_id"


def _ids(answer: Mapping[str, object] | None, listed: str) -> frozenset[str]:
    rows = (answer or {}).get(listed)
    found = (row.get("id") for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
    return frozenset(each for each in found if isinstance(each, str))
