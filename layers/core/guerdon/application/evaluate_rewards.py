"""From an event's id to a named outcome, and to a fulfillment for everything that was earned."""

from dataclasses import dataclass
from typing import Final

from guerdon.application.conclude import PAYOUT, REWARD_EARNED
from guerdon.application.decide_event import decide
from guerdon.application.look_again import OURS
from guerdon.application.ports import (
    Clock,
    EventBus,
    EventReader,
    Fulfillments,
    HintQueues,
    Notice,
    Notices,
    ProviderHint,
    Store,
)
from guerdon.application.programs import ProgramShelf
from guerdon.application.records import InboxEvent
from guerdon.application.told import told_event
from guerdon.application.transaction import Committed
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import StoreBusy
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import PayoutStatus

TRIES_MOST: Final = 12
"""How often a decision is made again after another transaction was faster; then the queue tries later."""


@dataclass(frozen=True, slots=True)
class EvaluateRewards:
    """Decide one inbox event, then start what it calls for.

    The order is what makes it safe to die anywhere: the decision is one transaction, and the message that
    brought us here goes only once the fulfillments are started. A redelivery finds the decision and starts them. What
    the same delivery means for the referred customer is an event of its own, whose id goes on the bus then.

    Attributes:
        told_after_seconds: How long the mail about what was earned waits for the payment; if it was paid by then, one
            mail tells both (Notify.together). At most 900, as long as a queue keeps a message back.
    """

    store: Store
    shelf: ProgramShelf
    read_event: EventReader
    fulfillments: Fulfillments
    notices: Notices
    hints: HintQueues
    bus: EventBus
    clock: Clock
    told_after_seconds: int = 0

    def __call__(self, event_id: str) -> InboxEvent | None:
        """The decided inbox row; None when no such event is stored, so that there is nothing to decide.

        Raises:
            StoreBusy: The decision kept losing to others.
            BusUnavailable: It is decided, and something could not be started.
        """
        for attempt in range(1, TRIES_MOST + 1):
            inbox = self.store.inbox_event(event_id)
            if inbox is None:
                return None
            if inbox.outcome is not None:
                self._start(inbox)
                return inbox
            if self._commit_decision(inbox) is not Committed.YES:
                self.clock.pause(attempt)
        raise StoreBusy(f"event {event_id} lost {TRIES_MOST} times to other transactions")

    def _commit_decision(self, inbox: InboxEvent) -> Committed:
        event = told_event(self.store, self.read_event, inbox.event_id)
        if event is None:
            raise StoreBusy(f"the body of event {inbox.event_id} is not there")
        decision = decide(self.store, self.shelf, self.read_event, inbox, event, self.clock.now())
        return self.store.commit(decision.transaction)

    def _start(self, decided: InboxEvent) -> None:
        self._set_rewards_going(decided)
        second = self.store.inbox_event(decided.followed_by) if decided.followed_by else None
        if second is not None and second.outcome is None:
            self.bus.publish(second.event_id)

    def _set_rewards_going(self, decided: InboxEvent) -> None:
        if decided.outcome not in {Outcome.REWARDED, Outcome.REVISED}:
            return
        for reward_id in decided.reward_ids:
            reward = self.store.reward(reward_id)
            for payout_id in reward.payout_ids if reward else ():
                self._set_going(payout_id)
            if decided.outcome is Outcome.REWARDED:
                self.notices.enqueue(Notice(REWARD_EARNED, reward_id), self.told_after_seconds)

    def _set_going(self, payout_id: str) -> None:
        """Start what is due, and tell finance of what waits for approval.

        The provider is asked about what is to be taken back while it may still be canceled.

        Only the run that is due is started: a redelivery after 40 days finds a later status, or a later run that a
        person decided on and that has its own execution.
        """
        payout = self.store.payout(payout_id)
        if payout is None:
            return
        if payout.status is PayoutStatus.EARNED:
            self.fulfillments.start(payout_id, payout.run)
        if payout.status is PayoutStatus.SUBMITTED and payout.take_back is not None:
            self.hints.enqueue(ProviderHint(PROVIDER_OF[payout.channel], OURS, payout_id))
        if payout.waits_for_approval:
            self.notices.enqueue(Notice(PAYOUT, payout_id, payout.run))
