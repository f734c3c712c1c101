"""The invented year: what is told in it, what becomes of it, and that a stack gets it once or not at all."""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import pytest_socket

from guerdon.application.books import Books
from guerdon.application.records import AdvocateDetails, EventBody, FrozenRequest, InboxEvent
from guerdon.application.review.paid import charged_by_provider
from guerdon.application.seal_records import SealHead
from guerdon.domain.channel import Channel
from guerdon.domain.hours import hour_of
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry, trial_balance
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.seal import GENESIS, Seal
from local.demo.history.loading import load_history
from local.demo.history.names import person
from local.demo.history.playing import Played, play
from local.demo.history.telling import messages
from memory_stack import MemoryStack

pytestmark = pytest.mark.enable_socket
"""The played providers are a server on this machine."""

UNTIL = datetime(2026, 11, 26, tzinfo=UTC)
FIRST = date(2025, 11, 1)


@pytest.fixture(scope="module")
def year() -> Played:
    """The whole of it, played once for all that looks at it."""
    pytest_socket.enable_socket()  # A fixture of a module comes before a test's own mark counts.
    return play(UNTIL)


def test_the_same_year_is_told_every_time() -> None:
    assert messages(FIRST, UNTIL) == messages(FIRST, UNTIL)


def test_it_is_told_in_order_on_working_days_before_its_end_and_every_delivery_is_another() -> None:
    told = messages(FIRST, UNTIL)
    assert [message.at for message in told] == sorted(message.at for message in told)
    assert {message.at.weekday() for message in told} == {0, 1, 2, 3, 4}
    assert told[0].at.date() > FIRST
    assert told[-1].at < UNTIL
    assert len({message.delivery_id for message in told}) == len(told)


def test_no_hold_ends_about_when_somebody_looks() -> None:
    holds = {"payroll-referral": 3, "adviser-referral": 10, "europe-referral": 5}
    for message in messages(FIRST, UNTIL):
        data = json.loads(message.body)["data"]
        ends = datetime.fromisoformat(data["deal"]["closed_at"]) + timedelta(days=holds[data["program"]])
        assert not UNTIL - timedelta(hours=36) <= ends <= UNTIL + timedelta(hours=36)


def test_people_stay_who_they_are_and_have_addresses_that_no_mail_reaches() -> None:
    assert person(41, 7, "US") == person(41, 7, "US")
    assert {person(41, number, "US").email.rpartition("@")[2] for number in range(50)} == {"customers.example"}


def test_the_books_of_the_year_balance_and_equal_what_its_providers_took(year: Played) -> None:
    journal = year.store.of(Entry)
    sums: defaultdict[str, int] = defaultdict(int)
    for (_, currency), minor in trial_balance(journal).items():
        sums[currency] += minor
    assert dict(sums) == {"EUR": 0, "USD": 0}
    took: Counter[tuple[str, str]] = Counter()
    records = year.providers["records"]
    assert isinstance(records, list)
    for collection, _, movement in records:
        if collection == "till" and movement["state"] == "paid":
            took[movement["provider"], movement["currency"]] += movement["amount"]
    assert dict(charged_by_provider(Books(year.store).at(UNTIL).totals)) == dict(took)


def test_every_hour_with_entries_is_sealed(year: Played) -> None:
    hours = {hour_of(entry.posted_at) for entry in year.store.of(Entry)}
    assert {seal.hour for seal in year.store.of(Seal)} == hours
    head = year.store.seal_head()
    assert head is not None
    assert head.sealed_through == "2026-11-25T22"


def test_all_channels_pay_all_outcomes_come_about_and_little_waits_for_a_person(year: Played) -> None:
    payouts, events = year.store.of(Payout), year.store.of(InboxEvent)
    assert {payout.channel for payout in payouts if payout.status is PayoutStatus.SETTLED} == set(Channel)
    assert None not in {event.outcome for event in events}
    assert {Outcome.REWARDED, Outcome.REVISED, Outcome.NO_REWARD, Outcome.NEEDS_ATTENTION} <= {
        event.outcome for event in events
    }
    waiting = list(year.store.waiting_payouts())
    assert 1 <= len(waiting) <= 12
    assert all(UNTIL - wait.since < timedelta(days=13) for wait in waiting)


def test_nobody_is_named_outside_of_the_personal_rows(year: Played) -> None:
    named = {details.email for details in year.store.of(AdvocateDetails)}
    others = [
        row for row in year.store.rows.values() if not isinstance(row, AdvocateDetails | EventBody | FrozenRequest)
    ]
    text = "\n".join(map(str, others))
    assert len(named) > 100
    assert [email for email in named if email and email in text] == []


def test_a_stack_with_a_journal_of_its_own_gets_no_history(tmp_path: Path) -> None:
    memory = MemoryStack()
    memory.store.put(SealHead("2026-11-20T09", "2026-11-20T08", 0, None, GENESIS))
    before = dict(memory.store.rows)

    loaded = load_history(memory.stack, tmp_path / "history.json", "http://127.0.0.1:9", UNTIL, lambda _: None)

    assert loaded.until is None
    assert "a journal of its own" in loaded.said
    assert memory.store.rows == before
    assert list(tmp_path.iterdir()) == []
