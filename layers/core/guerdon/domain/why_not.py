"""Why a rule does not apply to a deal, in plain words: the first of its conditions that is not met.

It asks the facts anew, slowly and one condition after the other, since it is only asked by a person who looks at one
deal. `evaluation` decides; a test holds that both always agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from guerdon.domain.amounts import DEAL_AMOUNT
from guerdon.domain.conditions import (
    All,
    AnyOf,
    Condition,
    During,
    Flag,
    FlagFact,
    MomentFact,
    Not,
    OneOf,
    Sized,
    TextFact,
    Units,
)
from guerdon.domain.evaluation.exchanging import exchanging
from guerdon.domain.explanation import Explanation
from guerdon.domain.facts import Facts
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Choose, Program, Rule

WHOM: Final = {Beneficiary.ADVOCATE: "advocate", Beneficiary.REFERRED: "new customer"}

_FIELD: Final = {
    TextFact.SEGMENTS: "segment",
    TextFact.ADVOCATE_TYPES: "advocate_type",
    TextFact.COUNTRIES: "country",
    TextFact.METHODS: "method",
    TextFact.REGIONS: "region",
    TextFact.CURRENCIES: "currency",
    FlagFact.SALES_INVOLVED: "sales_involved",
    FlagFact.FIRST_PURCHASE: "first_purchase",
    MomentFact.CLOSED: "closed_at",
    MomentFact.REFERRED: "referred_at",
}
"""Where in Facts the value of a fact is."""

_CALLED: Final = {
    TextFact.SEGMENTS: "the advocate's segment",
    TextFact.ADVOCATE_TYPES: "the advocate's type",
    TextFact.COUNTRIES: "the advocate's country",
    TextFact.METHODS: "the method of the referral",
    TextFact.REGIONS: "the deal's region",
    TextFact.CURRENCIES: "the deal's currency",
}

_FLAG_WORDS: Final = {
    FlagFact.SALES_INVOLVED: ("sales were involved", "sales were not involved", "whether sales were involved"),
    FlagFact.FIRST_PURCHASE: (
        "it is the customer's first purchase",
        "it is not the customer's first purchase",
        "whether it is the customer's first purchase",
    ),
}
"""A fact that is so, that is not so, and that nobody told."""


class Verdict(StrEnum):
    """How a rule fared."""

    WON = "won"  # It decided on the amount, alone or with others.
    LOST = "lost"  # It applies, and did not decide.
    DOES_NOT_APPLY = "does_not_apply"


@dataclass(frozen=True, slots=True)
class Fate:
    """How one rule fared with one deal.

    Attributes:
        why: What it pays, why it did not decide, or why it does not apply, as a clause.
    """

    rule: str
    verdict: Verdict
    why: str


def fates(
    program: Program, facts: Facts, beneficiary: Beneficiary, explanation: Explanation | None
) -> tuple[Fate, ...]:
    """How every rule of `program` fared, in the file's order.

    Args:
        program: The version that decided.
        facts: The deal.
        beneficiary: Whose reward was judged.
        explanation: Why it earned what it did; None if it earned nothing.
    """
    fared: list[Fate] = []
    decided: str | None = None
    for rule in program.rules:
        lack = why_not(program, rule, facts, beneficiary)
        if explanation is not None and rule.name in explanation.rules:
            paid = sum_of(explanation, rule.name)
            fared.append(Fate(rule.name, Verdict.WON, f"it pays {paid.words}"))
        elif lack is not None:
            fared.append(Fate(rule.name, Verdict.DOES_NOT_APPLY, lack))
        else:
            fared.append(Fate(rule.name, Verdict.LOST, _lost(program, rule, explanation, decided)))
        if decided is None and fared[-1].verdict is not Verdict.DOES_NOT_APPLY:
            decided = rule.name
    return tuple(fared)


def sum_of(explanation: Explanation, rule: str) -> Money:
    """What one rule pays, before the program's limits."""
    parts = (part.amount for part in explanation.parts if part.rule == rule)
    return sum(parts, Money(0, explanation.amount.currency))


