"""`guerdon erase`: a person asks twice, and everything that names somebody is gone."""

from collections.abc import Callable

import pytest
from typer.testing import Result

from guerdon.application.records import AdvocateDetails
from guerdon.domain.payout import Payout, PayoutStatus
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import CALLER, SECRET, MemoryStack

Run = Callable[..., Result]


@pytest.fixture
def ada(guerdon: Run, memory: MemoryStack) -> str:
    """The id of somebody who was paid."""
    guerdon("publish", PROGRAMS / "customer-referral.yaml")
    memory.arm()
    guerdon("send", EVENTS / "01-first-referral.json", "--connection", "crm", "--secret", SECRET)
    (payout,) = memory.store.of(Payout)
    assert payout.status is PayoutStatus.SETTLED
    return payout.advocate_id


def test_a_person_is_erased_and_their_story_says_so(guerdon: Run, memory: MemoryStack, ada: str) -> None:
    known = memory.store.advocate(ada)
    assert known is not None
    assert known.name is not None
    (payout,) = memory.store.of(Payout)
    assert known.name in guerdon("status", payout.payout_id).stdout
    result = guerdon("erase", ada, "--reason", "asked for it", "--yes")
    assert (result.exit_code, result.stdout) == (
        0,
        f"{ada}: erased; 1 stored events and 1 requests to providers named them\n",
    )
    story = guerdon("status", payout.payout_id).stdout
    assert f"erased ({ada})" in story
    assert known.name not in story
    (audited,) = [line for line in guerdon("audit").stdout.splitlines() if "person erased" in line]
    assert CALLER in audited
    assert audited.endswith("asked for it")
    again = guerdon("erase", ada, "--reason", "asked for it", "--yes")
    assert "was erased on 2026-11-22 14:00:00Z already; 0 stored events and 0 requests" in again.stdout


def test_nobody_is_erased_by_a_slip(guerdon: Run, memory: MemoryStack, ada: str) -> None:
    rows = dict(memory.store.rows)
    # Nothing answers the question here.
    assert guerdon("erase", ada, "--reason", "asked for it").exit_code == 1
    assert guerdon("erase", ada, "--yes").exit_code == 2
    assert memory.store.rows == rows


def test_who_cannot_be_erased_is_said(guerdon: Run, memory: MemoryStack, ada: str) -> None:
    (payout,) = memory.store.of(Payout)
    guerdon("send", EVENTS / "02-second-referral.json", "--connection", "crm", "--secret", SECRET)
    memory.store.put(payout.returned(memory.clock.now(), "the card was refused"))
    result = guerdon("erase", ada, "--reason", "asked for it", "--yes")
    assert result.exit_code == 1
    why = f"payout {payout.payout_id} is returned: first let it be paid, or decide what becomes of it"
    assert result.stderr == f"{ada}: not erased: {why}\n"
    unknown = guerdon("erase", "ad_unknown", "--reason", "asked for it", "--yes")
    assert (unknown.exit_code, unknown.stderr.startswith("ad_unknown: not erased: nobody is known")) == (1, True)
    assert [person.erased_at for person in memory.store.of(AdvocateDetails)] == [None]
