"""What a revision means by all that was told: totals, order, winning again, and what cannot be judged."""

import pytest

import builders
from builders import Changed, usd
from guerdon.application.ports import Notice
from guerdon.application.records import DealCount, DealRecord, EventBody
from guerdon.application.transaction import ITEMS_MOST
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.payout import PayoutStatus
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, assert_books_agree, day, undone, won

S = PayoutStatus


@pytest.fixture
def life() -> Lifecycle:
    return Lifecycle()


def counted(life: Lifecycle) -> list[int]:
    return [builders.counted_in(row) for row in life.world.store.of(DealCount)]


def kinds(life: Lifecycle) -> list[EntryKind]:
    return [entry.kind for entry in life.world.store.of(Entry)]


# Reversals told again, and totals that are totals.


def test_a_reversal_told_again_changes_nothing(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone("400.00"))
    entries = kinds(life)
    assert life.tell(undone("400.00")) is Outcome.NO_CHANGE
    assert (kinds(life), life.owed()) == (entries, 60_00)


def test_a_total_is_a_total_and_not_a_difference(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone("700.00"))
    assert life.owed() == 30_00
    life.tell(undone("400.00", since=day(11)))
    assert life.owed() == 60_00
    life.tell(undone("0.00", since=day(12)))
    assert (life.owed(), life.stand()) == (100_00, [("100.00 USD", S.CLAWED_BACK)])
    assert_at_rest(life.world)


def test_a_smaller_reversal_after_a_larger_one_changes_nothing(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone("400.00"))
    assert life.tell(undone("700.00", since=day(11))) is Outcome.NO_CHANGE
    assert life.owed() == 60_00


def test_a_deal_that_came_undone_twice_is_uncounted_once(life: Lifecycle) -> None:
    life.tell(won())
    life.tell(won(deal="D-2"))
    life.tell(undone())
    assert life.tell(undone(since=day(9))) is Outcome.NO_CHANGE
    assert life.tell(undone(since=day(12))) is Outcome.NO_CHANGE
    assert counted(life) == [1]


def test_rewards_since_a_reversal_keep_their_ordinals_and_the_next_takes_the_count(life: Lifecycle) -> None:
    life.tell(won())
    life.tell(won(deal="D-2"))
    life.tell(undone())
    life.tell(won(deal="D-3"))
    assert [reward.explanation.ordinal for reward in life.world.store.of(Reward)] == [1, 2, 2]
    assert [reward.standing for reward in life.world.store.of(Reward)] == [usd("0"), usd("100.00"), usd("100.00")]


# Before its deal.


def test_a_reversal_before_its_deal_is_remembered_and_wins(life: Lifecycle) -> None:
    assert life.tell(undone()) is Outcome.REMEMBERED
    assert life.tell(won()) is Outcome.REVERSED
    assert life.tell(won()) is Outcome.DUPLICATE
    assert life.tell(undone()) is Outcome.NO_CHANGE
    assert life.world.store.of(Reward) == []
    assert life.world.fulfillments.started == []
    assert kinds(life) == []


def test_a_partial_reversal_before_its_deal_makes_it_earn_less(life: Lifecycle) -> None:
    assert life.tell(undone("400.00")) is Outcome.REMEMBERED
    life.paid(won())
    assert life.stand() == [("40.00 USD", S.SETTLED)]
    assert (life.reward().amount, life.reward().adjustments) == (usd("40.00"), ())
    assert life.tell(won()) is Outcome.DUPLICATE
    assert_at_rest(life.world)


def test_a_win_in_another_currency_than_its_remembered_reversal_needs_attention(life: Lifecycle) -> None:
    life.tell(undone("0.00", currency="EUR"))
    assert life.tell(won()) is Outcome.NEEDS_ATTENTION
    assert life.world.store.of(Reward) == []


# Amendments.


def test_an_amendment_upward_pays_the_difference(life: Lifecycle) -> None:
    life.paid(won())
    assert life.tell(amended("1500.00")) is Outcome.REVISED
    life.cloud.turn()
    assert life.stand() == [("100.00 USD", S.SETTLED), ("50.00 USD", S.SETTLED)]
    assert life.reward().payout_ids == tuple(payout.payout_id for payout in life.payouts())
    assert counted(life) == [1]
    assert_at_rest(life.world)


def test_an_amendment_downward_claws_back_the_difference(life: Lifecycle) -> None:
    life.paid(won())
    assert life.tell(amended("300.00")) is Outcome.REVISED
    assert (life.owed(), life.reward().standing) == (70_00, usd("30.00"))
    assert_at_rest(life.world)


