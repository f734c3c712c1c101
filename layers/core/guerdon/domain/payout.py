"""A payout and its transition table: the only place that says what may follow what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from guerdon.domain.channel import Channel
from guerdon.domain.errors import ForbiddenTransition
from guerdon.domain.money import Money
from guerdon.domain.program import Item
from guerdon.domain.tries import without_older_tries


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

    OBSERVING = "observing"  # The channel is not armed, or was not when it was earned: nothing pays by surprise.
    DETAILS = "details"  # The recipient or the amount is not one that the provider can carry.
    FUNDS = "funds"  # The provider is out of money.
    PAUSED = "paused"  # A person paused everything, its channel or its program.
    WORKFLOW = "workflow"  # The fulfillment stopped before anything was sent.
    CEILING = "ceiling"  # The program released as much as it may in a day by itself.
    APPROVAL = "approval"  # A limit of the program says that a person must approve it; nobody has yet.


class WaitsFor(StrEnum):
    """What a payout that stands still without being blocked waits for a person about."""

    FAILED = "failed"  # Nothing moved: pay it again, or not.
    RETURNED = "returned"  # The money came back: pay it again, or not.
    UNKNOWN = "unknown"  # Its fulfillment ended while nobody knew what became of it.
    OVERDUE = "overdue"  # The provider has had all the time that the channel is given.
    CONTRADICTED = "contradicted"  # The provider carried out what was recorded as not moved.


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

AFTER_ALL: Final = frozenset({_S.EARNED, _S.BLOCKED, _S.RELEASED, _S.FAILED, _S.RETURNED})
"""What may become submitted again without a call, by a person's word alone: it was taken for not paid, and its newest
attempt was carried out. No answer and no step of a fulfillment goes along these edges."""

ENDED: Final = frozenset({_S.SETTLED, _S.FAILED, _S.RETURNED, _S.REVERSED, _S.CLAWED_BACK})
"""Statuses in which no provider call is under way or due."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a payout may stand in a status by itself.

    Attributes:
        first: How long after it came to the status the sweep first acts: sets it going again, or asks the provider.
        again: How long after that the sweep acts once more, and so on.
        parked: How long after it came to the status it is put in front of a person, at the latest.
        then: How often the sweep goes on asking about what is parked; None when that could help nothing.
    """

    first: timedelta
    again: timedelta
    parked: timedelta
    then: timedelta | None = None


RELEASE_DUE_AFTER: Final = timedelta(minutes=2)
"""A fulfillment begins within seconds; one that has not by then is started again by the sweep."""

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def _in_every_channel(deadline: Deadline) -> Mapping[Channel, Deadline]:
    return dict.fromkeys(Channel, deadline)


DEADLINE: Final[Mapping[PayoutStatus, Mapping[Channel, Deadline]]] = {
    # Counted from the end of the hold. It is started again once; if that did not help, an engineer must look.
    _S.EARNED: _in_every_channel(
        Deadline(RELEASE_DUE_AFTER, timedelta(minutes=15), RELEASE_DUE_AFTER + timedelta(minutes=15))
    ),
    # It is submitted at once; the workflow's own retries are long over by then.
    _S.RELEASED: _in_every_channel(Deadline(_HOUR, _HOUR, _HOUR)),
    # Webhooks are hints and may never come, so the provider is asked; `parked` is how long the workflow's task waits.
    _S.SUBMITTED: {
        Channel.GIFT_CARD: Deadline(timedelta(minutes=30), _HOUR, 3 * _DAY, _DAY),
        Channel.CHECK: Deadline(timedelta(minutes=30), _HOUR, 10 * _DAY, _DAY),
        Channel.BILL_CREDIT: Deadline(timedelta(minutes=10), _HOUR, _DAY, _DAY),
        Channel.MERCHANDISE: Deadline(timedelta(hours=6), _HOUR, 45 * _DAY, _DAY),
    },
}
"""The deadlines. A status without one has ended or waits for a person, who finds it in the list of what waits."""

TASK_BEGINS_BEFORE: Final = timedelta(minutes=5)
"""The workflow's task begins, and so runs out, some seconds before the submission is written: by this much a payout
counts as overdue early, so that the task's end and the sweep say the same of it."""

