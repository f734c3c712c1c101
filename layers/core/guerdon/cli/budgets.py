"""`guerdon budgets`: what is reserved of a program's limits, and what is left."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Annotated

import typer

from guerdon.application.ports import Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.reserving import reservations
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.domain import glossary, identity
from guerdon.domain.money import Money
from guerdon.domain.program import Budget, Limit, Program, Scope


@dataclass(frozen=True, slots=True)
class LimitNow:
    """A limit, and what is reserved in its budget."""

    limit: Limit
    budget: Budget
    reserved: Money

    @property
    def left(self) -> Money:
        """What it has left; nothing when approved rewards, or a version with a higher limit, went over it."""
        zero = Money(0, self.reserved.currency)
        return max(self.limit.most - self.reserved, zero, key=lambda money: money.amount_minor)


def budgets(  # noqa: PLR0913 - each is an option of the command.
    context: typer.Context,
    program: Annotated[str, typer.Argument(metavar="PROGRAM", help="The program's name, as in its file.")],
    *,
    advocate: Annotated[
        str | None, typer.Option("--advocate", metavar="ID", help="Tell of this advocate's limits too: their CRM id.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="The source account that knows the advocate.")
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="A day of the periods to tell of; today if left out."),
    ] = None,
    stack: StackName = "guerdon",
    as_json: AsJson = False,
) -> None:
    """Print what is reserved of a program's limits, and what is left.

    The limits are those of the version that is in force for deals of that day. What counts is what rewards are worth,
    from the moment that they are earned, in the period in which their deals closed. A limit counts what is earned
    under a version that declares it.
    """
    if (advocate is None) is not (account is None):
        raise typer.BadParameter("--advocate and --account are given together, or neither")
    whose = identity.advocate_id(account, advocate) if account and advocate else None
    with explained():
        world = world_of(context)
        store = world.open_stack(stack).store
        moment = datetime.combine(on, time(12), UTC) if on else world.transport.now()
        in_force = ProgramShelf(store).at(program, moment)
        if in_force is None:
            stop(Ending.FINDINGS, f"error: no program {program[:63]!r} is published")
        compiled, version = in_force
        moment = moment.replace(tzinfo=compiled.zone) if on else moment
        limits = limits_now(store, compiled, whose, moment)
    if as_json:
        typer.echo(json.dumps([_as_json(compiled, version, limit) for limit in limits], indent=2))
    else:
        _show(compiled, version, limits)


def limits_now(store: Store, program: Program, advocate_id: str | None, moment: datetime) -> Sequence[LimitNow]:
    """The program's budgets at `moment`, and those of an advocate if one is given; each is read by its key.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    wanted = {Scope.PROGRAM} if advocate_id is None else {Scope.ADVOCATE, Scope.PROGRAM}
    asked = [budget for budget in program.budgets_at(moment) if budget.scope in wanted]
    reserved = reservations(store, program.name, advocate_id or "", program.currency, asked).amounts
    pairs = ((limit, program.budget_of(limit, moment)) for limit in program.limits)
    return [LimitNow(limit, budget, reserved[budget]) for limit, budget in pairs if budget and budget in reserved]


def _show(program: Program, version: int, limits: Sequence[LimitNow]) -> None:
    out = console()
    out.print(f"{program.name}, version {version}", style="bold")
    if not limits:
        out.print("It limits nothing for the whole program.")
    else:
        columns = ("Limit of", "Period", "At most", "Reserved", "Left")
        table = plain_table(*columns, "What is over", right=columns[2:])
        for now in limits:
            table.add_row(
                f"the {now.budget.scope}",
                now.budget.period,
                now.limit.most.words,
                now.reserved.words,
                now.left.words,
                glossary.OVER[now.limit.over].words,
            )
        show(out, table)
    told = {now.budget.scope for now in limits}
    if any(limit.scope is Scope.ADVOCATE for limit in program.limits) and Scope.ADVOCATE not in told:
        out.print("It limits each advocate as well: name one with --advocate and --account.")


def _as_json(program: Program, version: int, now: LimitNow) -> dict[str, object]:
    return {
        "program": program.name,
        "version": version,
        "scope": now.budget.scope.value,
        "period": now.budget.period,
        "over": now.limit.over.value,
        "currency": program.currency,
        "max_minor": now.limit.most.amount_minor,
        "reserved_minor": now.reserved.amount_minor,
        "left_minor": now.left.amount_minor,
    }
