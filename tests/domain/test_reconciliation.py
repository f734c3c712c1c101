from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import statements
from builders import PAYOUT_ID, Changed, usd
from fakes.store import MemoryStore
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.checks import Check
from guerdon.domain.money import Money
from guerdon.domain.payout import PayoutStatus
from guerdon.domain.reconciliation import (
    Booked,
    BookedState,
    Difference,
    LineKind,
    LineState,
    StatementLine,
    booked_attempts,
    judge,
    usual_time,
)
from statements import SENT_AT, SENT_ON, line

TODAY = date(2026, 11, 22)
ZONE = "America/New_York"


def booked(state: BookedState = BookedState.SETTLED, **changes: Changed) -> Booked:
    paid = state in {BookedState.SETTLED, BookedState.RETURNED}
    blank = Booked(
        reference=f"{PAYOUT_ID}-1",
        payout_id=PAYOUT_ID,
        channel=Channel.GIFT_CARD,
        program="customer-referral",
        legal_entity="Acme Inc.",
        state=state,
        value=usd("100.00"),
        sent_on=SENT_ON,
        amount=usd("100.00") if paid else None,
        booked_on=SENT_ON if paid else None,
        dated=SENT_ON if paid else None,
    )
    return replace(blank, **changes)


def said(one: Booked | None, *lines: StatementLine, today: date = TODAY) -> list[tuple[Difference, str]]:
    return [(found.difference, found.detail) for found in judge(one, lines, "tremendous", today)]


def differences(one: Booked | None, *lines: StatementLine, today: date = TODAY) -> list[Difference]:
    return [difference for difference, _ in said(one, *lines, today=today)]


LONG_AGO = TODAY - timedelta(days=60)
DONE, UNDER_WAY, UNDONE, BACK = LineState.DONE, LineState.UNDER_WAY, LineState.UNDONE, LineState.RETURNED
CASES = [
    (BookedState.SETTLED, SENT_ON, DONE, [Difference.MATCHED]),
    (BookedState.SETTLED, SENT_ON, None, [Difference.MISSING_THERE]),
    (BookedState.SETTLED, SENT_ON, UNDONE, [Difference.MISSING_THERE]),
    (BookedState.SETTLED, SENT_ON, BACK, [Difference.MISSING_HERE]),
    (BookedState.SETTLED, SENT_ON, UNDER_WAY, []),
    (BookedState.SETTLED, LONG_AGO, UNDER_WAY, [Difference.LATE]),
    (BookedState.UNDER_WAY, SENT_ON, DONE, []),
    (BookedState.UNDER_WAY, SENT_ON, None, []),
    (BookedState.UNDER_WAY, LONG_AGO, DONE, [Difference.MISSING_HERE]),
    (BookedState.UNDER_WAY, LONG_AGO, BACK, [Difference.MISSING_HERE]),
    (BookedState.UNDER_WAY, LONG_AGO, UNDER_WAY, [Difference.LATE]),
    (BookedState.UNDER_WAY, LONG_AGO, UNDONE, [Difference.LATE]),
    (BookedState.UNDER_WAY, LONG_AGO, None, [Difference.LATE]),
    (BookedState.NOTHING_MOVED, SENT_ON, DONE, [Difference.MISSING_HERE]),
    (BookedState.NOTHING_MOVED, SENT_ON, UNDER_WAY, []),
    (BookedState.NOTHING_MOVED, SENT_ON, UNDONE, [Difference.MATCHED]),
    (BookedState.NOTHING_MOVED, SENT_ON, BACK, [Difference.MATCHED]),
    (BookedState.NOTHING_MOVED, SENT_ON, None, [Difference.MATCHED]),
    (BookedState.RETURNED, SENT_ON, BACK, [Difference.MATCHED]),
    (BookedState.RETURNED, SENT_ON, UNDONE, [Difference.MATCHED]),
    (BookedState.RETURNED, SENT_ON, UNDER_WAY, []),
    (BookedState.RETURNED, SENT_ON, DONE, [Difference.MISSING_THERE]),
    (BookedState.RETURNED, SENT_ON, None, [Difference.MISSING_THERE]),
]


@pytest.mark.parametrize(("here", "since", "there", "found"), CASES)
def test_each_pair_of_states_is_judged_in_one_way(
    here: BookedState, since: date, there: LineState | None, found: list[Difference]
) -> None:
    one = booked(here, sent_on=since, booked_on=since if here is BookedState.SETTLED else None)
    lines = () if there is None else (line(state=there, on=since),)

    assert differences(one, *lines) == found


