"""What must be true once a schedule is at rest: each a function that yields what is wrong, in words.

A new promise is a new function in INVARIANTS; its first sentence stands in docs/exactly-once.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final

from builders import counted_in
from guerdon.application.conclude import REWARD_EARNED
from guerdon.application.records import (
    AdvocateDetails,
    AnswerState,
    Attempt,
    DealCount,
    EventBody,
    FrozenRequest,
    InboxEvent,
)
from guerdon.domain import identity
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import (
    AFTER_ALL,
    CONFIRMED,
    DEADLINE,
    ENDED,
    MAY_FOLLOW,
    SAID_AFTER_ALL,
    TASK_BEGINS_BEFORE,
    Payout,
    PayoutStatus,
)
from guerdon.domain.program import Beneficiary
from guerdon.domain.reward import Reward
from simulation import books, budgets, releasing, story, switches
from simulation.engine import HOUR, MILLISECOND, MINUTE
from simulation.people import PERSON
from simulation.providers import CancelingProvider
from simulation.telling import BOTH_SIDES, MARK
from simulation.workflow import NAMES_LAST
from simulation.world import World

Invariant = Callable[[World], Iterator[str]]

_RESTING: Final = ENDED | {PayoutStatus.BLOCKED}
_STANDS_STILL: Final = frozenset({PayoutStatus.BLOCKED, PayoutStatus.FAILED, PayoutStatus.RETURNED})
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
_BY_A_WORD: Final = frozenset({SAID_AFTER_ALL, CONFIRMED})
_PERSONAL: Final = (EventBody, AdvocateDetails, FrozenRequest)
_SETTLES_WITHIN: Final = 3 * HOUR
_HINT_SETTLES_WITHIN: Final = 15 * MINUTE
_CANCELED_WITHIN: Final = 3 * HOUR


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


def each_side_is_judged(world: World) -> Iterator[str]:
    """What a program that rewards both sides is told is judged for the referred customer too, once."""
    for event in world.rows.of(InboxEvent):
        second = world.rows.inbox_event(identity.event_id_for(event.event_id, Beneficiary.REFERRED))
        both = event.program == BOTH_SIDES and event.beneficiary is Beneficiary.ADVOCATE
        if (second is not None) is not both or event.followed_by != (second and second.event_id):
            yield f"{event.event_id} is followed by {event.followed_by}, and {second} is stored"


def every_win_is_rewarded_once(world: World) -> Iterator[str]:
    """Each win has one reward, however often, late, or otherwise it was told; none is forgotten, none is made up."""
    rewards = Counter(map(_win_of, world.rows.of(Reward)))
    expected = world.expected().rewarded
    for win in sorted(expected.keys() | rewards.keys()):
        if rewards[win] != (win in expected):
            yield f"win {win} has {rewards[win]} rewards"
    for event in world.rows.of(InboxEvent):
        if event.outcome is Outcome.REWARDED and not event.reward_ids:
            yield f"{event.event_id} was rewarded with nothing"


def every_reward_is_worth_what_its_deal_is(world: World) -> Iterator[str]:
    """A reward is worth what its program pays for its deal's final total, in whatever order that became known."""
    expected = world.expected().rewarded
    for reward in world.rows.of(Reward):
        win = expected.get(_win_of(reward))
        if win is not None and reward.standing.amount_minor != win.worth_minor:
            yield f"{reward.reward_id} is worth {reward.standing}, and {win.worth_minor} by a deal of {win.total_minor}"


def ordinals_are_gapless(world: World) -> Iterator[str]:
    """An ordinal is 1 + the deals counted at its commit: 1, 2, 3, with a gap only where a deal came undone."""
    expected = world.expected()
    counted = defaultdict[tuple[str, str], list[int]](list)
    for old, row in world.seen.changes:
        if isinstance(row, Reward) and old is None:
            counted[row.advocate_id, row.program].append(row.explanation.ordinal)
            win = expected.rewarded.get(_win_of(row))
            if win is not None and row.explanation.ordinal != win.ordinal:
                yield f"{row.reward_id} was counted as {row.explanation.ordinal}, not as {win.ordinal}"
    undone = Counter(
        (reward.advocate_id, reward.program)
        for reward in world.rows.of(Reward)
        if (win := expected.rewarded.get(_win_of(reward))) and win.undone
    )
    for whom, ordinals in counted.items():
        if not undone[whom] and ordinals != list(range(1, len(ordinals) + 1)):
            yield f"{whom} was counted {ordinals}"
    for count in world.rows.of(DealCount):
        whom = count.advocate_id, count.group
        if counted_in(count) != len(counted[whom]) - undone[whom]:
            yield f"{count} is not the number of deals that still stand"


def the_transition_table_holds(world: World) -> Iterator[str]:
    """No payout went along an edge that the table lacks or became worth something else; each write is a version.

    A person's word goes along edges of its own.
    """
    for old, new in world.seen.changes:
        if isinstance(old, Payout) and isinstance(new, Payout):
            # Two steps may be one write: what came back and is owed no more was returned, and is over.
            path = [old.status, *(change.status for change in new.lines_after(old.history[-1]))]
            wrong = [pair for pair in pairwise(path) if pair[0] is not pair[1] and pair[1] not in MAY_FOLLOW[pair[0]]]
            if new.reason in _BY_A_WORD and len(path) == 2 and old.status in AFTER_ALL:
                wrong = []
            if wrong or path[-1] is not new.status:
                yield f"{new.payout_id} went from {old.status} to {new.status}"
            if new.value != old.value:
                yield f"{new.payout_id} was worth {old.value} and is worth {new.value}"
            if new.version != old.version + 1:
                yield f"{new.payout_id} went from version {old.version} to {new.version}"


