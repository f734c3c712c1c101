"""Two people close a month: what stands in the pack, what is refused, and that closed is final."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

import builders
from guerdon.application.audit_records import Audit
from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
from guerdon.application.month_end.gather import CannotClose
from guerdon.application.month_end.open_books import OpenBooks, OpeningBalance
from guerdon.application.month_end.pack import Pack
from guerdon.application.month_end.records import FIRST_CLOSE, CloseState, MonthClose, PackText
from guerdon.application.month_end.verify_closes import VerifyCloses
from guerdon.application.records import InboxEvent
from guerdon.application.seal_ledger import SealLedger
from guerdon.application.transaction import Committed, Insert
from guerdon.cli.app import app
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.errors import PackLost
from guerdon.domain.ledger import Entry, trial_balance
from guerdon.domain.rollforward import OWED
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import NAME, SECRET, MemoryStack

FAY, PAT = "console:fay@example.com", "console:pat@example.com"
ENTITY = "Harbor Payroll, Inc."
DEALS = ("01-first-referral", "06-merchandise", "11-tier-edge", "07-percentage")


@pytest.fixture
def november() -> MemoryStack:
    """A stack on which some deals closed in November; it is the 2nd of December there, and all is sealed."""
    memory = MemoryStack()

    def run(*arguments: object) -> None:
        done = CliRunner().invoke(
            app, [str(argument) for argument in arguments], obj=memory.world, env={"GUERDON_STACK": NAME}
        )
        assert done.exit_code == 0, done.output

    run("publish", *sorted(PROGRAMS.glob("*.yaml")))
    memory.arm()
    for name in DEALS:
        run("send", EVENTS / f"{name}.json", "--connection", "crm", "--secret", SECRET)
    until(memory, "2026-12-02T12:00:00+00:00")
    return memory


def until(memory: MemoryStack, moment: str) -> None:
    memory.clock.advance(builders.moment(moment) - memory.clock.now())
    while SealLedger(memory.store, memory.clock)().hours:
        pass


def prepared(memory: MemoryStack, month: str = "2026-11", actor: str = FAY) -> MonthClose:
    close = PrepareMonth(memory.packs)(ENTITY, month, actor)
    assert isinstance(close, MonthClose), close
    return close


def closed(memory: MemoryStack, month: str = "2026-11") -> MonthClose:
    prepared(memory, month)
    close = ReviewMonth(memory.packs)(ENTITY, month, PAT)
    assert isinstance(close, MonthClose), close
    return close


def pack_of(memory: MemoryStack, close: MonthClose) -> Pack:
    return memory.packs.pack_of(close)


def refused(answer: MonthClose | CannotClose) -> str:
    assert isinstance(answer, CannotClose)
    return " / ".join(answer.reasons)


def test_the_pack_says_how_what_is_owed_went_through_the_month(november: MemoryStack) -> None:
    pack = pack_of(november, prepared(november))
    rolled = {
        (line.program, line.channel): (
            line.opening_minor,
            line.earned_minor,
            line.paid_minor,
            line.reversed_minor,
            line.other_minor,
            line.closing_minor,
        )
        for line in pack.rollforward
    }
    assert rolled == {
        ("customer-referral", "gift_card"): (0, 50_00, 50_00, 0, 0, 0),
        ("customer-referral", "merchandise"): (0, 30_00, 30_00, 0, 0, 0),
        ("enterprise-referral", "check"): (0, 625_00, 625_00, 0, 0, 0),
    }
    (checks,) = pack.of_group("outstanding_checks")
    assert (checks.party, checks.opening_minor, checks.closing_minor) == ("lob", 0, 625_00)
    assert [(line.group, line.bucket, line.minor) for line in pack.ageing] == [
        ("outstanding_checks", "0-30 days", 625_00)
    ]
    assert {(line.program, line.outcome, line.count) for line in pack.completeness} == {
        ("customer-referral", "rewarded", 2),
        ("enterprise-referral", "rewarded", 1),
    }
    assert AuditAction.PROGRAM_PUBLISHED in {line.action for line in pack.actions}
    ours = [entry for entry in november.store.of(Entry) if entry.legal_entity == ENTITY]
    assert pack.entries == len(ours)


def test_the_balances_of_a_pack_are_those_of_the_books(november: MemoryStack) -> None:
    pack = pack_of(november, prepared(november))
    ours = [entry for entry in november.store.of(Entry) if entry.legal_entity == ENTITY]
    credits_ = {OWED, "outstanding_checks", "customer_credit"}
    signed = sum(
        -line.closing_minor if line.group in credits_ else line.closing_minor
        for line in pack.movements
        if line.currency == "USD"
    )
    assert signed == 0
    (expense,) = {balance for (account, _), balance in trial_balance(ours).items() if account == "rewards_expense"}
    assert sum(line.closing_minor for line in pack.of_group("rewards_expense")) == expense


def test_another_person_closes_it_and_the_next_month_begins_where_it_ended(november: MemoryStack) -> None:
    close = closed(november)
    assert (close.state, close.prepared_by, close.reviewed_by) == (CloseState.CLOSED, FAY, PAT)
    assert close.previous_sha256 == FIRST_CLOSE
    until(november, "2027-01-02T12:00:00+00:00")
    december = closed(november, "2026-12")
    assert december.previous_sha256 == close.sha256
    pack = pack_of(november, december)
    assert [(line.opening_minor, line.closing_minor) for line in pack.of_group("outstanding_checks")] == [
        (625_00, 625_00)
    ]
    assert [line.bucket for line in pack.ageing] == ["31-60 days"]
    assert VerifyCloses(november.store)() == ()


def test_who_prepared_it_cannot_review_it_and_nothing_is_closed(november: MemoryStack) -> None:
    before = prepared(november)
    assert "another person" in refused(ReviewMonth(november.packs)(ENTITY, "2026-11", FAY))
    assert november.store.month_close(ENTITY, "2026-11") == before


def test_a_closed_month_never_changes(november: MemoryStack) -> None:
    close = closed(november)
    assert "never changes" in refused(PrepareMonth(november.packs)(ENTITY, "2026-11", FAY))
    again = ReviewMonth(november.packs)(ENTITY, "2026-11", "console:lee@example.com")
    assert again == close == november.store.month_close(ENTITY, "2026-11")


def test_a_month_whose_hours_are_not_sealed_is_not_prepared(november: MemoryStack) -> None:
    assert "not all sealed yet" in refused(PrepareMonth(november.packs)(ENTITY, "2026-12", FAY))
    assert november.store.month_close(ENTITY, "2026-12") is None
    assert november.store.of(PackText) == []


def test_a_month_rests_on_the_one_before(november: MemoryStack) -> None:
    until(november, "2027-01-02T12:00:00+00:00")
    assert "close 2026-11 first" in refused(PrepareMonth(november.packs)(ENTITY, "2026-12", FAY))
    prepared(november)
    assert "prepared but not reviewed" in refused(PrepareMonth(november.packs)(ENTITY, "2026-12", FAY))


def test_an_undecided_event_keeps_the_month_open(november: MemoryStack) -> None:
    event = next(iter(november.store.of(InboxEvent)))
    november.store.put(replace(event, event_id="ev_undecided", outcome=None))
    assert "are undecided" in refused(PrepareMonth(november.packs)(ENTITY, "2026-11", FAY))
    assert november.store.month_close(ENTITY, "2026-11") is None


def test_what_changed_since_it_was_prepared_has_it_prepared_again(november: MemoryStack) -> None:
    prepared(november)
    event = next(iter(november.store.of(InboxEvent)))
    november.store.put(replace(event, event_id="ev_late_found"))
    assert "the events and their outcomes changed" in refused(ReviewMonth(november.packs)(ENTITY, "2026-11", PAT))
    again = prepared(november)
    assert again.version == 2
    assert isinstance(ReviewMonth(november.packs)(ENTITY, "2026-11", PAT), MonthClose)


def test_an_entry_that_is_effective_in_another_month_is_in_the_cut_off(november: MemoryStack) -> None:
    until(november, "2027-01-02T12:00:00+00:00")
    closed(november)
    entry = next(entry for entry in november.store.of(Entry) if entry.legal_entity == ENTITY)
    late = replace(
        entry,
        entry_id="rw_late@1",
        reward_id="rw_late",
        effective_on=date(2026, 11, 30),
        posted_at=november.clock.now() + timedelta(minutes=1),
    )
    assert november.store.commit((Insert(late),)) is Committed.YES
    until(november, "2027-02-02T12:00:00+00:00")
    closed(november, "2026-12")
    pack = pack_of(november, closed(november, "2027-01"))
    assert {(line.entry_id, line.effective_on) for line in pack.cut_off} == {("rw_late@1", date(2026, 11, 30))}


def test_a_month_that_is_only_prepared_is_not_wrong_because_the_one_before_was_closed_since(
    november: MemoryStack,
) -> None:
    prepared(november)
    before = closed(november, "2026-10")
    assert VerifyCloses(november.store)() == ()
    assert "the month before changed" in refused(ReviewMonth(november.packs)(ENTITY, "2026-11", PAT))
    assert closed(november).previous_sha256 == before.sha256
    assert VerifyCloses(november.store)() == ()


def test_each_step_is_in_the_audit_trail(november: MemoryStack) -> None:
    close = closed(november)
    lines = {line.action: line for line in november.store.of(Audit) if line.subject_id == close.subject_id}
    assert lines[AuditAction.MONTH_PREPARED].actor == FAY
    assert (lines[AuditAction.MONTH_CLOSED].actor, lines[AuditAction.MONTH_CLOSED].after) == (
        PAT,
        f"closed, {close.sha256}",
    )


def test_a_changed_pack_is_named_and_nothing_is_built_on_it(november: MemoryStack) -> None:
    close = closed(november)
    (text,) = november.store.of(PackText)
    november.store.put(replace(text, text=text.text.replace("625", "626", 1)))
    assert [finding.why for finding in VerifyCloses(november.store)()] == [
        "its pack is not the one that it has the digest of"
    ]
    until(november, "2027-01-02T12:00:00+00:00")
    with pytest.raises(PackLost):
        PrepareMonth(november.packs)(ENTITY, "2026-12", FAY)
    assert november.store.month_close(ENTITY, "2026-12") is None
    assert close.is_whole


def test_a_changed_close_is_named(november: MemoryStack) -> None:
    close = closed(november)
    november.store.put(replace(close, reviewed_by=FAY))
    assert [finding.why for finding in VerifyCloses(november.store)()] == [
        "its digest is not that of what it says",
        "who prepared it reviewed it",
    ]
    november.store.put(replace(close, seal_sha256="00" * 32).closed(close.prepared_at, PAT))
    assert [finding.why for finding in VerifyCloses(november.store)()] == [
        f"the seal of {close.seal_hour} is not the one that it was closed on"
    ]


def test_two_people_at_once_cannot_both_write_it(november: MemoryStack) -> None:
    first = prepared(november)
    second = replace(first, prepared_by=PAT)
    assert november.store.commit((Insert(second),)) is Committed.NO_CONDITION_FAILED
    assert november.store.month_close(ENTITY, "2026-11") == first


OPENING = [
    OpeningBalance("customer-referral", Channel.GIFT_CARD, "rewards_liability", builders.usd("-500.00")),
    OpeningBalance("customer-referral", Channel.GIFT_CARD, "float:tremendous", builders.usd("2000.00")),
]


def test_opening_balances_are_posted_once_and_roll_forward(november: MemoryStack) -> None:
    open_books = OpenBooks(november.store, november.clock)
    entries = open_books(ENTITY, OPENING, date(2026, 10, 31), FAY, "from the spreadsheet")
    assert isinstance(entries, tuple)
    (entry,) = entries
    assert {posting.account: posting.amount.amount_minor for posting in entry.postings} == {
        "float:tremendous": 2000_00,
        "rewards_liability": -500_00,
        "opening_balances": -1500_00,
    }
    again = open_books(ENTITY, OPENING, date(2026, 10, 31), FAY, "from the spreadsheet")
    assert isinstance(again, CannotClose)
    assert [one for one in november.store.of(Entry) if one.entry_id == entry.entry_id] == [entry]
    closed(november)
    until(november, "2027-01-02T12:00:00+00:00")
    pack = pack_of(november, closed(november, "2026-12"))
    (owed,) = [line for line in pack.rollforward if line.channel == "gift_card"]
    assert (owed.opening_minor, owed.other_minor, owed.closing_minor) == (0, 500_00, 500_00)
    assert ("61-90 days", 500_00) in {(line.bucket, line.minor) for line in pack.ageing}


@pytest.mark.parametrize(
    ("account", "why"),
    [("rewards_expense", "no account that books begin with"), ("float", "no account"), ("rewards_liability:x", "no")],
)
def test_an_account_that_books_do_not_begin_with_is_refused(november: MemoryStack, account: str, why: str) -> None:
    before = november.store.of(Entry)
    wrong = [OpeningBalance("customer-referral", Channel.GIFT_CARD, account, builders.usd("1.00"))]
    answer = OpenBooks(november.store, november.clock)(ENTITY, wrong, date(2026, 10, 31), FAY, "moved")
    assert isinstance(answer, CannotClose)
    assert why in answer.reasons[0]
    assert november.store.of(Entry) == before


def test_opening_balances_come_before_the_first_close(november: MemoryStack) -> None:
    closed(november)
    answer = OpenBooks(november.store, november.clock)(ENTITY, OPENING, date(2026, 10, 31), FAY, "late")
    assert isinstance(answer, CannotClose)
    assert "before the first close" in answer.reasons[0]


def test_a_month_before_a_closed_one_is_not_prepared_any_more(november: MemoryStack) -> None:
    closed(november)
    assert "2026-11 is closed already" in refused(PrepareMonth(november.packs)(ENTITY, "2026-10", FAY))
    assert november.store.month_close(ENTITY, "2026-10") is None
    assert VerifyCloses(november.store)() == ()


def test_a_month_after_one_that_is_only_prepared_waits_for_its_review_though_nothing_was_owed(
    november: MemoryStack,
) -> None:
    prepared(november, "2026-10")
    assert "2026-10 is prepared but not reviewed" in refused(PrepareMonth(november.packs)(ENTITY, "2026-11", FAY))
    closed(november, "2026-10")
    closed(november)
    assert VerifyCloses(november.store)() == ()


def test_no_month_is_left_out_between_two_closes_though_nothing_was_owed(november: MemoryStack) -> None:
    closed(november, "2026-09")
    assert "2026-10 is not closed" in refused(PrepareMonth(november.packs)(ENTITY, "2026-11", FAY))
    assert november.store.month_close(ENTITY, "2026-11") is None


def test_a_month_that_was_prepared_as_the_first_is_not_closed_so_once_one_before_it_is(november: MemoryStack) -> None:
    prepared(november)
    closed(november, "2026-10")
    assert "the seal or the month before changed" in refused(ReviewMonth(november.packs)(ENTITY, "2026-11", PAT))
    closed(november)
    assert VerifyCloses(november.store)() == ()
