"""Roll-forward and open parts: columns add up, and what is open one by one comes to the balance."""

from dataclasses import replace
from datetime import date

import builders
from guerdon.domain import ledger
from guerdon.domain.balances import totals_of
from guerdon.domain.ledger import Entry, EntryKind, Posting
from guerdon.domain.rollforward import OWED, OpenPart, bucket_of, movements, open_parts, sums_of

ENTITY = "Acme Inc."


def entries_of_one_payout() -> list[Entry]:
    """100.00 is earned, sent, and carried out for 103.00."""
    payout = builders.payout()
    earned = ledger.earned(builders.reward())
    sent = ledger.submitted(replace(payout, version=2), builders.NOW)
    done = ledger.settled(replace(payout, version=3), builders.usd("103.00"), builders.NOW, date(2026, 11, 22))
    return [earned, sent, done]


def test_each_column_says_what_entries_of_its_kinds_came_to() -> None:
    earned, sent, done = entries_of_one_payout()
    opening, closing = totals_of([earned]), totals_of([earned, sent, done])
    (owed,) = [one for one in movements({}, opening, ENTITY) if one.group == OWED]
    assert (owed.opening_minor, owed.earned_minor, owed.closing_minor) == (0, 100_00, 100_00)
    (owed,) = [one for one in movements(opening, closing, ENTITY) if one.group == OWED]
    told = (owed.opening_minor, owed.earned_minor, owed.paid_minor, owed.reversed_minor, owed.other_minor)
    assert (*told, owed.closing_minor) == (100_00, 0, 100_00, 0, 0, 0)
    (balance,) = [one for one in movements(opening, closing, ENTITY) if one.group == "float"]
    assert (balance.party, balance.closing_minor) == ("tremendous", -103_00)


def test_what_is_on_its_way_to_a_provider_is_still_owed() -> None:
    earned, sent, _ = entries_of_one_payout()
    (owed,) = [one for one in movements({}, totals_of([earned, sent]), ENTITY) if one.group == OWED]
    assert owed.closing_minor == 100_00
    assert (owed.paid_minor, owed.other_minor) == (0, 0)


def test_a_debt_that_was_kept_back_was_earned_and_never_owed() -> None:
    earned = ledger.earned(builders.reward(netted=builders.usd("30.00")))
    (owed,) = [one for one in movements({}, totals_of([earned]), ENTITY) if one.group == OWED]
    assert (owed.earned_minor, owed.other_minor, owed.closing_minor) == (100_00, -30_00, 70_00)


def test_another_legal_entity_is_left_out() -> None:
    assert movements({}, totals_of(entries_of_one_payout()), "Other Inc.") == ()


def test_a_reward_is_open_from_the_day_it_arose_until_it_is_carried_out() -> None:
    earned, sent, done = entries_of_one_payout()
    (part,) = open_parts((), [earned, sent])
    assert (part.subject, part.since, part.minor) == (earned.reward_id, earned.effective_on, 100_00)
    assert open_parts([part], [done]) == ()


def test_what_was_open_before_stays_as_old_as_it_is() -> None:
    earned, *_ = entries_of_one_payout()
    old = OpenPart(OWED, "", earned.program, "gift_card", "USD", earned.reward_id, date(2026, 1, 2), 5_00)
    (part,) = open_parts([old], [earned])
    assert (part.since, part.minor) == (date(2026, 1, 2), 105_00)
    assert sums_of([part]) == {part.place: 105_00}


def test_a_check_is_open_by_its_payout_once_it_is_mailed() -> None:
    mailed = replace(
        entries_of_one_payout()[2],
        kind=EntryKind.SETTLED,
        postings=(
            Posting("in_transit:lob", builders.usd("100.00")),
            Posting("outstanding_checks:lob", builders.usd("-100.00")),
        ),
    )
    places = {part.place.group: part.subject for part in open_parts((), [mailed])}
    assert places["outstanding_checks"] == mailed.payout_id


def test_bands_of_age_have_their_last_day_in_them() -> None:
    on = date(2026, 11, 30)
    days = {
        date(2026, 11, 30): "0-30 days",
        date(2026, 10, 31): "0-30 days",
        date(2026, 10, 30): "31-60 days",
        date(2026, 6, 3): "91-180 days",
        date(2026, 6, 2): "over 180 days",
        date(2026, 12, 5): "0-30 days",
    }
    assert {since: bucket_of(since, on) for since in days} == days
