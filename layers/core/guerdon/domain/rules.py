"""Which rule of a program decides about a deal, and what it pays: pure, the same for pipeline and command line."""

from dataclasses import dataclass, replace

from guerdon.domain.deal import DealEvent
from guerdon.domain.explanation import Explanation
from guerdon.domain.money import Money, percent_text
from guerdon.domain.program import Amount, Escalating, Flat, Percentage, Program, Rule, Tiered, When


@dataclass(frozen=True, slots=True)
class Earned:
    """A rule pays."""

    rule: Rule
    amount: Money
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class NothingEarned:
    """No rule pays for this deal, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class CannotDecide:
    """The deal lacks or contradicts what the deciding rule needs, so a person must look."""

    why: str


Evaluation = Earned | NothingEarned | CannotDecide


def evaluate(program: Program, version: int, event: DealEvent, ordinal: int) -> Evaluation:
    """Judge one deal by one version of a program.

    Args:
        program: The compiled rules.
        version: Which published version they are; it goes into the explanation.
        event: The deal; it must have an advocate.
        ordinal: 1 + the deals already counted for the advocate in the deal's period.
    """
    rule = next((rule for rule in program.rules if _applies(rule.when, event)), None)
    if rule is None:
        return NothingEarned("no rule of the program applies to this deal")
    base = event.deal.amount
    if base.currency != program.currency and _uses_deal_amount(rule.amount, ordinal):
        return CannotDecide(
            f"the deal is in {base.currency} and rule {rule.name!r} computes in {program.currency}; "
            "nothing is converted silently: send the deal in the program's currency"
        )
    blank = Explanation(
        program=program.name,
        program_version=version,
        rule=rule.name,
        counting_period=program.counting_period,
        period=program.period_of(event.deal.closed_at),
        ordinal=ordinal,
        computed=Money(0, program.currency),
        amount=Money(0, program.currency),
    )
    explanation = _explained(rule.amount, base, blank)
    if explanation.amount.amount_minor == 0:
        return NothingEarned(f"rule {rule.name!r} comes to {explanation.amount} for this deal")
    return Earned(rule, explanation.amount, explanation)


def _applies(when: When, event: DealEvent) -> bool:
    advocate, referral = event.advocate, event.referral
    skus = {product.sku for product in event.deal.products}
    product_asked = not when.products or not skus.isdisjoint(when.products)
    segment_asked = not when.segments or (advocate and advocate.segment) in when.segments
    type_asked = not when.advocate_types or (advocate and advocate.type) in when.advocate_types
    method_asked = not when.methods or (referral and referral.method) in when.methods
    return product_asked and segment_asked and type_asked and method_asked


def _uses_deal_amount(amount: Amount, ordinal: int) -> bool:
    if isinstance(amount, Escalating):
        return _uses_deal_amount(amount.step_of(ordinal).pays, ordinal)
    return not isinstance(amount, Flat)


def _explained(amount: Amount, base: Money, so_far: Explanation) -> Explanation:
    match amount:
        case Flat(flat):
            return replace(so_far, computed=flat, amount=flat)
        case Percentage():
            return _share(amount, base, so_far)
        case Tiered(tiers):
            index = amount.index_of(base)
            below = tiers[index + 1].at_least if index + 1 < len(tiers) else None
            tiered = replace(so_far, tier_from=tiers[index].at_least, tier_below=below)
            return _explained(tiers[index].pays, base, tiered)
        case Escalating():
            step = amount.step_of(so_far.ordinal)
            return _explained(step.pays, base, replace(so_far, step_from=step.from_ordinal))


def _share(percentage: Percentage, base: Money, so_far: Explanation) -> Explanation:
    computed = base.times(percentage.rate)
    amount, limit = computed, None
    if percentage.least is not None and computed < percentage.least:
        amount, limit = percentage.least, "min"
    if percentage.most is not None and percentage.most < computed:
        amount, limit = percentage.most, "max"
    return replace(
        so_far,
        rate_percent=percent_text(percentage.rate),
        base=base,
        computed=computed,
        amount=amount,
        limit=limit,
    )
