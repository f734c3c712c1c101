import socket

import pytest

from adapters.providers.servers import RESET, SILENCE, Scripted
from guerdon.adapters.providers.api_key import ApiKey
from guerdon.adapters.providers.http import ProviderHttp, Reply, read
from guerdon.domain.errors import OutcomeUnknown, ProviderUnavailable

KEY = ApiKey("lob", {"api_key": "TOP_SECRET"})


def client(scripted: Scripted, read_seconds: float = 5) -> ProviderHttp:
    return ProviderHttp("lob", scripted.url, KEY, read_seconds=read_seconds)


@pytest.mark.usefixtures("socket_enabled")
def test_a_refused_connection_is_proof_that_nothing_was_done() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        http = ProviderHttp("lob", f"http://127.0.0.1:{port}", KEY)

        with pytest.raises(ProviderUnavailable, match="no connection was made"):
            http.change("POST", "/checks", b"{}")


def test_a_reset_after_sending_is_unknown_and_is_not_tried_again(scripted: Scripted) -> None:
    scripted.breaks(RESET)

    with pytest.raises(OutcomeUnknown, match="the connection broke after it was made"):
        client(scripted).change("POST", "/checks", b"{}")

    assert len(scripted.asked) == 1


def test_silence_after_sending_is_unknown_and_is_not_tried_again(scripted: Scripted) -> None:
    scripted.breaks(SILENCE)

    with pytest.raises(OutcomeUnknown, match="ReadTimeoutError"):
        client(scripted, read_seconds=0.2).change("POST", "/checks", b"{}")

    assert len(scripted.asked) == 1


def test_a_server_error_is_given_back_after_one_call(scripted: Scripted) -> None:
    scripted.says(503, {"error": {}}, **{"Retry-After": "0"})

    assert client(scripted).change("POST", "/checks", b"{}").status == 503
    assert len(scripted.asked) == 1


def test_a_redirect_is_not_followed(scripted: Scripted) -> None:
    scripted.says(307, b"", Location=f"{scripted.url}/elsewhere")

    assert client(scripted).change("POST", "/checks", b"{}").status == 307
    assert [said.path for said in scripted.asked] == ["/checks"]


def test_the_bytes_and_the_key_are_sent_as_given(scripted: Scripted) -> None:
    scripted.says(200, {})

    client(scripted).change("POST", "/checks", b'{"a": 1}', {"Idempotency-Key": "po_1-1"})

    said = scripted.asked[0]
    assert (said.method, said.path, said.body) == ("POST", "/checks", b'{"a": 1}')
    assert said.headers["authorization"] == "Bearer TOP_SECRET"
    assert said.headers["idempotency-key"] == "po_1-1"


class Secret:
    """A provider's secret that somebody changes, with how often it was read again."""

    def __init__(self, **now: str) -> None:
        self.now, self.read = now, 0

    def read_again(self) -> dict[str, str]:
        self.read += 1
        return self.now

    def client(self, scripted: Scripted) -> ProviderHttp:
        return ProviderHttp("lob", scripted.url, ApiKey("lob", {"api_key": "older"}, self.read_again))


def keys_in(scripted: Scripted) -> list[str]:
    return [said.headers["authorization"] for said in scripted.asked]


def test_a_key_that_was_changed_and_revoked_is_read_again_and_the_same_bytes_go_out(scripted: Scripted) -> None:
    secret = Secret(api_key="newer")
    http = secret.client(scripted)
    for status in (401, 200, 200):
        scripted.says(status, {})

    assert http.change("POST", "/checks", b'{"a": 1}', {"Idempotency-Key": "po_1-1"}).status == 200
    assert http.look_up("/checks/chk_1") is not None

    assert keys_in(scripted) == ["Bearer older", "Bearer newer", "Bearer newer"]
    first, second, _ = scripted.asked
    assert (first.method, first.path, first.body) == (second.method, second.path, second.body)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "po_1-1"
    assert secret.read == 1


@pytest.mark.parametrize("secret", [Secret(api_key="older"), Secret(), Secret(api_key="two\nlines")])
def test_a_401_stands_when_no_other_key_is_to_be_had(scripted: Scripted, secret: Secret) -> None:
    scripted.says(401, {})

    assert secret.client(scripted).change("POST", "/checks", b"{}").status == 401

    assert (keys_in(scripted), secret.read) == (["Bearer older"], 1)


def test_a_key_that_nobody_may_change_is_not_read_again(scripted: Scripted) -> None:
    scripted.says(401, {})

    assert client(scripted).change("POST", "/checks", b"{}").status == 401

    assert len(scripted.asked) == 1


def test_the_newer_key_is_tried_once(scripted: Scripted) -> None:
    scripted.says(401, {})
    scripted.says(401, {})

    assert Secret(api_key="newer").client(scripted).change("POST", "/checks", b"{}").status == 401

    assert keys_in(scripted) == ["Bearer older", "Bearer newer"]


@pytest.mark.parametrize("status", [200, 400, 403, 404, 409, 429, 500])
def test_no_other_answer_has_the_key_read_again(scripted: Scripted, status: int) -> None:
    scripted.says(status, {})
    secret = Secret(api_key="newer")

    assert secret.client(scripted).change("POST", "/checks", b"{}").status == status

    assert (len(scripted.asked), secret.read) == (1, 0)


def test_a_repeated_call_that_breaks_leaves_the_outcome_unknown(scripted: Scripted) -> None:
    scripted.says(401, {})
    scripted.breaks(RESET)

    with pytest.raises(OutcomeUnknown, match="the connection broke after it was made"):
        Secret(api_key="newer").client(scripted).change("POST", "/checks", b"{}")

    assert len(scripted.asked) == 2


def test_a_look_up_finds_nothing_when_the_provider_says_so_in_json(scripted: Scripted) -> None:
    scripted.says(404, {"error": {"code": "not_found"}})

    assert client(scripted).look_up("/checks/chk_1") is None


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 429, 500, 503])
def test_a_look_up_that_is_not_answered_clearly_leaves_the_outcome_unknown(scripted: Scripted, status: int) -> None:
    scripted.says(status, b"<html>not here</html>")

    with pytest.raises(OutcomeUnknown, match=f"the look-up was answered {status}"):
        client(scripted).look_up("/checks/chk_1")


@pytest.mark.usefixtures("socket_enabled")
def test_a_look_up_that_cannot_connect_leaves_the_outcome_unknown() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        http = ProviderHttp("lob", f"http://127.0.0.1:{taken.getsockname()[1]}", KEY)

        with pytest.raises(OutcomeUnknown, match="the look-up got no answer"):
            http.look_up("/checks/chk_1")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": "\xff"}', b"[]", b'{"a": 1}', b"[" * 100_000])
def test_a_success_that_cannot_be_read_is_unknown(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown, match="its answer 200 cannot be read"):
        read("lob", Reply(200, {}, body), dict[str, str])


def test_an_error_text_holds_neither_key_nor_body(scripted: Scripted) -> None:
    scripted.breaks(RESET)
    scripted.says(500, {"message": "ada@example.com"})
    http = client(scripted)

    with pytest.raises(OutcomeUnknown) as broken:
        http.change("POST", "/checks", b'{"to": "Ada Byron"}')
    with pytest.raises(OutcomeUnknown) as answered:
        http.look_up("/checks")

    texts = f"{broken.value} {broken.value.__cause__!r} {answered.value} {answered.value.__cause__!r}"
    assert not any(secret in texts for secret in ("TOP_SECRET", "Ada", "ada@example.com"))
