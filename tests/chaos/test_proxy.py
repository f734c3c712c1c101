"""The proxy leaves what the functions signed as it is."""

from types import SimpleNamespace

from chaos.proxy import HostKept


class Upstream:
    """What microburst makes of a request: every header, and its own upstream for the host."""

    def _outbound_headers(self, request: SimpleNamespace) -> dict[str, str]:
        return {name.lower(): value for name, value in request.headers.items()} | {"host": "127.0.0.1:4866"}


class SignedUpstream(HostKept, Upstream):
    """As the proxy puts them together."""


def test_a_request_leaves_for_the_host_that_it_was_signed_for() -> None:
    request = SimpleNamespace(headers={"Host": "127.0.0.1:4874", "Authorization": "AWS4-HMAC-SHA256 Credential=…"})

    assert SignedUpstream()._outbound_headers(request) == {  # noqa: SLF001  it is the one that is corrected
        "host": "127.0.0.1:4874",
        "authorization": "AWS4-HMAC-SHA256 Credential=…",
    }
