"""`guerdon release`: a payout that waits for a person is tried again, under its next run."""

from collections.abc import Callable

from typer.testing import Result

from guerdon.domain.payout import Payout, PayoutStatus
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import CALLER, SECRET, MemoryStack

Run = Callable[..., Result]


def observed(guerdon: Run, memory: MemoryStack) -> Payout:
    guerdon("publish", PROGRAMS / "customer-referral.yaml")
    guerdon("send", EVENTS / "06-merchandise.json", "--connection", "crm", "--secret", SECRET)
    (payout,) = memory.store.of(Payout)
    assert payout.status is PayoutStatus.BLOCKED
    return payout


def test_a_blocked_payout_is_released_under_its_next_run(guerdon: Run, memory: MemoryStack) -> None:
    payout = observed(guerdon, memory)
    memory.arm()
    result = guerdon("release", payout.payout_id, "--reason", "armed now")
    assert result.exit_code == 0
    assert result.stdout == f"{payout.payout_id}: released as run 2, decided by {CALLER}\n"
    (again,) = memory.store.of(Payout)
    assert (again.status, again.run) == (PayoutStatus.EARNED, 2)
    assert again.history[-1].reason == f"decided by {CALLER}"
    assert memory.fulfillments.started[-1] == (payout.payout_id, 2)


def test_what_is_under_way_is_not_released(guerdon: Run, memory: MemoryStack) -> None:
    payout = observed(guerdon, memory)
    guerdon("release", payout.payout_id, "--reason", "armed now")
    started = list(memory.fulfillments.started)
    result = guerdon("release", payout.payout_id, "po_unknown", "--reason", "armed now")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        (
            f"{payout.payout_id}: not released: it is earned: "
            "only what is blocked, failed or returned can be released again"
        ),
        "po_unknown: not released: there is no such payout",
    ]
    assert memory.fulfillments.started == started
