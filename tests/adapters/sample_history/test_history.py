import io
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from guerdon.adapters.history.reading import HistoryReader
from guerdon.adapters.history.writing import write_rows
from guerdon.adapters.sample_history.generate import History, Wish
from guerdon.adapters.sample_history.seasons import Size
from guerdon.application.benchmark.published import Kind
from guerdon.domain.history import HistoryRow


def wish(  # noqa: PLR0913 - each test says what matters to it.
    *,
    deals: int | None = None,
    advocates: int | None = None,
    kind: Kind = Kind.CUSTOMER,
    months: int = 12,
    currency: str = "USD",
    seed: int = 1,
    leads: bool = True,
) -> Wish:
    return Wish(kind, Size(deals, advocates), date(2025, 1, 1), months, currency, seed, with_leads=leads)


def text_of(wanted: Wish) -> str:
    out = io.StringIO(newline="")
    write_rows(out, History(wanted).rows())
    return out.getvalue()


def rows_of(wanted: Wish) -> list[HistoryRow]:
    return list(History(wanted).rows())


@pytest.mark.parametrize("deals", [0, 1, 2, 1000])
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("leads", [True, False])
def test_every_row_is_readable_and_in_order(tmp_path: Path, deals: int, kind: Kind, *, leads: bool) -> None:
    file = tmp_path / "history.csv"
    file.write_text(text_of(wish(deals=deals, kind=kind, leads=leads, months=18)), encoding="utf-8")
    reader = HistoryReader(file)
    rows = list(reader.rows())
    assert reader.problems == []
    assert sum(row.status == "won" for row in rows) == deals
    assert leads or len(rows) == deals
    assert [row.closed_at for row in rows] == sorted(row.closed_at for row in rows)
    assert len({row.deal for row in rows}) == len(rows)


@pytest.mark.parametrize("currency", ["USD", "EUR", "JPY", "KWD", "CHF"])
def test_amounts_have_the_places_of_any_currency(tmp_path: Path, currency: str) -> None:
    file = tmp_path / "history.csv"
    file.write_text(text_of(wish(deals=200, currency=currency)), encoding="utf-8")
    reader = HistoryReader(file)
    rows = [row for row in reader.rows() if row.status == "won"]
    assert reader.problems == []
    assert {row.currency for row in rows} == {currency}
    for row in rows:
        assert sum(line.amount or 0 for line in row.lines) == row.amount > 0
        assert 0 < row.amounts["first_year"] <= row.amount


def test_the_same_seed_gives_the_same_bytes_and_another_others() -> None:
    assert text_of(wish(deals=300, seed=7)) == text_of(wish(deals=300, seed=7))
    assert text_of(wish(deals=300, seed=7)) != text_of(wish(deals=300, seed=8))


def test_the_deals_are_the_same_with_leads_and_without() -> None:
    with_leads = [row for row in rows_of(wish(deals=300)) if row.status == "won"]
    assert with_leads == rows_of(wish(deals=300, leads=False))


def test_a_seeded_year_of_1000_advocates_has_the_published_shares() -> None:
    rows = rows_of(wish(advocates=1000, seed=11))
    made = Counter(row.advocate for row in rows)
    numbers = Counter("one" if n == 1 else "few" if n <= 10 else "many" for n in made.values())
    assert numbers == {"one": 610, "few": 340, "many": 50}
    assert Counter(row.status == "won" for row in rows) == {True: 348, False: 2283}
    methods = Counter(row.method for row in rows)
    assert methods == {"social": 741, "email": 626, "lead_form": 600, "verbal": 339, "url": 311, "print_card": 14}
    converted = Counter(row.method for row in rows if row.status == "won")
    assert converted == {"lead_form": 113, "verbal": 108, "email": 105, "url": 13, "social": 8, "print_card": 1}
    sales = [row for row in rows if row.sales_involved]
    assert (len(sales), sum(row.status == "won" for row in sales)) == (526, 158)
    most = [advocate for advocate, _ in made.most_common(10)]
    assert sum(made[advocate] for advocate in most) == 543
    assert sum(row.advocate in most and row.status == "won" for row in rows) == 4


