"""Watching one event until it is paid, stands still, or time is up: each new line of its story as it comes."""

from datetime import timedelta
from typing import Final

import typer

from guerdon.application.ports import Store
from guerdon.application.review.story import Happened, Story, story_of
from guerdon.cli.endings import Ending
from guerdon.cli.output import moment_text
from guerdon.cli.sending import Transport
from guerdon.domain import glossary
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

_LOOK_EVERY_SECONDS: Final = 1.0
_STANDS_STILL: Final = frozenset(
    {
        PayoutStatus.BLOCKED,
        PayoutStatus.FAILED,
        PayoutStatus.RETURNED,
        PayoutStatus.REVERSED,
        PayoutStatus.CLAWED_BACK,
    }
)


def watch(store: Store, event_id: str, transport: Transport, limit: timedelta, *, observed: bool) -> Ending:
    """Print what happens to an event, and how it ended.

    Args:
        store: Where its story is read, once a second.
        event_id: The event.
        transport: Its clock and its pauses.
        limit: How long to watch.
        observed: Whether it is meant to end blocked because the channel is not armed.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    until, printed = transport.now() + limit, set[tuple[str, str]]()
    while True:
        event = store.inbox_event(event_id)
        story = story_of(store, event) if event is not None else None
        if story is not None:
            _print_new(story, printed)
            ended = _ended(story, observed=observed)
            if ended is not None:
                return ended
        if transport.now() >= until:
            seconds = limit // timedelta(seconds=1)
            typer.echo(f"Still under way after {seconds} seconds; it goes on without this command.")
            return Ending.FINDINGS
        transport.pause(_LOOK_EVERY_SECONDS)


def _print_new(story: Story, printed: set[tuple[str, str]]) -> None:
    for line in story.lines:
        said = (moment_text(line.at), line.what)
        if line.kind is not Happened.ENTRY and said not in printed:
            printed.add(said)
            typer.echo("  ".join(said))


def _ended(story: Story, *, observed: bool) -> Ending | None:
    """How it ended; None while it is under way."""
    event = story.event
    if event.outcome is None:
        return None
    if event.outcome is not Outcome.REWARDED:
        term = glossary.OUTCOME[event.outcome]
        typer.echo(f"Nothing was earned: {term.words}: {event.detail or term.meaning} {term.to_do}".rstrip())
        return Ending.FINDINGS
    payout = next((told.payout for reward in story.rewards for told in reward.payouts), None)
    if payout is None:
        typer.echo("Nothing is paid: the whole reward is kept back for what was owed before.")
        return Ending.FINDINGS
    if payout.status is PayoutStatus.SETTLED:
        typer.echo(f"Sent: {payout.value.words}, order {payout.provider_id}. The provider mails it.")
        return Ending.DONE
    return _stands_still(payout, observed=observed) if payout.status in _STANDS_STILL else None


def _stands_still(payout: Payout, *, observed: bool) -> Ending:
    if observed and payout.status is PayoutStatus.BLOCKED and payout.reason == BlockReason.OBSERVING:
        typer.echo(f"Observed, as it should be: armed, {payout.value.words} would have been sent.")
        return Ending.DONE
    to_do = glossary.WAITING[payout.waits_for].to_do if payout.waits_for else ""
    typer.echo(f"Not paid: {glossary.status_words(payout.status, payout.reason)}. {to_do}".rstrip())
    typer.echo(f"The payout: {payout.payout_id}")
    return Ending.FINDINGS
