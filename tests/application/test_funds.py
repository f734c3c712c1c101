"""A provider out of money: its payouts wait in order, one is tried now and then, and all follow once it is taken."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest

import builders
from builders import NOW, usd
from fakes.provider import Fault
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.audit_records import Audit
from guerdon.application.follow_funds import FollowFunds
from guerdon.application.funds_records import FundsHold, FundsState
from guerdon.application.funds_waiting import with_funds_hold
from guerdon.application.lift_funds_hold import CannotLift, FundsTried, LiftFundsHold
from guerdon.application.notify import TAKEN_FOR
from guerdon.application.pause_payouts import PausePayouts
from guerdon.application.ports import Notice
from guerdon.application.records import AnswerState, ProviderAnswer
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.transaction import Replace
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable, GuerdonError, StoreBusy
from guerdon.domain.ledger import Entry
from guerdon.domain.pausing import EVERYTHING
from guerdon.domain.payout import CONTRADICTED, UNDONE, BlockReason, PayoutStatus
from tripwire import Tripwire
from world import World

CARD = Channel.GIFT_CARD
EMPTY = AnswerState.OUT_OF_FUNDS
QUARTER = timedelta(minutes=15)


class Stack:
    """A world whose workflow carries out what was started, one execution after the other."""

    def __init__(self, wire: Tripwire | None = None, payouts: int = 4) -> None:
        self.world = World(wire=wire)
        self.world.store.put(builders.details(), builders.armed())
        self.ids = [f"po_{number:024}" for number in range(payouts)]
        self.carried: set[tuple[str, int]] = set()
        for payout_id in self.ids:
            reward_id = payout_id.replace("po", "rw")
            self.world.store.put(
                builders.payout(payout_id=payout_id, reward_id=reward_id),
                builders.reward(reward_id=reward_id, payout_ids=(payout_id,)),
            )
        self.world.provider.next_submits.append(EMPTY)

    @property
    def hold(self) -> FundsHold:
        hold = self.world.store.funds_hold(CARD)
        assert hold is not None
        return hold

    def fulfill(self, payout_id: str, run: int) -> None:
        """One execution of the workflow, to its end."""
        if self.world.release(payout_id, run).decision is CARD:
            self.world.pay(payout_id, run, "nobody waits")

    def begin(self) -> None:
        """Each payout's first run, a second apart: the first is refused, and the others are held back."""
        for payout_id in self.ids:
            self.fulfill(payout_id, 1)
            self.world.clock.advance(timedelta(seconds=1))

    def carry_on(self) -> None:
        """Every execution that was started and not carried out yet, in the order of its start."""
        for started in self.world.fulfillments.started:
            if started not in self.carried:
                self.carried.add(started)
                self.fulfill(*started)

    def after(self, passed: timedelta) -> int:
        """Sweep after a time, and let what that started go on; how many the sweep set going for money."""
        self.world.clock.advance(passed)
        funded = self.world.sweep().payouts_funded
        self.carry_on()
        return funded

    def stands(self) -> list[str]:
        payouts = [self.world.stands(payout_id) for payout_id in self.ids]
        return [f"{payout.status} {payout.reason}" if payout.reason else str(payout.status) for payout in payouts]

    def sent(self) -> list[str]:
        """The references of all that was submitted, in order."""
        return [reference for call, reference in self.world.provider.calls if call == "submit"]


@pytest.fixture
def stack() -> Stack:
    stack = Stack()
    stack.begin()
    return stack


def test_the_first_refusal_holds_the_channel_and_no_other_payout_is_sent(stack: Stack) -> None:
    assert stack.stands() == ["blocked funds"] * 4
    assert stack.sent() == [f"{stack.ids[0]}-1"]
    assert stack.hold == FundsHold(CARD, FundsState.HOLDING, NOW, NOW + QUARTER)
    assert stack.world.provider.till == []
    assert [payout.attempts for payout in map(stack.world.stands, stack.ids)] == [1, 0, 0, 0]


