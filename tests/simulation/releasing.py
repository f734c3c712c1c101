"""What must be true of what a day's ceiling stops, and of who waits for a provider's money.

It is a second, simple reckoning after docs/programs.md, and shares no code with the one that it judges.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.funds_records import FundsHold, FundsState
from guerdon.application.records import ChannelSwitch, DayReleased
from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from simulation.ceilings import AMOUNT_MOST_MINOR, PAYOUTS_MOST
from simulation.telling import PROGRAM
from simulation.world import World

_BEHIND_UTC: Final = timedelta(hours=5)
"""New York, in the winter in which the stories play."""


def no_more_leaves_in_a_day_than_its_ceiling(world: World) -> Iterator[str]:
    """No program releases more in a day by itself than its ceilings; each payout counts once, none waits in vain."""
    payouts, amounts = Counter[str](), Counter[str]()
    released, born_waiting = set[str](), set[str]()
    for transaction in world.rows.commits:
        rows = [write.row for write in transaction]
        # The rest of what waits at a ceiling waits for the same person, whatever room the day has that it is born in.
        born_waiting |= {row.payout_id for row in rows if isinstance(row, Payout) and row.version == 1 and row.reason}
        day_row = next((row for row in rows if isinstance(row, DayReleased)), None)
        row = next((row for row in rows if isinstance(row, Payout) and row.program == PROGRAM), None)
        last = row.history[-1] if row is not None else None
        if row is None or last is None or row.payout_id in released:
            if day_row is not None:
                yield f"{day_row} was written, and nothing was released first"
            continue
        day = f"{last.at - _BEHIND_UTC:%Y-%m-%d}"
        minor = row.value.amount_minor
        crosses = payouts[day] >= PAYOUTS_MOST or amounts[day] + minor > AMOUNT_MOST_MINOR
        if (
            row.status is PayoutStatus.BLOCKED
            and row.reason == "ceiling"
            and not (crosses or row.payout_id in born_waiting)
        ):
            yield f"{row.payout_id} waits, and {day} has room for {row.value}"
        if row.status is not PayoutStatus.RELEASED:
            continue
        decided = any(line.reason == "ceiling" for line in row.history)
        if crosses and not decided:
            yield f"{row.payout_id} was released over the ceiling of {day}"
        released.add(row.payout_id)
        payouts[day] += 1
        amounts[day] += minor
        counted = (day_row.day, day_row.payouts, sum(one.amount_minor for one in day_row.amounts)) if day_row else None
        if counted != (day, payouts[day], amounts[day]):
            yield f"{row.payout_id} was released as number {payouts[day]} of {day}, and counted as {counted}"


def whoever_waits_for_money_goes_on(world: World) -> Iterator[str]:
    """Once the providers have money, nobody waits for it, and no channel is held back, but while it is not armed."""
    armed = {switch.channel for switch in world.rows.of(ChannelSwitch) if switch.armed}
    for payout in world.rows.of(Payout):
        if payout.waits_for == BlockReason.FUNDS and payout.channel in armed:
            yield f"{payout.payout_id} waits for money for ever"
    for hold in world.rows.of(FundsHold):
        if hold.state is not FundsState.OVER and hold.channel in armed:
            yield f"{hold} stands for ever"


def nobody_overtakes_who_waits_for_money(world: World) -> Iterator[str]:
    """While a provider is out of money only what is tried is sent; then all are started in the order of their stops."""
    yield from world.seen.overtook
    last = dict[Channel, tuple[datetime, str] | None]()
    for old, new in world.seen.changes:
        if isinstance(new, FundsHold):
            last[new.channel] = None
        if not isinstance(old, Payout) or not isinstance(new, Payout) or new.status is not PayoutStatus.EARNED:
            continue
        if (
            old.reason != BlockReason.FUNDS
            or old.waiting_since is None
            or new.history[-1].reason != "resumed by the sweep"
        ):
            continue
        place, before = (old.waiting_since, old.payout_id), last.get(new.channel)
        if before is not None and place < before:
            yield f"{new.payout_id} was started after {before}, and had waited since {place[0]}"
        last[new.channel] = place
