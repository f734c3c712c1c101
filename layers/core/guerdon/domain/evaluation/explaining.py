"""From the numbers of an evaluation to the Explanation that is stored with a reward."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from guerdon.domain.amounts import (
    DEAL_AMOUNT,
    AmountKind,
    Escalating,
    Graduated,
    Percentage,
    PerLine,
    PerUnit,
    Table,
    Tiered,
)
from guerdon.domain.counting import WHOLE, CountedBy
from guerdon.domain.evaluation.evaluating import Plan, plan_of, total
from guerdon.domain.evaluation.exchanging import Exchanging, exchanging
from guerdon.domain.evaluation.results import CannotDecide, Evaluated, Piece, positions
from guerdon.domain.evaluation.ruling import WholeDealRule
from guerdon.domain.explanation import Converted, Explanation, Loser, Part, PartKind, ProductOrdinal
from guerdon.domain.facts import Facts
from guerdon.domain.money import Money, percent_text
from guerdon.domain.program import Choose, Program
from guerdon.domain.tallies import counted_products

_OF_THE_DEAL = frozenset({PartKind.SHARE, PartKind.SLICE, PartKind.SET_BY_SALES})


def explained(
    program: Program, version: int, facts: Facts, evaluated: Evaluated, counts: Mapping[str, int]
) -> Explanation:
    """Everything that shaped what `evaluate` came to, for the same facts and counts.

    Limits and the channel are not its business: the caller adds what they did.
    """
    plan = plan_of(program, facts, program.rules[positions(evaluated.decided)[0]].beneficiary)
    telling = _Telling(plan, facts)
    parts = tuple(telling.part(piece) for piece in evaluated.pieces)
    counting = program.counting
    ordinal = 1 + counts.get(WHOLE, 0)
    ordinals: tuple[ProductOrdinal, ...] = ()
    if counting.by is CountedBy.PRODUCT:
        ordinal = next((part.ordinal for part in parts if part.ordinal is not None), 1)
        named = counted_products(program)
        skus = dict.fromkeys(line.sku for line in facts.lines if line.sku in named)
        ordinals = tuple(ProductOrdinal(sku, 1 + counts.get(sku, 0)) for sku in skus)
    return Explanation(
        program=program.name,
        program_version=version,
        counting_period=counting.period,
        period=program.period_of(facts.closed_at),
        ordinal=ordinal,
        amount=Money(evaluated.amount_minor, evaluated.currency),
        parts=parts,
        choose=program.choose,
        losers=tuple(_losers(plan, facts, evaluated, counts)),
        converted=_converted(plan.exchanging, parts),
        ordinals=ordinals,
        days=counting.days,
    )


def in_reward_currency(program: Program, money: Money, currency: str) -> Money:
    """An amount of the program's file in the currency of a reward, which may be that of its deal."""
    if money.currency == currency:
        return money
    return Money(exchanging(program, currency).minor(money), currency)


def _losers(plan: Plan, facts: Facts, evaluated: Evaluated, counts: Mapping[str, int]) -> Iterator[Loser]:
    for index in plan.applying(facts, evaluated.applied & ~evaluated.decided):
        if index in plan.unclear and not plan.unclear[index](facts):
            continue
        name = plan.program.rules[index].name
        if plan.program.choose is Choose.FIRST:
            yield Loser(name)
        else:
            pieces = plan.rules[index].pay(facts, counts)
            minor = 0 if isinstance(pieces, CannotDecide) else total(pieces)
            yield Loser(name, Money(minor, evaluated.currency))


def _converted(exchanged: Exchanging, parts: tuple[Part, ...]) -> Converted | None:
    """The rate, when it was used for any part."""
    if exchanged.rate is None:
        return None
    in_deals = exchanged.currency != exchanged.program_currency
    if in_deals or any(part.kind in _OF_THE_DEAL or part.tier_from for part in parts):
        return Converted(exchanged.deal_currency, percent_text(exchanged.rate / 100))
    return None


