"""How the pipeline stands, read from the store: by keys and indexes, some dozen reads."""

from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Final

from guerdon.application.doctor.facts import Pipeline, PublishedProgram
from guerdon.application.ports import Clock, Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.review_ports import ReviewStore
from guerdon.application.seal_records import SealHead
from guerdon.domain.channel import Channel
from guerdon.domain.hours import end_of, hour_after, hours_between
from guerdon.domain.seal import last_due

OVERDUE_AFTER: Final = timedelta(minutes=30)
"""The sweep comes every few minutes and moves whatever it found to a later time, even if it could not help it."""

OVERDUE_MOST: Final = 100
"""Enough to say that something is wrong."""

SEALING_COMES: Final = timedelta(minutes=15)
"""After an hour may be sealed, the schedule takes so long to come by."""

UNSEALED_MOST: Final = 48
"""How many hours are looked through for entries. With more, it is too far behind to be a quiet night or a new stack."""


def pipeline_facts(store: Store, reviews: ReviewStore, clock: Clock) -> Pipeline:
    """How the pipeline stands now.

    Raises:
        StoreBusy: The database is throttled or away.
        StoredProgramUnreadable: A published program is not one that this release can read.
    """
    now = clock.now()
    head = store.seal_head()
    late = chain(store.undecided_events(now - OVERDUE_AFTER), store.payouts_to_look_at(now - OVERDUE_AFTER))
    switches = {channel: store.channel_switch(channel) for channel in Channel}
    holds = {channel: store.funds_hold(channel) for channel in Channel}
    pauses = store.pauses()
    return Pipeline(
        programs=tuple(_programs(store, reviews)),
        armed=frozenset(channel for channel, switch in switches.items() if switch is not None and switch.armed),
        paused=pauses.paused if pauses is not None else (),
        unfunded=frozenset(channel for channel, hold in holds.items() if hold is not None and hold.holds),
        overdue=sum(1 for _ in islice(late, OVERDUE_MOST)),
        sealed_behind=now - end_of(head.sealed_through) if head is not None else None,
        nothing_to_seal=head is not None and _nothing_to_seal(store, head, now),
    )


def _nothing_to_seal(store: Store, head: SealHead, now: datetime) -> bool:
    """Whether no hour that should be sealed by now, and is not, has an entry."""
    hours = list(
        islice(hours_between(hour_after(head.sealed_through), last_due(now - SEALING_COMES)), UNSEALED_MOST + 1)
    )
    return len(hours) <= UNSEALED_MOST and not any(True for hour in hours for _ in store.journal_hour(hour))


def _programs(store: Store, reviews: ReviewStore) -> list[PublishedProgram]:
    shelf, found = ProgramShelf(store), []
    for name in reviews.program_names():
        head = store.program_head(name)
        if head is not None:
            program = shelf.version(name, head.current)
            channels = frozenset(channel for rule in program.rules for channel in rule.channels)
            found.append(PublishedProgram(name, head.current, channels, program.ceilings is not None))
    return found
