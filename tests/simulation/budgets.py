"""What must be true of budgets and of approvals, after every single commit and once a schedule is at rest."""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from guerdon.application.conclude import PAYOUT
from guerdon.application.records import Reserved
from guerdon.application.transaction import Insert, Transaction
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.program import Scope
from guerdon.domain.reward import Reward
from simulation.limits import LIMITS, Budget, LimitTold, budget_of
from simulation.world import World

_STILL_WAITS: Final = frozenset({PayoutStatus.BLOCKED, PayoutStatus.REVERSED})


def budgets_hold_what_their_rewards_are_worth(world: World) -> Iterator[str]:
    """After every commit a budget holds exactly what the rewards that name it are worth, each as it must be."""
    worth, summed, held = Counter[str](), Counter[Budget](), Counter[Budget]()
    for transaction in world.rows.commits:
        changed = set[Budget]()
        for row in (write.row for write in transaction):
            if isinstance(row, Reward):
                more = row.standing.amount_minor - worth[row.reward_id]
                worth[row.reward_id] += more
                summed.update(dict.fromkeys(_budgets_of(row), more))
                changed.update(_budgets_of(row))
            elif isinstance(row, Reserved):
                budget = Budget(row.program, row.advocate_id, row.period)
                held[budget] = row.amount.amount_minor
                changed.add(budget)
        for budget in changed:
            if held[budget] != summed[budget]:
                yield f"{budget} holds {held[budget]}, and its rewards are worth {summed[budget]}"
                return
    for budget, amount in held.items():
        must_be = world.expected().budgets.last(budget)
        if amount != must_be:
            yield f"{budget} holds {amount}, and must hold {must_be}"


def no_limit_is_gone_over(world: World) -> Iterator[str]:
    """No budget and no reward is ever above a limit that cuts or refuses, nor what goes free above any limit."""
    for transaction in world.rows.commits:
        for row in (write.row for write in transaction):
            if isinstance(row, Reserved):
                most = min((limit.most_minor for limit in _hard(row.program) if _counts(limit, row)), default=None)
                if most is not None and row.amount.amount_minor > most:
                    yield f"{row} is above {most}"
            elif isinstance(row, Reward):
                limits = [limit for limit in _hard(row.program) if limit.scope == "reward"]
                if any(row.standing.amount_minor > limit.most_minor for limit in limits):
                    yield f"{row.reward_id} is worth {row.standing}"
    yield from _approvals(world).gone_free


def what_waits_for_approval_waits(world: World) -> Iterator[str]:
    """What a limit wants approved, and the rest of it, waits until a person said so; nothing else waits for that."""
    approvals = _approvals(world)
    yield from approvals.wrong
    for provider in world.providers.values():
        for movement in provider.movements:
            payout_id, _, _ = movement.reference.rpartition("-")
            if payout_id in approvals.waiting:
                yield f"{payout_id} was paid, and nobody approved it"


def approvals_are_asked_for(world: World) -> Iterator[str]:
    """Finance was told of whatever waits for approval at rest."""
    told = {notice.subject_id for notice in world.notices.seen if notice.kind == PAYOUT}
    for payout in world.rows.of(Payout):
        if payout.waits_for_approval and payout.payout_id not in told:
            yield f"{payout.payout_id} waits for approval, and nobody was told"


@dataclass(slots=True)
class _Approvals:
    """What became of approvals, commit by commit.

    Attributes:
        waiting: The payouts that nobody approved yet.
        wrong: What went on without its approval, or waited for one that no limit wants.
        gone_free: What went free above a limit.
    """

    world: World
    waiting: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    gone_free: list[str] = field(default_factory=list)
    _up_to_a_person: set[str] = field(default_factory=set)
    _payouts: dict[str, Payout] = field(default_factory=dict)

    def follow(self, place: int, transaction: Transaction) -> None:
        """What one commit does to payouts."""
        payouts = [(type(write), write.row) for write in transaction if isinstance(write.row, Payout)]
        over = {row.payout_id: row for _, row in payouts if row.status is PayoutStatus.REVERSED}
        # Payouts are taken back the newest first, so only of the oldest of them something may be left.
        parent = next((over[payout_id] for payout_id in self._payouts if payout_id in over), None)
        rest_waits = parent is not None and parent.payout_id in self.waiting
        for kind, row in payouts:
            if kind is not Insert:
                self._went_on(place, row)
            elif parent is None:
                self._given(row, needs=self.world.expected().gave.get(place, False))
            else:
                if parent.payout_id in self._up_to_a_person or _came_back(parent):
                    self._up_to_a_person.add(row.payout_id)
                self._given(row, needs=rest_waits)
            self._payouts[row.payout_id] = row

    def _given(self, row: Payout, *, needs: bool) -> None:
        """A new payout: what a reward rose by, or the rest of one that is over, which needs what that one needed."""
        if needs:
            self.waiting.add(row.payout_id)
            self._up_to_a_person.add(row.payout_id)
        if needs != row.waits_for_approval:
            self.wrong.append(f"{row.payout_id} was given as {row.status} {row.reason}; approval is wanted: {needs}")
        if row.payout_id not in self._up_to_a_person:
            self._goes_free(row)

    def _went_on(self, place: int, row: Payout) -> None:
        if row.payout_id not in self.waiting or row.status in _STILL_WAITS:
            return
        if self.world.seen.decided.get(row.payout_id, place + 1) > place:
            self.wrong.append(f"{row.payout_id} became {row.status}, and nobody approved it")
        self.waiting.discard(row.payout_id)

    def _goes_free(self, row: Payout) -> None:
        for limit in LIMITS.get(row.program, ()):
            counted = [
                payout.remaining.amount_minor
                for payout in (*self._payouts.values(), row)
                if payout.payout_id not in self._up_to_a_person
                and not _came_back(payout)
                and self._sum_of(limit, payout) == self._sum_of(limit, row)
            ]
            if sum(counted) > limit.most_minor:
                self.gone_free.append(f"{row.payout_id} went free, and {sum(counted)} did so under {limit}")

    def _sum_of(self, limit: LimitTold, payout: Payout) -> Hashable:
        """What a payout is added to under a limit."""
        reward = self.world.rows.reward(payout.reward_id)
        if reward is None or limit.period is None:
            return payout.reward_id
        return budget_of(limit, reward.program, reward.advocate_id, reward.closed_at)


def _came_back(payout: Payout) -> bool:
    """Whether its money came back: what becomes of it then is up to a person."""
    return any(change.status is PayoutStatus.RETURNED for change in payout.history)


@lru_cache(maxsize=1)
def _approvals(world: World) -> _Approvals:
    approvals = _Approvals(world)
    for place, transaction in enumerate(world.rows.commits):
        approvals.follow(place, transaction)
    return approvals


def _budgets_of(reward: Reward) -> list[Budget]:
    return [
        Budget(reward.program, reward.advocate_id if budget.scope is Scope.ADVOCATE else None, budget.period)
        for budget in reward.budgets
    ]


def _hard(program: str) -> list[LimitTold]:
    """The limits that no person can let anything over."""
    return [limit for limit in LIMITS.get(program, ()) if limit.over != "approval"]


def _counts(limit: LimitTold, row: Reserved) -> bool:
    return limit.scope == ("program" if row.advocate_id is None else "advocate")
