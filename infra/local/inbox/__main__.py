"""`python -m local.inbox --smtp-port 1025 --http-port 8025 --state DIR`."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from local.inbox.mailbox import Mailbox
from local.inbox.server import LOCALHOST, InboxServer, PortUnavailable, listening_socket


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; 1 if a port cannot be had."""
    parser = argparse.ArgumentParser(prog="local.inbox", description="Takes mail by SMTP and shows it on a page.")
    parser.add_argument("--smtp-port", type=int, default=1025, metavar="PORT", help="where mail comes in (1025)")
    parser.add_argument("--http-port", type=int, default=8025, metavar="PORT", help="where the page is (8025)")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="directory that keeps the mails")
    options = parser.parse_args(arguments)
    with ExitStack() as sockets:
        try:
            smtp_socket = sockets.enter_context(listening_socket("--smtp-port", options.smtp_port))
            http_socket = sockets.enter_context(listening_socket("--http-port", options.http_port))
        except PortUnavailable as error:
            print(f"The mail inbox cannot start: {error}.", file=sys.stderr)
            return 1
        smtp_port, http_port = smtp_socket.getsockname()[1], http_socket.getsockname()[1]
        print(f"Mail inbox: http://{LOCALHOST}:{http_port}, SMTP on {LOCALHOST}:{smtp_port}", flush=True)
        # Ctrl-C is how a person ends it; the server has closed its connections by the time that it gets here.
        with suppress(KeyboardInterrupt):
            InboxServer(smtp_socket, http_socket, Mailbox(options.state)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
