"""What a reward is worth by a revision of its deal: by its own program version, ordinals and limits. Pure.

The pipeline revises a reward by it, and a simulation revises a year of them by the very same.
"""

from collections.abc import Mapping
from typing import NamedTuple

from guerdon.domain.evaluation import CannotDecide, NothingEarned, evaluate, positions
from guerdon.domain.facts import Facts
from guerdon.domain.limits import Applied, Refused, limited
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Budget, Program, Rule
from guerdon.domain.reading import lacking
from guerdon.domain.wins import Detail


class Granted(NamedTuple):
    """A reward as far as a revision of its deal looks at it.

    Attributes:
        rules: The rules that decided when it was granted.
        counts: How many deals counted for it then; it keeps its ordinals.
        by_rules: What the rules pay for the deal as it was until now, before the program's limits.
        standing: What it is worth until now.
        divisible: Whether a limit can cut what it is paid with.
    """

    beneficiary: Beneficiary
    rules: tuple[Rule, ...]
    counts: Mapping[str, int]
    by_rules: Money
    standing: Money
    divisible: bool


class Worth(NamedTuple):
    """What a reward is worth.

    Attributes:
        by_rules: What the rules pay for it, before the program's limits.
        limits: The limits that shaped what it is worth more.
        refused: Why it is not worth more though the rules give more; None when no limit refused that.
    """

    amount: Money
    by_rules: Money
    limits: tuple[Applied, ...] = ()
    refused: str | None = None


def worth_of(
    program: Program,
    granted: Granted,
    standing: Facts,
    unsaid: frozenset[Detail],
    reserved: Mapping[Budget, Money],
) -> Worth | CannotDecide:
    """What a reward is worth now that its deal stands as it does.

    What was cut or refused before stays so: the reward moves up by at most what the revision adds to the amount by the
    rules, and the limits judge that rise.

    Args:
        program: The version that granted it.
        granted: The reward.
        standing: The deal by all that was told.
        unsaid: What of it is not known any more, since its total changed and this was not told anew.
        reserved: What rewards are worth that count in each of its budgets; nothing for a budget that is not in it.
    """
    by_rules = _by_rules(program, granted, standing, unsaid)
    if isinstance(by_rules, CannotDecide):
        return by_rules
    rise = min(by_rules - granted.by_rules, by_rules - granted.standing, key=_minor)
    if rise.amount_minor <= 0:
        return Worth(min(by_rules, granted.standing, key=_minor), by_rules)
    left = limited(program, standing.closed_at, rise, reserved, standing=granted.standing, divisible=granted.divisible)
    if isinstance(left, Refused):
        return Worth(granted.standing, by_rules, refused=left.why)
    return Worth(granted.standing + left.amount, by_rules, left.applied)


def _by_rules(program: Program, granted: Granted, standing: Facts, unsaid: frozenset[Detail]) -> Money | CannotDecide:
    """What the rules pay for the deal as it stands, before the program's limits; nothing for nothing."""
    nothing = Money(0, granted.standing.currency)
    if standing.amount == 0:
        return nothing
    why = lacking(granted.rules, unsaid)
    if why is not None:
        return CannotDecide(why)
    evaluated = evaluate(program, standing, granted.counts, granted.beneficiary)
    if isinstance(evaluated, CannotDecide):
        return evaluated
    if isinstance(evaluated, NothingEarned):
        return nothing
    why = lacking((program.rules[index] for index in positions(evaluated.decided)), unsaid)
    return Money(evaluated.amount_minor, evaluated.currency) if why is None else CannotDecide(why)


def _minor(money: Money) -> int:
    return money.amount_minor
