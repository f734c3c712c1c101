"""A run in which some kind of fault struck nothing has shown nothing about it, and says so."""

from collections import Counter
from dataclasses import replace

from chaos.plan import STRIKES_OF
from chaos.storms import KINDS, SERVICES, Kind
from chaos.suffered import Suffered

EVERYTHING = Suffered(
    storms=Counter({(kind, service): 1 for kind in KINDS for service in SERVICES}),
    strikes={(provider, strike): 1 for provider, strikes in STRIKES_OF.items() for strike in strikes},
    kills={"notify": 2},
    restarts=1,
)


def test_nothing_is_missing_when_everything_struck() -> None:
    assert EVERYTHING.never_fired() == []
    assert EVERYTHING.total == len(KINDS) * len(SERVICES) + 39 + 2 + 1


def test_a_kind_that_no_service_met_is_named() -> None:
    storms = Counter({key: times for key, times in EVERYTHING.storms.items() if key[0] != Kind.LATE})

    assert replace(EVERYTHING, storms=storms).never_fired() == ["no call to AWS met the fault 'late'"]


def test_a_service_that_met_nothing_is_named() -> None:
    storms = Counter({key: times for key, times in EVERYTHING.storms.items() if key[1] != "ses"})

    assert replace(EVERYTHING, storms=storms).never_fired() == ["no call to ses met a fault"]


def test_a_fault_that_was_queued_and_found_no_call_is_named() -> None:
    strikes = {key: 0 if key[1] == "out_of_funds" or key[0] == "stripe" else 1 for key in EVERYTHING.strikes}

    assert replace(EVERYTHING, strikes=strikes).never_fired() == [
        "no provider played out_of_funds",
        "stripe played no fault",
    ]


def test_a_run_without_a_kill_or_a_restart_is_none() -> None:
    assert replace(EVERYTHING, kills={}, restarts=0).never_fired() == [
        "no worker was killed",
        "the emulator was not restarted",
    ]
