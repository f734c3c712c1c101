"""What must be true once a schedule is at rest: each a function that yields what is wrong, in words.

A new promise is a new function in INVARIANTS; its first sentence stands in docs/exactly-once.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final

from guerdon.application.evaluate_rewards import REWARD_EARNED
from guerdon.application.records import (
    AdvocateDetails,
    AnswerState,
    Attempt,
    DealCount,
    EventBody,
    FrozenRequest,
    InboxEvent,
)
from guerdon.domain import identity, ledger
from guerdon.domain.deal import DEAL_CLOSED
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import DEADLINE, ENDED, MAY_FOLLOW, TASK_BEGINS_BEFORE, Payout, PayoutStatus
from guerdon.domain.reward import Reward
from simulation import story
from simulation.engine import HOUR, MILLISECOND, MINUTE
from simulation.workflow import NAMES_LAST
from simulation.world import World

Invariant = Callable[[World], Iterator[str]]

_RESTING: Final = ENDED | {PayoutStatus.BLOCKED}
_STANDS_STILL: Final = frozenset({PayoutStatus.BLOCKED, PayoutStatus.FAILED, PayoutStatus.RETURNED})
_PROVIDER_ACCOUNTS: Final = ("float:", "outstanding_checks:", "customer_credit:")
_KNOWS: Final = {
    AnswerState.PREPARED: 0,
    AnswerState.PENDING: 1,
    AnswerState.REFUSED: 2,
    AnswerState.OUT_OF_FUNDS: 2,
    AnswerState.CANCELED: 2,
    AnswerState.ABSENT: 2,
    AnswerState.DONE: 3,
    AnswerState.RETURNED: 4,
}
_PERSONAL: Final = (EventBody, AdvocateDetails, FrozenRequest)
_SETTLES_WITHIN: Final = 3 * HOUR
_HINT_SETTLES_WITHIN: Final = 15 * MINUTE


def money_moves_at_most_once(world: World) -> Iterator[str]:
    """Money for one payout is out at most once at any moment: it goes out again only after it came back."""
    for payout_id, movements in _movements(world).items():
        out = 0
        for amount in movements:
            out += 1 if amount > 0 else -1
            if out > 1:
                yield f"{payout_id} was paid twice: {movements}"
                break


def the_till_is_in_the_books(world: World) -> Iterator[str]:
    """What the providers moved for a payout is, to the cent, what the journal says of their accounts."""
    booked = defaultdict[str, int](int)
    for entry in world.rows.of(ledger.Entry):
        for posting in entry.postings:
            if entry.payout_id and posting.account.startswith(_PROVIDER_ACCOUNTS):
                booked[entry.payout_id] -= posting.amount.amount_minor
    moved = {payout_id: sum(amounts) for payout_id, amounts in _movements(world).items()}
    for payout_id in sorted(booked.keys() | moved.keys()):
        if booked[payout_id] != moved.get(payout_id, 0):
            yield f"{payout_id}: the till says {moved.get(payout_id, 0)}, the books say {booked[payout_id]}"


def the_books_say_what_the_payouts_say(world: World) -> Iterator[str]:
    """A payout's liability is open exactly while it is owed, and nothing is in transit once it has ended."""
    owed, in_transit = defaultdict[str, int](int), defaultdict[str, int](int)
    for entry in world.rows.of(ledger.Entry):
        for posting in entry.postings:
            if posting.account == ledger.REWARDS_LIABILITY:
                owed[entry.reward_id] -= posting.amount.amount_minor
            if posting.account.startswith("in_transit:"):
                in_transit[entry.reward_id] -= posting.amount.amount_minor
    for payout in world.rows.of(Payout):
        value = payout.value.amount_minor
        due = 0 if payout.status in {PayoutStatus.SETTLED, PayoutStatus.SUBMITTED} else value
        under_way = value if payout.status is PayoutStatus.SUBMITTED else 0
        stand = owed[payout.reward_id], in_transit[payout.reward_id]
        if stand != (due, under_way):
            yield f"{payout.payout_id} is {payout.status}: owed and in transit are {stand}, not {(due, under_way)}"


