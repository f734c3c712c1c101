"""Whether the providers can carry what a program promises, found before it is published and not by its first reward."""

from collections.abc import Iterator, Mapping

from guerdon.application.ports import Capabilities
from guerdon.domain import glossary
from guerdon.domain.amounts import (
    Amount,
    AmountKind,
    Escalating,
    Flat,
    Percentage,
    SetBySales,
    Table,
    Tiered,
)
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.document import Finding, Path
from guerdon.domain.money import Money
from guerdon.domain.program import Over, Program, Rule, Scope


def provider_findings(program: Program, carried: Mapping[Channel, Capabilities]) -> tuple[Finding, ...]:
    """What in `program` its providers cannot carry: a currency, or an amount that a rule can come to."""
    return (
        *_rule_findings(program, carried),
        *_limit_findings(program, carried),
    )


def _limit_findings(program: Program, carried: Mapping[Channel, Capabilities]) -> Iterator[Finding]:
    """A reward that is cut to less than its provider pays would wait for a person each time."""
    limits = [limit for limit in program.limits if limit.scope is Scope.REWARD]
    for index, limit in enumerate(limits):
        channels = (channel for rule in program.rules for channel in rule.channels if channel.divisible)
        for channel in dict.fromkeys(channels):
            least = Money(carried[channel].value_least_minor, program.currency)
            if limit.over is Over.CUT and limit.most < least:
                place: Path = ("limits", "reward", index, "max")
                message = f"{limit.most} is below {least}, the least that {_provider(channel)} pays"
                yield Finding(place, message, "provider-least")


def _rule_findings(program: Program, carried: Mapping[Channel, Capabilities]) -> Iterator[Finding]:
    pay_in_deal = program.exchange is not None and program.exchange.pay_in_deal_currency
    currencies = (program.currency, *(program.exchange.rates if program.exchange and pay_in_deal else ()))
    for index, rule in enumerate(program.rules):
        path: Path = ("rules", index)
        for channel in rule.channels:
            for currency in currencies:
                yield from _currency_findings(currency, (*path, "channel"), channel, carried[channel])
        for place, amount in _amounts(rule.amount, (*path, "amount")):
            for channel in _channels_for(rule, amount):
                yield from _amount_findings(rule, place, amount, channel, carried[channel])


def _currency_findings(currency: str, path: Path, channel: Channel, can: Capabilities) -> Iterator[Finding]:
    if can.currencies and currency not in can.currencies:
        pays = ", ".join(sorted(can.currencies))
        words = glossary.CHANNEL[channel].words
        yield Finding(path, f"{_provider(channel)} pays a {words} in {pays}, not in {currency}", "provider-currency")


def _amount_findings(rule: Rule, path: Path, amount: Money, channel: Channel, can: Capabilities) -> Iterator[Finding]:
    least, most = Money(can.value_least_minor, amount.currency), Money(can.value_most_minor, amount.currency)
    # A least share of zero is none: a reward that comes to nothing is no reward, and nothing is paid. What is below
    # the rule's own min is lifted to that.
    lifted = rule.amount.least is not None and amount < rule.amount.least
    if amount.amount_minor != 0 and amount < least and not lifted:
        message = f"{amount} is below {least}, the least that {_provider(channel)} pays"
        yield Finding(path, message, "provider-least")
    # What is above the rule's own max is cut to that.
    cut = rule.amount.most is not None and rule.amount.most < amount
    if most < amount and not cut:
        yield Finding(path, f"{amount} is above {most}, the most that {_provider(channel)} pays", "provider-most")


def _channels_for(rule: Rule, amount: Money) -> tuple[Channel, ...]:
    """The channels that a reward of `amount` can be paid by."""
    channels: list[Channel] = []
    for case in rule.pays_by:
        if case.at_least is None or case.at_least <= amount:
            channels.extend(case.channels)
            if not case.countries:
                break
    return tuple(dict.fromkeys(channels))


def _amounts(amount: Amount, path: Path) -> Iterator[tuple[Path, Money]]:
    """Every amount that is written in a rule as one that it may pay, with its path in the document."""
    for name, bound in (("min", amount.least), ("max", amount.most)):
        if bound is not None:
            yield (*path, name), bound
    yield from _amounts_of(amount.kind, path)


def _amounts_of(kind: AmountKind, path: Path) -> Iterator[tuple[Path, Money]]:
    """The same for one kind."""
    match kind:
        case Tiered(tiers):
            for index, tier in enumerate(tiers):
                yield from _amounts_of(tier.pays, (*path, "tiers", index))
        case Escalating(steps):
            for index, step in enumerate(steps):
                yield from _amounts_of(step.pays, (*path, "escalating", index))
        case Table(pays=rows):
            cells = ((row, column, cell) for row, cells in enumerate(rows) for column, cell in enumerate(cells))
            for row, column, cell in cells:
                if isinstance(cell, Money):
                    yield (*path, "table", "pays", row, column), cell
        case _:
            yield from _plain_amounts(kind, path)


def _plain_amounts(kind: AmountKind, path: Path) -> Iterator[tuple[Path, Money]]:
    """What is only a part of a reward, such as a unit's or a line's amount, is none that it may pay."""
    bounds: tuple[tuple[str, Money | None], ...] = ()
    match kind:
        case Flat(money):
            yield (*path, "flat"), money
        case Percentage(least=least, most=most):
            path, bounds = (*path, "percentage"), (("min", least), ("max", most))
        case SetBySales(least, most, default):
            path, bounds = (*path, "set_by_sales"), (("min", least), ("max", most), ("default", default))
        case _:
            return
    for name, bound in bounds:
        if bound is not None:
            yield (*path, name), bound


def _provider(channel: Channel) -> str:
    return glossary.PROVIDER[PROVIDER_OF[channel]]