def test_refusal_and_hold_are_one_transaction(stack: Stack) -> None:
    begun = next(commit for commit in stack.world.store.commits if any(isinstance(w.row, FundsHold) for w in commit))
    assert [type(write.row).__name__ for write in begun] == ["Payout", "Entry", "FundsHold"]


def test_what_was_released_before_is_stopped_before_its_intent(stack: Stack) -> None:
    payout = builders.payout(PayoutStatus.RELEASED, payout_id="po_released", version=2)
    stack.world.store.put(payout)
    stack.world.pay("po_released", 1, "nobody waits")
    stopped = stack.world.stands("po_released")
    assert (stopped.status, stopped.reason, stopped.attempts) == (PayoutStatus.BLOCKED, BlockReason.FUNDS, 0)
    assert stack.world.store.attempt("po_released", 1) is None
    assert len(stack.sent()) == 1


def test_another_channel_goes_on(stack: Stack) -> None:
    world = World(Channel.CHECK)
    world.store.put(*stack.world.store.rows.values())
    world.store.put(builders.armed(Channel.CHECK), builders.payout(payout_id="po_check", channel=Channel.CHECK))
    assert world.release("po_check", 1).decision is Channel.CHECK


def test_one_is_tried_at_growing_intervals_and_keeps_its_place(stack: Stack) -> None:
    stack.world.provider.next_submits.extend([EMPTY] * 200)
    tried_after = [minutes for minutes in range(5, 24 * 60, 5) if stack.after(timedelta(minutes=5))]
    gaps = [later - earlier for earlier, later in pairwise([0, *tried_after])]
    assert gaps == [15, 30, 60, 120, 240, 240, 240, 240, 240]
    assert set(stack.sent()) == {f"{stack.ids[0]}-{number}" for number in range(1, 11)}
    assert [stack.world.stands(payout_id).waiting_since for payout_id in stack.ids] == [
        NOW + timedelta(seconds=number) for number in range(4)
    ]
    assert stack.hold.tries == 9
    assert stack.world.provider.till == []


def test_once_the_provider_takes_it_all_others_follow_in_order(stack: Stack) -> None:
    assert stack.after(QUARTER) == 1
    assert stack.stands() == ["settled", "blocked funds", "blocked funds", "blocked funds"]
    assert stack.after(timedelta(minutes=5)) == 3
    assert stack.stands() == ["settled"] * 4
    assert stack.sent()[1:] == [f"{stack.ids[0]}-2", *(f"{payout_id}-1" for payout_id in stack.ids[1:])]
    assert stack.world.fulfillments.started == [(payout_id, 2) for payout_id in stack.ids]
    assert [movement.amount for movement in stack.world.provider.till] == [usd("100.00")] * 4
    states = [stack.hold.state]
    for minutes in (55, 5):
        stack.after(timedelta(minutes=minutes))
        states.append(stack.hold.state)
    assert states == [FundsState.LIFTING, FundsState.LIFTING, FundsState.OVER]
    assert stack.world.stands(stack.ids[1]).history[2].reason == "resumed by the sweep"


def test_accepted_is_enough_it_need_not_be_carried_out(stack: Stack) -> None:
    stack.world.provider.next_submits.append(AnswerState.PENDING)
    stack.after(QUARTER)
    assert stack.stands()[0] == "submitted"
    stack.after(timedelta(minutes=5))
    assert stack.stands()[1:] == ["settled"] * 3


def test_while_its_outcome_is_unknown_nothing_follows_and_after_an_hour_the_next_one_is_tried(stack: Stack) -> None:
    stack.world.provider.next_submits.append(Fault.REQUEST_LOST)
    with suppress(GuerdonError):
        stack.after(QUARTER)
    assert stack.after(timedelta(minutes=50)) == 0
    assert stack.after(timedelta(minutes=10)) == 1
    assert stack.sent()[-1] == f"{stack.ids[1]}-1"
    assert stack.after(timedelta(minutes=5)) == 2
    assert stack.stands() == ["submitted", "settled", "settled", "settled"]