def test_what_an_amendment_gave_is_clawed_back_first(life: Lifecycle) -> None:
    life.paid(won())
    life.paid(amended("1500.00"))
    life.tell(amended("1200.00", since=day(6)))
    assert [payout.clawed_back for payout in life.payouts()] == [None, usd("30.00")]
    life.tell(undone())
    assert [payout.status for payout in life.payouts()] == [S.CLAWED_BACK, S.CLAWED_BACK]
    assert life.owed() == 150_00
    assert_at_rest(life.world)


def test_an_amendment_told_twice_pays_once(life: Lifecycle) -> None:
    life.paid(won())
    life.paid(amended("1500.00"))
    assert life.tell(amended("1500.00")) is Outcome.NO_CHANGE
    life.cloud.turn()
    assert len(life.payouts()) == 2


def test_an_older_amendment_after_a_newer_one_changes_nothing(life: Lifecycle) -> None:
    life.paid(won())
    life.paid(amended("1500.00", since=day(6)))
    assert life.tell(amended("3000.00", since=day(5))) is Outcome.NO_CHANGE
    assert life.reward().standing == usd("150.00")


def test_an_amendment_before_its_deal_is_what_the_deal_earns(life: Lifecycle) -> None:
    assert life.tell(amended("1500.00")) is Outcome.REMEMBERED
    life.paid(won())
    assert life.stand() == [("150.00 USD", S.SETTLED)]
    assert_at_rest(life.world)


def test_an_amendment_cannot_bring_back_what_was_reversed(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone())
    assert life.tell(amended("1500.00", since=day(15))) is Outcome.NO_CHANGE
    assert (life.reward().standing, len(life.payouts())) == (usd("0"), 1)


def test_an_amendment_settles_an_older_debt_first(life: Lifecycle) -> None:
    life.paid(won(deal="D-0"))
    life.tell(undone("800.00", deal="D-0"))
    life.paid(won(advocate="A-2"))
    life.tell(undone("0.00", advocate="A-2"))
    life.tell(amended("1500.00", deal="D-0", since=day(12)))
    assert life.owed() == 20_00 + 100_00  # The reversal of D-0 stands above its amendment.
    assert_at_rest(life.world)


def test_the_difference_of_an_amendment_settles_an_older_debt(life: Lifecycle) -> None:
    life.paid(won())
    life.paid(won(deal="D-2"))
    life.tell(undone("700.00", deal="D-2"))
    life.paid(amended("1500.00"))
    first = life.world.store.of(Reward)[0]
    assert (first.netted, life.owed()) == (usd("30.00"), 0)
    assert life.stand()[-1] == ("20.00 USD", S.SETTLED)
    assert_at_rest(life.world)


def test_an_amendment_that_leaves_the_reward_as_it_is_says_so() -> None:
    life = Lifecycle(rules=[builders.rule(channel="check", amount={"flat": "75.00"})])
    life.paid(won())
    decided = life.told(amended("1500.00"))
    assert (decided.outcome, decided.detail) == (Outcome.NO_CHANGE, "the reward stays at 75.00 USD")
    assert len(life.payouts()) == 1
    assert life.tell(undone()) is Outcome.REVISED
    assert life.owed() == 75_00


def test_no_transaction_outgrows_its_ceiling_however_often_a_deal_is_amended(life: Lifecycle) -> None:
    life.paid(won())
    outcomes = [
        life.tell(amended(f"{1000 + number}.00", since=f"2026-11-05T12:00:{number:02}Z")) for number in range(1, 20)
    ]
    assert outcomes == [Outcome.REVISED] * 7 + [Outcome.NEEDS_ATTENTION] * 12
    life.cloud.turn()
    assert life.tell(undone()) is Outcome.REVISED
    assert max(len(transaction) for transaction in life.world.store.commits) <= ITEMS_MOST
    assert {payout.status for payout in life.payouts()} == {S.CLAWED_BACK}
    assert_at_rest(life.world)


# Winning again.


def test_a_win_after_the_reversal_earns_once_more_and_never_twice(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone())
    again = won(closed=day(15))
    assert life.tell(again) is Outcome.REWARDED
    assert life.tell(again) is Outcome.DUPLICATE
    assert life.tell(won(closed=day(16))) is Outcome.NEEDS_ATTENTION
    assert len(life.world.store.of(Reward)) == 2
    assert (counted(life), life.owed()) == ([1], 0)
    assert_books_agree(life.world)


