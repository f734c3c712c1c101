"""A program that rewards both sides: each has an outcome, a history, counts, payouts and debts of their own."""

import pytest

import builders
from builders import Changed, counted_in, usd
from guerdon.application.records import AdvocateDetails, DealCount, DealRecord, InboxEvent
from guerdon.domain import identity
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import PayoutStatus
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, day, undone, won

ADVOCATE, REFERRED = Beneficiary.ADVOCATE, Beneficiary.REFERRED

TENTH = builders.rule(name="advocate", channel="check", amount={"percentage": {"rate": "10"}})
WELCOME = builders.rule(name="welcome", channel="check", rewards="referred", amount={"percentage": {"rate": "5"}})
GRACE = {"id": "C-9", "name": "Grace Hopper", "email": "grace@example.org", "company": "Eckert", "country": "US"}


def life(**program: Changed) -> Lifecycle:
    return Lifecycle(Channel.CHECK, **{"rules": [TENTH, WELCOME], **program})


def told(whole: Lifecycle, changes: dict[str, Changed]) -> tuple[InboxEvent, InboxEvent | None]:
    """Send it and decide both of its rows."""
    first = whole.told({"referred": GRACE, **changes})
    second = whole.world.evaluate(first.followed_by) if first.followed_by else None
    return first, second


def rewards(whole: Lifecycle) -> dict[Beneficiary, Reward]:
    found = whole.world.store.of(Reward)
    assert len({reward.beneficiary for reward in found}) == len(found)
    return {reward.beneficiary: reward for reward in found}


def worth(whole: Lifecycle) -> dict[Beneficiary, int]:
    return {beneficiary: reward.standing.amount_minor for beneficiary, reward in rewards(whole).items()}


def test_a_win_rewards_both_sides_each_by_an_event_of_its_own() -> None:
    whole = life()
    first, second = told(whole, won())
    assert second is not None
    assert second.event_id == f"{first.event_id}-referred"
    assert (first.outcome, second.outcome) == (Outcome.REWARDED, Outcome.REWARDED)
    assert worth(whole) == {ADVOCATE: 100_00, REFERRED: 50_00}
    assert len({reward.advocate_id for reward in whole.world.store.of(Reward)}) == 2
    assert {row.beneficiary for row in whole.world.store.of(DealRecord)} == {ADVOCATE, REFERRED}
    whole.cloud.run(4)
    assert [payout.value for payout in whole.payouts()] == [usd("100.00"), usd("50.00")]
    whole.carry_out()
    whole.cloud.run(40)
    assert {payout.status for payout in whole.payouts()} == {PayoutStatus.SETTLED}
    assert_at_rest(whole.world)


def test_the_second_row_is_undecided_and_found_by_the_sweep() -> None:
    whole = life()
    first = whole.told({"referred": GRACE, **won()})
    second = whole.world.store.inbox_event(first.followed_by or "")
    assert second is not None
    assert (second.outcome, second.undecided_since) == (None, whole.world.clock.now())
    # The process died before its id was on the bus.
    whole.world.bus.published.clear()
    whole.cloud.run(3)
    assert worth(whole) == {ADVOCATE: 100_00, REFERRED: 50_00}


def test_a_redelivery_of_the_first_row_sends_the_second_again_only_while_it_is_undecided() -> None:
    whole = life()
    first = whole.told({"referred": GRACE, **won()})
    whole.world.bus.published.clear()
    whole.world.evaluate(first.event_id)
    assert whole.world.bus.published == [first.followed_by]
    whole.world.evaluate(first.followed_by or "")
    whole.world.bus.published.clear()
    whole.world.evaluate(first.event_id)
    assert whole.world.bus.published == []
    assert len(whole.world.store.of(InboxEvent)) == 2


def test_a_second_row_that_is_delivered_again_rewards_once() -> None:
    whole = life()
    _, second = told(whole, won())
    for _ in range(3):
        assert second is not None
        assert whole.world.evaluate(second.event_id) == second
    assert len(whole.payouts()) == 2


def test_both_sides_of_a_win_that_is_told_again_are_duplicates() -> None:
    whole = life()
    told(whole, won())
    first, second = told(whole, won())
    assert second is not None
    assert (first.outcome, second.outcome) == (Outcome.DUPLICATE, Outcome.DUPLICATE)
    assert second.detail == f"{first.detail}-referred"
    assert worth(whole) == {ADVOCATE: 100_00, REFERRED: 50_00}


