"""`guerdon status`: how the pipeline stands, or the whole story of a deal, an event, a reward or a payout."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from guerdon.application.records import InboxEvent
from guerdon.application.review.standing import standing_of
from guerdon.application.review.story import PayoutStory, RewardStory, Story, story_of
from guerdon.application.review.waiting import waiting_in
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console, moment_text, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.cli.standing import show_standing, standing_json
from guerdon.cli.waiting import show_waiting
from guerdon.domain import glossary
from guerdon.domain.explanation_words import words
from guerdon.domain.program import Beneficiary
from guerdon.stack import Stack


def status(
    context: typer.Context,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="A deal's id in the CRM, or an id of Guerdon: event ev_…, reward rw_…, payout po_…."
        ),
    ] = None,
    *,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="List everything that waits for a person instead, the oldest first.")
    ] = False,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """Tell how the pipeline stands, or the whole story of a deal or a payout in the order of time.

    Without an id: which channels may pay, what is paused, by whom and why, which provider is out of money, what the
    programs with ceilings released today, and how much waits for which reason.

    With one: what was received and decided, why the amount is what it is, each change of each payout, what the
    provider was asked and answered, the mails, and the journal entries. Deals that earned nothing have a story too.
    Times are UTC.
    """
    if waiting and subject is not None:
        raise typer.BadParameter("give the id of what you want to know about, or --waiting", param_hint="ID")
    if as_json and (waiting or subject is not None):
        raise typer.BadParameter("it is for how the pipeline stands: without an id or --waiting", param_hint="--json")
    world = world_of(context)
    if subject is None and not waiting:
        with explained():
            opened = world.open_stack(stack)
            standing = standing_of(opened.store, opened.reviews.program_names(), world.transport.now())
        if as_json:
            typer.echo(json.dumps(standing_json(standing), indent=2))
        else:
            show_standing(console(), standing)
        return
    if subject is None:
        with explained():
            lines = waiting_in(world.open_stack(stack).store, world.transport.now())
        show_waiting(console(), lines)
        return
    with explained():
        opened = world.open_stack(stack)
        events = sorted(events_about(opened, subject), key=lambda event: (event.received_at, event.event_id))
        if not events:
            stop(Ending.FINDINGS, f"error: nothing is known of {subject!r}: check the id, and that this is its stack")
        stories = [story_of(opened.store, event) for event in events]
    _show(console(), subject, stories)


def events_about(stack: Stack, subject: str) -> Sequence[InboxEvent]:
    """Every inbox event that `subject` is about; a payout or a reward is about the event that caused it."""
    store, cause = stack.store, None
    if subject.startswith("ev_"):
        cause = subject
    elif subject.startswith("rw_"):
        reward = store.reward(subject)
        cause = reward.event_id if reward else None
    elif subject.startswith("po_"):
        payout = store.payout(subject)
        cause = payout.event_id if payout else None
    event = store.inbox_event(cause) if cause else None
    if event is not None and (event.reward_ids or subject == cause):
        return [event]
    # A win that earned only once it was amended has its story in several events. A deal's id is the CRM's choice and
    # may look like one of ours.
    deal_id = event.deal_id if event else subject
    told = (store.inbox_event(event_id) for event_id in store.events_of_deal(deal_id))
    return [event for event in told if event is not None]


def _show(out: Console, subject: str, stories: Sequence[Story]) -> None:
    if len(stories) > 1:
        out.print(f"{len(stories)} events tell of deal {subject}.", style="bold")
    for number, story in enumerate(stories):
        if number or len(stories) > 1:
            out.print()
        _show_story(out, story)


def _show_story(out: Console, story: Story) -> None:
    event = story.event
    outcome = glossary.OUTCOME[event.outcome].words if event.outcome else "not decided yet"
    out.print(f"Deal {event.deal_id} · {event.program} · {outcome}", style="bold")
    facts = plain_table("", "")
    facts.show_header = False
    facts.add_row("Event", event.event_id)
    for reward in story.rewards:
        _add_reward(facts, reward)
    show(out, facts)
    _say_what_to_do(out, story)
    out.print()
    lines = plain_table("", "")
    lines.show_header = False
    for line in story.lines:
        lines.add_row(moment_text(line.at), line.what)
    show(out, lines)


def _add_reward(rows: Table, told: RewardStory) -> None:
    reward = told.reward
    whose = glossary.BENEFICIARY[reward.beneficiary]
    rows.add_row("Advocate" if reward.beneficiary is Beneficiary.ADVOCATE else "Referred", told.whom)
    rows.add_row("Reward", f"{reward.reward_id}, {reward.amount.words}")
    rows.add_row("Why", words(reward.explanation))
    if reward.adjustments:
        rows.add_row("Worth now", reward.standing.words)
    if reward.netted is not None:
        rows.add_row("Kept back", f"{reward.netted.words}, which {whose} owed after an earlier reversal")
    for payout in told.payouts:
        _add_payout(rows, payout, whose)
    if told.owed.amount_minor > 0:
        rows.add_row("Owed", f"{told.owed.words} by {whose}, kept back from what they earn next")


def _add_payout(rows: Table, told: PayoutStory, whose: str) -> None:
    payout = told.payout
    words = glossary.status_words(payout.status, payout.reason)
    rows.add_row("Payout", f"{payout.payout_id}, {payout.value.words} by {glossary.CHANNEL[payout.channel].words}")
    joint = "; " if payout.waits_for_approval else "; but "
    rows.add_row("Status", f"{words}{joint}{payout.attention}" if payout.attention else words)
    if payout.cost is not None and payout.cost != payout.value:
        rows.add_row("Cost", f"{payout.cost.words} in all, which differs from the value of the reward")
    if payout.take_back is not None:
        rows.add_row("Wanted back", f"{payout.take_back.words} of it, once the provider says what became of it")
    if payout.clawed_back is not None:
        rows.add_row("Taken back", f"{payout.clawed_back.words} of it, as {whose}'s debt")
    if payout.provider_id:
        rows.add_row("Provider id", payout.provider_id)


def _say_what_to_do(out: Console, story: Story) -> None:
    event = story.event
    advice = glossary.OUTCOME[event.outcome].to_do if event.outcome and event.resolved_at is None else ""
    payouts = (told.payout for reward in story.rewards for told in reward.payouts)
    waiting = (why for why in (event.waits_for, *(payout.waits_for for payout in payouts)) if why is not None)
    to_do = dict.fromkeys((advice, *(glossary.WAITING[why].to_do for why in waiting)))
    for sentence in filter(None, to_do):
        out.print(f"To do: {sentence}", soft_wrap=True)
