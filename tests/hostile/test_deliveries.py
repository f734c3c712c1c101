"""Bad input in masses against receive_event: thousands of generated requests, and what each may leave behind.

The oracle. A request is answered with exactly the status, the code and the field that its kind calls for, by one line
in the log that says no more than code and status, and without any call of AWS but for the connections' secrets: no row,
no message, no execution, no journal entry. Only what is signed rightly, now, for this connection, and is a deal event,
is answered with 202; it makes one row of the inbox and one of its body, each once however often it comes. Nothing that
says who somebody is, no signature and no secret is ever in an answer or in the log.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import strategies as st

from guerdon.adapters.crm.webhook import BODY_BYTES_MOST
from guerdon.domain.deal import REVISIONS
from hostile import often
from hostile.edge import EVENTS, SIGNATURE_LEAST, Answered, Edge, Sent, in_memory
from hostile.forgeries import FORGERIES
from hostile.malformed import NEEDED, REQUIRED, UNREADABLE, WRONG, out_of_range, with_value, without
from hostile.messages import (
    CANARY,
    OF_THE_CLOSING,
    OF_WHAT_REPEATS,
    OURS,
    Json,
    Signed,
    contents,
    left_out,
    signed,
    written,
)
from hostile.play import play


@pytest.fixture(scope="module")
def edge() -> Iterator[Edge]:
    with in_memory() as edge:
        yield edge


def keep_quiet(sent: Sent, answered: Answered) -> None:
    """Hold that nothing that was sent turns up where it must not."""
    signatures = [value for name, value in sent.headers if name == "webhook-signature"]
    parts = (part for value in signatures for part in value.split(","))
    answered.hides(CANARY, *(part for part in parts if len(part) >= SIGNATURE_LEAST))


def refuse(edge: Edge, sent: Sent, status: int, code: str, field: str | None = None) -> None:
    """Hold that a request is refused so, and leaves nothing behind."""
    answered = edge.send(EVENTS, sent)
    assert answered.refusal == (status, code, field), answered.text
    assert answered.operations == []
    assert answered.logged == [{"code": code, "status": status}]
    keep_quiet(sent, answered)


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_delivery_is_refused(edge: Edge, kind: str) -> None:
    play(edge, often.FORGED_DELIVERIES, FORGERIES[kind](), lambda sent: refuse(edge, sent, 401, "invalid_signature"))


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_body_that_is_no_deal_event_is_refused(edge: Edge, kind: str) -> None:
    requests = signed(UNREADABLE[kind]()).map(lambda message: message.sent)
    play(edge, often.UNREADABLE_BODIES, requests, lambda sent: refuse(edge, sent, 400, "invalid_event"))


def of_content(content: st.SearchStrategy[Json]) -> st.SearchStrategy[Sent]:
    return signed(content.map(written)).map(lambda message: message.sent)


@pytest.mark.parametrize("field", WRONG)
def test_a_field_that_is_wrong_is_named(edge: Edge, field: str) -> None:
    wrong = st.builds(lambda content, value: with_value(content, field, value), contents(OF_THE_CLOSING), WRONG[field])
    play(edge, often.WRONG_FIELDS, of_content(wrong), lambda sent: refuse(edge, sent, 400, "invalid_event", field))


def test_an_amount_that_is_a_number_of_any_size_is_named(edge: Edge) -> None:
    requests = signed(out_of_range()).map(lambda message: message.sent)
    field = "data.deal.amount.value"
    play(edge, often.WRONG_FIELDS, requests, lambda sent: refuse(edge, sent, 400, "invalid_event", field))


@pytest.mark.parametrize("field", REQUIRED)
def test_a_field_that_is_missing_is_named(edge: Edge, field: str) -> None:
    requests = of_content(contents(OF_THE_CLOSING).map(lambda content: without(content, field)))
    play(edge, often.MISSING_FIELDS, requests, lambda sent: refuse(edge, sent, 400, "invalid_event", field))


@pytest.mark.parametrize("field", NEEDED)
def test_a_field_that_only_some_kinds_need_is_named(edge: Edge, field: str) -> None:
    def spoiled(content: Json) -> Json:
        told = content | {"type": NEEDED[field], "data": content["data"] | {"trigger": "invoice.paid"}}
        if field == "data.trigger":
            return with_value(told, field, "deal.won")
        return without(told, field)

    requests = of_content(contents().map(spoiled))
    play(edge, often.MISSING_FIELDS, requests, lambda sent: refuse(edge, sent, 400, "invalid_event", field))


@pytest.mark.parametrize("field", ["occurred_at", "occurrence_id"])
def test_a_revision_says_which_occurrence_it_is_about(edge: Edge, field: str) -> None:
    def spoiled(content: Json, kind: str, trigger: str) -> Json:
        data = {key: value for key, value in content["data"].items() if key != field}
        return content | {"type": kind, "data": data | {"trigger": trigger}}

    kinds, triggers = st.sampled_from(REVISIONS), st.sampled_from(OF_WHAT_REPEATS)
    requests = of_content(st.builds(spoiled, contents(), kinds, triggers))
    play(edge, often.MISSING_FIELDS, requests, lambda sent: refuse(edge, sent, 400, "invalid_event", f"data.{field}"))


def test_a_body_beyond_the_limit_is_refused_before_anything_is_believed(edge: Edge) -> None:
    beyond = st.integers(1, 60_000) | st.integers(1, 3)
    requests = st.builds(
        lambda message, more: replace(message, body=message.body.ljust(BODY_BYTES_MOST + more)).sent, signed(), beyond
    )
    play(edge, often.WRONG_FRAMES, requests, lambda sent: refuse(edge, sent, 413, "body_too_large"))


def test_a_body_that_is_not_declared_as_json_is_refused(edge: Edge) -> None:
    types = st.sampled_from(
        [
            "", "text/plain", "text/json", "application/xml", "+json", "application/jsonp", "application", "*/*",
            "application/x-www-form-urlencoded", "multipart/form-data; boundary=application/json",
            "applicati\u03bfn/json", "json",
            "application/json,application/json", ";application/json", "application /json", "x/" + "y" * 3000 + "+json",
        ]
    ) | st.text(max_size=30)  # fmt: skip
    requests = st.builds(lambda message, media_type: replace(message, media_type=media_type).sent, signed(), types)
    play(edge, often.WRONG_FRAMES, requests, lambda sent: refuse(edge, sent, 415, "not_json"))


def test_an_address_that_is_nobodys_is_refused(edge: Edge) -> None:
    names = st.text(max_size=300).filter(lambda name: name not in {"crm", "other-crm", "mistyped"})
    odd = st.sampled_from(["CRM", "crm ", "crm/", "../crm", "crm\x00", "__class__", "\ud800", "crm?x", "0", "source"])
    requests = st.builds(lambda message, name: replace(message, to=name).sent, signed(), odd | names)
    play(edge, often.WRONG_FRAMES, requests, lambda sent: refuse(edge, sent, 404, "unknown_connection"))


def test_a_body_that_says_it_is_base64_and_is_not_is_refused(edge: Edge) -> None:
    def mistaken(message: Signed, spoil: str) -> Sent:
        encoded = base64.b64encode(message.body).decode()
        texts = {
            "plain": message.body.decode(),
            "cut": encoded.rstrip("=")[: len(encoded) // 4 * 4 - 3],
            "spoiled": f"{encoded[:8]}*{encoded[8:]}",
            "foreign": f"{encoded[:8]}é{encoded[8:]}",
            "surrogate": f"\ud800{encoded}",
            "lines": f"{encoded[:8]}\n{encoded[8:]}",
        }
        return replace(message.sent, body=texts[spoil], encoded=True)

    spoils = st.sampled_from(["plain", "cut", "spoiled", "foreign", "surrogate", "lines"])
    requests = st.builds(mistaken, signed(), spoils)
    play(edge, often.WRONG_FRAMES, requests, lambda sent: refuse(edge, sent, 400, "not_base64"))


# --- what is right is taken, however oddly it is dressed -------------------------------------------------------------


def take(edge: Edge, message: Signed, wear: Callable[[Signed], Sent]) -> None:
    """Hold that a message is stored once, exactly as it was sent, and answered alike however often it comes."""
    # No other message of this world has this id.
    sent, body = wear(replace(message, message_id=f"{message.message_id}-{edge.played}")), message.body
    before = edge.rows()
    answered = edge.send(EVENTS, sent)
    assert answered.status == 202, answered.text
    event_id = answered.content["event_id"]
    assert answered.content == {"event_id": event_id}
    assert answered.operations == ["TransactWriteItems", "PutEvents"]
    assert json.loads(answered.calls[1][1]["Entries"][0]["Detail"]) == {"event_id": event_id}
    stored = edge.store.event_body(event_id)
    assert stored is not None
    assert stored.body.encode() == body
    assert edge.rows() == before + 2
    kind = json.loads(body)["type"]
    assert answered.logged == [{"correlation_id": event_id, "connection": "crm", "type": kind}]
    keep_quiet(sent, answered)

    again = edge.send(EVENTS, sent)
    assert (again.status, again.content) == (202, {"event_id": event_id})
    # Undecided as it is, its id goes on the bus once more: the first time may have been lost.
    assert again.operations == ["TransactWriteItems", "GetItem", "PutEvents"]
    assert again.calls[2][1]["Entries"] == answered.calls[1][1]["Entries"]
    assert edge.rows() == before + 2


def as_it_is(message: Signed) -> Sent:
    return message.sent


def bodies() -> st.SearchStrategy[bytes]:
    """Deal events in every way of writing JSON."""
    optional = st.lists(st.sampled_from(["advocate", "referred", "referral", "effective_at"]), unique=True)
    return st.builds(
        lambda content, fields, plain, indent: written(
            left_out(content, fields) if fields else content, ensure_ascii=plain, indent=indent
        ),
        contents(),
        optional,
        st.booleans(),
        st.sampled_from([None, 0, 3]),
    )


DRESSES: Final[dict[str, Callable[[Signed], Sent]]] = {
    "as it is": as_it_is,
    "in base64, as the gateway does": lambda message: replace(message.sent, encoded=True),
    "under header names in capitals": lambda message: replace(
        message.sent, headers=tuple((name.upper(), value) for name, value in message.headers.items())
    ),
    "with signatures of other schemes and keys": lambda message: message.with_headers(
        webhook_signature=f"v1a,{message.signature} v1,AAAA v2, v1,{message.signature} v1,é nonsense"
    ),
    "with a structured suffix": lambda message: (
        replace(message, media_type="Application/Vnd.x+JSON; charset=utf-8").sent
    ),
    "with headers that mean nothing here": lambda message: message.with_headers(
        content_encoding="gzip", x_forwarded_for=CANARY, authorization=CANARY, webhook_signature_2="v1,x", cookie=CANARY
    ),
    "by the other secret, while one rotates": lambda message: (
        replace(message, key=OURS[1] if message.key == OURS[0] else OURS[0]).sent
    ),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_right_delivery_is_taken_once_however_it_is_dressed(edge: Edge, dress: str) -> None:
    play(edge, often.RIGHT_DELIVERIES, signed(bodies()), lambda message: take(edge, message, DRESSES[dress]))


ODD: Final = {
    "a field that is not known": ('"type"', '"surprise": {"a": [1e999, -0, 1E400]}, "type"'),
    "a key twice, of which the last counts": ('"type"', '"type": "no.such.type", "type"'),
    "escapes for what needs none": ('"data"', '"\\u0064\\u0061\\u0074\\u0061"'),
    "a pair of surrogates": ('"USD"', '"\\u0055SD", "name": "\\ud83d\\ude00"'),
    "nesting that is not too deep": ('"type"', '"surprise": ' + "[" * 25 + "]" * 25 + ', "type"'),
}


@pytest.mark.parametrize("odd", ODD)
def test_json_that_is_odd_and_right_is_taken(edge: Edge, odd: str) -> None:
    old, new = ODD[odd]
    strange = bodies().map(lambda body: body.replace(old.encode(), new.encode(), 1))

    play(edge, often.RIGHT_DELIVERIES, signed(strange), lambda message: take(edge, message, as_it_is))


def test_a_body_of_exactly_the_limit_is_taken(edge: Edge) -> None:
    largest = signed().map(lambda message: replace(message, body=message.body.ljust(BODY_BYTES_MOST)))

    play(edge, often.LARGEST_BODIES, largest, lambda message: take(edge, message, as_it_is))


def test_the_same_id_with_another_body_is_another_event(edge: Edge) -> None:
    def take_both(message: Signed) -> None:
        before, message_id = edge.rows(), f"{message.message_id}-{edge.played}"
        one = replace(message, message_id=message_id)
        other = replace(one, body=message.body + b" ")

        answers = [edge.send(EVENTS, sent.sent) for sent in (one, other)]

        assert [answered.status for answered in answers] == [202, 202]
        assert len({answered.content["event_id"] for answered in answers}) == 2
        assert edge.rows() == before + 4

    play(edge, often.RIGHT_DELIVERIES, signed(), take_both)