def test_every_pair_of_states_is_among_the_cases() -> None:
    pairs = {(here, there) for here, _, there, _ in CASES}
    assert pairs == {(here, there) for here in BookedState for there in (None, *LineState)}


def test_another_amount_is_told_with_both_amounts() -> None:
    assert said(booked(), line(amount=usd("101.00"))) == [
        (Difference.AMOUNT_DIFFERS, "the books say 100.00 USD; tremendous says 101.00 USD")
    ]
    assert differences(booked(), line(amount=Money(10_000, "EUR"))) == [Difference.AMOUNT_DIFFERS]


def test_a_check_that_was_voided_here_is_one_that_lob_mailed() -> None:
    assert differences(booked(BookedState.RETURNED, channel=Channel.CHECK), line()) == [Difference.MATCHED]


@pytest.mark.parametrize(
    ("there", "here", "found"),
    [
        (date(2026, 10, 31), date(2026, 11, 1), Difference.MATCHED),  # A time zone apart.
        (date(2026, 10, 29), date(2026, 11, 1), Difference.MATCHED),  # As long as a gift card may take.
        (date(2026, 10, 28), date(2026, 11, 1), Difference.LATE),
        (date(2026, 11, 5), date(2026, 10, 31), Difference.LATE),
        (date(2026, 11, 1), date(2026, 11, 21), Difference.MATCHED),  # The same month, however far apart.
    ],
)
def test_what_is_dated_in_another_month_by_more_than_the_channels_time_is_late(
    there: date, here: date, found: Difference
) -> None:
    assert differences(booked(booked_on=here), line(on=there)) == [found]


def test_a_second_payment_under_one_reference_is_missing_here_and_the_first_still_matches() -> None:
    found = judge(booked(), (line("ORDER1"), line("ORDER2")), "tremendous", TODAY)

    assert [(one.difference, one.line_id) for one in found] == [
        (Difference.MATCHED, "ORDER1"),
        (Difference.MISSING_HERE, "ORDER2"),
    ]


def test_a_canceled_duplicate_beside_the_payment_is_no_difference() -> None:
    assert differences(booked(), line("ORDER2", state=LineState.UNDONE), line("ORDER1")) == [Difference.MATCHED]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"reference": None}, [Difference.MISSING_HERE]),
        ({"reference": "po_unknown-1"}, [Difference.MISSING_HERE]),
        ({"reference": None, "state": LineState.UNDER_WAY}, []),
        ({"reference": None, "state": LineState.UNDONE}, [Difference.MATCHED]),
        ({"reference": None, "state": LineState.RETURNED}, [Difference.MATCHED]),
        ({"reference": None, "kind": LineKind.CHARGE}, [Difference.MISSING_HERE]),
        ({"reference": None, "kind": LineKind.FUNDING}, [Difference.MATCHED]),
    ],
)
def test_a_line_that_no_attempt_explains_is_missing_here_if_money_left_by_it(
    changes: dict[str, Changed], found: list[Difference]
) -> None:
    assert differences(None, line(**changes)) == found


def test_the_same_difference_is_the_same_item_and_another_amount_is_another() -> None:
    one, again = (judge(booked(), (line(amount=usd(value)),), "tremendous", TODAY)[0] for value in ("101", "101"))
    other = judge(booked(), (line(amount=usd("150")),), "tremendous", TODAY)[0]

    assert one.item_id == again.item_id
    assert one.item_id != other.item_id
    assert one.item_id.startswith("ri_")


@given(
    here=st.sampled_from(BookedState),
    channel=st.sampled_from(Channel),
    days=st.integers(0, 120),
    lines=st.lists(
        st.builds(
            line,
            line_id=st.sampled_from(("ORDER1", "ORDER2", "ORDER3")),
            state=st.sampled_from(LineState),
            amount=st.integers(9_990, 10_010).map(lambda minor: Money(minor, "USD")),
            on=st.dates(date(2026, 7, 1), TODAY),
        ),
        max_size=3,
        unique_by=lambda one: one.line_id,
    ),
)
def test_the_order_of_lines_changes_nothing_and_only_what_agrees_matches(
    here: BookedState, channel: Channel, days: int, lines: list[StatementLine]
) -> None:
    since = TODAY - timedelta(days=days)
    one = booked(here, channel=channel, sent_on=since, booked_on=since if here is BookedState.SETTLED else None)
    found = judge(one, lines, "tremendous", TODAY)

    assert judge(one, lines[::-1], "tremendous", TODAY) == found
    if here is BookedState.SETTLED and [finding.difference for finding in found] == [Difference.MATCHED]:
        done = [line for line in lines if line.state is LineState.DONE]
        assert [line.amount for line in done] == [one.amount]
    if not found:
        assert here is not BookedState.UNDER_WAY or timedelta(days=days) <= usual_time(channel)


