"""Providers' webhooks: how each one signs, what each one says, and every way to get that wrong."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from hypothesis import assume
from hypothesis import strategies as st

from hostile.edge import SECRETS, WEBHOOK_SECRETS, Sent
from hostile.messages import CANARY, NOW_SECONDS, texts

DATED: Final = frozenset({"lob", "stripe"})
"""Those who sign a time along with the body."""

_resource_ids: Final = st.text("abcdefghijkABC0123456789_-", min_size=1, max_size=40)


def key_of(provider: str) -> bytes:
    """What a provider signs with."""
    text = WEBHOOK_SECRETS[provider]
    return bytes.fromhex(text) if provider == "printful" else text.encode()


@dataclass(frozen=True, slots=True)
class Update:
    """A webhook as its provider is about to send it; each field may yet be spoiled.

    Attributes:
        provider: Whose scheme it is signed by.
        to: Whose address it is sent to.
        covered: The bytes that the signature is made over, where they are not the body's own.
    """

    provider: str
    to: str
    key: bytes
    timestamp: str
    body: bytes
    covered: bytes | None = None

    @property
    def signature(self) -> str:
        """The HMAC in hex, over what the provider's documentation says."""
        signed = self.body if self.covered is None else self.covered
        if self.provider in DATED:
            signed = self.timestamp.encode("utf-8", "surrogatepass") + b"." + signed
        return hmac.new(self.key, signed, hashlib.sha256).hexdigest()

    @property
    def headers(self) -> dict[str, str]:
        """The provider's headers."""
        match self.provider:
            case "tremendous":
                return {"Tremendous-Webhook-Signature": f"sha256={self.signature}"}
            case "lob":
                return {"Lob-Signature": self.signature, "Lob-Signature-Timestamp": self.timestamp}
            case "stripe":
                return {"Stripe-Signature": f"t={self.timestamp},v1={self.signature}"}
            case _:
                return {"x-pf-webhook-signature": self.signature}

    @property
    def sent(self) -> Sent:
        """It on the wire."""
        return self.with_headers(self.headers)

    def with_headers(self, headers: dict[str, str]) -> Sent:
        """It on the wire under these headers."""
        return Sent(self.to, (*headers.items(), ("content-type", "application/json")), self.body)


@st.composite
def said(draw: st.DrawFn, provider: str) -> tuple[dict[str, Any], tuple[str, str]]:
    """A webhook's content, and the resource and the id of the hint that it is."""
    resource_id, name = draw(_resource_ids), draw(texts)
    match provider:
        case "tremendous":
            kind = draw(st.sampled_from(["orders", "rewards"]))
            payload = {"resource": {"id": resource_id, "type": kind}, "meta": {"name": name}}
            return {"event": "ANY", "uuid": name, "payload": payload}, (kind, resource_id)
        case "lob":
            event = {"id": f"check.{draw(st.sampled_from(['mailed', 'created', 'returned_to_sender']))}"}
            body = {"to": {"name": name, "address_line1": CANARY}}
            return {"reference_id": resource_id, "event_type": event, "body": body}, ("checks", resource_id)
        case "stripe":
            inner = {"object": "customer_balance_transaction", "id": resource_id, "customer": f"cus_{resource_id}"}
            named = {"type": "any", "data": {"object": inner | {"description": name}}}
            return named, ("customer_balance_transactions", f"cus_{resource_id}/{resource_id}")
        case _:
            number = draw(st.integers(1, 2**63 - 1))
            order = {"id": number, "recipient": {"name": name, "email": f"{CANARY}@example.com"}}
            return {"type": "order_updated", "data": {"order": order}}, ("orders", str(number))


def written(content: object) -> bytes:
    """A content as JSON."""
    return json.dumps(content, ensure_ascii=False).encode()


@st.composite
def updates(draw: st.DrawFn, provider: str, bodies: st.SearchStrategy[bytes] | None = None) -> Update:
    """A webhook that is right in everything, or one with such a body."""
    body = written(draw(said(provider))[0]) if bodies is None else draw(bodies)
    stamp = NOW_SECONDS + draw(st.integers(-300, 300))
    milliseconds = provider == "lob" and draw(st.booleans())
    text = f"{stamp}{'000' if milliseconds else ''}"
    return Update(provider, provider, key_of(provider), text, body)


# --- forged ----------------------------------------------------------------------------------------------------------


