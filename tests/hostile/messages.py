"""Right deal events of every shape, and how a sender signs them: what the hostile requests are made from.

Whatever says something about a person has a canary in it, so that it is found wherever it turns up.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from typing import Any, Final

from hypothesis import strategies as st

from builders import NOW
from guerdon.domain.deal import REVISIONS
from guerdon.domain.triggers import TRIGGERS
from hostile.edge import CONNECTIONS, Sent

CANARY: Final = "kanarienvogel"
"""In every value of a message that nobody but the people table may know."""

NOW_SECONDS: Final = int(NOW.timestamp())
Json = dict[str, Any]

_VISIBLE: Final = st.characters(exclude_categories=["Cs", "Cc"])
ids: Final = st.text(_VISIBLE, max_size=20).map(lambda text: f"{CANARY}-{text}")
texts: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda text: f"{CANARY} {text}")
emails: Final = st.text("abcdefghijk.+-", min_size=1, max_size=20).map(lambda text: f"{text}.{CANARY}@example.com")
countries: Final = st.sampled_from(["US", "DE", "JP", "BR"])
message_ids: Final = st.text("abcdefghijklmnop0123456789_-", min_size=1, max_size=30).map(lambda text: f"msg_{text}")
_moments: Final = st.integers(0, 5_000).map(lambda minutes: f"2026-11-1{minutes % 9}T{minutes % 24:02}:16:04.5+05:30")


KINDS: Final = (*TRIGGERS, *REVISIONS)
OF_THE_CLOSING: Final = ("deal.closed", *REVISIONS)
OF_WHAT_REPEATS: Final = ("invoice.paid", "deal.renewed")


@st.composite
def contents(draw: st.DrawFn, kinds: tuple[str, ...] | None = None) -> Json:
    """A deal event as its sender means it, of any kind or one of `kinds`, where revisions are of a closing."""
    address = {"line1": draw(texts), "city": draw(texts), "state": CANARY, "postal_code": CANARY, "country": "US"}
    advocate = {"id": draw(ids), "name": draw(texts), "email": draw(emails), "country": draw(countries)}
    chosen = draw(st.sampled_from(["gift_card", "check", "bill_credit", "merchandise"]))
    referred = {"id": draw(ids), "name": draw(texts), "email": draw(emails), "company": draw(texts)}
    paid = {"address": address, "stripe_customer": f"cus_{CANARY}", "preferred_channel": chosen}
    data: Json = {
        "program": draw(ids),
        "deal": {
            "id": draw(ids),
            "amount": {"value": f"{draw(st.integers(0, 10**12))}.00", "currency": "USD"},
            "closed_at": draw(_moments),
            "products": [{"sku": draw(ids), "quantity": 1, "amount": "1.00"}] * draw(st.integers(1, 3)),
            "amounts": {"first_year": "5.00"},
            "region": draw(texts),
        },
        "advocate": advocate | paid,
        "referred": referred
        | paid
        | {"address": dict(address), "country": "DE", "first_purchase": draw(st.booleans())},
        "referral": {
            "id": draw(texts),
            "method": draw(texts),
            "sales_involved": draw(st.booleans()),
            "referred_at": draw(_moments),
        },
        "effective_at": draw(_moments),
        "occurred_at": draw(_moments),
        "occurrence_id": draw(ids),
        "reward": {"value": "7.00", "currency": "EUR"},
    }
    kind = draw(st.sampled_from(KINDS if kinds is None else kinds))
    if kind in REVISIONS:
        data["trigger"] = draw(st.sampled_from(TRIGGERS)) if kinds is None else "deal.closed"
    return {"type": kind, "timestamp": draw(_moments), "data": data}


def left_out(content: Json, fields: list[str]) -> Json:
    """The message without some of what may be left out."""
    data = {field: value for field, value in content["data"].items() if field not in fields}
    return content | {"type": "deal.closed", "data": data}


def written(content: Json, *, ensure_ascii: bool = False, indent: int | None = None) -> bytes:
    """The message as JSON."""
    return json.dumps(content, ensure_ascii=ensure_ascii, indent=indent).encode()


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as its sender is about to put it on the wire; each field may yet be spoiled.

    Attributes:
        key: What it is signed with.
        scheme: What the signature is said to be.
        covered: The bytes that the signature is made over, where they are not the body's own.
    """

    to: str
    key: bytes
    message_id: str
    timestamp: str
    body: bytes
    scheme: str = "v1"
    media_type: str = "application/json"
    covered: bytes | None = None

    @property
    def signature(self) -> str:
        """The signature in base64, by the Standard Webhooks specification."""
        return base64.b64encode(self.mac).decode()

    @property
    def mac(self) -> bytes:
        """The signature's bytes."""
        body = self.body if self.covered is None else self.covered
        about = f"{self.message_id}.{self.timestamp}.".encode("utf-8", "surrogatepass")
        return hmac.new(self.key, about + body, hashlib.sha256).digest()

    @property
    def headers(self) -> dict[str, str]:
        """The headers that go with it."""
        return {
            "webhook-id": self.message_id,
            "webhook-timestamp": self.timestamp,
            "webhook-signature": f"{self.scheme},{self.signature}",
            "Content-Type": self.media_type,
        }

    @property
    def sent(self) -> Sent:
        """It on the wire."""
        return Sent(self.to, tuple(self.headers.items()), self.body)

    def with_headers(self, **changed: str | None) -> Sent:
        """It on the wire with other headers, underscores for dashes; None takes one away."""
        headers = self.headers | {name.replace("_", "-"): value for name, value in changed.items()}
        return replace(self.sent, headers=tuple((name, value) for name, value in headers.items() if value is not None))


def key_of(text: str) -> bytes:
    """The key in a Standard Webhooks secret."""
    return base64.b64decode(text.removeprefix("whsec_"))


OURS: Final = tuple(key_of(text) for text in CONNECTIONS["crm"]["secrets"])
"""The keys of the connection that hostile requests are sent to."""


@st.composite
def signed(draw: st.DrawFn, bodies: st.SearchStrategy[bytes] | None = None) -> Signed:
    """A message that is right in everything, or one with such a body."""
    body = draw(contents().map(written) if bodies is None else bodies)
    at = NOW_SECONDS + draw(st.integers(-300, 300))
    return Signed("crm", draw(st.sampled_from(OURS)), draw(message_ids), str(at), body)
