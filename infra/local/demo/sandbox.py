"""The provider sandbox's till: the money that really moved."""

import json
from collections import defaultdict
from collections.abc import Mapping

import urllib3


class SandboxAway(Exception):
    """The provider sandbox does not answer; the message says where it was looked for."""


def paid_by_provider(sandbox_url: str) -> Mapping[tuple[str, str], int]:
    """What each provider took, in minor units by (provider, currency).

    Raises:
        SandboxAway: It could not be asked.
    """
    url = f"{sandbox_url}/_sandbox/till"
    try:
        answer = urllib3.request("GET", url, timeout=10)
    except urllib3.exceptions.HTTPError as error:
        raise SandboxAway(f"the provider sandbox does not answer at {url}: {type(error).__name__}") from error
    paid: defaultdict[tuple[str, str], int] = defaultdict(int)
    for movement in json.loads(answer.data):
        if movement["state"] == "paid":
            paid[movement["provider"], movement["currency"]] += movement["amount"]
    return dict(sorted(paid.items()))
