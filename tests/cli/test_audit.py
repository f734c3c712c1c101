"""`guerdon audit`: what people did with the command line is listed with who, when and why."""

import json
from collections.abc import Callable
from datetime import timedelta

from typer.testing import Result

from guerdon.domain.deal import instant
from guerdon.domain.payout import Payout
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import CALLER, SECRET, MemoryStack

Run = Callable[..., Result]


def lived(guerdon: Run, memory: MemoryStack) -> Payout:
    """Published, observed, armed, released: an hour apart."""
    guerdon("publish", PROGRAMS / "customer-referral.yaml", "--reason", "we begin")
    guerdon("send", EVENTS / "06-merchandise.json", "--connection", "crm", "--secret", SECRET)
    (payout,) = memory.store.of(Payout)
    memory.clock.advance(timedelta(hours=1))
    guerdon("arm", "merchandise")
    memory.clock.advance(timedelta(hours=1))
    guerdon("release", payout.payout_id, "--reason", "armed now")
    return payout


def test_what_was_done_is_listed_the_newest_first(guerdon: Run, memory: MemoryStack) -> None:
    begin = memory.clock.now()
    payout = lived(guerdon, memory)
    (publication,) = [line for line in json.loads(guerdon("audit", "--json").stdout) if "program" in line["action"]]
    assert json.loads(guerdon("audit", "--json").stdout) == [
        {
            "at": instant(begin + timedelta(hours=2)),
            "actor": CALLER,
            "action": "payout_released",
            "subject_kind": "payout",
            "subject_id": payout.payout_id,
            "before": "blocked: observing",
            "after": "earned, run 2",
            "reason": "armed now",
        },
        {
            "at": instant(begin + timedelta(hours=1)),
            "actor": CALLER,
            "action": "channel_armed",
            "subject_kind": "channel",
            "subject_id": "merchandise",
            "before": "not armed",
            "after": "armed",
            "reason": None,
        },
        publication,
    ]
    assert (publication["reason"], publication["subject_id"]) == ("we begin", "customer-referral")
    text = guerdon("audit").stdout.splitlines()
    assert len(text) == 4
    assert "payout released" in text[1]
    assert text[1].endswith("armed now")


def test_the_list_is_of_one_thing_or_of_a_time(guerdon: Run, memory: MemoryStack) -> None:
    payout = lived(guerdon, memory)
    now = memory.clock.now()
    (about,) = json.loads(guerdon("audit", "--subject", payout.payout_id, "--json").stdout)
    assert about["action"] == "payout_released"
    late = guerdon("audit", "--json", "--since", (now - timedelta(hours=1)).isoformat())
    assert [line["action"] for line in json.loads(late.stdout)] == ["payout_released", "channel_armed"]
    memory.clock.advance(timedelta(days=31))
    assert guerdon("audit").stdout == "Nobody did anything then that is kept in the audit trail.\n"
    assert len(json.loads(guerdon("audit", "--json", "--since", "2026-01-01").stdout)) == 3
    later = guerdon("audit", "--subject", payout.payout_id, "--since", instant(memory.clock.now()))
    assert later.stdout == "Nobody did anything then that is kept in the audit trail.\n"


def test_what_was_refused_leaves_no_line(guerdon: Run, memory: MemoryStack) -> None:
    payout = lived(guerdon, memory)
    assert guerdon("release", payout.payout_id, "--reason", "again").exit_code == 1
    assert guerdon("release", payout.payout_id).exit_code == 2
    assert guerdon("resolve", payout.event_id, "--reason", "").exit_code == 1
    assert len(json.loads(guerdon("audit", "--json").stdout)) == 3
