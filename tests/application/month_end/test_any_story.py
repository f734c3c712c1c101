"""Whatever happened in a month: its columns add up, and what is open one by one comes to every balance."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from application.test_books_of_any_story import STEPS, Steps, Story
from guerdon.adapters.report.pack_json import PackJson
from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
from guerdon.application.month_end.gather import GatherPack
from guerdon.application.month_end.records import CloseState, MonthClose
from guerdon.application.month_end.verify_closes import VerifyCloses
from guerdon.application.seal_ledger import SealLedger
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import Entry
from guerdon.domain.months import month_after
from guerdon.domain.rollforward import OPEN_GROUPS, sums_of


def a_month_later(story: Story) -> None:
    story.clock.advance(timedelta(days=31))
    while SealLedger(story.store, story.clock)().hours:
        pass


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, after=STEPS, channel=st.sampled_from((Channel.CHECK, Channel.GIFT_CARD)))
def test_every_month_of_any_story_can_be_closed_and_ties_out(steps: Steps, after: Steps, channel: Channel) -> None:
    story = Story(channel)
    packs = GatherPack(story.store, story.store, story.clock, PackJson())
    month = f"{story.clock.now():%Y-%m}"
    entity = None
    for some in (steps, after):
        for step in some:
            story.do(step)
        entries = story.store.of(Entry)
        a_month_later(story)
        if not entries:
            continue
        entity = entries[0].legal_entity
        close = PrepareMonth(packs)(entity, month, "console:fay@example.com", "UTC")
        assert isinstance(close, MonthClose), close
        pack = packs.pack_of(close)
        for line in pack.movements:
            named = line.earned_minor - line.paid_minor - line.reversed_minor + line.other_minor
            assert line.opening_minor + named == line.closing_minor
            assert line.opening_minor + sum(minor for _, minor in line.by_kind) == line.closing_minor
        closing = {line.place: line.closing_minor for line in pack.movements if line.group in OPEN_GROUPS}
        assert sums_of(pack.open_parts) == {place: minor for place, minor in closing.items() if minor}
        closed = ReviewMonth(packs)(entity, month, "console:pat@example.com")
        assert isinstance(closed, MonthClose), closed
        assert closed.state is CloseState.CLOSED
        month = month_after(month)
    assert VerifyCloses(story.store)() == ()
