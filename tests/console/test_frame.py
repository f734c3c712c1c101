"""How requests are answered, shown on operations of the tests' own."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.runner import CSRF, api, get, post
from console.samples import sample_console
from guerdon.console.app import BODY_MOST
from guerdon.console.http import FORM, JSON, Request, Response, segment, unsegment
from guerdon.console.operations import API, BASE
from guerdon.console.page_answers import CSV_ROWS_MOST
from guerdon.console.registry import NAV
from guerdon.console.signin.principal import Role

FINANCE = sample_console(Role.FINANCE)


def text(answer: Response) -> str:
    return answer.body.decode()


def rows(answer: Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(answer))))


def api_post(path: str, body: object) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return FINANCE(Request("POST", API + path, "", {"content-type": JSON}, content))


def test_a_list_is_a_page_and_json() -> None:
    page = get(FINANCE, "/samples")

    assert page.status == 200
    assert "12.00 USD" in text(page)
    told = json.loads(api(FINANCE, "/samples").body)
    assert len(told["things"]) == 50
    assert told["things"][1] == {"name": "thing 1", "worth": {"amount_minor": 100, "currency": "USD"}, "count": 1}


def test_a_page_is_sorted_by_its_address_and_what_is_empty_comes_last() -> None:
    down = rows(get(FINANCE, "/samples.csv", sort="-worth"))[1:]
    assert [row[1] for row in down[:2]] == ["119.00", "118.00"]

    for sort in ("count", "-count"):
        counts = [row[3] for row in rows(get(FINANCE, "/samples.csv", sort=sort))[1:]]
        assert counts[-40:] == [""] * 40
        assert sorted(counts[:80], reverse=sort.startswith("-")) == counts[:80]


def test_a_csv_file_goes_on_where_the_page_ends_and_runs_nothing_in_a_spreadsheet() -> None:
    found = rows(get(FINANCE, "/samples.csv"))

    assert found[0] == ["name", "worth", "worth_currency", "count", "note"]
    assert len(found) == 121
    assert found[8] == ["'=7", "7.00", "USD", "1", ""]
    assert "attachment" in get(FINANCE, "/samples.csv").headers["content-disposition"]


def test_a_csv_file_that_would_be_too_long_is_refused_and_not_cut() -> None:
    answer = get(FINANCE, "/samples.csv", most=str(CSV_ROWS_MOST + 51))

    assert answer.status == 400
    assert "narrow the list" in text(answer)
    assert len(rows(get(FINANCE, "/samples.csv", most=str(CSV_ROWS_MOST)))) == CSV_ROWS_MOST + 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sort": "nonsense"}, "cannot be sorted by"),
        ({"sort": "note"}, "cannot be sorted by"),
        ({"channel": "pigeon"}, "channel: must be one of gift_card"),
        ({"channel": "null"}, "channel"),
        ({"since": "yesterday"}, "since: must be a day such as 2026-11-22"),
        ({"most": "many"}, "most: expected int"),
        ({"colour": "red"}, "no parameter"),
    ],
)
def test_a_wrong_parameter_is_named(asked: dict[str, str], said: str) -> None:
    for path in ("/samples", "/samples.csv"):
        answer = get(FINANCE, path, **asked)
        assert answer.status == 400
        assert said in text(answer).replace("&#39;", "'")
    refused = api(FINANCE, "/samples", **asked)
    assert refused.status == 400
    assert json.loads(refused.body)["error"]["field"] == next(iter(asked))


def test_a_parameter_that_came_twice_is_refused() -> None:
    assert FINANCE(Request("GET", f"{BASE}/samples", "most=1&most=2")).status == 400


def test_an_empty_field_of_a_form_is_one_that_was_left_out() -> None:
    assert get(FINANCE, "/samples", channel="", since=" ", sort="").status == 200
    assert api(FINANCE, "/samples", channel="").status == 400


def test_what_is_done_leads_to_its_page() -> None:
    answer = post(FINANCE, "/samples/thing~201/take", reason="It was asked for.")

    assert (answer.status, answer.headers["location"]) == (303, "/console/samples")
    assert answer.cookies[0].startswith("__Host-guerdon-flash=")


@pytest.mark.parametrize(("reason", "status", "said"), [("", 400, "reason is missing"), ("a", 400, "length"),
                                                        ("because", 409, "That is no reason.")])  # fmt: skip
def test_a_refused_form_shows_its_words_and_what_was_typed(reason: str, status: int, said: str) -> None:
    answer = post(FINANCE, "/samples/x/take", reason=reason)

    assert answer.status == status
    assert said in text(answer)
    assert f'value="{reason}"' in text(answer)
    assert f'value="{CSRF}"' in text(answer)
    assert 'action="/console/samples/x/take"' in text(answer)


def test_a_refused_form_is_shown_on_the_page_that_it_was_on() -> None:
    answer = post(FINANCE, "/samples/x/keep", reason="because")

    assert answer.status == 409
    assert "12.00 USD" in text(answer)


def test_the_api_acts_by_json() -> None:
    done = api_post("/samples/x/take", {"reason": "It was asked for."})

    assert json.loads(done.body) == {"message": "console:finance@guerdon.example took x.", "href": "/console/samples"}


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        (b"", 400, "reason"),
        (b"[]", 400, None),
        (b"{", 400, None),
        (b"\xff", 400, None),
        ({"reason": 5}, 400, "reason"),
        ({"reason": "abc", "name": "y"}, 400, "name"),
        ({"reason": "abc", "more": 1}, 400, "more"),
        ({"reason": "because"}, 409, "reason"),
    ],
)
def test_the_api_says_what_is_wrong_with_a_body(body: object, status: int, name: str | None) -> None:
    answer = api_post("/samples/x/take", body)

    assert answer.status == status
    assert json.loads(answer.body)["error"].get("field") == name


def test_what_is_not_there_is_said_on_every_route() -> None:
    assert post(FINANCE, "/samples/nowhere/take", reason="abc").status == 404
    assert api_post("/samples/nowhere/take", {"reason": "abc"}).status == 404
    for path in ("/nowhere", "/samples/x", "/samples/files/", "/samples/files/b", "/samples/files/a.csv"):
        assert get(FINANCE, path).status == 404
        assert api(FINANCE, path).status == 404


def test_a_file_is_a_file_on_the_page_and_on_the_api() -> None:
    for answer in (get(FINANCE, "/samples/files/a"), api(FINANCE, "/samples/files/a")):
        assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"\xff", "text/plain")


def test_another_method_is_refused_with_those_that_there_are() -> None:
    for address in (f"{BASE}/samples", f"{API}/samples"):
        answer = FINANCE(Request("DELETE", address))
        assert (answer.status, answer.headers["allow"]) == (405, "GET")
    assert FINANCE(Request("HEAD", f"{BASE}/samples")).status == 200


def test_the_console_begins_with_its_first_section() -> None:
    for address in (BASE, f"{BASE}/"):
        assert FINANCE(Request("GET", address)).headers["location"] == f"{BASE}/{NAV[0][0]}"


@given(st.text(min_size=1))
def test_an_id_comes_back_from_its_segment(name: str) -> None:
    part = segment(name)

    assert unsegment(part) == name
    assert "/" not in part
    assert "%" not in part
    assert part not in {".", ".."}


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"name": ' * 100_000])
def test_json_that_is_nested_without_end_is_refused(body: bytes) -> None:
    answer = api_post("/samples/x/take", body)

    assert answer.status == 400
    assert json.loads(answer.body)["error"]["message"] == "the body is nested too deeply"


@pytest.mark.parametrize("path", [f"{API}/samples", f"{BASE}/samples", f"{BASE}/signout"])
def test_a_body_that_no_form_has_is_not_read(path: str) -> None:
    answer = FINANCE(Request("POST", path, "", {"content-type": FORM}, b"a" * (BODY_MOST + 1)))

    assert answer.status == 413


def test_fields_without_number_are_not_told_apart() -> None:
    request = Request("POST", f"{BASE}/samples", "", {"content-type": FORM}, f"csrf={CSRF}&".encode() + b"a=1&" * 1_000)

    assert request.form_fields == []
    assert FINANCE(request).status == 403


def test_an_address_longer_than_any_key_is_refused_before_the_store_is_asked() -> None:
    long = "2026-11-" + "é" * 500
    for asked in (get(FINANCE, "/samples", cursor=long), api(FINANCE, "/samples", cursor=long)):
        assert asked.status == 400
        assert "is longer than 1,000 bytes" in text(asked)
    assert get(FINANCE, "/samples/" + "é" * 600).status == 404
