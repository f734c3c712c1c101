"""Deliveries that nobody may believe: each kind spoils one thing about a message that is right in all others."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hypothesis import assume
from hypothesis import strategies as st

from hostile.edge import CONNECTIONS, WEBHOOK_SECRETS, Sent
from hostile.messages import NOW_SECONDS, OURS, contents, key_of, signed, written

_NOT_A_TIME: Final = (
    "1e9", "٣", "²", "+{}", " {}", "{} ", "{}.0", "-{}", "0x{}", "{}0000000", "NaN", "{},{}", "0b1",
    "\uff11\uff17\uff16\uff13", "",
)  # fmt: skip
"""How a sender may write a time that is none; the braces are the present."""

_OTHER_SCHEMES: Final = ("v1a", "v2", "v0", "V1", "", "v11", "v1 ", "sha256", "hmac")
_BROKEN_JOINTS: Final = (",", ";", "\t", "|", "\u00a0")


@st.composite
def _at_another_time(draw: st.DrawFn, sign: int) -> Sent:
    off = draw(st.integers(301, 3_000_000_000) | st.integers(301, 4_000))
    stamp = NOW_SECONDS + sign * off
    return replace(draw(signed()), timestamp=str(max(stamp, 0))).sent


@st.composite
def _without_a_time(draw: st.DrawFn) -> Sent:
    stamp = draw(st.sampled_from(_NOT_A_TIME)).replace("{}", str(NOW_SECONDS))
    return replace(draw(signed()), timestamp=stamp).sent


@st.composite
def _written_anew(draw: st.DrawFn) -> Sent:
    """The same JSON in other bytes: what a proxy that parses and prints makes of it."""
    content = draw(contents())
    message = draw(signed(st.just(written(content))))
    content["data"] = dict(reversed(content["data"].items()))
    anew = draw(
        st.sampled_from(
            [
                json.dumps(content, separators=(",", ":")).encode(),
                json.dumps(content, ensure_ascii=True, sort_keys=True).encode(),
                written(content, indent=2),
                written(content) + b"\n",
                b"\xef\xbb\xbf" + message.body,
                message.body.replace(b"/", b"\\/") + b" ",
            ]
        )
    )
    assume(anew != message.body)
    return replace(message, covered=message.body, body=anew).sent


@st.composite
def _with_another_body(draw: st.DrawFn) -> Sent:
    message = draw(signed())
    at = draw(st.integers(0, len(message.body) - 1))
    flipped = bytes([message.body[at] ^ 1 << draw(st.integers(0, 6))])
    spoiled = draw(
        st.sampled_from(
            [
                message.body[:at] + flipped + message.body[at + 1 :],
                message.body[:at],
                message.body + b"\x00",
                message.body.replace(b'"USD"', b'"EUR"'),
                b"",
            ]
        )
    )
    return replace(message, covered=message.body, body=spoiled).sent


@st.composite
def _by_another_key(draw: st.DrawFn) -> Sent:
    others = [key_of(CONNECTIONS["other-crm"]["secrets"][0]), b"", b"whsec_", *(key[:-1] for key in OURS)]
    key = draw(st.sampled_from(others) | st.binary(min_size=1, max_size=64))
    assume(key not in OURS)
    return replace(draw(signed()), key=key).sent


@st.composite
def _to_another_connection(draw: st.DrawFn) -> Sent:
    """Our signature, for an address that is another's; or one whose secrets make no key at all."""
    key = draw(st.sampled_from([*OURS, b"", b"geheim", base64.b64decode("geheim==")]))
    return replace(draw(signed()), to=draw(st.sampled_from(["other-crm", "mistyped"])), key=key).sent


@st.composite
def _in_another_scheme(draw: st.DrawFn) -> Sent:
    return replace(draw(signed()), scheme=draw(st.sampled_from(_OTHER_SCHEMES))).sent


@st.composite
def _encoded_in_another_way(draw: st.DrawFn) -> Sent:
    message = draw(signed())
    right, mac = message.signature, message.mac
    longer = hmac.new(message.key, message.body, hashlib.sha512).digest()
    wrong = draw(
        st.sampled_from(
            [
                mac.hex(), right.rstrip("="), right[:-2], right + "=", right.swapcase(), " " + right, right[:10],
                "=" * 44, base64.b64encode(right.encode()).decode(), base64.b64encode(longer).decode(), f'"{right}"',
                base64.b85encode(mac).decode(), right + right, "é" + right[1:], "\udcff" * 44, "",
            ]
        )
    )  # fmt: skip
    assume(wrong != right)
    return message.with_headers(webhook_signature=f"v1,{wrong}")


