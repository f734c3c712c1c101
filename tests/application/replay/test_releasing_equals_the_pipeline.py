"""A simulation stops the same payouts as the pipeline does on the same history: at ceilings, and told late.

The pipeline's own use cases decide and release, each at its moment; what is released is paid at once, and nobody
releases or approves what waits.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import builders
from application.replay.histories import histories, messages, occurrence_of
from application.replay.test_equals_the_pipeline import BOTH, ESCALATING, PATIENT, Settled, limit
from domain.grammar.strategies import CURRENCIES, documents
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.receive_event import Delivery
from guerdon.application.records import DayReleased
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.replay.engine import Engine
from guerdon.application.replay.releasing import Stopped
from guerdon.domain import identity
from guerdon.domain.channel import Channel
from guerdon.domain.grammar.program import read_program
from guerdon.domain.history import HistoryRow
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward
from world import World

END: Final = datetime(2200, 1, 1, tzinfo=UTC)
TOLD_AFTER: Final = st.sampled_from([None, timedelta(0), timedelta(hours=3), timedelta(days=20, hours=1)])
SHARE: Final = {"percentage": {"rate": "3"}}

PROGRAMS: Final = {
    "so many a day": builders.document(rules=[builders.rule(amount=ESCALATING)], ceilings={"payouts_per_day": "1"}),
    "so much a day, after a hold": builders.document(
        rules=BOTH, hold_days="9", ceilings={"amount_per_day": "120.00", "payouts_per_day": "3"}
    ),
    "told late, over limits and at a ceiling": builders.document(
        rules=BOTH,
        ceilings={"amount_per_day": "100.00"},
        told_within_days="8",
        limits={"reward": [limit("90.00", None, "approval")], "advocate": [limit("400.00", "calendar_year", "cut")]},
    ),
    "told late alone": builders.document(rules=[builders.rule(amount=SHARE)], told_within_days="1"),
}


class Pipeline:
    """The pipeline, which releases what is due before it takes a message that comes then."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.world = World()
        published = self.world.publish(document, "ops@example.com")
        assert not isinstance(published, tuple), published
        since = datetime(2020, 1, 1, tzinfo=UTC)
        self.world.store.put(*(replace(builders.armed(channel), changed_at=since) for channel in Channel))
        self._release = ReleasePayout(self.world.store, self.world.clock, lambda _channel, _order: None)

    def tell(self, number: int, message: Mapping[str, Any]) -> None:
        """Let one message come at its own moment."""
        at, body = datetime.fromisoformat(message["timestamp"]), json.dumps(message)
        self.release_until(at)
        self.world.clock.move_to(at)
        delivery = Delivery("acme-crm", "acme", f"msg_{number}", body, f"{number:064}", stored_event(body))
        decided = self.world.evaluate(self.world.receive(delivery))
        while decided is not None and decided.followed_by:
            decided = self.world.evaluate(decided.followed_by)
        self.release_until(at)

    def release_until(self, to: datetime) -> None:
        """Have each payout checked when it is due, and paid if it is released."""
        for at, payout in sorted(self._due(to), key=lambda one: one[0]):
            self.world.clock.move_to(at)
            self._release(payout.payout_id, payout.run)
            stands = self.world.stands(payout.payout_id)
            if stands.status is PayoutStatus.RELEASED:
                self.world.store.put(stands.submitted(at).settled(at, stands.value, ""))

    def _due(self, to: datetime) -> Iterator[tuple[datetime, Payout]]:
        for payout in self.world.store.of(Payout):
            assert payout.earned_at is not None
            at = max(payout.earned_at, payout.hold_until)
            if payout.status is PayoutStatus.EARNED and at <= to:
                yield at, payout


def agree(document: Mapping[str, Any], rows: list[HistoryRow]) -> Stopped:
    """Compare every payout with all that became of it, and every day."""
    program, findings = read_program(document)
    assert program is not None, findings
    pipeline, listener = Pipeline(document), Settled()
    for number, message in enumerate(messages(rows, document["program"])):
        pipeline.tell(number, message)
    pipeline.release_until(END)
    engine = Engine(program, listener)
    for row in rows:
        engine.take(row)
    engine.finish()
    assert engine.releasing is not None
    rewards = {reward.reward_id: reward for reward in pipeline.world.store.of(Reward)}
    for row in rows:
        for beneficiary in program.beneficiaries():
            promised = listener.sides[row.line, beneficiary].promised
            reward = rewards.get(
                identity.reward_id("acme", program.name, row.deal, row.trigger, occurrence_of(row), beneficiary.value)
            )
            theirs = [pipeline.world.stands(payout_id) for payout_id in reward.payout_ids] if reward else []
            assert [told(payout) for payout in (promised.payouts if promised else [])] == [
                told(payout) for payout in theirs
            ], (row, beneficiary)
    stopped = engine.releasing.stopped
    days = {row.day: row for row in pipeline.world.store.of(DayReleased)}
    assert stopped.released == days
    return stopped


