"""What every store must do for those who look at its lists, whatever it is made of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from adapters.dynamodb import rows
from adapters.dynamodb.engines import WholeStore
from guerdon.application.audit import Subject, audited, aws_actor
from guerdon.application.audit_records import Audit
from guerdon.application.records import AdvocateDetails, InboxEvent, ProgramHead
from guerdon.application.review_ports import EventFilter, Page, PayoutFilter, ReceivedEvent
from guerdon.application.seal_records import SealHead
from guerdon.application.transaction import Committed, Insert, Replace, Row
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import BlockReason, Change, Payout, PayoutStatus
from guerdon.domain.seal import GENESIS

NOW = rows.NOW
ALL = PayoutFilter()
EVERY_EVENT = EventFilter()
OPENED = SealHead("2026-06-10T09", "2026-06-10T08", 0, None, GENESIS)

_Row = TypeVar("_Row")


def inserted(store: WholeStore, *stored: Row) -> None:
    for row in stored:
        assert store.commit((Insert(row),)) is Committed.YES


def earned(payout_id: str, at: datetime, **changes: Any) -> Payout:  # noqa: ANN401 - any fields of a payout.
    history = (Change(at, PayoutStatus.EARNED, None, 1),)
    return replace(rows.payout(payout_id), history=history, **changes)


def paged(read: Callable[[str | None], Page[_Row]]) -> list[_Row]:
    """All rows of a list, a page after the other."""
    page = read(None)
    found = list(page.rows)
    while page.cursor is not None:
        page = read(page.cursor)
        found += page.rows
    return found


def ids(payouts: list[Payout]) -> list[str]:
    return [payout.payout_id for payout in payouts]


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_payouts_come_newest_first_page_by_page_over_all_months(store: WholeStore, limit: int) -> None:
    inserted(store, OPENED)
    expected = [f"po_{number}" for number in range(12)]
    inserted(store, *(earned(one, NOW - timedelta(days=13 * number)) for number, one in enumerate(expected)))
    assert ids(paged(lambda cursor: store.payouts(ALL, NOW, cursor, limit))) == expected


def test_payouts_that_were_earned_in_a_time_come_oldest_first_over_all_months(store: WholeStore) -> None:
    begin, end = NOW - timedelta(days=40), NOW
    tick = timedelta(microseconds=1)
    moments = [begin - tick, begin, *(begin + timedelta(days=5 * number) for number in range(1, 8)), end - tick, end]
    one = replace(rows.payout(), status=PayoutStatus.BLOCKED, reason=BlockReason.FUNDS, channel=Channel.GIFT_CARD)

    def blocked(payout_id: str, at: datetime) -> Payout:
        return replace(one, payout_id=payout_id, history=(Change(at, PayoutStatus.EARNED, None, 1),))

    inserted(store, *(blocked(f"po_{number:02}", at) for number, at in enumerate(moments)))
    inserted(
        store,
        replace(blocked("po_settled", begin), status=PayoutStatus.SETTLED),
        replace(blocked("po_check", begin), channel=Channel.CHECK),
    )
    wanted = PayoutFilter(PayoutStatus.BLOCKED, Channel.GIFT_CARD)
    found = ids(list(store.payouts_earned(wanted, begin, end)))
    assert found == [f"po_{number:02}" for number in range(1, len(moments) - 1)]
    assert list(store.payouts_earned(replace(wanted, program="nobody's"), begin, end)) == []


def test_payouts_of_one_moment_are_each_listed_once(store: WholeStore) -> None:
    inserted(store, OPENED, *(earned(f"po_{number}", NOW) for number in range(9)))
    found = ids(paged(lambda cursor: store.payouts(ALL, NOW, cursor, 2)))
    assert found == sorted((f"po_{number}" for number in range(9)), reverse=True)


def test_payouts_are_filtered_by_status_channel_and_program_together(store: WholeStore) -> None:
    inserted(store, OPENED)
    wanted = earned("po_wanted", NOW, channel=Channel.CHECK, program="partners", status=PayoutStatus.SETTLED)
    inserted(
        store,
        wanted,
        replace(wanted, payout_id="po_channel", channel=Channel.GIFT_CARD),
        replace(wanted, payout_id="po_program", program="customers"),
        replace(wanted, payout_id="po_status", status=PayoutStatus.FAILED),
    )
    every = {"po_wanted", "po_channel", "po_program", "po_status"}
    assert set(ids(paged(lambda cursor: store.payouts(ALL, NOW, cursor, 2)))) == every
    filters = [
        (PayoutFilter(status=PayoutStatus.SETTLED), every - {"po_status"}),
        (PayoutFilter(channel=Channel.CHECK), every - {"po_channel"}),
        (PayoutFilter(program="partners"), every - {"po_program"}),
        (PayoutFilter(PayoutStatus.SETTLED, Channel.CHECK, "partners"), {"po_wanted"}),
        (PayoutFilter(PayoutStatus.REVERSED), set()),
    ]
    for wants, expected in filters:
        found = ids(paged(lambda cursor, wants=wants: store.payouts(wants, NOW, cursor, 2)))  # type: ignore[misc] # mypy does not infer a lambda's default.
        assert set(found) == expected


def test_a_payout_is_listed_by_what_it_is_now(store: WholeStore) -> None:
    payout = earned("po_1", NOW)
    inserted(store, OPENED, payout)
    assert store.commit((Replace(payout.released(NOW + timedelta(days=40))),)) is Committed.YES
    assert store.payouts(PayoutFilter(PayoutStatus.EARNED), NOW).rows == ()
    (found,) = store.payouts(PayoutFilter(PayoutStatus.RELEASED), NOW).rows
    assert found.version == 2


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_what_waits_is_listed_by_since_when(store: WholeStore, limit: int) -> None:
    for number in range(5):
        payout = earned(f"po_{number}", NOW - timedelta(days=number))
        blocked = payout.blocked(BlockReason.FUNDS, NOW + timedelta(hours=number))
        inserted(store, replace(blocked, version=1, channel=Channel.CHECK if number % 2 else Channel.GIFT_CARD))
    inserted(store, earned("po_goes_on", NOW))
    waiting = PayoutFilter(waiting=True)
    assert ids(paged(lambda cursor: store.payouts(waiting, NOW, cursor, limit))) == [f"po_{n}" for n in (4, 3, 2, 1, 0)]
    checks = PayoutFilter(channel=Channel.CHECK, waiting=True)
    assert ids(paged(lambda cursor: store.payouts(checks, NOW, cursor, limit))) == ["po_3", "po_1"]


@pytest.mark.parametrize("limit", [1, 50])
def test_what_waits_for_one_reason_is_listed_alone(store: WholeStore, limit: int) -> None:
    for number, why in enumerate((BlockReason.FUNDS, BlockReason.PAUSED, BlockReason.FUNDS, BlockReason.PAUSED)):
        blocked = earned(f"po_{number}", NOW).blocked(why, NOW + timedelta(hours=number))
        inserted(store, replace(blocked, version=1))
    paused = PayoutFilter(waiting=True, why=BlockReason.PAUSED)
    assert ids(paged(lambda cursor: store.payouts(paused, NOW, cursor, limit))) == ["po_3", "po_1"]
    assert store.payouts(PayoutFilter(waiting=True, why="unknown"), NOW).rows == ()


@pytest.mark.parametrize("cursor", ["", "next", "2026-13-01T", "9999-99", "2026-11\x00", "\N{GRINNING FACE}"])
def test_a_cursor_that_is_none_of_ours_gives_the_first_page(store: WholeStore, cursor: str) -> None:
    inserted(store, OPENED, earned("po_1", NOW))
    assert ids(list(store.payouts(ALL, NOW, cursor).rows)) == ["po_1"]


@pytest.mark.parametrize("cursor", ["2026-05", "2001-01-01T", "0000-01"])
def test_a_cursor_from_before_everything_gives_the_last_page(store: WholeStore, cursor: str) -> None:
    inserted(store, OPENED, earned("po_1", NOW))
    assert store.payouts(ALL, NOW, cursor) == Page((), None)


def test_a_long_time_without_payouts_is_gone_through(store: WholeStore) -> None:
    first = NOW - timedelta(days=3000)
    inserted(store, replace(OPENED, opened=f"{first:%Y-%m-%dT%H}"), earned("po_old", first), earned("po_new", NOW))
    assert ids(paged(lambda cursor: store.payouts(ALL, NOW, cursor))) == ["po_new", "po_old"]


def test_the_payouts_of_an_advocate_are_theirs_alone(store: WholeStore) -> None:
    hers = [earned(f"po_{number}", NOW - timedelta(days=number), advocate_id="ad_1") for number in range(5)]
    inserted(store, *hers, earned("po_other", NOW, advocate_id="ad_2"))
    assert paged(lambda cursor: store.payouts_of_advocate("ad_1", cursor, 2)) == hers
    assert store.payouts_of_advocate("ad_3") == Page((), None)


def test_payouts_and_rewards_are_found_by_what_names_them(store: WholeStore) -> None:
    reward = replace(rows.reward("rw_1"), payout_ids=("po_2", "po_1"))
    later = replace(rows.reward("rw_2"), payout_ids=())
    told = replace(rows.inbox_event("ev_1", deal_id="D-1"), reward_ids=("rw_1",))
    again = replace(
        rows.inbox_event("ev_2", deal_id="D-1", received_at=NOW + timedelta(days=1)), reward_ids=("rw_1", "rw_2")
    )
    inserted(store, reward, later, told, again, earned("po_1", NOW), earned("po_2", NOW))
    assert ids(list(store.payouts_of_reward("rw_1"))) == ["po_2", "po_1"]
    assert store.payouts_of_reward("rw_2") == ()
    assert store.payouts_of_reward("rw_unknown") == ()
    assert store.rewards_of_deal("D-1") == (reward, later)
    assert store.rewards_of_deal("D-2") == ()


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_events_come_newest_first_and_are_filtered(store: WholeStore, limit: int) -> None:
    def event(number: int, outcome: Outcome | None, program: str = "partners") -> InboxEvent:
        received_at = NOW - timedelta(days=20 * number)
        return replace(rows.inbox_event(f"ev_{number}", received_at=received_at), outcome=outcome, program=program)

    stored = [
        event(0, Outcome.REWARDED),
        event(1, None),
        event(2, Outcome.DUPLICATE),
        event(3, Outcome.REWARDED, "customers"),
        event(10, Outcome.UNKNOWN_PROGRAM),
    ]
    inserted(store, OPENED, *stored)

    def found(wanted: EventFilter) -> list[InboxEvent]:
        return paged(lambda cursor: store.inbox_events(wanted, NOW, cursor, limit))

    assert found(EVERY_EVENT) == stored
    assert found(EventFilter(outcome=Outcome.REWARDED)) == [stored[0], stored[3]]
    assert found(EventFilter(outcome=Outcome.REWARDED, program="customers")) == [stored[3]]
    assert found(EventFilter(undecided=True)) == [stored[1]]
    assert found(EventFilter(waiting=True)) == []


def test_events_that_wait_are_listed_by_since_when(store: WholeStore) -> None:
    waiting = [
        replace(rows.inbox_event(f"ev_{number}"), waiting_since=NOW - timedelta(hours=number)) for number in range(4)
    ]
    inserted(store, *waiting, rows.inbox_event("ev_other"))
    assert paged(lambda cursor: store.inbox_events(EventFilter(waiting=True), NOW, cursor, 3)) == waiting


def test_the_events_about_a_person_are_those_that_are_judged_for_them(store: WholeStore) -> None:
    hers = [
        replace(rows.inbox_event(f"ev_{number}", received_at=NOW - timedelta(days=number)), recipient_id="ad_1")
        for number in range(5)
    ]
    inserted(store, *hers, replace(rows.inbox_event("ev_other"), recipient_id="ad_2"), rows.inbox_event("ev_nobody"))
    assert paged(lambda cursor: store.inbox_events_about("ad_1", cursor, 2)) == hers
    assert store.inbox_events_about("ad_3") == Page((), None)


def test_the_events_of_a_month_are_those_between_its_bounds_in_its_own_zone(store: WholeStore) -> None:
    begin, end = datetime.fromisoformat("2026-11-01T00:00-04:00"), datetime.fromisoformat("2026-12-01T00:00-05:00")
    moments = {
        "ev_before": begin - timedelta(microseconds=1),
        "ev_first": begin,
        "ev_last": end - timedelta(microseconds=1),
        "ev_after": end,
    }
    inserted(store, *(rows.inbox_event(event_id, received_at=at) for event_id, at in moments.items()))
    decided = replace(rows.inbox_event("ev_mid", received_at=NOW), outcome=Outcome.NO_REWARD)
    inserted(store, decided)
    found = sorted(store.inbox_events_of_month(begin, end), key=lambda one: one.received_at)
    assert found == [
        ReceivedEvent("ev_first", begin, None, "customer-referral"),
        ReceivedEvent("ev_mid", NOW, Outcome.NO_REWARD, "customer-referral"),
        ReceivedEvent("ev_last", end - timedelta(microseconds=1), None, "customer-referral"),
    ]


def person(advocate_id: str, email: str | None) -> AdvocateDetails:
    return AdvocateDetails(advocate_id, "sf_1", "A-1", "Ada", email, None, None, None, NOW)


def test_people_are_found_by_their_exact_address_in_any_case(store: WholeStore) -> None:
    ada, other = person("ad_1", "Ada@Example.com"), person("rf_2", "ada@example.com ")
    inserted(store, ada, other, person("ad_3", "ada@example.co"), person("ad_4", None), person("ad_5", ""))
    assert store.advocates_by_email(" ADA@example.COM") == (ada, other)
    assert store.advocates_by_email("da@example.com") == ()
    assert store.advocates_by_email("") == ()
    erased = replace(ada, email=None, version=2)
    assert store.commit((Replace(erased),)) is Committed.YES
    assert store.advocates_by_email("ada@example.com") == (other,)


def line(number: int, subject_id: str = "po_1") -> Audit:
    written = audited(
        AuditAction.PAYOUT_RELEASED,
        Subject(SubjectKind.PAYOUT, subject_id),
        at=NOW + timedelta(days=number),
        actor=aws_actor("arn:aws:iam::123456789012:user/pat"),
        before="blocked: funds",
        after="earned, run 2",
        reason=" the account has money again ",
    ).row
    assert isinstance(written, Audit)
    return written


def test_lines_of_the_audit_trail_are_found_by_month_and_by_subject(store: WholeStore) -> None:
    november, december = [line(number) for number in (0, 3, 8)], [line(9), line(10, "po_2")]
    inserted(store, *november, *december)
    assert paged(lambda cursor: store.audit_of_month("2026-11", cursor, 2)) == november[::-1]
    assert paged(lambda cursor: store.audit_of_month("2026-12", cursor, 1)) == december[::-1]
    assert paged(lambda cursor: store.audit_of_subject("po_1", cursor, 3)) == [december[0], *november[::-1]]
    assert store.audit_of_month("2026-10") == Page((), None)
    assert november[0].reason == "the account has money again"


def test_programs_are_listed_by_name_and_once(store: WholeStore) -> None:
    assert store.program_names() == ()
    inserted(store, ProgramHead("partners", 3), ProgramHead("customers", 1), rows.SAMPLES[16])
    assert store.program_names() == ("customers", "partners")
