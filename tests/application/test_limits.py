"""A win under limits: what it earns at the edge, what is reserved, and how it is approved."""

from dataclasses import replace

import pytest

import builders
from builders import Changed, usd
from guerdon.application.notify import Told
from guerdon.application.ports import Notice
from guerdon.application.records import DealCount, DealRecord, Reserved
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.reserving import Reservations, reservations
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import RELEASE_DUE_AFTER, BlockReason, PayoutStatus
from guerdon.domain.program import Budget, Scope
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, assert_at_rest, assert_books_agree, assert_budgets_agree, day, undone, won

S = PayoutStatus


def limits(**scopes: tuple[str, str] | tuple[str, str, str]) -> dict[str, Changed]:
    """Each scope's limit as (max, over), for a budget with its period behind; a month where none is given."""
    return {
        scope: [
            {"max": limit[0], "over": limit[1]}
            | ({} if scope == "reward" else {"period": limit[2] if len(limit) > 2 else "calendar_month"})
        ]
        for scope, limit in scopes.items()
    }


def limited(**scopes: tuple[str, str] | tuple[str, str, str]) -> Lifecycle:
    """A tenth of the deal by check, under these limits."""
    return Lifecycle(limits=limits(**scopes))


def approve(life: Lifecycle, payout_id: str) -> None:
    ReleaseAgain(life.world.store, life.world.clock, life.world.fulfillments)(payout_id, "pat", "it is right")


def reserved(life: Lifecycle) -> dict[tuple[bool, str], str]:
    """What is reserved, by whether it is an advocate's and by period."""
    rows = life.world.store.of(Reserved)
    return {(row.advocate_id is not None, row.period): str(row.amount) for row in rows}


# Every edge of every scope: a win of 100.00 under a limit of 150.00, and then another.

EDGES = {
    ("program", "cut"): ["100.00", "50.00"],
    ("program", "refuse"): ["100.00"],
    ("program", "approval"): ["100.00", "100.00"],
    ("advocate", "cut"): ["100.00", "50.00"],
    ("advocate", "refuse"): ["100.00"],
    ("advocate", "approval"): ["100.00", "100.00"],
}


@pytest.mark.parametrize(("scope", "over"), EDGES)
def test_a_second_win_meets_what_the_first_one_left(scope: str, over: str) -> None:
    life = limited(**{scope: ("150.00", over)})
    life.paid(won())
    outcome = life.tell(won(deal="D-2"))
    assert outcome is (Outcome.OVER_LIMIT if over == "refuse" else Outcome.REWARDED)
    amounts = EDGES[scope, over]
    assert [reward.amount for reward in life.world.store.of(Reward)] == [usd(amount) for amount in amounts]
    waits = over == "approval"
    assert [payout.waits_for_approval for payout in life.payouts()] == [False, waits][: len(amounts)]
    life.cloud.run(3)
    assert life.world.provider.till[-1].amount == usd("100.00" if over != "cut" else "50.00")
    assert len(life.world.provider.till) == (2 if over == "cut" else 1)
    assert_books_agree(life.world)


@pytest.mark.parametrize(("over", "amounts"), [("cut", ["60.00"]), ("refuse", []), ("approval", ["100.00"])])
def test_one_reward_has_its_own_limit_and_no_row(over: str, amounts: list[str]) -> None:
    life = limited(reward=("60.00", over))
    life.tell(won())
    assert [reward.amount for reward in life.world.store.of(Reward)] == [usd(amount) for amount in amounts]
    assert [payout.waits_for_approval for payout in life.payouts()] == ([over == "approval"] if amounts else [])
    assert life.world.store.of(Reserved) == []
    assert_books_agree(life.world)


def test_a_program_without_limits_reads_and_writes_no_budget() -> None:
    life = Lifecycle()
    life.paid(won())
    life.tell(undone("400.00"))
    assert (life.world.store.of(Reserved), life.reward().budgets) == ([], ())
    life.world.store.be_busy()  # It would say so to whoever reads.
    assert reservations(life.world.store, "customer-referral", "ad_1", "USD", ()) == Reservations({})


def test_a_reward_and_what_it_reserves_are_one_transaction() -> None:
    life = limited(advocate=("5000.00", "cut", "calendar_year"), program=("9000.00", "refuse"))
    life.tell(won())
    written = [f"{type(write).__name__} {type(write.row).__name__}" for write in life.world.store.commits[-1]]
    assert written.count("Insert Reserved") == 2
    assert "Insert Reward" in written
    life.tell(won(deal="D-2"))
    written = [f"{type(write).__name__} {type(write.row).__name__}" for write in life.world.store.commits[-1]]
    assert written.count("Replace Reserved") == 2
    assert reserved(life) == {(True, "2026"): "200.00 USD", (False, "2026-11"): "200.00 USD"}
    assert life.world.store.of(Reward)[0].budgets == (
        Budget(Scope.ADVOCATE, "2026"),
        Budget(Scope.PROGRAM, "2026-11"),
    )