def test_a_win_before_the_reversals_moment_is_no_win_again(life: Lifecycle) -> None:
    life.tell(won())
    life.tell(undone(since=day(10)))
    assert life.tell(won(closed=day(10).replace("12:00:00", "11:59:59"))) is Outcome.NEEDS_ATTENTION
    assert life.tell(won(closed=day(10))) is Outcome.NEEDS_ATTENTION
    assert life.tell(won(closed=day(10).replace("12:00:00", "12:00:01"))) is Outcome.REWARDED


def test_a_win_after_a_partial_reversal_is_no_win_again(life: Lifecycle) -> None:
    life.tell(won())
    life.tell(undone("400.00"))
    assert life.tell(won(closed=day(15))) is Outcome.NEEDS_ATTENTION
    assert len(life.world.store.of(Reward)) == 1


def test_the_reversal_of_the_second_win_may_come_before_it(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone())
    assert life.tell(undone(closed=day(15), since=day(18))) is Outcome.REMEMBERED
    assert life.tell(won(closed=day(15))) is Outcome.REVERSED
    assert len(life.world.store.of(Reward)) == 1


def test_a_first_win_that_comes_last_and_was_undone_earns_nothing(life: Lifecycle) -> None:
    life.tell(undone())
    life.tell(won(closed=day(15)))
    assert life.tell(won()) is Outcome.REVERSED
    assert len(life.world.store.of(Reward)) == 1


def test_a_reversal_of_one_win_leaves_the_other_alone(life: Lifecycle) -> None:
    life.paid(won())
    life.tell(undone())
    life.paid(won("2000.00", closed=day(15)))
    assert life.tell(undone("500.00", closed=day(15), since=day(18))) is Outcome.REVISED
    assert [reward.standing for reward in life.world.store.of(Reward)] == [usd("0"), usd("50.00")]
    assert_at_rest(life.world)


def test_a_revision_of_a_win_that_cannot_be_needs_attention(life: Lifecycle) -> None:
    life.tell(won())
    decided = life.told(undone(closed=day(2)))
    assert (decided.outcome, decided.detail) == (
        Outcome.NEEDS_ATTENTION,
        "it is about a win at 2026-11-02T12:00:00.000000Z, and the deal was won at 2026-11-01T12:00:00.000000Z",
    )
    assert life.reward().standing == usd("100.00")


# What a revision cannot be judged by.


@pytest.mark.parametrize("revision", [undone("0.00", currency="EUR"), amended("2000.00", currency="EUR")])
def test_a_total_in_another_currency_needs_attention(life: Lifecycle, revision: dict[str, Changed]) -> None:
    life.paid(won())
    decided = life.told(revision)
    assert (decided.outcome, decided.detail) == (
        Outcome.NEEDS_ATTENTION,
        "its total is in EUR, and what was told before is not",
    )
    assert (life.reward().standing, life.owed()) == (usd("100.00"), 0)


def test_a_revision_for_an_unknown_program_says_so(life: Lifecycle) -> None:
    decided = life.told(undone(program="misspelled"))
    assert (decided.outcome, decided.detail) == (Outcome.UNKNOWN_PROGRAM, "no program 'misspelled' is published")
    assert life.world.store.of(DealRecord) == []


def test_an_erased_win_needs_a_person_unless_nothing_is_left_of_it(life: Lifecycle) -> None:
    life.paid(won())
    event_id = life.reward().event_id
    (key,) = [
        key for key, row in life.world.store.rows.items() if isinstance(row, EventBody) and row.event_id == event_id
    ]
    del life.world.store.rows[key]
    decided = life.told(undone("400.00"))
    assert (decided.outcome, decided.detail) == (
        Outcome.NEEDS_ATTENTION,
        "the event of its win was erased: a person must say what the reward is worth",
    )
    assert life.owed() == 0
    assert life.tell(undone()) is Outcome.REVISED
    assert life.owed() == 100_00


def test_a_win_that_earned_nothing_and_is_no_longer_kept_needs_a_person_when_more_is_told(life: Lifecycle) -> None:
    nothing = life.told(won("0.04"))
    for key in [key for key, row in life.world.store.rows.items() if isinstance(row, EventBody)]:
        del life.world.store.rows[key]
    decided = life.told(amended("1000.00"))
    assert (nothing.reward_ids, decided.outcome, decided.detail) == (
        (),
        Outcome.NEEDS_ATTENTION,
        "the event of its win is no longer kept: a person must say what it earns",
    )
    assert life.payouts() == []
    assert life.tell(undone()) is Outcome.NO_CHANGE


def test_a_reward_is_revised_by_its_own_version_of_the_program(life: Lifecycle) -> None:
    life.paid(won())
    richer = builders.rule(channel="check", amount={"percentage": {"rate": "50"}})
    life.world.publish_program(rules=[richer])
    life.tell(amended("2000.00"))
    assert life.reward().standing == usd("200.00")


