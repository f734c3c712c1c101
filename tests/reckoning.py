"""A second reckoning of what a program pays: short, slow, after docs/rules.md, sharing no code with the evaluation.

It reads the document that a person wrote, and computes with exact fractions of whole units of money, rule by rule. What
takes state (limits, start and end, channels) is not its business.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

PLACES: Final = {"USD": 2, "EUR": 2, "JPY": 0, "BHD": 3}

PERSON: Final = "a person"
NOTHING: Final = "nothing"

Value = Any
"""Whatever stands in a document, of the type that its key asks for."""

Document = Mapping[str, Value]
Ordinal = Callable[[str | None], int]


class NeedsAPerson(Exception):
    """Something that decides is not known of the deal."""


@dataclass(frozen=True)
class Line:
    sku: str
    quantity: int
    amount: Fraction | None


@dataclass(frozen=True)
class Deal:
    """The facts of a deal, money in whole units; `texts` by the condition's key."""

    trigger: str
    closed_at: datetime
    amount: Fraction
    currency: str
    amounts: Mapping[str, Fraction]
    lines: Sequence[Line]
    texts: Mapping[str, str | None]
    flags: Mapping[str, bool | None]
    referred_at: datetime | None
    set_by_sales: tuple[Fraction, str] | None

    def named(self, name: str) -> Fraction:
        if name == "amount":
            return self.amount
        if name not in self.amounts:
            raise NeedsAPerson
        return self.amounts[name]


def half_even(amount: Fraction, currency: str) -> Fraction:
    unit = Fraction(10) ** PLACES[currency]
    return Fraction(round(amount * unit)) / unit


