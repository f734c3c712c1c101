"""`guerdon release --blocked`: a range of days, shown first, and released once that is confirmed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from typer.testing import CliRunner, Result

import builders
from builders import NOW
from guerdon.cli.app import app
from guerdon.domain.limits import Applied
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from guerdon.domain.program import Over, Scope
from guerdon.domain.telling_late import ToldLate
from memory_stack import CALLER, NAME, MemoryStack

Run = Callable[..., Result]
RANGE = (
    "release",
    "--blocked",
    "observing",
    "--from",
    "2026-11-22",
    "--to",
    "2026-11-22",
    "--reason",
    "they look right",
)
PREVIEW = [
    "Paid by    Payouts       Value",
    "gift card        2  200.00 USD",
    "2 in all, to 1 person, earned from 2026-11-22 14:00:00Z to 2026-11-22 14:00:00Z",
    "In a script: --confirm 2:200.00USD",
]


@pytest.fixture(autouse=True)
def observed(memory: MemoryStack, guerdon: Run) -> None:
    memory.store.put(
        *(builders.payout(payout_id=f"po_{number}").blocked(BlockReason.OBSERVING, NOW) for number in range(2))
    )
    guerdon("arm", "gift_card")


def released(memory: MemoryStack) -> list[str]:
    return [payout.payout_id for payout in memory.store.of(Payout) if payout.status is PayoutStatus.EARNED]


def typed(memory: MemoryStack, answer: str, *more: str) -> Result:
    return CliRunner().invoke(app, [*RANGE, *more], obj=memory.world, env={"GUERDON_STACK": NAME}, input=f"{answer}\n")


def test_a_script_releases_exactly_what_it_confirms(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon(*RANGE, "--confirm", "2:200.00USD")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [*PREVIEW, f"2 released, the first earned first, decided by {CALLER}"]
    assert memory.fulfillments.started == [("po_0", 2), ("po_1", 2)]
    again = guerdon(*RANGE, "--confirm", "2:200.00USD")
    assert (again.exit_code, again.stdout) == (0, "Nothing that was earned in those days waits for that.\n")


def test_a_person_types_the_count(memory: MemoryStack) -> None:
    result = typed(memory, "2")
    assert result.exit_code == 0
    assert "Type 2 to release them" in result.stdout
    assert released(memory) == ["po_0", "po_1"]


@pytest.mark.parametrize("answer", ["", "y", "3"])
def test_what_is_not_confirmed_is_not_released(memory: MemoryStack, answer: str) -> None:
    result = typed(memory, answer)
    assert (result.exit_code, result.stderr) == (1, "not released: it was not confirmed\n")
    assert released(memory) == []


def test_without_a_terminal_and_a_confirmation_it_is_only_shown(guerdon: Run, memory: MemoryStack) -> None:
    result = guerdon(*RANGE)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == PREVIEW
    assert released(memory) == []


@pytest.mark.parametrize("confirmation", ["2", "1:100.00USD", "2:200.00EUR"])
def test_a_range_that_is_another_by_now_is_refused(guerdon: Run, memory: MemoryStack, confirmation: str) -> None:
    result = guerdon(*RANGE, "--confirm", confirmation)
    assert result.exit_code == 1
    assert result.stderr == (f"not released: it holds 2:200.00USD now, and that is not {confirmation}: look again\n")
    assert released(memory) == []


def test_a_channel_that_is_not_armed_is_said(guerdon: Run, memory: MemoryStack) -> None:
    guerdon("disarm", "gift_card")
    result = guerdon(*RANGE, "--confirm", "2:200.00USD")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("not released: gift_card: not armed")
    assert released(memory) == []


def test_what_is_paused_is_told_before_it_is_released(guerdon: Run) -> None:
    guerdon("pause", "--reason", "a wrong rule")
    result = guerdon(*RANGE, "--confirm", "2:200.00USD")
    assert "everything is paused since 2026-11-22 14:00:00Z: those wait until that is resumed" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ((), "give payout ids, or --blocked REASON with --from and --to"),
        (("po_0", "--blocked", "observing", "--from", "2026-11-22", "--to", "2026-11-22"), "give payout ids, or"),
        (("--blocked", "observing"), "name the days"),
        (("--blocked", "observing", "--from", "2026-11-22"), "name the days"),
        (("--blocked", "observing", "--from", "2026-11-22", "--to", "2026-11-21"), "--to is before --from"),
        (("po_0", "--program", "partners"), "a range of days needs --blocked REASON"),
        (("po_0", "--confirm", "1:1.00USD"), "a range of days needs --blocked REASON"),
        (("--blocked", "nonsense", "--from", "2026-11-22", "--to", "2026-11-22"), "nonsense"),
    ],
)
def test_what_cannot_be_meant_is_said_so(
    guerdon: Run, memory: MemoryStack, arguments: tuple[str, ...], wrong: str
) -> None:
    result = guerdon("release", *arguments, "--reason", "why")
    assert result.exit_code == 2
    assert wrong in " ".join(result.stderr.split())
    assert released(memory) == []


@pytest.mark.parametrize(
    ("reason", "instead"), [("paused", "guerdon resume"), ("funds", "in order: guerdon resume --channel")]
)
def test_some_reasons_are_not_released_as_a_range(guerdon: Run, reason: str, instead: str) -> None:
    days = ("--from", "2026-11-22", "--to", "2026-11-22")
    result = guerdon("release", "--blocked", reason, *days, "--reason", "why")
    assert result.exit_code == 1
    assert instead in result.stderr


def test_a_range_that_aws_takes_no_more_of_says_how_many_are_started_and_what_becomes_of_the_rest(
    guerdon: Run, memory: MemoryStack
) -> None:
    memory.store.put(builders.payout(payout_id="po_2").blocked(BlockReason.OBSERVING, NOW))
    memory.fulfillments.takes = 1
    result = guerdon(*RANGE, "--confirm", "3:300.00USD")
    assert result.exit_code == 3
    assert result.stdout.splitlines()[-1] == f"1 released, the first earned first, decided by {CALLER}"
    assert result.stderr == (
        "error: the workflow service was told to throttle. po_1 is released too, and the sweep starts it; the 1 after "
        "it are not yet: type the same command again\n"
    )
    assert (released(memory), memory.fulfillments.started) == (["po_0", "po_1"], [("po_0", 2)])
    memory.fulfillments.takes = None
    assert guerdon(*RANGE, "--confirm", "1:100.00USD").exit_code == 0
    assert memory.fulfillments.started == [("po_0", 2), ("po_2", 2)]


def test_a_range_whose_last_one_could_not_be_started_is_released_whole(guerdon: Run, memory: MemoryStack) -> None:
    memory.fulfillments.takes = 1
    result = guerdon(*RANGE, "--confirm", "2:200.00USD")
    assert result.stderr.endswith("po_1 is released too, and the sweep starts it; it was the last one\n")
    assert released(memory) == ["po_0", "po_1"]


DAYS = ("--from", "2026-11-22", "--to", "2026-11-22")
OVER = Applied(Scope.REWARD, builders.usd("50.00"), builders.usd("50.00"), builders.usd("100.00"), Over.APPROVAL)


@pytest.fixture
def late(memory: MemoryStack) -> None:
    """Three that were told late; the last is over a limit as well."""
    told = ToldLate(100, 60)
    for number in range(3):
        limits = (OVER,) if number == 2 else ()
        explanation = replace(builders.explanation(), told_late=told, limits=limits)
        reward_id = f"rw_{number}"
        payout = builders.payout(payout_id=f"po_late_{number}", reward_id=reward_id)
        memory.store.put(
            builders.reward(reward_id=reward_id, explanation=explanation),
            payout.blocked(BlockReason.APPROVAL, NOW, explanation.approval),
        )


APART = (
    "1 more are over a limit, or wait for more than that they were told late: each is decided by itself; guerdon "
    "status --waiting lists them"
)


@pytest.mark.usefixtures("late")
def test_what_was_told_late_is_approved_as_a_range_and_what_is_over_a_limit_is_not(
    guerdon: Run, memory: MemoryStack
) -> None:
    result = guerdon("release", "--blocked", "approval", *DAYS, "--reason", "forgotten", "--confirm", "2:200.00USD")
    assert (result.exit_code, result.stderr) == (0, "")
    assert " ".join(result.stdout.splitlines()[-2].split()) == APART
    assert result.stdout.splitlines()[-1] == f"2 released, the first earned first, decided by {CALLER}"
    assert released(memory) == ["po_late_0", "po_late_1"]
    again = guerdon("release", "--blocked", "approval", *DAYS, "--reason", "forgotten", "--confirm", "2:200.00USD")
    assert again.exit_code == 0
    assert again.stdout.splitlines() == [
        "Nothing that was earned in those days waits for that.",
        APART.replace("1 more", "1 that wait for approval"),
    ]


GIVE_UP = (
    "write-off",
    "--blocked",
    "approval",
    "--from",
    "2026-11-22",
    "--until",
    "2026-11-22",
    "--to",
    "income:forfeited_rewards",
    "--reason",
    "they are old",
)


@pytest.mark.usefixtures("late")
def test_what_was_told_late_is_written_off_as_a_range(guerdon: Run, memory: MemoryStack) -> None:
    shown = guerdon(*GIVE_UP)
    assert shown.exit_code == 1
    assert "Type 2 to write them off" in shown.stdout
    result = guerdon(*GIVE_UP, "--confirm", "2:200.00USD")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == f"2 written off, the first earned first, decided by {CALLER}"
    written = {payout.payout_id for payout in memory.store.of(Payout) if payout.written_off_to is not None}
    assert written == {"po_late_0", "po_late_1"}
    assert memory.fulfillments.started == []


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(
    ("arguments", "code", "wrong"),
    [
        ((*GIVE_UP, "--confirm", "3:300.00USD"), 1, "not written off: it holds 2:200.00USD now"),
        ((*GIVE_UP, "po_late_0"), 2, "give a payout's id, or --blocked approval"),
        ((*GIVE_UP, "--to", "unclaimed_property:CA"), 2, "a range goes to income:forfeited_rewards"),
        ((*GIVE_UP, "--blocked", "observing"), 1, "only what waits for approval since it was told late"),
        ((*GIVE_UP, "--until", "2026-11-21"), 2, "--until is before --from"),
        (("write-off", "po_late_0", "--to", "income:forfeited_rewards", "--reason", "x", "--program", "p"), 2, "needs"),
    ],
)
def test_a_write_off_of_a_range_that_cannot_be_meant_writes_nothing(
    guerdon: Run, memory: MemoryStack, arguments: tuple[str, ...], code: int, wrong: str
) -> None:
    result = guerdon(*arguments)
    assert result.exit_code == code
    assert wrong in " ".join(result.stderr.replace("│", " ").split())
    assert [payout for payout in memory.store.of(Payout) if payout.written_off_to] == []
