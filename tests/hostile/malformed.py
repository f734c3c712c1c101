"""Deliveries that are signed rightly and say nothing that can be taken: not JSON, or a field that is wrong."""

import base64
import copy
import gzip
import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from hypothesis import strategies as st

from hostile.messages import CANARY, Json, contents, written

_NUMBERS: Final = ("1e999", "-1e999", "9" * 400, "1E400", "0.1e-999", "12500", "-1", "12.5")
_NO_NUMBERS: Final = ("NaN", "Infinity", "-Infinity", "01", "1.", "-", "+1", "0x10", ".5", "1e", "nan")
_LONE_SURROGATES: Final = ("\\ud800", "\\udc00", "\\ud83d\\ud83d", "\\udfff\\ud800")
_RAW: Final = ("\x00", "\n", "\r", "\t", "\x1f", "\x0b")
_LEFT_BEHIND: Final = ("x", "}", "]", ",", "{}", "\x00", '"', "//", "null")

_MARK: Final = "hier"
"""Stands in a message where raw JSON is put that `json` would not write."""


_IGNORED: Final = st.sampled_from(["deal", "ignored"])
"""Places in which a name is a field that nobody knows."""


def _with_raw(draw: st.DrawFn, raw: str, *, quoted: bool = False) -> bytes:
    """A right message with `raw` somewhere, in a field that counts or in one that is ignored."""
    return _with_raw_in(draw(st.sampled_from(["deal", "advocate", "referred", "ignored"])), draw, raw, quoted=quoted)


def _with_raw_in(place: str, draw: st.DrawFn, raw: str, *, quoted: bool = False) -> bytes:
    content = draw(contents())
    content["data"].setdefault(place, {})["ignored" if place == "ignored" else "name"] = _MARK
    return written(content).replace(f'"{_MARK}"'.encode(), (f'"{CANARY}{raw}"' if quoted else raw).encode(), 1)


@st.composite
def _in_another_encoding(draw: st.DrawFn) -> bytes:
    content = draw(contents())
    content["data"]["deal"]["name"] = "Zoë"
    text = json.dumps(content, ensure_ascii=False)
    encodings = ["latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp037"]
    return text.encode(draw(st.sampled_from(encodings)), "replace")


@st.composite
def _packed(draw: st.DrawFn) -> bytes:
    body = draw(contents().map(written))
    return draw(st.sampled_from([gzip.compress(body, mtime=0), base64.b64encode(body), base64.b85encode(body)]))


@st.composite
def _cut(draw: st.DrawFn) -> bytes:
    body = draw(contents().map(written))
    return body[: draw(st.integers(0, len(body) - 1))]


@st.composite
def _nested(draw: st.DrawFn) -> bytes:
    depth = draw(st.integers(40, 1_500) | st.sampled_from([9_000, 15_000]))
    opened, closed = draw(st.sampled_from([("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")]))
    whole = f"{opened * depth}0{closed * depth}"
    return _with_raw_in(draw(_IGNORED), draw, draw(st.sampled_from([whole, opened * depth])))


@st.composite
def _no_number(draw: st.DrawFn) -> bytes:
    # Elsewhere what begins like a number of the wrong type is refused as one, by its field.
    return _with_raw_in(draw(_IGNORED), draw, draw(st.sampled_from(_NO_NUMBERS)))


@st.composite
def _lone_surrogate(draw: st.DrawFn) -> bytes:
    return _with_raw(draw, draw(st.sampled_from(_LONE_SURROGATES)), quoted=True)


@st.composite
def _raw_control_character(draw: st.DrawFn) -> bytes:
    return _with_raw(draw, draw(st.sampled_from(_RAW)), quoted=True)


@st.composite
def _with_something_left_behind(draw: st.DrawFn) -> bytes:
    return draw(contents().map(written)) + draw(st.sampled_from(_LEFT_BEHIND)).encode()


@st.composite
def _another_format(draw: st.DrawFn) -> bytes:
    content = draw(contents())
    form = urlencode({"payload": json.dumps(content)})
    return draw(st.sampled_from([form, repr(content), f"<deal>{CANARY}</deal>", f"- {CANARY}", ""])).encode()


@st.composite
def _no_object(draw: st.DrawFn) -> bytes:
    inner = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.just([{}]))
    return json.dumps(draw(inner)).encode("utf-8")


