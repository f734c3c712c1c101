"""Mails as .eml files in one directory, oldest first by name."""

import email
import email.policy
import os
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Final

_MAIL_ID: Final = re.compile(r"[0-9]{19}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail that came in.

    Attributes:
        date: When it came in, which is also the first half of its id.
        headers: Every header in its order, as text.
        text: The plain-text body, empty if there is none.
        html: The HTML body, if there is one.
    """

    id: str
    to: str
    subject: str
    date: datetime
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str | None


class Mailbox:
    """The mails in a directory, which is made if it is not there."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def add(self, content: bytes, recipients: list[str]) -> str:
        """Keep a mail as it came, below a header that says whom it was delivered to; the answer is its id.

        A reader never sees half a mail: it is written aside and then renamed.
        """
        mail_id = f"{time.time_ns():019}-{secrets.token_hex(4)}"
        delivered_to = f"Delivered-To: {', '.join(recipients)}\r\n".encode("utf-8", "replace")
        aside = self._directory / f"{mail_id}.part"
        with aside.open("wb") as file:
            file.write(delivered_to + content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._path(mail_id))
        return mail_id

    def all(self) -> list[ReceivedMail]:
        """Every mail, the newest first."""
        ids = sorted((path.stem for path in self._directory.glob("*.eml")), reverse=True)
        mails = (self.get(mail_id) for mail_id in ids)
        return [mail for mail in mails if mail is not None]

    def get(self, mail_id: str) -> ReceivedMail | None:
        """One mail; None if there is none of that id."""
        if not _MAIL_ID.fullmatch(mail_id):
            return None
        try:
            content = self._path(mail_id).read_bytes()
        except FileNotFoundError:
            return None
        return _parsed(mail_id, content)

    def clear(self) -> int:
        """Delete every mail; the answer is how many there were."""
        paths = list(self._directory.glob("*.eml"))
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)

    def _path(self, mail_id: str) -> Path:
        return self._directory / f"{mail_id}.eml"


def _parsed(mail_id: str, content: bytes) -> ReceivedMail:
    message = email.message_from_bytes(content, policy=email.policy.default)
    # The clock in the id has nanoseconds, more than a float of seconds can hold.
    received = datetime.fromtimestamp(int(mail_id[:19]) // 1_000_000_000, UTC)
    return ReceivedMail(
        id=mail_id,
        to=str(message["To"] or message["Delivered-To"]),
        subject=str(message["Subject"] or ""),
        date=received,
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_body(message, "plain") or "",
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, subtype: str) -> str | None:
    part = message.get_body((subtype,))
    if part is None:
        return None
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return None
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace").replace("\r\n", "\n")
    except LookupError:  # It names a character set that does not exist.
        return payload.decode("utf-8", "replace").replace("\r\n", "\n")
