"""The evaluation pays what a second, simple reckoning pays that knows the language only from its description."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from domain.evaluation.test_properties import COUNTS, compiled, deals, unhurried
from domain.grammar.strategies import documents
from guerdon.domain.evaluation import CannotDecide, Evaluated, Evaluation, evaluate
from guerdon.domain.facts import Facts
from reckoning import NOTHING, PERSON, PLACES, Deal, Line, Reckoning


def told(facts: Facts) -> Deal:
    """The same facts, money in whole units."""

    def money(minor: int) -> Fraction:
        return Fraction(minor, 10 ** PLACES[facts.currency])

    set_by_sales = facts.set_by_sales
    return Deal(
        trigger=facts.trigger,
        closed_at=facts.closed_at,
        amount=money(facts.amount),
        currency=facts.currency,
        amounts={name: money(minor) for name, minor in facts.amounts.items()},
        lines=[
            Line(line.sku, line.quantity, None if line.amount is None else money(line.amount)) for line in facts.lines
        ],
        texts={
            "segments": facts.segment,
            "advocate_types": facts.advocate_type,
            "countries": facts.country,
            "methods": facts.method,
            "regions": facts.region,
            "currencies": facts.currency,
        },
        flags={"sales_involved": facts.sales_involved, "first_purchase": facts.first_purchase},
        referred_at=facts.referred_at,
        set_by_sales=(
            (Fraction(set_by_sales.amount_minor, 10 ** PLACES[set_by_sales.currency]), set_by_sales.currency)
            if set_by_sales
            else None
        ),
    )


def outcome(evaluated: Evaluation) -> str | tuple[Fraction, str]:
    """What the evaluation came to, as the reckoning says it."""
    if isinstance(evaluated, Evaluated):
        return Fraction(evaluated.amount_minor, 10 ** PLACES[evaluated.currency]), evaluated.currency
    return PERSON if isinstance(evaluated, CannotDecide) else NOTHING


def asks_early(document: Mapping[str, Any]) -> bool:
    """Whether the evaluation may ask a person about a deal in a currency without a rate, though nothing would be paid.

    It does so where what is paid would be in that currency.
    """
    paid_in: str | None = document.get("exchange", {}).get("pay_in")
    return paid_in == "deal"


@unhurried
@given(documents(), st.data(), COUNTS)
def test_both_reckonings_agree(document: dict[str, Any], data: st.DataObject, counts: dict[str, int]) -> None:
    program = compiled(document)
    trigger = data.draw(st.sampled_from([trigger.event for trigger in program.triggers]))
    facts = data.draw(deals(trigger))
    for beneficiary in program.beneficiaries():
        reckoning = Reckoning(document, told(facts), counts)
        expected, paid = reckoning.outcome(beneficiary.value), outcome(evaluate(program, facts, counts, beneficiary))
        cautious = paid == PERSON and facts.currency not in reckoning.rates and asks_early(document)
        assert paid == expected or cautious
        event("more cautious" if paid != expected else paid if isinstance(paid, str) else "paid")
