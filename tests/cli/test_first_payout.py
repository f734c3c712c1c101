"""`guerdon first-payout`: one made-up deal, through the real webhook and the real use cases, to a gift card.

No money moves here: provider, store and workflow are the fakes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import Result

from application.doctor.stacks import EMPTY, TAKEN, local
from builders import document
from guerdon.adapters.crm.standard import signature
from guerdon.application.doctor.facts import Connections, Facts, KeyMode, ProviderAccess
from guerdon.application.first_payout import PROGRAM, deal_for
from guerdon.application.records import AnswerState, InboxEvent, ProgramVersion
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from memory_stack import API, CALLER, SECRET, MemoryStack

Run = Callable[..., Result]
WHO = ("--email", "pat@example.com", "--name", "Pat Doe")


@pytest.fixture
def ready(memory: MemoryStack) -> MemoryStack:
    """A stack with one program, in which gift cards are armed."""
    memory.stack.publish(document(), CALLER)
    memory.stack.arm(Channel.GIFT_CARD, CALLER, armed=True)
    return memory


def deal_id(memory: MemoryStack) -> str:
    return deal_for("pat@example.com", "Pat Doe", memory.clock.now().date(), SECRET).deal_id


def not_paid(payout: Payout) -> str:
    """What is said of a payout that stands still, in the glossary's words."""
    assert payout.reason is not None
    words = glossary.status_words(payout.status, payout.reason)
    return f"Not paid: {words}. {glossary.BLOCK_REASON[payout.reason].to_do}"


def seeing(provider: ProviderAccess) -> Callable[[Facts], Facts]:
    def seen(facts: Facts) -> Facts:
        assert facts.inside is not None
        return replace(
            facts, inside=replace(facts.inside, providers={**facts.inside.providers, "tremendous": provider})
        )

    return seen


def test_a_colleague_gets_one_dollar_and_each_step_is_shown(guerdon: Run, ready: MemoryStack) -> None:
    result = guerdon("first-payout", *WHO, "--yes")

    assert (result.exit_code, result.stderr) == (0, "")
    (payout,) = ready.store.of(Payout)
    assert (payout.status, payout.value.words, payout.channel) == (
        PayoutStatus.SETTLED,
        "1.00 USD",
        Channel.GIFT_CARD,
    )
    lines = result.stdout.splitlines()
    assert lines[0] == "Program first-payout: version 1, published now"
    assert lines[1].startswith(f"Deal {deal_id(ready)}: accepted by http://api.example.com/events/crm as ev_")
    steps = ["received through crm", "decided: rewarded", "payout: earned", "payout: ready to pay", "payout: paid"]
    places = [result.stdout.find(step) for step in steps]
    assert places == sorted(places)
    assert places[0] > 0
    assert lines[-2] == f"Sent: 1.00 USD, order {payout.provider_id}. The provider mails it."
    assert lines[-1] == f"The whole story: guerdon status {deal_id(ready)}"


def test_a_second_call_on_the_same_day_sends_nothing_and_tells_the_same_story(guerdon: Run, ready: MemoryStack) -> None:
    first = guerdon("first-payout", *WHO, "--yes")
    sent = len(ready.requests)

    # It asks nothing, since nothing is to be decided.
    second = guerdon("first-payout", *WHO)

    assert second.exit_code == 0
    assert len(ready.requests) == sent
    assert len(ready.store.of(Payout)) == 1
    assert second.stdout.splitlines()[0] == (
        f"Pat Doe was given today's deal already, {deal_id(ready)}: nothing is sent again."
    )
    assert second.stdout.splitlines()[1:] == first.stdout.splitlines()[2:]


def test_one_that_died_after_the_event_was_taken_goes_on_where_it_was(guerdon: Run, ready: MemoryStack) -> None:
    made_up = deal_for("pat@example.com", "Pat Doe", ready.clock.now().date(), SECRET)
    guerdon("first-payout", *WHO, "--yes", "--wait", 0)
    (event,) = ready.store.of(InboxEvent)
    assert event.delivery_id == made_up.delivery_id

    assert guerdon("first-payout", *WHO, "--yes").exit_code == 0
    assert len(ready.store.of(InboxEvent)) == 1


def test_even_sent_under_another_name_the_same_day_pays_nothing_more(guerdon: Run, ready: MemoryStack) -> None:
    """As when the list of the deal's events lags behind, so that the second call does not find the first one's."""
    guerdon("first-payout", *WHO, "--yes")
    again = deal_for("pat@example.com", "Patricia Doe", ready.clock.now().date(), SECRET)
    headers = {"content-type": "application/json"} | signature.sign(
        SECRET, again.delivery_id, ready.clock.now(), again.body
    )

    ready.post(f"{API}/events/crm", headers, again.body)

    assert len(ready.store.of(Payout)) == 1


