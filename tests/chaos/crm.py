"""The CRM of a run: it tells what the plan says, again and again until it is taken, whatever happens meanwhile."""

import threading
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

from chaos.deals import ChaosDeal, Telling
from e2e.live import LiveCloud
from guerdon.cli.sending import Accepted, GaveUp, Target, Transport, http_post, send_event

SENDERS: Final = 3
WAITING_MOST: Final = 6
"""A stack under fire takes its time, and deals that wait for a sender are deals that no fault can hit."""


class NotTaken(Exception):
    """A telling was refused for good, or never taken; the message says which, and what the answer was."""


class Crm:
    """Tells in threads.

    Attributes:
        begun: Every deal that something was told about.
        taken: The event's id of each telling that was taken.
    """

    def __init__(self, cloud: LiveCloud) -> None:
        told = cloud.environment
        self._target = Target(told["GUERDON_API_URL"], cloud.connection, cloud.secret)
        self._given_up = threading.Event()
        # A pause ends at once when the run is broken off.
        self._transport = Transport(http_post(), self._pause, _now)
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="crm")
        self._sending: list[Future[None]] = []
        self.begun: set[ChaosDeal] = set()
        self.taken: dict[Telling, str] = {}

    @property
    def is_busy(self) -> bool:
        """Whether enough wait to be sent already."""
        self._sending = [sending for sending in self._sending if not _is_over(sending)]
        return len(self._sending) >= WAITING_MOST

    def tell(self, telling: Telling) -> None:
        """Send it as soon as a sender is free."""
        self.begun.add(telling.deal)
        self._sending.append(self._senders.submit(self._until_taken, telling))

    def wait(self, seconds: float) -> None:
        """Wait until all that was told was taken.

        Raises:
            NotTaken: Something was refused, or not taken in time though nothing fails any more.
        """
        waiting = futures.wait(self._sending, timeout=seconds).not_done
        if waiting:
            raise NotTaken(f"{len(waiting)} tellings were not taken within {seconds:g} s though nothing fails any more")
        for sending in self._sending:
            sending.result()

    def close(self) -> None:
        """Send nothing more."""
        self._given_up.set()
        self._senders.shutdown(cancel_futures=True)

    def _pause(self, seconds: float) -> None:
        self._given_up.wait(seconds)

    def _until_taken(self, telling: Telling) -> None:
        while not self._given_up.is_set():
            answer = send_event(self._target, telling.delivery_id, telling.body, self._transport)
            if isinstance(answer, Accepted):
                self.taken[telling] = answer.event_id
                return
            if not isinstance(answer, GaveUp):
                raise NotTaken(f"{telling.delivery_id}: {answer.words}")


def _is_over(sending: Future[None]) -> bool:
    """Whether it is done; one that was refused is raised here."""
    if not sending.done():
        return False
    sending.result()
    return True


def _now() -> datetime:
    return datetime.now(UTC)