TAKE_BACK_DUE_AFTER: Final = timedelta(minutes=5)
"""What a reversal wanted back is taken back in the step after the one that tells what became of the payout; if the
process died between the two, the sweep has it done."""

OUTCOME_UNKNOWN: Final = "the provider has not said what became of it"
CONTRADICTED: Final = "the provider says that it was carried out after it was recorded that nothing moved"

SAID_NOT_MOVED: Final = "a person said that nothing moved"
"""Why a payout failed whose provider said nothing: weaker than a provider's word, and never forgotten."""

SAID_AFTER_ALL: Final = "a person said that it was carried out after all"
"""Why a payout is submitted again without a call: the word before, that nothing moved, was a mistake."""

CONFIRMED: Final = "a person confirmed that it was carried out"
"""The same, where the provider itself contradicted what was recorded."""

_AWAITS_DECISION: Final = {_S.FAILED: WaitsFor.FAILED, _S.RETURNED: WaitsFor.RETURNED}
_GOES_ON_BY_ITSELF: Final = frozenset({BlockReason.FUNDS, BlockReason.PAUSED})
"""Reasons that are a state of the moment: once it is over, what was stopped is set going in the order of its stops."""

_BETWEEN_TRIES: Final = frozenset({_S.EARNED, _S.RELEASED, _S.SUBMITTED})
_GOES_ON: Final = frozenset({_S.EARNED, _S.RELEASED})
"""Statuses in which the next step is the workflow's or the sweep's, whatever was noticed."""


