"""The story of a payout that was tried for weeks: its history counts most tries, and each attempt is told."""

from datetime import timedelta

from application.test_funds import EMPTY, Stack
from guerdon.application.ports import Notice
from guerdon.application.review.story import whole_story


def test_each_attempt_and_each_mail_is_told_though_the_history_only_counts_the_tries() -> None:
    stack = Stack(payouts=1)
    stack.begin()
    (payout_id,) = stack.ids
    stack.world.provider.next_submits.extend([EMPTY] * 100)
    for run in range(1, 11):
        stack.world.notify(Notice("payout", payout_id, run))
        assert stack.after(timedelta(hours=4)) == 1
    story = whole_story(stack.world.store, stack.world.stands(payout_id))
    assert story is not None
    words = [line.what for line in story.lines]
    asked = [each for each in words if each.startswith("attempt ") and " asked for " in each]
    assert asked == [
        f"attempt {number}: Tremendous asked for 100.00 USD under {payout_id}-{number}" for number in range(1, 12)
    ]
    counted = "payout: waiting: the provider account is out of money; then tried again 7 times by the sweep"
    assert [each for each in words if each.startswith(counted)] == [f"{counted}, and stopped for the same each time"]
    assert [each for each in words if "a payout needs you" in each] == ["mail “a payout needs you”, to finance: sent"]
    assert [line.at for line in story.lines] == sorted(line.at for line in story.lines)