def the_journal_balances(world: World) -> Iterator[str]:
    """All postings together are zero in each currency, and no entry was posted twice."""
    entries = world.rows.of(ledger.Entry)
    for currency, total in ledger.sums(posting.amount for entry in entries for posting in entry.postings).items():
        if total:
            yield f"the journal is off by {total} {currency}"
    for entry_id, count in Counter(entry.entry_id for entry in entries).items():
        if count > 1:
            yield f"{entry_id} was posted {count} times"


def no_accepted_event_is_lost(world: World) -> Iterator[str]:
    """Whatever a sender heard success for has an inbox row, and every inbox row has an outcome."""
    for event_id in world.seen.accepted:
        if world.rows.inbox_event(event_id) is None:
            yield f"{event_id} was accepted and is not stored"
    for event in world.rows.of(InboxEvent):
        if event.outcome is None:
            yield f"{event.event_id} is undecided"


def every_payout_has_a_named_end(world: World) -> Iterator[str]:
    """A payout at rest has ended, or is blocked for a reason that a person sees."""
    for payout in world.rows.of(Payout):
        if payout.status not in _RESTING or (payout.status is PayoutStatus.BLOCKED and not payout.reason):
            yield f"{payout.payout_id} rests as {payout.status} {payout.attention or ''}"


def whoever_is_needed_is_told(world: World) -> Iterator[str]:
    """What stands still for want of a person, and nothing else, is in the list of what waits."""
    for payout in world.rows.of(Payout):
        stands_still = payout.status in _STANDS_STILL or payout.attention is not None
        if stands_still != (payout.waiting_since is not None):
            yield f"{payout.payout_id} is {payout.status} {payout.attention or ''}, waiting {payout.waiting_since}"
    for event in world.rows.of(InboxEvent):
        if (event.outcome is Outcome.NEEDS_ATTENTION) != (event.waiting_since is not None):
            yield f"{event.event_id} is {event.outcome}, waiting {event.waiting_since}"


def every_win_is_rewarded_once(world: World) -> Iterator[str]:
    """One win of one deal has one reward, however often, late, or otherwise it was told; none is forgotten."""
    rewards = Counter((reward.program, reward.deal_id) for reward in world.rows.of(Reward))
    accepted = set(world.seen.accepted)
    wins = {
        (event.program, event.deal_id)
        for event in world.rows.of(InboxEvent)
        if event.type == DEAL_CLOSED and event.event_id in accepted
    }
    for win in sorted(wins | rewards.keys()):
        if rewards[win] != 1:
            yield f"deal {win} has {rewards[win]} rewards"
    for event in world.rows.of(InboxEvent):
        if (event.outcome is Outcome.REWARDED) != bool(event.reward_ids):
            yield f"{event.event_id} is {event.outcome} with rewards {event.reward_ids}"


def ordinals_are_gapless(world: World) -> Iterator[str]:
    """An advocate's rewards in a program are counted 1, 2, 3 in the order of their commits."""
    counted = defaultdict[tuple[str, str], list[int]](list)
    for _, row in world.seen.changes:
        if isinstance(row, Reward):
            counted[row.advocate_id, row.program].append(row.explanation.ordinal)
    for whom, ordinals in counted.items():
        if ordinals != list(range(1, len(ordinals) + 1)):
            yield f"{whom} was counted {ordinals}"
    for count in world.rows.of(DealCount):
        if count.count != len(counted[count.advocate_id, count.group]):
            yield f"{count} is not the number of rewards"


def the_transition_table_holds(world: World) -> Iterator[str]:
    """No payout ever went along an edge that the table does not have, and every write raised its version by one."""
    for old, new in world.seen.changes:
        if isinstance(old, Payout) and isinstance(new, Payout):
            if new.status is not old.status and new.status not in MAY_FOLLOW[old.status]:
                yield f"{new.payout_id} went from {old.status} to {new.status}"
            if new.version != old.version + 1:
                yield f"{new.payout_id} went from version {old.version} to {new.version}"