def test_a_large_history_has_the_published_shares_of_what_is_drawn_at_random() -> None:
    rows = rows_of(wish(deals=20_000, seed=3, leads=False))
    total = len(rows)

    def share(hits: int) -> float:
        return hits / total

    channels = Counter(row.preferred_channel for row in rows)
    wanted = {"gift_card": 0.52, "check": 0.29, "bill_credit": 0.095, "merchandise": 0.095}
    assert {channel: share(count) for channel, count in channels.items()} == pytest.approx(wanted, abs=0.01)
    assert share(sum(row.reversed_at is not None for row in rows)) == pytest.approx(0.045, abs=0.005)
    assert share(sum(row.amended_at is not None for row in rows)) == pytest.approx(0.05, abs=0.005)
    assert share(sum(row.first_purchase is True for row in rows)) == pytest.approx(0.9, abs=0.01)
    rewards = [row.set_by_sales.amount_minor for row in rows if row.set_by_sales]
    assert sum(rewards) / len(rewards) == pytest.approx(11_100, abs=800)
    assert sum(4_100 <= reward <= 10_000 for reward in rewards) / len(rewards) == pytest.approx(0.82, abs=0.02)


def test_what_was_told_later_is_later_and_what_came_before_is_before() -> None:
    for row in rows_of(wish(deals=1000, leads=False)):
        assert row.referred_at is not None
        assert row.referred_at < row.closed_at
        for since, total in ((row.reversed_at, row.reversed_total), (row.amended_at, row.amended_total)):
            assert (since is None) is (total is None)
            assert since is None or since > row.closed_at


def test_an_advocate_is_the_same_person_in_every_row() -> None:
    known: dict[str, tuple[object, ...]] = {}
    for row in rows_of(wish(deals=1000, months=24)):
        person = (row.segment, row.advocate_type, row.country, row.region, row.preferred_channel)
        assert known.setdefault(row.advocate, person) == person


def test_whoever_had_a_deal_comes_back_more_often() -> None:
    rows = rows_of(wish(advocates=2000, months=24))
    first = {row.advocate for row in rows if row.closed_at.year == 2025}
    succeeded = {row.advocate for row in rows if row.closed_at.year == 2025 and row.status == "won"}
    second = {row.advocate for row in rows if row.closed_at.year == 2026}
    assert len(first) == len(second) == 2000
    assert len(second & succeeded) / len(succeeded) == pytest.approx(0.94, abs=0.02)
    assert len(second & (first - succeeded)) / len(first - succeeded) < 0.4


def test_years_are_whole_and_the_rest_comes_last() -> None:
    rows = rows_of(wish(deals=300, months=18, leads=False))
    assert Counter(row.closed_at.year for row in rows) == {2025: 200, 2026: 100}
    assert max(row.closed_at for row in rows).date() < date(2026, 7, 1)


def test_partners_are_partners_and_refer_as_partners_do() -> None:
    rows = rows_of(wish(deals=2000, kind=Kind.PARTNER))
    assert {row.advocate_type for row in rows} == {"partner", "reseller", "accountant"}
    assert sum(row.status == "won" for row in rows) / len(rows) == pytest.approx(0.312, abs=0.003)
    assert sum(row.method == "lead_form" for row in rows) / len(rows) == pytest.approx(0.81, abs=0.005)
    assert not any(row.method == "social" and row.status == "won" for row in rows)
    sales = [row for row in rows if row.sales_involved]
    assert sum(row.status == "won" for row in sales) / len(sales) == pytest.approx(0.41, abs=0.003)


def test_rows_come_one_by_one_however_many_there_are() -> None:
    history = History(wish(deals=50_000_000, months=120))
    assert len(list(islice(history.rows(), 10))) == 10
    assert history.deals + history.leads < 20


def test_enrolled_are_the_active_by_the_published_share() -> None:
    history = History(wish(advocates=12_500))
    assert len({row.advocate for row in history.rows()}) == 12_500
    assert history.enrolled == round(10_000 / 0.36) + round(2_500 / 0.36)
