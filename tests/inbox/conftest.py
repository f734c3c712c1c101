import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.inbox.mailbox import Mailbox
from local.inbox.server import InboxServer, listening_socket


@dataclass(frozen=True, slots=True)
class RunningInbox:
    smtp_port: int
    http_port: int
    directory: Path


@pytest.fixture
def inbox(tmp_path: Path, socket_enabled: None) -> Iterator[RunningInbox]:
    """Both servers on free ports of this machine. The sockets listen before the thread starts, so nobody waits."""
    del socket_enabled  # It is asked for what it does, and says nothing.
    smtp_socket, http_socket = listening_socket("--smtp-port", 0), listening_socket("--http-port", 0)
    running = RunningInbox(smtp_socket.getsockname()[1], http_socket.getsockname()[1], tmp_path / "mails")
    server = InboxServer(smtp_socket, http_socket, Mailbox(running.directory))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield running
    server.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()