UNREADABLE: Final[dict[str, Callable[[], st.SearchStrategy[bytes]]]] = {
    "in another encoding": _in_another_encoding,
    "packed": _packed,
    "cut off": _cut,
    "nested too deeply": _nested,
    "a number that is none": _no_number,
    "half a surrogate pair": _lone_surrogate,
    "a control character that is not escaped": _raw_control_character,
    "something left behind": _with_something_left_behind,
    "another format": _another_format,
    "no object": _no_object,
    "any bytes": lambda: st.binary(max_size=400).filter(lambda body: not body.strip().startswith(b"{")),
}
"""Bodies that are no deal event as a whole: 400, and no field to name."""


_NO_TEXT: Final = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64), st.floats(allow_nan=False), st.just([]), st.just({})
)
_CONTROL: Final = st.sampled_from(["\x00", "\n", "\r\nBcc: a@b.c", "\x1b[2J", "\x7f", "\t", "\x0b", "\x85"])
_bad_ids: Final = st.one_of(
    _NO_TEXT,
    st.just(""),
    st.integers(201, 2_000).map(lambda length: CANARY.ljust(length, "x")),
    _CONTROL.map(lambda control: f"{CANARY}{control}x"),
)
_bad_emails: Final = st.one_of(
    _NO_TEXT.filter(lambda value: value is not None),
    _CONTROL.map(lambda control: f"a.{CANARY}@example.com{control}"),
    st.integers(255, 9_000).map(lambda length: CANARY.rjust(length, "a")),
)
_bad_texts: Final = st.one_of(
    _NO_TEXT.filter(lambda value: value is not None),
    st.integers(501, 9_000).map(lambda length: CANARY.ljust(length, "ü")),
)
_bad_moments: Final = st.one_of(
    _NO_TEXT,
    st.sampled_from(
        [
            "", "2026-11-20", "2026-11-20T16:04:05", "2026-02-30T00:00:00Z", "2026-11-20T16:04:60Z", "now",
            "1763654645",
            "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1999-12-31T23:59:59Z", "2201-01-01T00:00:00Z",
            "2026-11-20T16:04:05+99:00",
            "\uff12\uff10\uff12\uff16-11-20T16:04:05Z", "2026-11-20T25:00:00Z", "20261120T160405Z",
        ]
    ),
)  # fmt: skip
_bad_values: Final = st.one_of(
    _NO_TEXT,
    st.sampled_from(
        [
            "", " ", "1e5", "NaN", "Infinity", "-0.01", "-5", "+5", "1,000.00", "0.001", "٣", "1_000", "12.", ".5",
            "0x1", "1" * 16, "1" * 33, "$5", "5 USD", "1\n", "\x00", "12500.00\r\n",
        ]
    ),
)  # fmt: skip
_bad_currencies: Final = st.one_of(
    _NO_TEXT, st.sampled_from(["", "usd", "XXX", "XTS", "BTC", "US", "USDD", "$", "ÜSD"])
)
_bad_countries: Final = st.one_of(
    _NO_TEXT.filter(lambda value: value is not None),
    st.sampled_from(["", "us", "USA", "U", "ÄÖ", "US\n", " US", "\uff11\uff12"]),
)
_bad_quantities: Final = st.one_of(
    st.text(max_size=5),
    st.booleans(),
    st.none(),
    st.floats(allow_nan=False),
    st.integers(max_value=-1),
    st.integers(min_value=10**9 + 1),
)

_bad_channels: Final = st.one_of(
    _NO_TEXT.filter(lambda value: value is not None),
    st.sampled_from(["", "cash", "GIFT_CARD", "gift card", "gift_card\n", "check,gift_card", CANARY]),
)