UNDONE: Final = "the deal came undone"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a payout's history.

    Attributes:
        tries: How many tries of the sweep's followed that are not kept; each ended as this line says. None for none.
    """

    at: datetime
    status: PayoutStatus
    reason: str | None
    run: int
    tries: int | None = None


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
        look_at: When the sweep should look at it; None once it has ended or waits for a person alone.
        waiting_since: Since when it has stood still for want of a person; None while nobody is needed.
        take_back: What a reversal wants back of it, while the provider has it: it is canceled there if it can be,
            and clawed back once it is settled.
        clawed_back: What of it became the advocate's debt after it was paid.
        written_off_to: The account that it was written off to when it could not be paid, if it was.
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
    written_off_to: str | None = None
    waiting_since: datetime | None = None
    run: int = 1
    attempts: int = 0
    version: int = 1
    history: tuple[Change, ...] = ()

    @property
    def earned_at(self) -> datetime | None:
        """When it was earned, which its history begins with; None for one without a history, which nothing makes."""
        return self.history[0].at if self.history else None

    @property
    def waits_for_approval(self) -> bool:
        """Whether nobody approved yet what a limit says must be approved; once it is, it never waits for that again.

        What may have been paid already waits for more than an approval, and may not be given one.
        """
        asked = self.status is PayoutStatus.BLOCKED and self.reason == BlockReason.APPROVAL
        return asked and self.attention != CONTRADICTED

    def was_decided_on(self, reason: BlockReason) -> bool:
        """Whether it was blocked for that reason and a person let it go on: nobody is asked about the same twice."""
        blocked = False
        for change in self.history:
            if change.status is PayoutStatus.BLOCKED and change.reason == reason:
                blocked = True
            elif change.status is PayoutStatus.EARNED and blocked:
                return True
        return False

    @property
    def was_released(self) -> bool:
        """Whether the release check ever let it through, under this run or an earlier one."""
        return any(change.status is PayoutStatus.RELEASED for change in self.history)

    @property
    def rests_on_a_word(self) -> bool:
        """Whether it ever failed because a person said that nothing moved, and nobody has corrected that since."""
        reasons = [change.reason for change in self.history]
        return reasons.count(SAID_NOT_MOVED) > reasons.count(SAID_AFTER_ALL)

    @property
    def stands_beside_doubt(self) -> bool:
        """Whether a person's word, or a contradiction, makes it uncertain that an earlier one was not paid."""
        told = self.attention or ""
        return SAID_NOT_MOVED in told or told == CONTRADICTED

    def is_unknown(self, at: datetime) -> bool:
        """Whether nobody is at it any more and nobody knows what became of it: then a person may say so.

        Before that, its fulfillment may be asking the provider this very second.
        """
        if self.status is not PayoutStatus.SUBMITTED:
            return False
        return self.attention not in {None, CONTRADICTED} or self.is_overdue(at)

    @property
    def ended(self) -> bool:
        """Whether no provider call is under way or due."""
        return self.status in ENDED

    @property
    def waits_for(self) -> str | None:
        """Why it stands still until a person acts: a value of WaitsFor, or why it is blocked; None if it does not.

        What a reversal wants back needs nobody: the sweep has it taken back.
        """
        if self.status in _GOES_ON or (self.take_back is not None and self.status is not PayoutStatus.SUBMITTED):
            return None
        if self.attention == CONTRADICTED:
            return WaitsFor.CONTRADICTED
        if self.status is PayoutStatus.BLOCKED:
            return self.reason
        if self.status in _AWAITS_DECISION:
            return _AWAITS_DECISION[self.status]
        if self.attention is None:
            return None
        return WaitsFor.OVERDUE if self.attention == self.overdue_words else WaitsFor.UNKNOWN

    @property
    def overdue_words(self) -> str:
        """What is noticed about it once the provider has had the channel's whole time."""
        days = self._deadline(PayoutStatus.SUBMITTED).parked.days
        return f"the provider has not carried it out in {days} {'day' if days == 1 else 'days'}"

    def is_overdue(self, at: datetime) -> bool:
        """Whether the provider has had the channel's whole time to carry it out."""
        if self.status is not PayoutStatus.SUBMITTED:
            return False
        parked = self._deadline(PayoutStatus.SUBMITTED).parked
        return at >= self.history[-1].at + parked - TASK_BEGINS_BEFORE

    def look_next(self, at: datetime) -> datetime:
        """When the provider is asked again after it was asked at `at`: seldom once it is overdue, but for ever."""
        deadline = self._deadline(PayoutStatus.SUBMITTED)
        return at + (deadline.then if deadline.then and self.is_overdue(at) else deadline.again)

    def released(self, at: datetime) -> "Payout":
        """The release check let it through."""
        return self._became(PayoutStatus.RELEASED, at, look_at=at + self._deadline(PayoutStatus.RELEASED).first)

    def blocked(self, reason: BlockReason, at: datetime, attention: str | None = None) -> "Payout":
        """It waits for a person, who sees the reason and, in `attention`, what exactly is missing."""
        after = self._became(PayoutStatus.BLOCKED, at, reason=reason, look_at=None)
        since = self._stopped_first(reason) if reason in _GOES_ON_BY_ITSELF else None
        return _standing(
            replace(
                after,
                attention=attention or after.attention,
                waiting_since=since or after.waiting_since,
                history=without_older_tries(after.history),
            ),
            at,
        )

    def submitted(self, at: datetime) -> "Payout":
        """The intent is written: from here on the provider may have the money."""
        due = at + self._deadline(PayoutStatus.SUBMITTED).first
        return replace(self._became(PayoutStatus.SUBMITTED, at, look_at=due), attempts=self.attempts + 1)

    def submitted_after_all(self, at: datetime, why: str, *, contradicted: bool) -> "Payout":
        """Its newest attempt was carried out though it was recorded that nothing moved: no run sends it again.

        It is due for a look at once, which settles it. `contradicted` says whether more than that was carried out.
        """
        after = self._became(PayoutStatus.SUBMITTED, at, look_at=at, reason=why, by_a_word=True)
        return _standing(replace(after, attention=CONTRADICTED if contradicted else None), at)

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
        return self._again(at, f"decided by {decided_by}")

    def resumed(self, at: datetime, by: str) -> "Payout":
        """What had stopped it for a while is over: the next run goes on from the release check."""
        return self._again(at, f"resumed by {by}")

    def lines_after(self, last: Change) -> tuple[Change, ...]:
        """The lines that its history gained since `last` was the last one; none if that is not among them."""
        for number in range(len(self.history), 0, -1):
            if self.history[number - 1] == last:
                return self.history[number:]
        return ()

    @property
    def remaining(self) -> Money:
        """What of its value a reversal may still take back."""
        zero = Money(0, self.value.currency)
        if self.status in {PayoutStatus.REVERSED, PayoutStatus.CLAWED_BACK}:
            return zero
        return self.value - (self.take_back or zero) - (self.clawed_back or zero)

    def reversed(self, at: datetime) -> "Payout":
        """Nothing of it was paid, and nothing will be: the deal came undone."""
        after = self._became(PayoutStatus.REVERSED, at, look_at=None, reason=UNDONE)
        return _standing(replace(after, take_back=None, look_at=None), at)

    def written_off(self, at: datetime, to: str) -> "Payout":
        """It could not be paid, and a person decided that it will not be: it stands in the account `to` from now on."""
        after = self._became(PayoutStatus.REVERSED, at, look_at=None, reason=f"written off to {to}")
        return replace(after, written_off_to=to)

    def wanted_back(self, amount: Money, at: datetime) -> "Payout":
        """The provider has it: `amount` is taken back once it is known what became of it."""
        wanted = self.take_back + amount if self.take_back else amount
        return replace(self, take_back=wanted, look_at=at, version=self.version + 1)

    def clawed(self, amount: Money, at: datetime) -> "Payout":
        """It was paid, and `amount` of it is the advocate's debt from now on."""
        total = self.clawed_back + amount if self.clawed_back else amount
        whole = total == self.value
        after = self._became(PayoutStatus.CLAWED_BACK, at, look_at=None, reason=UNDONE) if whole else self
        clawed = replace(after, clawed_back=total, take_back=None, look_at=None, version=self.version + 1)
        return _standing(clawed, at)

    def noticed(self, attention: str | None, at: datetime, look_at: datetime | None) -> "Payout":
        """Say what a person should look at, and when the sweep should; the status stays."""
        return _standing(replace(self, attention=attention, look_at=look_at, version=self.version + 1), at)

    def to_look_at(self, look_at: datetime | None) -> "Payout":
        """Say when the sweep should look at it next; nothing else changes."""
        return replace(self, look_at=look_at, version=self.version + 1)

    def _stopped_first(self, reason: BlockReason) -> datetime | None:
        """When it was stopped for `reason` first, if it was only tried again since: it keeps its place in the order."""
        since = None
        for change in reversed(self.history):
            if change.status is PayoutStatus.BLOCKED and change.reason == reason:
                since = change.at
            elif change.status not in _BETWEEN_TRIES and change.reason not in _GOES_ON_BY_ITSELF:
                break
        return since

    def _again(self, at: datetime, why: str) -> "Payout":
        again = self._became(PayoutStatus.EARNED, at, look_at=max(at, self.hold_until) + RELEASE_DUE_AFTER)
        line = Change(at, PayoutStatus.EARNED, why, self.run + 1)
        return replace(again, run=self.run + 1, history=(*self.history, line))

    def _deadline(self, status: PayoutStatus) -> Deadline:
        return DEADLINE[status][self.channel]

    def _became(
        self,
        status: PayoutStatus,
        at: datetime,
        *,
        look_at: datetime | None,
        reason: str | None = None,
        by_a_word: bool = False,
    ) -> "Payout":
        if not (self.status in AFTER_ALL if by_a_word else status in MAY_FOLLOW[self.status]):
            raise ForbiddenTransition(self.payout_id, self.status, status)
        line = Change(at, status, reason, self.run)
        if self.take_back is not None and status is not PayoutStatus.SUBMITTED:
            look_at = at + TAKE_BACK_DUE_AFTER
        after = replace(
            self,
            status=status,
            reason=reason,
            # A contradiction is never undone by what becomes of the payout later.
            attention=CONTRADICTED if self.attention == CONTRADICTED else None,
            look_at=look_at,
            waiting_since=None,
            version=self.version + 1,
            history=(*self.history, line),
        )
        return _standing(after, at)


def _standing(payout: Payout, at: datetime) -> Payout:
    """The same payout, in the list of what waits for a person exactly while one is needed."""
    since = (payout.waiting_since or at) if payout.waits_for else None
    return replace(payout, waiting_since=since)