def test_the_next_day_is_another_card_and_no_new_version(guerdon: Run, ready: MemoryStack) -> None:
    guerdon("first-payout", *WHO, "--yes")
    ready.clock.advance(timedelta(days=1))

    result = guerdon("first-payout", *WHO, "--yes")

    assert result.stdout.splitlines()[0] == "Program first-payout: version 1"
    assert len(ready.store.of(Payout)) == 2


@pytest.mark.parametrize(
    ("seen", "question"),
    [
        (
            seeing(TAKEN),
            (
                "This is real money, in the books of Acme Inc.: Pat Doe <pat@example.com> is sent a gift card of "
                "1.00 USD, paid from your balance at Tremendous. Go on?"
            ),
        ),
        (
            seeing(replace(TAKEN, mode=KeyMode.TEST)),
            "Tremendous's key is one for tests: Pat Doe <pat@example.com> is sent no real card. Go on?",
        ),
        (
            local,
            (
                "The provider sandbox plays a gift card of 1.00 USD for Pat Doe <pat@example.com>; no real money "
                "moves. Go on?"
            ),
        ),
    ],
    ids=["live", "test", "sandbox"],
)
def test_it_says_what_it_will_do_and_a_no_does_nothing(
    guerdon: Run, ready: MemoryStack, seen: Callable[[Facts], Facts], question: str
) -> None:
    ready.seen = seen
    rows = dict(ready.store.rows)

    result = guerdon("first-payout", *WHO, typed="n\n")

    assert result.exit_code == 1
    assert question in result.stdout
    assert ready.store.rows == rows
    assert ready.requests == []


def test_a_yes_that_is_typed_goes_on(guerdon: Run, ready: MemoryStack) -> None:
    assert guerdon("first-payout", *WHO, typed="y\n").exit_code == 0
    assert len(ready.store.of(Payout)) == 1


def test_gift_cards_that_are_not_armed_are_refused(guerdon: Run, memory: MemoryStack) -> None:
    memory.stack.publish(document(), CALLER)
    rows = dict(memory.store.rows)

    result = guerdon("first-payout", *WHO, "--yes")

    assert result.exit_code == 1
    assert result.stderr == (
        "error: gift cards are not armed, so nothing would be paid. guerdon arm gift_card arms them for every program; "
        "with --observe this shows everything but the payment\n"
    )
    assert memory.store.rows == rows
    assert memory.requests == []


def test_observing_shows_everything_but_the_payment(guerdon: Run, memory: MemoryStack) -> None:
    memory.stack.publish(document(), CALLER)

    result = guerdon("first-payout", *WHO, "--yes", "--observe")

    assert result.exit_code == 0
    (payout,) = memory.store.of(Payout)
    assert (payout.status, payout.reason) == (PayoutStatus.BLOCKED, "observing")
    assert "Observed, as it should be: armed, 1.00 USD would have been sent." in result.stdout
    assert memory.mailer.sent == []


def test_armed_afterwards_it_says_that_the_observed_one_waits_for_a_decision(guerdon: Run, memory: MemoryStack) -> None:
    memory.stack.publish(document(), CALLER)
    guerdon("first-payout", *WHO, "--yes", "--observe")
    memory.stack.arm(Channel.GIFT_CARD, CALLER, armed=True)

    result = guerdon("first-payout", *WHO, "--yes")

    (payout,) = memory.store.of(Payout)
    assert (result.exit_code, payout.status) == (1, PayoutStatus.BLOCKED)
    assert payout.reason == BlockReason.OBSERVING
    assert not_paid(payout) in result.stdout.splitlines()
    assert f"The payout: {payout.payout_id}" in result.stdout


def test_what_takes_longer_goes_on_without_the_command(guerdon: Run, ready: MemoryStack) -> None:
    ready.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.PENDING)

    result = guerdon("first-payout", *WHO, "--yes", "--wait", 0)

    (payout,) = ready.store.of(Payout)
    assert (result.exit_code, payout.status) == (1, PayoutStatus.SUBMITTED)
    assert "Still under way after 0 seconds; it goes on without this command." in result.stdout


def test_a_card_that_the_provider_refuses_says_why_and_what_to_do(guerdon: Run, ready: MemoryStack) -> None:
    ready.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.OUT_OF_FUNDS)

    result = guerdon("first-payout", *WHO, "--yes")

    (payout,) = ready.store.of(Payout)
    assert (result.exit_code, payout.status) == (1, PayoutStatus.BLOCKED)
    assert payout.reason == BlockReason.FUNDS
    assert not_paid(payout) in result.stdout.splitlines()


