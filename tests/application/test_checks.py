"""Checks: mailed with the settlement, cleared by the bank alone, voided by a person, and never paid twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import builders
from builders import PAYOUT_ID, Changed, usd
from guerdon.application.audit_records import Audit
from guerdon.application.check_rows import CASHED
from guerdon.application.clear_checks import ClearChecks, Imported
from guerdon.application.records import AnswerState, Receivable
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.void_check import CannotVoid, VoidCheck
from guerdon.application.write_off import CannotWriteOff, WriteOff
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine, Check, CheckState, Unmatched
from guerdon.domain.errors import StoreBusy
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.money import Money
from guerdon.domain.payout import CONTRADICTED, Payout, PayoutStatus
from world import World

S = PayoutStatus
A = AnswerState
ZERO = {"value": "0.00", "currency": "USD"}
ACTOR = "aws:arn:aws:iam::123456789012:user/pat"
LINE = BankLine("operating", "bl_1", date(2026, 11, 30), usd("100.00"), "10001")


@pytest.fixture
def world() -> World:
    return World(Channel.CHECK)


def heard(world: World, state: AnswerState = A.DONE, **changes: Changed) -> Payout:
    """A check of 100.00 that was sent, about which the provider said this."""
    said = builders.answer(state, cost=usd("100.00"), value_on=date(2026, 11, 23), check_number="10001")
    payout = world.submitted(1, answer=replace(said, **changes), provider_id="chk_1")
    world.settle(PAYOUT_ID, 1)
    return payout


def the_check(world: World) -> Check:
    (check,) = world.store.of(Check)
    return check


def imported(world: World, *lines: BankLine) -> Imported:
    return ClearChecks(world.store, world.clock)(lines or (LINE,), ACTOR)


def void(world: World, reason: str = "it never arrived") -> Check | CannotVoid:
    return VoidCheck(world.store, world.clock)(PAYOUT_ID, ACTOR, reason)


def write_off(world: World, to: str, reason: str = "nobody answers") -> Payout | CannotWriteOff:
    return WriteOff(world.store, world.clock)(PAYOUT_ID, to, ACTOR, reason)


def kinds(world: World) -> list[EntryKind]:
    return [entry.kind for entry in world.store.of(Entry)]


def test_a_check_stands_from_the_very_transaction_that_settles_its_payout(world: World) -> None:
    heard(world)
    assert the_check(world) == Check(
        PAYOUT_ID, 1, "10001", usd("100.00"), date(2026, 11, 23), "customer-referral", "Acme Inc."
    )
    assert {type(write.row).__name__ for write in world.store.commits[-1]} == {"Payout", "Entry", "Check"}


def test_another_channel_has_no_check() -> None:
    world = World(Channel.GIFT_CARD)
    heard(world)
    assert world.store.of(Check) == []


def test_a_check_that_the_mail_brings_back_is_void_with_the_return(world: World) -> None:
    heard(world)
    attempt = world.store.attempt(PAYOUT_ID, 1)
    assert attempt is not None
    world.store.put(replace(attempt, answer=builders.answer(A.RETURNED)))
    assert world.settle(PAYOUT_ID, 1).status is S.RETURNED
    assert (the_check(world).state, the_check(world).reason) == (CheckState.VOIDED, "returned")
    assert {type(write.row).__name__ for write in world.store.commits[-1]} == {"Payout", "Entry", "Check"}


def test_a_check_that_the_bank_paid_does_not_come_back_in_the_books(world: World) -> None:
    heard(world)
    imported(world)
    attempt = world.store.attempt(PAYOUT_ID, 1)
    assert attempt is not None
    world.store.put(replace(attempt, answer=builders.answer(A.RETURNED)))
    after = world.settle(PAYOUT_ID, 1)
    assert (after.status, after.attention) == (S.SETTLED, CASHED)
    assert kinds(world) == [EntryKind.SETTLED, EntryKind.CLEARED]
    assert world.settle(PAYOUT_ID, 1) == after


def test_a_line_with_number_and_amount_clears_the_check(world: World) -> None:
    heard(world)
    done = imported(world)
    assert (len(done.cleared), done.unmatched, done.known) == (1, (), 0)
    check, entry = the_check(world), world.store.of(Entry)[-1]
    assert (check.state, check.account, check.cleared_on, check.bank_line) == (
        CheckState.CLEARED,
        "operating",
        date(2026, 11, 30),
        "bl_1",
    )
    assert (entry.entry_id, entry.kind, entry.value_on) == (f"{PAYOUT_ID}-1@2", EntryKind.CLEARED, date(2026, 11, 30))
    assert world.balances() == {"in_transit:lob": 100_00, "bank:operating": -100_00}
    assert world.store.of(BankLine) == [replace(LINE, cleared=f"{PAYOUT_ID}-1")]
    (line,) = world.store.of(Audit)
    assert (line.action, line.actor, line.subject_kind, line.subject_id) == (
        AuditAction.CHECK_CLEARED,
        ACTOR,
        SubjectKind.CHECK,
        f"{PAYOUT_ID}-1",
    )
    assert len(world.store.commits[-1]) == 4


def test_the_same_statement_twice_changes_nothing(world: World) -> None:
    heard(world)
    imported(world)
    commits = len(world.store.commits)
    assert imported(world) == Imported((), (), 1)
    assert len(world.store.commits) == commits


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"check_number": None}, Unmatched.NO_NUMBER),
        ({"check_number": "10002"}, Unmatched.UNKNOWN),
        ({"amount": usd("100.01")}, Unmatched.AMOUNT),
        ({"amount": Money(100_00, "CAD")}, Unmatched.AMOUNT),
    ],
)
def test_a_line_that_does_not_fit_posts_nothing_and_stays(
    world: World, changes: dict[str, Changed], why: Unmatched
) -> None:
    heard(world)
    line = replace(LINE, **changes)
    for _ in range(2):
        assert imported(world, line).unmatched == (replace(line, why=why.value),)
    assert list(world.store.unmatched_bank_lines()) == [replace(line, why=why.value)]
    assert kinds(world) == [EntryKind.SETTLED]
    assert the_check(world).state is CheckState.OUTSTANDING
    assert world.store.of(Audit) == []


def test_a_check_that_the_bank_pays_twice_is_posted_once(world: World) -> None:
    heard(world)
    done = imported(world, LINE, replace(LINE, line_id="bl_2"))
    assert [line.why for line in done.unmatched] == [Unmatched.CLEARED]
    assert kinds(world) == [EntryKind.SETTLED, EntryKind.CLEARED]


def test_a_line_that_came_before_its_check_clears_it_at_the_next_import(world: World) -> None:
    imported(world)
    heard(world)
    assert [line.version for line in imported(world).cleared] == [2]
    assert list(world.store.unmatched_bank_lines()) == []


def test_of_two_checks_with_one_number_and_amount_none_is_guessed(world: World) -> None:
    heard(world)
    world.store.put(replace(the_check(world), payout_id="po_other"))
    assert [line.why for line in imported(world).unmatched] == [Unmatched.AMBIGUOUS]
    assert kinds(world) == [EntryKind.SETTLED]


@pytest.mark.parametrize("lost", [True, False])
def test_an_import_that_dies_is_finished_by_the_next(world: World, *, lost: bool) -> None:
    heard(world)
    if lost:
        world.store.lose_answer()
    else:
        world.store.be_busy()
    with pytest.raises(StoreBusy):
        imported(world)
    imported(world)
    assert kinds(world) == [EntryKind.SETTLED, EntryKind.CLEARED]
    assert the_check(world).state is CheckState.CLEARED


def test_a_check_is_stale_after_180_days_and_nothing_is_posted_for_it(world: World) -> None:
    heard(world)
    check = the_check(world)
    assert check.stands(check.mailed_on + timedelta(days=180)) == "outstanding"
    assert check.stands(check.mailed_on + timedelta(days=181)) == "stale"
    world.clock.advance(timedelta(days=400))
    world.sweep()
    assert kinds(world) == [EntryKind.SETTLED]
    imported(world)
    assert the_check(world).state is CheckState.CLEARED


def test_a_voided_check_is_owed_again_in_one_transaction(world: World) -> None:
    heard(world)
    assert void(world) == the_check(world)
    assert the_check(world).state is CheckState.VOIDED
    assert (world.stands().status, world.stands().waits_for) == (S.RETURNED, "returned")
    assert world.balances() == {"in_transit:lob": 100_00, "rewards_liability": -100_00}
    (line,) = world.store.of(Audit)
    assert (line.action, line.before, line.after, line.reason) == (
        AuditAction.CHECK_VOIDED,
        "outstanding, 100.00 USD",
        "voided",
        "it never arrived",
    )
    assert len(world.store.commits[-1]) == 5
    commits = len(world.store.commits)
    assert void(world) == the_check(world)
    assert len(world.store.commits) == commits


def test_a_voided_check_is_mailed_again_and_is_no_contradiction(world: World) -> None:
    heard(world)
    void(world)
    world.store.put(builders.armed(Channel.CHECK))
    again = ReleaseAgain(world.store, world.clock, world.fulfillments)(PAYOUT_ID, ACTOR, "new address")
    assert isinstance(again, Payout)
    assert world.settle(PAYOUT_ID, 2).status is S.EARNED
    world.release(PAYOUT_ID, 2)
    world.pay(PAYOUT_ID, 2, world.wait_under("token-2"))
    after = world.settle(PAYOUT_ID, 2)
    assert (after.status, after.attention) == (S.SETTLED, None)
    assert [(one.attempt, one.state) for one in world.store.checks_of(PAYOUT_ID)] == [
        (1, CheckState.VOIDED),
        (2, CheckState.OUTSTANDING),
    ]


def test_a_void_check_that_the_bank_pays_keeps_the_payout_from_being_paid_again(world: World) -> None:
    heard(world)
    void(world)
    done = imported(world)
    assert [line.why for line in done.unmatched] == [Unmatched.VOIDED]
    assert world.stands().attention == CONTRADICTED
    assert kinds(world) == [EntryKind.SETTLED, EntryKind.RETURNED]
    again = ReleaseAgain(world.store, world.clock, world.fulfillments)(PAYOUT_ID, ACTOR, "again")
    assert isinstance(again, CannotRelease)
    assert isinstance(write_off(world, "income:forfeited_rewards"), CannotWriteOff)
    version = world.stands().version
    imported(world)
    assert world.stands().version == version


def test_a_void_check_that_the_bank_pays_stops_the_new_one_that_is_about_to_be_mailed(world: World) -> None:
    heard(world)
    void(world)
    ReleaseAgain(world.store, world.clock, world.fulfillments)(PAYOUT_ID, ACTOR, "again")
    imported(world)
    assert (world.stands().status, world.stands().attention) == (S.BLOCKED, CONTRADICTED)


def test_a_void_check_that_the_bank_pays_stops_what_was_still_owed_of_it_as_a_payout_of_its_own() -> None:
    world = World(Channel.CHECK)
    world.publish_program()
    world.decide()
    (payout,) = world.store.of(Payout)
    world.store.put(builders.armed(Channel.CHECK))
    world.release(payout.payout_id, 1)
    world.pay(payout.payout_id, 1, world.wait_under("token-1"))
    paid = world.settle(payout.payout_id, 1)
    world.store.put(
        replace(paid, status=S.CLAWED_BACK, clawed_back=usd("40.00"), version=paid.version + 1),
        Receivable(paid.advocate_id, "USD", usd("40.00")),
    )
    check = the_check(world)
    VoidCheck(world.store, world.clock)(payout.payout_id, ACTOR, "it never arrived")
    (rest,) = (one for one in world.store.of(Payout) if one.payout_id != payout.payout_id)
    assert (rest.status, rest.value) == (S.BLOCKED, usd("60.00"))
    imported(world, replace(LINE, amount=check.amount, check_number=check.number))
    release = ReleaseAgain(world.store, world.clock, world.fulfillments)
    assert isinstance(release(rest.payout_id, ACTOR, "send the rest"), CannotRelease)
    assert isinstance(
        WriteOff(world.store, world.clock)(rest.payout_id, "income:forfeited_rewards", ACTOR, "nobody answers"),
        CannotWriteOff,
    )


def test_a_check_whose_line_came_before_it_is_cleared_and_not_voided(world: World) -> None:
    imported(world)
    heard(world)
    commits = len(world.store.commits)
    refused = void(world)
    assert isinstance(refused, CannotVoid)
    assert refused.why.startswith("the bank paid it on 2026-11-30 from account operating: take that statement in again")
    assert len(world.store.commits) == commits
    imported(world)
    assert kinds(world) == [EntryKind.SETTLED, EntryKind.CLEARED]


def test_a_line_of_that_number_over_another_amount_does_not_keep_a_check_from_being_voided(world: World) -> None:
    imported(world, replace(LINE, amount=usd("7.00")))
    heard(world)
    assert isinstance(void(world), Check)


def test_what_cannot_be_voided_says_why_and_nothing_is_written(world: World) -> None:
    assert void(world) == CannotVoid("there is no such payout")
    world.submitted(1)
    assert void(world) == CannotVoid("no check was mailed for it")
    heard(world)
    commits = len(world.store.commits)
    assert void(world, " ") == CannotVoid("it needs a reason: say why, in a sentence")
    assert len(world.store.commits) == commits
    imported(world)
    assert void(world) == CannotVoid("the bank paid it on 2026-11-30: there is nothing left to stop")
    assert kinds(world) == [EntryKind.SETTLED, EntryKind.CLEARED]


def test_a_check_that_clears_while_it_is_voided_is_not_voided(world: World) -> None:
    heard(world)
    world.store.meanwhile(lambda: imported(world))
    with pytest.raises(StoreBusy, match="somebody else"):
        void(world)
    assert kinds(world) == [EntryKind.SETTLED, EntryKind.CLEARED]
    assert world.stands().status is S.SETTLED


def test_what_was_clawed_back_of_a_voided_check_is_owed_by_nobody(world: World) -> None:
    heard(world)
    paid = world.stands()
    world.store.put(
        replace(paid, status=S.CLAWED_BACK, clawed_back=usd("100.00")),
        Receivable(paid.advocate_id, "USD", usd("100.00")),
    )
    void(world)
    assert (world.stands().status, the_check(world).state) == (S.REVERSED, CheckState.VOIDED)
    assert [row.balance for row in world.store.of(Receivable)] == [usd("0.00")]


@pytest.mark.parametrize("to", ["unclaimed_property:CA", "income:forfeited_rewards"])
def test_what_cannot_be_paid_is_written_off_by_a_persons_decision(world: World, to: str) -> None:
    heard(world)
    void(world)
    after = write_off(world, to)
    assert isinstance(after, Payout)
    assert (after.status, after.reason, after.written_off_to) == (S.REVERSED, f"written off to {to}", to)
    assert world.store.of(Entry)[-1].kind is EntryKind.WRITTEN_OFF
    assert world.balances() == {"in_transit:lob": 100_00, to: -100_00}
    line = world.store.of(Audit)[-1]
    assert (line.action, line.subject_id, line.reason) == (
        AuditAction.PAYOUT_WRITTEN_OFF,
        PAYOUT_ID,
        "nobody answers",
    )
    commits = len(world.store.commits)
    assert write_off(world, to) == after
    assert len(world.store.commits) == commits


@pytest.mark.parametrize(
    ("to", "reason", "why"),
    [
        ("income:other", "because", "it can go to unclaimed_property:XX"),
        ("unclaimed_property:ca", "because", "it can go to unclaimed_property:XX"),
        ("income:forfeited_rewards", "", "it needs a reason"),
        (
            "income:forfeited_rewards",
            "because",
            "it is settled: only what came back, failed, waits for approval or stays blocked can be written off",
        ),
    ],
)
def test_a_write_off_that_is_refused_writes_nothing(world: World, to: str, reason: str, why: str) -> None:
    heard(world)
    if why.startswith("it needs"):
        void(world)
    commits = len(world.store.commits)
    refused = write_off(world, to, reason)
    assert isinstance(refused, CannotWriteOff)
    assert refused.why.startswith(why)
    assert len(world.store.commits) == commits


def test_a_deal_that_comes_undone_after_a_write_off_is_left_to_a_person() -> None:
    world = World(Channel.CHECK)
    world.publish_program()
    world.decide()
    (payout,) = world.store.of(Payout)
    returned = replace(payout, status=S.RETURNED, version=payout.version + 1)
    world.store.put(returned)
    done = WriteOff(world.store, world.clock)(payout.payout_id, "income:forfeited_rewards", ACTOR, "nobody answers")
    assert isinstance(done, Payout)
    event_id = world.decide("msg_2", type="deal.reversed", effective_at="2026-11-21T10:00:00Z", deal__amount=ZERO)
    event = world.store.inbox_event(event_id)
    assert event is not None
    assert (event.outcome, event.detail) == (
        "needs_attention",
        "part of the reward was written off: a person must say what becomes of 100.00 USD",
    )
    assert world.store.of(Receivable) == []
