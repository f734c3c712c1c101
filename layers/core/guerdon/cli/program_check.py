"""Whether the providers can carry what a program promises, found before it is published and not by its first reward."""

from collections.abc import Iterator, Mapping

from guerdon.application.ports import Capabilities
from guerdon.domain import glossary
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.document import Finding, Path
from guerdon.domain.money import Money
from guerdon.domain.program import Amount, Escalating, Flat, Over, Percentage, Program, Rule, Scope, Tiered


def provider_findings(program: Program, carried: Mapping[Channel, Capabilities]) -> tuple[Finding, ...]:
    """What in `program` its providers cannot carry: a currency, or an amount that a rule can come to."""
    findings: list[Finding] = []
    for index, rule in enumerate(program.rules):
        findings.extend(_rule_findings(program.currency, rule, ("rules", index), carried[rule.channel]))
    findings.extend(_limit_findings(program, carried))
    return tuple(findings)


def _limit_findings(program: Program, carried: Mapping[Channel, Capabilities]) -> Iterator[Finding]:
    """A reward that is cut to less than its provider pays would wait for a person each time."""
    limits = [limit for limit in program.limits if limit.scope is Scope.REWARD]
    for index, limit in enumerate(limits):
        for channel in dict.fromkeys(rule.channel for rule in program.rules if rule.channel.divisible):
            least = Money(carried[channel].value_least_minor, program.currency)
            if limit.over is Over.CUT and limit.most < least:
                provider = glossary.PROVIDER[PROVIDER_OF[channel]]
                place: Path = ("limits", "reward", index, "max")
                yield Finding(place, f"{limit.most} is below {least}, the least that {provider} pays")


def _rule_findings(currency: str, rule: Rule, path: Path, can: Capabilities) -> Iterator[Finding]:
    provider = glossary.PROVIDER[PROVIDER_OF[rule.channel]]
    if can.currencies and currency not in can.currencies:
        carried = ", ".join(sorted(can.currencies))
        yield Finding((*path, "channel"), f"{provider} pays a {_words(rule.channel)} in {carried}, not in {currency}")
    least, most = Money(can.value_least_minor, currency), Money(can.value_most_minor, currency)
    for place, amount in _amounts(rule.amount, (*path, "amount")):
        # A least share of zero is none: a reward that comes to nothing is no reward, and nothing is paid.
        if amount.amount_minor != 0 and amount < least:
            yield Finding(place, f"{amount} is below {least}, the least that {provider} pays")
        if most < amount:
            yield Finding(place, f"{amount} is above {most}, the most that {provider} pays")


def _amounts(amount: Amount, path: Path) -> Iterator[tuple[Path, Money]]:
    """Every amount that is written in a rule as one that it may pay, with its path in the document."""
    match amount:
        case Flat(money):
            yield (*path, "flat"), money
        case Percentage(least=least, most=most):
            if least is not None:
                yield (*path, "percentage", "min"), least
            if most is not None:
                yield (*path, "percentage", "max"), most
        case Tiered(tiers):
            for index, tier in enumerate(tiers):
                yield from _amounts(tier.pays, (*path, "tiers", index))
        case Escalating(steps):
            for index, step in enumerate(steps):
                yield from _amounts(step.pays, (*path, "escalating", index))


def _words(channel: Channel) -> str:
    return glossary.CHANNEL[channel].words
