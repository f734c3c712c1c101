"""`guerdon doctor`: what a stack still needs before it pays, and the next step."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

import typer
from rich.console import Console

from guerdon.application.doctor.examine import examine, next_step
from guerdon.application.doctor.facts import Deployment
from guerdon.application.doctor.findings import Finding, State
from guerdon.cli.endings import Ending, explained
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console
from guerdon.cli.stack import world_of

_STYLE: Final = {State.OK: "green", State.TO_DO: "bold red", State.WARNING: "yellow"}
_STATE_COLUMNS: Final = max(len(state) for state in State)


def doctor(context: typer.Context, *, stack: StackName = "guerdon", as_json: AsJson = False) -> None:
    """Look at everything that a stack needs, in the order in which it is set up, and name the next step.

    It changes nothing. Each provider is asked one question that moves no money, by the function that has its key; no
    value of a secret is read out. Ends with 0 when nothing is to be done (warnings are allowed), with 1 when something
    is, and with 3 when AWS could not be asked. What your AWS identity may not see is a warning.
    """
    world = world_of(context)
    with explained():
        facts = world.stack_facts(stack)
    findings = examine(facts)
    following = next_step(findings)
    if as_json:
        typer.echo(json.dumps(_as_data(facts.deployment, findings, following), indent=2))
    else:
        out = console()
        show_findings(out, findings)
        _show_next(out, following)
    if following is not None:
        raise typer.Exit(Ending.FINDINGS)


def show_findings(out: Console, findings: Iterable[Finding]) -> None:
    """Print each finding in a line, and under it what to do."""
    for finding in findings:
        out.print(finding.state.ljust(_STATE_COLUMNS), style=_STYLE[finding.state], end="  ")
        out.print(f"{finding.step}: {finding.says}", soft_wrap=True)
        if finding.to_do:
            out.print(f"{' ' * _STATE_COLUMNS}  {finding.to_do}", soft_wrap=True)


def _show_next(out: Console, following: Finding | None) -> None:
    out.print()
    if following is None:
        out.print("Nothing is left to do. To see it pay, send a colleague a gift card: guerdon first-payout")
    else:
        out.print(f"Next: {following.to_do}", style="bold", soft_wrap=True)


def _as_data(deployment: Deployment, findings: Sequence[Finding], following: Finding | None) -> dict[str, object]:
    return {
        "stack": deployment.name,
        "region": deployment.region,
        "next": following.step if following else None,
        "findings": [
            {"step": each.step, "state": each.state, "says": each.says, "to_do": each.to_do} for each in findings
        ],
    }
