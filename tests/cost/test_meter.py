"""The meter passes on what the functions signed, keeps it, and answers as the emulator did."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import urllib3

from bench.cost.meter import Call, Meter
from local.cloud.processes import free_port

pytestmark = pytest.mark.enable_socket

SIGNED = "AWS4-HMAC-SHA256 Credential=ASIA1/20261127/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"


class Upstream(BaseHTTPRequestHandler):
    """Refuses everything, and says for which host and under which signature it came."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = f'{{"host": "{self.headers["Host"]}", "signed": "{self.headers["Authorization"]}"}}'.encode()
        self.send_response(400)
        self.send_header("x-amzn-RequestId", "r-1")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's.
        pass


@pytest.fixture
def upstream() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_call_reaches_the_emulator_as_it_was_signed_and_is_kept(upstream: str) -> None:
    port = free_port()
    headers = {"Host": f"127.0.0.1:{port}", "Authorization": SIGNED, "X-Amz-Target": "AmazonSQS.SendMessage"}

    with Meter(upstream).listening(port) as meter, urllib3.PoolManager(retries=False) as pool:
        answers = [
            pool.request("POST", f"http://127.0.0.1:{port}/", headers=headers, body=b'{"MessageBody": "{}"}')
            for _ in range(2)
        ]

    said = {"host": f"127.0.0.1:{port}", "signed": SIGNED}
    assert [(answer.status, answer.json(), answer.headers["x-amzn-RequestId"]) for answer in answers] == [
        (400, said, "r-1"),
        (400, said, "r-1"),
    ]
    assert meter.calls == [Call("ASIA1", "sqs", "SendMessage", 400, {"MessageBody": "{}"}, said)] * 2


def test_the_port_is_free_again_afterwards(upstream: str) -> None:
    port = free_port()
    for _ in range(2):
        with Meter(upstream).listening(port) as meter:
            assert meter.calls == []