@dataclass(frozen=True)
class Reckoning:
    """One program and one deal.

    Attributes:
        counts: How many deals count already, by product or under "".
    """

    program: Document
    deal: Deal
    counts: Mapping[str, int]

    @cached_property
    def rates(self) -> Mapping[str, Fraction]:
        rates = self.program.get("exchange", {}).get("rates", {})
        return {self.program["currency"]: Fraction(1)} | {code: Fraction(rate) for code, rate in rates.items()}

    @cached_property
    def pays_in(self) -> str:
        in_deals = self.program.get("exchange", {}).get("pay_in") == "deal"
        return self.deal.currency if in_deals else str(self.program["currency"])

    def changed(self, amount: Fraction, currency: str) -> Fraction:
        """An amount in the currency of rewards, exactly."""
        if currency == self.pays_in:
            return amount
        if currency not in self.rates or self.pays_in not in self.rates:
            raise NeedsAPerson
        return amount * self.rates[currency] / self.rates[self.pays_in]

    def of_file(self, text: str) -> Fraction:
        return half_even(self.changed(Fraction(text), self.program["currency"]), self.pays_in)

    def of_deal(self, amount: Fraction) -> Fraction:
        if self.deal.currency not in self.rates:
            raise NeedsAPerson
        return self.changed(amount, self.deal.currency)

    def outcome(self, beneficiary: str) -> str | tuple[Fraction, str]:
        """What is paid, or NOTHING, or PERSON."""
        try:
            paid = self._chosen(beneficiary)
        except NeedsAPerson:
            return PERSON
        return (paid, self.pays_in) if paid else NOTHING

    def _chosen(self, beneficiary: str) -> Fraction:
        choose, totals = self.program.get("choose", "first"), []
        for rule in self.program["rules"]:
            if rule.get("rewards", "advocate") == beneficiary and self._is_on(rule) and self.applies(rule):
                totals.append(self.total(rule))
                if choose == "first":
                    break
        if not totals:
            return Fraction(0)
        return max(totals) if choose == "best" else sum(totals, Fraction(0))

    def _is_on(self, rule: Document) -> bool:
        on = rule.get("on", list(self.program.get("triggers", {"deal.closed": {}})))
        return self.deal.trigger in ([on] if isinstance(on, str) else on)

    def applies(self, rule: Document) -> bool:
        """Whether the rule is for the deal; a comparison in a currency without a rate needs a person."""
        met = self.met(rule.get("when", {}))
        if met is None:
            raise NeedsAPerson
        return met

    def met(self, when: Document) -> bool | None:
        """Whether all of the conditions hold; None if that cannot be said."""
        return every(self._one(key, wanted) for key, wanted in when.items())

    def _one(self, key: str, wanted: Value) -> bool | None:  # noqa: PLR0911 - one for each kind of condition.
        deal = self.deal
        match key:
            case "all":
                return every(self.met(inner) for inner in wanted)
            case "any":
                return denied(every(denied(self.met(inner)) for inner in wanted))
            case "not":
                return denied(self.met(wanted))
            case "products":
                return any(line.sku in wanted for line in deal.lines)
            case "sales_involved" | "first_purchase":
                return deal.flags[key] is (wanted == "true")
            case "units":
                return within(Fraction(units(deal.lines)), wanted, Fraction)
            case "deal_amount":
                return self._sized("amount", wanted)
            case "amounts":
                return every(self._sized(name, span) for name, span in wanted.items())
            case "closed" | "referred":
                moment = deal.closed_at if key == "closed" else deal.referred_at
                return moment is not None and within(moment, wanted, self._moment)
            case _:
                return deal.texts[key] in wanted

    def _sized(self, name: str, span: Document) -> bool | None:
        if name != "amount" and name not in self.deal.amounts:
            return False
        if self.deal.currency not in self.rates:
            return None
        return within(self.of_deal(self.deal.named(name)), span, self.of_file)

    def _moment(self, text: str) -> datetime:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.program["time_zone"]))

    def total(self, rule: Document) -> Fraction:
        """What the rule pays, rounded once, within its own bounds."""
        amount, ordinal = rule["amount"], self._ordinals(rule)
        exact = self.kind(amount, ordinal)
        for bonus in amount.get("every", ()):
            if ordinal(None) % int(bonus["nth"]) == 0:
                exact += self.of_file(bonus["bonus"])
        return self.bounded(half_even(exact, self.pays_in), amount)

    def _ordinals(self, rule: Document) -> Ordinal:
        if self.program.get("counting", {}).get("by") != "product":
            return lambda _: 1 + self.counts.get("", 0)
        mine = {line.sku for line in self.deal.lines}
        counted = next((sku for sku in rule.get("when", {}).get("products", ()) if sku in mine), None)
        return lambda sku: 1 + self.counts.get(sku or counted or "", 0)

    def bounded(self, amount: Fraction, bounds: Document) -> Fraction:
        if "min" in bounds:
            amount = max(amount, self.of_file(bounds["min"]))
        return min(amount, self.of_file(bounds["max"])) if "max" in bounds else amount

    def kind(self, amount: Document, ordinal: Ordinal, of: str = "amount") -> Fraction:
        """What one kind of amount comes to, exactly."""
        name = next(key for key in amount if key not in {"every", "min", "max", "from", "products"})
        paid: Fraction = getattr(self, f"_{name}")(amount[name], ordinal, of)
        return paid

    def _flat(self, text: str, _: Ordinal, __: str) -> Fraction:
        return self.of_file(text)

    def _percentage(self, share: Document, _: Ordinal, of: str) -> Fraction:
        base = self.of_deal(self.deal.named(share.get("of", of)))
        return self.bounded(base * Fraction(share["rate"]) / 100, share)

    def _tiers(self, tiers: Value, ordinal: Ordinal, _: str) -> Fraction:
        of, bands = (tiers["of"], tiers["bands"]) if isinstance(tiers, Mapping) else ("amount", tiers)
        size = self.of_deal(self.deal.named(of))
        return self.kind(last(band for band in bands if self.of_file(band["from"]) <= size), ordinal, of)

    def _graduated(self, graduated: Value, _: Ordinal, __: str) -> Fraction:
        of, slices = (graduated["of"], graduated["slices"]) if isinstance(graduated, Mapping) else ("amount", graduated)
        size = self.of_deal(self.deal.named(of))
        edges = [self.of_file(one["from"]) for one in slices]
        paid = Fraction(0)
        for one, edge, upper in zip(slices, edges, [*edges[1:], None], strict=True):
            if "rate" in one and edge < size:
                paid += ((size if upper is None else min(size, upper)) - edge) * Fraction(one["rate"]) / 100
            if "flat" in one and (edge < size or edge == 0):
                paid += self.of_file(one["flat"])
        return paid

    def _escalating(self, steps: Sequence[Document], ordinal: Ordinal, of: str) -> Fraction:
        by_line = all("per_line" in step for step in steps)
        if by_line and self.program.get("counting", {}).get("by") == "product":
            paid = (self._line(line, step_of(steps, ordinal(line.sku))["per_line"]) for line in self.deal.lines)
            return sum(paid, Fraction(0))
        return self.kind(step_of(steps, ordinal(None)), ordinal, of)

    def _table(self, table: Document, ordinal: Ordinal, _: str) -> Fraction:
        size = self.of_deal(self.deal.named(table.get("of", "amount")))
        row = last(number for number, edge in enumerate(table["tiers"]) if self.of_file(edge) <= size)
        column = last(number for number, first in enumerate(table["steps"]) if int(first) <= ordinal(None))
        cell = str(table["pays"][row][column])
        return size * Fraction(cell.removesuffix("%").strip()) / 100 if cell.endswith("%") else self.of_file(cell)

    def _per_unit(self, each: Document, _: Ordinal, __: str) -> Fraction:
        lines = [line for line in self.deal.lines if line.sku in each.get("products", [line.sku])]
        return self.of_file(each["amount"]) * units(lines)

    def _per_line(self, entries: Sequence[Document], _: Ordinal, __: str) -> Fraction:
        return sum((self._line(line, entries) for line in self.deal.lines), Fraction(0))

    def _line(self, line: Line, entries: Sequence[Document]) -> Fraction:
        nothing: Document = {"flat": "0"}
        entry = next((one for one in entries if line.sku in one.get("products", [line.sku])), nothing)
        if "per_unit" in entry:
            return self.of_file(entry["per_unit"]) * line.quantity
        if "flat" in entry:
            return self.of_file(entry["flat"])
        if line.amount is None:
            raise NeedsAPerson
        share = entry["percentage"]
        return self.bounded(self.of_deal(line.amount) * Fraction(share["rate"]) / 100, share)

    def _set_by_sales(self, bounds: Document, _: Ordinal, __: str) -> Fraction:
        if self.deal.set_by_sales is None:
            if "default" not in bounds:
                raise NeedsAPerson
            return self.of_file(bounds["default"])
        asked = self.changed(*self.deal.set_by_sales)
        held = self.bounded(asked, bounds)
        if held != asked and bounds.get("outside", "attention") == "attention":
            raise NeedsAPerson
        return held


def every(truths: Iterator[bool | None]) -> bool | None:
    """All of them; False as soon as one is, and None if it cannot be said."""
    told = list(truths)
    return False if False in told else None if None in told else True


def denied(truth: bool | None) -> bool | None:  # noqa: FBT001 - a truth is what it is about.
    """The opposite of a truth that may be unknown."""
    return None if truth is None else not truth


def within(value: Value, span: Document, read: Callable[[str], Value]) -> bool:
    ends = [span[key] for key in ("below", "before") if key in span]
    return ("from" not in span or read(span["from"]) <= value) and all(value < read(end) for end in ends)


def units(lines: Sequence[Line]) -> int:
    return sum(line.quantity for line in lines)


def step_of(steps: Sequence[Document], ordinal: int) -> Document:
    found: Document = last(step for step in steps if int(step["from"]) <= ordinal)
    return found


def last(found: Iterator[Value]) -> Value:
    return list(found)[-1]
