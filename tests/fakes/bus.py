"""An event bus that keeps what it is given."""

from guerdon.domain.errors import BusUnavailable


class MemoryBus:
    """Event ids in the order of their publication.

    Attributes:
        published: What was taken.
        away: How many publications from now on are refused.
    """

    def __init__(self) -> None:
        self.published: list[str] = []
        self.away = 0

    def publish(self, event_id: str) -> None:
        if self.away:
            self.away -= 1
            raise BusUnavailable("the bus was told to be away")
        self.published.append(event_id)
