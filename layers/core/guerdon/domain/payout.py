"""A payout and its transition table: the only place that says what may follow what."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from guerdon.domain.channel import Channel
from guerdon.domain.errors import ForbiddenTransition
from guerdon.domain.money import Money
from guerdon.domain.program import Item


class PayoutStatus(StrEnum):
    """Where a payout is."""

    EARNED = "earned"
    BLOCKED = "blocked"
    RELEASED = "released"
    SUBMITTED = "submitted"
    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"
    REVERSED = "reversed"
    CLAWED_BACK = "clawed_back"


class BlockReason(StrEnum):
    """Why a payout waits for a person."""

    OBSERVING = "observing"  # The channel is not armed: Guerdon shows what it would pay.
    DETAILS = "details"  # The recipient or the amount is not one that the provider can carry.
    FUNDS = "funds"  # The provider is out of money.
    WORKFLOW = "workflow"  # The fulfillment stopped before anything was sent.


_S = PayoutStatus
MAY_FOLLOW: Final[dict[PayoutStatus, frozenset[PayoutStatus]]] = {
    _S.EARNED: frozenset({_S.BLOCKED, _S.RELEASED, _S.REVERSED}),
    # A person's decision takes a blocked payout back to earned, under the next run.
    _S.BLOCKED: frozenset({_S.EARNED, _S.REVERSED}),
    _S.RELEASED: frozenset({_S.SUBMITTED, _S.BLOCKED, _S.REVERSED}),
    # Blocked again only with the provider's own proof that nothing moved (out of funds).
    _S.SUBMITTED: frozenset({_S.SETTLED, _S.FAILED, _S.BLOCKED}),
    _S.SETTLED: frozenset({_S.RETURNED, _S.CLAWED_BACK}),
    _S.FAILED: frozenset({_S.EARNED, _S.REVERSED}),
    _S.RETURNED: frozenset({_S.EARNED, _S.REVERSED}),
    _S.REVERSED: frozenset(),
    # A check can come back after it was clawed back: then nothing of it is owed by the advocate any more.
    _S.CLAWED_BACK: frozenset({_S.RETURNED}),
}
"""The transition table. A late or repeated message never undoes progress: there is no edge for it."""

ENDED: Final = frozenset({_S.SETTLED, _S.FAILED, _S.RETURNED, _S.REVERSED, _S.CLAWED_BACK})
"""Statuses in which no provider call is under way or due."""

RELEASE_DUE_AFTER: Final = timedelta(minutes=2)
"""A fulfillment begins within seconds; one that has not by then is started again by the sweep."""

SUBMISSION_DUE_AFTER: Final = timedelta(hours=1)
"""A released payout is submitted at once; the workflow's own retries are long over by then."""

ANSWER_DUE_AFTER: Final = {
    Channel.GIFT_CARD: timedelta(minutes=30),
    Channel.CHECK: timedelta(minutes=30),
    Channel.BILL_CREDIT: timedelta(minutes=10),
    Channel.MERCHANDISE: timedelta(hours=6),
}
"""How long after a submission the sweep first asks the provider by itself; webhooks are hints and may never come."""


UNDONE: Final = "the deal came undone"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a payout's history."""

    at: datetime
    status: PayoutStatus
    reason: str | None
    run: int


