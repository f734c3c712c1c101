"""What is known so far of each delivery."""

from collections.abc import Sequence
from dataclasses import dataclass

from guerdon.adapters.crm.standard.payload import read_event
from guerdon.application.ports import Store
from guerdon.application.records import InboxEvent
from guerdon.cli.sending import Accepted, Declined
from guerdon.domain import glossary
from guerdon.domain.deal import DealEvent
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from local.demo.expectations import Expectation


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
    payout: Payout | None = None

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
        """Whether it is its turn."""
        return self.answer is None and all(earlier.is_decided for earlier in self.after)

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
        if self.event is None or self.event.outcome is not Outcome.REWARDED:
            return True
        return self.payout is not None and (self.payout.ended or self.payout.status is PayoutStatus.BLOCKED)

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
        status = glossary.status_words(self.payout.status, self.payout.reason)
        return f"{self.payout.value.words} by {glossary.CHANNEL[self.payout.channel].words}: {status}"

    @property
    def brief(self) -> str:
        """The same in so few words that it fits beside its name in a window of 80 columns."""
        if isinstance(self.answer, Declined):
            return f"refused: {self.answer.status} {self.answer.code}"
        if self.repeated and self._is_same_event and self.is_decided:
            return f"the same event as {self.repeated.name}"
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
            self.payout = store.payout(self.reward.payout_ids[0])

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
        if outcome is not Outcome.REWARDED or self.reward is None or self.payout is None:
            return []
        wrong = expected.reward.differences(self.reward, self.payout.channel) if expected.reward else []
        if self.payout.status is not PayoutStatus.SETTLED:
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


def _share(one: DealEvent | None, other: DealEvent | None) -> bool:
    if one is None or other is None:
        return False
    same_advocate = one.advocate is not None and other.advocate is not None and one.advocate.id == other.advocate.id
    return same_advocate or one.deal.id == other.deal.id
