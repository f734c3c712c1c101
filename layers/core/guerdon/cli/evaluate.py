"""`guerdon evaluate`: judge one event file by one program file, without any cloud."""

import json
from pathlib import Path
from typing import Annotated

import typer

from guerdon.adapters.crm.problems import FieldProblem
from guerdon.adapters.crm.standard.payload import read_event
from guerdon.cli.endings import Ending, stop
from guerdon.cli.options import AsJson
from guerdon.cli.output import console, plain_table, show
from guerdon.cli.publish import read_program_file
from guerdon.domain import glossary
from guerdon.domain.deal import REVISIONS, DealEvent
from guerdon.domain.judgment import Judgment, Known, Outcome, judge
from guerdon.domain.program import Program


def evaluate(
    event: Annotated[
        Path,
        typer.Argument(metavar="EVENT", help="A deal event in JSON, as a CRM sends it.", exists=True, dir_okay=False),
    ],
    program: Annotated[
        Path, typer.Option("--program", help="The program file to judge it by.", exists=True, dir_okay=False)
    ],
    *,
    ordinal: Annotated[
        int, typer.Option("--ordinal", min=1, help="Which counted referral of the advocate this deal would be.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Say what a deal would earn, and why, without any cloud.

    The same code decides as in the pipeline. What only the pipeline knows is not looked at: whether the deal was told
    before, how many referrals of the advocate were counted already (give --ordinal for that), and what is reserved:
    the program's limits are judged as if nothing was, and guerdon budgets says what is.
    """
    _, compiled, lines = read_program_file(program)
    if compiled is None:
        stop(Ending.FINDINGS, "\n".join(lines))
    deal_event = read_event(event.read_bytes())
    if isinstance(deal_event, FieldProblem):
        place = f"{deal_event.field}: " if deal_event.field else ""
        stop(Ending.FINDINGS, f"{event}: {place}{deal_event.message}")
    if deal_event.program != compiled.name:
        stop(
            Ending.FINDINGS, f"{event}: data.program: is {deal_event.program[:63]!r}, and the file is {compiled.name!r}"
        )
    if deal_event.type in REVISIONS:
        stop(
            Ending.FINDINGS,
            f"{event}: type: is {deal_event.type!r}, which is judged by the win that a stack knows: "
            "evaluate the win with the new total instead",
        )
    judgment = judge(deal_event, Known(compiled, counted=ordinal - 1))
    if as_json:
        typer.echo(json.dumps(_as_json(judgment, deal_event), ensure_ascii=False, indent=2))
    else:
        _show(judgment, deal_event, compiled)


def _show(judgment: Judgment, event: DealEvent, program: Program) -> None:
    rows = plain_table("", "")
    rows.show_header = False
    rows.add_row("Deal", f"{event.deal.id}, {event.deal.amount.words}")
    rows.add_row("Outcome", glossary.OUTCOME[judgment.outcome].words)
    if judgment.earned:
        rows.add_row("Amount", judgment.earned.amount.words)
        rows.add_row("Paid by", glossary.CHANNEL[judgment.earned.rule.channel].words)
    rows.add_row("Why", judgment.why)
    if judgment.earned and program.budgets_at(event.deal.closed_at):
        rows.add_row("Limits", "judged as if nothing was reserved yet")
    to_do = glossary.OUTCOME[judgment.outcome].to_do
    if judgment.outcome is not Outcome.REWARDED and to_do:
        rows.add_row("To do", to_do)
    show(console(), rows)


def _as_json(judgment: Judgment, event: DealEvent) -> dict[str, object]:
    content: dict[str, object] = {"deal": event.deal.id, "outcome": judgment.outcome.value, "why": judgment.why}
    earned = judgment.earned
    if earned is None:
        return content
    explanation = earned.explanation
    return content | {
        "amount_minor": earned.amount.amount_minor,
        "currency": earned.amount.currency,
        "channel": earned.rule.channel.value,
        "rule": explanation.rule,
        "ordinal": explanation.ordinal,
        "step_from": explanation.step_from,
        "tier_from": explanation.tier_from.decimal if explanation.tier_from else None,
        "rate_percent": explanation.rate_percent,
        "limit": explanation.limit,
        "limits": [
            {
                "scope": applied.scope.value,
                "period": applied.period,
                "over": applied.over.value,
                "max_minor": applied.most.amount_minor,
                "left_minor": applied.left.amount_minor,
            }
            for applied in explanation.limits
        ],
    }