def test_a_limit_of_an_advocate_is_each_advocates_own() -> None:
    life = limited(advocate=("150.00", "refuse"))
    outcomes = [life.tell(won(deal=f"D-{number}", advocate=f"A-{number % 2}")) for number in range(4)]
    assert outcomes == [Outcome.REWARDED] * 2 + [Outcome.OVER_LIMIT] * 2


def test_a_period_begins_anew_by_when_the_deal_closed_and_not_by_when_it_is_told() -> None:
    life = limited(program=("150.00", "refuse"))
    # 23:30 of October 31 in New York is November in UTC; both are told in November.
    closings = ("2026-11-01T03:30:00Z", day(1), day(2))
    outcomes = [life.tell(won(deal=f"D-{closed}", closed=closed)) for closed in closings]
    assert outcomes == [Outcome.REWARDED, Outcome.REWARDED, Outcome.OVER_LIMIT]
    assert reserved(life) == {(False, "2026-10"): "100.00 USD", (False, "2026-11"): "100.00 USD"}


# Refused.


def test_a_refused_win_is_named_counts_for_nothing_and_moves_nothing() -> None:
    life = limited(program=("60.00", "refuse"))
    event = life.told(won())
    assert (event.outcome, event.detail, event.reward_ids) == (
        Outcome.OVER_LIMIT,
        "100.00 USD is over the program's limit of 60.00 USD for 2026-11",
        (),
    )
    for kind in (Reward, DealCount, Reserved, Entry):
        assert life.world.store.of(kind) == []
    assert (life.payouts(), life.world.fulfillments.started, life.world.notices.enqueued) == ([], [], [])
    (record,) = life.world.store.of(DealRecord)
    assert (record.wins[0].told, record.wins[0].reward_id) == (True, None)


def test_a_refused_win_that_is_told_again_is_judged_anew() -> None:
    life = limited(program=("150.00", "refuse"))
    life.tell(won(deal="D-0"))
    assert [life.tell(won()), life.tell(won())] == [Outcome.OVER_LIMIT] * 2
    life.tell(undone(deal="D-0"))
    assert life.tell(won()) is Outcome.REWARDED
    assert life.tell(won()) is Outcome.DUPLICATE
    assert reserved(life) == {(False, "2026-11"): "100.00 USD"}
    assert [reward.explanation.ordinal for reward in life.world.store.of(Reward)] == [1, 1]
    assert_books_agree(life.world)


def test_a_published_higher_limit_lets_the_next_telling_earn() -> None:
    life = limited(program=("60.00", "refuse"))
    life.tell(won())
    rule = builders.rule(channel="check", amount={"percentage": {"rate": "10"}})
    life.world.publish_program(rules=[rule], limits=limits(program=("100.00", "refuse")))
    assert life.tell(won()) is Outcome.REWARDED
    assert life.reward().program_version == 2


def test_nothing_left_to_cut_to_is_refused() -> None:
    life = limited(program=("100.00", "cut"))
    life.tell(won())
    assert life.tell(won(deal="D-2")) is Outcome.OVER_LIMIT
    assert len(life.payouts()) == 1


def test_an_item_is_refused_where_money_would_be_cut() -> None:
    item = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/mug.png"}
    rule = builders.rule(channel="merchandise", item=item)
    life = Lifecycle(Channel.MERCHANDISE, rules=[rule], limits=limits(program=("150.00", "cut")))
    assert [life.tell(won()), life.tell(won(deal="D-2"))] == [Outcome.REWARDED, Outcome.OVER_LIMIT]
    assert life.stand() == [("100.00 USD", S.EARNED)]


# Waiting for approval.


def waiting(life: Lifecycle) -> str:
    """A win that needs approval; its payout's id."""
    assert life.tell(won()) is Outcome.REWARDED
    (payout,) = life.payouts()
    return payout.payout_id


