"""Which rules decide about a deal, and what they pay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from guerdon.domain.evaluation.compiling import no_rate, paying_rule
from guerdon.domain.evaluation.exchanging import Exchanging, exchanging
from guerdon.domain.evaluation.results import (
    CannotDecide,
    Evaluated,
    Evaluation,
    NothingEarned,
    Piece,
    Pieces,
    positions,
)
from guerdon.domain.evaluation.ruling import PayingRule
from guerdon.domain.evaluation.selecting import Check, Selector, check, looks_at_amounts, selector
from guerdon.domain.facts import Facts
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Choose, Program

_PLANS: Final = "plans"
_NONE_APPLIES: Final = NothingEarned("no rule of the program applies to this deal")


@dataclass(frozen=True, slots=True)
class Plan:
    """A program as it judges one event in one currency for one beneficiary.

    Attributes:
        rules: By their position in the program, those that the plan is about.
        unclear: Of the rules that compare amounts which cannot be compared, for lack of a rate, whether they apply
            whatever those come to.
        first_decides: Whether the program chooses the first rule that applies.
        currency: The currency of rewards.
    """

    program: Program
    exchanging: Exchanging
    selector: Selector
    rules: Mapping[int, PayingRule]
    unclear: Mapping[int, Check]
    first_decides: bool
    currency: str

    def evaluate(self, facts: Facts, counts: Mapping[str, int]) -> Evaluation:
        """What the rules pay for the deal of `facts`."""
        candidates = left = self.selector.candidates(facts)
        if not self.first_decides:
            return self._of_all(facts, counts, candidates)
        stopping = self.selector.asked
        while left:
            lowest = left & -left
            index = lowest.bit_length() - 1
            if lowest & stopping:
                if not self.selector.checks[index](facts):
                    left ^= lowest
                    continue
                if index in self.unclear and not self.unclear[index](facts):
                    return no_rate(self.program.rules[index], self.exchanging)
            pieces = self.rules[index].pay(facts, counts)
            if isinstance(pieces, CannotDecide):
                return pieces
            minor = pieces[0].minor if len(pieces) == 1 else total(pieces)
            if not minor:
                return self._nothing((index,))
            return Evaluated(minor, self.currency, pieces, lowest, candidates)
        return _NONE_APPLIES

    def applying(self, facts: Facts, candidates: int) -> tuple[int, ...]:
        """Of the candidates, the rules that do apply, or may for all that is known."""
        checks = self.selector.checks
        return tuple(rule for rule in positions(candidates) if rule not in checks or checks[rule](facts))

    def _of_all(self, facts: Facts, counts: Mapping[str, int], candidates: int) -> Evaluation:
        """What is best of all rules that apply, or their sum; no rule may be left unclear for either."""
        applying = self.applying(facts, candidates)
        if not applying:
            return _NONE_APPLIES
        unclear = next((one for one in applying if one in self.unclear and not self.unclear[one](facts)), None)
        if unclear is not None:
            return no_rate(self.program.rules[unclear], self.exchanging)
        paid: list[Pieces] = []
        for index in applying:
            pieces = self.rules[index].pay(facts, counts)
            if isinstance(pieces, CannotDecide):
                return pieces
            paid.append(pieces)
        applied = sum(1 << index for index in applying)
        if self.program.choose is Choose.STACK:
            stacked = tuple(piece for pieces in paid for piece in pieces)
            return self._result(stacked, applying, applied)
        best = max(range(len(paid)), key=lambda place: (total(paid[place]), -place))
        return self._result(paid[best], (applying[best],), applied)

    def _result(self, pieces: tuple[Piece, ...], rules: tuple[int, ...], applied: int) -> Evaluation:
        minor = total(pieces)
        if minor == 0:
            return self._nothing(rules)
        decided = sum(1 << rule for rule in rules)
        return Evaluated(minor, self.currency, pieces, decided, applied)

    def _nothing(self, rules: tuple[int, ...]) -> NothingEarned:
        named = " and ".join(repr(self.program.rules[rule].name) for rule in rules)
        subject = f"rule {named} comes" if len(rules) == 1 else f"rules {named} come"
        return NothingEarned(f"{subject} to {Money(0, self.exchanging.currency)} for this deal")


@dataclass(frozen=True, slots=True)
class _Plans:
    """The plans of a program, by event, currency and beneficiary."""

    of: dict[tuple[str, str, Beneficiary], Plan] = field(default_factory=dict)


def evaluate(
    program: Program, facts: Facts, counts: Mapping[str, int], beneficiary: Beneficiary = Beneficiary.ADVOCATE
) -> Evaluation:
    """What the program's rules pay `beneficiary` for one deal, before its limits.

    Args:
        program: The rules.
        facts: The deal.
        counts: How many deals of the beneficiary count so far, by product or under WHOLE: `tallies.counts_at`.
        beneficiary: Whose rules.
    """
    return plan_of(program, facts, beneficiary).evaluate(facts, counts)


def plan_of(program: Program, facts: Facts, beneficiary: Beneficiary) -> Plan:
    """The plan by which `program` judges deals like this one; made when it is first asked for."""
    plans = program.worked_out.get(_PLANS)
    if not isinstance(plans, _Plans):
        plans = program.worked_out[_PLANS] = _Plans()
    key = facts.trigger, facts.currency, beneficiary
    plan = plans.of.get(key)
    if plan is None:
        plan = plans.of[key] = _plan(program, facts, beneficiary)
    return plan


def _plan(program: Program, facts: Facts, beneficiary: Beneficiary) -> Plan:
    about = {
        index: rule
        for index, rule in enumerate(program.rules)
        if facts.trigger in rule.on and rule.beneficiary is beneficiary
    }
    exchanged = exchanging(program, facts.currency)
    unclear = {
        index: check(rule.when, exchanged, surely=True)
        for index, rule in about.items()
        if exchanged.unknown and looks_at_amounts(rule.when)
    }
    return Plan(
        program,
        exchanged,
        selector({index: rule.when for index, rule in about.items()}, exchanged),
        {index: paying_rule(program, index, exchanged) for index in about},
        unclear,
        program.choose is Choose.FIRST,
        exchanged.currency,
    )


def total(pieces: Pieces) -> int:
    """What pieces sum to."""
    return sum(piece.minor for piece in pieces)