@pytest.mark.parametrize("end", [AnswerState.REFUSED, AnswerState.CANCELED])
def test_one_that_ends_otherwise_says_nothing_and_the_next_one_is_tried_at_once(stack: Stack, end: AnswerState) -> None:
    stack.world.provider.next_submits.append(end)
    stack.after(QUARTER)
    assert stack.stands()[0].startswith("failed")
    assert stack.hold.holds
    assert stack.after(timedelta(minutes=5)) == 1
    assert stack.stands()[1] == "settled"
    assert stack.after(timedelta(minutes=5)) == 2


def test_one_that_cannot_be_carried_any_more_makes_room_for_the_next(stack: Stack) -> None:
    stack.world.missing = "a gift card needs an email"
    stack.after(QUARTER)
    assert stack.stands()[0] == "blocked details"
    stack.world.missing = None
    assert stack.after(timedelta(minutes=5)) == 1
    assert stack.stands()[:2] == ["blocked details", "settled"]


def test_when_nobody_waits_any_more_the_hold_goes(stack: Stack) -> None:
    for payout_id in stack.ids:
        stack.world.store.put(stack.world.stands(payout_id).reversed(stack.world.clock.now()))
    assert stack.after(QUARTER) == 0
    assert not stack.hold.holds
    assert stack.stands() == [f"reversed {UNDONE}"] * 4


def test_money_that_runs_out_again_holds_again_and_those_who_waited_stay_first(stack: Stack) -> None:
    stack.after(QUARTER)
    stack.world.provider.next_submits.extend([AnswerState.DONE, EMPTY])
    stack.after(timedelta(minutes=5))
    assert stack.stands() == ["settled", "settled", "blocked funds", "blocked funds"]
    since = stack.world.clock.now()
    assert (stack.hold.state, stack.hold.since, stack.hold.tries) == (FundsState.HOLDING, since, 0)
    stack.world.store.put(builders.payout(payout_id="po_new"))
    stack.fulfill("po_new", 1)
    stack.after(QUARTER)
    stack.after(timedelta(minutes=5))
    references = [reference.rpartition("-")[0] for reference in stack.sent()]
    assert references[-3:] == [stack.ids[2], stack.ids[3], "po_new"]
    assert stack.stands() == ["settled"] * 4


def test_a_payout_that_a_person_releases_is_tried_at_once(stack: Stack) -> None:
    release_again = ReleaseAgain(stack.world.store, stack.world.clock, stack.world.fulfillments)
    release_again(stack.ids[2], "ada@example.com", "the float is full again")
    assert stack.hold.trying == stack.ids[2]
    stack.carry_on()
    assert stack.stands() == ["blocked funds", "blocked funds", "settled", "blocked funds"]
    assert stack.after(timedelta(minutes=5)) == 3
    assert stack.stands() == ["settled"] * 4


def test_a_person_who_says_that_there_is_money_has_the_oldest_tried_at_once(stack: Stack) -> None:
    lift = LiftFundsHold(stack.world.store, stack.world.clock, stack.world.fulfillments)
    assert lift(CARD, "aws:ada", "the float is full again") == FundsTried(stack.ids[0], 1)
    stack.carry_on()
    assert stack.after(timedelta(minutes=5)) == 3
    assert stack.stands() == ["settled"] * 4
    (line,) = stack.world.store.of(Audit)
    assert (line.action, line.subject_id, line.actor) == (AuditAction.FUNDS_TRIED, "gift_card", "aws:ada")
    assert (line.before, line.after) == ("holding, 0 refused since", f"{stack.ids[0]}, run 2, is tried")
    assert stack.world.stands(stack.ids[0]).history[4].reason == "resumed by aws:ada"


def test_said_twice_the_next_one_is_tried_beside_it(stack: Stack) -> None:
    lift = LiftFundsHold(stack.world.store, stack.world.clock, stack.world.fulfillments)
    lift(CARD, "aws:ada", "the float is full again")
    assert lift(CARD, "aws:ada", "the float is full again") == FundsTried(stack.ids[1], 1)
    stack.carry_on()
    # Only one may pass at a time: what was tried before and not sent yet waits again, in its place.
    assert stack.stands() == ["blocked funds", "settled", "blocked funds", "blocked funds"]
    stack.after(timedelta(minutes=5))
    assert stack.stands() == ["settled"] * 4


