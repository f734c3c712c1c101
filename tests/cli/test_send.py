import base64
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typer.testing import Result

from guerdon.application.records import InboxEvent
from guerdon.cli.sending import TRIES_MOST, NotReached, http_post
from local.demo.expectations import EVENTS
from memory_stack import API, SECRET, MemoryStack

Run = Callable[..., Result]
FILE = EVENTS / "01-first-referral.json"


def test_the_body_goes_byte_for_byte_and_signed(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("send", FILE, "--connection", "crm", "--secret-from-stack", "--delivery-id", "msg_1")
    (stored,) = memory.store.of(InboxEvent)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{stored.event_id}\n", "")
    ((headers, body),) = memory.requests
    assert body == FILE.read_bytes()
    assert headers["webhook-id"] == "msg_1"
    assert headers["content-type"] == "application/json"
    assert "host" not in headers


def test_the_variables_name_address_host_and_secret_and_no_stack_is_asked(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon(
        "send",
        FILE,
        GUERDON_STACK="there-is-none",
        GUERDON_CONNECTION="crm",
        GUERDON_CONNECTION_SECRET=SECRET,
        GUERDON_API_URL=f"{API}/",
        GUERDON_API_HOST="abc.execute-api.example.com",
    )
    assert result.exit_code == 0, result.stderr
    ((headers, _),) = memory.requests
    assert headers["host"] == "abc.execute-api.example.com"


def test_a_repeated_delivery_is_the_same_event(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("send", FILE, "--connection", "crm", "--secret", SECRET, "--repeat", 3)
    assert len(set(result.stdout.split())) == 1
    assert len(result.stdout.split()) == 3
    assert len(memory.store.of(InboxEvent)) == 1


def test_without_a_delivery_id_each_command_is_a_new_delivery(guerdon: Run, memory: MemoryStack) -> None:
    for _ in range(2):
        guerdon("send", FILE, "--connection", "crm", "--secret", SECRET)
    assert len(memory.store.of(InboxEvent)) == 2


@pytest.mark.parametrize("failure", [500, 502, 503, 504, 429, None])
def test_what_may_pass_is_tried_again_under_the_same_delivery_id(
    guerdon: Run, memory: MemoryStack, failure: int | None
) -> None:
    memory.failures = [failure, failure]
    result = guerdon("send", FILE, "--connection", "crm", "--secret", SECRET)
    assert result.exit_code == 0
    assert len({headers["webhook-id"] for headers, _ in memory.requests}) == 1
    assert len(memory.requests) == 3
    assert memory.pauses == [0.5, 1.0]


def test_giving_up_is_status_3_and_names_the_delivery_to_send_again(guerdon: Run, memory: MemoryStack) -> None:
    memory.failures = [503] * TRIES_MOST
    result = guerdon("send", FILE, "--connection", "crm", "--secret", SECRET, "--delivery-id", "msg_7")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == (
        f"error: {API}/events/crm did not take it: it answered 503 "
        "(tried 8 times; send it again with --delivery-id msg_7)\n"
    )
    assert memory.pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_a_refusal_names_the_field_and_is_not_tried_again(guerdon: Run, memory: MemoryStack) -> None:
    file = EVENTS / "malformed" / "no-closing-date.json"
    result = guerdon("send", file, "--connection", "crm", "--secret", SECRET)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{file}: 400 invalid_event: data.deal.closed_at: is missing\n"
    assert len(memory.requests) == 1
    assert memory.store.rows == {}


def test_a_wrong_secret_is_refused_and_stores_nothing(guerdon: Run, memory: MemoryStack) -> None:
    other = "whsec_" + base64.b64encode(b"another").decode()
    result = guerdon("send", FILE, "--connection", "crm", "--secret", other)
    assert (result.exit_code, result.stderr) == (
        1,
        f"{FILE}: 401 invalid_signature: webhook-signature matches no secret of this connection\n",
    )
    assert memory.store.rows == {}


@pytest.mark.parametrize("answer", [404, 403, 301])
def test_an_answer_that_is_not_guerdons_is_no_success(guerdon: Run, memory: MemoryStack, answer: int) -> None:
    memory.failures = [answer]
    result = guerdon("send", FILE, "--connection", "crm", "--secret", SECRET)
    assert result.exit_code == 1
    assert f"{answer}: the answer is not one of a Guerdon endpoint: check the address" in result.stderr


def test_a_success_without_an_event_id_is_no_success(guerdon: Run, memory: MemoryStack) -> None:
    memory.failures = [200]
    result = guerdon("send", FILE, "--connection", "crm", "--secret", SECRET)
    assert result.exit_code == 1
    assert "200: the answer names no event: is this a Guerdon endpoint?" in result.stderr


def test_a_connection_that_the_stack_does_not_have_is_named(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon("send", FILE, "--connection", "other", "--secret-from-stack")
    assert (result.exit_code, result.stderr) == (1, "error: the stack has no connection 'other'; there are: crm\n")
    assert memory.requests == []


@pytest.mark.parametrize(
    ("secret", "message"),
    [("whsec_%%%", "error: a secret is whsec_ and base64\n"), ("", "error: there is nothing to sign with")],
)
def test_a_secret_that_cannot_sign_is_status_2(guerdon: Run, memory: MemoryStack, secret: str, message: str) -> None:
    result = guerdon("send", FILE, "--connection", "crm", "--secret", secret)
    assert result.exit_code == 2
    assert result.stderr.startswith(message)
    assert memory.requests == []


class _Redirecting(BaseHTTPRequestHandler):
    seen: list[tuple[str | None, bytes]]

    def do_POST(self) -> None:
        self.seen.append((self.headers["Host"], self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(307)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"moved")

    def log_message(self, *_: object) -> None:
        """Say nothing: the test's output is no server's log."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    _Redirecting.seen = []
    with HTTPServer(("127.0.0.1", 0), _Redirecting) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.mark.usefixtures("socket_enabled")
def test_http_sends_the_host_that_is_given_and_follows_no_redirect(server: HTTPServer) -> None:
    url = f"http://127.0.0.1:{server.server_port}/events/crm"
    reply = http_post()(url, {"host": "api.example.com", "x": "1"}, b"\x00body")
    assert (reply.status, reply.body) == (307, b"moved")
    assert _Redirecting.seen == [("api.example.com", b"\x00body")]


@pytest.mark.usefixtures("socket_enabled")
def test_nobody_at_the_address_is_said_so() -> None:
    with HTTPServer(("127.0.0.1", 0), _Redirecting) as closed:
        port = closed.server_port
    with pytest.raises(NotReached, match=f"nobody answers at http://127.0.0.1:{port}/events/crm"):
        http_post()(f"http://127.0.0.1:{port}/events/crm", {}, b"")
