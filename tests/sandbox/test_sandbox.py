"""What holds for the whole sandbox: access, errors, its log, its state and its page."""

import json
from pathlib import Path

import pytest

from local.sandbox.__main__ import listen, main
from local.sandbox.settings import Settings
from sandbox.live import BASIC, BEARER, Client, StartSandbox
from sandbox.samples import check, gift_card

pytestmark = pytest.mark.enable_socket

FOUR = [
    ("tremendous", "/tremendous/api/v2/orders", BEARER),
    ("lob", "/lob/v1/checks", BASIC),
    ("stripe", "/stripe/v1/customers/cus_1/balance_transactions", BEARER),
    ("printful", "/printful/v2/orders", BEARER),
]


@pytest.mark.parametrize(("provider", "path", "headers"), FOUR)
def test_a_call_without_a_key_is_a_401(sandbox: Client, provider: str, path: str, headers: dict[str, str]) -> None:
    assert sandbox.call("GET", path).status == 401
    assert sandbox.call("GET", path, headers={"Authorization": "Bearer "}).status == 401
    assert sandbox.call("GET", path, headers=headers).status == 200
    assert sandbox.till(provider) == []


@pytest.mark.parametrize(("provider", "path", "headers"), FOUR)
def test_an_unknown_path_or_method_is_the_providers_own_404(
    sandbox: Client, provider: str, path: str, headers: dict[str, str]
) -> None:
    for method, unknown in (("GET", f"/{provider}/nothing"), ("PUT", path)):
        answered = sandbox.call(method, unknown, headers=headers)
        assert answered.status == 404
        assert set(answered.body) & {"error", "errors"}


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b'{"amount": NaN}'])
@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/tremendous/api/v2/orders", BEARER, 400),
        ("/lob/v1/checks", {**BASIC, "Content-Type": "application/json"}, 422),
        ("/printful/v2/orders", BEARER, 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_the_providers_shape(
    sandbox: Client, path: str, headers: dict[str, str], status: int, raw: bytes
) -> None:
    response = sandbox.pool.request("POST", sandbox.base_url + path, headers=headers, body=raw)

    assert response.status == status
    assert set(response.json()) & {"error", "errors"}
    assert sandbox.till() == []


def test_the_log_has_each_call_and_no_secret(sandbox: Client) -> None:
    sandbox.fault("lob", "failure")
    sandbox.call("POST", "/lob/v1/checks", headers={**BASIC, "Idempotency-Key": "k"}, json_body=check())

    [entry] = sandbox.call("GET", "/_sandbox/requests").body
    del entry["at"]
    assert entry == {
        "provider": "lob",
        "method": "POST",
        "path": "/lob/v1/checks",
        "idempotency_key": "k",
        "status": 500,
        "fault": "failure",
    }


def test_the_till_can_be_asked_for_one_provider(sandbox: Client) -> None:
    sandbox.call("POST", "/lob/v1/checks", headers=BASIC, json_body=check())
    sandbox.call("POST", "/tremendous/api/v2/orders", headers=BEARER, json_body=gift_card())

    assert [row["provider"] for row in sandbox.till()] == ["lob", "tremendous"]
    assert [row["reference"] for row in sandbox.till("lob")] == ["payout-2-1"]


def test_reset_forgets_all_but_the_webhook_target(sandbox: Client) -> None:
    target = {"url": "http://127.0.0.1:9/", "secrets": {"lob": "s"}}
    sandbox.call("POST", "/_sandbox/webhooks", json_body=target)
    sandbox.call("POST", "/lob/v1/checks", headers=BASIC, json_body=check())

    assert sandbox.call("POST", "/_sandbox/reset").status == 204
    assert sandbox.till() == []
    assert sandbox.call("GET", "/_sandbox/requests").body == []
    assert sandbox.call("GET", "/_sandbox/webhooks").body["target"]["secrets_for"] == ["lob"]


def test_a_restarted_sandbox_knows_what_moved_and_goes_on(start_sandbox: StartSandbox, tmp_path: Path) -> None:
    path = "/tremendous/api/v2/orders"
    body = gift_card(email="ada+pending@example.com")
    with start_sandbox(Settings(state_directory=tmp_path, step_delay_seconds=1000)) as sandbox:
        first = sandbox.call("POST", path, headers=BEARER, json_body=body)
        sandbox.call("POST", "/lob/v1/checks", headers=BASIC, json_body=check())
        till = sandbox.till()

    with start_sandbox(Settings(state_directory=tmp_path, step_delay_seconds=1000)) as sandbox:
        assert sandbox.till() == till
        again = sandbox.call("POST", path, headers=BEARER, json_body=body)
        assert (again.status, again.body) == (201, first.body)
        sandbox.advance(1000)
        assert [row["provider"] for row in sandbox.till()] == ["lob", "tremendous"]

    assert not list(tmp_path.glob("**/*.new"))
    kept = "".join(file.read_text() for file in tmp_path.glob("**/*.json"))
    assert "test_key" not in json.dumps(kept)


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("clock", {"advance_seconds": -1}, "0 or more"),
        ("clock", {}, "advance_seconds must be a number"),
        ("faults", {"provider": "lob", "fault": "failure", "times": 0}, "times must be"),
        ("faults", {"provider": "lob", "fault": "failure", "status": 200}, "from 400 to 599"),
    ],
)
def test_a_control_that_makes_no_sense_says_what_to_send(
    sandbox: Client, path: str, body: dict[str, object], told: str
) -> None:
    refused = sandbox.call("POST", f"/_sandbox/{path}", json_body=body)

    assert refused.status == 400
    assert told in refused.body["error"]


def test_the_page_shows_the_till_and_escapes_what_came_from_outside(sandbox: Client) -> None:
    sandbox.call(
        "POST",
        "/tremendous/api/v2/orders",
        headers=BEARER,
        json_body=gift_card("<script>alert(1)</script>", denomination=1234.5),
    )

    text = sandbox.pool.request("GET", sandbox.base_url + "/_sandbox").data.decode()
    assert "1,234.50 USD" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text


def test_a_port_in_use_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    taken = listen(0)
    port = taken.getsockname()[1]
    with taken:
        assert main(["--port", str(port)]) == 1

    message = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1:{port}: another program is using it" in message


def test_it_listens_on_this_machine_alone() -> None:
    with listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_the_root_leads_to_the_page(sandbox: Client) -> None:
    root = sandbox.pool.request("GET", sandbox.base_url + "/", redirect=False)

    assert root.headers["Location"] == "/_sandbox"
