"""Mistakes about the two sides of a delivery, and about what happens to a deal again and again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.ports import Store
from guerdon.application.records import DealRecord, InboxEvent
from guerdon.application.transaction import Committed, Insert, Transaction, Write
from guerdon.domain.deal import DealEvent
from guerdon.domain.program import Beneficiary
from guerdon.domain.triggers import INVOICE_PAID
from guerdon.domain.wins import Win
from simulation.parts import Parts
from simulation.planted.bug import Bug
from simulation.planted.revising import Misjudging
from simulation.planted.storing import Rewriting, rewriting
from simulation.ports import SimStore


def _is_second(write: Write) -> bool:
    row = write.row
    return isinstance(write, Insert) and isinstance(row, InboxEvent) and row.beneficiary is Beneficiary.REFERRED


def _without_second(_: SimStore, transaction: Transaction) -> Transaction:
    """The delivery is judged for the advocate only."""
    return tuple(write for write in transaction if not _is_second(write))


class SecondApart(EvaluateRewards):
    """The second side's row is written after the decision of the first."""

    def _commit_decision(self, inbox: InboxEvent) -> Committed:
        split = Rewriting(
            self.store,
            lambda _, writes: tuple(write for write in writes if not _is_second(write)),
            lambda writes: tuple(write for write in writes if _is_second(write)),
        )
        return EvaluateRewards._commit_decision(replace(self, store=split), inbox)  # noqa: SLF001 - the bug is in there.


@dataclass(frozen=True, slots=True)
class OneHistory:
    """A store in which the referred customer is judged by what the advocate earned."""

    inner: Any

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - it stands for every other method of the store.
        return getattr(self.inner, name)

    def deal_record(self, *key: str) -> DealRecord | None:
        found: DealRecord | None = self.inner.deal_record(*key[:-1], Beneficiary.ADVOCATE)
        return found


def _one_history(store: Store) -> Any:  # noqa: ANN401 - it stands for the store.
    return OneHistory(store)


class _Wins(Misjudging):
    """The base of mistakes in what an invoice is judged by: the other wins in its row are taken for something else."""

    def misjudged(self, event: DealEvent, record: DealRecord | None) -> tuple[DealEvent, Mapping[str, Any]]:
        del record
        if event.type != INVOICE_PAID:
            return event, {}

        def mistaken(found: DealRecord | None) -> DealRecord | None:
            return replace(found, wins=self.taken_for(found.wins, event.occurrence)) if found else None

        return event, {"deal_record": mistaken}

    taken_for: Callable[[tuple[Win, ...], str], tuple[Win, ...]]


class RewardedForEver(_Wins):
    """It is not asked how often a deal's invoices were rewarded."""

    @staticmethod
    def taken_for(wins: tuple[Win, ...], occurrence: str) -> tuple[Win, ...]:
        return tuple(win for win in wins if win.occurrence == occurrence)


class PlaceNotFreed(_Wins):
    """An invoice that was credited goes on taking the place of another."""

    @staticmethod
    def taken_for(wins: tuple[Win, ...], occurrence: str) -> tuple[Win, ...]:
        return tuple(win if win.occurrence == occurrence else replace(win, reversal=None) for win in wins)


BUGS: Final = {
    "second side forgotten": Bug("a delivery is judged for the advocate only", Parts(store=rewriting(_without_second))),
    "second side outside the transaction": Bug("its row is written apart", Parts(evaluate=SecondApart)),
    "one history for both sides": Bug("a customer is judged by what the advocate earned", Parts(store=_one_history)),
    "rewarded more often than the program does": Bug(
        "occurrences are not counted", Parts(evaluate=RewardedForEver), first=24
    ),
    "place not freed": Bug("a credited invoice takes another one's place", Parts(evaluate=PlaceNotFreed)),
}