def _lost(program: Program, rule: Rule, explanation: Explanation | None, decided: str | None) -> str:
    """Why a rule that applies did not decide; `decided` is the first that applies, if that stands before it."""
    if program.choose is Choose.FIRST and decided is not None:
        return f"it applies too, but “{decided}” stands before it, and the first rule that applies decides"
    if explanation is None:
        return "it applies, and nothing came of it"
    if program.choose is Choose.STACK:
        return "it applies, and comes to nothing"
    amount = next((loser.amount for loser in explanation.losers if loser.rule == rule.name), None)
    if amount is None:
        return "it applies, and was not computed"
    won = f"“{explanation.rule}”, which pays {explanation.by_rule.words}"
    if amount == explanation.by_rule:
        return f"it would pay {amount.words}, as much as {won} and stands before it"
    return f"it would pay {amount.words}, less than {won}"


def why_not(program: Program, rule: Rule, facts: Facts, beneficiary: Beneficiary) -> str | None:
    """Why `rule` does not apply to the deal of `facts`, as a clause; None if it applies.

    Args:
        program: Whose rule.
        rule: The rule that is asked about.
        facts: The deal.
        beneficiary: Whose reward is judged.
    """
    if rule.beneficiary is not beneficiary:
        return f"it rewards the {WHOM[rule.beneficiary]}, and this is about the {WHOM[beneficiary]}"
    if facts.trigger not in rule.on:
        return f"this is {facts.trigger}, and the rule is for {_one_of(rule.on)}"
    return _Asking(program, facts).lack(rule.when, "the rule is")


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks one deal's facts."""

    program: Program
    facts: Facts

    def lack(self, condition: Condition, who: str) -> str | None:
        """Why `condition` is not met, with what `who` asks for; None if it is met."""
        match condition:
            case All(parts):
                return next(filter(None, (self.lack(part, who) for part in parts)), None)
            case AnyOf(parts):
                lacks = [self.lack(part, "that is") for part in parts]
                return None if None in lacks else f"none of its alternatives holds: {_numbered(filter(None, lacks))}"
            case Not(part):
                return None if self.lack(part, who) else f"{self.state(part)}, which the rule excludes"
            case OneOf():
                met = any(value in condition.values for value in self._values(condition.fact))
                return None if met else f"{self.state(condition)}, and {who} for {_one_of(condition.values)}"
            case Flag(fact, value):
                wanted = _FLAG_WORDS[fact][0 if value else 1]
                return None if self._value(fact) is value else f"{self.state(condition)}, and {who} for when {wanted}"
            case Sized() | Units() | During():
                met = self._within(condition)
                return None if met else f"{self.state(condition)}, and {who} for {self._range(condition)}"

    def state(self, condition: Condition) -> str:
        """What the deal says of what `condition` looks at; of alternatives, of the first that is met."""
        match condition:
            case All(parts):
                return " and ".join(self.state(part) for part in parts) or "it is a deal"
            case AnyOf(parts):
                met = (part for part in parts if self.lack(part, "") is None)
                return self.state(next(met, parts[0]))
            case Not(part):
                return self.state(part)
            case _:
                return self._told(condition)

    def _told(self, condition: OneOf | Flag | Sized | Units | During) -> str:
        match condition:
            case OneOf(fact):
                return self._values_words(fact)
            case Flag(fact):
                yes, no, unknown = _FLAG_WORDS[fact]
                told = self._value(fact)
                return f"{unknown} is not known" if told is None else yes if told else no
            case Sized(of):
                return self._amount_words(of)
            case Units():
                units = self._units()
                return f"the deal has {units} {'unit' if units == 1 else 'units'}"
            case During(fact):
                moment, verb = self._moment(fact), "closed" if fact is MomentFact.CLOSED else "was referred"
                if moment is None:
                    return f"when it {verb} is not known"
                return f"it {verb} at {self._moment_words(moment)} in {self.program.zone.key}"

    def _values_words(self, fact: TextFact) -> str:
        values = self._values(fact)
        if fact is not TextFact.PRODUCTS:
            return f"{_CALLED[fact]} is {values[0] if values else 'not known'}"
        if not values:
            return "the deal names no products"
        return f"the deal's {'product is' if len(values) == 1 else 'products are'} {_listed(values)}"

    def _value(self, fact: TextFact | FlagFact | MomentFact) -> object:
        return getattr(self.facts, _FIELD[fact])

    def _values(self, fact: TextFact) -> tuple[str, ...]:
        if fact is TextFact.PRODUCTS:
            return tuple(dict.fromkeys(line.sku for line in self.facts.lines))
        value = self._value(fact)
        return (value,) if isinstance(value, str) else ()

    def _units(self) -> int:
        return sum(line.quantity for line in self.facts.lines)

    def _moment(self, fact: MomentFact) -> datetime | None:
        value = self._value(fact)
        return value if isinstance(value, datetime) else None

    def _amount(self, of: str) -> int | None:
        return self.facts.amount if of == DEAL_AMOUNT else self.facts.amounts.get(of)

    def _within(self, condition: Sized | Units | During) -> bool:
        match condition:
            case Sized(of, least, below):
                amount, changed = self._amount(of), exchanging(self.program, self.facts.currency)
                if amount is None or changed.unknown:
                    return False
                compared = amount * changed.up
                above = least is None or changed.scaled(least) <= compared
                return above and (below is None or compared < changed.scaled(below))
            case Units(fewest, fewer):
                units = self._units()
                return (fewest is None or fewest <= units) and (fewer is None or units < fewer)
            case During(fact, start, end):
                moment = self._moment(fact)
                return moment is not None and (start is None or start <= moment) and (end is None or moment < end)

    def _range(self, condition: Sized | Units | During) -> str:
        match condition:
            case Sized(_, least, below):
                return f"amounts {_span(self._bound_words(least), 'below', self._bound_words(below))}"
            case Units(fewest, fewer):
                few, many = (None if bound is None else str(bound) for bound in (fewest, fewer))
                return f"deals with units {_span(few, 'below', many)}"
            case During(_, start, end):
                opens, ends = (None if bound is None else self._moment_words(bound) for bound in (start, end))
                return f"moments {_span(opens, 'before', ends)}"

    def _bound_words(self, bound: Money | None) -> str | None:
        return None if bound is None else bound.words

    def _amount_words(self, of: str) -> str:
        called = "the deal's amount" if of == DEAL_AMOUNT else f"the deal's {of}"
        amount = self._amount(of)
        if amount is None:
            return f"{called} is not known"
        money, changed = Money(amount, self.facts.currency), exchanging(self.program, self.facts.currency)
        if changed.unknown:
            return f"{called} is {money.words}, for which the program has no rate"
        if changed.rate is None or changed.currency == money.currency:
            return f"{called} is {money.words}"
        return f"{called} is {money.words}, which counts as {changed.rewarded(amount).words}"

    def _moment_words(self, moment: datetime) -> str:
        local = moment.astimezone(self.program.zone)
        return local.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


def _one_of(values: Iterable[str]) -> str:
    return _joined(tuple(values), "or")


def _listed(values: Iterable[str]) -> str:
    return _joined(tuple(values), "and")


def _joined(values: tuple[str, ...], last: str) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} {last} {values[-1]}"


def _numbered(clauses: Iterable[str]) -> str:
    return "; ".join(f"({number}) {clause}" for number, clause in enumerate(clauses, 1))


def _span(least: str | None, until: str, most: str | None) -> str:
    ends = (least and f"from {least}", most and f"{until} {most}")
    return " to ".join(filter(None, ends))
