"""Storms are told to microburst in its own words, and counted by what it says that it did."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chaos.storms import FUNCTIONS_WAIT_MS, KINDS, SERVICES, Kind, Proxy, Storm
from guerdon import bootstrap


def rule_of(service: str, kind: Kind) -> dict[str, object]:
    (rule,) = Storm(0, {service: kind}).rules
    return rule


def test_the_mail_and_the_money_are_hit_as_their_own_services_fail() -> None:
    assert rule_of("dynamodb", Kind.THROTTLED) == {
        "service": "dynamodb",
        "probability": 0.15,
        "error": {"code": "ProvisionedThroughputExceededException"},
    }
    assert rule_of("ses", Kind.THROTTLED)["error"] == {"code": "TooManyRequestsException", "status": 429}


def test_a_lost_answer_comes_after_the_work_and_a_reset_before_it() -> None:
    assert rule_of("sqs", Kind.ANSWER_LOST) == {
        "service": "sqs",
        "probability": 0.4,
        "response": {"abort_bytes": 0},
    }
    assert rule_of("sqs", Kind.RESET) == {"service": "sqs", "probability": 0.5, "reset": True}


def test_what_is_late_is_done_after_the_functions_gave_up() -> None:
    assert bootstrap._READ_SECONDS * 1000 == FUNCTIONS_WAIT_MS  # noqa: SLF001  the storm is made for this wait
    assert rule_of("dynamodb", Kind.LATE)["latency"] == {"min": 5500, "max": 6500}
    assert rule_of("dynamodb", Kind.STALLED)["timeout_ms"] == 6000


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_names_its_service_and_has_one_effect(service: str, kind: Kind) -> None:
    rule = rule_of(service, kind)

    assert rule["service"] == service
    assert len(rule.keys() & {"error", "latency", "timeout_ms", "reset", "response"}) == 1


class Microburst(BaseHTTPRequestHandler):
    """The two calls of its control API that a storm needs, with ids that go on counting as its do."""

    ids = iter(range(1, 1000))

    def do_POST(self) -> None:
        rules = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer([rule | {"id": next(self.ids)} for rule in rules])

    def do_GET(self) -> None:
        self._answer({"by_rule": [{"id": 1, "fired": 3}, {"id": 3, "fired": 4}]})

    def log_message(self, *_: object) -> None:
        return

    def _answer(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    Microburst.ids = iter(range(1, 1000))
    with HTTPServer(("127.0.0.1", 0), Microburst) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        proxy = Proxy(f"http://127.0.0.1:{server.server_port}")
        yield proxy
        proxy.pool.clear()
        server.shutdown()
        serving.join()


@pytest.mark.enable_socket
def test_what_fired_is_counted_by_kind_and_service_over_all_storms(proxy: Proxy) -> None:
    proxy.let_loose(Storm(0, {"sqs": Kind.RESET, "events": Kind.SLOW}))
    proxy.let_loose(Storm(10, {"sqs": Kind.RESET}))
    proxy.calm()

    assert proxy.fired() == {(Kind.RESET, "sqs"): 7}
