"""What is known so far of each delivery."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from guerdon.adapters.crm.standard.payload import read_event
from guerdon.application.ports import Store
from guerdon.application.records import InboxEvent
from guerdon.cli.sending import Accepted, Declined
from guerdon.domain import glossary
from guerdon.domain.deal import DEAL_REVERSED, REVISIONS, DealEvent
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from local.demo.expectations import Expectation

_WITH_PAYOUTS: Final = frozenset({Outcome.REWARDED, Outcome.REVISED})


@dataclass(slots=True)
class Progress:
    """One delivery on its way.

    Attributes:
        after: Deliveries that have to be decided before this one is sent, since they share its deal or advocate:
            which of an advocate's deals is the first one is decided by the order in which they come.
        repeated: The delivery that this one delivers again, if it does.
        note: Why the last try to send it came to nothing, if it did.
    """

    expected: Expectation
    deal: DealEvent | None
    after: tuple["Progress", ...]
    repeated: "Progress | None" = None
    answer: Accepted | Declined | None = None
    note: str = ""
    event: InboxEvent | None = None
    reward: Reward | None = None
    payouts: tuple[Payout, ...] = ()

    @property
    def payout(self) -> Payout | None:
        """The reward's first payout."""
        return self.payouts[0] if self.payouts else None

    @property
    def name(self) -> str:
        """The delivery's name."""
        return self.expected.name

    @property
    def deal_id(self) -> str:
        """The deal that it tells of; a dash when it cannot be read."""
        return self.deal.deal.id if self.deal else "-"

    @property
    def may_be_sent(self) -> bool:
        """Whether it is its turn.

        What a reversal finds of its deal, paid or not, decides what it does, so it waits until all of that is at rest.
        """
        return self.answer is None and not self.waits_for

    @property
    def waits_for(self) -> list["Progress"]:
        """The deliveries that have to come further before this one is sent."""
        undoes = self.deal is not None and self.deal.type == DEAL_REVERSED
        return [
            earlier
            for earlier in self.after
            if not (earlier.is_at_rest if undoes and earlier.deal_id == self.deal_id else earlier.is_decided)
        ]

    @property
    def is_decided(self) -> bool:
        """Whether nothing more will be decided about it."""
        return isinstance(self.answer, Declined) or (self.event is not None and self.event.outcome is not None)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing more happens to it by itself."""
        if not self.is_decided:
            return False
        if self.repeated:
            return True
        if self.event is None or self.event.outcome not in _WITH_PAYOUTS:
            return True
        return bool(self.payouts) and all(
            (payout.ended or payout.status is PayoutStatus.BLOCKED) and payout.take_back is None
            for payout in self.payouts
        )

    @property
    def is_revision(self) -> bool:
        """Whether it tells that a deal came undone or is worth something else."""
        return self.deal is not None and self.deal.type in REVISIONS

    @property
    def words(self) -> str:
        """Where it is, in a few words."""
        if self.answer is None:
            return self.note or "not sent yet"
        if isinstance(self.answer, Declined):
            return f"refused: {self.answer.words}"
        if self.event is None or self.event.outcome is None:
            return "accepted, not decided yet"
        if self.repeated:
            return (
                f"taken for the same event as {self.repeated.name}" if self._is_same_event else "taken for a new event"
            )
        if self.payout is None or self.reward is None:
            return glossary.OUTCOME[self.event.outcome].words
        payouts = ", ".join(_payout_words(payout) for payout in self.payouts)
        revised = self.event.outcome is Outcome.REVISED
        return f"{f'the reward is worth {self.reward.standing.words} now; ' if revised else ''}{payouts}"

    @property
    def brief(self) -> str:
        """The same in so few words that it fits beside its name in a window of 80 columns."""
        if isinstance(self.answer, Declined):
            return f"refused: {self.answer.status} {self.answer.code}"
        if self.repeated and self._is_same_event and self.is_decided:
            return f"the same event as {self.repeated.name}"
        if self.is_revision and self.reward and self.is_decided:
            return f"the reward is worth {self.reward.standing.words} now"
        return self.words

    @property
    def _is_same_event(self) -> bool:
        first = self.repeated.answer if self.repeated else None
        return (
            isinstance(first, Accepted) and isinstance(self.answer, Accepted) and first.event_id == self.answer.event_id
        )

    def look(self, store: Store) -> None:
        """Read what became of it.

        Raises:
            StoreBusy: The database is throttled or away.
        """
        if not isinstance(self.answer, Accepted):
            return
        self.event = store.inbox_event(self.answer.event_id)
        if self.event is None or not self.event.reward_ids or self.repeated:
            return
        self.reward = store.reward(self.event.reward_ids[0])
        if self.reward is not None:
            told = (store.payout(payout_id) for payout_id in self.reward.payout_ids)
            self.payouts = tuple(payout for payout in told if payout is not None)
            if self.event.outcome is Outcome.REWARDED:
                # What a later delivery gave beside it is that delivery's to tell.
                self.payouts = self.payouts[:1]

    def differences(self) -> list[str]:
        """Where it did not end as expected."""
        expected = self.expected
        if isinstance(self.answer, Declined):
            found = (self.answer.status, self.answer.code, self.answer.field)
            wanted = (expected.answer, expected.code, expected.field)
            return [] if found == wanted else [f"was refused ({self.answer.words}), expected {wanted}"]
        if self.repeated and not self._is_same_event:
            return [f"was taken for a new event, expected that of {self.repeated.name}"]
        outcome = self.event.outcome if self.event else None
        if outcome is not expected.outcome or outcome is None:
            return [f"ended as {outcome or self.words}, expected {expected.outcome or f'a refusal, {expected.answer}'}"]
        if outcome not in _WITH_PAYOUTS or self.reward is None or self.payout is None:
            return []
        if expected.revised:
            return expected.revised.differences(self.reward, self.payouts)
        wrong = expected.reward.differences(self.reward, self.payout.channel) if expected.reward else []
        if self.payout.status not in {PayoutStatus.SETTLED, expected.later}:
            wrong.append(f"payout {self.payout.payout_id} is {self.words}")
        return wrong


def beginning(expectations: Sequence[Expectation]) -> list[Progress]:
    """Every delivery, before anything was sent."""
    begun: list[Progress] = []
    for expected in expectations:
        read = read_event(expected.body)
        deal = read if isinstance(read, DealEvent) else None
        after = tuple(earlier for earlier in begun if _share(earlier.deal, deal))
        repeated = next((earlier for earlier in begun if earlier.name == expected.repeats), None)
        begun.append(Progress(expected, deal, after, repeated))
    return begun


def _payout_words(payout: Payout) -> str:
    status = glossary.status_words(payout.status, payout.reason)
    return f"{payout.value.words} by {glossary.CHANNEL[payout.channel].words}: {status}"


def _share(one: DealEvent | None, other: DealEvent | None) -> bool:
    if one is None or other is None:
        return False
    same_advocate = one.advocate is not None and other.advocate is not None and one.advocate.id == other.advocate.id
    return same_advocate or one.deal.id == other.deal.id
