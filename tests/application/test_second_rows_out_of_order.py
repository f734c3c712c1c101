"""The second rows of deliveries are decided in any order; what the first rows settled in theirs holds all the same."""

from typing import Final

import builders
from builders import Changed
from guerdon.application.records import InboxEvent
from guerdon.domain.channel import Channel
from guerdon.domain.judgment import Outcome
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, day, undone, won

RULES: Final = [
    builders.rule(name="advocate", channel="check", amount={"percentage": {"rate": "10"}}),
    builders.rule(name="welcome", channel="check", rewards="referred", amount={"percentage": {"rate": "5"}}),
]


class Sender:
    """Tells deliveries whose first rows are decided at once, and whose second ones whenever a test says."""

    def __init__(self) -> None:
        self.life = Lifecycle(Channel.CHECK, rules=RULES)

    def first(self, changes: dict[str, Changed]) -> InboxEvent:
        return self.life.told({"referred": {"id": "C-9", "email": "grace@example.org"}, **changes})

    def second(self, first: InboxEvent) -> Outcome:
        decided = self.life.world.evaluate(first.followed_by or "")
        assert decided is not None
        assert decided.outcome is not None
        return decided.outcome

    def worth_to_the_customer(self) -> list[int]:
        rewards = self.life.world.store.of(Reward)
        return [one.standing.amount_minor for one in rewards if one.beneficiary is Beneficiary.REFERRED]


def test_of_a_win_told_with_other_content_the_customer_gets_what_the_advocate_got() -> None:
    sender = Sender()
    right = sender.first(won("1000.00"))
    wrong = sender.first(won("2000.00"))
    assert (right.outcome, wrong.outcome) == (Outcome.REWARDED, Outcome.NEEDS_ATTENTION)
    assert (sender.second(wrong), sender.second(right)) == (Outcome.NEEDS_ATTENTION, Outcome.REWARDED)
    assert sender.worth_to_the_customer() == [50_00]


def test_of_a_win_told_for_another_day_the_customer_gets_what_the_advocate_got() -> None:
    sender = Sender()
    right = sender.first(won("1000.00"))
    wrong = sender.first(won("2000.00", closed=day(2)))
    assert (right.outcome, wrong.outcome) == (Outcome.REWARDED, Outcome.NEEDS_ATTENTION)
    assert (sender.second(wrong), sender.second(right)) == (Outcome.NEEDS_ATTENTION, Outcome.REWARDED)
    assert sender.worth_to_the_customer() == [50_00]


def test_a_customer_who_is_named_later_is_rewarded_though_the_advocate_was_before() -> None:
    sender = Sender()
    assert sender.second(sender.first({**won("1000.00"), "referred": None})) is Outcome.NO_REWARD
    again = sender.first(won("1000.00"))
    assert (again.outcome, sender.second(again)) == (Outcome.NEEDS_ATTENTION, Outcome.REWARDED)


def test_a_win_that_gave_the_customer_nothing_forbids_them_no_other() -> None:
    sender = Sender()
    later = [RULES[0], {**RULES[1], "when": {"first_purchase": "true"}}]
    sender.life = Lifecycle(Channel.CHECK, rules=later)
    assert sender.second(sender.first(won("1000.00"))) is Outcome.NO_REWARD
    again = sender.first({**won("1000.00", closed=day(2)), "referred": {"id": "C-9", "first_purchase": True}})
    assert again.outcome is Outcome.NEEDS_ATTENTION
    assert sender.second(again) is Outcome.REWARDED


def test_a_win_after_a_reversal_rewards_the_customer_whose_own_reversal_is_not_decided_yet() -> None:
    sender = Sender()
    assert sender.second(sender.first(won("1000.00"))) is Outcome.REWARDED
    reversal = sender.first(undone(since=day(10)))
    again = sender.first(won("2000.00", closed=day(15)))
    assert (reversal.outcome, again.outcome) == (Outcome.REVISED, Outcome.REWARDED)
    assert (sender.second(again), sender.second(reversal)) == (Outcome.REWARDED, Outcome.REVISED)
    assert sender.worth_to_the_customer() == [0, 100_00]
    sender.life.cloud.run(40)
    assert_at_rest(sender.life.world)


def test_revisions_in_two_currencies_need_a_person_whichever_was_heard_first() -> None:
    sender = Sender()
    in_euros = sender.first(undone("500.00", currency="EUR"))
    in_dollars = sender.first(amended("800.00"))
    assert (in_euros.outcome, in_dollars.outcome) == (Outcome.REMEMBERED, Outcome.NEEDS_ATTENTION)
    assert (sender.second(in_dollars), sender.second(in_euros)) == (Outcome.REMEMBERED, Outcome.NEEDS_ATTENTION)
    win = sender.first(won("1000.00"))
    assert (win.outcome, sender.second(win)) == (Outcome.NEEDS_ATTENTION, Outcome.NEEDS_ATTENTION)
    assert sender.worth_to_the_customer() == []


def test_a_reversal_is_remembered_though_a_later_win_was_rewarded_before_the_one_that_it_is_about_was_told() -> None:
    sender = Sender()
    win, reversal = sender.first(won("1000.00")), sender.first(undone(since=day(10)))
    again = sender.first(won("2000.00", closed=day(15)))
    assert (reversal.outcome, again.outcome) == (Outcome.REVISED, Outcome.REWARDED)
    assert (sender.second(again), sender.second(reversal)) == (Outcome.REWARDED, Outcome.REMEMBERED)
    assert sender.second(win) is Outcome.REVERSED
    assert sender.worth_to_the_customer() == [100_00]


def test_a_reward_is_taken_back_though_its_win_was_told_again_without_the_customer() -> None:
    sender = Sender()
    sender.second(sender.first(won("1000.00")))
    assert sender.second(sender.first({**won("1000.00"), "referred": None})) is Outcome.NEEDS_ATTENTION
    assert sender.second(sender.first(undone())) is Outcome.REVISED
    assert sender.worth_to_the_customer() == [0]
