"""What a failed call proves. Each wrong line of this table pays somebody twice, or never."""

import ssl

import pytest
import urllib3.exceptions
from urllib3.connection import HTTPConnection

from guerdon.adapters.providers import classify
from guerdon.adapters.providers.classify import Verdict
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable

CONNECTION = HTTPConnection("provider.invalid")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Verdict.ACCEPTED),
        (201, Verdict.ACCEPTED),
        (204, Verdict.ACCEPTED),
        (301, Verdict.UNKNOWN),
        (307, Verdict.UNKNOWN),
        (400, Verdict.REFUSED),
        (401, Verdict.UNAVAILABLE),
        (402, Verdict.OUT_OF_FUNDS),
        (403, Verdict.UNAVAILABLE),
        (404, Verdict.UNAVAILABLE),
        (408, Verdict.UNKNOWN),
        (409, Verdict.UNKNOWN),
        (413, Verdict.REFUSED),
        (418, Verdict.UNKNOWN),
        (422, Verdict.REFUSED),
        (425, Verdict.UNKNOWN),
        (429, Verdict.UNAVAILABLE),
        (499, Verdict.UNKNOWN),
        (500, Verdict.UNKNOWN),
        (502, Verdict.UNKNOWN),
        (503, Verdict.UNKNOWN),
        (504, Verdict.UNKNOWN),
        (599, Verdict.UNKNOWN),
    ],
)
def test_a_status_proves_what_the_table_says(status: int, expected: Verdict) -> None:
    assert classify.verdict("tremendous", status) is expected


def test_no_server_error_ever_proves_anything() -> None:
    assert {classify.verdict("lob", status) for status in range(500, 600)} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(
    ("provider", "status", "code", "expected"),
    [
        ("stripe", 400, "idempotency_error", Verdict.UNKNOWN),
        ("stripe", 409, "idempotency_key_in_use", Verdict.UNKNOWN),
        ("stripe", 404, "resource_missing", Verdict.REFUSED),
        ("stripe", 429, "lock_timeout", Verdict.UNAVAILABLE),
        ("lob", 422, "conflict", Verdict.UNKNOWN),
        ("lob", 401, "payment_method_unverified", Verdict.OUT_OF_FUNDS),
        ("lob", 422, "failed_deliverability_strictness", Verdict.REFUSED),
        ("lob", 404, "resource_missing", Verdict.UNAVAILABLE),
        ("printful", 400, "insufficient_funds", Verdict.OUT_OF_FUNDS),
    ],
)
def test_a_providers_own_code_says_more_than_the_status(
    provider: str, status: int, code: str, expected: Verdict
) -> None:
    assert classify.verdict(provider, status, (code,)) is expected


def test_a_code_never_turns_a_success_into_a_refusal() -> None:
    assert classify.verdict("stripe", 200, ("resource_missing",)) is Verdict.ACCEPTED


def test_a_refusal_is_an_answer_with_the_providers_code() -> None:
    answer = classify.refused("lob", "po_1-1", 422, ("failed_deliverability_strictness",))

    assert answer == ProviderAnswer("po_1-1", "", AnswerState.REFUSED, "422 failed_deliverability_strictness")


def test_an_acceptance_is_no_refusal() -> None:
    assert classify.refused("lob", "po_1-1", 200) is None


def test_a_rate_limit_is_raised_as_certainly_nothing_done() -> None:
    with pytest.raises(ProviderUnavailable, match="lob did nothing and may be asked again: it answered 429"):
        classify.refused("lob", "po_1-1", 429)


def test_a_conflict_is_raised_as_unknown() -> None:
    with pytest.raises(OutcomeUnknown, match="tremendous may or may not have done it: it answered 409"):
        classify.refused("tremendous", "po_1-1", 409)


@pytest.mark.parametrize("code", ["Ada Byron", "ada@example.com", "185 Berry St", "", "x" * 65, "naïve"])
def test_what_does_not_look_like_a_code_is_not_repeated(code: str) -> None:
    assert classify.in_words(422, (code,)) == "422"


@pytest.mark.parametrize(
    "error",
    [
        urllib3.exceptions.NewConnectionError(CONNECTION, "refused"),
        urllib3.exceptions.NameResolutionError("provider.invalid", CONNECTION, OSError("no such host")),  # type: ignore[arg-type]  # any OSError stands for gaierror here
        urllib3.exceptions.ConnectTimeoutError("slow"),
        urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("expired")),
        urllib3.exceptions.LocationParseError("::"),
    ],
)
def test_a_connection_that_was_never_made_is_proof(error: urllib3.exceptions.HTTPError) -> None:
    assert isinstance(classify.lost("lob", error), ProviderUnavailable)


@pytest.mark.parametrize(
    "error",
    [
        urllib3.exceptions.ReadTimeoutError(None, "/", "silent"),  # type: ignore[arg-type]  # the pool is only kept
        urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError()),
        urllib3.exceptions.IncompleteRead(1, 2),
        urllib3.exceptions.DecodeError("not gzip"),
        urllib3.exceptions.SSLError(ssl.SSLEOFError("cut")),
    ],
)
def test_a_connection_that_broke_is_no_proof(error: urllib3.exceptions.HTTPError) -> None:
    assert isinstance(classify.lost("lob", error), OutcomeUnknown)
