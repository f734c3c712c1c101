"""Pausing and resuming: one row, by a person with a reason, and twice is once."""

from datetime import timedelta

import pytest

from builders import NOW
from guerdon.application.audit_records import Audit
from guerdon.application.pause_payouts import CannotPause, Paused, Resumed
from guerdon.domain.errors import StoreBusy
from guerdon.domain.pausing import EVERYTHING, PAUSES_MOST, Pause, Pauses, PauseScope, ScopeKind
from world import World

ADA, GRACE = "aws:ada", "aws:grace"
CARDS = PauseScope(ScopeKind.CHANNEL, "gift_card")
PROGRAM = PauseScope(ScopeKind.PROGRAM, "customer-referral")


@pytest.fixture
def world() -> World:
    world = World()
    world.publish_program()
    world.store.commits.clear()
    return world


@pytest.mark.parametrize(
    ("scope", "kind"), [(EVERYTHING, "pipeline"), (CARDS, "channel"), (PROGRAM, "program")], ids=str
)
def test_a_pause_says_since_when_by_whom_and_why(world: World, scope: PauseScope, kind: str) -> None:
    pause = Pause(scope, NOW, ADA, "a wrong rule")
    assert world.pause(scope, ADA, "  a wrong rule ") == Paused(pause, is_new=True)
    assert world.store.pauses() == Pauses((pause,))
    line = world.store.of(Audit)[-1]
    assert (line.at, line.actor, line.action, line.reason) == (NOW, ADA, "paused", "a wrong rule")
    assert (line.subject_kind, line.subject_id, line.before, line.after) == (kind, scope.name, "going", "paused")


def test_pausing_what_is_paused_changes_nothing_and_says_who_did_when(world: World) -> None:
    first = world.pause(EVERYTHING, ADA, "a wrong rule")
    assert isinstance(first, Paused)
    world.clock.advance(timedelta(hours=1))
    commits = list(world.store.commits)
    assert world.pause(EVERYTHING, GRACE, "me too") == Paused(first.pause, is_new=False)
    assert world.store.commits == commits


def test_resuming_ends_that_pause_and_no_other(world: World) -> None:
    world.pause(EVERYTHING, ADA, "a wrong rule")
    cards = world.pause(CARDS, ADA, "out of cards")
    assert isinstance(cards, Paused)
    world.clock.advance(timedelta(hours=1))
    later = NOW + timedelta(hours=1)
    assert world.resume(EVERYTHING, GRACE, "mended") == Resumed(Pause(EVERYTHING, NOW, ADA, "a wrong rule"))
    assert world.store.pauses() == Pauses((cards.pause,), freed_at=later, freed_by=GRACE, version=3, ended_in=3)
    line = world.store.of(Audit)[-1]
    assert (line.at, line.actor, line.action, line.reason) == (later, GRACE, "resumed", "mended")
    assert (line.subject_id, line.before, line.after) == ("everything", "paused", "going")


@pytest.mark.parametrize("paused_before", [False, True])
def test_resuming_what_is_not_paused_changes_nothing(world: World, *, paused_before: bool) -> None:
    if paused_before:
        world.pause(CARDS, ADA, "out of cards")
    commits = list(world.store.commits)
    assert world.resume(EVERYTHING, GRACE, "mended") == Resumed(None)
    assert world.store.commits == commits


def test_a_pause_about_what_was_seen_before_a_pause_ended_stops_nothing(world: World) -> None:
    world.pause(EVERYTHING, ADA, "a wrong rule", 0)
    world.resume(EVERYTHING, GRACE, "mended")
    before = world.store.pauses()
    told = "a pause was ended since you looked: look who did and why, then say it again"
    assert world.pause(EVERYTHING, ADA, "a wrong rule", 0) == CannotPause(told)
    assert world.pause(EVERYTHING, ADA, "a wrong rule", 1) == CannotPause(told)
    assert world.store.pauses() == before
    world.clock.advance(timedelta(minutes=1))
    assert isinstance(world.pause(EVERYTHING, ADA, "it happened again", 2), Paused)


