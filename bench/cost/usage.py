"""What payouts, or runs of a scheduled function, used of AWS, as it is billed."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Usage:
    """Counts; everything is of all payouts together.

    Attributes:
        transitions: By state; each retry of a state is one more.
        written: Write units by table or index.
        read_halves: Halves of read units likewise.
        invocations: By function.
        milliseconds: By function, as they ran on this machine.
        messages: Requests that sent a message to a queue.
        polled: Invocations that a queue's message caused; each is one receipt and one deletion.
        events: Events on the bus.
        http_requests: Requests that came in by the API.
        secrets_read: Requests to Secrets Manager.
        log_bytes: With what CloudWatch adds to each line.
        stored_bytes: Of all items and index entries, with what DynamoDB adds to each.
    """

    payouts: int = 0
    transitions: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    read_halves: Counter[str] = field(default_factory=Counter)
    invocations: Counter[str] = field(default_factory=Counter)
    milliseconds: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    polled: int = 0
    events: int = 0
    http_requests: int = 0
    mails: int = 0
    secrets_read: int = 0
    log_bytes: int = 0
    stored_bytes: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            payouts=self.payouts + other.payouts,
            transitions=self.transitions + other.transitions,
            written=self.written + other.written,
            read_halves=self.read_halves + other.read_halves,
            invocations=self.invocations + other.invocations,
            milliseconds=self.milliseconds + other.milliseconds,
            messages=self.messages + other.messages,
            polled=self.polled + other.polled,
            events=self.events + other.events,
            http_requests=self.http_requests + other.http_requests,
            mails=self.mails + other.mails,
            secrets_read=self.secrets_read + other.secrets_read,
            log_bytes=self.log_bytes + other.log_bytes,
            stored_bytes=self.stored_bytes + other.stored_bytes,
        )
