"""`guerdon unclaimed`: what could not be paid, by state, and when it falls dormant."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from guerdon.adapters.yaml_document import YamlProblem, read_yaml
from guerdon.application.unclaimed import Unclaimed, unclaimed
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.domain.dormancy import Dormancy

_STATE: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_YEARS: Final = re.compile(r"[1-9]|[1-4][0-9]", re.ASCII)
_KEYS: Final = frozenset({"years", "otherwise"})


def list_unclaimed(
    context: typer.Context,
    *,
    dormancy: Annotated[
        Path, typer.Option("--dormancy", metavar="FILE", help="Your YAML file of years by state: docs/checks.md.")
    ],
    by: Annotated[
        datetime | None,
        typer.Option("--by", formats=["%Y-%m-%d"], metavar="DAY", help="Only what is dormant on this day."),
    ] = None,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """List what came back, failed or is an outstanding check, by the advocate's state, and when it falls dormant.

    All of it is owed still. guerdon write-off says what becomes of one.
    """
    periods = _periods(dormancy)
    with explained():
        found = unclaimed(world_of(context).open_stack(stack).store, periods)
    listed = [one for one in found if by is None or (one.dormant_on or date.max) <= by.date()]
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in listed], indent=2))
    elif listed:
        table = plain_table("state", "dormant", "since", "why", "amount", "payout", "legal entity", right=("amount",))
        for one in listed:
            dormant = str(one.dormant_on or "no period")
            table.add_row(
                one.state or "?", dormant, str(one.since), one.why, one.amount.words, one.payout_id, one.legal_entity
            )
        show(console(), table)
    else:
        typer.echo("there is nothing unclaimed")


def _periods(file: Path) -> Dormancy:
    try:
        read = read_yaml(file.read_bytes())
    except OSError as error:
        stop(Ending.USAGE, f"error: {file} cannot be read: {error.strerror}")
    if isinstance(read, YamlProblem):
        stop(Ending.FINDINGS, f"{file}:{read.place.line}:{read.place.column}: {read.message}")
    node = read.node
    if not isinstance(node, dict) or not node.keys() <= _KEYS:
        stop(Ending.FINDINGS, f"{file}: it has the keys years and otherwise, and no others")
    years = node.get("years") or {}
    if not isinstance(years, dict):
        stop(Ending.FINDINGS, f"{file}: years: write a number of years for each state, such as {{CA: 3}}")
    wrong = [state for state in years if not _STATE.fullmatch(str(state))]
    if wrong:
        stop(Ending.FINDINGS, f"{file}: years: {', '.join(map(str, wrong))}: a state is its two capital letters")
    otherwise = node.get("otherwise")
    return Dormancy(
        {str(state): _number(file, f"years: {state}", value) for state, value in years.items()},
        None if otherwise is None else _number(file, "otherwise", otherwise),
    )


def _number(file: Path, place: str, value: object) -> int:
    if not isinstance(value, str) or not _YEARS.fullmatch(value):
        stop(Ending.FINDINGS, f"{file}: {place}: write a whole number of years from 1 to 49")
    return int(value)


def _as_json(one: Unclaimed) -> dict[str, object]:
    return {
        "payout": one.payout_id,
        "why": one.why,
        "amount": one.amount.words,
        "legal_entity": one.legal_entity,
        "state": one.state,
        "since": one.since.isoformat(),
        "dormant_on": one.dormant_on.isoformat() if one.dormant_on else None,
    }