def test_a_pause_that_others_began_meanwhile_keeps_nobody_from_pausing(world: World) -> None:
    world.pause(CARDS, GRACE, "out of cards")
    world.pause(PROGRAM, GRACE, "a wrong rule")
    paused = world.pause(EVERYTHING, ADA, "all of it", 0)
    assert isinstance(paused, Paused)
    assert paused.is_new


def test_a_resumption_is_about_the_pause_that_was_seen(world: World) -> None:
    world.pause(EVERYTHING, ADA, "a wrong rule")
    world.resume(EVERYTHING, GRACE, "mended", NOW)
    world.clock.advance(timedelta(hours=1))
    world.pause(EVERYTHING, ADA, "it happened again")
    before = world.store.pauses()
    why = "it was resumed and paused anew since you looked: look who did and why"
    assert world.resume(EVERYTHING, GRACE, "mended", NOW) == CannotPause(why)
    assert world.store.pauses() == before
    again = Pause(EVERYTHING, NOW + timedelta(hours=1), ADA, "it happened again")
    assert world.resume(EVERYTHING, GRACE, "mended", NOW + timedelta(hours=1)) == Resumed(again)


@pytest.mark.parametrize("reason", ["", " \t", "x" * 501])
def test_without_a_reason_that_can_be_kept_nothing_changes(world: World, reason: str) -> None:
    world.pause(CARDS, ADA, "out of cards")
    commits = list(world.store.commits)
    assert isinstance(world.pause(EVERYTHING, ADA, reason), CannotPause)
    assert isinstance(world.resume(CARDS, ADA, reason), CannotPause)
    assert world.store.commits == commits


def test_a_misspelled_program_is_not_paused(world: World) -> None:
    refused = world.pause(PauseScope(ScopeKind.PROGRAM, "costumer-referral"), ADA, "a wrong rule")
    assert refused == CannotPause("no program called costumer-referral is published")
    assert world.store.pauses() is None


def test_there_are_so_many_pauses_and_no_more(world: World) -> None:
    scopes = [PauseScope(ScopeKind.PROGRAM, f"program-{number}") for number in range(PAUSES_MOST)]
    full = Pauses(tuple(Pause(scope, NOW, ADA, "why") for scope in scopes))
    world.store.put(full)
    refused = world.pause(EVERYTHING, ADA, "a wrong rule")
    assert refused == CannotPause("50 pauses are in force already: pause everything, or resume some")
    assert world.store.pauses() == full


def test_two_who_pause_at_once_both_do(world: World) -> None:
    world.store.meanwhile(lambda: world.pause(CARDS, GRACE, "out of cards"))
    world.pause(EVERYTHING, ADA, "a wrong rule")
    pauses = world.store.pauses()
    assert pauses is not None
    assert [(pause.scope, pause.by) for pause in pauses.paused] == [(CARDS, GRACE), (EVERYTHING, ADA)]


def test_two_who_pause_the_same_at_once_are_told_who_was_first(world: World) -> None:
    world.store.meanwhile(lambda: world.pause(EVERYTHING, GRACE, "mine"))
    assert world.pause(EVERYTHING, ADA, "a wrong rule") == Paused(Pause(EVERYTHING, NOW, GRACE, "mine"), is_new=False)


def test_a_row_that_keeps_changing_is_said_so(world: World) -> None:
    world.pause(CARDS, ADA, "out of cards")
    before = world.store.pauses()
    world.store.conflict(5)
    with pytest.raises(StoreBusy, match="try again"):
        world.pause(EVERYTHING, ADA, "a wrong rule")
    world.store.conflict(5)
    with pytest.raises(StoreBusy, match="try again"):
        world.resume(CARDS, ADA, "mended")
    assert world.store.pauses() == before


def test_after_a_lost_answer_it_is_paused_and_says_so(world: World) -> None:
    world.store.lose_answer()
    with pytest.raises(StoreBusy):
        world.pause(EVERYTHING, ADA, "a wrong rule")
    paused = world.pause(EVERYTHING, ADA, "a wrong rule")
    assert paused == Paused(Pause(EVERYTHING, NOW, ADA, "a wrong rule"), is_new=False)
