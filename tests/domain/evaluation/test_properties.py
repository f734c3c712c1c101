"""What holds for every program that the grammar takes and every deal, whatever they are."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from builders import explained_by, facts, program, rule
from domain.grammar.strategies import AMOUNT_NAMES, COUNTRIES, CURRENCIES, PRODUCTS, TEXTS, documents
from guerdon.domain.awarding import Award, award
from guerdon.domain.counting import WHOLE
from guerdon.domain.evaluation import CannotDecide, Evaluated, Evaluation, evaluate, explained
from guerdon.domain.explanation import PartKind
from guerdon.domain.explanation_words import as_json, short, words
from guerdon.domain.facts import Facts, LineFacts
from guerdon.domain.grammar.program import read_program
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Program
from guerdon.domain.triggers import DEAL_CLOSED

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have no zone here.
AMOUNTS = st.integers(0, 3_000_000)


def maybe(values: Any) -> Any:  # noqa: ANN401 - of values of whatever type.
    return st.none() | st.sampled_from(values)


@st.composite
def deals(draw: st.DrawFn, trigger: str = DEAL_CLOSED) -> Facts:
    line = st.builds(LineFacts, st.sampled_from([*PRODUCTS, "other"]), st.integers(0, 40), st.none() | AMOUNTS)
    currency = draw(st.sampled_from(CURRENCIES))
    return Facts(
        trigger=trigger,
        closed_at=draw(MOMENTS),
        currency=currency,
        amount=draw(AMOUNTS),
        amounts=draw(st.dictionaries(st.sampled_from(AMOUNT_NAMES), AMOUNTS)),
        lines=tuple(draw(st.lists(line, max_size=4))),
        segment=draw(maybe(TEXTS["segments"])),
        advocate_type=draw(maybe(TEXTS["advocate_types"])),
        country=draw(maybe(COUNTRIES)),
        method=draw(maybe(TEXTS["methods"])),
        region=draw(maybe(TEXTS["regions"])),
        sales_involved=draw(maybe([True, False])),
        first_purchase=draw(maybe([True, False])),
        referred_at=draw(st.none() | MOMENTS),
        set_by_sales=draw(st.none() | st.builds(Money, AMOUNTS, st.just(currency))),
        recipient_country=draw(maybe(COUNTRIES)),
        preferred_channel=draw(maybe(["gift_card", "check", "coupon"])),
    )


COUNTS = st.dictionaries(st.sampled_from([WHOLE, *PRODUCTS]), st.integers(0, 30))

# A document of the whole language takes long to draw, and longer beside other work; that says nothing of the code.
unhurried = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def compiled(document: Mapping[str, Any]) -> Program:
    read, findings = read_program(document)
    assert read is not None, findings
    return read


class Case(NamedTuple):
    """A program with a deal that one of its rules is for, whether it applies or not."""

    document: Mapping[str, Any]
    program: Program
    deal: Facts
    counts: Mapping[str, int]
    side: Beneficiary

    def chosen(self, choose: str) -> Evaluation:
        return evaluate(compiled({**self.document, "choose": choose}), self.deal, self.counts, self.side)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    document = draw(documents())
    judged_by = compiled(document)
    about = draw(st.sampled_from(judged_by.rules))
    return Case(document, judged_by, draw(deals(draw(st.sampled_from(about.on)))), draw(COUNTS), about.beneficiary)


@unhurried
@given(cases())
def test_every_deal_comes_to_something_and_what_is_paid_is_whole_and_above_zero(case: Case) -> None:
    result = evaluate(case.program, case.deal, case.counts, case.side)
    if not isinstance(result, Evaluated):
        assert result.why
        return
    assert type(result.amount_minor) is int
    assert result.amount_minor > 0
    assert all(type(piece.minor) is int for piece in result.pieces)
    assert result.amount_minor == sum(piece.minor for piece in result.pieces)
    assert all(piece.minor >= 0 for piece in result.pieces if piece.kind is not PartKind.MAX)


@unhurried
@given(cases())
def test_the_parts_of_an_explanation_add_up_to_what_the_rules_pay_and_it_can_be_told(case: Case) -> None:
    result = evaluate(case.program, case.deal, case.counts, case.side)
    if not isinstance(result, Evaluated):
        return
    told = explained(case.program, 1, case.deal, result, case.counts)
    assert sum(part.amount.amount_minor for part in told.parts) == told.by_rule.amount_minor
    assert {part.amount.currency for part in told.parts} == {told.amount.currency}
    assert {rule.name for rule in case.program.rules} >= {*told.rules, *(loser.rule for loser in told.losers)}
    assert words(told).endswith(".")
    assert told.rule in short(told)
    assert as_json(told)["rules"] == list(told.rules)
    # Judged again by the counts that the explanation keeps, it comes to the same: that is how a revision is judged.
    assert evaluate(case.program, case.deal, told.counts, case.side) == result


@unhurried
@given(cases())
def test_no_rule_pays_below_its_least_or_above_its_most(case: Case) -> None:
    assume(case.program.exchange is None)
    result = evaluate(case.program, case.deal, case.counts, case.side)
    if not isinstance(result, Evaluated):
        return
    for index, judged in enumerate(case.program.rules):
        pays = sum(piece.minor for piece in result.pieces if piece.rule == index)
        if result.decided >> index & 1 and judged.amount.least is not None:
            assert pays >= judged.amount.least.amount_minor
        if judged.amount.most is not None:
            assert pays <= judged.amount.most.amount_minor


@unhurried
@given(cases())
def test_an_award_is_never_above_what_the_rules_pay_and_never_more_than_a_limit_that_cuts(case: Case) -> None:
    given_out = award(case.program, case.deal, case.counts, {}, case.side)
    if not isinstance(given_out, Award):
        assert given_out.why
        return
    assert 0 < given_out.amount_minor <= given_out.evaluated.amount_minor
    assert given_out.channel in given_out.rules[0].channels
    for limit in case.program.limits:
        if limit.over == "cut":
            assert given_out.amount_minor <= limit.most.amount_minor


@unhurried
@given(cases())
def test_the_best_is_at_least_what_the_first_gives_and_the_stack_at_least_the_best(case: Case) -> None:
    first, best, stack = (case.chosen(choose) for choose in ("first", "best", "stack"))
    # A rule that cannot be computed leaves the best of them unclear, and need not be the first.
    if isinstance(first, Evaluated) and not isinstance(best, CannotDecide):
        assert isinstance(best, Evaluated)
        assert first.amount_minor <= best.amount_minor
    if isinstance(best, Evaluated):
        assert isinstance(stack, Evaluated)
        assert best.amount_minor <= stack.amount_minor


@unhurried
@given(cases(), st.randoms(use_true_random=False), st.sampled_from(["best", "stack"]))
def test_the_order_of_rules_changes_neither_the_best_nor_the_stack(
    case: Case, shuffled: random.Random, choose: str
) -> None:
    rules = [*case.document["rules"]]
    shuffled.shuffle(rules)
    before, after = case.chosen(choose), case._replace(document={**case.document, "rules": rules}).chosen(choose)
    assert type(before) is type(after)
    if isinstance(before, Evaluated) and isinstance(after, Evaluated):
        assert before.amount_minor == after.amount_minor


@unhurried
@given(cases(), st.lists(deals(), max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_deals_does_not_matter_to_a_program(
    case: Case, others: list[Facts], shuffled: random.Random
) -> None:
    """Evaluating remembers nothing of a deal: what it keeps with the program depends on the program alone."""
    several = [case.deal, *others]
    other = compiled(case.document)
    in_order = [(deal, evaluate(case.program, deal, case.counts, case.side)) for deal in several]
    shuffled.shuffle(in_order)
    for deal, result in in_order:
        assert evaluate(other, deal, case.counts, case.side) == result


@st.composite
def graduated(draw: st.DrawFn) -> dict[str, Any]:
    edges = sorted(draw(st.sets(st.integers(1, 20_000), max_size=4)))
    rates = st.sampled_from(["0", "0.1", "2.5", "7.5", "33.333", "100"])
    return {"graduated": [{"from": str(edge), "rate": draw(rates)} for edge in [0, *edges]]}


def exactly(amount: dict[str, Any], deal: int) -> Fraction:
    """What slices by rates pay for a deal, in cents: each slice by itself, as a person would add it up."""
    edges = [Fraction(one["from"]) * 100 for one in amount["graduated"]]
    rates = [Fraction(one["rate"]) / 100 for one in amount["graduated"]]
    uppers = [*edges[1:], edges[-1] + deal]
    parts = (
        max(min(Fraction(deal), upper) - edge, Fraction(0)) * rate
        for edge, upper, rate in zip(edges, uppers, rates, strict=True)
    )
    return sum(parts, Fraction(0))


@given(graduated(), AMOUNTS)
def test_slices_by_rates_pay_their_exact_sum_rounded_once_and_more_for_more(amount: dict[str, Any], deal: int) -> None:
    assume(any(one["rate"] != "0" for one in amount["graduated"]))
    judged_by = program(rule(amount=amount))
    less, more = (_minor(evaluate(judged_by, facts(amount=total), {})) for total in (deal, deal + 1))
    assert less == round(exactly(amount, deal))
    assert less <= more


@given(graduated())
def test_slices_by_rates_are_continuous_at_their_edges(amount: dict[str, Any]) -> None:
    """A cent more is at most a cent more, but for the one rounding of each."""
    assume(any(one["rate"] != "0" for one in amount["graduated"]))
    judged_by = program(rule(amount=amount))
    for one in amount["graduated"][1:]:
        edge = int(one["from"]) * 100
        below, at, above = (_minor(evaluate(judged_by, facts(amount=edge + step), {})) for step in (-1, 0, 1))
        assert below <= at <= above <= below + 3


@given(graduated(), AMOUNTS)
def test_one_slice_is_a_percentage(amount: dict[str, Any], deal: int) -> None:
    rate = amount["graduated"][0]["rate"]
    assume(rate != "0")
    by_slice = program(rule(amount={"graduated": [{"from": "0", "rate": rate}]}))
    by_share = program(rule(amount={"percentage": {"rate": rate}}))
    assert _minor(evaluate(by_slice, facts(amount=deal), {})) == _minor(evaluate(by_share, facts(amount=deal), {}))


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=6), st.sampled_from(["0.1", "7.5", "33.333"]))
def test_shares_of_lines_that_make_up_the_deal_are_the_share_of_the_deal(lines: list[int], rate: str) -> None:
    assume(sum(lines) * float(rate) >= 100)
    deal = facts(amount=sum(lines), lines=tuple(LineFacts(f"sku-{i}", 1, line) for i, line in enumerate(lines)))
    by_line = explained_by(program(rule(amount={"per_line": [{"percentage": {"rate": rate}}]})), deal)
    whole = explained_by(program(rule(amount={"percentage": {"rate": rate}})), deal)
    assert by_line.amount == whole.amount
    assert len(by_line.parts) == len(lines)


def _minor(result: Evaluation) -> int:
    return result.amount_minor if isinstance(result, Evaluated) else 0
