"""`python -m local.sandbox --port N`: serve the provider sandbox on 127.0.0.1."""

import argparse
import asyncio
import contextlib
import errno
import socket
import sys
from pathlib import Path

import uvicorn

from local.sandbox.app import create_app
from local.sandbox.server import server_for
from local.sandbox.settings import Settings

_HOST = "127.0.0.1"


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; 1 when the port cannot be had."""
    options = _parser().parse_args(arguments)
    settings = Settings(
        state_directory=options.state,
        check_cancel_window_seconds=options.check_cancel_window,
        webhook_delay_seconds=options.webhook_delay,
        step_delay_seconds=options.step_delay,
        hold_seconds=options.hold,
        idempotency_window_seconds=options.idempotency_window,
    )
    try:
        listener = listen(options.port)
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        reason = "another program is using it" if in_use else error.strerror
        print(
            f"The provider sandbox cannot listen on {_HOST}:{options.port}: {reason}."
            " Stop that program, or choose another port with --port.",
            file=sys.stderr,
        )
        return 1
    port = listener.getsockname()[1]
    print(f"Provider sandbox: http://{_HOST}:{port}/_sandbox", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(server_for(create_app(settings)), listener))
    return 0


def listen(port: int) -> socket.socket:
    """A socket bound to `port` of this machine alone; 0 takes any free one.

    Raises:
        OSError: the port cannot be had.
    """
    # Named as TCP, so that asyncio turns off the waiting for an acknowledgment that makes an answer 40 ms late.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


async def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    await server.serve(sockets=[listener])


def _parser() -> argparse.ArgumentParser:
    defaults = Settings()
    parser = argparse.ArgumentParser(
        prog="python -m local.sandbox",
        description="Play the payout providers Tremendous, Lob, Stripe and Printful locally.",
    )
    parser.add_argument("--port", type=int, required=True, help="the port on 127.0.0.1")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep what happened in DIR")
    durations = {
        "--check-cancel-window": (
            defaults.check_cancel_window_seconds,
            "how long a check can be canceled; it is mailed after that",
        ),
        "--webhook-delay": (defaults.webhook_delay_seconds, "from a change to its webhook"),
        "--step-delay": (defaults.step_delay_seconds, "between steps that providers take"),
        "--hold": (defaults.hold_seconds, "how long timeout_after keeps a connection open"),
        "--idempotency-window": (
            defaults.idempotency_window_seconds,
            "how long Lob and Stripe remember an idempotency key",
        ),
    }
    for name, (seconds, meaning) in durations.items():
        text = f"seconds: {meaning} ({seconds:g})"
        parser.add_argument(name, type=_seconds, default=seconds, metavar="S", help=text)
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError("must be a number of seconds, 0 or more")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
