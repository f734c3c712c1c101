"""Two revisions of one win, judged at the same moment by two processes: whatever comes between, both count."""

import pytest

from builders import usd
from guerdon.application.records import DealRecord
from guerdon.domain.reward import Reward
from lifecycle import Lifecycle, amended, assert_at_rest, day, undone, won
from tripwire import Tripwire


class AtOneMoment:
    """A win that earned nothing yet, and an amendment and a reversal of it that are received and not judged.

    Attributes:
        begins: How many calls' points were passed by then.
    """

    def __init__(self, left: str, point: int | None = None) -> None:
        self.wire = Tripwire(*([] if point is None else [point]), deed=self.judge_the_reversal)
        self.life = Lifecycle(wire=self.wire)
        self.life.tell(won("0.00"))
        self.amendment = self.life.world.receive(self.life.message(amended("1500.00")))
        self.reversal = self.life.world.receive(self.life.message(undone(left, since=day(6))))
        self.begins = self.wire.reached

    def judge_the_reversal(self, _: Exception) -> None:
        """Another process does."""
        self.life.world.other_process().evaluate(self.reversal)

    def judge(self) -> None:
        """Judge the amendment, and at the point the reversal beside it; tell it again in the end, as its queue does."""
        self.life.world.evaluate(self.amendment)
        self.ends = self.wire.reached
        self.life.world.evaluate(self.reversal)
        self.life.cloud.run(16)


@pytest.mark.parametrize(("left", "worth"), [("0.00", "0"), ("400.00", "40.00")])
def test_a_reversal_judged_while_an_amendment_makes_a_win_earn_is_not_forgotten(left: str, worth: str) -> None:
    undisturbed = AtOneMoment(left)
    undisturbed.judge()
    assert undisturbed.ends - undisturbed.begins > 20
    for point in range(undisturbed.begins, undisturbed.ends):
        both = AtOneMoment(left, point)
        both.judge()
        (record,) = both.life.world.store.of(DealRecord)
        (win,) = record.wins
        assert win.reversal is not None, f"forgotten at point {point}"
        assert (win.reversal.total, win.amendment and win.amendment.total) == (usd(left), usd("1500.00"))
        assert sum(reward.standing.amount_minor for reward in both.life.world.store.of(Reward)) == (
            usd(worth).amount_minor
        )
        assert_at_rest(both.life.world)
