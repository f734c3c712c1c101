"""What a person does about an event: resend it, at any time and any number of times, or say that it is dealt with."""

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOW
from fakes.store import key_of
from guerdon.application.audit_records import Audit
from guerdon.application.ports import Notice
from guerdon.application.records import InboxEvent, SentNotice
from guerdon.application.resend_event import ResendEvent
from guerdon.application.resolve_event import CannotResolve, ResolveEvent
from guerdon.domain.actions import AuditAction
from guerdon.domain.errors import BusUnavailable, StoreBusy
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward
from world import World, delivery

PAT = "aws:arn:aws:iam::123456789012:user/pat"
KIM = "console:kim@example.com"
WHY = "the CRM was corrected"


@pytest.fixture
def world() -> World:
    world = World()
    world.publish_program()
    return world


@pytest.fixture
def resend(world: World) -> ResendEvent:
    return ResendEvent(world.store, world.clock, world.bus)


@pytest.fixture
def resolve(world: World) -> ResolveEvent:
    return ResolveEvent(world.store, world.clock)


def lines(world: World) -> list[Audit]:
    """The audit trail without that of the program's publication."""
    return [line for line in world.store.of(Audit) if line.action is not AuditAction.PROGRAM_PUBLISHED]


def needing_attention(world: World) -> str:
    world.decide("msg_1")
    return world.decide("msg_2", deal__amount={"value": "99.00", "currency": "USD"})


def test_an_undecided_event_is_put_on_the_bus_and_its_row_stays(world: World, resend: ResendEvent) -> None:
    event_id = world.receive(delivery())
    rows = dict(world.store.rows)
    world.bus.published.clear()
    sent = resend(event_id, PAT)
    assert sent is not None
    assert sent.outcome is None
    assert world.bus.published == [event_id]
    (line,) = lines(world)
    assert (line.at, line.actor, line.action) == (NOW, PAT, AuditAction.EVENT_RESENT)
    assert (line.subject_kind, line.subject_id, line.before, line.reason) == ("event", event_id, "undecided", None)
    assert world.store.rows == {**rows, key_of(line): line}


def test_a_decided_event_is_sent_as_often_as_one_likes_and_earns_once(world: World, resend: ResendEvent) -> None:
    event_id = world.decide()
    rows = dict(world.store.rows)
    world.bus.published.clear()
    for _ in range(3):
        sent = resend(event_id, PAT)
        assert sent is not None
        assert sent.outcome is Outcome.REWARDED
        world.evaluate(event_id)
    assert world.bus.published == [event_id] * 3
    # The clock stands still here, so all three are one deed of one person at one moment.
    (line,) = lines(world)
    assert line.before == Outcome.REWARDED
    assert world.store.rows == {**rows, key_of(line): line}
    (payout,) = world.store.of(Payout)
    # The name of a run's execution is taken, so the further starts start nothing; the further notices find the note.
    assert set(world.fulfillments.started) == {(payout.payout_id, 1)}
    assert set(world.notices.enqueued) == {Notice("reward_earned", payout.reward_id)}
    assert len(world.store.of(Reward)) == 1


def test_what_is_due_and_was_lost_is_started_by_a_resend(world: World, resend: ResendEvent) -> None:
    event_id = world.decide()
    world.fulfillments.started.clear()
    assert resend(event_id, PAT) is not None
    world.evaluate(world.bus.published[-1])
    (payout,) = world.store.of(Payout)
    assert world.fulfillments.started == [(payout.payout_id, 1)]


def test_an_event_that_nobody_stored_is_not_sent(world: World, resend: ResendEvent) -> None:
    assert resend("ev_unknown", PAT) is None
    assert world.bus.published == []
    assert lines(world) == []


def test_what_could_not_be_written_down_is_not_sent(world: World, resend: ResendEvent) -> None:
    event_id = world.receive(delivery())
    world.bus.published.clear()
    world.store.conflict()
    with pytest.raises(StoreBusy):
        resend(event_id, PAT)
    assert world.bus.published == []


def test_a_bus_that_is_away_says_so(world: World, resend: ResendEvent) -> None:
    event_id = world.receive(delivery())
    world.bus.away = 1
    with pytest.raises(BusUnavailable):
        resend(event_id, PAT)


def test_an_event_that_needed_a_person_is_taken_off_the_list(world: World, resolve: ResolveEvent) -> None:
    event_id = needing_attention(world)
    assert [waiting.subject_id for waiting in world.store.waiting_events()] == [event_id]
    before = world.store.inbox_event(event_id)
    assert before is not None
    resolved = resolve(event_id, PAT, WHY)
    assert resolved == replace(before, waiting_since=None, resolved_at=NOW, resolved_by=PAT, version=3)
    assert world.store.inbox_event(event_id) == resolved
    assert list(world.store.waiting_events()) == []
    (line,) = lines(world)
    assert (line.at, line.actor, line.action, line.reason) == (NOW, PAT, AuditAction.EVENT_RESOLVED, WHY)
    assert (line.subject_id, line.before, line.after) == (event_id, "needs_attention", "needs_attention, dealt with")


def test_whoever_resolved_it_first_stays(world: World, resolve: ResolveEvent) -> None:
    event_id = needing_attention(world)
    first = resolve(event_id, PAT, WHY)
    world.clock.advance(timedelta(days=1))
    assert resolve(event_id, KIM, WHY) == first
    assert world.store.inbox_event(event_id) == first


def test_a_resend_of_what_was_resolved_does_not_bring_it_back(
    world: World, resend: ResendEvent, resolve: ResolveEvent
) -> None:
    event_id = needing_attention(world)
    resolve(event_id, PAT, WHY)
    resend(event_id, PAT)
    world.evaluate(event_id)
    assert list(world.store.waiting_events()) == []


def test_what_waits_for_nobody_is_not_resolved(world: World, resolve: ResolveEvent) -> None:
    undecided, rewarded = world.receive(delivery("msg_9")), world.decide("msg_1")
    rows = dict(world.store.rows)
    assert resolve("ev_unknown", PAT, WHY) == CannotResolve("there is no such event")
    assert resolve(undecided, PAT, WHY) == CannotResolve("it has no outcome yet: it is sent again until it has one")
    assert resolve(rewarded, PAT, WHY) == CannotResolve("it waits for nobody: its outcome is rewarded")
    assert world.store.rows == rows


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (" \n", "it needs a reason: say why, in a sentence"),
        ("x" * 501, "the reason is longer than 500 characters: say it shorter"),
    ],
)
def test_without_a_reason_that_can_be_kept_it_is_not_resolved(
    world: World, resolve: ResolveEvent, reason: str, why: str
) -> None:
    event_id = needing_attention(world)
    rows = dict(world.store.rows)
    assert resolve(event_id, PAT, reason) == CannotResolve(why)
    assert world.store.rows == rows


def test_two_who_resolve_it_at_once_do_not_overwrite_each_other(world: World, resolve: ResolveEvent) -> None:
    event_id = needing_attention(world)
    world.store.meanwhile(lambda: resolve(event_id, PAT, WHY))
    with pytest.raises(StoreBusy):
        resolve(event_id, KIM, WHY)
    event = world.store.inbox_event(event_id)
    assert isinstance(event, InboxEvent)
    assert event.resolved_by == PAT
    assert world.store.of(SentNotice) == []
