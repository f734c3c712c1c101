"""What limits make of an amount: cuts first, then refusals, then approvals, whatever the order in the file."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders
from builders import CLOSED_AT, usd
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.limits import Applied, Refused, Within, approval_of, limited
from guerdon.domain.money import Money
from guerdon.domain.program import Budget, Limit, Over, Program, Scope

YEAR, MONTH = CountingPeriod.CALENDAR_YEAR, CountingPeriod.CALENDAR_MONTH
THIS_YEAR = Budget(Scope.ADVOCATE, "2026")
THIS_MONTH = Budget(Scope.PROGRAM, "2026-11")
PROGRAM = builders.program()


def limit(over: Over, most: str = "100.00", scope: Scope = Scope.PROGRAM) -> Limit:
    periods = {Scope.REWARD: None, Scope.ADVOCATE: YEAR, Scope.PROGRAM: MONTH}
    return Limit(scope, usd(most), over, periods[scope])


def judged(limits: Iterable[Limit], asked: str, *, divisible: bool = True, **reserved: str) -> Within | Refused:
    """Judge `asked` when so much is reserved in the advocate's year and the program's month."""
    budgets = {"advocate": THIS_YEAR, "program": THIS_MONTH}
    held = {budgets[name]: usd(amount) for name, amount in reserved.items()}
    return limited(replace(PROGRAM, limits=tuple(limits)), CLOSED_AT, usd(asked), held, divisible=divisible)


def test_without_limits_all_is_given() -> None:
    assert judged([], "1000000.00") == Within(usd("1000000.00"))


@pytest.mark.parametrize("over", Over)
@pytest.mark.parametrize("scope", Scope)
def test_what_just_fits_is_given_whole(over: Over, scope: Scope) -> None:
    assert judged([limit(over, scope=scope)], "100.00") == Within(usd("100.00"))


@pytest.mark.parametrize(
    ("scope", "period"), [(Scope.REWARD, None), (Scope.ADVOCATE, "2026"), (Scope.PROGRAM, "2026-11")]
)
def test_a_cent_more_is_cut_refused_or_waits(scope: Scope, period: str | None) -> None:
    def applied(over: Over) -> tuple[Applied, ...]:
        return (Applied(scope, usd("100.00"), usd("100.00"), usd("100.01"), over, period),)

    assert judged([limit(Over.CUT, scope=scope)], "100.01") == Within(usd("100.00"), applied(Over.CUT))
    assert judged([limit(Over.REFUSE, scope=scope)], "100.01") == Refused(applied(Over.REFUSE))
    assert judged([limit(Over.APPROVAL, scope=scope)], "100.01") == Within(usd("100.01"), applied(Over.APPROVAL))


def test_what_is_reserved_is_not_left() -> None:
    cut = judged([limit(Over.CUT)], "50.00", program="80.00")
    assert cut == Within(
        usd("20.00"), (Applied(Scope.PROGRAM, usd("100.00"), usd("20.00"), usd("50.00"), Over.CUT, "2026-11"),)
    )


@pytest.mark.parametrize("reserved", ["100.00", "130.00"])
def test_nothing_left_to_cut_to_is_a_refusal(reserved: str) -> None:
    refused = judged([limit(Over.CUT)], "50.00", program=reserved)
    assert isinstance(refused, Refused)
    assert refused.why == "the program's limit of 100.00 USD for 2026-11 has 0.00 USD left for 50.00 USD"


def test_budgets_of_other_periods_and_scopes_do_not_count() -> None:
    others = {Budget(Scope.PROGRAM, "2026-10"): usd("100.00"), Budget(Scope.ADVOCATE, "2026-11"): usd("100.00")}
    program = replace(PROGRAM, limits=(limit(Over.REFUSE),))
    assert limited(program, CLOSED_AT, usd("100.00"), others) == Within(usd("100.00"))


def test_what_the_reward_is_worth_already_counts_against_its_own_limit() -> None:
    program = replace(PROGRAM, limits=(limit(Over.CUT, scope=Scope.REWARD),))
    left = limited(program, CLOSED_AT, usd("50.00"), {}, standing=usd("70.00"))
    assert left == Within(usd("30.00"), (Applied(Scope.REWARD, usd("100.00"), usd("30.00"), usd("50.00"), Over.CUT),))


def test_of_two_cuts_the_tighter_one_decides() -> None:
    limits = [limit(Over.CUT), limit(Over.CUT, "60.00", Scope.ADVOCATE)]
    assert judged(limits, "200.00") == Within(
        usd("60.00"), (Applied(Scope.ADVOCATE, usd("60.00"), usd("60.00"), usd("200.00"), Over.CUT, "2026"),)
    )


def test_what_a_cut_leaves_is_what_the_others_judge() -> None:
    cut = limit(Over.CUT, "60.00", Scope.ADVOCATE)
    assert judged([limit(Over.REFUSE), cut], "200.00") == judged([cut], "200.00")
    waiting = judged([limit(Over.APPROVAL, "50.00"), cut], "200.00")
    assert waiting == Within(
        usd("60.00"),
        (
            Applied(Scope.ADVOCATE, usd("60.00"), usd("60.00"), usd("200.00"), Over.CUT, "2026"),
            Applied(Scope.PROGRAM, usd("50.00"), usd("50.00"), usd("60.00"), Over.APPROVAL, "2026-11"),
        ),
    )


def test_a_refusal_comes_before_an_approval() -> None:
    refused = judged([limit(Over.APPROVAL, "50.00", Scope.REWARD), limit(Over.REFUSE)], "200.00")
    assert isinstance(refused, Refused)
    assert refused.why == "200.00 USD is over the program's limit of 100.00 USD for 2026-11"


def test_an_item_is_not_cut_but_refused() -> None:
    refused = judged([limit(Over.CUT)], "50.00", program="80.00", divisible=False)
    assert isinstance(refused, Refused)
    assert refused.why == "the program's limit of 100.00 USD for 2026-11 has 20.00 USD left for 50.00 USD"
    assert judged([limit(Over.CUT)], "20.00", program="80.00", divisible=False) == Within(usd("20.00"))


def test_every_limit_that_refuses_is_told() -> None:
    refused = judged([limit(Over.REFUSE), limit(Over.REFUSE, "60.00", Scope.ADVOCATE)], "200.00")
    assert isinstance(refused, Refused)
    assert refused.why == (
        "200.00 USD is over the advocate's limit of 60.00 USD for 2026; "
        "200.00 USD is over the program's limit of 100.00 USD for 2026-11"
    )


def test_only_approvals_need_approval() -> None:
    cut = Applied(Scope.REWARD, usd("50.00"), usd("50.00"), usd("70.00"), Over.CUT)
    first = Applied(Scope.REWARD, usd("40.00"), usd("40.00"), usd("50.00"), Over.APPROVAL)
    second = Applied(Scope.ADVOCATE, usd("90.00"), usd("10.00"), usd("50.00"), Over.APPROVAL, "lifetime")
    assert approval_of((cut,)) is None
    assert approval_of((cut, first, second)) == (
        "50.00 USD is over the limit of 40.00 USD for one reward; "
        "the advocate's limit of 90.00 USD in all has 10.00 USD left for 50.00 USD"
    )


@pytest.mark.parametrize(
    ("over", "words", "short"),
    [
        (Over.CUT, ": cut to 10.00 USD", "cut to 10.00 USD"),
        (Over.APPROVAL, ": a person must approve it", "needs approval"),
        (Over.REFUSE, ": refused", "refused"),
    ],
)
def test_a_limit_in_words_and_in_short(over: Over, words: str, short: str) -> None:
    applied = Applied(Scope.PROGRAM, usd("1000.00"), usd("10.00"), usd("50.00"), over, "2026")
    assert applied.words == f"the program's limit of 1,000.00 USD for 2026 has 10.00 USD left for 50.00 USD{words}"
    assert applied.short == short


def test_a_budget_is_that_of_the_closing_in_the_programs_zone() -> None:
    program = replace(PROGRAM, limits=(limit(Over.CUT), limit(Over.CUT, scope=Scope.ADVOCATE)))
    # 23:30 of December 31 in New York is January in UTC.
    eve = datetime(2027, 1, 1, 4, 30, tzinfo=UTC)
    assert program.budgets_at(eve) == (Budget(Scope.PROGRAM, "2026-12"), Budget(Scope.ADVOCATE, "2026"))


def test_two_limits_of_one_period_share_one_budget() -> None:
    program = replace(PROGRAM, limits=(limit(Over.APPROVAL, "50.00"), limit(Over.CUT), limit(Over.CUT, "9.00")))
    assert program.budgets_at(CLOSED_AT) == (THIS_MONTH,)
    assert replace(PROGRAM, limits=(limit(Over.CUT, scope=Scope.REWARD),)).budgets_at(CLOSED_AT) == ()


# Whatever the limits.

amounts = st.integers(1, 300).map(lambda minor: Money(minor, "USD"))
limit_lists = st.lists(
    st.one_of(
        st.builds(Limit, st.just(Scope.REWARD), amounts, st.sampled_from(Over)),
        st.builds(
            Limit,
            st.sampled_from([Scope.ADVOCATE, Scope.PROGRAM]),
            amounts,
            st.sampled_from(Over),
            st.sampled_from(CountingPeriod),
        ),
    ),
    max_size=5,
)


def given_in_turn(program: Program, asked: Sequence[Money]) -> tuple[list[Within], dict[Budget, Money]]:
    """Judge one amount after the other, each reserved before the next."""
    reserved: dict[Budget, Money] = {}
    granted: list[Within] = []
    for amount in asked:
        left = limited(program, CLOSED_AT, amount, reserved)
        if isinstance(left, Within):
            granted.append(left)
            for budget in program.budgets_at(CLOSED_AT):
                reserved[budget] = reserved.get(budget, usd("0")) + left.amount
    return granted, reserved


@given(limits=limit_lists, asked=st.lists(amounts, max_size=8))
def test_what_is_free_never_goes_above_any_limit(limits: list[Limit], asked: list[Money]) -> None:
    granted, reserved = given_in_turn(replace(PROGRAM, limits=tuple(limits)), asked)
    free = [one.amount.amount_minor for one in granted if approval_of(one.applied) is None]
    for one in limits:
        if one.scope is Scope.REWARD:
            assert all(minor <= one.most.amount_minor for minor in free)
        else:
            assert sum(free) <= one.most.amount_minor
        budget = PROGRAM.budget_of(one, CLOSED_AT)
        if one.over is not Over.APPROVAL and budget is not None:
            assert reserved.get(budget, usd("0")) <= one.most


@given(limits=limit_lists, asked=st.lists(amounts, max_size=8))
def test_nothing_is_given_but_what_was_asked_or_a_part_of_it(limits: list[Limit], asked: list[Money]) -> None:
    reserved: dict[Budget, Money] = {}
    for amount in asked:
        left = limited(replace(PROGRAM, limits=tuple(limits)), CLOSED_AT, amount, reserved)
        if isinstance(left, Refused):
            assert all(one.left < one.asked <= amount for one in left.applied)
            assert left.applied
            continue
        assert 0 < left.amount.amount_minor <= amount.amount_minor
        cuts = [one for one in left.applied if one.over is Over.CUT]
        assert (len(cuts), amount - left.amount) == ((1, amount - cuts[0].left) if cuts else (0, usd("0")))


@given(limits=limit_lists, asked=amounts, held=amounts, divisible=st.booleans(), data=st.data())
def test_the_order_in_the_file_does_not_matter(
    *, limits: list[Limit], asked: Money, held: Money, divisible: bool, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(limits))
    reserved = dict.fromkeys(replace(PROGRAM, limits=tuple(limits)).budgets_at(CLOSED_AT), held)
    one, other = (
        limited(replace(PROGRAM, limits=tuple(order)), CLOSED_AT, asked, reserved, divisible=divisible)
        for order in (limits, shuffled)
    )
    assert one == other
