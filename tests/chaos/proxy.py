"""Run microburst between the functions and the emulator, with what the functions signed left as it is.

Runs in an environment of its own, ``.local/envs/chaos``. microburst 0.10 replaces the Host header by that of its
upstream. The functions signed theirs, and the emulator, which enforces IAM, refuses a request whose signature does not
hold; signing it anew would take every function's own role away from it.
"""

import argparse
import importlib
from typing import Any

# microburst is not installed where types are checked.
Untyped = Any


class HostKept:
    """Mixed into microburst's upstream: a request leaves for the host that it was signed for."""

    def _outbound_headers(self, request: Untyped) -> dict[str, str]:
        outbound: Untyped = super()
        headers: dict[str, str] = outbound._outbound_headers(request)  # noqa: SLF001  microburst has no setting for it
        return headers | {"host": request.headers["Host"]}


def serve(upstream: str, port: int) -> None:
    """Serve until told to stop; the control API is at ``/_microburst`` on the same port."""
    forward = importlib.import_module("microburst.forward")
    pipeline = importlib.import_module("microburst.core.pipeline")
    app = importlib.import_module("microburst.app")
    microburst = pipeline.Microburst(upstream, resign=False)
    keeping = type("SignedUpstream", (HostKept, forward.Upstream), {})
    microburst.upstream = keeping(upstream, resign=False, stats=microburst.stats)
    web = importlib.import_module("aiohttp.web")
    web.run_app(app.make_app(microburst), host="127.0.0.1", port=port, print=None, access_log=None)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="chaos proxy", description=__doc__)
    parser.add_argument("--upstream", required=True, help="the emulator's URL")
    parser.add_argument("--port", required=True, type=int)
    asked = parser.parse_args()
    serve(asked.upstream, asked.port)


if __name__ == "__main__":
    main()
