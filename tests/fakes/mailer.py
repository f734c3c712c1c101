"""A mailer that keeps the mail."""

from guerdon.application.ports import Declined, Mail
from guerdon.domain.errors import BusUnavailable


class MemoryMailer:
    """Mail in the order of its sending.

    Attributes:
        sent: What went out.
        declines: Why mail to an address is declined, by address.
        away: How many sends from now on are refused.
    """

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.declines: dict[str, str] = {}
        self.away = 0

    def send(self, mail: Mail) -> str | Declined:
        if self.away:
            self.away -= 1
            raise BusUnavailable("the mail service was told to be away")
        if mail.to in self.declines:
            return Declined(self.declines[mail.to])
        self.sent.append(mail)
        return f"message-{len(self.sent)}"
