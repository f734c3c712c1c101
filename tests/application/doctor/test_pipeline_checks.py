from dataclasses import replace
from datetime import timedelta

import pytest

from application.doctor.stacks import INSIDE, WHOLE, but, but_pipeline, local
from builders import NOW
from guerdon.application.doctor import pipeline_checks
from guerdon.application.doctor.facts import Facts, PublishedProgram
from guerdon.application.doctor.findings import Finding, State, ok, warning
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import EVERYTHING, Pause, PauseScope, ScopeKind

READ_LOG = "Read the functions' log: aws logs tail /guerdon/guerdon/functions --since 1h"
NOTHING_TO_SEAL = "no hour with an entry is over and to be sealed"
CHECKS = {
    "program": pipeline_checks.program,
    "ceilings": pipeline_checks.ceilings,
    "funds": pipeline_checks.funds,
    "pauses": pipeline_checks.pauses,
    "channels": pipeline_checks.channels,
    "sweep": pipeline_checks.sweep,
    "seal": pipeline_checks.seal,
    "dead-letters": pipeline_checks.dead_letters,
    "alarms": pipeline_checks.alarms,
}


def all_of(step: str, facts: Facts) -> list[Finding]:
    assert facts.inside is not None
    findings = list(CHECKS[step](facts, facts.inside))
    assert {each.step for each in findings} == {step}
    return findings


def found(step: str, facts: Facts) -> Finding:
    (finding,) = all_of(step, facts)
    return finding


def paying_by(*channels: Channel) -> tuple[PublishedProgram, ...]:
    return (PublishedProgram("p", 1, frozenset(channels)),)


def test_a_program_has_to_be_published() -> None:
    finding = found("program", but_pipeline(programs=()))
    assert (finding.state, finding.to_do) == (State.TO_DO, "guerdon publish FILE")
    assert found("program", WHOLE).says == "customer-referral (version 3)"


def test_with_no_channel_armed_the_command_names_what_programs_pay_by() -> None:
    finding = found("channels", but_pipeline(programs=paying_by(Channel.BILL_CREDIT, Channel.CHECK), armed=frozenset()))
    assert (finding.state, finding.says) == (
        State.TO_DO,
        "no channel is armed: the stack observes, decides, and pays nothing",
    )
    assert finding.to_do.endswith("guerdon arm check bill_credit")


def test_without_a_program_it_names_gift_cards() -> None:
    assert found("channels", but_pipeline(programs=(), armed=frozenset())).to_do.endswith("guerdon arm gift_card")


def test_a_channel_that_is_needed_and_not_armed_beside_others_is_a_warning() -> None:
    armed = frozenset({Channel.GIFT_CARD})
    finding = found("channels", but_pipeline(programs=paying_by(Channel.GIFT_CARD, Channel.CHECK), armed=armed))
    assert (finding.state, finding.says, finding.to_do) == (
        State.WARNING,
        "programs pay by check too, and that is not armed: it is observed only",
        "guerdon arm check",
    )


def test_what_is_armed_is_said() -> None:
    armed = frozenset({Channel.MERCHANDISE, Channel.GIFT_CARD})
    finding = found("channels", but_pipeline(programs=paying_by(Channel.GIFT_CARD), armed=armed))
    assert (finding.state, finding.says) == (State.OK, "armed: gift card, merchandise")


def test_what_is_overdue_has_to_be_looked_into() -> None:
    finding = found("sweep", but_pipeline(overdue=3))
    assert (finding.state, finding.says, finding.to_do) == (
        State.TO_DO,
        "3 events or payouts should have been looked at more than half an hour ago",
        READ_LOG,
    )


@pytest.mark.parametrize(
    ("behind", "state"),
    [
        (None, State.OK),
        (timedelta(minutes=90), State.OK),
        (timedelta(hours=3), State.OK),
        (timedelta(hours=3, seconds=1), State.TO_DO),
    ],
)
def test_the_journal_has_to_be_sealed_up_to_date(behind: timedelta | None, state: State) -> None:
    assert found("seal", but_pipeline(sealed_behind=behind)).state is state


