"""The transition table, pair by pair, and what each transition writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID, usd
from guerdon.domain.channel import Channel
from guerdon.domain.errors import ForbiddenTransition
from guerdon.domain.payout import (
    CONTRADICTED,
    DEADLINE,
    MAY_FOLLOW,
    OUTCOME_UNKNOWN,
    RELEASE_DUE_AFTER,
    SAID_AFTER_ALL,
    BlockReason,
    Change,
    Payout,
    PayoutStatus,
)

HOUR = timedelta(hours=1)

S = PayoutStatus
ALLOWED = {
    (S.EARNED, S.BLOCKED),
    (S.EARNED, S.RELEASED),
    (S.EARNED, S.REVERSED),
    (S.BLOCKED, S.EARNED),
    (S.BLOCKED, S.REVERSED),
    (S.RELEASED, S.SUBMITTED),
    (S.RELEASED, S.BLOCKED),
    (S.RELEASED, S.REVERSED),
    (S.SUBMITTED, S.SETTLED),
    (S.SUBMITTED, S.FAILED),
    (S.SUBMITTED, S.BLOCKED),
    (S.SETTLED, S.RETURNED),
    (S.SETTLED, S.CLAWED_BACK),
    (S.FAILED, S.EARNED),
    (S.FAILED, S.REVERSED),
    (S.CLAWED_BACK, S.RETURNED),
    (S.RETURNED, S.EARNED),
    (S.RETURNED, S.REVERSED),
}
TRANSITIONS: dict[PayoutStatus, Callable[[Payout], Payout]] = {
    S.RELEASED: lambda payout: payout.released(NOW),
    S.BLOCKED: lambda payout: payout.blocked(BlockReason.DETAILS, NOW, "no address"),
    S.SUBMITTED: lambda payout: payout.submitted(NOW),
    S.SETTLED: lambda payout: payout.settled(NOW, usd("103.50"), "order-1"),
    S.FAILED: lambda payout: payout.failed(NOW, "CANCELED"),
    S.RETURNED: lambda payout: payout.returned(NOW, "returned_to_sender"),
    S.EARNED: lambda payout: payout.decided_again(NOW, "ada@example.com"),
}
CHANGES: dict[PayoutStatus, Callable[[Payout], Payout]] = {
    **TRANSITIONS,
    S.REVERSED: lambda payout: payout.reversed(NOW),
    S.CLAWED_BACK: lambda payout: payout.clawed(payout.value, NOW),
}


def test_the_table_is_what_it_is_meant_to_be() -> None:
    assert {(before, after) for before, afters in MAY_FOLLOW.items() for after in afters} == ALLOWED
    assert set(MAY_FOLLOW) == set(S)


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", TRANSITIONS)
def test_every_pair_is_allowed_or_forbidden(before: PayoutStatus, after: PayoutStatus) -> None:
    payout = builders.payout(before, version=7, attention="look")
    if (before, after) not in ALLOWED:
        with pytest.raises(ForbiddenTransition) as forbidden:
            TRANSITIONS[after](payout)
        assert str(forbidden.value) == f"payout {PAYOUT_ID} is {before}: it may not become {after}"
        return
    changed = TRANSITIONS[after](payout)
    assert (changed.status, changed.version) == (after, 8)
    assert changed.history[:-1] == payout.history
    assert (changed.history[-1].at, changed.history[-1].status) == (NOW, after)
    assert changed.attention == ("no address" if after is S.BLOCKED else None)


@pytest.mark.parametrize("before", S)
def test_only_what_was_taken_for_not_paid_is_submitted_after_all(before: PayoutStatus) -> None:
    payout = builders.payout(before, attempts=2, version=7, attention=CONTRADICTED)
    if before not in {S.EARNED, S.BLOCKED, S.RELEASED, S.FAILED, S.RETURNED}:
        with pytest.raises(ForbiddenTransition):
            payout.submitted_after_all(NOW, SAID_AFTER_ALL, contradicted=False)
        return
    after = payout.submitted_after_all(NOW, SAID_AFTER_ALL, contradicted=False)
    assert (after.status, after.reason, after.attention, after.look_at) == (S.SUBMITTED, SAID_AFTER_ALL, None, NOW)
    # Nothing is sent, so it is no further attempt, and no further run.
    assert (after.attempts, after.run, after.version) == (2, payout.run, 8)
    assert payout.submitted_after_all(NOW, SAID_AFTER_ALL, contradicted=True).waits_for == "contradicted"


def test_a_submission_counts_an_attempt() -> None:
    assert builders.payout(S.RELEASED, attempts=2).submitted(NOW).attempts == 3


def test_a_decision_begins_the_next_run_and_says_whose_it_was() -> None:
    again = builders.payout(S.BLOCKED, run=2, reason="funds").decided_again(NOW, "ada@example.com")
    assert (again.run, again.reason, again.version) == (3, None, 2)
    assert again.history[-1] == Change(NOW, S.EARNED, "decided by ada@example.com", 3)


@pytest.mark.parametrize(("hold", "due"), [(timedelta(days=-1), timedelta()), (timedelta(days=9), timedelta(days=9))])
def test_a_decision_during_the_hold_is_looked_at_after_it(hold: timedelta, due: timedelta) -> None:
    again = builders.payout(S.BLOCKED, hold_until=NOW + hold).decided_again(NOW, "ada@example.com")
    assert again.look_at == NOW + due + RELEASE_DUE_AFTER


def test_a_settlement_keeps_what_it_cost() -> None:
    settled = builders.payout(S.SUBMITTED).settled(NOW, usd("103.50"), "order-1")
    assert (settled.cost, settled.provider_id, settled.value) == (usd("103.50"), "order-1", usd("100.00"))


WAITING = [
    (S.BLOCKED, {"reason": "funds"}, "funds"),
    (S.BLOCKED, {"reason": "observing", "attention": CONTRADICTED}, "contradicted"),
    (S.BLOCKED, {"reason": "funds", "take_back": usd("1.00")}, None),
    (S.FAILED, {"reason": "CANCELED"}, "failed"),
    (S.FAILED, {"attention": CONTRADICTED}, "contradicted"),
    (S.FAILED, {"take_back": usd("1.00")}, None),
    (S.RETURNED, {}, "returned"),
    (S.RETURNED, {"take_back": usd("1.00")}, None),
    (S.SUBMITTED, {}, None),
    (S.SUBMITTED, {"attention": OUTCOME_UNKNOWN}, "unknown"),
    (S.SUBMITTED, {"attention": OUTCOME_UNKNOWN, "take_back": usd("1.00")}, "unknown"),
    (S.SUBMITTED, {"attention": "the provider has not carried it out in 3 days"}, "overdue"),
    (S.SUBMITTED, {"attention": CONTRADICTED}, "contradicted"),
    (S.EARNED, {"attention": "its fulfillment was started again by the sweep"}, None),
    (S.RELEASED, {}, None),
    (S.SETTLED, {}, None),
    (S.SETTLED, {"take_back": usd("1.00")}, None),
    (S.SETTLED, {"attention": CONTRADICTED}, "contradicted"),
    (S.REVERSED, {}, None),
    (S.REVERSED, {"attention": CONTRADICTED}, "contradicted"),
    (S.CLAWED_BACK, {}, None),
]


@pytest.mark.parametrize(("status", "changes", "why"), WAITING)
def test_what_waits_for_a_person_says_why(status: PayoutStatus, changes: dict[str, object], why: str | None) -> None:
    assert builders.payout(status, **changes).waits_for == why


@pytest.mark.parametrize(("before", "after"), sorted(ALLOWED))
def test_every_change_puts_it_in_the_list_of_what_waits_exactly_while_it_does(
    before: PayoutStatus, after: PayoutStatus
) -> None:
    since = NOW - timedelta(days=1)
    payout = builders.payout(before, waiting_since=since)
    changed = CHANGES[after](payout)
    assert changed.status is after
    assert changed.waiting_since == (NOW if changed.waits_for else None)
    assert bool(changed.waits_for) is (after in {S.BLOCKED, S.FAILED, S.RETURNED})


def test_what_waits_longer_keeps_since_when() -> None:
    failed = builders.payout(S.SUBMITTED).failed(NOW, "CANCELED")
    noticed = failed.noticed(CONTRADICTED, NOW + timedelta(days=2), None)
    assert (noticed.waiting_since, noticed.waits_for) == (NOW, "contradicted")
    assert noticed.to_look_at(NOW).waiting_since == NOW


def test_an_attention_that_is_over_needs_nobody() -> None:
    noticed = builders.payout(S.SUBMITTED).noticed(OUTCOME_UNKNOWN, NOW, NOW)
    assert (noticed.waiting_since, noticed.noticed(None, NOW, NOW).waiting_since) == (NOW, None)


def test_every_status_has_a_deadline_or_a_person_or_has_ended() -> None:
    persons = {S.BLOCKED, S.FAILED, S.RETURNED}
    assert set(DEADLINE) | persons | {S.SETTLED, S.REVERSED, S.CLAWED_BACK} == set(S)
    assert set(DEADLINE).isdisjoint(persons)
    assert all(set(by_channel) == set(Channel) for by_channel in DEADLINE.values())


@pytest.mark.parametrize(
    ("channel", "days", "words"),
    [
        (Channel.GIFT_CARD, 3, "the provider has not carried it out in 3 days"),
        (Channel.CHECK, 10, "the provider has not carried it out in 10 days"),
        (Channel.BILL_CREDIT, 1, "the provider has not carried it out in 1 day"),
        (Channel.MERCHANDISE, 45, "the provider has not carried it out in 45 days"),
    ],
)
def test_a_provider_is_overdue_once_it_had_the_channels_time(channel: Channel, days: int, words: str) -> None:
    payout = builders.payout(S.RELEASED, channel=channel).submitted(NOW)
    over = NOW + timedelta(days=days)
    assert payout.overdue_words == words
    # The workflow's task began a moment before the submission, and says the same when it runs out.
    early = over - timedelta(minutes=5)
    assert [payout.is_overdue(at) for at in (early - timedelta(seconds=1), early, over)] == [False, True, True]
    assert payout.look_next(early - timedelta(seconds=1)) == early + timedelta(hours=1, seconds=-1)
    assert payout.look_next(over) == over + timedelta(days=1)


@pytest.mark.parametrize("status", [status for status in S if status is not S.SUBMITTED])
def test_only_what_the_provider_has_is_overdue(status: PayoutStatus) -> None:
    assert not builders.payout(status).is_overdue(NOW + timedelta(days=400))


@pytest.mark.parametrize("after", [S.SETTLED, S.FAILED, S.BLOCKED])
def test_what_is_wanted_back_is_looked_at_until_it_is_taken_back(after: PayoutStatus) -> None:
    wanted = builders.payout(S.SUBMITTED, look_at=None).wanted_back(usd("40.00"), NOW)
    known = CHANGES[after](wanted)
    assert (known.look_at, known.waiting_since) == (NOW + timedelta(minutes=5), None)
    over = known.clawed(usd("40.00"), NOW) if after is S.SETTLED else known.reversed(NOW)
    assert (over.take_back, over.look_at, over.waiting_since) == (None, None, None)


def test_a_reason_stays_until_the_next_change() -> None:
    blocked = builders.payout().blocked(BlockReason.FUNDS, NOW)
    assert blocked.reason == "funds"
    assert blocked.decided_again(NOW, "ada@example.com").reason is None


def test_noticing_keeps_the_status_and_its_history() -> None:
    payout = builders.payout(S.SUBMITTED)
    noticed = payout.noticed("look", NOW, NOW)
    assert noticed.waiting_since == NOW
    assert (noticed.status, noticed.attention, noticed.look_at, noticed.version) == (S.SUBMITTED, "look", NOW, 2)
    assert noticed.history == payout.history


@pytest.mark.parametrize(
    ("after", "look_in"),
    [
        (S.RELEASED, timedelta(hours=1)),
        (S.EARNED, timedelta(minutes=2)),
        (S.BLOCKED, None),
        (S.SETTLED, None),
        (S.FAILED, None),
        (S.RETURNED, None),
    ],
)
def test_when_the_sweep_looks_next(after: PayoutStatus, look_in: timedelta | None) -> None:
    before = next(before for before, allowed in ALLOWED if allowed is after)
    changed = TRANSITIONS[after](builders.payout(before))
    assert changed.look_at == (NOW + look_in if look_in else None)


@pytest.mark.parametrize(
    ("channel", "look_in"),
    [
        (Channel.GIFT_CARD, timedelta(minutes=30)),
        (Channel.CHECK, timedelta(minutes=30)),
        (Channel.BILL_CREDIT, timedelta(minutes=10)),
        (Channel.MERCHANDISE, timedelta(hours=6)),
    ],
)
def test_when_each_provider_is_first_asked(channel: Channel, look_in: timedelta) -> None:
    assert builders.payout(S.RELEASED, channel=channel).submitted(NOW).look_at == NOW + look_in


@pytest.mark.parametrize("status", S)
def test_what_has_ended_has_no_call_under_way_or_due(status: PayoutStatus) -> None:
    ended = {S.SETTLED, S.FAILED, S.RETURNED, S.REVERSED, S.CLAWED_BACK}
    assert builders.payout(status).ended is (status in ended)


def test_a_resumption_begins_the_next_run_and_says_whose_it_was() -> None:
    resumed = builders.payout().blocked(BlockReason.PAUSED, NOW).resumed(NOW + HOUR, "aws:ada")
    assert (resumed.status, resumed.run, resumed.waiting_since) == (PayoutStatus.EARNED, 2, None)
    assert resumed.history[-1] == Change(NOW + HOUR, PayoutStatus.EARNED, "resumed by aws:ada", 2)


def test_what_is_paused_again_has_waited_since_it_was_first() -> None:
    payout = builders.payout().blocked(BlockReason.PAUSED, NOW)
    for hours in (1, 3):
        payout = payout.resumed(NOW + hours * HOUR, "aws:ada").blocked(BlockReason.PAUSED, NOW + (hours + 1) * HOUR)
    released = payout.resumed(NOW + 5 * HOUR, "aws:ada").released(NOW + 6 * HOUR)
    assert payout.waiting_since == released.blocked(BlockReason.PAUSED, NOW + 7 * HOUR).waiting_since == NOW


@pytest.mark.parametrize("between", [BlockReason.OBSERVING, BlockReason.WORKFLOW])
def test_what_waited_for_something_else_since_is_paused_anew(between: BlockReason) -> None:
    payout = builders.payout().blocked(BlockReason.PAUSED, NOW).resumed(NOW + HOUR, "aws:ada")
    waited = payout.blocked(between, NOW + HOUR).decided_again(NOW + 2 * HOUR, "aws:ada")
    assert waited.blocked(BlockReason.PAUSED, NOW + 3 * HOUR).waiting_since == NOW + 3 * HOUR


def test_a_decision_is_about_the_reason_for_which_it_was_blocked() -> None:
    blocked = builders.payout().blocked(BlockReason.OBSERVING, NOW)
    assert not blocked.was_decided_on(BlockReason.OBSERVING)
    decided = blocked.decided_again(NOW, "aws:ada")
    assert decided.was_decided_on(BlockReason.OBSERVING)
    assert not decided.was_decided_on(BlockReason.FUNDS)
    assert decided.blocked(BlockReason.PAUSED, NOW).resumed(NOW, "aws:ada").was_decided_on(BlockReason.OBSERVING)
