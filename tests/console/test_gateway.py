"""Events as API Gateway sends them, and answers as it takes them."""

import base64
from typing import Any

from guerdon.console.gateway import answered
from guerdon.console.http import Request, Response

# Of a real request, shortened: what AWS documents for payload format 2.0.
EVENT: dict[str, Any] = {
    "version": "2.0",
    "routeKey": "ANY /console/{proxy+}",
    "rawPath": "/console/payouts",
    "rawQueryString": "status=settled&find=a%40b.example",
    "cookies": ["__Host-guerdon-session=s1", "other=2"],
    "headers": {"Host": "abc.execute-api.us-east-1.amazonaws.com", "Origin": "https://console.example"},
    "requestContext": {"http": {"method": "POST", "path": "/console/payouts"}, "stage": "$default"},
    "body": base64.b64encode(b"reason=a").decode(),
    "isBase64Encoded": True,
}


def no_failure(error: str, places: list[str]) -> None:
    raise AssertionError((error, places))


def test_an_event_is_the_request_that_somebody_sent() -> None:
    seen: list[Request] = []

    def console(request: Request) -> Response:
        seen.append(request)
        return Response(200, b"ok")

    answered(console, EVENT, no_failure)

    (request,) = seen
    assert (request.method, request.path, request.body) == ("POST", "/console/payouts", b"reason=a")
    assert request.query_fields == [("status", "settled"), ("find", "a@b.example")]
    assert request.cookies == {"__Host-guerdon-session": "s1", "other": "2"}
    assert request.headers["origin"] == "https://console.example"


def test_cookies_that_were_left_in_the_headers_are_found_too() -> None:
    event = {**EVENT, "headers": {"cookie": "a=1; b=2"}, "cookies": None}

    answer = answered(lambda request: Response(200, request.cookies["b"].encode()), event, no_failure)

    assert base64.b64decode(answer["body"]) == b"2"


def test_an_answer_keeps_its_bytes_and_each_cookie() -> None:
    said = Response(200, b"\x00\xff", {"content-type": "application/zip"}, ("a=1; Secure", "b=2; Secure"))

    answer = answered(lambda _: said, EVENT, no_failure)

    assert base64.b64decode(answer["body"]) == b"\x00\xff"
    assert answer["isBase64Encoded"] is True
    assert answer["cookies"] == ["a=1; Secure", "b=2; Secure"]
    assert answer["headers"] == {"content-type": "application/zip"}


def test_a_mistake_of_ours_is_a_page_and_its_text_is_not_told() -> None:
    told: list[object] = []

    def console(_request: Request) -> Response:
        raise ValueError("pat@advocate.example is not a date")

    answer = answered(console, EVENT, lambda error, places: told.extend((error, places)))

    assert answer["statusCode"] == 500
    assert "frame-ancestors 'none'" in answer["headers"]["content-security-policy"]
    assert told[0] == "ValueError"
    assert "pat@advocate.example" not in repr(told) + base64.b64decode(answer["body"]).decode()


def test_a_body_that_is_not_what_it_is_marked_as_is_refused() -> None:
    assert answered(lambda _: Response(200), {**EVENT, "body": "%%%"}, no_failure)["statusCode"] == 400