def knowledge_only_grows(world: World) -> Iterator[str]:
    """What is known of an attempt is never forgotten, and what it sends never changes."""
    for old, new in world.seen.changes:
        if not isinstance(old, Attempt) or not isinstance(new, Attempt):
            continue
        before, after = (_KNOWS[one.answer.state] if one.answer else -1 for one in (old, new))
        if after < before:
            yield f"{new.reference} went from {old.answer} to {new.answer}"
        if old.provider_id not in {None, new.provider_id}:
            yield f"{new.reference} was {old.provider_id} and is {new.provider_id}"
        if (old.request_sha256, old.value, old.first_sent_at) != (new.request_sha256, new.value, new.first_sent_at):
            yield f"{new.reference} is not the attempt that it was"


def intent_comes_before_action(world: World) -> Iterator[str]:
    """Before any call that can move money its key and its exact bytes are stored, and those bytes are what is sent."""
    for reference, wrong in world.seen.calls:
        if wrong:
            yield f"{reference} was sent: {wrong}"
    for provider in world.providers.values():
        for reference, bodies in provider.bodies.items():
            if len(bodies) > 1:
                yield f"{reference} was sent with {len(bodies)} different bodies"


def only_the_current_run_acts(world: World) -> Iterator[str]:
    """An attempt is written only by the run that the payout is in."""
    for old, new in world.seen.changes:
        if not isinstance(new, Attempt) or not new.task_token:
            continue
        token_before = old.task_token if isinstance(old, Attempt) else None
        if new.task_token != token_before and not new.task_token.startswith(_names_of(new)):
            yield f"{new.reference} of run {new.run} was written by {new.task_token}"


def one_fulfillment_per_run(world: World) -> Iterator[str]:
    """A run has one execution under its own name and input, and each ends in a state that is meant to be one."""
    for name in world.workflow.mismatched:
        yield f"{name} was started with another input"
    last: dict[str, int] = {}
    for execution in world.workflow.executions:
        if execution.ended_at is None or execution.result not in {"SUCCEEDED", "NotSettled"}:
            yield f"{execution.name} ended as {execution.result}"
        if "by hand" in execution.name:
            continue
        free_at = last.get(execution.input)
        if free_at is not None and execution.started_at < free_at:
            yield f"{execution.name} was started beside another"
        last[execution.input] = (execution.ended_at or 0) + NAMES_LAST


def what_is_carried_out_settles_soon(world: World) -> Iterator[str]:
    """Once nothing fails any more, a payout settles within hours of its carrying out, and soon after a webhook."""
    for payout in world.rows.of(Payout):
        if payout.status is not PayoutStatus.SETTLED:
            continue
        reference = identity.attempt_reference(payout.payout_id, payout.attempts)
        provider = next(one for one in world.providers.values() if one.name == world.provider_of(payout))
        order = next((one for one in provider.orders.values() if one.answer.reference == reference and one.paid), None)
        if order is None or order.answer.state is not AnswerState.DONE:
            continue
        settled = next(change.at for change in reversed(payout.history) if change.status is PayoutStatus.SETTLED)
        submitted = next(change.at for change in reversed(payout.history) if change.status is PayoutStatus.SUBMITTED)
        settled_at, submitted_at = (world.engine.milliseconds(moment) for moment in (settled, submitted))
        deadline = DEADLINE[PayoutStatus.SUBMITTED][payout.channel]
        asked_after = deadline.first // MILLISECOND
        outage_ends = provider.outage.ends if provider.outage else 0
        well_at = max(order.final_at, world.faults.last_at, submitted_at, outage_ends)
        if deadline.then and settled - submitted >= deadline.parked - TASK_BEGINS_BEFORE:
            # It had been parked, and was asked about once a day.
            asked_after += deadline.then // MILLISECOND
        if settled_at > well_at + asked_after + _SETTLES_WITHIN:
            yield f"{payout.payout_id} settled {(settled_at - well_at) / HOUR:.1f} h after it could have"
        hinted = world.seen.hinted.get(reference)
        if hinted is not None and settled_at > max(hinted, well_at) + _HINT_SETTLES_WITHIN:
            yield f"{payout.payout_id} settled {(settled_at - hinted) / HOUR:.1f} h after its webhook"


def every_reward_is_announced(world: World) -> Iterator[str]:
    """A notice of every reward was put on its queue, unless the event's message waits for a person."""
    if world.events.ever_put_aside:
        return
    announced = {notice.subject_id for notice in world.notices.seen if notice.kind == REWARD_EARNED}
    for reward in world.rows.of(Reward):
        if reward.reward_id not in announced:
            yield f"{reward.reward_id} was announced to nobody"


