"""From a request to a delivery: what is refused first, and when secrets are asked for anew."""

import base64
import hashlib
from collections.abc import Mapping

import pytest

from builders import NOW, Changed, message_text
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.adapters.crm.standard.signature import sign
from guerdon.adapters.crm.webhook import BODY_BYTES_MOST, Request, read_delivery
from guerdon.adapters.refusal import Refusal
from guerdon.application.receive_event import Delivery
from guerdon.domain.errors import SecretMissing

SECRET, ROTATED = (f"whsec_{base64.b64encode(bytes([n]) * 24).decode()}" for n in (1, 2))
BODY = message_text().encode()
JSON = "application/json"


def connection(*secrets: str, **changes: Changed) -> dict[str, object]:
    return {"crm": {"source": "standard", "source_account": "acme", "secrets": list(secrets), **changes}}


class Vault:
    """What is configured now and what would be configured if it were asked for anew, with counts."""

    def __init__(self, known: Mapping[str, object], anew: Mapping[str, object] | None = None) -> None:
        self.known, self.anew = known, known if anew is None else anew
        self.asked = self.asked_anew = 0

    def configured(self) -> Mapping[str, object]:
        self.asked += 1
        return self.known

    def configured_anew(self) -> Mapping[str, object]:
        self.asked_anew += 1
        return self.anew


def request(
    body: bytes = BODY, *, secret: str = SECRET, name: str = "crm", media_type: str = JSON, delivery_id: str = "msg_1"
) -> Request:
    return Request(name, {**sign(secret, delivery_id, NOW, body), "content-type": media_type}, body)


def read(asked: Request, vault: Vault | None = None) -> Delivery | Refusal:
    vault = vault or Vault(connection(SECRET))
    return read_delivery(asked, vault.configured, vault.configured_anew, NOW)


def refused(asked: Request, vault: Vault | None = None) -> tuple[int, str]:
    answer = read(asked, vault)
    assert isinstance(answer, Refusal)
    return answer.status, answer.code


def test_a_right_request_is_a_delivery() -> None:
    vault = Vault(connection(SECRET))
    assert read(request(), vault) == Delivery(
        connection="crm",
        source_account="acme",
        delivery_id="msg_1",
        body=BODY.decode(),
        body_sha256=hashlib.sha256(BODY).hexdigest(),
        event=stored_event(BODY.decode()),
    )
    assert (vault.asked, vault.asked_anew) == (1, 0)


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/vnd.acme+json"],
)
def test_every_way_to_say_json_is_understood(media_type: str) -> None:
    assert isinstance(read(request(media_type=media_type)), Delivery)


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "+json"]
)
def test_another_media_type_is_415_before_any_secret_is_read(media_type: str) -> None:
    vault = Vault(connection(SECRET))
    assert refused(request(media_type=media_type), vault) == (415, "not_json")
    assert (vault.asked, vault.asked_anew) == (0, 0)


def test_a_large_body_is_413_before_anything_else() -> None:
    vault = Vault({})
    large = request(b" " * 200_000, name="unknown", media_type="text/plain", secret=ROTATED)
    assert refused(large, vault) == (413, "body_too_large")
    assert (vault.asked, vault.asked_anew) == (0, 0)


def test_the_largest_body_is_read() -> None:
    largest = BODY + b" " * (BODY_BYTES_MOST - len(BODY))
    assert isinstance(read(request(largest)), Delivery)
    assert refused(request(largest + b" ")) == (413, "body_too_large")


def test_an_unknown_connection_is_404_before_its_signature_is_judged() -> None:
    assert read(request(b"no json", name="x" * 100)) == Refusal(
        404, "unknown_connection", f"no connection is called '{'x' * 63}': check the address"
    )


def test_a_source_that_this_release_does_not_read_is_404() -> None:
    assert refused(request(), Vault(connection(SECRET, source="pipedrive"))) == (404, "unknown_connection")


def test_a_wrong_signature_is_401_before_the_body_is_read() -> None:
    assert refused(request(b"no json", secret=ROTATED)) == (401, "invalid_signature")


@pytest.mark.parametrize("body", [b"no json", b"", b"[]", b"\xff\xfe{", b'{"type": "deal.closed"}'])
def test_a_signed_body_that_cannot_be_read_is_400(body: bytes) -> None:
    assert refused(request(body)) == (400, "invalid_event")


def test_a_wrong_field_is_named() -> None:
    body = message_text(deal__amount={"value": 12500, "currency": "USD"}).encode()
    answer = read(request(body))
    assert isinstance(answer, Refusal)
    assert answer.field == "data.deal.amount.value"
    assert answer.message == 'Expected `str`, got `int`: send amounts as decimal strings such as "1250.00"'


def test_bytes_that_are_no_utf_8_are_told_by_their_place() -> None:
    answer = read(request(b'{"type": "\xff"}'))
    assert answer == Refusal(400, "invalid_event", "the body is not UTF-8: byte 10 cannot be read")


@pytest.mark.parametrize(
    ("known", "anew"),
    [
        (connection(SECRET), connection(SECRET, ROTATED)),
        ({}, connection(ROTATED)),
    ],
)
def test_a_secret_or_connection_that_was_added_meanwhile_is_found(
    known: dict[str, object], anew: dict[str, object]
) -> None:
    vault = Vault(known, anew)
    assert isinstance(read(request(secret=ROTATED), vault), Delivery)
    assert (vault.asked, vault.asked_anew) == (1, 1)


def test_the_newest_secret_is_believed_without_asking_again() -> None:
    vault = Vault(connection(ROTATED, SECRET))
    assert isinstance(read(request(secret=ROTATED), vault), Delivery)
    assert (vault.asked, vault.asked_anew) == (1, 0)


def test_an_older_secret_is_believed_while_it_still_stands_in_the_list() -> None:
    vault = Vault(connection(ROTATED, SECRET))
    assert isinstance(read(request(), vault), Delivery)
    assert (vault.asked, vault.asked_anew) == (1, 1)


def test_an_older_secret_that_was_taken_away_meanwhile_is_not_believed() -> None:
    vault = Vault(connection(ROTATED, SECRET), connection(ROTATED))
    assert refused(request(), vault) == (401, "invalid_signature")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (request(secret=ROTATED), (401, "invalid_signature")),
        (request(name="unknown"), (404, "unknown_connection")),
    ],
)
def test_secrets_are_asked_for_anew_only_once(asked: Request, expected: tuple[int, str]) -> None:
    vault = Vault(connection(SECRET))
    assert refused(asked, vault) == expected
    assert (vault.asked, vault.asked_anew) == (1, 1)


def test_an_unreadable_body_does_not_ask_for_secrets_anew() -> None:
    vault = Vault(connection(SECRET))
    refused(request(b"no json"), vault)
    assert (vault.asked, vault.asked_anew) == (1, 0)


def test_an_incomplete_connection_is_our_own_fault() -> None:
    with pytest.raises(SecretMissing):
        read(request(), Vault(connection()))


def test_a_very_long_delivery_id_is_cut() -> None:
    answer = read(request(delivery_id="m" * 500))
    assert isinstance(answer, Delivery)
    assert answer.delivery_id == "m" * 200
