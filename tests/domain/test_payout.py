"""The transition table, pair by pair, and what each transition writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest

import builders
from builders import NOW, PAYOUT_ID, usd
from guerdon.domain.channel import Channel
from guerdon.domain.errors import ForbiddenTransition
from guerdon.domain.payout import MAY_FOLLOW, RELEASE_DUE_AFTER, BlockReason, Change, Payout, PayoutStatus

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


def test_a_reason_stays_until_the_next_change() -> None:
    blocked = builders.payout().blocked(BlockReason.FUNDS, NOW)
    assert blocked.reason == "funds"
    assert blocked.decided_again(NOW, "ada@example.com").reason is None


def test_noticing_keeps_the_status_and_its_history() -> None:
    payout = builders.payout(S.SUBMITTED)
    noticed = payout.noticed("look", NOW)
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
