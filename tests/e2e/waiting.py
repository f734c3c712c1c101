"""Wait for a stated condition, with a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

LOOK_EVERY_SECONDS = 0.3
PATIENCE_SECONDS = 420
"""Only ends a test that would never pass. A machine under load takes minutes for what a quiet one does in a second, and
the emulator brings a hint whose handler died back when its queue's visibility timeout is over: 3 minutes at most."""

_Seen = TypeVar("_Seen")


def eventually(what: str, look: Callable[[], _Seen | None], seconds: float = PATIENCE_SECONDS) -> _Seen:
    """The first truthy answer of `look`; the test fails with `what` when there is none in time."""
    return until(what, look, bool, seconds)


def until(
    what: str, look: Callable[[], _Seen | None], enough: Callable[[_Seen], bool], seconds: float = PATIENCE_SECONDS
) -> _Seen:
    """The first answer of `look` that is enough; the test fails with `what`, and the last answer, when none is in time.

    None is never enough.
    """
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen is not None and enough(seen):
            return seen
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:g} s: {what}; seen last: {seen!r}")
        time.sleep(LOOK_EVERY_SECONDS)