@st.composite
def _with_another_body(draw: st.DrawFn, provider: str) -> Sent:
    update = draw(updates(provider))
    content = json.loads(update.body)
    anew = [
        update.body + b" ", update.body[:-1], b"", b"{}", json.dumps(content, separators=(",", ":")).encode(),
        json.dumps(content, indent=1).encode(), b"\xef\xbb\xbf" + update.body, update.body.decode().encode("utf-16"),
    ]  # fmt: skip
    return replace(update, covered=update.body, body=draw(st.sampled_from(anew))).sent


@st.composite
def _by_another_key(draw: st.DrawFn, provider: str) -> Sent:
    others = [text.encode() for name, text in WEBHOOK_SECRETS.items() if name != provider or provider == "printful"]
    key = draw(st.sampled_from([*others, b"", *(text.encode() for text in SECRETS[:3])]) | st.binary(max_size=40))
    assume(key != key_of(provider))
    return replace(draw(updates(provider)), key=key).sent


@st.composite
def _of_another_provider(draw: st.DrawFn, provider: str) -> Sent:
    """Another provider's valid webhook, at this one's address."""
    other = draw(st.sampled_from([name for name in WEBHOOK_SECRETS if name != provider]))
    return replace(draw(updates(other)), to=provider).sent


@st.composite
def _by_anothers_scheme(draw: st.DrawFn, provider: str) -> Sent:
    """This provider's key and body, under every other provider's headers."""
    update = draw(updates(provider))
    headers: dict[str, str] = {}
    for other in WEBHOOK_SECRETS:
        headers |= replace(update, provider=other).headers if other != provider else {}
    return update.with_headers(headers)


@st.composite
def _written_in_another_way(draw: st.DrawFn, provider: str) -> Sent:
    update = draw(updates(provider))
    right = update.signature
    wrongs = [
        right[:-1], right + "0", right + " x", f'"{right}"', bytes.fromhex(right).decode("latin-1"), right[::-1],
        "0" * 64, "", "é" * 64, "\udcff" * 64, f"v1={right}", f"sha1={right}", f"sha256={right}={right}", right[:32],
    ]  # fmt: skip
    wrong = draw(st.sampled_from(wrongs) | st.text(max_size=80))
    assume(right not in {wrong.strip(), wrong.strip().removeprefix("v1=")})
    return update.with_headers({name: value.replace(right, wrong) for name, value in update.headers.items()})


@st.composite
def _without_a_header(draw: st.DrawFn, provider: str) -> Sent:
    update = draw(updates(provider))
    name = draw(st.sampled_from(sorted(update.headers)))
    left = {header: value for header, value in update.headers.items() if header != name}
    return update.with_headers(
        left | draw(st.sampled_from([{}, {name: ""}, {name: " "}, {f"{name}-2": right_of(update)}]))
    )


def right_of(update: Update) -> str:
    """The value of a webhook's first header."""
    return next(iter(update.headers.values()))


@st.composite
def _with_a_header_twice(draw: st.DrawFn, provider: str) -> Sent:
    """Joined by commas, a signature is no signature; Stripe's own list is another matter."""
    update = draw(updates(provider))
    name, value = draw(st.sampled_from(sorted(update.headers.items())))
    assume(provider != "stripe")
    sent = update.sent
    return replace(sent, headers=(*sent.headers, (name.lower(), draw(st.sampled_from([value, "0" * 64, ""])))))


@st.composite
def _at_another_time(draw: st.DrawFn, provider: str) -> Sent:
    off = draw(st.integers(301, 1_700_000_000) | st.integers(301, 900))
    stamp = NOW_SECONDS + draw(st.sampled_from([-1, 1])) * off
    scale = 1000 if provider == "lob" and draw(st.booleans()) else 1
    return replace(draw(updates(provider)), timestamp=str(stamp * scale)).sent


@st.composite
def _at_a_time_that_is_none(draw: st.DrawFn, provider: str) -> Sent:
    odd = [
        "",
        "1e9",
        "-{}",
        "{}.0",
        "٣",
        "²",
        "+{}",
        "{}" * 2,
        "NaN",
        "0x{}",
        "{}x",
        "\uff11\uff17\uff16\uff13",
        "\ud800",
    ]
    stamp = draw(st.sampled_from(odd)).replace("{}", str(NOW_SECONDS))
    return replace(draw(updates(provider)), timestamp=stamp).sent


