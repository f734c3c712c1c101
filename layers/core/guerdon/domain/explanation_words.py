"""An Explanation in words, in a table cell, and as plain data: all made from what is stored, when asked."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import groupby
from typing import Final

from guerdon.domain.counting import CountingPeriod
from guerdon.domain.explanation import Explanation, Loser, Part, PartKind
from guerdon.domain.money import Money
from guerdon.domain.program import Choose

_PERIOD_WORDS: Final = {
    CountingPeriod.LIFETIME: "",
    CountingPeriod.CALENDAR_YEAR: " this year",
    CountingPeriod.CALENDAR_MONTH: " this month",
    CountingPeriod.FISCAL_YEAR: " this fiscal year",
    CountingPeriod.ROLLING_DAYS: " in {} days",
}

_LIMIT_WORDS: Final = {"max": "at most", "min": "at least"}

_BOUNDS: Final = frozenset({PartKind.MIN, PartKind.MAX})


def words(explanation: Explanation) -> str:
    """The whole explanation as one paragraph."""
    version = f"version {explanation.program_version}" if explanation.program_version else "unpublished"
    nth = _nth(explanation)
    told = [f"{nth[0].upper()}{nth[1:]} in {explanation.program} ({version})"]
    if explanation.converted is not None:
        told.append(f"at the program's rate of {explanation.converted.rate} for {explanation.converted.currency}")
    groups = _by_rule(explanation)
    for rule, parts in groups:
        told.extend(_rule_words(rule, parts))
    if len(groups) > 1:
        told.append(f"together {explanation.by_rule.words}")
    if explanation.choose is Choose.BEST:
        told.extend(f"rule “{loser.rule}” {_lost(explanation, loser)}" for loser in explanation.losers)
    told.extend(applied.words for applied in explanation.limits)
    if explanation.told_late is not None:
        told.append(explanation.told_late.words)
    return "; ".join(told) + "."


def short(explanation: Explanation) -> str:
    """Rule, step, tier and limits in a table cell."""
    rules = " + ".join(_rule_short(rule, parts) for rule, parts in _by_rule(explanation))
    late = ["told late: needs approval"] if explanation.told_late else []
    return " · ".join([rules, *(applied.short for applied in explanation.limits), *late])


def as_json(explanation: Explanation) -> dict[str, object]:
    """The same as plain data, with the rules that lost and why; what was not there is left out.

    Amounts are written as in an event: a decimal text and a currency.
    """
    told = _plain(explanation)
    whole: dict[str, object] = dict(told) if isinstance(told, dict) else {}
    lost = [{**_mapping(loser), "why": _lost(explanation, loser)} for loser in explanation.losers]
    return {**whole, "rules": list(explanation.rules), "by_rule": _plain(explanation.by_rule), "losers": lost}


def ordinal_words(number: int) -> str:
    """1 is "1st", 12 is "12th", 23 is "23rd"."""
    teens = 10 <= number % 100 <= 20  # noqa: PLR2004 - eleven to thirteen are the English exception.
    suffix = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _nth(explanation: Explanation) -> str:
    period = _PERIOD_WORDS[explanation.counting_period].format(explanation.days)
    if not explanation.ordinals:
        return f"{ordinal_words(explanation.ordinal)} referral{period}"
    counted = [f"{ordinal_words(one.ordinal)} with “{one.product}”" for one in explanation.ordinals]
    return f"{' and '.join(counted)}{period}"


def _by_rule(explanation: Explanation) -> list[tuple[str, list[Part]]]:
    return [(rule, list(parts)) for rule, parts in groupby(explanation.parts, key=lambda part: part.rule)]


def _rule_words(rule: str, parts: list[Part]) -> Iterator[str]:
    yield f"rule “{rule}”"
    step, tier = None, None
    total = sum((part.amount for part in parts), Money(0, parts[0].amount.currency))
    for part in parts:
        if part.step_from not in {None, step}:
            step = part.step_from
            yield f"step from the {ordinal_words(part.step_from or 1)} referral on"
        if part.tier_from not in {None, tier} and part.kind is not PartKind.SLICE:
            tier = part.tier_from
            yield f"{part.of or 'deal size'} {_tier_words(part)}"
        yield _bound_words(part, total) if part.kind in _BOUNDS else _part_words(part)
    paying = [part for part in parts if part.kind not in _BOUNDS]
    if len(paying) > 1 and len(paying) == len(parts):
        yield f"in all {total.words}"


def _bound_words(part: Part, total: Money) -> str:
    return f"the rule pays {_LIMIT_WORDS[part.kind.value]} {total.words} in all"


def _part_words(part: Part) -> str:
    whose = f"“{part.product}”: " if part.product is not None and part.kind is not PartKind.BONUS else ""
    return f"{whose}{_sum_words(part)}{_limit_words(part)}"


def _sum_words(part: Part) -> str:  # noqa: PLR0911 - one for each kind.
    match part.kind:
        case PartKind.SHARE:
            return f"{part.rate_percent} % of {_base_words(part)} is {part.computed.words}"
        case PartKind.SLICE:
            return _slice_words(part)
        case PartKind.UNITS:
            unit = "unit" if part.units == 1 else "units"
            each = part.unit_amount.words if part.unit_amount else "their amount"
            return f"{part.units} {unit} at {each} {'is' if part.units == 1 else 'are'} {part.computed.words}"
        case PartKind.SET_BY_SALES if part.defaulted:
            return f"sales set no amount, and the rule pays {part.amount.words} then"
        case PartKind.SET_BY_SALES:
            return f"sales set {part.computed.words}"
        case PartKind.BONUS:
            counted = f" with “{part.product}”" if part.product else ""
            return f"every {ordinal_words(part.every or 1)} referral{counted} adds {part.amount.words}"
        case _:
            return f"a flat {part.amount.words}"


def _slice_words(part: Part) -> str:
    first = part.tier_from is None or part.tier_from.amount_minor == 0
    named = f" of {part.of}" if part.of else ""
    if part.base is not None:
        which = "first" if first else "next"
        return f"{part.rate_percent} % of the {which} {part.base.words}{named} is {part.amount.words}"
    if first or part.tier_from is None:
        return f"a flat {part.amount.words}"
    return f"what is above {part.tier_from.words}{named} adds {part.amount.words}"


def _base_words(part: Part) -> str:
    base = part.base.words if part.base else "the deal"
    return f"the {base} of {part.of}" if part.of else base


def _limit_words(part: Part) -> str:
    if part.limit is None:
        return ""
    payer = "the rule" if part.product is None else "such a line"
    return f", and {payer} pays {_LIMIT_WORDS[part.limit]} {part.amount.words}"


def _rule_short(rule: str, parts: list[Part]) -> str:
    total = sum((part.amount for part in parts), Money(0, parts[0].amount.currency))
    cells = [rule]
    steps = [part.step_from for part in parts if part.step_from is not None]
    cells.extend(f"step {step}+" for step in dict.fromkeys(steps))
    first = parts[0]
    if first.tier_from is not None and first.kind is not PartKind.SLICE:
        cells.append(f"{f'{first.of} ' if first.of else ''}tier {_tier_words(first)}")
    slices = [part for part in parts if part.kind is PartKind.SLICE]
    lines = [part for part in parts if part.product is not None and part.kind is not PartKind.BONUS]
    if len(slices) > 1:
        cells.append(f"{len(slices)} slices")
    elif len(lines) > 1:
        cells.append(f"{len(lines)} lines")
    else:
        cells.extend(_part_short(first))
    for part in parts:
        if part.kind is PartKind.BONUS:
            cells.append(f"bonus {part.amount.words}")
        if part.kind in _BOUNDS:
            cells.append(f"{_LIMIT_WORDS[part.kind.value]} {total.words}")
    return " · ".join(cells)


def _part_short(part: Part) -> Iterator[str]:
    if part.rate_percent is not None:
        yield f"{part.rate_percent} %"
    if part.kind is PartKind.UNITS and part.unit_amount is not None:
        yield f"{part.units} at {part.unit_amount.words}"
    if part.kind is PartKind.SET_BY_SALES:
        yield "set by default" if part.defaulted else "set by sales"
    if part.limit is not None:
        yield f"{_LIMIT_WORDS[part.limit]} {part.amount.words}"


def _tier_words(part: Part) -> str:
    edge, below = part.tier_from, part.tier_below
    if edge is None:
        return "of any size"
    return f"from {edge.words}" if below is None else f"from {edge.grouped} to below {below.words}"


def _lost(explanation: Explanation, loser: Loser) -> str:
    if explanation.choose is Choose.FIRST or loser.amount is None:
        return "stands later in the file"
    if loser.amount == explanation.by_rule:
        return f"pays as much and stands later in the file: {loser.amount.words}"
    return f"pays less: {loser.amount.words}"


def _mapping(loser: Loser) -> dict[str, object]:
    amount = {} if loser.amount is None else {"amount": _plain(loser.amount)}
    return {"rule": loser.rule, **amount}


def _plain(value: object) -> object:
    """Data classes as mappings without what is not there, money as in an event, enums by their value."""
    if isinstance(value, Money):
        return {"value": value.decimal, "currency": value.currency}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        members = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(member) for name, member in members if member is not None}
    return value
