from dataclasses import replace

import pytest

from application.doctor.stacks import INSIDE, WHOLE, but, local
from guerdon.application.doctor.facts import Facts, Sender
from guerdon.application.doctor.findings import Finding, State
from guerdon.application.doctor.people_checks import alarm_topic, mail, people, sender

SENDER = Sender("example.com", verified=True, signed=True, production=True, sending=True)
CHECKS = {"sender": sender, "mail": mail, "alarm-topic": alarm_topic, "people": people}


def found(step: str, facts: Facts) -> Finding:
    assert facts.inside is not None
    (finding,) = CHECKS[step](facts, facts.inside)
    assert finding.step == step
    return finding


def said(step: str, facts: Facts) -> tuple[State, str]:
    finding = found(step, facts)
    return finding.state, finding.says


def test_a_verified_and_signed_sender_is_in_order() -> None:
    assert said("sender", WHOLE) == (
        State.OK,
        "mail from rewards@example.com is verified by example.com and signed with DKIM",
    )


def test_a_sender_that_ses_does_not_know_has_its_domain_made_an_identity() -> None:
    finding = found("sender", but(sender=replace(SENDER, identity=None, verified=False, signed=False)))
    assert (finding.state, finding.says) == (
        State.TO_DO,
        "SES in eu-central-1 knows neither rewards@example.com nor its domain, so no mail goes out",
    )
    assert finding.to_do == (
        "aws sesv2 create-email-identity --email-identity example.com, and put the records that it names into DNS"
    )


@pytest.mark.parametrize(
    ("identity", "do"),
    [
        (
            "example.com",
            "Put the records into DNS that aws sesv2 get-email-identity --email-identity example.com names",
        ),
        ("rewards@example.com", "Follow the link in the mail that SES sent to rewards@example.com"),
    ],
)
def test_an_identity_that_waits_to_be_verified_says_how(identity: str, do: str) -> None:
    finding = found("sender", but(sender=replace(SENDER, identity=identity, verified=False)))
    assert (finding.state, finding.says, finding.to_do) == (
        State.TO_DO,
        f"SES has not verified {identity} yet, so no mail goes out",
        do,
    )


def test_mail_without_dkim_is_a_warning() -> None:
    assert said("sender", but(sender=replace(SENDER, identity="rewards@example.com", signed=False))) == (
        State.WARNING,
        "mail from rewards@example.com is not signed with DKIM, so much of it will be taken for spam",
    )


def test_an_account_in_the_sandbox_of_ses_reaches_nobody() -> None:
    finding = found("mail", but(sender=replace(SENDER, production=False)))
    assert (finding.state, finding.says) == (
        State.TO_DO,
        "SES is in its sandbox: mail goes to verified addresses only, and 200 a day",
    )


def test_an_account_that_ses_paused_is_said_so_before_all() -> None:
    state, says = said("mail", but(sender=replace(SENDER, production=False, sending=False)))
    assert (state, says.partition(":")[0]) == (State.TO_DO, "SES does not let this account send")


@pytest.mark.parametrize(
    ("subscribers", "state", "says"),
    [
        (None, State.TO_DO, "alarms are told to nobody"),
        (0, State.TO_DO, "nobody has subscribed to the alarms, or nobody confirmed it yet"),
        (1, State.OK, "1 subscribed to the alarms"),
    ],
)
def test_somebody_has_to_hear_the_alarms(subscribers: int | None, state: State, says: str) -> None:
    assert said("alarm-topic", but(subscribers=subscribers)) == (state, says)


def test_the_command_that_subscribes_names_the_topic() -> None:
    assert found("alarm-topic", but(subscribers=0)).to_do.startswith(
        "aws sns subscribe --topic-arn arn:aws:sns:eu-central-1:123456789012:alarms "
    )


@pytest.mark.parametrize(
    ("groups", "state"),
    [
        ({}, State.TO_DO),
        ({"viewer": {"v1", "v2"}}, State.TO_DO),
        ({"finance": {"f"}}, State.WARNING),
        # One person in both groups is one person.
        ({"finance": {"p"}, "admin": {"p"}}, State.WARNING),
        ({"finance": {"f1", "f2"}}, State.OK),
        ({"finance": {"f"}, "admin": {"a"}}, State.OK),
    ],
)
def test_two_people_have_to_be_able_to_close_a_month(groups: dict[str, set[str]], state: State) -> None:
    people_by_group = {group: frozenset(members) for group, members in groups.items()}
    finding = found("people", but(people=people_by_group))
    assert finding.state is state
    assert ("--user-pool-id eu-central-1_pool" in finding.to_do) is (state is not State.OK)


@pytest.mark.parametrize("step", ["sender", "mail", "alarm-topic"])
def test_on_the_emulator_mail_and_alarms_ask_for_nothing(step: str) -> None:
    unset = but(
        sender=replace(SENDER, identity=None, verified=False, production=False, sending=False), subscribers=None
    )
    finding = found(step, local(unset))
    assert (finding.state, finding.to_do) == (State.OK, "")
    assert "emulator" in finding.says
    assert INSIDE.subscribers == 2
