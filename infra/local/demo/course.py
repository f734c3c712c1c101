"""The course of the demo: publish, arm, send, and follow until everything came to rest."""

import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from guerdon.application.programs import Published
from guerdon.cli.program_files import open_program
from guerdon.cli.sending import GaveUp, Target, Transport, send_event
from guerdon.cli.stack import World
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from guerdon.domain.errors import Retryable
from guerdon.stack import Stack
from local.demo.progress import Progress

STUCK_AFTER_SECONDS: Final = 420
"""How long nothing at all may change: a check can be canceled for five minutes before it counts as paid."""

_LOOK_EVERY_SECONDS: Final = 0.7
_WRONG_SECRET: Final = "whsec_" + base64.b64encode(b"a secret that the stack does not know").decode()

Say = Callable[[str], None]
Changed = Callable[[Progress], None]


class CannotBegin(Exception):
    """The demo's own files are not in order; the message says which and where."""


def publish_programs(world: World, stack: Stack, files: Sequence[Path], say: Say) -> None:
    """Publish every sample program.

    Raises:
        CannotBegin: One of them is wrong.
    """
    caller = stack.caller()
    for file in files:
        opened = open_program(file, world)
        if opened.document is None or opened.program is None:
            raise CannotBegin("\n".join(opened.lines))
        published = stack.publish(opened.document.node, caller)
        if not isinstance(published, Published):
            raise CannotBegin(f"{file} was not taken: {published}")
        said = f"version {published.number} published" if published.new else f"unchanged, version {published.number}"
        say(f"{published.program}: {said}")


def arm_channels(stack: Stack, say: Say) -> None:
    """Arm all channels: in the local cloud the only money is the sandbox's."""
    caller = stack.caller()
    changed = [channel for channel in Channel if stack.arm(channel, caller, armed=True)]
    words = ", ".join(glossary.CHANNEL[channel].words for channel in changed)
    say(f"armed: {words}" if words else "every channel is armed already")


@dataclass(frozen=True, slots=True)
class Course:
    """Sends every delivery in its turn, and follows all of them."""

    stack: Stack
    target: Target
    transport: Transport
    changed: Changed

    def run(self, deliveries: Sequence[Progress]) -> bool:
        """Whether everything came to rest; False once nothing has changed for too long."""
        last_change = time.monotonic()
        while not all(delivery.is_at_rest for delivery in deliveries):
            if self._step(deliveries):
                last_change = time.monotonic()
            elif time.monotonic() - last_change > STUCK_AFTER_SECONDS:
                return False
            else:
                self.transport.pause(_LOOK_EVERY_SECONDS)
        return True

    def _step(self, deliveries: Sequence[Progress]) -> bool:
        """Send what is next, look at everything that is under way; whether anything changed."""
        due = next((delivery for delivery in deliveries if delivery.may_be_sent), None)
        changed = due is not None and self._send(due)
        for delivery in deliveries:
            if not delivery.is_at_rest:
                changed = self._look(delivery) or changed
        return changed

    def _send(self, delivery: Progress) -> bool:
        target = self.target
        if delivery.expected.signature == "wrong":
            target = replace(target, secret=_WRONG_SECRET)
        answer = send_event(target, delivery.expected.delivery_id, delivery.expected.body, self.transport)
        if isinstance(answer, GaveUp):
            # It stays unsent and is tried again in the next round, under the same delivery id.
            news = delivery.note != answer.why
            delivery.note = answer.why
        else:
            delivery.answer, news = answer, True
        if news:
            self.changed(delivery)
        return news

    def _look(self, delivery: Progress) -> bool:
        before = delivery.words
        try:
            delivery.look(self.stack.store)
        except Retryable:
            return False  # The next round looks again.
        if delivery.words == before:
            return False
        self.changed(delivery)
        return True