@st.composite
def _signed_many_times_and_never_right(draw: st.DrawFn) -> Sent:
    message = draw(signed())
    entry = st.tuples(st.sampled_from(["v1", *_OTHER_SCHEMES]), st.binary(max_size=40).map(base64.b64encode))
    wrong = [f"{scheme},{value.decode()}" for scheme, value in draw(st.lists(entry, min_size=1, max_size=200))]
    # The right one stands among them, but as a signature of another scheme.
    wrong.insert(draw(st.integers(0, len(wrong))), f"v1a,{message.signature}")
    return message.with_headers(webhook_signature=" ".join(wrong))


@st.composite
def _joined_by_something_else(draw: st.DrawFn) -> Sent:
    message, joint = draw(signed()), draw(st.sampled_from(_BROKEN_JOINTS))
    other = base64.b64encode(draw(st.binary(min_size=32, max_size=32))).decode()
    entries = [f"v1,{other}", f"v1,{message.signature}"]
    return message.with_headers(webhook_signature=joint.join(entries))


@st.composite
def _without_a_header(draw: st.DrawFn) -> Sent:
    message = draw(signed())
    names = ["webhook_id", "webhook_timestamp", "webhook_signature"]
    missing = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    return message.with_headers(**{name: draw(st.sampled_from([None, ""])) for name in missing})


@st.composite
def _with_a_header_twice(draw: st.DrawFn) -> Sent:
    message = draw(signed())
    sent, name = message.sent, draw(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]))
    value = draw(st.sampled_from([message.headers[name], "v1,AAAA", "0"]))
    return replace(sent, headers=(*sent.headers, (draw(st.sampled_from([name, name.title()])), value)))


@st.composite
def _under_another_id_or_time(draw: st.DrawFn) -> Sent:
    """A message that was heard on the way, told again as a new one."""
    message = draw(signed())
    later = str(int(message.timestamp) + (1 if int(message.timestamp) < NOW_SECONDS else -1))
    changed = draw(st.sampled_from([{"webhook_id": message.message_id + "2"}, {"webhook_timestamp": later}]))
    return message.with_headers(**changed)


@st.composite
def _under_an_id_that_is_none(draw: st.DrawFn) -> Sent:
    """Signed rightly, under an id that no header can carry."""
    odd = draw(st.sampled_from(["\x00", "\n", "\r\nx: y", "é", "消息", "\ud800", "\udcff", "\x7f", " a", "\u202e"]))
    return replace(draw(signed()), message_id=f"msg_{odd}{draw(st.integers(0, 9999))}").sent


@st.composite
def _by_a_providers_scheme(draw: st.DrawFn) -> Sent:
    """A provider's header, by our key or by the provider's: of no use on this route."""
    message = draw(signed())
    key = draw(st.sampled_from([message.key, *(text.encode() for text in WEBHOOK_SECRETS.values())]))
    dated = hmac.new(key, f"{message.timestamp}.".encode() + message.body, hashlib.sha256).hexdigest()
    plain = hmac.new(key, message.body, hashlib.sha256).hexdigest()
    headers = {
        "tremendous-webhook-signature": f"sha256={plain}",
        "lob-signature": dated,
        "lob-signature-timestamp": message.timestamp,
        "stripe-signature": f"t={message.timestamp},v1={dated}",
        "x-pf-webhook-signature": plain,
        "content-type": "application/json",
    }
    return replace(message.sent, headers=tuple(headers.items()))


@st.composite
def _not_marked_as_base64(draw: st.DrawFn) -> Sent:
    message = draw(signed())
    return replace(message.sent, body=base64.b64encode(message.body).decode(), encoded=False)


@st.composite
def _marked_as_base64_by_mistake(draw: st.DrawFn) -> Sent:
    """A text that happens to be base64 of something else."""
    text = base64.b64encode(draw(st.binary(min_size=1, max_size=300)))
    return replace(draw(signed(st.just(text))).sent, body=text.decode(), encoded=True)


FORGERIES: Final[dict[str, Callable[[], st.SearchStrategy[Sent]]]] = {
    "long ago": lambda: _at_another_time(-1),
    "in the future": lambda: _at_another_time(1),
    "at a time that is none": _without_a_time,
    "written anew after signing": _written_anew,
    "with another body": _with_another_body,
    "by another key": _by_another_key,
    "to another connection": _to_another_connection,
    "in another scheme": _in_another_scheme,
    "encoded in another way": _encoded_in_another_way,
    "signed many times and never right": _signed_many_times_and_never_right,
    "signatures joined by something else": _joined_by_something_else,
    "without a header": _without_a_header,
    "with a header twice": _with_a_header_twice,
    "under another id or time": _under_another_id_or_time,
    "under an id that is none": _under_an_id_that_is_none,
    "by a provider's scheme": _by_a_providers_scheme,
    "not marked as base64": _not_marked_as_base64,
    "marked as base64 by mistake": _marked_as_base64_by_mistake,
}
"""Kinds of deliveries that are refused with 401, whatever they say."""
