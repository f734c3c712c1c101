"""`make demo` as a newcomer runs it: everything is paid once, and the till says what the journal says."""

import pytest

from e2e.executions import CHANNEL_STATES, execution_arn, states_entered
from e2e.live import LiveCloud
from e2e.samples import Ran, run_demo
from guerdon.domain import glossary
from guerdon.domain.channel import CHANNEL_OF, Channel
from local.demo.expectations import read_expectations

pytestmark = [pytest.mark.local_cloud, pytest.mark.allow_hosts(["127.0.0.1"])]

STATES_MOST = 5

PAYOUTS_OF_THE_DEMO = len([expected for expected in read_expectations() if expected.reward]) + 1
"""One for each reward, and a further one for the deal that an amendment raised."""


def test_the_demo_ends_well_and_its_till_equals_its_journal(demo: Ran) -> None:
    assert demo.status == 0, demo.output
    rows = [line.split() for line in demo.section("What the providers").splitlines()[1:]]
    assert {(row[0], row[-1]) for row in rows} == {(glossary.PROVIDER[name], "0.00") for name in CHANNEL_OF}


def test_the_till_has_each_payout_of_the_demo_once_and_at_its_booked_cost(cloud: LiveCloud, demo: Ran) -> None:
    booked = {payout.payout_id: cloud.booked_cost(payout) for payout in demo.payouts}
    till = {
        payout.payout_id: [(row["amount"], row["currency"], row["state"]) for row in cloud.movements(payout)]
        for payout in demo.payouts
    }

    assert len(booked) == PAYOUTS_OF_THE_DEMO
    assert till == {name: [(cost.amount_minor, cost.currency, "paid")] for name, cost in booked.items()}


def test_a_second_demo_pays_nothing_new(cloud: LiveCloud, demo: Ran) -> None:
    assert demo.status == 0, demo.output
    till = cloud.sandbox("GET", "till")

    again = run_demo(cloud)

    assert again.status == 0, again.output
    assert "\nNothing newly paid: all " in again.output
    assert cloud.sandbox("GET", "till") == till


def test_every_execution_of_the_demo_enters_at_most_five_states(cloud: LiveCloud, demo: Ran) -> None:
    assert len(demo.payouts) == PAYOUTS_OF_THE_DEMO

    entered = {}
    for payout in demo.payouts:
        arn = execution_arn(cloud, payout.payout_id, payout.run)
        assert arn is not None
        entered[payout.payout_id] = states_entered(cloud, arn)

    assert {name: states for name, states in entered.items() if len(states) > STATES_MOST} == {}
    channels = {CHANNEL_STATES[state] for states in entered.values() for state in states if state in CHANNEL_STATES}
    assert channels == set(Channel)
