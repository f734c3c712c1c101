from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from guerdon.application.benchmark.compare import compare
from guerdon.application.benchmark.published import FIGURES, Kind
from guerdon.application.benchmark.tally import Tally, range_of
from guerdon.application.benchmark.verdicts import Line, Verdict
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import Money

JANUARY = datetime(2025, 1, 15, 12, tzinfo=UTC)


def row(  # noqa: PLR0913 - each test says what matters to it.
    advocate: str = "A-1",
    *,
    won: bool = False,
    month: int = 0,
    method: str | None = None,
    sales: bool | None = None,
    channel: str | None = None,
    reward: Money | None = None,
    trigger: str = "deal.closed",
) -> HistoryRow:
    """A referral in a month counted from January 2025."""
    closed_at = JANUARY.replace(year=2025 + month // 12, month=month % 12 + 1)
    return HistoryRow(
        0,
        "D-1",
        closed_at,
        100,
        "USD",
        advocate,
        trigger,
        method=method,
        sales_involved=sales,
        preferred_channel=channel,
        set_by_sales=reward,
        status="won" if won else "lead",
    )


def tally_of(rows: Iterable[HistoryRow]) -> Tally:
    tally = Tally()
    tally.read(rows)
    return tally


def lines_of(rows: Iterable[HistoryRow], kind: Kind = Kind.CUSTOMER, enrolled: int | None = None) -> dict[str, Line]:
    return {line.key: line for chapter in compare(tally_of(rows), kind, enrolled) for line in chapter.lines}


def figure(line: Line) -> tuple[float, int]:
    assert line.measured is not None, line.lacking
    return line.measured.figure, line.measured.sample


def test_conversion_is_of_all_leads_and_of_those_with_sales() -> None:
    lines = lines_of([row(won=True, sales=True), row(sales=True), row(won=True, sales=False), row(), row()])
    assert figure(lines["conversion.all"]) == (0.4, 5)
    assert figure(lines["conversion.with_sales"]) == (0.5, 2)


def test_without_leads_nothing_is_guessed_about_conversion_and_numbers() -> None:
    lines = lines_of([row(won=True, month=month, method="email", sales=True) for month in range(24)], enrolled=10)
    compared = {key for key, line in lines.items() if line.measured is not None}
    assert compared == set()
    assert lines["conversion.all"].lacking.startswith("Needs referrals that became no deal")
    assert lines["numbers.one"].lacking == lines["method_use.email"].lacking == lines["conversion.all"].lacking


def test_methods_are_compared_by_use_and_conversion_and_others_are_counted() -> None:
    rows = [row(method="email", won=True), row(method="email"), row(method="fax"), row(method="verbal"), row()]
    tally = tally_of(rows)
    lines = lines_of(rows)
    assert figure(lines["method_use.email"]) == (0.5, 4)
    assert figure(lines["method_use.social"]) == (0.0, 4)
    assert figure(lines["method_conversion.email"]) == (0.5, 2)
    assert lines["method_conversion.social"].lacking == "The file has no leads by social media."
    assert tally.other_methods == 1


def test_partners_are_compared_with_partners_and_with_what_is_published_of_them_only() -> None:
    lines = lines_of([row(method="lead_form", won=True), row()], Kind.PARTNER)
    assert len(lines) == 14
    assert lines["conversion.all"].published.figure == 0.31
    assert lines["conversion.with_sales"].published.figure == 0.41
    assert lines["method_conversion.print_card"].published.figure == 0.67


def test_numbers_of_referrals_are_counted_in_whole_years() -> None:
    rows = [row("A", month=0, won=True)]
    rows += [row("B", month=month) for month in (1, 5)]
    rows += [row("C", month=6) for _ in range(11)]
    rows += [row("D", month=11)]
    rows += [row("E", month=12)]  # An unfinished year.
    lines = lines_of(rows, enrolled=8)
    assert figure(lines["numbers.one"]) == (0.5, 4)
    assert figure(lines["numbers.few"]) == (0.25, 4)
    assert figure(lines["numbers.many"]) == (0.25, 4)
    assert figure(lines["activity.active"]) == (0.5, 8)
    assert figure(lines["activity.leads"]) == (15 / 8, 8)
    assert lines["activity.leads"].verdict is Verdict.TOO_FEW


def test_a_year_is_needed_and_it_says_how_much_there_is() -> None:
    lines = lines_of([row(won=True), row(month=10)], enrolled=8)
    assert lines["numbers.one"].lacking == "Needs a whole year: the file has 11 of 12 months."
    assert lines["concentration.top_1_deals"].lacking == "Needs a whole year: the file has 11 of 12 months."


def test_a_year_in_which_nothing_happened_is_one_without_active_advocates() -> None:
    rows = [row("A", won=True), row("B", month=40)]
    years = tally_of(rows).years
    assert (years.whole, years.months) == (3, 41)
    assert years.advocates() == 1
    assert years.after_success == (2, 0, 0)


def test_enrolled_are_not_guessed() -> None:
    lines = lines_of([row(won=True), row(month=11)])
    assert lines["activity.active"].lacking == "Needs the number of enrolled advocates: give --enrolled."


def test_leads_after_success_are_of_everybody_who_had_a_deal_in_an_earlier_year() -> None:
    rows = [row("A", won=True), row("B", won=True), row("C")]
    rows += [row("A", month=12), row("A", month=13), row("C", month=14), row("D", month=23, won=True)]
    lines = lines_of(rows)
    assert figure(lines["activity.leads_after_success"]) == (1.0, 2)


def test_the_first_year_has_nobody_who_succeeded_before() -> None:
    lines = lines_of([row("A", won=True), row("A", month=11)])
    assert lines["activity.leads_after_success"].lacking == "Needs two whole years, and deals in the first."


def test_the_most_active_share_is_by_referrals() -> None:
    rows = [row(f"A-{number:03d}", won=number >= 50) for number in range(100)]
    rows += [row(f"A-{number:03d}", month=11) for number in range(10) for _ in range(9)]
    lines = lines_of(rows)
    assert figure(lines["concentration.top_10_referrals"]) == pytest.approx((100 / 190, 100))
    assert figure(lines["concentration.top_10_deals"]) == (0.0, 100)
    assert figure(lines["concentration.top_1_referrals"]) == pytest.approx((10 / 190, 100))
    assert lines["concentration.top_1_referrals"].verdict is Verdict.TOO_FEW
    assert "100 active advocates" in lines["concentration.top_1_referrals"].sentence


def test_of_advocates_with_equal_numbers_an_average_one_is_taken() -> None:
    rows = [row(f"A-{number}", won=number < 5, month=11 * (number == 19)) for number in range(20)]
    lines = lines_of(rows)
    assert figure(lines["concentration.top_10_referrals"]) == pytest.approx((0.1, 20))
    assert figure(lines["concentration.top_10_deals"]) == pytest.approx((0.1, 20))


def test_reward_types_are_what_the_advocates_of_deals_chose() -> None:
    rows = [row(channel="gift_card", won=True), row(channel="check", won=True), row(channel="check")]
    rows += [row(channel="cash", won=True), row(won=True)]
    lines = lines_of(rows)
    assert figure(lines["reward_types.gift_card"]) == (0.5, 2)
    assert figure(lines["reward_types.merchandise"]) == (0.0, 2)


def usd(amount: str) -> Money:
    return Money.parse(amount, "USD")


def test_rewards_are_compared_by_average_range_and_conversion() -> None:
    rows = [row(reward=usd("50.00"), won=True), row(reward=usd("100.00"), won=True), row(reward=usd("100.00"))]
    rows += [row(reward=usd("150.00"), won=True), row(reward=Money(5_000, "JPY"), won=True), row(won=True)]
    lines = lines_of(rows)
    assert figure(lines["reward_amounts.average"]) == (100.0, 3)
    assert figure(lines["reward_amounts.usual"]) == pytest.approx((2 / 3, 3))
    assert figure(lines["reward_amounts.conversion_41_100"]) == pytest.approx((2 / 3, 3))
    assert figure(lines["reward_amounts.conversion_101_1000"]) == (1.0, 1)
    assert lines["reward_amounts.conversion_20_40"].lacking == "Needs rewards in USD: the column reward."
    assert tally_of(rows).rewards.elsewhere == 1


@pytest.mark.parametrize(
    ("amount", "at"),
    [("19.99", None), ("20.00", 0), ("40.99", 0), ("41.00", 1), ("1000.99", 2), ("2500.00", 3), ("2500.01", None)],
)
def test_amounts_between_two_ranges_belong_to_the_lower(amount: str, at: int | None) -> None:
    assert range_of(usd(amount).amount_minor) == at


def test_what_happens_to_a_deal_beside_its_closing_is_no_referral() -> None:
    tally = tally_of([row(won=True), row(), row(won=True, trigger="invoice.paid")])
    assert (tally.all, tally.others) == ((2, 1), 1)


def test_an_empty_history_compares_nothing() -> None:
    for kind in Kind:
        assert all(line.verdict is Verdict.LACKING for line in lines_of([], kind, 10).values())


def test_months_are_of_one_zone_so_that_they_never_fall_back() -> None:
    east, west = timezone(timedelta(hours=9)), timezone(timedelta(hours=-8))
    first = row()._replace(closed_at=datetime(2025, 2, 1, 3, tzinfo=east))
    second = row(won=True)._replace(closed_at=datetime(2025, 1, 31, 23, tzinfo=west))
    tally = tally_of([first, second])
    assert tally.years.months == 2


def test_every_published_use_sums_to_about_all() -> None:
    for figures in FIGURES.values():
        assert 1.0 <= sum(told.use for told in figures.methods.values()) <= 1.02