def test_a_journal_of_which_no_hour_with_an_entry_is_to_be_sealed_is_in_order_however_long_ago_the_last_was() -> None:
    pipeline = replace(INSIDE.pipeline, sealed_behind=timedelta(hours=26), nothing_to_seal=True)
    assert found("seal", but(pipeline=pipeline)) == ok("seal", f"it ran within the hour; {NOTHING_TO_SEAL}")
    assert found("seal", but(pipeline=pipeline, invoked={"seal_ledger": False})) == warning(
        "seal", f"{NOTHING_TO_SEAL}, but seal_ledger did not run within the hour", READ_LOG
    )


def test_how_far_the_seals_are_behind_is_said_in_hours() -> None:
    assert found("seal", but_pipeline(sealed_behind=timedelta(hours=26, minutes=50))).says == (
        "the last sealed hour of the journal ended 26 hours ago"
    )


@pytest.mark.parametrize(("step", "function"), [("sweep", "sweep"), ("seal", "seal_ledger")])
def test_a_schedule_that_did_not_run_within_the_hour_is_a_warning(step: str, function: str) -> None:
    facts = but(invoked={"sweep": True, "seal_ledger": True, function: False})
    finding = found(step, facts)
    assert (finding.state, finding.to_do) == (State.WARNING, READ_LOG)
    assert finding.says.endswith(f"but {function} did not run within the hour")
    assert found(step, local(facts)).state is State.OK


def test_a_message_in_any_dead_letter_queue_is_counted() -> None:
    finding = found("dead-letters", but(dead={"EventsDlqUrl": 2, "HintsDlqUrl": 0, "NoticesDlqUrl": 1}))
    assert (finding.state, finding.says) == (
        State.TO_DO,
        "messages were given up on: 2 in EventsDlq, 1 in NoticesDlq",
    )
    assert finding.to_do.startswith("See what each is about: guerdon redrive --dry-run;")


def test_each_alarm_that_rings_says_what_it_says() -> None:
    findings = all_of("alarms", but(ringing={"B": "Do b.", "A": "Do a."}))
    assert [(each.state, each.says, each.to_do) for each in findings] == [
        (State.TO_DO, "A rings", "Do a."),
        (State.TO_DO, "B rings", "Do b."),
    ]
    assert found("alarms", but(ringing={})).state is State.OK
    assert INSIDE.ringing == {}


def test_a_program_without_ceilings_is_a_warning() -> None:
    programs = (*INSIDE.pipeline.programs, *paying_by(Channel.CHECK))
    finding = found("ceilings", but_pipeline(programs=programs))
    assert (finding.state, finding.says) == (
        State.WARNING,
        "no daily ceiling in p: a bulk edit of old deals in the CRM would be paid",
    )
    assert found("ceilings", WHOLE).state is State.OK


def test_without_a_program_there_is_nothing_to_say_about_ceilings() -> None:
    facts = but_pipeline(programs=())
    assert facts.inside is not None
    assert list(pipeline_checks.ceilings(facts, facts.inside)) == []


def test_a_provider_without_money_is_named_with_what_it_holds_up() -> None:
    finding = found("funds", but_pipeline(unfunded=frozenset({Channel.GIFT_CARD})))
    assert (finding.state, finding.says) == (
        State.TO_DO,
        "Tremendous is out of money, so every gift card waits",
    )
    assert finding.to_do.endswith("guerdon resume --channel gift_card --reason funded")
    assert found("funds", WHOLE).state is State.OK


@pytest.mark.parametrize(
    ("scope", "says", "do"),
    [
        (EVERYTHING, "everything", "guerdon resume --reason WHY"),
        (PauseScope(ScopeKind.CHANNEL, "check"), "the channel check", "guerdon resume --channel check --reason WHY"),
        (PauseScope(ScopeKind.PROGRAM, "p"), "the program p", "guerdon resume --program p --reason WHY"),
    ],
)
def test_a_pause_is_a_warning_with_who_began_it_and_how_to_end_it(scope: PauseScope, says: str, do: str) -> None:
    finding = found("pauses", but_pipeline(paused=(Pause(scope, NOW, "pat", "an audit"),)))
    assert (finding.state, finding.says) == (
        State.WARNING,
        f"{says} is paused since 2026-11-22 14:00Z, by pat: an audit",
    )
    assert finding.to_do == f"When that is over: {do}"
    assert found("pauses", WHOLE).state is State.OK