def test_who_names_the_hold_that_they_saw_has_one_tried_and_never_all(stack: Stack) -> None:
    lift = LiftFundsHold(stack.world.store, stack.world.clock, stack.world.fulfillments)
    seen = stack.hold.version
    assert lift(CARD, "aws:ada", "the float is full again", seen) == FundsTried(stack.ids[0], 1)
    assert isinstance(lift(CARD, "aws:ada", "the float is full again", seen), CannotLift)
    stack.carry_on()
    stack.after(timedelta(minutes=5))
    assert not stack.hold.holds
    started = len(stack.world.fulfillments.started)
    assert isinstance(lift(CARD, "aws:ada", "the float is full again", stack.hold.version), CannotLift)
    assert len(stack.world.fulfillments.started) == started


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_without_a_reason_nothing_is_tried(stack: Stack, reason: str) -> None:
    lift = LiftFundsHold(stack.world.store, stack.world.clock, stack.world.fulfillments)
    assert isinstance(lift(CARD, "aws:ada", reason), CannotLift)
    assert lift(Channel.CHECK, "aws:ada", "full") == CannotLift("no payout of check waits for money")
    assert stack.world.fulfillments.started == []


def test_what_waits_from_before_there_were_holds_is_set_going_by_a_person(stack: Stack) -> None:
    stack.world.store.rows.pop(("FundsHold", CARD))
    assert stack.after(timedelta(days=1)) == 0
    stack.world.provider.next_submits.clear()
    lift = LiftFundsHold(stack.world.store, stack.world.clock, stack.world.fulfillments)
    assert lift(CARD, "aws:ada", "the float is full again") == FundsTried(None, 4)
    stack.carry_on()
    assert stack.stands() == ["settled"] * 4


def test_what_is_paused_is_not_tried_and_the_hold_stands(stack: Stack) -> None:
    PausePayouts(stack.world.store, stack.world.clock)(EVERYTHING, "aws:ada", "a wrong rule")
    assert stack.after(QUARTER) == 0
    assert stack.hold.holds
    assert stack.stands() == ["blocked funds"] * 4
    lift = LiftFundsHold(stack.world.store, stack.world.clock, stack.world.fulfillments)
    assert lift(CARD, "aws:ada", "the float is full again") == CannotLift(
        "what waits for money in gift_card is paused as well: resume that first"
    )


def switched(stack: Stack, *, armed: bool) -> None:
    ArmChannel(stack.world.store, stack.world.clock)(CARD, "aws:ada", armed=armed)


def test_what_waits_for_money_in_a_disarmed_channel_waits_on_and_is_tried_once_it_is_armed(stack: Stack) -> None:
    switched(stack, armed=False)
    assert [stack.after(timedelta(minutes=5)) for _ in range(12)] == [0] * 12
    assert stack.stands() == ["blocked funds"] * 4
    assert (stack.hold.holds, stack.hold.trying, stack.sent()) == (True, None, [f"{stack.ids[0]}-1"])
    assert {stack.world.stands(payout_id).run for payout_id in stack.ids} == {1}
    lift = LiftFundsHold(stack.world.store, stack.world.clock, stack.world.fulfillments)
    assert isinstance(lift(CARD, "aws:ada", "the float is full again"), CannotLift)
    assert stack.world.fulfillments.started == []
    switched(stack, armed=True)
    assert [stack.after(timedelta(minutes=5)) for _ in range(2)] == [1, 3]
    assert stack.stands() == ["settled"] * 4