def test_a_win_told_again_brings_the_newest_address_of_the_referred_customer() -> None:
    whole = life()
    told(whole, won())
    address = {"line1": "1 Way", "city": "Austin", "state": "TX", "postal_code": "78701", "country": "US"}
    told(whole, {**won(), "timestamp": day(4), "referred": {**GRACE, "address": address}})
    details = whole.world.store.advocate(identity.referred_id("acme", "C-9"))
    assert details is not None
    assert details.address is not None
    assert details.address.city == "Austin"


def test_a_customer_is_known_apart_from_an_advocate_of_the_same_id() -> None:
    whole = life()
    told(whole, {**won(), "referred": {**GRACE, "id": "A-1"}})
    people = {details.advocate_id: details.name for details in whole.world.store.of(AdvocateDetails)}
    assert people == {
        identity.advocate_id("acme", "A-1"): "Ada Byron",
        identity.referred_id("acme", "A-1"): "Grace Hopper",
    }


def test_a_customer_without_a_name_is_called_by_their_company() -> None:
    whole = life()
    told(whole, {**won(), "referred": {"id": "C-9", "company": "Eckert"}})
    details = whole.world.store.advocate(identity.referred_id("acme", "C-9"))
    assert details is not None
    assert details.name == "Eckert"


def test_what_the_advocate_does_not_earn_the_customer_may() -> None:
    gold = {**TENTH, "when": {"segments": ["gold"]}}
    whole = life(rules=[gold, WELCOME])
    first, second = told(whole, won())
    assert second is not None
    assert (first.outcome, second.outcome) == (Outcome.NO_REWARD, Outcome.REWARDED)
    assert worth(whole) == {REFERRED: 50_00}


def test_without_an_advocate_nobody_is_rewarded() -> None:
    whole = life()
    nobody = {key: value for key, value in won().items() if key != "advocate__id"} | {"advocate": None}
    first, second = told(whole, nobody)
    assert (first.outcome, second) == (Outcome.NOT_A_REFERRAL, None)
    assert whole.world.store.of(Reward) == []


def test_a_deal_that_names_no_customer_rewards_the_advocate_and_says_why_not_the_customer() -> None:
    whole = life()
    first, second = told(whole, {**won(), "referred": None})
    assert second is not None
    assert (first.outcome, second.outcome) == (Outcome.REWARDED, Outcome.NO_REWARD)
    assert second.detail == "the deal names nobody who was referred"


def test_a_program_that_rewards_advocates_only_adds_no_row() -> None:
    whole = life(rules=[TENTH])
    assert told(whole, won())[1] is None
    assert told(whole, undone())[1] is None
    assert len(whole.world.store.of(InboxEvent)) == 2


@pytest.mark.parametrize("referred_first", [False, True])
def test_a_reversal_takes_back_from_both_sides_whatever_is_decided_first(*, referred_first: bool) -> None:
    whole = life()
    win = whole.told({"referred": GRACE, **won()})
    if not referred_first:
        whole.world.evaluate(win.followed_by or "")
    first, second = told(whole, undone())
    if referred_first:
        late = whole.world.evaluate(win.followed_by or "")
        assert late is not None
        assert late.outcome is Outcome.REVERSED
    assert first.outcome is Outcome.REVISED
    assert second is not None
    assert second.outcome is (Outcome.REMEMBERED if referred_first else Outcome.REVISED)
    assert all(minor == 0 for minor in worth(whole).values())
    assert_at_rest(whole.world)


def test_a_reversal_that_comes_before_its_win_is_remembered_for_both() -> None:
    whole = life()
    first, second = told(whole, undone("400.00"))
    assert second is not None
    assert (first.outcome, second.outcome) == (Outcome.REMEMBERED, Outcome.REMEMBERED)
    told(whole, won())
    assert worth(whole) == {ADVOCATE: 40_00, REFERRED: 20_00}


def test_an_amendment_is_paid_to_both() -> None:
    whole = life()
    told(whole, won())
    told(whole, amended("1500.00"))
    assert worth(whole) == {ADVOCATE: 150_00, REFERRED: 75_00}
    assert [payout.value for payout in whole.payouts()] == [usd("100.00"), usd("50.00"), usd("50.00"), usd("25.00")]
    assert_at_rest(whole.world)


