from hypothesis import given
from hypothesis import strategies as st

import builders
from builders import usd
from guerdon.domain import ledger
from guerdon.domain.balances import Heading, Total, balances_by, read_totals, totals_of, totals_text
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.money import Money
from guerdon.domain.payout import PayoutStatus
from ledgers import at, promised

HEADINGS = st.builds(
    Heading,
    account=st.text(max_size=5),
    currency=st.sampled_from(("USD", "JPY")),
    program=st.text(max_size=5),
    channel=st.sampled_from(Channel),
    legal_entity=st.text(max_size=5),
    kind=st.sampled_from(EntryKind),
    value_currency=st.sampled_from(("USD", "EUR")),
)
TOTALS = st.dictionaries(HEADINGS, st.builds(Total, st.integers(), st.integers(1)), max_size=8)


def settled_abroad() -> Entry:
    payout = builders.payout(PayoutStatus.SETTLED, value=Money(10_000, "JPY"))
    return ledger.settled(payout, usd("64.10"), at(9), at(9).date())


def test_postings_are_summed_under_all_that_balances_can_be_asked_for() -> None:
    entries = [
        promised(1, at(8), "100.00"),
        promised(2, at(9), "50.00"),
        promised(3, at(9), "7.00", program="partners"),
    ]
    totals = totals_of(entries)
    where = ("customer-referral", Channel.CHECK, "Acme Inc.", EntryKind.EARNED, "USD")
    assert totals[Heading("rewards_expense", "USD", *where)] == Total(150_00, 2)
    assert totals[Heading("rewards_liability", "USD", *where)] == Total(-150_00, 2)
    assert len(totals) == 4


def test_what_a_provider_charged_in_another_currency_is_kept_apart() -> None:
    assert balances_by(totals_of([settled_abroad()]), ("account",)) == {
        ("exchange", "JPY"): -10_000,
        ("exchange", "USD"): 64_10,
        ("float:tremendous", "USD"): -64_10,
        ("in_transit:tremendous", "JPY"): 10_000,
    }
    assert {heading.value_currency for heading in totals_of([settled_abroad()])} == {"JPY"}


def test_balances_are_cut_by_whatever_is_asked_for() -> None:
    entries = [
        promised(1, at(8), "100.00"),
        promised(2, at(8), "50.00", program="partners", legal_entity="Acme GmbH"),
        settled_abroad(),
    ]
    totals = totals_of(entries)
    assert balances_by(totals, ("program", "entity"), {"account": "rewards_expense"}) == {
        ("customer-referral", "Acme Inc.", "USD"): 100_00,
        ("partners", "Acme GmbH", "USD"): 50_00,
    }
    assert balances_by(totals, ("provider", "kind"), {"currency": "JPY"}) == {("tremendous", "settled", "JPY"): 0}
    assert balances_by(totals, ()) == {("JPY",): 0, ("USD",): 0}
    assert balances_by(totals, ("currency", "channel"), {"account": "float:tremendous"}) == {
        ("gift_card", "USD"): -64_10
    }


@given(totals=TOTALS)
def test_totals_read_back_as_they_were_written(totals: dict[Heading, Total]) -> None:
    assert read_totals(totals_text(totals)) == totals


@given(totals=TOTALS, data=st.data())
def test_equal_totals_have_equal_text_whatever_their_order(totals: dict[Heading, Total], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(totals.items()))))
    assert totals_text(shuffled) == totals_text(totals)


@given(values=st.lists(st.integers(1, 10**9), max_size=12), cut=st.integers(0, 12))
def test_totals_of_two_parts_add_up_to_those_of_the_whole(values: list[int], cut: int) -> None:
    entries = [promised(number, at(8), str(value)) for number, value in enumerate(values)]
    assert totals_of(entries[cut:], totals_of(entries[:cut])) == totals_of(entries)