@pytest.mark.parametrize(
    ("provider", "says"),
    [
        (EMPTY, "provider-tremendous: Tremendous's secret lacks api_key, more"),
        (
            replace(TAKEN, wants=("it knows no campaign C",)),
            "provider-tremendous: Tremendous takes the key, but it knows no campaign C",
        ),
    ],
)
def test_what_is_missing_is_said_in_the_doctors_words_and_nothing_is_done(
    guerdon: Run, ready: MemoryStack, provider: ProviderAccess, says: str
) -> None:
    ready.seen = seeing(provider)

    result = guerdon("first-payout", *WHO, "--yes")

    assert result.exit_code == 1
    assert f"to do    {says}" in result.stdout
    assert result.stderr == (
        "error: no gift card can be sent before that is done; guerdon doctor looks at everything\n"
    )
    assert ready.requests == []


def test_what_is_missing_elsewhere_does_not_hinder_it(guerdon: Run, ready: MemoryStack) -> None:
    def seen(facts: Facts) -> Facts:
        assert facts.inside is not None
        return replace(facts, inside=replace(facts.inside, people={}, subscribers=None))

    ready.seen = seen
    assert guerdon("first-payout", *WHO, "--yes").exit_code == 0


def test_of_several_connections_one_has_to_be_named(guerdon: Run, ready: MemoryStack) -> None:
    ready.connections["other"] = {"source": "standard", "source_account": "acme", "secrets": [SECRET]}

    unnamed = guerdon("first-payout", *WHO, "--yes")
    unknown = guerdon("first-payout", *WHO, "--yes", "--connection", "third")

    assert (unnamed.exit_code, unnamed.stderr) == (
        1,
        "error: say by --connection which connection to send by; there are: crm, other\n",
    )
    assert (unknown.exit_code, unknown.stderr) == (
        1,
        "error: the stack has no connection 'third'; there are: crm, other\n",
    )
    assert ready.requests == []
    assert guerdon("first-payout", *WHO, "--yes", "--connection", "other").exit_code == 0


def test_without_a_program_the_legal_entity_has_to_be_named(guerdon: Run, memory: MemoryStack) -> None:
    memory.stack.arm(Channel.GIFT_CARD, CALLER, armed=True)

    unnamed = guerdon("first-payout", *WHO, "--yes")

    assert (unnamed.exit_code, unnamed.stderr) == (
        1,
        "error: say by --legal-entity whose books the 1 USD is in; there are: no program is published yet\n",
    )
    assert memory.store.of(ProgramVersion) == []
    assert guerdon("first-payout", *WHO, "--yes", "--legal-entity", "Acme Inc.").exit_code == 0
    (version,) = memory.store.of(ProgramVersion)
    assert '"legal_entity":"Acme Inc."' in version.document
    assert '"time_zone":"UTC"' in version.document


def test_of_several_legal_entities_one_is_named_with_its_own_time_zone_and_then_kept(
    guerdon: Run, ready: MemoryStack
) -> None:
    ready.stack.publish(
        document(program="japan", legal_entity="Acme KK", time_zone="Asia/Tokyo", currency="USD"), CALLER
    )

    unnamed = guerdon("first-payout", *WHO, "--yes")
    named = guerdon("first-payout", *WHO, "--yes", "--legal-entity", "Acme KK")
    ready.clock.advance(timedelta(days=1))
    kept = guerdon("first-payout", *WHO, "--yes")

    assert (unnamed.exit_code, named.exit_code, kept.exit_code) == (1, 0, 0)
    versions = [each for each in ready.store.of(ProgramVersion) if each.program == PROGRAM]
    assert ['"time_zone":"Asia/Tokyo"' in each.document for each in versions] == [True]


@pytest.mark.parametrize("given", [("--email", "pat", "--name", "Pat"), ("--email", "pat@example.com", "--name", " ")])
def test_an_address_that_is_none_is_not_understood(guerdon: Run, ready: MemoryStack, given: tuple[str, ...]) -> None:
    assert guerdon("first-payout", *given, "--yes").exit_code == 2
    assert ready.requests == []


def test_a_stack_whose_connections_are_empty_is_led_to_them(guerdon: Run, ready: MemoryStack) -> None:
    def seen(facts: Facts) -> Facts:
        assert facts.inside is not None
        return replace(facts, inside=replace(facts.inside, connections=Connections(())))

    ready.seen = seen
    result = guerdon("first-payout", *WHO, "--yes")
    assert result.exit_code == 1
    assert "to do    connections: no CRM may send deals yet" in result.stdout
