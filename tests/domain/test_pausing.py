"""What a pause stops, and that pauses of other scopes do not touch each other."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOW
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import EVERYTHING, Pause, Pauses, PauseScope, ScopeKind

CARDS = PauseScope(ScopeKind.CHANNEL, "gift_card")
PARTNERS = PauseScope(ScopeKind.PROGRAM, "partners")
SCOPES = st.one_of(
    st.just(EVERYTHING),
    st.builds(PauseScope, st.just(ScopeKind.CHANNEL), st.sampled_from(Channel)),
    st.builds(PauseScope, st.just(ScopeKind.PROGRAM), st.sampled_from(["partners", "customers", "gift_card"])),
)


def pause(scope: PauseScope, minutes: int = 0) -> Pause:
    return Pause(scope, NOW + timedelta(minutes=minutes), "ada", "why")


@pytest.mark.parametrize(
    ("scope", "channel", "program", "stopped"),
    [
        (EVERYTHING, Channel.CHECK, "customers", True),
        (CARDS, Channel.GIFT_CARD, "customers", True),
        (CARDS, Channel.CHECK, "gift_card", False),
        (PARTNERS, Channel.GIFT_CARD, "partners", True),
        (PARTNERS, Channel.GIFT_CARD, "partners-2", False),
    ],
)
def test_a_pause_stops_what_is_of_its_scope(
    scope: PauseScope, channel: Channel, program: str, *, stopped: bool
) -> None:
    assert scope.covers(channel, program) is stopped


def test_a_scope_has_words() -> None:
    words = [scope.words for scope in (EVERYTHING, CARDS, PARTNERS)]
    assert words == ["everything", "the channel gift_card", "the program partners"]


def test_the_oldest_of_several_pauses_is_named() -> None:
    cards, everything = pause(CARDS), pause(EVERYTHING, 1)
    pauses = Pauses().with_pause(cards).with_pause(everything)
    assert pauses.over(Channel.GIFT_CARD, "partners") == cards
    assert pauses.over(Channel.CHECK, "partners") == everything
    assert pauses.of(EVERYTHING) == everything
    assert pauses.of(PARTNERS) is None


def test_an_ended_pause_leaves_its_payouts_to_be_set_going() -> None:
    ended = Pauses().with_pause(pause(CARDS)).with_pause(pause(PARTNERS)).without(CARDS, NOW, "grace")
    assert ended == Pauses((pause(PARTNERS),), freed_at=NOW, freed_by="grace", version=4, ended_in=4)
    assert ended.all_going() == Pauses((pause(PARTNERS),), version=5, ended_in=4)


@given(st.lists(SCOPES, unique=True, max_size=6), st.sampled_from(Channel), st.sampled_from(["partners", "customers"]))
def test_a_payout_is_stopped_as_long_as_any_pause_covers_it(
    scopes: list[PauseScope], channel: Channel, program: str
) -> None:
    pauses = Pauses()
    for minutes, scope in enumerate(scopes):
        pauses = pauses.with_pause(pause(scope, minutes))
    for ended in (None, *scopes):
        pauses = pauses.without(ended, NOW, "grace") if ended else pauses
        covered = any(one.scope.covers(channel, program) for one in pauses.paused)
        assert (pauses.over(channel, program) is not None) is covered
    assert pauses.paused == ()
