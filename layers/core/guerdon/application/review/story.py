"""All that happened to one event, or to one payout, put together from what is stored, in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from guerdon.application.ports import Store
from guerdon.application.records import AdvocateDetails, AnswerState, Attempt, InboxEvent
from guerdon.domain import glossary, identity
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry
from guerdon.domain.money import Money
from guerdon.domain.payout import Change, Payout, PayoutStatus
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Adjustment, Reward

ANSWER_WORDS: Final = {
    AnswerState.PREPARED: "a draft exists, no money moves until it is confirmed",
    AnswerState.PENDING: "accepted, under way",
    AnswerState.DONE: "carried out",
    AnswerState.REFUSED: "refused, nothing moved",
    AnswerState.OUT_OF_FUNDS: "out of money, nothing moved",
    AnswerState.CANCELED: "canceled before it was carried out, nothing moved",
    AnswerState.RETURNED: "carried out, and the money came back",
    AnswerState.ABSENT: "knows nothing of it, nothing moved",
}
"""What a provider's answer means, by AnswerState."""

_AT_REST: Final = frozenset({PayoutStatus.SETTLED, PayoutStatus.FAILED, PayoutStatus.BLOCKED})


class Happened(StrEnum):
    """What kind of thing happened."""

    EVENT = "event"
    DECISION = "decision"
    ADJUSTMENT = "adjustment"
    PAYOUT = "payout"
    ATTEMPT = "attempt"
    ANSWER = "answer"
    MAIL = "mail"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened.

    Attributes:
        at: When.
        what: What, in one sentence or less.
        entry: The journal entry that it is, if it is one.
    """

    at: datetime
    what: str
    kind: Happened
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class PayoutStory:
    """A payout with its attempts, the first one first."""

    payout: Payout
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class RewardStory:
    """A reward with its payouts, and the name of whoever is rewarded if it is known.

    Attributes:
        recipient: Their name, else what the CRM calls them.
        owed: What they owe in the reward's currency after clawbacks, whichever rewards they were of.
    """

    reward: Reward
    recipient: str
    payouts: tuple[PayoutStory, ...]
    owed: Money

    @property
    def whom(self) -> str:
        """Who is rewarded, with their opaque id."""
        return f"{self.recipient} ({self.reward.advocate_id})"


@dataclass(frozen=True, slots=True)
class Story:
    """One event, with everything that it caused, and all of it in the order of time."""

    event: InboxEvent
    rewards: tuple[RewardStory, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class WholeStory:
    """One payout, the reward that it pays, the events that made the reward what it is, and all in the order of time."""

    told: PayoutStory
    reward: RewardStory
    events: tuple[InboxEvent, ...]
    lines: tuple[Line, ...]


def whole_story(store: Store, payout: Payout) -> WholeStory | None:
    """Everything that is stored about a payout; None if its reward is gone.

    It reads one row for each event, payout, attempt and mail of the reward, and its entries by their index.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    reward = store.reward(payout.reward_id)
    if reward is None:
        return None
    told, own = _reward_story(store, reward), PayoutStory(payout, _attempts(store, payout))
    ids = dict.fromkeys((reward.event_id, *(adjustment.event_id for adjustment in reward.adjustments)))
    events = tuple(event for event in (store.inbox_event(event_id) for event_id in ids) if event is not None)
    lines = [line for event in events for line in _event_lines(event)]
    lines += (Line(each.at, _adjustment_words(each), Happened.ADJUSTMENT) for each in reward.adjustments)
    lines += _mail_lines(store, f"reward_earned/{reward.reward_id}", "“you earned a reward”")
    lines += _payout_lines(store, own)
    entries = store.entries_of_reward(reward.reward_id)
    lines += (_entry_line(entry) for entry in entries if entry.payout_id in {None, payout.payout_id})
    return WholeStory(own, told, events, tuple(sorted(lines, key=lambda line: line.at)))


