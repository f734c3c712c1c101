"""A month's pack as one page that prints: what a reviewer signs, and what an auditor is given."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from guerdon.adapters.report.page import page
from guerdon.application.month_end.pack import Pack
from guerdon.application.month_end.records import CloseState, MonthClose
from guerdon.domain import glossary
from guerdon.domain.actions import AuditAction
from guerdon.domain.money import Money
from guerdon.domain.rollforward import OWED, Movement

GROUPS = {
    OWED: "Owed to advocates, and in transit",
    "float": "Balances with providers",
    "outstanding_checks": "Outstanding checks",
    "customer_credit": "Credits granted on bills",
    "receivable": "Owed by advocates after a deal came undone",
    "rewards_expense": "Rewards expense",
    "fulfillment_cost": "Fulfillment cost",
    "exchange": "Exchange clearing",
    "bank": "Bank",
    "unclaimed_property": "Unclaimed property",
    "income": "Forfeited rewards",
    "opening_balances": "Opening balances",
}
"""What a group of accounts is called; one that is not here goes by its account."""


def as_page(pack: Pack, close: MonthClose) -> str:
    """The pack, and how far its close is, as one HTML file."""
    return page(
        "month.html",
        pack=pack,
        close=close,
        closed=close.state is CloseState.CLOSED,
        when=_when,
        person=actor_words,
        rollforward=[_rolled(movement) for movement in pack.rollforward],
        others=list(_others(pack)),
        ageing=[
            (
                group_words(line.group),
                channel_words(line.channel),
                line.bucket,
                f"{line.parts:,}",
                Money(line.minor, line.currency).words,
            )
            for line in pack.ageing
        ],
        cut_off=[
            (
                line.entry_id,
                line.kind,
                line.effective_on.isoformat(),
                _when(line.posted_at),
                line.program,
                line.account,
                Money(line.minor, line.currency).words,
            )
            for line in pack.cut_off
        ],
        completeness=[
            (line.program or "none", _outcome(line.outcome), f"{line.count:,}") for line in pack.completeness
        ],
        differences=[
            (line.source, line.difference, line.on.isoformat(), line.payout_id or "", line.detail)
            for line in pack.differences
        ],
        actions=[
            (
                _when(line.at),
                actor_words(line.actor),
                glossary.ACTION[AuditAction(line.action)].words,
                line.subject,
                line.reason or "",
            )
            for line in pack.actions
        ],
    )


def _when(moment: datetime) -> str:
    """A moment to the minute, as people read it; the pack itself has it to the microsecond."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def actor_words(actor: str) -> str:
    """Who an actor is: an email address, or the end of an ARN."""
    kind, _, who = actor.partition(":")
    return f"{who.rpartition('/')[2]} (command line)" if kind == "aws" else who or actor


def _outcome(outcome: str | None) -> str:
    return glossary.OUTCOME[outcome].words if outcome else "undecided"


def group_words(group: str) -> str:
    """What a group of accounts is called."""
    return GROUPS.get(group, group.replace("_", " "))


def channel_words(channel: str) -> str:
    """What a channel is called."""
    return channel.replace("_", " ")


def _rolled(movement: Movement) -> tuple[str, ...]:
    amounts = (
        movement.opening_minor,
        movement.earned_minor,
        -movement.paid_minor,
        -movement.reversed_minor,
        movement.other_minor,
        movement.closing_minor,
    )
    return (
        movement.program,
        channel_words(movement.channel),
        *(Money(minor, movement.currency).words for minor in amounts),
    )


def _others(pack: Pack) -> Iterator[dict[str, object]]:
    for group in pack.groups:
        if group != OWED:
            yield {"title": group_words(group), "rows": list(_moved(pack.of_group(group)))}


def _moved(movements: Iterable[Movement]) -> Iterator[tuple[str, ...]]:
    for movement in movements:
        changed = movement.closing_minor - movement.opening_minor
        amounts = (movement.opening_minor, changed, movement.closing_minor)
        yield (
            glossary.PROVIDER.get(movement.party, movement.party) or "all",
            movement.program,
            channel_words(movement.channel),
            *(Money(minor, movement.currency).words for minor in amounts),
        )
