"""Webhooks: whose they are, and what they are about. Nothing that a stranger sends may raise."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from adapters.providers.orders import NOW
from guerdon.adapters.providers.build import webhook_of
from guerdon.application.ports import ProviderHint
from guerdon.domain.channel import PROVIDER_OF

PROVIDERS = list(PROVIDER_OF.values())
SECRET = {"tremendous": "private-key", "lob": "lob-secret", "stripe": "whsec_stripe", "printful": "a01376f30766acf7"}
BODY = b'{"any": "thing"}'
STAMP = int(NOW.timestamp())


def hex_hmac(key: bytes, signed: bytes) -> str:
    return hmac.new(key, signed, hashlib.sha256).hexdigest()


def signed_by(name: str, secret: str, body: bytes = BODY, stamp: int = STAMP) -> dict[str, str]:
    """The headers that a provider adds, written down from its documentation."""
    match name:
        case "tremendous":
            return {"tremendous-webhook-signature": "sha256=" + hex_hmac(secret.encode(), body)}
        case "lob":
            signature = hex_hmac(secret.encode(), f"{stamp}.".encode() + body)
            return {"lob-signature": signature, "lob-signature-timestamp": str(stamp)}
        case "stripe":
            return {"stripe-signature": f"t={stamp},v1={hex_hmac(secret.encode(), f'{stamp}.'.encode() + body)}"}
        case _:
            return {"x-pf-webhook-signature": hex_hmac(bytes.fromhex(secret), body)}


def refusal(
    name: str, headers: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] | None = None
) -> str | None:
    return webhook_of(name).verify(headers, body, (SECRET[name],) if secrets is None else secrets, NOW)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_webhook_with_the_providers_signature_is_believed(name: str) -> None:
    assert refusal(name, signed_by(name, SECRET[name])) is None


@pytest.mark.parametrize("name", PROVIDERS)
def test_header_names_may_be_in_any_case(name: str) -> None:
    headers = {key.title(): value for key, value in signed_by(name, SECRET[name]).items()}

    assert refusal(name, headers) is None


@pytest.mark.parametrize("name", PROVIDERS)
def test_several_secrets_are_valid_while_one_rotates(name: str) -> None:
    headers = signed_by(name, SECRET[name])

    assert refusal(name, headers, secrets=("00ff", SECRET[name])) is None


@pytest.mark.parametrize("name", PROVIDERS)
def test_another_body_is_refused(name: str) -> None:
    assert (
        refusal(name, signed_by(name, SECRET[name]), BODY + b" ") == "the signature matches no secret of this provider"
    )


@pytest.mark.parametrize("name", PROVIDERS)
def test_another_secret_is_refused(name: str) -> None:
    assert refusal(name, signed_by(name, "00ff")) == "the signature matches no secret of this provider"


@pytest.mark.parametrize("name", PROVIDERS)
def test_no_signature_is_refused(name: str) -> None:
    assert "header" in (refusal(name, {}) or "")


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_believed(name: str, secrets: tuple[str, ...]) -> None:
    assert refusal(name, signed_by(name, ""), secrets=secrets) == "no secret is configured for this provider"


def test_a_printful_secret_that_is_not_hex_makes_no_empty_key() -> None:
    headers = {"x-pf-webhook-signature": hex_hmac(b"", BODY)}

    assert refusal("printful", headers, secrets=("not hex",)) == "no secret is configured for this provider"


@pytest.mark.parametrize("name", ["lob", "stripe"])
@pytest.mark.parametrize("off", [-300, 300])
def test_a_signed_time_within_five_minutes_is_believed(name: str, off: int) -> None:
    assert refusal(name, signed_by(name, SECRET[name], stamp=STAMP + off)) is None


@pytest.mark.parametrize("name", ["lob", "stripe"])
@pytest.mark.parametrize("off", [-301, 301, 86_400])
def test_a_signed_time_further_away_is_refused_in_both_directions(name: str, off: int) -> None:
    reason = refusal(name, signed_by(name, SECRET[name], stamp=STAMP + off))

    assert reason is not None
    assert reason.endswith("is more than 300 seconds from now")


@pytest.mark.parametrize("off", [-300_000, 300_000])
def test_lob_may_sign_in_milliseconds(off: int) -> None:
    assert refusal("lob", signed_by("lob", SECRET["lob"], stamp=STAMP * 1000 + off)) is None


def test_lobs_milliseconds_are_held_to_five_minutes_too() -> None:
    assert "300 seconds" in (refusal("lob", signed_by("lob", SECRET["lob"], stamp=STAMP * 1000 + 300_001)) or "")


def test_a_signature_that_stripes_own_sdk_made_is_believed() -> None:
    signature = stripe.WebhookSignature._compute_signature(f"{STAMP}.{BODY.decode()}", SECRET["stripe"])  # noqa: SLF001 - the SDK has no public way to sign

    assert refusal("stripe", {"Stripe-Signature": f"t={STAMP},v1={signature}"}) is None


def test_stripes_own_sdk_believes_what_is_believed_here() -> None:
    stamp = int(datetime.now(UTC).timestamp())
    header = signed_by("stripe", SECRET["stripe"], stamp=stamp)["stripe-signature"]

    assert stripe.WebhookSignature.verify_header(BODY.decode(), header, SECRET["stripe"], 300) is True


def test_one_right_signature_of_stripes_several_is_enough() -> None:
    right = signed_by("stripe", SECRET["stripe"])["stripe-signature"].split("v1=")[1]

    assert refusal("stripe", {"stripe-signature": f"t={STAMP},v1={'0' * 64},v0=x,v1={right}"}) is None


def test_an_old_scheme_of_stripes_does_not_count() -> None:
    right = signed_by("stripe", SECRET["stripe"])["stripe-signature"].split("v1=")[1]

    assert "v1=" in (refusal("stripe", {"stripe-signature": f"t={STAMP},v0={right}"}) or "")


HEADER = {
    "tremendous": ("tremendous-webhook-signature",),
    "lob": ("lob-signature", "lob-signature-timestamp"),
    "stripe": ("stripe-signature",),
    "printful": ("x-pf-webhook-signature",),
}
HOSTILE = st.one_of(
    st.text(),
    st.text().map("sha256={}".format),
    st.text().map(f"t={STAMP},v1={{}}".format),
    st.sampled_from(["ключ", "sha256=\udcff", f"t={STAMP},v1=é", "t=9" * 99, "t=²,v1=a", str(STAMP), "-1", "1e9"]),
)


@pytest.mark.parametrize("name", PROVIDERS)
@given(data=st.data())
def test_a_hostile_signature_is_refused_and_never_raises(name: str, data: st.DataObject) -> None:
    headers = {key: data.draw(HOSTILE) for key in HEADER[name]}

    assert refusal(name, headers, data.draw(st.binary())) is not None


def tremendous(kind: str, resource_id: str) -> dict[str, object]:
    return {"event": "ANY", "uuid": "u", "payload": {"resource": {"id": resource_id, "type": kind}, "meta": {}}}


def lob(event: str, reference_id: object) -> dict[str, object]:
    return {"id": "evt_1", "body": {}, "reference_id": reference_id, "event_type": {"id": event}, "object": "event"}


@pytest.mark.parametrize(
    ("name", "body", "hint"),
    [
        ("tremendous", tremendous("orders", "ORDER1"), ProviderHint("tremendous", "orders", "ORDER1")),
        ("tremendous", tremendous("rewards", "REWARD1"), ProviderHint("tremendous", "rewards", "REWARD1")),
        ("tremendous", tremendous("members", "M1"), None),
        ("tremendous", tremendous("orders", "../funding_sources"), None),
        ("lob", lob("check.mailed", "chk_1"), ProviderHint("lob", "checks", "chk_1")),
        ("lob", lob("check.deleted", "chk_1"), ProviderHint("lob", "checks", "chk_1")),
        ("lob", lob("letter.created", "ltr_1"), None),
        ("lob", lob("check.created", "chk_1"), ProviderHint("lob", "checks", "chk_1")),
        ("lob", lob("check.rendered_pdf", "chk_1"), None),
        ("lob", lob("check.rendered_thumbnails", "chk_1"), None),
        ("lob", lob("check.mailed", "chk_1?x"), None),
        ("lob", lob("check.mailed", "chk_1\n"), None),
        ("tremendous", tremendous("orders", "ORDER1\n"), None),
        ("lob", lob("check.mailed", 7), None),
        (
            "printful",
            {"type": "order_updated", "data": {"order": {"id": 123}}},
            ProviderHint("printful", "orders", "123"),
        ),
        (
            "printful",
            {"type": "shipment_sent", "data": {"shipment": {"id": 9}, "order": {"id": 123}}},
            ProviderHint("printful", "orders", "123"),
        ),
        ("printful", {"type": "catalog_stock_updated", "data": {"product": {"id": 5}}}, None),
        ("printful", {"type": "order_created", "data": {"order": {"id": 123, "status": "failed"}}}, None),
        ("printful", {"type": "order_updated", "data": {"order": {"id": 123, "status": "draft"}}}, None),
        ("printful", {"type": "order_updated", "data": {"order": {"id": 123, "status": "pending"}}}, None),
        ("printful", {"type": "order_updated", "data": {"order": {"id": 123, "status": "inprocess"}}}, None),
        *(
            (
                "printful",
                {"type": "order_updated", "data": {"order": {"id": 123, "status": status}}},
                ProviderHint("printful", "orders", "123"),
            )
            for status in ("partial", "onhold", "fulfilled", "failed", "canceled", "a new one")
        ),
        ("printful", {"type": "order_updated", "data": {"order": {"id": -1}}}, None),
        ("printful", {"type": "order_updated", "data": {"order": {"id": 0}}}, None),
        ("printful", {"type": "order_updated", "data": {"order": {"id": 2**63}}}, None),
        (
            "printful",
            {"type": "order_updated", "data": {"order": {"id": 2**63 - 1}}},
            ProviderHint("printful", "orders", "9223372036854775807"),
        ),
        (
            "stripe",
            {"data": {"object": {"object": "customer_balance_transaction", "id": "cbtxn_1", "customer": "cus_1"}}},
            ProviderHint("stripe", "customer_balance_transactions", "cus_1/cbtxn_1"),
        ),
        ("stripe", {"data": {"object": {"object": "customer", "id": "cus_1", "customer": "cus_1"}}}, None),
        ("stripe", {"data": {"object": {"object": "invoice", "id": "in_1"}}}, None),
    ],
)
def test_a_webhook_is_a_hint_about_what_it_names(name: str, body: object, hint: ProviderHint | None) -> None:
    assert webhook_of(name).hint_from(json.dumps(body).encode()) == hint


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b"7", b'"\xff"', b"[" * 100_000, b'{"data":' * 100_000])
def test_a_body_that_is_about_nothing_gives_no_hint(name: str, body: bytes) -> None:
    assert webhook_of(name).hint_from(body) is None


@pytest.mark.parametrize("name", PROVIDERS)
@given(body=st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_any_json_gives_no_hint_and_never_raises(name: str, body: object) -> None:
    assert webhook_of(name).hint_from(json.dumps(body).encode()) is None