def test_what_needs_approval_is_earned_booked_and_reserved_whole_and_its_payout_is_born_blocked() -> None:
    life = limited(program=("60.00", "approval"))
    waiting(life)
    (payout,) = life.payouts()
    assert (payout.status, payout.reason, payout.version, payout.run) == (S.BLOCKED, BlockReason.APPROVAL, 1, 1)
    assert payout.attention == "100.00 USD is over the program's limit of 60.00 USD for 2026-11"
    assert [(change.status, change.reason) for change in payout.history] == [
        (S.EARNED, None),
        (S.BLOCKED, BlockReason.APPROVAL),
    ]
    assert life.world.balances() == {"rewards_expense": 100_00, "rewards_liability": -100_00}
    assert reserved(life) == {(False, "2026-11"): "100.00 USD"}
    assert life.world.fulfillments.started == []
    life.cloud.run(200)
    assert (life.payouts()[0].status, life.world.provider.till) == (S.BLOCKED, [])
    assert_books_agree(life.world)


def test_finance_hears_of_it_once() -> None:
    life = limited(program=("60.00", "approval"))
    payout_id = waiting(life)
    assert life.world.notices.enqueued[0] == Notice("payout", payout_id, 1)
    life.cloud.run(3)
    told = [life.world.notify(notice) for notice in life.world.notices.enqueued if notice.kind == "payout"]
    assert [one.result for one in told] == ["sent", "already-sent", "already-sent"]
    assert [mail.to for mail in life.world.mailer.sent] == ["finance@example.com"]


def test_a_process_that_dies_before_finance_is_told_is_made_up_for_by_the_redelivery() -> None:
    life = limited(program=("60.00", "approval"))
    event_id = life.world.receive(life.message(won()))
    life.world.notices.away = 1
    with pytest.raises(BusUnavailable):
        life.world.evaluate(event_id)
    assert life.world.notices.enqueued == []
    life.world.evaluate(event_id)
    assert life.world.notices.enqueued[0].kind == "payout"
    assert len(life.payouts()) == 1


def test_after_the_last_redelivery_the_sweep_tells_finance_once_the_time_has_come() -> None:
    life = limited(program=("60.00", "approval"))
    payout_id = waiting(life)
    life.world.notices.enqueued.clear()
    life.world.sweep()
    assert life.world.notices.enqueued == []
    life.world.clock.advance(RELEASE_DUE_AFTER * 2)
    life.world.notices.away = 1
    with pytest.raises(BusUnavailable):
        life.world.sweep()
    life.world.sweep()
    life.world.sweep()
    assert life.world.notices.enqueued == [Notice("payout", payout_id, 1)]
    (payout,) = life.payouts()
    assert (payout.look_at, payout.waits_for_approval) == (None, True)


def test_an_approved_payout_is_paid_once() -> None:
    life = limited(program=("60.00", "approval"))
    approve(life, waiting(life))
    life.cloud.run(3)
    assert life.stand() == [("100.00 USD", S.SETTLED)]
    assert [change.reason for change in life.payouts()[0].history[:3]] == [None, "approval", "decided by pat"]
    assert reserved(life) == {(False, "2026-11"): "100.00 USD"}
    assert_at_rest(life.world)


def test_a_hold_still_applies_to_what_was_approved() -> None:
    life = Lifecycle(hold_days="40", limits=limits(program=("60.00", "approval")))
    payout_id = waiting(life)
    approve(life, payout_id)
    life.cloud.run(3)
    assert life.stand() == [("100.00 USD", S.EARNED)]
    assert life.world.release(payout_id, 2).until == life.payouts()[0].hold_until
    assert life.world.provider.till == []


def test_what_was_approved_and_is_blocked_again_does_not_wait_for_approval_again() -> None:
    life = limited(program=("60.00", "approval"))
    payout_id = waiting(life)
    life.world.missing = "no address"
    approve(life, payout_id)
    life.cloud.turn()
    (payout,) = life.payouts()
    assert (payout.reason, payout.waits_for_approval) == (BlockReason.DETAILS, False)


def test_a_debt_is_settled_by_what_waits_for_approval_too() -> None:
    life = limited(reward=("150.00", "approval"))
    life.paid(won(deal="D-0"))
    life.tell(undone(deal="D-0"))
    life.tell(won("2000.00"))
    assert (life.owed(), life.stand()[-1]) == (0, ("100.00 USD", S.BLOCKED))
    assert life.payouts()[-1].waits_for_approval
    assert_books_agree(life.world)


def test_what_a_debt_takes_whole_leaves_nothing_to_approve() -> None:
    life = limited(reward=("60.00", "approval"))
    approve(life, waiting(life))
    life.cloud.run(3)
    life.tell(undone())
    assert life.tell(won(deal="D-2")) is Outcome.REWARDED
    assert (life.owed(), len(life.payouts())) == (0, 1)
    assert_books_agree(life.world)