def told(payout: Payout) -> tuple[object, ...]:
    return payout.value, payout.status, payout.reason, payout.attention, payout.clawed_back, payout.earned_at


@pytest.mark.parametrize("name", PROGRAMS)
@PATIENT
@given(data=st.data())
def test_a_simulation_stops_what_the_pipeline_stops(name: str, data: st.DataObject) -> None:
    agree(PROGRAMS[name], data.draw(histories()))


@PATIENT
@given(rows=histories(), data=st.data())
def test_what_was_told_after_its_closing_is_released_when_it_was_told(
    rows: list[HistoryRow], data: st.DataObject
) -> None:
    document = builders.document(
        rules=[builders.rule(amount=SHARE)], ceilings={"payouts_per_day": "1"}, told_within_days="5"
    )
    lags = [data.draw(TOLD_AFTER) for _ in rows]
    told_rows = [
        row if lag is None else row._replace(told_at=row.closed_at + lag) for row, lag in zip(rows, lags, strict=True)
    ]
    agree(document, told_rows)


@PATIENT
@given(document=documents(), rows=histories(currencies=CURRENCIES, most=8), most=st.integers(1, 3))
def test_a_simulation_stops_what_the_pipeline_stops_by_any_program(
    document: dict[str, Any], rows: list[HistoryRow], most: int
) -> None:
    document = {key: value for key, value in document.items() if key not in {"effective_from", "judged_by"}}
    document |= {"ceilings": {"payouts_per_day": str(most), "amount_per_day": "100.00"}}
    assume(not isinstance(World().publish(document, "ops@example.com"), tuple))
    agree(document, rows)


def test_a_bulk_edit_of_old_deals_waits_as_told_late_and_takes_nothing_of_the_day() -> None:
    document = builders.document(ceilings={"payouts_per_day": "2"}, told_within_days="30")
    closed = datetime(2026, 2, 1, 12, tzinfo=UTC)
    told_at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    old = [
        HistoryRow(number + 2, f"D-{number}", closed, 1000_00, "USD", f"A-{number}", told_at=told_at)
        for number in range(5)
    ]
    new = [
        HistoryRow(number + 7, f"D-{number + 5}", told_at, 1000_00, "USD", f"A-{number}", told_at=told_at)
        for number in range(3)
    ]
    stopped = agree(document, [*old, *new])
    assert (stopped.late.count, stopped.late.minor, stopped.untold) == (5, {"USD": 500_00}, 0)
    assert {day: (one.count, one.minor) for day, one in stopped.waiting.items()} == {"2026-06-01": (1, {"USD": 100_00})}
    assert stopped.released["2026-06-01"].payouts == 2


def test_what_is_given_up_before_it_is_released_takes_nothing_of_the_day() -> None:
    document = builders.document(hold_days="10", ceilings={"payouts_per_day": "1"})
    at = datetime(2026, 2, 1, 12, tzinfo=UTC)
    undone = HistoryRow(2, "D-1", at, 1000_00, "USD", "A-1", reversed_at=at + timedelta(days=3), reversed_total=0)
    stopped = agree(document, [undone, HistoryRow(3, "D-2", at, 1000_00, "USD", "A-2")])
    assert stopped.waiting == {}
    assert stopped.released["2026-02-11"].payouts == 1


def test_what_an_amendment_adds_beside_a_payout_at_a_ceiling_waits_with_it() -> None:
    document = builders.document(rules=[builders.rule(amount=SHARE)], ceilings={"payouts_per_day": "1"})
    at = datetime(2026, 2, 1, 12, tzinfo=UTC)
    rows = [
        HistoryRow(2, "D-1", at, 1000_00, "USD", "A-1"),
        HistoryRow(3, "D-2", at, 1000_00, "USD", "A-2")._replace(
            amended_at=at + timedelta(days=3), amended_total=3000_00
        ),
    ]
    stopped = agree(document, rows)
    assert {day: (one.count, one.minor) for day, one in stopped.waiting.items()} == {
        "2026-02-01": (1, {"USD": 30_00}),
        "2026-02-04": (1, {"USD": 60_00}),
    }


def test_a_program_without_ceilings_follows_no_payout() -> None:
    program, _ = read_program(builders.document())
    assert program is not None
    listener = Settled()
    engine = Engine(program, listener)
    engine.take(HistoryRow(2, "D-1", datetime(2026, 2, 1, 12, tzinfo=UTC), 1000_00, "USD", "A-1"))
    engine.finish()
    assert engine.releasing is None
    assert [side.promised for side in listener.sides.values()] == [None]
