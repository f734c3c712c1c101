"""From a rule's amount, as data, to the tables that pay it. Done once for each currency that deals come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from guerdon.domain.amounts import (
    DEAL_AMOUNT,
    AmountKind,
    Escalating,
    Flat,
    Graduated,
    LineRate,
    Outside,
    Percentage,
    PerLine,
    PerUnit,
    SetBySales,
    Table,
    Tiered,
    Unescalated,
)
from guerdon.domain.conditions import OneOf, TextFact
from guerdon.domain.counting import CountedBy
from guerdon.domain.evaluation.exchanging import Exchanging
from guerdon.domain.evaluation.kinds import (
    EscalatingKind,
    FlatKind,
    GraduatedKind,
    Kind,
    NamedAmount,
    Refusing,
    SetBySalesKind,
    ShareKind,
    TableKind,
    TieredKind,
    UnitsKind,
)
from guerdon.domain.evaluation.lines import LineEntry, LinesKind, LineTable, SteppedLinesKind
from guerdon.domain.evaluation.results import CannotDecide
from guerdon.domain.evaluation.ruling import Ending, LineByLineRule, PayingRule, WholeDealRule
from guerdon.domain.evaluation.selecting import flat
from guerdon.domain.explanation import PartKind
from guerdon.domain.money import Money
from guerdon.domain.program import Program, Rule


def paying_rule(program: Program, index: int, exchanging: Exchanging) -> PayingRule:
    """The rule at `index` of the program, as it pays deals in one currency."""
    rule = program.rules[index]
    compiler = _Compiler(index, rule, exchanging)
    ending = compiler.ending()
    by_product = program.counting.by is CountedBy.PRODUCT
    tables = _line_tables(rule.amount.kind) if by_product and not exchanging.pays_nothing else ()
    if tables and (len(tables) > 1 or ending.bonuses):
        return LineByLineRule(compiler.stepped_lines(tables), ending)
    steps = isinstance(rule.amount.kind, Escalating | Table)
    counted_by = _named_products(rule) if by_product else None
    if exchanging.pays_nothing:
        return WholeDealRule(Refusing(compiler.no_rate()), steps=False)
    kind = compiler.kind(rule.amount.kind)
    return WholeDealRule(kind, steps, None if ending.nothing else ending, counted_by)


def _line_tables(kind: AmountKind) -> tuple[tuple[int, PerLine], ...]:
    """The rates for lines by the ordinal that they are from; empty when any of it is for a whole deal."""
    if isinstance(kind, PerLine):
        return ((1, kind),)
    if not isinstance(kind, Escalating):
        return ()
    by_line = tuple((step.from_ordinal, step.pays) for step in kind.steps if isinstance(step.pays, PerLine))
    return by_line if len(by_line) == len(kind.steps) else ()


def _named_products(rule: Rule) -> tuple[str, ...]:
    """The products that all deals of the rule have one of, in its own order."""
    return next(
        (part.values for part in flat(rule.when) if isinstance(part, OneOf) and part.fact is TextFact.PRODUCTS), ()
    )


@dataclass(frozen=True, slots=True)
class _Compiler:
    index: int
    rule: Rule
    exchanging: Exchanging

    def ending(self) -> Ending:
        amount = self.rule.amount
        bonuses = tuple((bonus.nth, self.exchanging.minor(bonus.amount)) for bonus in amount.bonuses)
        return Ending(self.index, bonuses, self._bound(amount.least), self._bound(amount.most))

    def kind(self, kind: AmountKind) -> Kind:
        match kind:
            case Escalating(steps):
                edges = tuple(step.from_ordinal for step in steps[1:])
                return EscalatingKind(edges, tuple(self.unescalated(step.pays) for step in steps))
            case Table():
                return self._table(kind)
            case _:
                return self.unescalated(kind)

    def unescalated(self, kind: Unescalated) -> Kind:  # noqa: PLR0911 - one for each kind.
        exchanging = self.exchanging
        match kind:
            case Flat(amount):
                return FlatKind(self.index, exchanging.minor(amount))
            case Percentage():
                return self._share(kind.rate, kind.of, kind.least, kind.most)
            case Tiered(tiers, of):
                if exchanging.unknown:
                    return Refusing(self.no_rate())
                pays = tuple(self.unescalated(tier.pays) for tier in tiers)
                return TieredKind(self._named(of), exchanging.up, self._edges([t.at_least for t in tiers]), pays)
            case Graduated():
                return self._graduated(kind)
            case PerUnit(amount, products):
                return UnitsKind(self.index, exchanging.minor(amount), frozenset(products), self._below_zero())
            case PerLine():
                denominator = self._line_denominator([kind])
                return LinesKind(self.index, self._line_table(kind, denominator), denominator)
            case SetBySales(least, most, default, outside):
                paid = None if default is None else exchanging.minor(default)
                clamps = outside is Outside.CLAMP
                bounds = exchanging.minor(least), exchanging.minor(most)
                return SetBySalesKind(self.index, self.rule.name, exchanging, *bounds, paid, clamps)

    def stepped_lines(self, tables: Sequence[tuple[int, PerLine]]) -> SteppedLinesKind:
        denominator = self._line_denominator([table for _, table in tables])
        edges = tuple(from_ordinal for from_ordinal, _ in tables[1:])
        compiled = tuple(self._line_table(table, denominator) for _, table in tables)
        return SteppedLinesKind(self.index, edges, compiled, denominator)

    def _share(self, rate: Fraction, of: str, least: Money | None, most: Money | None) -> Kind:
        exchanging = self.exchanging
        if exchanging.unknown:
            return Refusing(self.no_rate())
        exact = rate * exchanging.up / exchanging.down
        bounds = self._bound(least), self._bound(most)
        return ShareKind(self.index, self._named(of), exact.numerator, exact.denominator, *bounds)

    def _table(self, table: Table) -> Kind:
        if self.exchanging.unknown:
            return Refusing(self.no_rate())
        cells = tuple(
            tuple(
                FlatKind(self.index, self.exchanging.minor(cell))
                if isinstance(cell, Money)
                else self._share(cell, table.of, None, None)
                for cell in row
            )
            for row in table.pays
        )
        return TableKind(self._named(table.of), self.exchanging.up, self._edges(table.tiers), table.steps[1:], cells)

    def _graduated(self, graduated: Graduated) -> Kind:
        exchanging, slices = self.exchanging, graduated.slices
        if exchanging.unknown:
            return Refusing(self.no_rate())
        rates = [one.pays if isinstance(one.pays, Fraction) else Fraction(0) for one in slices]
        common = lcm(*(rate.denominator for rate in rates))
        denominator = common * exchanging.down
        per_unit = tuple(rate.numerator * (common // rate.denominator) for rate in rates)
        flats = tuple(exchanging.minor(one.pays) * denominator if isinstance(one.pays, Money) else 0 for one in slices)
        edges = self._edges([one.at_least for one in slices])
        widths = [upper - lower for lower, upper in zip((0, *edges), edges, strict=False)]
        whole = tuple(width * rate + paid for width, rate, paid in zip(widths, per_unit, flats, strict=False))
        named = self._named(graduated.of)
        return GraduatedKind(self.index, named, exchanging.up, edges, per_unit, whole, flats, denominator)

    def _line_denominator(self, tables: Sequence[PerLine]) -> int:
        rates = [rate.pays.rate for table in tables for rate in table.rates if isinstance(rate.pays, Percentage)]
        return lcm(self.exchanging.down, *((rate * self._factor()).denominator for rate in rates))

    def _line_table(self, per_line: PerLine, denominator: int) -> LineTable:
        of_product: dict[str, int] = {}
        of_others = None
        for position, rate in enumerate(per_line.rates):
            for sku in rate.products:
                of_product.setdefault(sku, position)
            if not rate.products:
                # What comes after a rate for every line is for none.
                of_others = position
                break
        return LineTable(tuple(self._entry(rate, denominator) for rate in per_line.rates), of_product, of_others)

    def _entry(self, rate: LineRate, denominator: int) -> LineEntry:
        lacking = CannotDecide(
            f"rule {self.rule.name!r} pays by the lines of the deal, and a line of it does not say its amount: "
            "send it in data.deal.products"
        )
        match rate.pays:
            case Flat(amount):
                flat_minor = self.exchanging.minor(amount) * denominator
                return LineEntry(PartKind.FLAT, flat_minor, 0, None, None, None, lacking)
            case PerUnit(amount):
                unit = self.exchanging.minor(amount) * denominator
                return LineEntry(PartKind.UNITS, 0, unit, None, None, None, lacking)
            case Percentage(share, least, most):
                exact = share * self._factor()
                over = exact.numerator * (denominator // exact.denominator)
                lower = None if least is None else self.exchanging.minor(least) * denominator
                upper = None if most is None else self.exchanging.minor(most) * denominator
                refusal = self.no_rate() if self.exchanging.unknown else None
                return LineEntry(PartKind.SHARE, 0, 0, over, lower, upper, lacking, refusal)

    def _factor(self) -> Fraction:
        return Fraction(self.exchanging.up, self.exchanging.down)

    def _edges(self, edges: Sequence[Money]) -> tuple[int, ...]:
        return tuple(self.exchanging.scaled(edge) for edge in edges[1:])

    def _bound(self, bound: Money | None) -> int | None:
        return None if bound is None else self.exchanging.minor(bound)

    def _named(self, of: str) -> NamedAmount:
        if of == DEAL_AMOUNT:
            return NamedAmount(None, self._below_zero())
        return NamedAmount(
            of,
            CannotDecide(
                f"rule {self.rule.name!r} computes with the deal's {of!r}, which the deal does not say: "
                "send it in data.deal.amounts"
            ),
        )

    def _below_zero(self) -> CannotDecide:
        return CannotDecide(f"rule {self.rule.name!r} cannot compute with a deal of less than nothing")

    def no_rate(self) -> CannotDecide:
        return no_rate(self.rule, self.exchanging)


def no_rate(rule: Rule, exchanging: Exchanging) -> CannotDecide:
    """Why nothing can be decided about a deal whose amounts cannot be compared with the file's."""
    return CannotDecide(
        f"the deal is in {exchanging.deal_currency} and rule {rule.name!r} computes in {exchanging.program_currency}; "
        "nothing is converted silently: send the deal in the program's currency"
    )
