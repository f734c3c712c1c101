"""A replay of history and the pipeline, told the same in the same order, agree on every reward, event by event."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import builders
from application.replay.histories import histories, messages, occurrence_of
from domain.grammar.strategies import CURRENCIES, documents
from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.adapters.sample_history.generate import History, Wish
from guerdon.adapters.sample_history.seasons import Size
from guerdon.application.benchmark.published import Kind
from guerdon.application.receive_event import Delivery
from guerdon.application.records import DealCount, Reserved
from guerdon.application.replay.engine import Engine
from guerdon.application.replay.sides import Side
from guerdon.domain import identity
from guerdon.domain.awarding import Award
from guerdon.domain.evaluation import explained
from guerdon.domain.explanation_words import words
from guerdon.domain.grammar.program import read_program
from guerdon.domain.history import HistoryRow
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Program
from guerdon.domain.reward import Reward
from guerdon.domain.triggers import DEAL_CLOSED, DEAL_RENEWED, INVOICE_PAID, LEAD_QUALIFIED
from world import World

ALL = [DEAL_CLOSED, LEAD_QUALIFIED, INVOICE_PAID, DEAL_RENEWED]
PATIENT = settings(
    # Shrinking a history takes minutes; the one that is printed is short as it is.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
ESCALATING = {
    "escalating": [{"from": "1", "flat": "50.00"}, {"from": "2", "flat": "60.00"}, {"from": "4", "flat": "100.00"}]
}
TIERS = {"tiers": [{"from": "0", "flat": "20.00"}, {"from": "1000.00", "percentage": {"rate": "2.5", "max": "400.00"}}]}
CHOICE = {"choice": ["check", "gift_card"], "default": "check"}
WELCOME = {"escalating": [{"from": "1", "flat": "25.00"}, {"from": "2", "flat": "5.00"}]}
_PAYROLL = {"products": ["payroll"], "flat": "30.00"}
LINES = {
    "escalating": [
        {
            "from": "1",
            "per_line": [{"products": ["payroll"], "flat": "30.00"}, {"products": ["hr"], "per_unit": "2.00"}],
        },
        {"from": "2", "per_line": [{"products": ["payroll", "hr"], "flat": "45.00"}]},
    ]
}
TRIGGERS = {
    "deal.closed": {},
    "lead.qualified": {},
    "invoice.paid": {"per_deal": "2"},
    "deal.renewed": {"per_deal": "1"},
}
BOTH = [
    builders.rule(name="gold", when={"segments": ["gold"]}, amount=TIERS, channel=CHOICE),
    builders.rule(name="all", amount=ESCALATING | {"every": [{"nth": "3", "bonus": "7.00"}]}),
    builders.rule(name="welcome", rewards="referred", amount=WELCOME),
]


def limit(most: str, period: str | None, over: str) -> dict[str, str]:
    return {"max": most, "over": over} | ({"period": period} if period else {})


PROGRAMS = {
    "by the year": builders.document(rules=[builders.rule(amount=ESCALATING)], counting={"period": "calendar_year"}),
    "by the month, for both": builders.document(rules=BOTH, counting={"period": "calendar_month"}),
    "by rolling days": builders.document(rules=BOTH, counting={"period": "rolling_days", "days": "30"}),
    "budgets": builders.document(
        rules=BOTH,
        counting={"period": "fiscal_year", "fiscal_year_starts": "04-01"},
        limits={
            "reward": [limit("300.00", None, "cut"), limit("90.00", None, "approval")],
            "advocate": [limit("120.00", "calendar_month", "cut"), limit("260.00", "fiscal_year", "refuse")],
            "program": [limit("400.00", "calendar_month", "cut"), limit("700.00", "lifetime", "approval")],
        },
    ),
    "refusals": builders.document(
        rules=[builders.rule(name="share", amount={"percentage": {"rate": "3", "min": "30.00"}})],
        limits={
            "advocate": [limit("150.00", "calendar_year", "refuse")],
            "program": [limit("350.00", "calendar_year", "refuse")],
        },
    ),
    "by product": builders.document(
        counting={"by": "product", "period": "calendar_year"},
        rules=[
            builders.rule(name="lines", amount=LINES),
        ],
    ),
    "leads and invoices": builders.document(
        triggers=TRIGGERS,
        rules=[
            builders.rule(name="lead", on="lead.qualified", amount={"flat": "10.00"}),
            builders.rule(name="closed", on="deal.closed", amount=ESCALATING),
            builders.rule(name="invoices", on=["invoice.paid", "deal.renewed"], amount={"percentage": {"rate": "1"}}),
            builders.rule(name="thanks", on=["invoice.paid", "deal.closed"], rewards="referred"),
        ],
    ),
}


@dataclass
class Settled:
    """A listener that keeps what was settled."""

    sides: dict[tuple[int, Beneficiary], Side] = field(default_factory=dict)

    def settled(self, row: HistoryRow, sides: tuple[Side, ...]) -> None:
        for side in sides:
            assert (row.line, side.beneficiary) not in self.sides
            self.sides[row.line, side.beneficiary] = side


def told(document: Mapping[str, Any], rows: list[HistoryRow]) -> World:
    """The pipeline's state after every message, each judged when it came."""
    world = World()
    published = world.publish(document, "ops@example.com")
    assert not isinstance(published, tuple), published
    for number, message in enumerate(messages(rows, document["program"])):
        body = json.dumps(message)
        event_id = world.receive(
            Delivery("acme-crm", "acme", f"msg_{number}", body, f"{number:064}", stored_event(body))
        )
        decided = world.evaluate(event_id)
        while decided is not None and decided.followed_by:
            decided = world.evaluate(decided.followed_by)
    return world


