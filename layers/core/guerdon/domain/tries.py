"""How a payout's history is kept from growing for as long as its provider has no money.

The sweep tries the longest waiting one every few hours, and each try is some lines. The last tries are kept whole, of
those before them the number: the row that holds a history has an end, and each try has an attempt and entries of its
own, which are kept for ever.

stopped first ── try ── try ── try ── try ── try      becomes
stopped first, and 2 tries more ── try ── try ── try
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from guerdon.domain.payout import Change

THE_SWEEP: Final = "the sweep"
"""Who raises a payout's run when no person does."""

TRIES_KEPT: Final = 3
"""How many of the sweep's tries in a row a history keeps whole, the last ones."""

_STOPPED: Final = ("blocked", "funds")
_RAISED: Final = ("earned", f"resumed by {THE_SWEEP}")
"""The lines between which a try stands, and the one that it begins with."""

_ON_THE_WAY: Final = frozenset({"released", "submitted"})
"""How far a try may come; what a person did, or another stop, makes it more than one."""


def without_older_tries(history: "tuple[Change, ...]") -> "tuple[Change, ...]":
    """The history with the last tries that the sweep made in a row; the line before them says how many there were more.

    A try goes only if another line has each status that it came to: what a payout ever was is read in its history.
    """
    while (older := _older_try(history)) is not None:
        begins, ends = older
        before, gone = history[begins - 1], history[begins:ends]
        tries = 1 + (before.tries or 0) + sum(line.tries or 0 for line in gone)
        history = (*history[: begins - 1], replace(before, tries=tries), *history[ends:])
    return history


def _older_try(history: "tuple[Change, ...]") -> tuple[int, int] | None:
    """Where the oldest try begins and ends that need not be kept."""
    ends, tries = len(history), list[tuple[int, int]]()
    while (begins := _begin_of_try(history, ends)) is not None:
        tries.append((begins, ends))
        ends = begins
    for begins, ends in reversed(tries[TRIES_KEPT:]):
        kept = {line.status for line in (*history[:begins], *history[ends:])}
        if {line.status for line in history[begins:ends]} <= kept:
            return begins, ends
    return None


def _begin_of_try(history: "tuple[Change, ...]", ends: int) -> int | None:
    """Where a try begins that ends there: the sweep raised what had been stopped, and it was stopped again."""
    begins = next((number for number in range(ends - 2, 0, -1) if _stands(history[number]) == _STOPPED), None)
    if begins is None or _stands(history[ends - 1]) != _STOPPED:
        return None
    came_to = {line.status for line in history[begins + 2 : ends - 1]}
    return begins + 1 if _stands(history[begins + 1]) == _RAISED and came_to <= _ON_THE_WAY else None


def _stands(line: "Change") -> tuple[str, str | None]:
    return line.status, line.reason
