"""Standard Webhooks signatures, held against the published vector and the reference package."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from guerdon.adapters.crm.standard.signature import delivery_id, refusal, sign

# From the Standard Webhooks specification.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
THEN = datetime.fromtimestamp(1614265330, UTC)
OTHER = "whsec_" + base64.b64encode(b"another secret of 24 bytes").decode()
RIGHT = HEADERS["webhook-signature"]

NO_MATCH = "webhook-signature matches no secret of this connection"
REQUIRED = "the headers webhook-id, webhook-timestamp and webhook-signature are required"
NO_NUMBER = "webhook-timestamp must be seconds since 1970"
TOO_FAR = "webhook-timestamp is more than 300 seconds from now"


def refused(
    *, secrets: tuple[str, ...] = (SECRET,), body: bytes = BODY, at: datetime = THEN, **headers: str
) -> str | None:
    changed = {f"webhook-{name}": value for name, value in headers.items()}
    return refusal({**HEADERS, **changed}, body, secrets, at)


def test_the_published_vector_is_believed() -> None:
    assert refused() is None
    assert delivery_id(HEADERS) == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_we_sign_as_the_vector_does() -> None:
    assert sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", THEN, BODY) == HEADERS


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b'{"test": 2432232315}'},
        {"body": b""},
        {"id": "msg_other"},
        {"timestamp": "1614265331"},
        {"secrets": (OTHER,)},
        {"secrets": ()},
    ],
)
def test_anything_else_than_what_was_signed_is_refused(changed: dict[str, Any]) -> None:
    assert refused(**changed) == NO_MATCH


@pytest.mark.parametrize("secrets", [(SECRET, OTHER), (OTHER, SECRET), (OTHER, OTHER, SECRET), ("whsec_", SECRET)])
def test_while_secrets_rotate_any_of_them_is_believed(secrets: tuple[str, ...]) -> None:
    assert refused(secrets=secrets) is None


@pytest.mark.parametrize(
    "signatures", [f"v1,AAAA {RIGHT}", f"{RIGHT} v1,AAAA", f"v1a,AAAA {RIGHT}", f"v2,AAAA {RIGHT}", f"garbage {RIGHT}"]
)
def test_one_right_signature_among_several_is_enough(signatures: str) -> None:
    assert refused(signature=signatures) is None


@pytest.mark.parametrize(
    "signature",
    [
        "v1,",
        "v1",
        ",",
        "v1,,",
        " ",
        "v1,é",
        "v1,\udcff",
        "v1,AAAA",
        RIGHT.removeprefix("v1,"),
        RIGHT.replace("v1", "v2"),
        RIGHT.replace("v1", "V1"),
        RIGHT.replace("v1,", "v1, "),
        RIGHT.rstrip("="),
        RIGHT + "=",
        RIGHT.lower(),
        RIGHT.replace(" ", "\t"),
    ],
)
def test_a_malformed_signature_is_refused_and_never_raises(signature: str) -> None:
    assert refused(signature=signature) == (None if signature == RIGHT else NO_MATCH)


@pytest.mark.parametrize(
    "message_id", ["msg 1", " msg", "msg_\x00", "msg\r\nx: y", "msg_é", "msg_\ud800", "\x7f", "消息"]
)
def test_an_id_that_no_header_can_carry_is_refused_although_it_is_signed(message_id: str) -> None:
    # It is stored with the event; half a surrogate pair could not even be written to the database.
    about = f"{message_id}.{HEADERS['webhook-timestamp']}.".encode("utf-8", "surrogatepass")
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(key, about + BODY, hashlib.sha256).digest()).decode()
    assert refused(id=message_id, signature=f"v1,{signature}") == "webhook-id must be visible ASCII characters"


@pytest.mark.parametrize("name", ["id", "timestamp", "signature"])
def test_each_header_is_required(name: str) -> None:
    empty: dict[str, Any] = {name: ""}
    assert refused(**empty) == REQUIRED
    assert refusal(
        {key: value for key, value in HEADERS.items() if key != f"webhook-{name}"}, BODY, (SECRET,), THEN
    ) == (REQUIRED)


@pytest.mark.parametrize(("seconds", "why"), [(-301, TOO_FAR), (-300, None), (0, None), (300, None), (301, TOO_FAR)])
def test_a_timestamp_may_be_five_minutes_off_either_way(seconds: int, why: str | None) -> None:
    assert refused(at=THEN + timedelta(seconds=seconds)) == why


@pytest.mark.parametrize(
    "timestamp", ["yesterday", "-1614265330", "+1614265330", "1614265330.0", " 1614265330", "١٦١٤٢٦٥٣٣٠", "²", "1" * 11]
)
def test_a_timestamp_is_digits(timestamp: str) -> None:
    assert refused(timestamp=timestamp) == NO_NUMBER


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!!!", "whsec_abc", "changeme", "whsec_ü", SECRET.removeprefix("whsec_")]
)
def test_an_empty_or_mistyped_secret_matches_nothing(secret: str) -> None:
    # Whoever guesses that the key is empty, or the secret's own text, could sign with it.
    signed = b".".join((HEADERS["webhook-id"].encode(), HEADERS["webhook-timestamp"].encode(), BODY))
    for key in (b"", secret.encode(), secret.removeprefix("whsec_").encode()):
        guess = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert refused(secrets=(secret,), signature=f"v1,{guess}") == NO_MATCH
    assert refused(secrets=(secret,)) == NO_MATCH
    with pytest.raises(ValueError, match="a secret is whsec_ and base64"):
        sign(secret, "msg_1", THEN, BODY)


@given(st.binary(min_size=24, max_size=64), st.text("abc_123", min_size=1), st.text(max_size=200))
def test_the_reference_package_agrees(key: bytes, message_id: str, text: str) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    now = datetime.now(UTC)
    ours = sign(secret, message_id, now, text.encode())
    theirs = Webhook(secret).sign(message_id, now, text)
    assert ours["webhook-signature"] == theirs
    assert refusal(ours, text.encode(), (secret,), now) is None
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(text, ours)
    assert refusal(ours, text.encode(), (OTHER,), now) == NO_MATCH


@given(st.dictionaries(st.sampled_from(sorted(HEADERS)), st.text()), st.binary(), st.lists(st.text(), max_size=3))
def test_no_headers_body_or_secret_make_it_raise(headers: dict[str, str], body: bytes, secrets: list[str]) -> None:
    assert refusal(headers, body, secrets, THEN) is not None