def test_what_was_reversed_before_the_program_rewarded_customers_is_known_when_it_does() -> None:
    whole = life(rules=[TENTH])
    told(whole, won())
    told(whole, undone())
    whole.world.publish_program(rules=[TENTH, WELCOME])
    first, second = told(whole, won())
    assert second is not None
    assert (first.outcome, second.outcome) == (Outcome.DUPLICATE, Outcome.REVERSED)
    assert worth(whole) == {ADVOCATE: 0}


def test_the_customer_is_judged_anew_when_a_reversal_comes_at_the_same_moment() -> None:
    """The customer's decision rests on the advocate's record, so a reversal that is written meanwhile is not missed."""
    whole = life()
    win = whole.told({"referred": GRACE, **won()})
    message = whole.message({"referred": GRACE, **undone("400.00")})
    other = whole.world.other_process()
    whole.world.store.meanwhile(lambda: other.evaluate(other.receive(message)))
    second = whole.world.evaluate(win.followed_by or "")
    assert second is not None
    assert second.outcome is Outcome.REWARDED
    assert worth(whole)[REFERRED] == 20_00


def test_each_side_counts_for_itself() -> None:
    stepped = {"escalating": [{"from": "1", "flat": "10.00"}, {"from": "2", "flat": "20.00"}]}
    whole = life(rules=[{**TENTH, "amount": stepped}, {**WELCOME, "amount": stepped}])
    told(whole, won())
    told(whole, {**won(deal="D-2"), "referred": {**GRACE, "id": "C-10"}})
    paid = [(reward.beneficiary, str(reward.amount)) for reward in whole.world.store.of(Reward)]
    assert paid == [
        (ADVOCATE, "10.00 USD"),
        (REFERRED, "10.00 USD"),
        (ADVOCATE, "20.00 USD"),
        (REFERRED, "10.00 USD"),
    ]
    assert sorted(counted_in(row) for row in whole.world.store.of(DealCount)) == [1, 1, 2]


def test_what_a_customer_owes_is_kept_back_from_their_own_next_reward() -> None:
    whole = life()
    told(whole, won())
    whole.cloud.run(4)
    whole.carry_out()
    whole.cloud.run(40)
    told(whole, undone())
    assert whole.owed() == 150_00
    told(whole, {**won(deal="D-2", advocate="A-2"), "referred": GRACE})
    newest = whole.world.store.of(Reward)[-1]
    assert (newest.beneficiary, newest.netted) == (REFERRED, usd("50.00"))
    assert whole.owed() == 100_00
    assert_at_rest(whole.world)


def test_a_customers_preferred_channel_is_kept_and_used() -> None:
    chosen = {"choice": ["gift_card", "check"], "default": "gift_card"}
    whole = life(rules=[TENTH, {**WELCOME, "channel": chosen}])
    told(whole, {**won(), "referred": {**GRACE, "preferred_channel": "check"}})
    told(whole, {**won(deal="D-2"), "timestamp": day(2), "referred": GRACE})
    channels = [reward.terms.channel for reward in whole.world.store.of(Reward) if reward.beneficiary is REFERRED]
    assert channels == [Channel.CHECK, Channel.CHECK]


def test_every_transaction_of_two_sides_at_their_limits_fits() -> None:
    edges = [("cut", "calendar_year"), ("refuse", "calendar_month")]
    limits = {
        scope: [{"max": "100000.00", "over": over, "period": period} for over, period in edges]
        for scope in ("advocate", "program")
    }
    whole = life(limits=limits)
    told(whole, won("1000.00"))
    whole.cloud.run(4)
    whole.carry_out()
    whole.cloud.run(10)
    for number in range(2, 9):
        told(whole, amended(f"{1000 * number}.00", since=day(number + 1)))
    assert {len(reward.payout_ids) for reward in whole.world.store.of(Reward)} == {8}
    first, second = told(whole, undone())
    assert second is not None
    assert (first.outcome, second.outcome) == (Outcome.REVISED, Outcome.REVISED)
    assert worth(whole) == {ADVOCATE: 0, REFERRED: 0}
    # Inbox, record, reward, count, entry, debt, eight payouts, four budgets, and the second row.
    assert max(len(transaction) for transaction in whole.world.store.commits) == 19
    assert whole.owed() == 150_00
    assert_at_rest(whole.world)