def story_of(store: Store, event: InboxEvent) -> Story:
    """Everything that is stored about `event`.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    rewards = tuple(_rewards(store, event))
    lines = [*_event_lines(event)]
    for reward in rewards:
        lines.extend(_reward_lines(store, event, reward))
        entries = store.entries_of_reward(reward.reward.reward_id)
        whole = event.outcome is Outcome.REWARDED
        lines.extend(_entry_line(entry) for entry in entries if whole or entry.event_id == event.event_id)
    # Sorting is stable: what was written in the same instant stays in the order of cause and effect.
    return Story(event, rewards, tuple(sorted(lines, key=lambda line: line.at)))


def _rewards(store: Store, event: InboxEvent) -> Iterator[RewardStory]:
    for reward_id in event.reward_ids:
        reward = store.reward(reward_id)
        if reward is not None:
            yield _reward_story(store, reward)


def _reward_story(store: Store, reward: Reward) -> RewardStory:
    details = store.advocate(reward.advocate_id)
    known = _known_as(details) if details else None
    payouts = (store.payout(payout_id) for payout_id in reward.payout_ids)
    told = tuple(PayoutStory(payout, _attempts(store, payout)) for payout in payouts if payout is not None)
    debt = store.receivable(reward.advocate_id, reward.amount.currency)
    owed = debt.balance if debt else Money(0, reward.amount.currency)
    return RewardStory(reward, known or reward.advocate_id, told, owed)


def _known_as(details: AdvocateDetails) -> str:
    return "erased" if details.erased_at else details.name or details.crm_id


def _attempts(store: Store, payout: Payout) -> tuple[Attempt, ...]:
    numbered = (store.attempt(payout.payout_id, number) for number in range(1, payout.attempts + 1))
    return tuple(attempt for attempt in numbered if attempt is not None)


def _event_lines(event: InboxEvent) -> Iterator[Line]:
    came = f"received through {event.connection} as delivery {event.delivery_id}"
    if event.beneficiary is Beneficiary.REFERRED:
        came = f"{came}, event {identity.delivery_of(event.event_id)}; this is what it means for the referred customer"
    yield Line(event.received_at, came, Happened.EVENT)
    if event.resolved_at is not None:
        yield Line(event.resolved_at, f"dealt with by {event.resolved_by}", Happened.DECISION)
    if event.outcome is None or event.decided_at is None:
        return
    term = glossary.OUTCOME[event.outcome]
    detail = f" of event {event.detail}" if event.outcome is Outcome.DUPLICATE else f": {event.detail or ''}"
    yield Line(event.decided_at, f"decided: {term.words}{detail}", Happened.DECISION)


def _reward_lines(store: Store, event: InboxEvent, told: RewardStory) -> Iterator[Line]:
    """All of a reward for the event that earned it; for one that revised it, what that one changed."""
    reward, revises = told.reward, event.outcome is not Outcome.REWARDED
    for adjustment in reward.adjustments:
        if not revises or adjustment.event_id == event.event_id:
            yield Line(adjustment.at, _adjustment_words(adjustment), Happened.ADJUSTMENT)
    if not revises:
        yield from _mail_lines(store, f"reward_earned/{reward.reward_id}", "“you earned a reward”")
    for payout in told.payouts:
        if not revises or payout.payout.event_id == event.event_id:
            yield from _payout_lines(store, payout)


def _adjustment_words(adjustment: Adjustment) -> str:
    total, amount = adjustment.total.words, adjustment.amount.words
    if adjustment.total.amount_minor == 0:
        return f"the deal came undone: the reward is worth {amount}"
    limits = "".join(f"; {applied.words}" for applied in adjustment.limits)
    return f"the deal is worth {total} now: the reward is worth {amount}{limits}"


def _payout_lines(store: Store, told: PayoutStory) -> Iterator[Line]:
    payout = told.payout
    attempts = {attempt.run: attempt for attempt in told.attempts}
    for change in payout.history:
        words = glossary.status_words(change.status, change.reason)
        yield Line(change.at, f"payout: {words}{_run(change)}{_tries(change)}", Happened.PAYOUT)
        # Each submission is one attempt, and is told before what became of it; one with a reason sent nothing.
        sent = change.status is PayoutStatus.SUBMITTED and change.reason is None
        attempt = attempts.pop(change.run, None) if sent else None
        if attempt is not None:
            yield from _attempt_lines(attempt, payout.history)
    # Of tries that the history only counts, each has its attempt all the same.
    for attempt in attempts.values():
        yield from _attempt_lines(attempt, payout.history)
    for run in range(1, payout.run + 1):
        yield from _mail_lines(store, f"payout_paid/{payout.payout_id}/{run}", "“your reward is paid”")
        statuses = [change.status for change in payout.history if change.run == run] or [PayoutStatus.BLOCKED]
        for status in statuses:
            key = f"payout_attention/{payout.payout_id}/{run}/{status}"
            yield from _mail_lines(store, key, "“a payout needs you”, to finance")
    if payout.attention:
        key = f"payout_attention/{payout.payout_id}/{payout.run}/{payout.attention}"
        yield from _mail_lines(store, key, "“a payout needs you”, to finance")


def _run(change: Change) -> str:
    return f" (run {change.run})" if change.run > 1 else ""


def _tries(change: Change) -> str:
    if change.tries is None:
        return ""
    times = "once" if change.tries == 1 else f"{change.tries:,} times"
    return f"; then tried again {times} by the sweep, and stopped for the same each time"


def _attempt_lines(attempt: Attempt, history: tuple[Change, ...]) -> Iterator[Line]:
    provider = glossary.PROVIDER[attempt.provider]
    yield Line(
        attempt.first_sent_at,
        f"attempt {attempt.number}: {provider} asked for {attempt.value.words} under {attempt.reference}",
        Happened.ATTEMPT,
    )
    answer = attempt.answer
    if answer is None:
        silent = f"attempt {attempt.number}: {provider} has not said what became of it"
        yield Line(attempt.last_sent_at, silent, Happened.ANSWER)
        return
    charged = f", charged {answer.cost.words}" if answer.cost else ""
    made = f", its id {answer.provider_id}" if answer.provider_id else ""
    words = f"{ANSWER_WORDS[answer.state]} ({answer.detail})"
    # When an answer was heard is not stored; a conclusive one was acted on when the payout came to rest.
    rested = (change.at for change in history if change.run == attempt.run and change.status in _AT_REST)
    heard_at = max(attempt.last_sent_at, next(rested, attempt.last_sent_at))
    who = f"{answer.said_by}, in {provider}'s stead," if answer.said_by else provider
    said = f"attempt {attempt.number}: {who} said: {words}{charged}{made}"
    yield Line(heard_at, said, Happened.ANSWER)


def _mail_lines(store: Store, notice: str, mail: str) -> Iterator[Line]:
    sent = store.sent_notice(notice)
    if sent is not None:
        yield Line(sent.at, f"mail {mail}: {sent.result}", Happened.MAIL)


def _entry_line(entry: Entry) -> Line:
    sides = "; ".join(
        f"{'debit' if posting.amount.amount_minor > 0 else 'credit'} {posting.account} "
        f"{(posting.amount if posting.amount.amount_minor > 0 else -posting.amount).words}"
        for posting in entry.postings
    )
    return Line(entry.posted_at, f"journal {entry.entry_id}, {entry.kind}: {sides}", Happened.ENTRY, entry)
