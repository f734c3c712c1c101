"""A program's ceilings at a release: what was released in the day so far is read, compared, and written on.

The row is written in the transaction that releases the payout, on condition that it is still the one that was read, so
two payouts cannot both take the last of a day. A program without ceilings reads its head, and writes nothing.
"""

from datetime import datetime

from guerdon.application.ports import Store
from guerdon.application.records import DayReleased
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.payout import BlockReason, Payout


def under_ceilings(store: Store, payout: Payout, now: datetime) -> str | Transaction:
    """Why the payout must wait, or what counts it with its release.

    The ceilings of the program's current version count, whichever version judged the deal. A payout is counted when it
    is released first, and never again; one that a person let pass is counted, and held against nothing.
    """
    head = store.program_head(payout.program)
    if head is None or head.ceilings is None or payout.was_released:
        return ()
    day = head.ceilings.day_of(now)
    known = store.day_released(payout.program, day)
    after = counted_in(head.ceilings, known or DayReleased(payout.program, day, 0, (), version=0), payout)
    if isinstance(after, str):
        return after
    return (Replace(after) if known else Insert(after),)


def counted_in(ceilings: Ceilings, so_far: DayReleased, payout: Payout) -> str | DayReleased:
    """Why the payout must wait, or the day with it. Pure: a simulation asks the same."""
    if not payout.was_decided_on(BlockReason.CEILING):
        crossed = ceilings.crossed(payout.value, so_far.day, so_far.payouts, so_far.amounts)
        if crossed is not None:
            return crossed
    return so_far.and_one_of(payout.value)