def knowledge_only_grows(world: World) -> Iterator[str]:
    """What is known of an attempt is never forgotten, but a word that a person corrected; its bytes never change."""
    for old, new in world.seen.changes:
        if not isinstance(old, Attempt) or not isinstance(new, Attempt):
            continue
        if old.answer and new.answer and old.answer.said_by == new.answer.said_by == PERSON:
            continue  # A person was mistaken, and said so.
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
        if payout.status not in {PayoutStatus.SETTLED, PayoutStatus.CLAWED_BACK}:
            continue
        reference = identity.attempt_reference(payout.payout_id, payout.attempts)
        provider = next(one for one in world.providers.values() if one.name == world.provider_of(payout))
        order = next((one for one in provider.orders.values() if one.answer.reference == reference and one.paid), None)
        if order is None or order.answer.state is not AnswerState.DONE or payout.payout_id in world.people.mistaken:
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


def what_is_wanted_back_is_canceled(world: World) -> Iterator[str]:
    """Once nothing fails any more, a provider that can cancel is asked within hours for what is not carried out yet."""
    wanted = {
        new.payout_id: new
        for old, new in reversed(world.seen.changes)
        if isinstance(old, Payout) and isinstance(new, Payout) and new.take_back and not old.take_back
    }
    for payout in wanted.values():
        provider = world.providers[world.provider_of(payout)]
        reference = identity.attempt_reference(payout.payout_id, payout.attempts)
        order = next((one for one in provider.orders.values() if one.answer.reference == reference and one.paid), None)
        if order is None or payout.look_at is None or not isinstance(provider, CancelingProvider):
            continue
        outage_ends = provider.outage.ends if provider.outage else 0
        since = max(world.engine.milliseconds(payout.look_at), world.faults.last_at, order.made_at, outage_ends)
        could_be_canceled = order.done_at is not None and order.done_at > since + _CANCELED_WITHIN
        if could_be_canceled and order.answer.provider_id not in provider.asked_to_cancel:
            yield f"{payout.payout_id} was carried out, and nobody asked for it to be canceled"


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
    # What was worth nothing when its mail was to be written, or came undone before, needs none.
    stands = {
        reward.reward_id
        for reward in world.rows.of(Reward)
        if all(adjustment.amount.amount_minor for adjustment in reward.adjustments)
    }
    stands |= {payout.payout_id for payout in world.rows.of(Payout) if payout.status is PayoutStatus.SETTLED}
    for template, subject in due:
        told = template in {"reward_earned", "payout_paid"} and subject in stands
        if told and not world.seen.mails[template, subject]:
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
        if MARK in str(place):
            yield f"a person is named in {place}"


def nothing_crashed(world: World) -> Iterator[str]:
    """No function failed in a way that trying again is not meant for."""
    yield from world.seen.crashes


INVARIANTS: Final[tuple[Invariant, ...]] = (
    books.money_moves_at_most_once,
    books.the_till_is_in_the_books,
    books.the_books_say_what_the_payouts_say,
    books.the_books_say_what_the_rewards_are_worth,
    books.everybody_is_even,
    books.what_is_owed_is_in_the_books,
    books.debts_are_kept_back_first,
    books.nothing_is_taken_back_twice,
    books.the_journal_balances,
    budgets.budgets_hold_what_their_rewards_are_worth,
    budgets.no_limit_is_gone_over,
    budgets.what_waits_for_approval_waits,
    budgets.approvals_are_asked_for,
    releasing.no_more_leaves_in_a_day_than_its_ceiling,
    releasing.whoever_waits_for_money_goes_on,
    releasing.nobody_overtakes_who_waits_for_money,
    switches.nothing_is_submitted_while_it_is_paused,
    switches.what_is_resumed_goes_on,
    switches.what_is_resumed_is_started,
    switches.what_was_observed_moves_nothing_by_itself,
    no_accepted_event_is_lost,
    every_payout_has_a_named_end,
    whoever_is_needed_is_told,
    each_side_is_judged,
    every_win_is_rewarded_once,
    every_reward_is_worth_what_its_deal_is,
    ordinals_are_gapless,
    the_transition_table_holds,
    knowledge_only_grows,
    intent_comes_before_action,
    only_the_current_run_acts,
    one_fulfillment_per_run,
    what_is_carried_out_settles_soon,
    what_is_wanted_back_is_canceled,
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


def _win_of(reward: Reward) -> tuple[str, str, str, str, Beneficiary]:
    return reward.program, reward.deal_id, reward.trigger, reward.occurrence, reward.beneficiary


def _names_of(attempt: Attempt) -> tuple[str, str]:
    return f"{attempt.payout_id}-{attempt.run}/", f"{attempt.payout_id}-{attempt.run} by hand"


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