def test_a_channel_disarmed_while_its_hold_is_lifted_keeps_what_waits_until_it_is_armed(stack: Stack) -> None:
    stack.after(QUARTER)
    switched(stack, armed=False)
    assert [stack.after(timedelta(minutes=5)) for _ in range(24)] == [0] * 24
    assert stack.stands() == ["settled", "blocked funds", "blocked funds", "blocked funds"]
    states = [stack.hold.state]
    switched(stack, armed=True)
    assert stack.after(timedelta(minutes=5)) == 3
    assert stack.stands() == ["settled"] * 4
    stack.after(timedelta(minutes=5))
    assert [*states, stack.hold.state] == [FundsState.LIFTING, FundsState.OVER]


@pytest.mark.parametrize("state", [FundsState.LIFTING, FundsState.OVER])
def test_what_is_noticed_of_a_payout_that_waits_for_money_already_begins_no_hold(
    stack: Stack, state: FundsState
) -> None:
    hold = stack.hold.lifted(stack.world.clock.now())
    hold = hold if state is FundsState.LIFTING else hold.over()
    stack.world.store.put(hold)
    payout = stack.world.stands(stack.ids[0])
    contradicted = payout.noticed(CONTRADICTED, stack.world.clock.now(), None)
    writes = (Replace(contradicted),)
    assert with_funds_hold(stack.world.store, writes, stack.world.clock.now()) == writes


def test_finance_hears_once_of_each_time_and_no_advocate_hears_anything(stack: Stack) -> None:
    notices = [Notice("payout", payout_id, 1) for payout_id in stack.ids]
    assert [stack.world.notify(notice).result for notice in notices] == ["sent", *["told-with-another"] * 3]
    stack.world.provider.next_submits.append(EMPTY)
    stack.after(QUARTER)
    assert stack.world.notify(Notice("payout", stack.ids[0], 2)).result == "told-with-another"
    assert [mail.to for mail in stack.world.mailer.sent] == ["finance@example.com"]
    stack.after(timedelta(minutes=30))
    stack.world.provider.next_submits.append(EMPTY)
    stack.after(timedelta(minutes=5))
    again = Notice("payout", stack.ids[1], 2)
    assert stack.world.notify(again).result == "sent"
    assert [mail.to for mail in stack.world.mailer.sent] == ["finance@example.com"] * 2


def test_finance_hears_of_the_cause_by_the_next_run_if_the_mail_service_was_away_over_the_first(stack: Stack) -> None:
    notice = Notice("payout", stack.ids[0], 1)
    stack.world.mailer.away = 1
    with pytest.raises(BusUnavailable):
        stack.world.notify(notice)
    stack.world.provider.next_submits.append(EMPTY)
    stack.world.clock.advance(QUARTER)
    stack.world.sweep()
    assert stack.world.notify(notice).result == "nothing-to-tell-about-earned"
    stack.carry_on()
    assert stack.world.notify(Notice("payout", stack.ids[0], 2)).result == "sent"
    assert stack.world.notify(Notice("payout", stack.ids[1], 1)).result == "told-with-another"
    assert [mail.to for mail in stack.world.mailer.sent] == ["finance@example.com"]


def test_a_cause_whose_mail_never_went_out_is_told_by_another_and_by_one_only(stack: Stack) -> None:
    first, second, third = (Notice("payout", payout_id, 1) for payout_id in stack.ids[:3])
    stack.world.mailer.away = 1
    with pytest.raises(BusUnavailable):
        stack.world.notify(first)
    # The first one's mail may be on its way at this very moment: whoever comes now comes again.
    with pytest.raises(StoreBusy):
        stack.world.notify(second)
    assert stack.world.mailer.sent == []
    stack.world.clock.advance(TAKEN_FOR)
    told = [stack.world.notify(notice).result for notice in (second, third, first, second)]
    assert told == ["sent", "told-with-another", "told-with-another", "already-sent"]
    assert [mail.to for mail in stack.world.mailer.sent] == ["finance@example.com"]


def test_a_late_sweep_after_thirty_days_goes_on_from_where_it_stands(stack: Stack) -> None:
    assert stack.after(timedelta(days=30)) == 1
    assert stack.after(timedelta(days=30)) == 3
    assert stack.stands() == ["settled"] * 4


