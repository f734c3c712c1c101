"""Checks of limits and ceilings against what rules pay: what is always refused or waits, steps out of reach."""

from collections.abc import Iterator

from guerdon.domain.amounts import Escalating
from guerdon.domain.counting import CountedBy, CountingPeriod
from guerdon.domain.document import Finding, Path, Severity
from guerdon.domain.grammar.worth import span_of, span_of_kind
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Limit, Over, Program, Rule, Scope


def limiting_findings(program: Program) -> Iterator[Finding]:
    """What the limits of `program` keep from ever being paid."""
    for path, limit in placed_limits(program):
        yield from _below_rules(program, limit, (*path, "max"))
    yield from _ceiling_below_rules(program)
    for index, rule in enumerate(program.rules):
        if isinstance(rule.amount.kind, Escalating):
            yield from _steps_out_of_reach(program, rule, rule.amount.kind, ("rules", index, "amount", "escalating"))


def placed_limits(program: Program) -> Iterator[tuple[Path, Limit]]:
    """Every limit with its path in the document: the limits of a scope are in the file's order."""
    for scope in Scope:
        for index, limit in enumerate(limit for limit in program.limits if limit.scope is scope):
            yield ("limits", scope.value, index), limit


def _below_rules(program: Program, limit: Limit, path: Path) -> Iterator[Finding]:
    """A limit that even the smallest reward of a rule is over."""
    if limit.over is Over.APPROVAL:
        return
    for rule in program.rules:
        least = span_of(rule.amount).least
        if limit.most.amount_minor >= least:
            continue
        below = f"{limit.most} is below {Money(least, program.currency)}, the least that rule {rule.name!r} pays, "
        if limit.over is Over.CUT and rule.channels[0].divisible:
            # What is cut is paid all the same.
            yield Finding(path, f"{below}so it never pays in full", "limit-below-rule", Severity.WARNING)
            continue
        yield Finding(
            path,
            f"{below}so all that it pays is refused",
            "limit-below-rule",
            Severity.WARNING if limit.scope is Scope.REWARD and len(program.rules) > 1 else Severity.ERROR,
        )


def _ceiling_below_rules(program: Program) -> Iterator[Finding]:
    """A day's ceiling that even the smallest reward of a rule is over."""
    most = program.ceilings.amount_per_day if program.ceilings else None
    if most is None:
        return
    for rule in program.rules:
        least = span_of(rule.amount).least
        if most.amount_minor < least:
            below = f"{most} is below {Money(least, program.currency)}, the least that rule {rule.name!r} pays"
            yield Finding(
                ("ceilings", "amount_per_day"),
                f"{below}, so all that it pays waits for a person",
                "ceiling-below-rule",
                Severity.WARNING,
            )


def _steps_out_of_reach(program: Program, rule: Rule, kind: Escalating, path: Path) -> Iterator[Finding]:
    """A step that the limit of one advocate refuses before it is reached, whatever the referrals before were worth."""
    if program.counting.by is not CountedBy.PROGRAM or rule.beneficiary is not Beneficiary.ADVOCATE:
        return
    limits = [limit for limit in program.limits if limit.scope is Scope.ADVOCATE and _spans_counting(program, limit)]
    for limit in limits:
        if limit.over is Over.APPROVAL:
            continue
        each = _least_reward(program, limit, rule.beneficiary)
        for index, step in enumerate(kind.steps):
            reserved = (step.from_ordinal - 1) * each
            least = span_of_kind(step.pays).least if limit.over is Over.REFUSE else 1
            if index and reserved + max(1, least) > limit.most.amount_minor:
                yield Finding(
                    (*path, index),
                    f"is never reached: {step.from_ordinal - 1} referrals before it come to "
                    f"{Money(reserved, program.currency)} at least, and an advocate's limit is {limit.most}",
                    "step-never-reached",
                    Severity.WARNING,
                )
                break


def _spans_counting(program: Program, limit: Limit) -> bool:
    """Whether a limit's sum holds every deal that is counted in the same period."""
    return limit.period in {CountingPeriod.LIFETIME, program.counting.period}


def _least_reward(program: Program, beside: Limit, beneficiary: Beneficiary) -> int:
    """The least that one counted deal can have been worth; a reward of zero is none.

    What a sum of a period cuts can be left with next to nothing; one of the limit `beside` itself is its last.
    """
    spans = [span_of(rule.amount) for rule in program.rules if rule.beneficiary is beneficiary]
    cuts = [limit for limit in program.limits if limit.over is Over.CUT and limit != beside]
    if any(limit.scope is not Scope.REWARD for limit in cuts):
        return 1
    return max(1, min([*(span.least for span in spans), *(limit.most.amount_minor for limit in cuts)]))