@dataclass(frozen=True, slots=True)
class Payout:
    """One transfer of a reward through one channel to one recipient.

    Attributes:
        event_id: The inbox event that caused it; every log line about the payout carries it.
        time_zone: IANA zone of the legal entity's books.
        value: What was promised.
        cost: What the provider charged, once known; it may be in another currency.
        run: Which fulfillment may act on it; a person's decision raises it.
        version: Raised by every write; each write is conditioned on the version that it read.
        attempts: How many frozen requests were written for it.
        reason: Why it is blocked or failed.
        attention: What a person should look at while the status stays as it is, such as an unknown outcome.
        look_at: When the sweep should look at it; None once it has ended or waits for a person.
        take_back: What a reversal wants back of it, while the provider has it: it is canceled there if it can be,
            and clawed back once it is settled.
        clawed_back: What of it became the advocate's debt after it was paid.
    """

    payout_id: str
    reward_id: str
    event_id: str
    program: str
    program_title: str
    legal_entity: str
    time_zone: str
    advocate_id: str
    channel: Channel
    value: Money
    hold_until: datetime
    look_at: datetime | None
    item: Item | None = None
    status: PayoutStatus = PayoutStatus.EARNED
    reason: str | None = None
    attention: str | None = None
    cost: Money | None = None
    provider_id: str | None = None
    take_back: Money | None = None
    clawed_back: Money | None = None
    run: int = 1
    attempts: int = 0
    version: int = 1
    history: tuple[Change, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether no provider call is under way or due."""
        return self.status in ENDED

    def released(self, at: datetime) -> "Payout":
        """The release check let it through."""
        return self._became(PayoutStatus.RELEASED, at, look_at=at + SUBMISSION_DUE_AFTER)

    def blocked(self, reason: BlockReason, at: datetime, attention: str | None = None) -> "Payout":
        """It waits for a person, who sees the reason and, in `attention`, what exactly is missing."""
        after = self._became(PayoutStatus.BLOCKED, at, reason=reason, look_at=None)
        return replace(after, attention=attention)

    def submitted(self, at: datetime) -> "Payout":
        """The intent is written: from here on the provider may have the money."""
        due = at + ANSWER_DUE_AFTER[self.channel]
        return replace(self._became(PayoutStatus.SUBMITTED, at, look_at=due), attempts=self.attempts + 1)

    def settled(self, at: datetime, cost: Money, provider_id: str) -> "Payout":
        """The provider carried it out, at `cost`."""
        after = self._became(PayoutStatus.SETTLED, at, look_at=None)
        return replace(after, cost=cost, provider_id=provider_id)

    def failed(self, at: datetime, reason: str) -> "Payout":
        """It is proven that nothing moved."""
        return self._became(PayoutStatus.FAILED, at, reason=reason, look_at=None)

    def returned(self, at: datetime, reason: str) -> "Payout":
        """Money that had moved came back."""
        return self._became(PayoutStatus.RETURNED, at, reason=reason, look_at=None)

    def returned_after_clawback(self, at: datetime, reason: str) -> "Payout":
        """Money that had moved came back, and part of it is not promised any more: this payout is over."""
        returned = self.returned(at, reason)
        return replace(returned.reversed(at), version=self.version + 1)

    def decided_again(self, at: datetime, decided_by: str) -> "Payout":
        """A person decided: the next run may act on it, and any earlier one exits. A hold is still waited for."""
        again = self._became(PayoutStatus.EARNED, at, look_at=max(at, self.hold_until) + RELEASE_DUE_AFTER)
        line = Change(at, PayoutStatus.EARNED, f"decided by {decided_by}", self.run + 1)
        return replace(again, run=self.run + 1, history=(*self.history, line))

    @property
    def remaining(self) -> Money:
        """What of its value a reversal may still take back."""
        zero = Money(0, self.value.currency)
        if self.status in {PayoutStatus.REVERSED, PayoutStatus.CLAWED_BACK}:
            return zero
        return self.value - (self.take_back or zero) - (self.clawed_back or zero)

    def reversed(self, at: datetime) -> "Payout":
        """Nothing of it was paid, and nothing will be: the deal came undone."""
        return replace(self._became(PayoutStatus.REVERSED, at, look_at=None, reason=UNDONE), take_back=None)

    def wanted_back(self, amount: Money, at: datetime) -> "Payout":
        """The provider has it: `amount` is taken back once it is known what became of it."""
        wanted = self.take_back + amount if self.take_back else amount
        return replace(self, take_back=wanted, look_at=at, version=self.version + 1)

    def clawed(self, amount: Money, at: datetime) -> "Payout":
        """It was paid, and `amount` of it is the advocate's debt from now on."""
        total = self.clawed_back + amount if self.clawed_back else amount
        if total == self.value:
            after = self._became(PayoutStatus.CLAWED_BACK, at, look_at=None, reason=UNDONE)
            return replace(after, clawed_back=total, take_back=None)
        return replace(self, clawed_back=total, take_back=None, version=self.version + 1)

    def noticed(self, attention: str | None, look_at: datetime | None) -> "Payout":
        """Say what a person should look at, or when the sweep should; the status stays."""
        return replace(self, attention=attention, look_at=look_at, version=self.version + 1)

    def _became(
        self,
        status: PayoutStatus,
        at: datetime,
        *,
        look_at: datetime | None,
        reason: str | None = None,
    ) -> "Payout":
        if status not in MAY_FOLLOW[self.status]:
            raise ForbiddenTransition(self.payout_id, self.status, status)
        line = Change(at, status, reason, self.run)
        return replace(
            self,
            status=status,
            reason=reason,
            attention=None,
            look_at=look_at,
            version=self.version + 1,
            history=(*self.history, line),
        )