def test_a_released_payouts_notice_tells_nobody_that_it_waits() -> None:
    life = limited(program=("60.00", "approval"))
    payout_id = waiting(life)
    approve(life, payout_id)
    event_id = life.payouts()[0].event_id
    assert life.world.notify(Notice("payout", payout_id, 1)) == Told("nothing-to-tell-about-earned", event_id)


# At the same moment.


@pytest.mark.parametrize(
    ("over", "outcome", "amounts"),
    [
        ("cut", Outcome.REWARDED, ["100.00", "50.00"]),
        ("refuse", Outcome.OVER_LIMIT, ["100.00"]),
        ("approval", Outcome.REWARDED, ["100.00", "100.00"]),
    ],
)
@pytest.mark.parametrize("stored", [False, True])
def test_of_two_that_want_the_last_of_it_the_slower_one_is_judged_by_what_is_left(
    *, over: str, outcome: Outcome, amounts: list[str], stored: bool
) -> None:
    life = limited(program=("150.00" if not stored else "250.00", over))
    if stored:
        life.tell(won(deal="D-0", advocate="A-0"))
    first = life.world.receive(life.message(won()))
    second = life.world.receive(life.message(won(deal="D-2", advocate="A-2")))
    other = life.world.other_process()
    life.world.store.meanwhile(lambda: other.evaluate(second))
    decided = life.world.evaluate(first)
    assert decided is not None
    assert decided.outcome is outcome
    rewards = {reward.deal_id: reward for reward in life.world.store.of(Reward)}
    assert [rewards[deal].amount for deal in ("D-2", "D-1") if deal in rewards] == [usd(one) for one in amounts]
    assert [payout.waits_for_approval for payout in life.payouts()][-1] is (over == "approval")
    assert life.world.clock.pauses == [1]
    assert_budgets_agree(life.world)


def test_a_lost_answer_reserves_once() -> None:
    life = limited(program=("150.00", "refuse"))
    event_id = life.world.receive(life.message(won()))
    life.world.store.lose_answer()
    with pytest.raises(Exception, match="the answer was lost"):
        life.world.evaluate(event_id)
    life.world.evaluate(event_id)
    assert life.tell(won()) is Outcome.DUPLICATE
    assert reserved(life) == {(False, "2026-11"): "100.00 USD"}


# Versions and currencies.


def test_a_version_counts_what_was_reserved_under_earlier_ones_that_declare_the_same_budget() -> None:
    life = limited(program=("150.00", "refuse"))
    life.tell(won())
    rule = builders.rule(channel="check", amount={"percentage": {"rate": "10"}})
    life.world.publish_program(rules=[rule])
    life.tell(won(deal="D-2"))
    life.world.publish_program(rules=[rule], limits=limits(program=("180.00", "cut")))
    life.tell(won(deal="D-3"))
    assert [reward.amount for reward in life.world.store.of(Reward)] == [usd("100.00"), usd("100.00"), usd("80.00")]
    assert reserved(life) == {(False, "2026-11"): "180.00 USD"}
    assert_budgets_agree(life.world)


def test_a_version_in_another_currency_has_budgets_of_its_own() -> None:
    life = limited(program=("150.00", "refuse"))
    life.tell(won())
    rule = builders.rule(channel="check", amount={"percentage": {"rate": "10"}})
    life.world.publish_program(currency="EUR", rules=[rule], limits=limits(program=("150.00", "refuse")))
    assert life.tell(won(deal="D-2", currency="EUR")) is Outcome.REWARDED
    assert life.tell(won(deal="D-3", currency="EUR")) is Outcome.OVER_LIMIT
    amounts = {row.currency: str(row.amount) for row in life.world.store.of(Reserved)}
    assert amounts == {"USD": "100.00 USD", "EUR": "100.00 EUR"}
    assert_budgets_agree(life.world)


def test_a_win_in_another_currency_than_its_rule_computes_in_reserves_nothing() -> None:
    life = limited(program=("150.00", "refuse"))
    assert life.tell(won(currency="EUR")) is Outcome.NEEDS_ATTENTION
    assert life.world.store.of(Reserved) == []


def test_a_rules_own_hold_is_the_payouts() -> None:
    rule = builders.rule(channel="check", hold_days="45")
    life = Lifecycle(hold_days="30", rules=[rule])
    life.tell(won(closed=day(1)))
    (payout,) = life.payouts()
    assert (payout.hold_until - life.reward().closed_at).days == 45
    assert payout == replace(payout, look_at=payout.hold_until + RELEASE_DUE_AFTER)
