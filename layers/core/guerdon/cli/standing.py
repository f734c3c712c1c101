"""How the pipeline stands, printed."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from guerdon.application.funds_records import FundsHold
from guerdon.application.review.standing import ChannelStanding, DayStanding, Standing, WaitingFor
from guerdon.cli.output import moment_text, plain_table, show
from guerdon.domain import glossary
from guerdon.domain.deal import instant
from guerdon.domain.money import Money
from guerdon.domain.pausing import Pause


def show_standing(out: Console, standing: Standing) -> None:
    """Print it, section by section."""
    _show_channels(out, standing.channels)
    out.print()
    _show_paused(out, standing.paused)
    if standing.resuming_since:
        out.print(f"Resumed on {moment_text(standing.resuming_since)}: the sweep sees to it that all of it goes on.")
    out.print()
    _show_held(out, standing.held)
    _show_days(out, standing.days)
    _show_waiting(out, standing.waiting)
    for channel, count in standing.observed.items():
        out.print(f"{glossary.CHANNEL[channel].words}: {observed_words(count)}", soft_wrap=True)


def observed_words(count: int) -> str:
    """What a person should know of payouts that were only observed, of a channel that is armed by now."""
    wait = f"{count:,} payouts" if count != 1 else "1 payout"
    return (
        f"{wait} promised before it was armed; nobody pays them unless you do, "
        "with guerdon release --blocked observing --from DAY --to DAY"
    )


def _show_channels(out: Console, channels: Sequence[ChannelStanding]) -> None:
    table = plain_table("Channel", "Pays", "Since", "By")
    for one in channels:
        pays = "armed" if one.armed else "not armed"
        table.add_row(glossary.CHANNEL[one.channel].words, pays, moment_text(one.since) if one.since else "", one.by)
    show(out, table)


def _show_paused(out: Console, paused: Sequence[Pause]) -> None:
    if not paused:
        out.print("Nothing is paused.")
        return
    table = plain_table("Paused", "Since", "By", "Why")
    for one in paused:
        table.add_row(one.scope.words, moment_text(one.since), one.by, one.reason)
    show(out, table)


def _show_held(out: Console, held: Sequence[FundsHold]) -> None:
    if not held:
        return
    table = plain_table("Out of money", "Since", "Refused since", "Tried next", right=("Refused since",))
    for one in held:
        tried = f"{one.trying} now" if one.trying else moment_text(one.try_at)
        table.add_row(glossary.CHANNEL[one.channel].words, moment_text(one.since), f"{one.tries:,}", tried)
    show(out, table)
    out.print()


def _show_days(out: Console, days: Sequence[DayStanding]) -> None:
    if not days:
        return
    table = plain_table("Released today", "Day", "Payouts", "Amount")
    for one in days:
        table.add_row(one.released.program, one.released.day, one.payouts_words, one.amount_words)
    show(out, table)
    out.print()


def _show_waiting(out: Console, waiting: Sequence[WaitingFor]) -> None:
    if not waiting:
        out.print("Nothing waits for a person.")
        return
    table = plain_table("Waiting", "What", "Why", "Oldest since", right=("Waiting",))
    for one in waiting:
        table.add_row(f"{one.count:,}", one.what, glossary.WAITING[one.why].words, moment_text(one.oldest))
    show(out, table)
    out.print("guerdon status --waiting lists each, and what to do.")


def standing_json(standing: Standing) -> dict[str, Any]:
    """The same for a script; moments are UTC."""
    return {
        "channels": [
            {
                "channel": one.channel,
                "armed": one.armed,
                "since": instant(one.since) if one.since else None,
                "by": one.by,
            }
            for one in standing.channels
        ],
        "paused": [
            {
                "scope": pause.scope.kind,
                "name": pause.scope.name,
                "since": instant(pause.since),
                "by": pause.by,
                "reason": pause.reason,
            }
            for pause in standing.paused
        ],
        "resuming_since": instant(standing.resuming_since) if standing.resuming_since else None,
        "held_for_funds": [
            {
                "channel": hold.channel,
                "since": instant(hold.since),
                "refused": hold.tries,
                "trying": hold.trying,
                "try_at": instant(hold.try_at),
            }
            for hold in standing.held
        ],
        "released_today": [
            {
                "program": day.released.program,
                "day": day.released.day,
                "payouts": day.released.payouts,
                "payouts_most": day.ceilings.payouts_per_day,
                "amounts": [_amount(amount) for amount in day.released.amounts],
                "amount_most": _amount(day.ceilings.amount_per_day) if day.ceilings.amount_per_day else None,
            }
            for day in standing.days
        ],
        "observed": dict(standing.observed),
        "waiting": [
            {"what": one.what, "why": one.why, "count": one.count, "oldest": instant(one.oldest)}
            for one in standing.waiting
        ],
    }


def _amount(amount: Money) -> dict[str, str]:
    return {"value": amount.decimal, "currency": amount.currency}
