"""Both servers, SMTP and HTTP, in one process and one event loop."""

import asyncio
import errno
import os
import socket
from typing import Final

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from local.inbox.mailbox import Mailbox
from local.inbox.pages import inbox_app

LOCALHOST: Final = "127.0.0.1"
"""Nobody but this machine may bring or read mail."""


class PortUnavailable(Exception):
    """A port cannot be had; `option` is the one that chose it."""

    def __init__(self, option: str, port: int, reason: str) -> None:
        self.option = option
        self.port = port
        self.reason = reason
        super().__init__(f"it cannot listen on {LOCALHOST}:{port}: {reason}. Choose another port with {option} PORT")


def listening_socket(option: str, port: int) -> socket.socket:
    """A socket that takes connections on a port of this machine; port 0 takes any free one.

    Raises:
        PortUnavailable: Another program listens there, or the port is not ours to take.
    """
    try:
        return socket.create_server((LOCALHOST, port))
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "another program is using it" if taken else os.strerror(error.errno or 0)
        raise PortUnavailable(option, port, reason) from error
    except OverflowError as error:
        raise PortUnavailable(option, port, "ports go from 0 to 65535") from error


class InboxServer:
    """Takes mail on one socket and shows it on the other."""

    def __init__(self, smtp_socket: socket.socket, http_socket: socket.socket, mailbox: Mailbox) -> None:
        self._smtp_socket = smtp_socket
        self._http_socket = http_socket
        self._mailbox = mailbox
        self._web = uvicorn.Server(
            uvicorn.Config(inbox_app(mailbox), access_log=False, log_level="warning", lifespan="off")
        )

    def run(self) -> None:
        """Serve until `stop`, SIGINT or SIGTERM."""
        asyncio.run(self._serve())

    def stop(self) -> None:
        """End `run` soon; may be called from another thread."""
        self._web.should_exit = True

    async def _serve(self) -> None:
        handler = _KeepMail(self._mailbox)
        smtp = await asyncio.get_running_loop().create_server(
            lambda: SMTP(handler, hostname="localhost", enable_SMTPUTF8=True), sock=self._smtp_socket
        )
        async with smtp:
            await self._web.serve(sockets=[self._http_socket])


class _KeepMail:
    """What aiosmtpd calls; the method's name and arguments are its own."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name.
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 No content"
        self._mailbox.add(content, envelope.rcpt_tos)
        return "250 Kept"
