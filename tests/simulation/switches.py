"""What must be true of pauses and of channels that observed, once a schedule is at rest."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TypeGuard

from guerdon.application.records import ChannelSwitch
from guerdon.application.transaction import Unchanged
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import Pauses
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Reward
from simulation.world import World


def nothing_is_submitted_while_it_is_paused(world: World) -> Iterator[str]:
    """No intent is written by a worker that did not ask what is paused, or that was told so about its payout."""
    paused: list[tuple[int, Pauses]] = []
    before: dict[str, Payout] = {}
    for place, transaction in enumerate(world.rows.commits):
        for row in (write.row for write in transaction if not isinstance(write, Unchanged)):
            if isinstance(row, Pauses):
                paused.append((place + 1, row))
            if not isinstance(row, Payout):
                continue
            known, before[row.payout_id] = before.get(row.payout_id), row
            if row.status is not PayoutStatus.SUBMITTED or (known and known.status is PayoutStatus.SUBMITTED):
                continue
            if row.reason is not None:
                continue  # By a person's word: nothing was sent.
            read_at = world.sim_store.judged_at.get(place, {}).get("pauses")
            if read_at is None:
                if paused:
                    yield f"{row.payout_id} was submitted, and nobody asked whether it is paused"
                continue
            told = next((pauses for since, pauses in reversed(paused) if since <= read_at), Pauses())
            if over := told.over(row.channel, row.program):
                yield f"{row.payout_id} was submitted although {over.scope.words} was paused"


def what_is_resumed_goes_on(world: World) -> Iterator[str]:
    """What is blocked for a pause at rest is covered by one that nobody ended, and no ended one is left to see to.

    What a channel has that is not armed waits on, and with it the pause that ended.
    """
    pauses = world.rows.pauses() or Pauses()
    armed = {switch.channel for switch in world.rows.of(ChannelSwitch) if switch.armed}
    not_armed = False
    for payout in world.rows.of(Payout):
        if payout.waits_for == BlockReason.PAUSED and pauses.over(payout.channel, payout.program) is None:
            not_armed |= payout.channel not in armed
            if payout.channel in armed or pauses.freed_at is None:
                yield f"{payout.payout_id} is paused, and nothing pauses it"
    if pauses.freed_at is not None and not not_armed:
        yield f"what ended at {pauses.freed_at} is seen to for ever"


def what_is_resumed_is_started(world: World) -> Iterator[str]:
    """Each payout that a resumption set going has an execution of its new run, unless it came undone before."""
    inputs = [json.loads(execution.input) for execution in world.workflow.executions]
    started = {(data["payout_id"], data["run"]) for data in inputs}
    ended = {payout.payout_id for payout in world.rows.of(Payout) if payout.status is PayoutStatus.REVERSED}
    for old, new in world.seen.changes:
        if not (isinstance(old, Payout) and isinstance(new, Payout) and old.reason == BlockReason.PAUSED):
            continue
        if new.status is not PayoutStatus.EARNED or new.payout_id in ended:
            continue
        if new.run != old.run + 1:
            yield f"{new.payout_id} was resumed in its run {new.run}, which is over"
        elif (new.payout_id, new.run) not in started:
            yield f"run {new.run} of {new.payout_id} was resumed and never started"


def what_was_observed_moves_nothing_by_itself(world: World) -> Iterator[str]:
    """What was earned while its channel was not armed is released only once a person decided on it.

    The release check is held to what it could read: of a switch that is written late, which says that it was turned
    before, nobody knew until then.
    """
    committed = {write.row for transaction in world.rows.commits for write in transaction if _is_switch(write.row)}
    # A schedule begins with some that nobody commits.
    switched = [(0, new) for _, new in world.seen.changes if isinstance(new, ChannelSwitch) and new not in committed]
    rewards: dict[str, Reward] = {}
    released: set[str] = set()
    for place, transaction in enumerate(world.rows.commits):
        for row in (write.row for write in transaction if not isinstance(write, Unchanged)):
            if isinstance(row, ChannelSwitch):
                switched.append((place + 1, row))
            elif isinstance(row, Reward):
                rewards[row.reward_id] = row
            elif isinstance(row, Payout) and row.status is PayoutStatus.RELEASED and row.payout_id not in released:
                released.add(row.payout_id)
                read_at = world.sim_store.judged_at.get(place, {}).get("channel_switch", 0)
                known = [switch for since, switch in switched if since <= read_at]
                earned_at = min(rewards[row.reward_id].decided_at, row.history[0].at)
                if not _was_armed(known, row.channel, earned_at) and row.payout_id not in world.seen.decided:
                    yield f"{row.payout_id} was earned while {row.channel} was not armed, and released"


def _is_switch(row: object) -> TypeGuard[ChannelSwitch]:
    return isinstance(row, ChannelSwitch)


def _was_armed(switched: list[ChannelSwitch], channel: Channel, at: datetime) -> bool:
    turned = (one for one in reversed(switched) if one.channel == channel and one.changed_at <= at)
    return next((one.armed for one in turned), False)
