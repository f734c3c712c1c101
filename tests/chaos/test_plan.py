"""One seed makes one plan, and every plan has all that `make chaos` promises to break."""

import json
from collections import Counter

import pytest

from chaos.deals import FATES_OF, ChaosDeal, Fate, Telling, Told
from chaos.plan import STRIKES_OF, Act, PlannedKill, PlannedRestart, PlannedStrike, Strike, plan_of
from chaos.storms import KINDS, SERVICES, Storm
from guerdon.adapters.crm.standard.payload import read_event
from guerdon.domain.channel import Channel
from guerdon.domain.deal import DealEvent
from local.sandbox.core.faults import KINDS as SANDBOX_KINDS

SEEDS = range(20)


def acts_of(kind: type[Act], seed: int, seconds: float = 180) -> list[Act]:
    return [act for act in plan_of(seed, seconds).acts if isinstance(act, kind)]


def test_a_seed_makes_the_same_plan_each_time_and_another_seed_another() -> None:
    assert plan_of(7, 180) == plan_of(7, 180)
    assert plan_of(7, 180) != plan_of(8, 180)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_of_fault_is_planned_for_every_service(seed: int) -> None:
    storms = [act for act in acts_of(Storm, seed, 30) if isinstance(act, Storm)]

    met = {(service, kind) for storm in storms for service, kind in storm.kinds.items()}

    assert met == {(service, kind) for service in SERVICES for kind in KINDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fault_is_played_by_providers_that_can_have_it(seed: int) -> None:
    planned = [(act.strike, act.provider) for act in acts_of(PlannedStrike, seed) if isinstance(act, PlannedStrike)]

    assert len(set(planned)) == len(planned)
    assert [strike for strike, provider in planned if strike not in STRIKES_OF[provider]] == []
    able = {strike: sum(strike in strikes for strikes in STRIKES_OF.values()) for strike in Strike}
    assert Counter(strike for strike, _ in planned) == {strike: min(2, able[strike]) for strike in Strike}


def test_the_sandbox_knows_every_fault_that_a_provider_is_to_play() -> None:
    for provider, strikes in STRIKES_OF.items():
        assert [strike for strike in strikes if provider not in SANDBOX_KINDS[strike].providers] == []
    assert {strike for strikes in STRIKES_OF.values() for strike in strikes} == set(Strike)


@pytest.mark.parametrize(("minutes", "restarts"), [(1, 1), (3, 1), (6, 2), (10, 3)])
def test_the_emulator_is_restarted_in_the_middle_of_each_three_minutes(minutes: int, restarts: int) -> None:
    planned = acts_of(PlannedRestart, 1, minutes * 60)

    assert len(planned) == restarts
    assert all(0.4 * 60 * minutes / restarts <= act.at_seconds < 60 * minutes for act in planned)


def test_processes_are_killed_until_the_last_telling() -> None:
    kills = acts_of(PlannedKill, 1)

    assert kills[-1].at_seconds > 2 * 180 - 25
    assert plan_of(1, 180).tellings[-1].at_seconds > 2 * 180 - 15


def test_acts_and_tellings_come_in_the_order_of_their_time() -> None:
    plan = plan_of(3, 180)

    for planned in (plan.acts, plan.tellings):
        seconds = [one.at_seconds for one in planned]
        assert seconds == sorted(seconds)


def test_a_reversal_may_overtake_its_win() -> None:
    overtaken = 0
    for seed in SEEDS:
        first: dict[ChaosDeal, Told] = {}
        for telling in plan_of(seed, 180).tellings:
            first.setdefault(telling.deal, telling.told)
        overtaken += sum(told is Told.REVERSED for told in first.values())
    assert overtaken > 0


EVERY_DEAL = [ChaosDeal("1x1", channel, fate) for channel in Channel for fate in set(FATES_OF[channel])]


@pytest.mark.parametrize("deal", EVERY_DEAL, ids=lambda deal: f"{deal.channel}-{deal.fate.name}")
def test_everything_that_is_told_can_be_read_and_names_the_same_deal(deal: ChaosDeal) -> None:
    for told, _ in deal.fate.tellings:
        read = read_event(Telling(0, deal, told).body)
        assert isinstance(read, DealEvent), read
        assert read.deal.id == deal.deal.deal_id


@pytest.mark.parametrize(
    ("channel", "fate", "worth_minor"),
    [
        (Channel.GIFT_CARD, Fate.WON, 50_00),
        (Channel.MERCHANDISE, Fate.TOLD_TWICE, 30_00),
        (Channel.CHECK, Fate.AMENDED, 750_00),
        (Channel.CHECK, Fate.PARTLY_REVERSED, 312_50),
        (Channel.BILL_CREDIT, Fate.AMENDED, 750_00),
        (Channel.BILL_CREDIT, Fate.PARTLY_REVERSED, 100_00),
        (Channel.CHECK, Fate.AMENDED_AND_REVERSED, 0),
        (Channel.GIFT_CARD, Fate.REVERSED, 0),
    ],
)
def test_the_worth_of_a_deal_is_what_was_told_of_it_last(channel: Channel, fate: Fate, worth_minor: int) -> None:
    assert ChaosDeal("1x1", channel, fate).worth_minor == worth_minor


def test_every_delivery_has_an_id_of_its_own() -> None:
    tellings = plan_of(5, 600).tellings

    assert len({telling.delivery_id for telling in tellings}) == len(tellings)
    assert len({telling.deal.unique for telling in tellings}) == len({telling.deal for telling in tellings})


def test_a_revision_tells_the_new_total_and_the_win_that_it_means() -> None:
    deal = ChaosDeal("1x1", Channel.CHECK, Fate.PARTLY_REVERSED)

    won, revised = (json.loads(Telling(0, deal, told).body) for told in (Told.WON, Told.PARTLY_REVERSED))

    assert revised["type"] == "deal.reversed"
    assert revised["data"]["deal"]["amount"] == {"value": "6250.00", "currency": "USD"}
    assert revised["data"]["deal"]["closed_at"] == won["data"]["deal"]["closed_at"]
    assert revised["data"]["effective_at"] > won["data"]["deal"]["closed_at"]
