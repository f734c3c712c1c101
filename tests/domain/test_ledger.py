"""The journal: every entry balances, and the accounts say what is owed, on its way and paid."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders
from builders import EVENT_ID, NOW, PAYOUT_ID, REWARD_ID, usd
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.errors import UnbalancedEntry
from guerdon.domain.ledger import Entry, EntryKind, Posting
from guerdon.domain.money import Money
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.reward import Adjustment

DAY = date(2026, 11, 22)
IN_TRANSIT = {
    Channel.GIFT_CARD: "in_transit:tremendous",
    Channel.CHECK: "in_transit:lob",
    Channel.BILL_CREDIT: "in_transit:stripe",
    Channel.MERCHANDISE: "in_transit:printful",
}
SETTLES_INTO = {
    Channel.GIFT_CARD: "float:tremendous",
    Channel.CHECK: "outstanding_checks:lob",
    Channel.BILL_CREDIT: "customer_credit:stripe",
    Channel.MERCHANDISE: "float:printful",
}


def postings(entry: Entry) -> list[tuple[str, str]]:
    return [(posting.account, str(posting.amount)) for posting in entry.postings]


def test_what_is_earned_is_an_expense_and_owed_from_the_day_the_deal_closed() -> None:
    late = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)  # Still November 20 in New York.
    entry = ledger.earned(builders.reward(closed_at=late, version=1))
    assert entry == Entry(
        entry_id=f"{REWARD_ID}@1",
        kind=EntryKind.EARNED,
        effective_on=date(2026, 11, 20),
        posted_at=NOW,
        legal_entity="Acme Inc.",
        program="customer-referral",
        channel=Channel.GIFT_CARD,
        currency="USD",
        postings=(Posting("rewards_expense", usd("100.00")), Posting("rewards_liability", usd("-100.00"))),
        event_id=EVENT_ID,
        reward_id=REWARD_ID,
    )


@pytest.mark.parametrize("channel", Channel)
def test_each_step_of_each_channel(channel: Channel) -> None:
    payout = builders.payout(PayoutStatus.SUBMITTED, channel=channel, version=3)
    transit, account = IN_TRANSIT[channel], SETTLES_INTO[channel]
    assert postings(ledger.submitted(payout, NOW)) == [
        ("rewards_liability", "100.00 USD"),
        (transit, "-100.00 USD"),
    ]
    assert postings(ledger.settled(payout, usd("100.00"), NOW, DAY)) == [
        (transit, "100.00 USD"),
        (account, "-100.00 USD"),
    ]
    assert postings(ledger.failed(payout, NOW)) == [(transit, "100.00 USD"), ("rewards_liability", "-100.00 USD")]
    assert postings(ledger.returned(payout, NOW, DAY)) == [
        (account, "100.00 USD"),
        ("rewards_liability", "-100.00 USD"),
    ]


@pytest.mark.parametrize(("cost", "beyond"), [("103.50", "3.50 USD"), ("99.00", "-1.00 USD")])
def test_what_differs_from_the_promise_is_fulfillment_cost(cost: str, beyond: str) -> None:
    entry = ledger.settled(builders.payout(PayoutStatus.SETTLED), usd(cost), NOW, DAY)
    assert postings(entry)[2] == ("fulfillment_cost", beyond)
    assert ledger.trial_balance([entry])["float:tremendous", "USD"] == -usd(cost).amount_minor


def test_a_cost_in_another_currency_goes_through_exchange() -> None:
    payout = builders.payout(PayoutStatus.SETTLED, value=Money(15_000, "JPY"))
    entry = ledger.settled(payout, usd("101.20"), NOW, DAY)
    assert postings(entry) == [
        ("in_transit:tremendous", "15000 JPY"),
        ("exchange", "-15000 JPY"),
        ("exchange", "101.20 USD"),
        ("float:tremendous", "-101.20 USD"),
    ]


def test_what_was_charged_in_another_currency_comes_back_in_that_one() -> None:
    payout = builders.payout(PayoutStatus.SUBMITTED, value=Money(15_000, "JPY"))
    settled = payout.settled(NOW, usd("101.20"), "order-1")
    returned = settled.returned(NOW, "CANCELED")
    entries = [ledger.settled(settled, usd("101.20"), NOW, DAY), ledger.returned(returned, NOW, DAY)]
    assert {account: minor for account, minor in ledger.trial_balance(entries).items() if minor} == {
        ("in_transit:tremendous", "JPY"): 15_000,
        ("rewards_liability", "JPY"): -15_000,
    }


def test_an_entry_says_when_and_for_what() -> None:
    entry = ledger.settled(builders.payout(PayoutStatus.SETTLED, version=5), usd("100.00"), NOW, date(2026, 11, 19))
    assert (entry.entry_id, entry.kind, entry.posted_at) == (f"{PAYOUT_ID}@5", EntryKind.SETTLED, NOW)
    assert (entry.effective_on, entry.value_on) == (DAY, date(2026, 11, 19))
    assert (entry.event_id, entry.reward_id, entry.payout_id) == (EVENT_ID, REWARD_ID, PAYOUT_ID)


def test_the_books_have_the_legal_entitys_date() -> None:
    midnight = datetime(2027, 1, 1, 4, 59, tzinfo=UTC)
    assert ledger.submitted(builders.payout(), midnight).effective_on == date(2026, 12, 31)
    tokyo = builders.payout(time_zone="Asia/Tokyo")
    assert ledger.submitted(tokyo, midnight).effective_on == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("amounts", "currency", "sum_minor"),
    [
        ((usd("1.00"), usd("-0.99")), "USD", 1),
        ((usd("1.00"), Money(-100, "JPY")), "USD", 100),
        ((usd("1.00"), usd("-1.00"), Money(-3, "JPY")), "JPY", -3),
    ],
)
def test_an_entry_that_does_not_sum_to_zero_in_each_currency_cannot_be(
    amounts: tuple[Money, ...], currency: str, sum_minor: int
) -> None:
    right = ledger.submitted(builders.payout(), NOW)
    with pytest.raises(UnbalancedEntry) as unbalanced:
        replace(right, postings=tuple(Posting("somewhere", amount) for amount in amounts))
    assert (unbalanced.value.currency, unbalanced.value.sum_minor) == (currency, sum_minor)


COSTS = st.one_of(
    st.integers(0, 10**6).map(lambda minor: Money(minor, "USD")),
    st.integers(0, 10**6).map(lambda minor: Money(minor, "JPY")),
)
Step = Callable[[Payout, Money], tuple[Payout, list[Entry]]]


def submit(payout: Payout, _: Money) -> tuple[Payout, list[Entry]]:
    after = payout.submitted(NOW)
    return after, [ledger.submitted(after, NOW)]


def settle(payout: Payout, cost: Money) -> tuple[Payout, list[Entry]]:
    after = payout.settled(NOW, cost, "order-1")
    return after, [ledger.settled(after, cost, NOW, DAY)]


def fail(payout: Payout, _: Money) -> tuple[Payout, list[Entry]]:
    after = payout.failed(NOW, "CANCELED")
    return after, [ledger.failed(after, NOW)]


def refuse(payout: Payout, _: Money) -> tuple[Payout, list[Entry]]:
    after = payout.blocked(BlockReason.FUNDS, NOW)
    return after, [ledger.failed(after, NOW)]


def come_back(payout: Payout, _: Money) -> tuple[Payout, list[Entry]]:
    after = payout.returned(NOW, "came back")
    return after, [ledger.returned(after, NOW, DAY)]


STEPS_FROM: dict[PayoutStatus, list[Step]] = {
    PayoutStatus.EARNED: [
        lambda payout, _: (payout.released(NOW), []),
        lambda payout, _: (payout.blocked(BlockReason.DETAILS, NOW), []),
    ],
    PayoutStatus.RELEASED: [submit, lambda payout, _: (payout.blocked(BlockReason.WORKFLOW, NOW), [])],
    PayoutStatus.SUBMITTED: [settle, fail, refuse],
    PayoutStatus.SETTLED: [come_back],
    PayoutStatus.BLOCKED: [lambda payout, _: (payout.decided_again(NOW, "ada@example.com"), [])],
    PayoutStatus.FAILED: [lambda payout, _: (payout.decided_again(NOW, "ada@example.com"), [])],
    PayoutStatus.RETURNED: [lambda payout, _: (payout.decided_again(NOW, "ada@example.com"), [])],
}
"""Every step that a use case takes, with the entry that it writes beside it."""


@given(
    st.sampled_from(Channel),
    st.integers(1, 10**7),
    st.lists(st.tuples(st.integers(0, 5), COSTS), max_size=40),
)
def test_whatever_happens_the_books_balance_and_say_what_is_owed(
    channel: Channel, value_minor: int, choices: list[tuple[int, Money]]
) -> None:
    value = Money(value_minor, "USD")
    payout = builders.payout(channel=channel, value=value)
    entries = [ledger.earned(builders.reward(amount=value, terms=builders.terms(channel=channel)))]
    for choice, cost in choices:
        steps = STEPS_FROM[payout.status]
        payout, written = steps[choice % len(steps)](payout, cost)
        entries += written
        balances = ledger.trial_balance(entries)
        for currency in ("USD", "JPY"):
            assert sum(minor for (_, each), minor in balances.items() if each == currency) == 0
        is_under_way = payout.status is PayoutStatus.SUBMITTED
        is_paid = payout.status is PayoutStatus.SETTLED
        assert balances.get((IN_TRANSIT[channel], "USD"), 0) == (-value_minor if is_under_way else 0)
        assert balances["rewards_liability", "USD"] == (0 if is_under_way or is_paid else -value_minor)
        assert balances["rewards_expense", "USD"] == value_minor
    assert len({entry.entry_id for entry in entries}) == len(entries)


def test_a_trial_balance_is_by_account_and_currency_in_order() -> None:
    payout = builders.payout()
    entries = [ledger.submitted(payout, NOW), ledger.earned(builders.reward())]
    assert list(ledger.trial_balance(entries).items()) == [
        (("in_transit:tremendous", "USD"), -100_00),
        (("rewards_expense", "USD"), 100_00),
        (("rewards_liability", "USD"), 0),
    ]


def test_what_was_kept_back_settles_the_advocates_debt_at_once() -> None:
    entry = ledger.earned(builders.reward(netted=usd("30.00")))
    assert postings(entry) == [
        ("rewards_expense", "100.00 USD"),
        ("rewards_liability", "-100.00 USD"),
        ("rewards_liability", "30.00 USD"),
        ("receivable:advocate", "-30.00 USD"),
    ]


@pytest.mark.parametrize(
    ("promised", "owed", "netted", "sides"),
    [
        ("50.00", "0", "0", [("rewards_expense", "50.00 USD"), ("rewards_liability", "-50.00 USD")]),
        ("-50.00", "0", "0", [("rewards_expense", "-50.00 USD"), ("rewards_liability", "50.00 USD")]),
        ("0", "60.00", "0", [("receivable:advocate", "60.00 USD"), ("rewards_expense", "-60.00 USD")]),
        (
            "50.00",
            "0",
            "20.00",
            [
                ("rewards_expense", "50.00 USD"),
                ("rewards_liability", "-50.00 USD"),
                ("rewards_liability", "20.00 USD"),
                ("receivable:advocate", "-20.00 USD"),
            ],
        ),
        (
            "-40.00",
            "60.00",
            "0",
            [
                ("rewards_expense", "-40.00 USD"),
                ("rewards_liability", "40.00 USD"),
                ("receivable:advocate", "60.00 USD"),
                ("rewards_expense", "-60.00 USD"),
            ],
        ),
    ],
)
def test_a_revision_posts_what_is_promised_owed_and_kept_back(
    promised: str, owed: str, netted: str, sides: list[tuple[str, str]]
) -> None:
    reward = builders.reward().adjusted(Adjustment(NOW, "ev_revision", usd("500.00"), usd("50.00"), usd("50.00")))
    since = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)  # Still November 30 in New York.
    entry = ledger.revised(reward, NOW, since, promised=usd(promised), owed=usd(owed), netted=usd(netted))
    assert postings(entry) == sides
    assert (entry.entry_id, entry.kind, entry.event_id, entry.payout_id) == (
        f"{REWARD_ID}@2",
        EntryKind.REVISED,
        "ev_revision",
        None,
    )
    assert (entry.effective_on, entry.posted_at, entry.value_on) == (date(2026, 11, 30), NOW, None)


@pytest.mark.parametrize(
    ("unpaid", "paid", "kind", "sides"),
    [
        ("60.00", "0", EntryKind.REVERSED, [("rewards_liability", "60.00 USD"), ("rewards_expense", "-60.00 USD")]),
        (
            "0",
            "60.00",
            EntryKind.CLAWED_BACK,
            [("receivable:advocate", "60.00 USD"), ("rewards_expense", "-60.00 USD")],
        ),
    ],
)
def test_what_was_wanted_back_is_given_up_or_owed(
    unpaid: str, paid: str, kind: EntryKind, sides: list[tuple[str, str]]
) -> None:
    payout = builders.payout(PayoutStatus.REVERSED, version=6)
    entry = ledger.taken_back(payout, NOW, unpaid=usd(unpaid), paid=usd(paid))
    assert (entry.entry_id, entry.kind, entry.payout_id) == (f"{PAYOUT_ID}@6", kind, PAYOUT_ID)
    assert postings(entry) == sides


def test_what_came_back_is_not_owed_by_the_advocate() -> None:
    payout = builders.payout(PayoutStatus.REVERSED, channel=Channel.CHECK, cost=usd("100.00"))
    assert postings(ledger.returned(payout, NOW, DAY, forgiven=usd("60.00"))) == [
        ("outstanding_checks:lob", "100.00 USD"),
        ("rewards_liability", "-100.00 USD"),
        ("rewards_liability", "60.00 USD"),
        ("receivable:advocate", "-60.00 USD"),
    ]
