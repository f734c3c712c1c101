"""`guerdon resolve`: a person says that events are dealt with, or what became of a payout."""

from datetime import datetime
from typing import Annotated, Final

import typer

from guerdon.application.resolve_event import CannotResolve
from guerdon.application.resolve_payout import FIRST_RUN, CannotSay
from guerdon.application.said_of_payout import CarriedOut, NothingMoved, Said
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import Reason, StackName
from guerdon.cli.stack import world_of
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money
from guerdon.stack import Stack

_PAYOUT: Final = "po_"
_DAY: Final = "%Y-%m-%d"


def resolve(  # noqa: PLR0913 - each is an option of the command.
    context: typer.Context,
    subjects: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="Event ids, ev_…, or the id of one payout, po_…."),
    ],
    *,
    carried_out: Annotated[
        bool, typer.Option("--carried-out", help="Of a payout: the provider carried it out; it counts as paid.")
    ] = False,
    nothing_moved: Annotated[
        bool,
        typer.Option("--nothing-moved", help="Of a payout: no money moved, and none will; it may be paid again."),
    ] = False,
    run: Annotated[
        int | None, typer.Option("--run", min=1, help="The run of the payout that you looked at; 1 if left out.")
    ] = None,
    correct: Annotated[
        bool,
        typer.Option("--correct", help="Of a payout: what somebody said of that run before was a mistake."),
    ] = False,
    provider_id: Annotated[
        str | None, typer.Option("--provider-id", metavar="ID", help="What the provider calls it.")
    ] = None,
    cost: Annotated[
        str | None,
        typer.Option("--cost", metavar="AMOUNT", help="What the provider charged, if not the payout's value: 26.50"),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--on", formats=[_DAY], metavar="DAY", help="The provider's date of it; today if left out."),
    ] = None,
    check_number: Annotated[
        str | None, typer.Option("--check-number", metavar="NUMBER", help="Of a check: the number printed on it.")
    ] = None,
    reason: Reason,
    stack: StackName = "guerdon",
) -> None:
    """Say that events which needed attention are dealt with, or what became of a payout that is unknown or overdue.

    Events leave the list of what waits. It changes nothing about what they earned: correct the deal in the CRM first,
    if it should have earned something.

    For a payout, look at the provider first: by its reference, which guerdon status prints, and in the list of that
    day. Then say --carried-out or --nothing-moved. It is settled in the books by your word, and after --nothing-moved
    guerdon release pays it again, unless the provider knows better by then. It is refused while the provider's own
    word stands against yours, while a call may still be on its way, and when the payout has gone on to another run.

    With --correct your word takes the place of what somebody said of that run by mistake. Carried out after all: it is
    paid by that run, and a later one that waits does not pay it. Not moved after all: it counts as come back, and is
    owed again. A payout that is contradicted ends so, too: --carried-out confirms that it was paid, and --nothing-moved
    says that what was paid came back.

    Your AWS identity and your reason are kept. Saying the same twice keeps whoever was first.
    """
    said = _said(carried_out=carried_out, nothing_moved=nothing_moved)
    about_payouts = [subject for subject in subjects if subject.startswith(_PAYOUT)]
    details = (run, provider_id, cost, day, check_number)
    if not about_payouts:
        if said is not None or correct or any(detail is not None for detail in details):
            raise typer.BadParameter("that says what became of a payout: give its id, po_…", param_hint="ID")
        _resolve_events(context, subjects, reason, stack)
        return
    if len(subjects) > 1:
        raise typer.BadParameter("one payout at a time: each has its own story", param_hint="ID")
    if said is None:
        raise typer.BadParameter("say --carried-out or --nothing-moved", param_hint="ID")
    if isinstance(said, NothingMoved) and any(detail is not None for detail in details[1:]):
        raise typer.BadParameter("what did not move has no id, cost, day or number", param_hint="--nothing-moved")
    with explained():
        opened = world_of(context).open_stack(stack)
        if isinstance(said, CarriedOut):
            charged = _cost_of(opened, subjects[0], cost) if cost is not None else None
            said = CarriedOut(provider_id, charged, day.date() if day else None, check_number)
        _say(opened, subjects[0], said, reason, run or FIRST_RUN, corrects=correct)


def _said(*, carried_out: bool, nothing_moved: bool) -> Said | None:
    if carried_out and nothing_moved:
        raise typer.BadParameter("it was carried out, or nothing moved: not both", param_hint="--carried-out")
    if carried_out:
        return CarriedOut()
    return NothingMoved() if nothing_moved else None


def _cost_of(opened: Stack, payout_id: str, text: str) -> Money:
    """What was charged, in the payout's currency unless another is named after the amount."""
    payout = opened.store.payout(payout_id)
    if payout is None:
        stop(Ending.FINDINGS, f"{payout_id}: not resolved: there is no such payout")
    amount, _, currency = text.strip().partition(" ")
    try:
        return Money.parse(amount, currency.strip().upper() or payout.value.currency)
    except InvalidMoney as error:
        raise typer.BadParameter(str(error), param_hint="--cost") from error


def _say(  # noqa: PLR0913 - each is one thing that the person says.
    opened: Stack, payout_id: str, said: Said, reason: str, run: int, *, corrects: bool
) -> None:
    outcome = opened.resolve_payout(payout_id, said, opened.caller(), reason, run, corrects=corrects)
    if isinstance(outcome, CannotSay):
        stop(Ending.FINDINGS, f"{payout_id}: not resolved: {outcome.why}")
    if outcome.is_new:
        known_by = outcome.answer.said_by or "the provider"
        typer.echo(f"{payout_id}: run {run}: {said.words}, said by {known_by}; it is settled in seconds")
    else:
        typer.echo(f"{payout_id}: run {run}: {said.words}, as {outcome.answer.said_by} said before")


def _resolve_events(context: typer.Context, events: list[str], reason: str, stack: str) -> None:
    with explained():
        opened = world_of(context).open_stack(stack)
        caller = opened.caller()
        refused = False
        for event_id in events:
            resolved = opened.resolve(event_id, caller, reason)
            if isinstance(resolved, CannotResolve):
                typer.echo(f"{event_id}: not resolved: {resolved.why}", err=True)
                refused = True
            else:
                typer.echo(f"{event_id}: dealt with by {resolved.resolved_by}")
    if refused:
        raise typer.Exit(Ending.FINDINGS)