WRONG: Final[dict[str, st.SearchStrategy[Any]]] = {
    "type": st.one_of(_NO_TEXT, st.sampled_from(["", "deal.won", "DEAL.CLOSED", "deal.closed\n", "x" * 501, "\x00"])),
    "timestamp": _bad_moments,
    "data": st.one_of(_NO_TEXT.filter(lambda value: value != {}), st.text()),
    "data.program": _bad_ids,
    "data.deal": st.one_of(_NO_TEXT.filter(lambda value: value != {}), st.text()),
    "data.deal.id": _bad_ids | st.integers(126, 200).map(lambda length: "\U0001d53b" * length),
    "data.deal.amount": st.one_of(_NO_TEXT.filter(lambda value: value != {}), st.text()),
    "data.deal.amount.value": _bad_values,
    "data.deal.amount.currency": _bad_currencies,
    "data.deal.closed_at": _bad_moments,
    "data.deal.amounts": st.one_of(
        _NO_TEXT.filter(lambda value: value != {}),
        st.text(),
        st.sampled_from(["", "A", "1a", "a b", "a-b", "amount", "é", "a" * 64, "a\n"]).map(lambda name: {name: "1.00"}),
        st.just({f"a{number}": "1.00" for number in range(21)}),
        _NO_TEXT.map(lambda value: {"a": value}),
    ),
    "data.deal.amounts.first_year": _bad_values.filter(lambda value: isinstance(value, str) and len(value) < 33),
    "data.deal.region": _bad_texts,
    "data.deal.products": st.one_of(st.text(), st.none(), st.booleans(), st.just({}), st.just([{"sku": CANARY}] * 201)),
    "data.deal.products[0].sku": _bad_ids,
    "data.deal.products[0].quantity": _bad_quantities,
    "data.deal.products[0].amount": _bad_values.filter(lambda value: value is not None),
    "data.advocate": st.one_of(st.text(), st.just([]), st.integers(), st.booleans()),
    "data.advocate.id": _bad_ids,
    "data.advocate.name": _bad_texts,
    "data.advocate.email": _bad_emails,
    "data.advocate.country": _bad_countries,
    "data.advocate.address.line1": _bad_texts | st.none(),
    "data.advocate.address.country": _bad_countries | st.none(),
    "data.advocate.stripe_customer": _bad_texts,
    "data.advocate.preferred_channel": _bad_channels,
    "data.referred.id": _bad_ids,
    "data.referred.email": _bad_emails,
    "data.referred.country": _bad_countries,
    "data.referred.address.country": _bad_countries | st.none(),
    "data.referred.stripe_customer": _bad_texts,
    "data.referred.first_purchase": st.one_of(st.text(), st.integers()),
    "data.referred.preferred_channel": _bad_channels,
    "data.referral.sales_involved": st.one_of(st.text(), st.integers(), st.none()),
    "data.referral.referred_at": _bad_moments.filter(lambda value: value is not None),
    "data.effective_at": _bad_moments.filter(lambda value: value is not None),
    "data.occurred_at": _bad_moments.filter(lambda value: value is not None),
    "data.occurrence_id": _bad_ids.filter(lambda value: value is not None),
    "data.reward": st.one_of(_NO_TEXT.filter(lambda value: value is not None and value != {}), st.text()),
    "data.reward.value": _bad_values,
    "data.reward.currency": _bad_currencies,
}
"""Values that each field refuses, by the name that the refusal gives the field."""


def with_value(content: Json, field: str, value: object) -> Json:
    """The message with another value in one place."""
    changed = copy.deepcopy(content)
    around, last = _around(changed, field)
    around[last] = value
    return changed


def _around(content: Json, field: str) -> tuple[Json, str]:
    """The object that a field stands in, and what it is called there."""
    *above, last = field.replace("[0]", ".0").split(".")
    around: Any = content
    for part in above:
        around = around[int(part) if part.isdigit() else part]
    return around, last


REQUIRED: Final = (
    "type", "timestamp", "data", "data.program", "data.deal", "data.deal.id", "data.deal.amount",
    "data.deal.amount.value", "data.deal.amount.currency", "data.deal.closed_at", "data.deal.products[0].sku",
    "data.advocate.id", "data.advocate.address.line1", "data.advocate.address.city", "data.advocate.address.country",
    "data.referred.id",
)  # fmt: skip
"""Fields without which a message says too little."""


NEEDED: Final = {
    "data.trigger": "deal.reversed",
    "data.occurred_at": "lead.qualified",
    "data.occurrence_id": "invoice.paid",
    "data.effective_at": "deal.amended",
}
"""What only some kinds of message need, by a kind that does."""


def without(content: Json, field: str) -> Json:
    """The message with one field left out."""
    changed = copy.deepcopy(content)
    around, last = _around(changed, field)
    del around[last]
    return changed


@st.composite
def out_of_range(draw: st.DrawFn) -> bytes:
    """An amount that is a number of any size instead of a text."""
    content = with_value(draw(contents()), "data.deal.amount.value", _MARK)
    return written(content).replace(f'"{_MARK}"'.encode(), draw(st.sampled_from(_NUMBERS)).encode(), 1)