def mails_go_out_once(world: World) -> Iterator[str]:
    """A mail goes out once for each thing to tell; once more only where its sender died or ran beside another."""
    due = Counter(("reward_earned", reward.reward_id) for reward in world.rows.of(Reward))
    due.update(_due_to_payouts(world))
    for key, sent in world.seen.mails.items():
        if len(sent) > due[key] + _disturbed(world, key[1]):
            yield f"{key} went out {len(sent)} times, and {due[key]} were due"
    if world.faults.hits or world.story.unarmed or any(isinstance(act, story.Switch) for act in world.story.acts):
        return
    for template, subject in due:
        if template in {"reward_earned", "payout_paid"} and len(world.seen.mails[template, subject]) < 1:
            yield f"{template} about {subject} never went out, and nothing failed"


def nobody_is_named_elsewhere(world: World) -> Iterator[str]:
    """Names and addresses stand in the people table only: not in other rows, messages, or executions."""
    places: Iterable[object] = (
        *(row for row in world.rows.rows.values() if not isinstance(row, _PERSONAL)),
        *world.events.seen,
        *world.notices.seen,
        *world.hints.seen,
        *(execution.input for execution in world.workflow.executions),
    )
    for place in places:
        if story.MARK in str(place):
            yield f"a person is named in {place}"


def nothing_crashed(world: World) -> Iterator[str]:
    """No function failed in a way that trying again is not meant for."""
    yield from world.seen.crashes


INVARIANTS: Final[tuple[Invariant, ...]] = (
    money_moves_at_most_once,
    the_till_is_in_the_books,
    the_books_say_what_the_payouts_say,
    the_journal_balances,
    no_accepted_event_is_lost,
    every_payout_has_a_named_end,
    whoever_is_needed_is_told,
    every_win_is_rewarded_once,
    ordinals_are_gapless,
    the_transition_table_holds,
    knowledge_only_grows,
    intent_comes_before_action,
    only_the_current_run_acts,
    one_fulfillment_per_run,
    what_is_carried_out_settles_soon,
    every_reward_is_announced,
    mails_go_out_once,
    nobody_is_named_elsewhere,
    nothing_crashed,
)

_SELDOM: Final = 8
"""Reading every row for names takes long: one seed in eight does."""


def violations(world: World) -> list[str]:
    """Everything that is wrong with a world at rest, each with the name of the invariant."""
    asked = [one for one in INVARIANTS if one is not nobody_is_named_elsewhere or world.seed % _SELDOM == 0]
    return [f"{invariant.__name__}: {wrong}" for invariant in asked for wrong in invariant(world)]


def _names_of(attempt: Attempt) -> tuple[str, str]:
    return f"{attempt.payout_id}-{attempt.run}/", f"{attempt.payout_id}-{attempt.run} by hand"


def _movements(world: World) -> dict[str, list[int]]:
    """The movements of money of each payout, in order, in minor units."""
    moved = defaultdict[str, list[int]](list)
    in_order = sorted(
        (movement for provider in world.providers.values() for movement in provider.movements),
        key=lambda movement: movement.at,
    )
    for movement in in_order:
        payout_id, _, _ = movement.reference.rpartition("-")
        moved[payout_id].append(movement.amount.amount_minor)
    return dict(moved)


def _due_to_payouts(world: World) -> Counter[tuple[str, str]]:
    told: set[tuple[str, str, int, str]] = set()
    for _, row in world.seen.changes:
        if isinstance(row, Payout):
            if row.status is PayoutStatus.SETTLED and row.attention is None:
                told.add(("payout_paid", row.payout_id, row.run, ""))
            else:
                template = f"payout_attention {row.status}"
                told.add((template, row.payout_id, row.run, row.attention or row.status))
    return Counter((template, payout_id) for template, payout_id, _, _ in told)


def _disturbed(world: World, subject: str) -> int:
    """How many senders of mail about a subject met a fault or ran beside another one."""
    faults = sum(key.startswith("notices ") and subject in key for key, _ in world.faults.hits)
    runs = sorted(world.seen.notify_runs[subject])
    beside = sum(later[0] <= earlier[1] for earlier, later in pairwise(runs))
    return faults + beside