def settled_once(stack: Stack) -> None:
    assert stack.stands() == ["settled"] * len(stack.ids)
    references = [movement.reference.rpartition("-")[0] for movement in stack.world.provider.till]
    assert sorted(references) == sorted(stack.ids)
    assert sum(entry.kind == "settled" for entry in stack.world.store.of(Entry)) == len(stack.ids)


@pytest.mark.parametrize("point", range(0, 140, 3))
def test_dying_anywhere_on_the_way_pays_each_once_and_leaves_none_behind(point: int) -> None:
    stack = Stack(Tripwire(point), payouts=3)
    for payout_id in stack.ids:
        with suppress(GuerdonError):
            stack.fulfill(payout_id, 1)
    for _ in range(60):
        # Whoever died is called again: executions by their retries, the sweep by its schedule.
        stack.carried.clear()
        with suppress(GuerdonError):
            stack.after(timedelta(minutes=5))
        for payout_id in stack.ids:
            with suppress(GuerdonError):
                stack.fulfill(payout_id, 1)
    settled_once(stack)
    hold = stack.world.store.funds_hold(CARD)
    # If the process died with the refusal, nobody heard of it.
    assert hold is None or not hold.holds


def test_two_sweeps_at_once_start_each_run_once(stack: Stack) -> None:
    other = stack.world.other_process()
    stack.world.clock.advance(QUARTER)
    stack.world.store.meanwhile(lambda: FollowFunds(other.store, other.clock, other.fulfillments)(CARD))
    stack.world.sweep()
    stack.carry_on()
    stack.world.store.meanwhile(lambda: FollowFunds(other.store, other.clock, other.fulfillments)(CARD))
    stack.after(timedelta(minutes=5))
    stack.after(timedelta(minutes=5))
    assert len(set(stack.world.fulfillments.started)) == len(stack.world.fulfillments.started)
    settled_once(stack)


def test_who_comes_to_wait_when_the_hold_is_being_lifted_is_asked_again_and_passes(stack: Stack) -> None:
    stack.after(QUARTER)
    stack.world.store.put(builders.payout(payout_id="po_new"))
    other = stack.world.other_process()
    stack.world.clock.advance(timedelta(minutes=5))
    stack.world.store.meanwhile(lambda: FollowFunds(other.store, other.clock, other.fulfillments)(CARD))
    assert stack.world.release("po_new", 1).decision is CARD


def test_nobody_is_set_going_any_more_once_money_ran_out_again(stack: Stack) -> None:
    stack.after(QUARTER)
    stack.world.clock.advance(timedelta(minutes=5))
    again = stack.hold.lifted(stack.world.clock.now()).begun(stack.world.clock.now())
    # Right before the first of them is decided on, which is the commit after the one that lifts.
    stack.world.store.meanwhile(lambda: stack.world.store.meanwhile(lambda: stack.world.store.put(again)))
    assert stack.world.sweep().payouts_funded == 0
    assert stack.stands()[1:] == ["blocked funds"] * 3
    assert stack.hold == again


def test_what_could_not_be_started_is_started_by_a_later_sweep(stack: Stack) -> None:
    stack.world.fulfillments.away = 1
    with pytest.raises(BusUnavailable):
        stack.after(QUARTER)
    assert stack.stands()[0] == "earned"
    stack.after(timedelta(minutes=5))
    assert stack.stands()[0] == "settled"


def test_a_refusal_while_another_is_tried_neither_lengthens_nor_ends_the_hold(stack: Stack) -> None:
    payout_id = "po_aaaaaaaaaaaaaaaaaaaaaaaa"
    submitted = builders.payout(PayoutStatus.SUBMITTED, attempts=1, version=3)
    refused = ProviderAnswer(f"{payout_id}-1", "", EMPTY, "402")
    stack.world.store.put(submitted, builders.attempt(submitted, answer=refused), builders.reward())
    before = stack.hold
    stack.world.settle(payout_id, 1)
    assert stack.world.stands(payout_id).reason == BlockReason.FUNDS
    assert stack.hold == before