@st.composite
def _under_another_time(draw: st.DrawFn, provider: str) -> Sent:
    """A webhook that was heard long ago, told again with the time of today."""
    update = replace(draw(updates(provider)), timestamp=str(NOW_SECONDS - draw(st.integers(301, 10**8))))
    now = str(NOW_SECONDS)
    return update.with_headers({name: value.replace(update.timestamp, now) for name, value in update.headers.items()})


@st.composite
def _in_an_old_scheme(draw: st.DrawFn, provider: str) -> Sent:
    update = draw(updates(provider))
    of_old = {
        "stripe": ("v1=", ["v0=", "v2=", "V1=", "v1a=", "="]),
        "tremendous": ("sha256=", ["sha1=", "SHA256=", "", "="]),
    }
    right, others = of_old[provider]
    old = draw(st.sampled_from(others))
    return update.with_headers({name: value.replace(right, old) for name, value in update.headers.items()})


_EVERY: Final = tuple(WEBHOOK_SECRETS)
_Make = Callable[[str], st.SearchStrategy[Sent]]
_KINDS: Final[dict[str, tuple[_Make, tuple[str, ...]]]] = {
    "with another body": (_with_another_body, _EVERY),
    "by another key": (_by_another_key, _EVERY),
    "of another provider": (_of_another_provider, _EVERY),
    "by another's scheme": (_by_anothers_scheme, _EVERY),
    "written in another way": (_written_in_another_way, _EVERY),
    "without a header": (_without_a_header, _EVERY),
    "with a header twice": (_with_a_header_twice, ("tremendous", "lob", "printful")),
    "at another time": (_at_another_time, ("lob", "stripe")),
    "at a time that is none": (_at_a_time_that_is_none, ("lob", "stripe")),
    "under another time": (_under_another_time, ("lob", "stripe")),
    "in an old scheme": (_in_an_old_scheme, ("stripe", "tremendous")),
}
FORGED: Final = {
    f"{provider}: {kind}": make(provider) for kind, (make, providers) in _KINDS.items() for provider in providers
}
"""Webhooks that are refused with 401, by provider and kind."""


# --- signed, and about nothing ---------------------------------------------------------------------------------------


_BAD_IDS: Final[tuple[Any, ...]] = (
    "",
    "../funding_sources",
    "a/b",
    "a b",
    "x\n",
    "\x00",
    "é",
    "a" * 81,
    "?x=1",
    "%2e",
    7,
    None,
    [],
    {},
)
_BAD_NUMBERS: Final = ("1e999", "0", "-1", "1.0", '"1"', "9" * 30, "9" * 5000, "null", "[]", "{}", "NaN", "true")
_OTHER: Final[dict[str, list[tuple[str, list[Any]]]]] = {
    "tremendous": [("type", ["members", "campaigns", "ORDERS", "orders\n", "", 7])],
    "lob": [("id", ["letter.mailed", "checks.mailed", "", "check", "CHECK.mailed"])],
    "stripe": [("object", ["customer", "invoice", "", "customer_balance_transaction\n", None])],
    "printful": [],
}


@st.composite
def not_followed(draw: st.DrawFn, provider: str) -> bytes:
    """A body that names nothing that can be asked for: no JSON, another thing, or an id that none can be."""
    content, (_, resource_id) = draw(said(provider))
    text = written(content).decode()
    spoiled = [b"", b"null", b"[" * 60_000, text.encode("utf-16"), text[:-1].encode(), b"\xff", f"[{text}]".encode()]
    if provider == "printful":
        spoiled += [text.replace(f'"id": {resource_id}', f'"id": {bad}').encode() for bad in _BAD_NUMBERS]
    else:
        ours = resource_id.rpartition("/")[2]
        field = "reference_id" if provider == "lob" else "id"
        old = f'"{field}": {json.dumps(ours)}'
        spoiled += [text.replace(old, f'"{field}": {json.dumps(bad)}').encode() for bad in _BAD_IDS]
    for field, values in _OTHER[provider]:
        spoiled += [written(_with_everywhere(content, field, value)) for value in values]
    body = draw(st.sampled_from(spoiled))
    assume(body != text.encode())
    return body


def _with_everywhere(content: Any, field: str, value: object) -> Any:  # noqa: ANN401 - JSON is of any shape.
    """The content with `value` in every text field of that name."""
    if isinstance(content, dict):
        return {
            key: value if key == field and isinstance(inner, str) else _with_everywhere(inner, field, value)
            for key, inner in content.items()
        }
    return content
