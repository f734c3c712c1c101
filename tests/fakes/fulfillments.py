"""The workflow service in memory: what was started, and who waits under which token."""

from guerdon.domain.errors import BusUnavailable


class MemoryFulfillments:
    """Starts nothing, and remembers what it would have started.

    Attributes:
        started: (payout id, run) of every execution, each once.
        waiting: The tokens under which a task waits; a ring takes its token out.
        rung: (token, payout id, run) of every ring that woke a task.
        away: How many calls from now on are refused.
        takes: How many starts from now on are taken before all are throttled; None for all.
    """

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []
        self.waiting: set[str] = set()
        self.rung: list[tuple[str, str, int]] = []
        self.away = 0
        self.takes: int | None = None

    def start(self, payout_id: str, run: int) -> None:
        self._answer()
        if self.takes is not None:
            if not self.takes:
                raise BusUnavailable("the workflow service was told to throttle")
            self.takes -= 1
        if (payout_id, run) not in self.started:
            self.started.append((payout_id, run))

    def ring(self, task_token: str, payout_id: str, run: int) -> bool:
        self._answer()
        if task_token not in self.waiting:
            return False
        self.waiting.remove(task_token)
        self.rung.append((task_token, payout_id, run))
        return True

    def _answer(self) -> None:
        if self.away:
            self.away -= 1
            raise BusUnavailable("the workflow service was told to be away")
