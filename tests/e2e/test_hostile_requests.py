"""Whatever anybody sends to the two open routes is refused as the sender's mistake: never a 5xx, never stored.

The requests are drawn from a seed, which is in the test's own parameters: a failure is repeated by running it again.
"""

import json
import random
import string
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from e2e.deals import Deal
from e2e.live import LiveCloud
from guerdon.domain.channel import CHANNEL_OF, Channel

pytestmark = [pytest.mark.local_cloud, pytest.mark.allow_hosts(["127.0.0.1"])]

REQUESTS = 75
_STRANGE: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 2**63, 10**40, "", " ", "\x00", "\ud800", "\u202e", "a" * 5000, "0.001", "-5.00",
    "1e5", "NaN", "USD", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:60Z", [], {}, [[]],
    {"value": {}}, "' OR 1=1 --", "${jndi:ldap://x}", "../../etc/passwd",
)  # fmt: skip
_SIGNATURES = ("", "v1,", "v1", "v2,AAAA", "v1,not base64", "v1,ÄÖÜ", ",", " ", "v1," + "A" * 9000, "v1a,AAAA v1,BBBB")
_TIMESTAMPS = ("", "-1", "0", "9" * 40, "1e9", " 1700000000", "NaN", "٣", "1700000000.5")
_MEDIA_TYPES = ("", "application/json", "application/json; charset=utf-16", "text/html", "x/" + "y" * 300, "+json")
_PATHS = ("", "/", "/nobody", "/demo/more", "/%00", "/..%2f..", "/" + "a" * 900, "/%E2%80%AE", "/demo?connection=x")


def scalars(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401  a JSON document
    """The place of every value in a document, the document's own included."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path] + [place for key, value in inside for place in scalars(value, (*path, key))]


def damaged(chance: random.Random) -> bytes:
    """A deal event with one value put where it does not belong, or bytes that are no event at all."""
    content = Deal(Channel.GIFT_CARD).content
    match chance.randrange(5):
        case 0:
            return chance.randbytes(chance.randrange(2000))
        case 1:
            whole = json.dumps(content).encode()
            return whole[: chance.randrange(len(whole))]
        case 2:
            return b"[" * chance.randrange(1, 60_000)
        case 3:
            return json.dumps(content).encode("utf-16")
        case _:
            required = [("type",), ("timestamp",), ("data", "program"), ("data", "deal", "id"), ("data", "deal")]
            *parents, last = chance.choice([*required, ("data", "deal", "amount", "value"), ("data",)])
            node = content
            for key in parents:
                node = node[key]
            node[last] = chance.choice([value for value in _STRANGE if not is_plausible(last, value)])
            return json.dumps(content).encode()


def is_plausible(field: str, value: object) -> bool:
    """Whether a strange value is none for this field: any text may be an id or a program's name."""
    return field in {"id", "program"} and isinstance(value, str) and 0 < len(value) <= 200


def unbelievable_headers(cloud: LiveCloud, body: bytes, chance: random.Random) -> dict[str, str]:
    """Headers of which one at least keeps the message from being believed."""
    headers = cloud.headers(body, f"msg_{uuid.uuid4().hex}")
    match chance.randrange(4):
        case 0:
            headers["webhook-signature"] = chance.choice(_SIGNATURES)
        case 1:
            headers["webhook-timestamp"] = chance.choice(_TIMESTAMPS)
        case 2:
            del headers[chance.choice(["webhook-id", "webhook-timestamp", "webhook-signature"])]
        case _:
            headers["webhook-id"] = "".join(chance.choices(string.printable.strip(), k=chance.randrange(1, 400)))
    headers["content-type"] = chance.choice(_MEDIA_TYPES)
    return {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}


def inbox_size(cloud: LiveCloud) -> int:
    pages = (
        cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.output("InboxTable"), Select="COUNT")
    )
    return sum(page["Count"] for page in pages)


Send = Callable[[LiveCloud, random.Random], int]


def send_unbelievable(cloud: LiveCloud, chance: random.Random) -> int:
    body = damaged(chance) if chance.random() < 0.5 else Deal(Channel.GIFT_CARD).body
    path = chance.choice(_PATHS) if chance.random() < 0.3 else f"/{cloud.connection}"
    return cloud.post(f"/events{path}", body, unbelievable_headers(cloud, body, chance)).status


def send_signed_and_damaged(cloud: LiveCloud, chance: random.Random) -> int:
    return cloud.send(damaged(chance)).status


def send_update(cloud: LiveCloud, chance: random.Random) -> int:
    """A provider's update that nobody signed."""
    provider = chance.choice([*CHANNEL_OF, "nobody", "%00", "a" * 500])
    names = ("tremendous-webhook-signature", "lob-signature", "lob-signature-timestamp", "stripe-signature")
    values = (*_SIGNATURES, *_TIMESTAMPS, "sha256=", "sha256=zz", "t=,v1=", "t=9,v1=é")
    headers = {name: chance.choice(values) for name in chance.sample(names, 3)}
    headers |= {"x-pf-webhook-signature": chance.choice(values), "content-type": chance.choice(_MEDIA_TYPES)}
    sent = {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}
    return cloud.post(f"/provider-updates/{provider}", damaged(chance), sent).status


@pytest.mark.parametrize("seed", [20261120])
@pytest.mark.parametrize("send", [send_unbelievable, send_signed_and_damaged, send_update])
def test_hostile_requests_are_refused_and_leave_nothing_behind(cloud: LiveCloud, send: Send, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  it draws test data
    before = inbox_size(cloud)

    statuses = [send(cloud, chance) for _ in range(REQUESTS)]

    assert {status for status in statuses if not 400 <= status < 500} == set()
    assert inbox_size(cloud) == before