@dataclass(frozen=True, slots=True)
class _Telling:
    """The parts of one deal's reward, put together again from positions."""

    plan: Plan
    facts: Facts

    def part(self, piece: Piece) -> Part:
        rule = self.plan.program.rules[piece.rule]
        currency = self.plan.exchanging.currency
        amount, computed = Money(piece.minor, currency), Money(piece.computed, currency)
        part = Part(rule.name, piece.kind, amount, computed, piece.limit, piece.ordinal, self._product(piece))
        kind: AmountKind = rule.amount.kind
        if piece.kind is PartKind.BONUS:
            return replace(part, every=rule.amount.bonuses[piece.entry or 0].nth)
        if piece.kind in {PartKind.MIN, PartKind.MAX}:
            return part
        if isinstance(kind, Escalating):
            step = kind.steps[piece.step or 0]
            part, kind = replace(part, step_from=step.from_ordinal), step.pays
        return self._of_kind(part, piece, kind)

    def _of_kind(self, part: Part, piece: Piece, kind: AmountKind) -> Part:  # noqa: PLR0911 - one for each kind.
        match kind:
            case Percentage():
                return self._share(part, kind.rate, kind.of)
            case Tiered(tiers, of):
                tier = tiers[piece.tier or 0]
                part = self._tier(part, [one.at_least for one in tiers], piece.tier or 0, of)
                return self._of_kind(part, piece, tier.pays) if isinstance(tier.pays, Percentage) else part
            case Table():
                tier_index, step = piece.tier or 0, piece.step or 0
                part = self._tier(replace(part, step_from=kind.steps[step]), kind.tiers, tier_index, kind.of)
                cell = kind.pays[tier_index][step]
                return self._share(part, cell, kind.of) if isinstance(cell, Fraction) else part
            case Graduated():
                return self._slice(part, piece.tier or 0, kind)
            case PerUnit(amount, products):
                lines = (line for line in self.facts.lines if not products or line.sku in products)
                return self._units(part, sum(line.quantity for line in lines), amount)
            case PerLine(rates):
                return self._line(part, piece, rates[piece.entry or 0].pays)
            case _:
                return replace(part, defaulted=piece.kind is PartKind.SET_BY_SALES and piece.entry is not None)

    def _product(self, piece: Piece) -> str | None:
        if piece.line is not None:
            return self.facts.lines[piece.line].sku
        rule = self.plan.rules[piece.rule]
        if piece.ordinal is None or not isinstance(rule, WholeDealRule) or rule.counted_by is None:
            return None
        return rule.counted(self.facts)

    def _amount(self, of: str) -> int:
        return self.facts.amount if of == DEAL_AMOUNT else self.facts.amounts.get(of, 0)

    def _share(self, part: Part, rate: Fraction, of: str) -> Part:
        base = self.plan.exchanging.rewarded(self._amount(of))
        return replace(part, rate_percent=percent_text(rate), base=base, of=None if of == DEAL_AMOUNT else of)

    def _tier(self, part: Part, edges: tuple[Money, ...] | list[Money], tier: int, of: str) -> Part:
        exchanged = self.plan.exchanging
        told = [Money(exchanged.minor(edge), exchanged.currency) for edge in edges[tier : tier + 2]]
        below = told[1] if len(told) > 1 else None
        return replace(part, tier_from=told[0], tier_below=below, of=None if of == DEAL_AMOUNT else of)

    def _slice(self, part: Part, tier: int, kind: Graduated) -> Part:
        part = self._tier(part, [one.at_least for one in kind.slices], tier, kind.of)
        pays = kind.slices[tier].pays
        if isinstance(pays, Money) or part.tier_from is None:
            return part
        whole = self.plan.exchanging.rewarded(self._amount(kind.of))
        upper = whole if part.tier_below is None or whole < part.tier_below else part.tier_below
        return replace(part, rate_percent=percent_text(pays), base=upper - part.tier_from)

    def _units(self, part: Part, units: int, each: Money) -> Part:
        exchanged = self.plan.exchanging
        return replace(part, units=units, unit_amount=Money(exchanged.minor(each), exchanged.currency))

    def _line(self, part: Part, piece: Piece, pays: object) -> Part:
        line = self.facts.lines[piece.line or 0]
        match pays:
            case PerUnit(amount):
                return self._units(part, line.quantity, amount)
            case Percentage(rate):
                base = self.plan.exchanging.rewarded(line.amount or 0)
                return replace(part, rate_percent=percent_text(rate), base=base)
            case _:
                return part
