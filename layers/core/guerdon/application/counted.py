"""The row that counts the deals of a beneficiary: read for an ordinal, written by the reward that counts in it."""

from dataclasses import dataclass, replace

from guerdon.application.ports import Store
from guerdon.application.records import DealCount
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain.counting import CountedBy
from guerdon.domain.deal import DealEvent
from guerdon.domain.facts import Facts
from guerdon.domain.facts_of import facts_of
from guerdon.domain.program import Beneficiary, Program
from guerdon.domain.reward import Counted, Reward
from guerdon.domain.tallies import Tally, counts_at, tallied, tallies_of, untallied


@dataclass(frozen=True, slots=True)
class Count:
    """One beneficiary's count for one deal, as it was read.

    Attributes:
        row: The stored row; None if nothing was counted in it yet.
    """

    recipient_id: str
    group: str
    period: str
    row: DealCount | None

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """What was counted."""
        return self.row.tallies if self.row else ()

    def with_one_more(
        self, program: Program, event: DealEvent, beneficiary: Beneficiary
    ) -> tuple[Counted, Transaction]:
        """As what a rewarded deal counts, and the write that counts it; a deal without counted products counts not."""
        facts = facts_of(event, beneficiary)
        counted = Counted(self.group, self.period, tallies_of(program, facts), self._beside(program, facts))
        if not counted.tallies:
            return counted, ()
        tallies = tallied(program, self.tallies, facts)
        if self.row is None:
            return counted, (Insert(DealCount(self.recipient_id, self.group, self.period, tallies)),)
        return counted, (Replace(replace(self.row, tallies=tallies, version=self.row.version + 1)),)

    def _beside(self, program: Program, facts: Facts) -> tuple[Tally, ...]:
        """What counts for the deal of products that it does not have."""
        if program.counting.by is not CountedBy.PRODUCT:
            return ()
        had = {line.sku for line in facts.lines}
        counts = counts_at(program, self.tallies, facts.closed_at)
        return tuple(Tally(count, product) for product, count in counts.items() if product not in had)


def count_of(store: Store, program: Program, recipient_id: str, event: DealEvent) -> Count:
    """Read how many deals of the beneficiary count together with the event's; a group's row is its programs' own."""
    group, period = program.counting.row_of(program.name), program.period_of(event.deal.closed_at)
    return Count(recipient_id, group, period, store.deal_count(recipient_id, group, period))


def uncounted(store: Store, reward: Reward) -> Transaction:
    """A deal that came undone is not counted any more: exactly what its reward counted as is taken back.

    Rewards granted since keep their ordinals.
    """
    counted = reward.counted
    row = store.deal_count(reward.advocate_id, counted.group, counted.period) if counted else None
    if counted is None or row is None or not counted.tallies:
        return ()
    return (Replace(replace(row, tallies=untallied(row.tallies, counted.tallies), version=row.version + 1)),)