# Wins that earned nothing: a tenth of 0.04 is rounded to nothing.


@pytest.mark.parametrize(
    "first",
    [[won("0.04")], [won("1000.00"), amended("0.00", since=day(2))][::-1]],
    ids=["too small", "amended to zero"],
)
def test_an_amendment_can_make_a_win_earn_that_earned_nothing(life: Lifecycle, first: list[dict[str, Changed]]) -> None:
    assert [life.tell(message) for message in first][-1] is Outcome.NO_REWARD
    assert life.tell(amended("2500.00")) is Outcome.REWARDED
    assert life.tell(amended("2500.00")) is Outcome.NO_CHANGE
    assert life.tell(first[-1]) is Outcome.DUPLICATE
    life.cloud.turn()
    assert life.stand() == [("250.00 USD", S.SETTLED)]
    assert life.world.notices.enqueued[0] == Notice("reward_earned", life.reward().reward_id)
    assert counted(life) == [1]
    assert life.tell(undone()) is Outcome.REVISED
    assert (life.owed(), counted(life)) == (250_00, [0])
    assert_at_rest(life.world)


def test_a_reversal_of_a_win_that_earned_nothing_changes_nothing(life: Lifecycle) -> None:
    life.tell(won("0.04"))
    assert life.tell(undone("0.02")) is Outcome.NO_REWARD
    assert life.tell(undone()) is Outcome.NO_CHANGE
    assert life.world.store.of(Reward) == []
    assert kinds(life) == []


def test_a_win_that_earned_nothing_is_judged_anew_when_it_is_told_again(life: Lifecycle) -> None:
    assert [life.tell(won("0.04")), life.tell(won("0.04"))] == [Outcome.NO_REWARD] * 2
    assert life.tell(won("1000.00")) is Outcome.REWARDED
    assert life.reward().amount == usd("100.00")


def test_only_one_of_two_wins_of_a_deal_earns_when_the_first_earned_nothing(life: Lifecycle) -> None:
    life.tell(won("0.04"))
    assert life.tell(won(closed=day(3))) is Outcome.REWARDED
    assert life.tell(amended("2500.00")) is Outcome.NEEDS_ATTENTION
    assert life.reward().amount == usd("100.00")


# What the rules lacked when they were asked.

FIRST_YEAR = builders.rule(channel="check", amount={"percentage": {"rate": "10", "of": "first_year"}})


def test_an_amendment_says_what_the_win_lacked() -> None:
    life = Lifecycle(Channel.CHECK, rules=[FIRST_YEAR])
    assert life.tell(won()) is Outcome.NEEDS_ATTENTION
    assert life.payouts() == []
    assert life.tell({**amended("1000.00"), "deal__amounts": {"first_year": "700.00"}}) is Outcome.REWARDED
    assert life.stand() == [("70.00 USD", S.EARNED)]
    assert life.tell({**won(), "deal__amounts": {"first_year": "700.00"}}) is Outcome.NEEDS_ATTENTION
    assert life.stand() == [("70.00 USD", S.EARNED)]


def test_the_change_told_again_as_a_person_was_asked_for_makes_the_win_earn() -> None:
    life = Lifecycle(Channel.CHECK, rules=[FIRST_YEAR])
    assert life.tell(amended("500.00")) is Outcome.REMEMBERED
    assert life.tell({**won(), "deal__amounts": {"first_year": "700.00"}}) is Outcome.NEEDS_ATTENTION
    assert life.tell({**amended("500.00"), "deal__amounts": {"first_year": "300.00"}}) is Outcome.REWARDED
    assert life.stand() == [("30.00 USD", S.EARNED)]


def test_a_win_that_lacked_something_is_judged_anew_when_it_is_told_with_that() -> None:
    life = Lifecycle(Channel.CHECK, rules=[FIRST_YEAR])
    assert life.tell(won()) is Outcome.NEEDS_ATTENTION
    assert life.tell({**won(), "deal__amounts": {"first_year": "700.00"}}) is Outcome.REWARDED
    assert life.stand() == [("70.00 USD", S.EARNED)]


def test_a_win_that_lacked_something_and_came_undone_earns_nothing() -> None:
    life = Lifecycle(Channel.CHECK, rules=[FIRST_YEAR])
    assert life.tell(won()) is Outcome.NEEDS_ATTENTION
    assert life.tell(undone()) is Outcome.NO_CHANGE
    assert life.tell(won()) is Outcome.DUPLICATE
    assert life.payouts() == []
