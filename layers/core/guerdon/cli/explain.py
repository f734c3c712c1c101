"""`guerdon explain`: why a deal earns what it does, and why not by another rule."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from guerdon.adapters.crm.problems import FieldProblem
from guerdon.adapters.crm.standard.payload import read_event
from guerdon.application.programs import NotInForce, ProgramShelf
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.explaining import Side, judged_sides, stored_side, wrong_counts
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console, plain_table, show
from guerdon.cli.program_files import open_program
from guerdon.cli.stack import World, world_of
from guerdon.cli.status import events_about
from guerdon.domain import glossary
from guerdon.domain.counting import WHOLE
from guerdon.domain.deal import REVISIONS, DealEvent
from guerdon.domain.explanation import ChannelWhy
from guerdon.domain.program import Program
from guerdon.domain.why_not import WHOM, Verdict

_VERDICT_WORDS = {Verdict.WON: "decided", Verdict.LOST: "did not decide", Verdict.DOES_NOT_APPLY: "does not apply"}

_CHANNEL_WHY = {
    ChannelWhy.RULE: "",
    ChannelWhy.CASE: ", by the rule's cases for amount and country",
    ChannelWhy.CHOSEN: ", as they chose",
    ChannelWhy.DEFAULT: ", since they chose none of those offered",
}


def explain(  # noqa: PLR0913 - each is an option of the command.
    context: typer.Context,
    program: Annotated[
        str, typer.Argument(metavar="PROGRAM", help="A program file, or the name of a published program.")
    ],
    event: Annotated[
        str,
        typer.Argument(
            metavar="EVENT",
            help="A deal event in JSON, as a CRM sends it; or what a published program decided: "
            "an event's id ev_… or a deal's id in the CRM.",
        ),
    ],
    *,
    ordinal: Annotated[
        int | None,
        typer.Option(
            "--ordinal", min=1, help="Which counted referral of the advocate this deal would be; 1st if left out."
        ),
    ] = None,
    count: Annotated[
        list[str] | None,
        typer.Option(
            "--count",
            metavar="SKU=NUMBER",
            help="How many deals with a product count already, in a program that counts by it.",
        ),
    ] = None,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """Say what a deal earns and why, and for every other rule why not.

    A program file with an event file needs no cloud: the same code decides as in the pipeline, but it knows nothing of
    the deal's past. How many referrals were counted is told by --ordinal or --count; limits are judged as if nothing
    was reserved. With the name of a published program and the id of an event or a deal, it tells what really happened,
    with everything as it was.
    """
    counts = _counts(ordinal, count or ())
    world, file = world_of(context), Path(event)
    if file.is_file():
        sides = _of_file(world, program, file, counts, stack)
    elif Path(program).is_file():
        stop(
            Ending.FINDINGS, f"{event}: there is no such file; to explain what a stack decided, give the program's name"
        )
    elif counts:
        raise typer.BadParameter("what a stack decided has its own ordinal", param_hint="--ordinal and --count")
    else:
        sides = _of_stack(world, program, event, stack)
    if as_json:
        typer.echo(json.dumps([side.as_json() for side in sides], ensure_ascii=False, indent=2))
        return
    out = console()
    for number, side in enumerate(sides):
        if number:
            out.print()
        _show(out, side, named=len(sides) > 1)


def _counts(ordinal: int | None, count: Sequence[str]) -> Mapping[str, int]:
    counts = {} if ordinal is None else {WHOLE: ordinal - 1}
    for text in count:
        sku, _, number = text.rpartition("=")
        if not sku or not number.isdecimal():
            raise typer.BadParameter(f"{text!r} is not like payroll=2", param_hint="--count")
        counts[sku] = int(number)
    return counts


def _of_file(world: World, program: str, file: Path, counts: Mapping[str, int], stack: str) -> Sequence[Side]:
    event = _event(file)
    compiled, version = _program(world, program, event, file, stack)
    if event.program != compiled.name:
        stop(Ending.FINDINGS, f"{file}: data.program: is {event.program[:63]!r}, and the program is {compiled.name!r}")
    if event.type in REVISIONS:
        stop(
            Ending.FINDINGS,
            f"{file}: type: is {event.type!r}, which is judged by the win that a stack knows: "
            "explain the win with the new total instead",
        )
    wrong = wrong_counts(compiled, counts)
    if wrong:
        stop(Ending.FINDINGS, f"error: {wrong}")
    return list(judged_sides(compiled, version, event, counts))


def _event(file: Path) -> DealEvent:
    event = read_event(file.read_bytes())
    if isinstance(event, FieldProblem):
        place = f"{event.field}: " if event.field else ""
        stop(Ending.FINDINGS, f"{file}: {place}{event.message}")
    return event


def _program(world: World, program: str, event: DealEvent, file: Path, stack: str) -> tuple[Program, int]:
    """The program of a file, as version 0; else the published version that is in force for the event."""
    path = Path(program)
    if path.is_file():
        opened = open_program(path)
        if opened.program is None:
            stop(Ending.FINDINGS, "\n".join(opened.lines))
        return opened.program, 0
    if path.suffix or path.exists():
        stop(Ending.FINDINGS, f"{program}: there is no such file")
    if event.program != program:
        stop(Ending.FINDINGS, f"{file}: data.program: is {event.program[:63]!r}, and the program is {program[:63]!r}")
    with explained():
        in_force = ProgramShelf(world.open_stack(stack).store).in_force(event)
    if isinstance(in_force, NotInForce):
        stop(Ending.FINDINGS, f"error: {in_force.why}")
    return in_force


def _of_stack(world: World, program: str, subject: str, stack: str) -> Sequence[Side]:
    with explained():
        opened = world.open_stack(stack)
        shelf = ProgramShelf(opened.store)
        if not shelf.has(program):
            stop(Ending.FINDINGS, f"error: no program {program[:63]!r} is published, and there is no such file")
        events = [one for one in events_about(opened, subject) if one.program == program]
        if not events:
            stop(Ending.FINDINGS, f"error: nothing is known of {subject!r} in {program}: check the id and its stack")
        events.sort(key=lambda one: one.received_at)
        return [stored_side(opened.store, shelf, one) for one in events]


def _show(out: Console, side: Side, *, named: bool) -> None:
    rows = plain_table("", "")
    rows.show_header = False
    rows.add_row("Deal", f"{side.deal}, {side.deal_amount.words}" if side.deal_amount else side.deal)
    if side.event_id:
        rows.add_row("Event", side.event_id)
    if named:
        rows.add_row("For", f"the {WHOM[side.beneficiary]}")
    rows.add_row("Outcome", glossary.OUTCOME[side.outcome].words if side.outcome else "not decided yet")
    if side.amount:
        rows.add_row("Amount", side.amount.words)
    if side.standing:
        rows.add_row("Worth now", side.standing.words)
    if side.channel:
        why = _CHANNEL_WHY[side.explanation.channel_why] if side.explanation else ""
        rows.add_row("Paid by", f"{glossary.CHANNEL[side.channel].words}{why}")
    rows.add_row("Why", side.why)
    for number, fate in enumerate(side.rules):
        rows.add_row("" if number else "Rules", f"“{fate.rule}” {_VERDICT_WORDS[fate.verdict]}: {fate.why}")
    for number, note in enumerate(side.notes):
        rows.add_row("" if number else "Note", note)
    to_do = glossary.OUTCOME[side.outcome].to_do if side.outcome else ""
    if to_do:
        rows.add_row("To do", to_do)
    show(out, rows)