def test_the_attempts_of_a_payout_are_read_from_its_entries() -> None:
    store = MemoryStore()
    first = statements.failed(store)
    second = replace(first.decided_again(SENT_AT, "pat"), status=PayoutStatus.RELEASED)
    at = SENT_AT + timedelta(days=40, hours=12)
    sent = second.submitted(at)
    paid = sent.settled(at, usd("103.50"), "ORDER2")
    store.put(ledger.submitted(sent, at), ledger.settled(paid, usd("103.50"), at, at.date()))
    store.put(replace(statements.entries(store)[0], entry_id="po_other@3", payout_id="po_other"))

    found = booked_attempts(PAYOUT_ID, statements.entries(store), ZONE)

    assert [(one.reference, one.state, one.amount, one.sent_on) for one in found] == [
        (f"{PAYOUT_ID}-1", BookedState.NOTHING_MOVED, None, SENT_ON),
        (f"{PAYOUT_ID}-2", BookedState.SETTLED, usd("103.50"), date(2026, 12, 29)),
    ]


def test_what_left_in_another_currency_is_what_the_provider_charged() -> None:
    store = MemoryStore()
    statements.settled(store, cost=usd("68.00"), value=Money(10_000, "JPY"))

    (one,) = booked_attempts(PAYOUT_ID, statements.entries(store), ZONE)

    assert (one.value, one.amount) == (Money(10_000, "JPY"), usd("68.00"))


def test_what_the_bank_pays_on_a_check_changes_nothing_about_what_lob_carried_out() -> None:
    store = MemoryStore()
    paid = statements.settled(store, **statements.check())
    check = Check(PAYOUT_ID, 1, "10001", usd("100.00"), SENT_ON, "customer-referral", "Acme Inc.")
    store.put(ledger.cleared(paid, check.cleared("operating", "bl_1", TODAY), SENT_AT + timedelta(days=3)))

    (one,) = booked_attempts(PAYOUT_ID, statements.entries(store), ZONE)

    assert (one.state, one.amount) == (BookedState.SETTLED, usd("100.00"))


def _left_by_books(one: Booked | None) -> int:
    return one.amount.amount_minor if one and one.amount and one.state is BookedState.SETTLED else 0


_Drawn = tuple[LineState, int, LineKind]
_AGREEING: dict[BookedState | None, list[_Drawn]] = {
    BookedState.SETTLED: [(LineState.DONE, 10_000, LineKind.PAYOUT)],
    BookedState.NOTHING_MOVED: [],
    BookedState.RETURNED: [(LineState.RETURNED, 10_000, LineKind.PAYOUT)],
    None: [(LineState.DONE, -50_000, LineKind.FUNDING)],
}
_ANY_LINES = st.lists(
    st.tuples(st.sampled_from(LineState), st.integers(9_999, 10_001), st.sampled_from(LineKind)), max_size=2
)
_NOT_CHECKS = st.sampled_from([channel for channel in Channel if channel is not Channel.CHECK])


@st.composite
def _pair(draw: st.DrawFn) -> tuple[Booked | None, list[_Drawn]]:
    """What the books say, and lines that mostly agree with it."""
    state = draw(st.sampled_from([*_AGREEING, BookedState.UNDER_WAY]))
    one = None if state is None else booked(state, channel=draw(_NOT_CHECKS))
    agrees = state in _AGREEING and draw(st.integers(0, 4))
    return one, _AGREEING[state] if agrees else draw(_ANY_LINES)


@given(pairs=st.lists(_pair(), max_size=4), days=st.integers(0, 90))
def test_where_everything_matches_the_statement_and_the_books_come_to_the_same_sum(
    pairs: list[tuple[Booked | None, list[_Drawn]]], days: int
) -> None:
    today, here, there, found = SENT_ON + timedelta(days=days), 0, 0, list[Difference]()
    for place, (one, drawn) in enumerate(pairs):
        lines = [
            line(f"{place}-{number}", state=state, amount=Money(minor, "USD"), kind=LineKind.PAYOUT if one else kind)
            for number, (state, minor, kind) in enumerate(drawn)
        ]
        judged = differences(one, *lines, today=today)
        found += judged or [Difference.LATE]
        here += _left_by_books(one)
        counted = [line for line in lines if line.kind is not LineKind.FUNDING and line.state is LineState.DONE]
        there += sum(line.amount.amount_minor for line in counted)

    if set(found) <= {Difference.MATCHED}:
        assert here == there
