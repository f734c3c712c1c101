"""The names of a program's rules, steps and tiers for people, from the positions that a replay counts by."""

from guerdon.application.replay.totals import Cell
from guerdon.domain.amounts import Amount, AmountKind, Escalating, Graduated, Table, Tiered
from guerdon.domain.explanation import PartKind
from guerdon.domain.money import Money
from guerdon.domain.program import Program

_KINDS = {
    PartKind.FLAT: "flat amount",
    PartKind.SHARE: "percentage",
    PartKind.SLICE: "slice",
    PartKind.UNITS: "per unit",
    PartKind.SET_BY_SALES: "set by sales",
    PartKind.MIN: "lifted to the min",
    PartKind.MAX: "cut to the max",
}


def rule_label(program: Program, cell: Cell) -> str:
    """The rule's name."""
    return program.rules[cell.rule].name


def part_label(program: Program, cell: Cell) -> str:
    """What part of the rule's amount it is."""
    if cell.kind is PartKind.BONUS:
        nth = program.rules[cell.rule].amount.bonuses[cell.entry or 0].nth
        return f"bonus on every {nth}{ordinal_ending(nth)}"
    return _KINDS[cell.kind]


def step_label(program: Program, cell: Cell) -> str:
    """The escalation step: "3rd to 5th referral"; empty where none was looked up."""
    edges = _steps(program.rules[cell.rule].amount)
    if cell.step is None or cell.step >= len(edges):
        return ""
    first = edges[cell.step]
    if cell.step + 1 == len(edges):
        return f"{first}{ordinal_ending(first)} and later"
    last = edges[cell.step + 1] - 1
    if first == last:
        return f"{first}{ordinal_ending(first)}"
    return f"{first}{ordinal_ending(first)} to {last}{ordinal_ending(last)}"


def tier_label(program: Program, cell: Cell) -> str:
    """The tier or slice: "5,000.00 to below 20,000.00"; empty where none was looked up."""
    edges = _tiers(program.rules[cell.rule].amount.kind, cell.step)
    if cell.tier is None or cell.tier >= len(edges):
        return ""
    first = edges[cell.tier].grouped
    if cell.tier + 1 == len(edges):
        return f"{first} and above"
    return f"{first} to {edges[cell.tier + 1].grouped}"


def ordinal_ending(number: int) -> str:
    """The ending of an ordinal number: "st" of "21st"."""
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _steps(amount: Amount) -> list[int]:
    match amount.kind:
        case Escalating(steps):
            return [step.from_ordinal for step in steps]
        case Table(steps=steps):
            return list(steps)
        case _:
            return []


def _tiers(kind: AmountKind, step: int | None) -> list[Money]:
    match kind:
        case Escalating(steps):
            return _tiers(steps[step].pays, None) if step is not None and step < len(steps) else []
        case Tiered(tiers):
            return [tier.at_least for tier in tiers]
        case Graduated(slices):
            return [one.at_least for one in slices]
        case Table(tiers=tiers):
            return list(tiers)
        case _:
            return []