def replayed(program: Program, rows: list[HistoryRow]) -> tuple[Engine, Settled]:
    listener = Settled()
    engine = Engine(program, listener)
    for row in rows:
        engine.take(row)
    engine.finish()
    assert engine.waiting == 0
    return engine, listener


def agree(document: Mapping[str, Any], rows: list[HistoryRow]) -> int:
    """Compare everything; how many rewards there were."""
    program, findings = read_program(document)
    assert program is not None, findings
    world, (engine, listener) = told(document, rows), replayed(program, rows)
    rewards = {reward.reward_id: reward for reward in world.store.of(Reward)}
    seen = 0
    for row in rows:
        for beneficiary in program.beneficiaries():
            side = listener.sides[row.line, beneficiary]
            reward_id = identity.reward_id(
                "acme", program.name, row.deal, row.trigger, occurrence_of(row), beneficiary.value
            )
            reward = rewards.get(reward_id)
            assert (reward is None) == (not isinstance(side.result, Award)), (row, side.result)
            if reward is not None:
                same_reward(reward, side, program, keeps=engine.keeps(beneficiary))
                seen += 1
    assert seen == len(rewards)
    same_counts(world, engine, program)
    same_budgets(world, engine)
    return seen


def same_reward(reward: Reward, side: Side, program: Program, *, keeps: bool) -> None:
    award, facts = side.result, side.facts
    assert isinstance(award, Award)
    assert facts is not None
    assert reward.amount == Money(award.amount_minor, award.currency)
    assert reward.standing == Money(side.worth, award.currency)
    assert reward.terms.channel is award.channel
    explanation = replace(
        explained(program, 1, facts, award.evaluated, side.counts),
        amount=Money(award.amount_minor, award.currency),
        limits=award.limits,
        channel_why=award.channel_why,
    )
    if not keeps:
        # Of referred customers whose past decides about nothing, the replay does not know it.
        explanation = replace(explanation, ordinal=reward.explanation.ordinal, ordinals=reward.explanation.ordinals)
    assert reward.explanation == explanation
    assert words(reward.explanation) == words(explanation)


def same_counts(world: World, engine: Engine, program: Program) -> None:
    stored = {(count.advocate_id, count.period): set(count.tallies) for count in world.store.of(DealCount)}
    kept = {
        (_id_of(beneficiary, who), period): set(tallies)
        for (beneficiary, who), person in engine.people.items()
        for period, tallies in person.tallies.items()
    }
    if Beneficiary.REFERRED in program.beneficiaries() and not engine.keeps(Beneficiary.REFERRED):
        stored = {key: tallies for key, tallies in stored.items() if key[0].startswith("ad_")}
    assert {key: tallies for key, tallies in kept.items() if tallies} == {
        key: tallies for key, tallies in stored.items() if tallies
    }


def same_budgets(world: World, engine: Engine) -> None:
    stored = {(row.advocate_id, row.period): row.amount for row in world.store.of(Reserved) if row.amount.amount_minor}
    kept: dict[tuple[str | None, str], Money] = {
        (None, budget.period): held for budget, held in engine.reserved.items()
    }
    for (beneficiary, who), person in engine.people.items():
        kept |= {(_id_of(beneficiary, who), budget.period): held for budget, held in person.reserved.items()}
    assert {key: held for key, held in kept.items() if held.amount_minor} == stored


def _id_of(beneficiary: Beneficiary, who: str) -> str:
    makes = identity.advocate_id if beneficiary is Beneficiary.ADVOCATE else identity.referred_id
    return makes("acme", who)


@pytest.mark.parametrize("name", PROGRAMS)
@PATIENT
@given(data=st.data())
def test_a_replay_equals_the_pipeline(name: str, data: st.DataObject) -> None:
    document = PROGRAMS[name]
    triggers = ALL if "triggers" in document else [DEAL_CLOSED]
    agree(document, data.draw(histories(triggers)))


@PATIENT
@given(document=documents(), rows=histories(ALL, CURRENCIES, 8))
def test_a_replay_equals_the_pipeline_by_any_program_there_can_be(
    document: dict[str, Any], rows: list[HistoryRow]
) -> None:
    document = {key: value for key, value in document.items() if key not in {"effective_from", "judged_by"}}
    # What the grammar takes and the checks refuse is never published.
    assume(not isinstance(World().publish(document, "ops@example.com"), tuple))
    agree(document, rows)


def test_a_replay_equals_the_pipeline_over_a_year_of_the_field() -> None:
    wish = Wish(Kind.CUSTOMER, Size(150, None), date(2026, 1, 1), 12, "USD", 7, with_leads=False)
    rows = [row._replace(line=number) for number, row in enumerate(History(wish).rows(), start=2)]
    assert sum(row.reversed_at is not None for row in rows) > 2
    assert agree(PROGRAMS["budgets"], rows) > 20
