"""Reversals and amendments under limits: what is given back, what a rise may take, and what waits."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
from builders import Changed, usd
from guerdon.application.adjust_reward import PAYOUTS_MOST
from guerdon.application.ports import Notice
from guerdon.application.records import Receivable, Reserved
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.transaction import ITEMS_MOST
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import BlockReason, PayoutStatus
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, assert_books_agree, assert_budgets_agree, day, undone, won

S = PayoutStatus
RULE = builders.rule(channel="check", amount={"percentage": {"rate": "10"}})


def budget(most: str, over: str, period: str = "calendar_month") -> dict[str, str]:
    return {"max": most, "period": period, "over": over}


def of_program(most: str, over: str) -> Lifecycle:
    """A tenth of the deal by check, and one budget of the program."""
    return Lifecycle(limits={"program": [budget(most, over)]})


def of_reward(most: str, over: str) -> Lifecycle:
    return Lifecycle(limits={"reward": [{"max": most, "over": over}]})


def approve(life: Lifecycle, position: int = -1) -> None:
    release = ReleaseAgain(life.world.store, life.world.clock, life.world.fulfillments)
    release(life.payouts()[position].payout_id, "pat", "it is right")


def reserved(life: Lifecycle) -> list[str]:
    return [str(row.amount) for row in life.world.store.of(Reserved)]


def worth(life: Lifecycle) -> list[str]:
    return [str(reward.standing) for reward in life.world.store.of(Reward)]


# Giving back.


def test_a_reversal_gives_back_what_the_reward_lost() -> None:
    life = of_program("150.00", "refuse")
    life.paid(won())
    life.tell(undone("400.00"))
    assert reserved(life) == ["40.00 USD"]
    assert life.tell(won("1100.00", deal="D-2")) is Outcome.REWARDED
    life.tell(undone())
    assert reserved(life) == ["110.00 USD"]
    assert_books_agree(life.world)


@pytest.mark.parametrize("again", [1, 2, 3])
def test_it_is_given_back_once_however_often_it_is_told(again: int) -> None:
    life = of_program("150.00", "refuse")
    life.paid(won())
    for _ in range(again):
        life.tell(undone())
    life.tell(undone(since=day(12)))
    life.tell(undone("500.00", since=day(13)))
    assert reserved(life) == ["0.00 USD"]
    assert_books_agree(life.world)


def test_a_redelivered_reversal_gives_nothing_back_again() -> None:
    life = of_program("150.00", "refuse")
    life.tell(won())
    event_id = life.world.receive(life.message(undone("400.00")))
    for _ in range(3):
        life.world.evaluate(event_id)
    assert reserved(life) == ["40.00 USD"]


def test_a_reversal_that_comes_first_reserves_nothing() -> None:
    life = of_program("150.00", "refuse")
    assert [life.tell(undone()), life.tell(won())] == [Outcome.REMEMBERED, Outcome.REVERSED]
    assert life.world.store.of(Reserved) == []


def test_a_partial_reversal_that_comes_first_lets_the_win_fit() -> None:
    life = of_program("60.00", "refuse")
    life.tell(undone("400.00"))
    assert life.tell(won()) is Outcome.REWARDED
    assert (worth(life), reserved(life)) == (["40.00 USD"], ["40.00 USD"])


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({}, id="no limits any more"),
        pytest.param({"limits": {"advocate": [budget("1.00", "refuse", "lifetime")]}}, id="other limits"),
        pytest.param({"currency": "EUR", "limits": {"program": [budget("1.00", "refuse")]}}, id="another currency"),
        pytest.param({"time_zone": "Asia/Tokyo", "limits": {"program": [budget("1.00", "cut")]}}, id="another zone"),
    ],
)
def test_a_reversal_gives_back_to_the_rows_that_the_reward_names(later: dict[str, Changed]) -> None:
    life = of_program("150.00", "refuse")
    life.paid(won(closed="2026-10-31T20:00:00Z"))
    life.world.publish_program(rules=[RULE], **later)
    life.tell(undone("400.00", closed="2026-10-31T20:00:00Z", since=day(10)))
    (row,) = life.world.store.of(Reserved)
    assert (row.period, row.amount) == ("2026-10", usd("40.00"))
    assert_books_agree(life.world)


def test_an_erased_win_gives_back_all_once_nothing_is_left_of_it() -> None:
    life = of_program("150.00", "refuse")
    life.tell(won())
    body = life.world.store.event_body(life.reward().event_id)
    life.world.store.rows = {key: row for key, row in life.world.store.rows.items() if row != body}
    assert life.tell(undone("400.00")) is Outcome.NEEDS_ATTENTION
    assert reserved(life) == ["100.00 USD"]
    assert life.tell(undone()) is Outcome.REVISED
    assert reserved(life) == ["0.00 USD"]


def test_a_win_after_the_reversal_reserves_anew() -> None:
    life = of_program("150.00", "refuse")
    life.tell(won())
    life.tell(undone())
    assert life.tell(won(closed=day(15))) is Outcome.REWARDED
    assert (worth(life), reserved(life)) == (["0.00 USD", "100.00 USD"], ["100.00 USD"])


def test_what_was_kept_back_for_a_debt_is_reserved_and_given_back_as_any_worth() -> None:
    life = of_program("300.00", "refuse")
    life.paid(won(deal="D-0"))
    life.tell(undone("400.00", deal="D-0"))
    life.paid(won())
    assert (life.stand()[-1], reserved(life)) == (("40.00 USD", S.SETTLED), ["140.00 USD"])
    life.tell(undone())
    assert (life.owed(), reserved(life)) == (100_00, ["40.00 USD"])
    assert_at_rest(life.world)


# Rising.


def test_a_rise_that_fits_is_reserved() -> None:
    life = of_program("150.00", "refuse")
    life.paid(won())
    life.paid(amended("1500.00"))
    assert (worth(life), reserved(life)) == (["150.00 USD"], ["150.00 USD"])
    assert_at_rest(life.world)


def test_a_rise_is_cut_to_what_is_left_and_says_so() -> None:
    life = of_program("150.00", "cut")
    life.paid(won())
    event = life.told(amended("3000.00"))
    limit = "the program's limit of 150.00 USD for 2026-11 has 50.00 USD left for 200.00 USD: cut to 50.00 USD"
    assert (event.outcome, event.detail) == (
        Outcome.REVISED,
        f"the deal is worth 3000.00 USD now, and the reward 150.00 USD instead of 100.00 USD; {limit}",
    )
    (adjustment,) = life.reward().adjustments
    assert [applied.words for applied in adjustment.limits] == [limit]
    life.cloud.turn()
    assert life.stand() == [("100.00 USD", S.SETTLED), ("50.00 USD", S.SETTLED)]
    assert reserved(life) == ["150.00 USD"]


@pytest.mark.parametrize("over", ["refuse", "cut"])
def test_a_rise_that_is_refused_changes_nothing_and_says_why(over: str) -> None:
    life = of_program("100.00", over)
    life.paid(won())
    entries = life.world.store.of(Entry)
    event = life.told(amended("1500.00"))
    assert (event.outcome, event.detail) == (
        Outcome.NO_CHANGE,
        (
            "the reward stays at 100.00 USD: "
            "the program's limit of 100.00 USD for 2026-11 has 0.00 USD left for 50.00 USD"
        ),
    )
    assert (life.world.store.of(Entry), len(life.payouts()), reserved(life)) == (entries, 1, ["100.00 USD"])
    assert life.tell(amended("1500.00")) is Outcome.NO_CHANGE
    assert_at_rest(life.world)


def test_a_rise_that_needs_approval_is_a_payout_of_its_own_that_waits() -> None:
    life = of_program("120.00", "approval")
    life.paid(won())
    life.world.notices.enqueued.clear()
    assert life.tell(amended("1500.00")) is Outcome.REVISED
    (_, further) = life.payouts()
    assert (further.value, further.reason, further.version) == (usd("50.00"), BlockReason.APPROVAL, 1)
    assert further.attention == "the program's limit of 120.00 USD for 2026-11 has 20.00 USD left for 50.00 USD"
    assert life.world.notices.enqueued == [Notice("payout", further.payout_id, 1)]
    life.cloud.run(3)
    assert life.stand() == [("100.00 USD", S.SETTLED), ("50.00 USD", S.BLOCKED)]
    approve(life)
    life.cloud.run(3)
    assert life.stand()[-1] == ("50.00 USD", S.SETTLED)
    assert reserved(life) == ["150.00 USD"]
    assert_at_rest(life.world)


@pytest.mark.parametrize(
    ("over", "amounts", "waits"),
    [("cut", ["120.00 USD"], False), ("refuse", ["100.00 USD"], False), ("approval", ["150.00 USD"], True)],
)
def test_the_limit_of_one_reward_is_on_all_that_it_is_worth(*, over: str, amounts: list[str], waits: bool) -> None:
    life = of_reward("120.00", over)
    life.paid(won())
    life.tell(amended("1500.00"))
    assert (worth(life), life.payouts()[-1].waits_for_approval) == (amounts, waits)
    assert_books_agree(life.world)


def test_a_rise_is_judged_by_the_rewards_own_version() -> None:
    life = of_program("120.00", "cut")
    life.paid(won())
    life.world.publish_program(rules=[RULE])
    life.tell(amended("1500.00"))
    assert (worth(life), reserved(life)) == (["120.00 USD"], ["120.00 USD"])
    later = Lifecycle()
    later.paid(won())
    later.world.publish_program(rules=[RULE], limits={"program": [budget("1.00", "refuse")]})
    later.tell(amended("1500.00"))
    assert (worth(later), reserved(later)) == (["150.00 USD"], [])


def test_a_rise_settles_a_debt_and_reserves_all_of_it() -> None:
    life = of_program("400.00", "refuse")
    life.paid(won())
    life.paid(won(deal="D-2"))
    life.tell(undone("700.00", deal="D-2"))
    life.paid(amended("1500.00"))
    assert (life.owed(), reserved(life), life.stand()[-1]) == (0, ["220.00 USD"], ("20.00 USD", S.SETTLED))
    assert_at_rest(life.world)


def test_an_items_rise_is_not_cut() -> None:
    item = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/mug.png"}
    rule = builders.rule(channel="merchandise", item=item, amount={"percentage": {"rate": "10"}})
    life = Lifecycle(Channel.MERCHANDISE, rules=[rule], limits={"program": [budget("120.00", "cut")]})
    life.tell(won())
    assert life.tell(amended("1500.00")) is Outcome.NO_CHANGE
    assert (worth(life), reserved(life)) == (["100.00 USD"], ["100.00 USD"])


# What was cut stays cut.


def told_to_a_cut_reward(*totals: str) -> list[str]:
    """What a reward of 100.00 that was cut to 60.00 is worth after each amendment to one of `totals`."""
    life = of_program("160.00", "cut")
    life.tell(won(deal="D-0"))
    life.tell(won())
    assert worth(life)[1] == "60.00 USD"
    life.tell(undone(deal="D-0"))  # From here on there is room.
    stands = []
    for number, total in enumerate(totals):
        life.tell(amended(total, since=day(5 + number)))
        stands.append(worth(life)[1])
        assert_books_agree(life.world)
    return stands


def test_a_small_rise_does_not_bring_back_what_was_cut() -> None:
    assert told_to_a_cut_reward("1001.00") == ["60.10 USD"]


def test_a_smaller_total_never_raises_it() -> None:
    assert told_to_a_cut_reward("900.00", "700.00", "600.00", "500.00") == [
        "60.00 USD",
        "60.00 USD",
        "60.00 USD",
        "50.00 USD",
    ]


def test_down_then_up_gives_what_the_deal_gained_since() -> None:
    assert told_to_a_cut_reward("500.00", "1000.00", "1100.00") == ["50.00 USD", "100.00 USD", "110.00 USD"]


def test_down_within_what_was_cut_then_up_gives_what_the_deal_gained_since() -> None:
    assert told_to_a_cut_reward("800.00", "1000.00") == ["60.00 USD", "80.00 USD"]


def test_a_rise_that_was_refused_is_not_given_by_a_later_one() -> None:
    life = of_program("200.00", "refuse")
    life.tell(won())
    life.tell(won(deal="D-2"))
    life.tell(amended("1500.00", since=day(5)))
    life.tell(undone(deal="D-2"))
    life.tell(amended("1600.00", since=day(6)))
    assert worth(life) == ["110.00 USD", "0.00 USD"]
    assert reserved(life) == ["110.00 USD"]


# A win that earned nothing.


def test_a_refused_win_may_earn_by_a_reversal_that_makes_it_fit() -> None:
    life = of_program("60.00", "refuse")
    assert life.tell(won()) is Outcome.OVER_LIMIT
    assert life.tell(undone("700.00")) is Outcome.OVER_LIMIT
    assert life.tell(undone("400.00", since=day(11))) is Outcome.REWARDED
    assert (worth(life), reserved(life)) == (["40.00 USD"], ["40.00 USD"])
    assert life.tell(undone(since=day(12))) is Outcome.REVISED
    assert reserved(life) == ["0.00 USD"]
    assert_books_agree(life.world)


@pytest.mark.parametrize(
    ("over", "outcome", "amounts"),
    [
        ("cut", Outcome.REWARDED, ["100.00 USD"]),
        ("refuse", Outcome.OVER_LIMIT, []),
        ("approval", Outcome.REWARDED, ["250.00 USD"]),
    ],
)
def test_an_amendment_that_makes_a_win_earn_goes_through_the_same_limits(
    over: str, outcome: Outcome, amounts: list[str]
) -> None:
    life = of_program("100.00", over)
    assert life.tell(won("0.04")) is Outcome.NO_REWARD
    assert life.tell(amended("2500.00")) is outcome
    assert worth(life) == amounts
    assert [payout.waits_for_approval for payout in life.payouts()] == [over == "approval"] * len(amounts)
    assert_books_agree(life.world)


def test_a_refused_win_that_comes_undone_is_over() -> None:
    life = of_program("60.00", "refuse")
    life.tell(won())
    assert [life.tell(undone()), life.tell(won())] == [Outcome.NO_CHANGE, Outcome.DUPLICATE]
    assert life.world.store.of(Reserved) == []


# Taking back what waits for approval.


def test_the_rest_of_a_payout_that_waits_for_approval_waits_too() -> None:
    life = of_program("60.00", "approval")
    life.tell(won())
    first = life.payouts()[0]
    life.world.notices.enqueued.clear()
    life.tell(undone("700.00"))
    assert life.stand() == [("100.00 USD", S.REVERSED), ("70.00 USD", S.BLOCKED)]
    rest = life.payouts()[1]
    assert (rest.reason, rest.attention, rest.version) == (BlockReason.APPROVAL, first.attention, 1)
    assert life.world.notices.enqueued == [Notice("payout", rest.payout_id, 1)]
    assert reserved(life) == ["70.00 USD"]
    life.cloud.run(3)
    assert life.world.provider.till == []
    approve(life)
    life.cloud.run(3)
    assert life.stand()[-1] == ("70.00 USD", S.SETTLED)
    assert_at_rest(life.world)


def test_the_rest_of_an_approved_payout_does_not_wait_again() -> None:
    life = Lifecycle(hold_days="40", limits={"program": [budget("60.00", "approval")]})
    life.tell(won())
    approve(life)
    life.tell(undone("700.00"))
    assert life.stand() == [("100.00 USD", S.REVERSED), ("70.00 USD", S.EARNED)]
    assert life.payouts()[1].reason is None


def test_the_rest_of_a_free_payout_does_not_wait_beside_one_that_does() -> None:
    life = Lifecycle(hold_days="40", limits={"program": [budget("120.00", "approval")]})
    life.tell(won())
    life.tell(amended("1500.00"))
    life.tell(amended("700.00", since=day(6)))
    assert life.stand() == [("100.00 USD", S.REVERSED), ("50.00 USD", S.REVERSED), ("70.00 USD", S.EARNED)]
    assert life.payouts()[2].reason is None


def test_what_waits_for_approval_is_given_up_whole_when_the_deal_comes_undone() -> None:
    life = of_program("60.00", "approval")
    life.tell(won())
    life.tell(undone())
    assert (life.stand(), life.owed(), reserved(life)) == ([("100.00 USD", S.REVERSED)], 0, ["0.00 USD"])
    life.cloud.run(3)
    assert_at_rest(life.world)


# The largest transaction.


def test_no_transaction_outgrows_its_ceiling_under_every_limit_that_a_program_may_have() -> None:
    periods = ("calendar_year", "calendar_month")
    four = [budget("100000.00", "cut", period) for period in periods]
    life = Lifecycle(limits={"advocate": four, "program": four})
    life.paid(won())
    for number in range(1, PAYOUTS_MOST + 2):
        life.tell(amended(f"{1000 + 10 * number}.00", since=f"2026-11-05T12:00:{number:02}Z"))
    life.cloud.turn()
    assert [payout.status for payout in life.payouts()] == [S.SETTLED] * PAYOUTS_MOST
    owed = life.paid(won(deal="D-2"))
    life.tell(undone(deal="D-2"))
    assert owed.advocate_id == life.world.store.of(Receivable)[0].advocate_id
    assert life.tell(undone()) is Outcome.REVISED
    # The outcome, the record, the reward, the count, the entry, the debt; each payout, and each budget.
    assert len(life.world.store.commits[-1]) == 6 + PAYOUTS_MOST + 4 <= ITEMS_MOST
    assert {payout.status for payout in life.payouts()} == {S.CLAWED_BACK}
    assert reserved(life) == ["0.00 USD"] * 4
    assert_at_rest(life.world)


def test_a_partial_reversal_of_as_many_payouts_as_there_may_be_fits_as_well() -> None:
    periods = ("calendar_year", "calendar_month")
    four = [budget("100000.00", "cut", period) for period in periods]
    life = Lifecycle(limits={"advocate": four, "program": four})
    life.world.missing = "no address"
    life.tell(won())
    life.cloud.turn()
    life.world.missing = None
    for number in range(1, PAYOUTS_MOST):
        life.paid(amended(f"{1000 + 10 * number}.00", since=f"2026-11-05T12:00:{number:02}Z"))
    assert life.tell(undone("10.00")) is Outcome.REVISED
    # The outcome, the record, the reward, the entry, the rest, the debt; each payout, and each budget.
    assert len(life.world.store.commits[-1]) == 6 + PAYOUTS_MOST + 4 <= ITEMS_MOST
    assert (life.stand()[-1], life.owed(), reserved(life)) == (("1.00 USD", S.EARNED), 7_00, ["1.00 USD"] * 4)
    assert_books_agree(life.world)


# At the same moment.


def test_a_reversal_and_a_win_that_meet_at_a_budget_both_count() -> None:
    life = of_program("150.00", "refuse")
    life.tell(won())
    reversal = life.world.receive(life.message(undone("400.00")))
    win = life.world.receive(life.message(won("500.00", deal="D-2", advocate="A-2")))
    other = life.world.other_process()
    life.world.store.meanwhile(lambda: other.evaluate(win))
    life.world.evaluate(reversal)
    assert life.world.clock.pauses == [1]
    assert reserved(life) == ["90.00 USD"]
    assert_books_agree(life.world)


def test_a_win_that_was_refused_a_moment_before_the_room_came_is_judged_by_what_it_read() -> None:
    life = of_program("150.00", "refuse")
    life.tell(won())
    reversal = life.world.receive(life.message(undone()))
    win = life.world.receive(life.message(won(deal="D-2", advocate="A-2")))
    other = life.world.other_process()
    life.world.store.meanwhile(lambda: other.evaluate(reversal))
    life.world.evaluate(win)
    assert life.tell(won(deal="D-2", advocate="A-2")) is Outcome.REWARDED
    assert reserved(life) == ["100.00 USD"]


def test_two_rises_that_want_the_last_of_it_take_it_once() -> None:
    life = of_program("250.00", "cut")
    life.tell(won())
    life.tell(won(deal="D-2", advocate="A-2"))
    one = life.world.receive(life.message(amended("1400.00")))
    two = life.world.receive(life.message(amended("1400.00", deal="D-2", advocate="A-2")))
    other = life.world.other_process()
    life.world.store.meanwhile(lambda: other.evaluate(two))
    life.world.evaluate(one)
    assert worth(life) == ["110.00 USD", "140.00 USD"]
    assert reserved(life) == ["250.00 USD"]


# Whatever is told, in whatever order.

Message = dict[str, Changed]
limit_documents = st.fixed_dictionaries(
    {},
    optional={
        "reward": st.lists(
            st.fixed_dictionaries(
                {"max": st.sampled_from(["80.00", "120.00"]), "over": st.sampled_from(["cut", "refuse", "approval"])}
            ),
            min_size=1,
            max_size=1,
        ),
        **{
            scope: st.lists(
                st.fixed_dictionaries(
                    {
                        "max": st.sampled_from(["90.00", "150.00", "260.00"]),
                        "over": st.sampled_from(["cut", "refuse", "approval"]),
                        "period": st.sampled_from(["lifetime", "calendar_month"]),
                    }
                ),
                min_size=1,
                max_size=2,
                unique_by=lambda limit: limit["period"],
            )
            for scope in ("advocate", "program")
        },
    },
).filter(bool)
TOTALS = ("0.00", "400.00", "1000.00", "1500.00")


@st.composite
def messages(draw: st.DrawFn) -> list[Message]:
    deals = ("D-1", "D-2", "D-3")
    told: list[Message] = [
        won(draw(st.sampled_from(TOTALS[1:])), deal=deal, advocate=f"A-{number % 2}")
        for number, deal in enumerate(deals)
    ]
    for _ in range(draw(st.integers(0, 5))):
        number = draw(st.integers(0, 2))
        tell = draw(st.sampled_from([undone, amended]))
        total, since = draw(st.sampled_from(TOTALS)), day(draw(st.integers(5, 12)))
        told.append(tell(total, since=since, deal=deals[number], advocate=f"A-{number % 2}"))
    return draw(st.permutations([*told, *draw(st.lists(st.sampled_from(told), max_size=2))]))


@settings(max_examples=150, deadline=None)
@given(
    limits=limit_documents,
    told=messages(),
    turns=st.lists(st.integers(0, 1), max_size=10),
    approved=st.lists(st.integers(0, 9), max_size=3),
)
def test_budgets_and_books_agree_after_every_message_and_nothing_goes_free_above_a_limit(
    limits: dict[str, Changed], told: Sequence[Message], turns: Sequence[int], approved: Sequence[int]
) -> None:
    life = Lifecycle(limits=limits)
    for number, message in enumerate(told):
        life.tell(message)
        life.cloud.run((*turns, *[0] * len(told))[number])
        if number in approved and life.payouts():
            approve(life)
        assert_budgets_agree(life.world)
        assert_free_within(life, limits)
    life.cloud.run(16)
    assert_at_rest(life.world)


def assert_free_within(life: Lifecycle, limits: dict[str, Changed]) -> None:
    """What goes out without anybody's approval is within every limit of the program and, per advocate, of theirs.

    The rest of an approved payout is a payout that nobody approved anew, so rewards with such a one are left out.
    """
    approved = {payout.reward_id for payout in life.payouts() if payout.run > 1}
    free = [one for one in life.payouts() if one.reward_id not in approved and not one.waits_for_approval]
    for scope in ("program", "advocate"):
        for whose in {payout.advocate_id for payout in free}:
            counted = [one for one in free if scope == "program" or one.advocate_id == whose]
            held = sum(one.remaining.amount_minor for one in counted)
            for limit in limits.get(scope, []):
                assert held <= usd(limit["max"]).amount_minor
