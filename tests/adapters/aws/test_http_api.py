"""Events of API Gateway: what the body was before the gateway wrote it down."""

import pytest

from guerdon.adapters.aws.http_api import body_of, headers_of, refused
from guerdon.adapters.refusal import Refusal


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ({}, b""),
        ({"body": None, "isBase64Encoded": True}, b""),
        ({"body": "Zo\u00eb"}, b"Zo\xc3\xab"),
        ({"body": "WsKw", "isBase64Encoded": False}, b"WsKw"),
        ({"body": "Wm/Dqw==", "isBase64Encoded": True}, b"Zo\xc3\xab"),
        # No gateway hands over half a surrogate pair; if one did, these bytes are no UTF-8 and no signature's.
        ({"body": "\ud800"}, b"\xed\xa0\x80"),
    ],
)
def test_a_body_is_the_bytes_that_were_sent(event: dict[str, object], body: bytes) -> None:
    assert body_of(event) == body


@pytest.mark.parametrize("text", ["{}", "Zm9", "Zm9v*", "Zm9v\nZm9v", "Zm9v\u00eb", "\ud800", "Zg==Zg=="])
def test_a_body_that_is_marked_as_base64_and_is_none_is_the_senders_mistake(text: str) -> None:
    message = "the body is marked as base64 and is none: send it as it is"
    assert body_of({"body": text, "isBase64Encoded": True}) == Refusal(400, "not_base64", message)


def test_header_names_are_told_in_lower_case() -> None:
    assert headers_of({"headers": {"Webhook-Id": "msg_1"}}) == {"webhook-id": "msg_1"}
    assert headers_of({"headers": None}) == {}


def test_a_refusal_names_its_field_if_it_has_one() -> None:
    assert refused(Refusal(404, "gone", "no"))["body"] == '{"error": {"code": "gone", "message": "no"}}'
    assert refused(Refusal(400, "bad", "no", "data"))["body"] == (
        '{"error": {"code": "bad", "message": "no", "field": "data"}}'
    )
