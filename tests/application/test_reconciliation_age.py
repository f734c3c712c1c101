"""How long ago each provider's statement was compared."""

from datetime import timedelta

import statements
from builders import NOW
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from guerdon.application.reconcile import Reconcile
from guerdon.application.reconciliation_age import ReconciliationAge
from guerdon.application.reconciliation_records import ReconciliationRun


def test_the_age_is_that_of_the_last_run_and_without_one_that_of_the_first_question() -> None:
    store, clock = MemoryStore(), FakeClock()
    store.put(ReconciliationRun("lob", NOW - timedelta(days=9), NOW - timedelta(hours=5)))
    ages = ReconciliationAge(store, clock)

    first = ages()
    clock.advance(timedelta(hours=27))
    second = ages()

    hours = timedelta(hours=1)
    assert first == {"tremendous": 0 * hours, "lob": 5 * hours, "stripe": 0 * hours, "printful": 0 * hours}
    assert second == {"tremendous": 27 * hours, "lob": 32 * hours, "stripe": 27 * hours, "printful": 27 * hours}
    assert len(store.commits) == 3


def test_a_first_run_that_meets_the_first_question_is_written_down_all_the_same() -> None:
    store, clock, statement = statements.opened()
    store.meanwhile(ReconciliationAge(store, clock))

    done = Reconcile(store, clock, statement)()

    assert store.reconciliation_run("tremendous") == done
    assert (done.finished_at, done.version) == (clock.now(), 2)
