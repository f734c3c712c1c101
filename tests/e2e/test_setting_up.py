"""What somebody does who sets a stack up: ask the doctor, and see it pay once.

The provider sandbox keeps a till of all that moved, so that "once" is what it says and not what we say.
"""

import uuid

import pytest

from e2e.command_line import guerdon
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from guerdon.application.doctor.examine import examine
from guerdon.application.doctor.facts import Answered
from guerdon.application.doctor.findings import State
from guerdon.cli.wiring import real_world
from guerdon.domain.channel import PROVIDER_OF

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


def test_the_doctor_sees_every_step_of_a_stack_that_pays(cloud: LiveCloud) -> None:
    """Nothing is unread, and every provider's own function says that its key is taken.

    What other tests leave behind on purpose, such as a message that was given up on or a program that says nothing of
    ceilings, is not looked at here.
    """
    facts = real_world().stack_facts(cloud.environment["GUERDON_STACK"])

    assert facts.inside is not None
    answered = {name: getattr(each, "answered", each) for name, each in facts.inside.providers.items()}
    assert answered == dict.fromkeys(PROVIDER_OF.values(), Answered.YES)
    findings = examine(facts)
    assert [each for each in findings if "could not be seen" in each.says] == []
    unsure = {"dead-letters", "sweep", "seal", "ceilings"}
    assert {each.step for each in findings if each.state is not State.OK} <= unsure


def test_a_first_payout_is_paid_once_and_a_second_call_sends_nothing(cloud: LiveCloud) -> None:
    email = f"colleague-{uuid.uuid4().hex[:8]}@example.com"
    who = ("--email", email, "--name", "Pat Doe", "--yes", "--wait", "45", "--legal-entity", "Harbor Payroll, Inc.")

    first, second = guerdon("first-payout", *who), guerdon("first-payout", *who)

    assert (first.status, first.err) == (0, "")
    assert "Sent: 1.00 USD, order " in first.out
    assert (second.status, second.err) == (0, "")
    assert second.out.startswith("Pat Doe was given today's deal already, ")
    event_id = first.out.partition(" as ")[2].split()[0]
    assert_paid_once(cloud, event_id)
    # The second call tells the story of the same event, and the deal has no other one.
    deal_id = first.out.rpartition("guerdon status ")[2].strip()
    assert list(cloud.stack.store.events_of_deal(deal_id)) == [event_id]
    assert [mail["to"] for mail in cloud.mails(email)] == [email, email]
