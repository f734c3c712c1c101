from dataclasses import replace

import pytest

from application.doctor.stacks import (
    API,
    EMPTY,
    FIELDS,
    INSIDE,
    REFUSED,
    TAKEN,
    WHOLE,
    but,
    but_provider,
    local,
)
from guerdon.application.doctor.connection_checks import SECRET_OF, connections, providers, webhooks
from guerdon.application.doctor.facts import Answered, Connections, Facts, KeyMode, ProviderAccess, PublishedProgram
from guerdon.application.doctor.findings import Finding, State
from guerdon.domain.channel import PROVIDER_OF, Channel

FILL_TREMENDOUS = (
    "aws secretsmanager put-secret-value --secret-id tremendous-secret --secret-string file://tremendous.json"
)


def of_connections(facts: Facts) -> list[tuple[State, str]]:
    assert facts.inside is not None
    return [(each.state, each.says) for each in connections(facts, facts.inside)]


def about(provider: str, facts: Facts) -> list[Finding]:
    assert facts.inside is not None
    return [each for each in providers(facts, facts.inside) if each.step == f"provider-{provider}"]


def of_webhooks(facts: Facts) -> list[Finding]:
    assert facts.inside is not None
    return list(webhooks(facts, facts.inside))


def paying_by(*channels: Channel) -> dict[str, object]:
    program = PublishedProgram("p", 1, frozenset(channels))
    return {"pipeline": replace(INSIDE.pipeline, programs=(program,), armed=frozenset())}


def test_no_connection_is_the_first_thing_to_do() -> None:
    facts = but(connections=Connections(()))
    assert of_connections(facts) == [(State.TO_DO, "no CRM may send deals yet")]
    assert facts.inside is not None
    (found,) = connections(facts, facts.inside)
    assert found.to_do == (
        "aws secretsmanager put-secret-value --secret-id connections-secret --secret-string file://connections.json"
    )


def test_an_incomplete_connection_is_named_beside_those_that_work() -> None:
    facts = but(connections=Connections(("crm",), ("connection other lacks secrets",)))
    assert of_connections(facts) == [
        (State.TO_DO, "connection other lacks secrets"),
        (State.OK, "crm may send deals"),
    ]


def test_a_secret_that_lacks_fields_names_them_and_the_command() -> None:
    facts = but_provider("tremendous", replace(EMPTY, missing=("more",)))
    (found,) = about("tremendous", facts)
    assert (found.state, found.says) == (State.TO_DO, "Tremendous's secret lacks more")
    assert found.to_do == f"{FILL_TREMENDOUS} (docs/deploy.md says what each field is)"


def test_a_key_that_is_not_taken_says_where() -> None:
    facts = but_provider("tremendous", replace(TAKEN, answered=Answered.REFUSED, detail="401"))
    (found,) = about("tremendous", facts)
    assert found.state is State.TO_DO
    assert found.says == ("Tremendous does not take the key at https://api.tremendous.com/api/v2: it answered 401")
    assert found.to_do.endswith(FILL_TREMENDOUS)


def test_a_provider_that_was_not_reached_is_a_warning_alone() -> None:
    facts = but_provider("lob", replace(TAKEN, answered=Answered.UNCLEAR, detail="it answered 500"))
    assert [(each.state, each.says) for each in about("lob", facts)] == [
        (State.WARNING, "Lob gave no clear answer: it answered 500")
    ]


def test_what_the_provider_wants_is_to_be_done() -> None:
    facts = but_provider("lob", replace(TAKEN, wants=("its bank account bank_1 is not verified",)))
    assert [(each.state, each.says) for each in about("lob", facts)] == [
        (State.TO_DO, "Lob takes the key, but its bank account bank_1 is not verified")
    ]


def test_a_key_for_tests_is_a_warning_on_aws_and_in_order_on_the_emulator() -> None:
    facts = but_provider("tremendous", replace(TAKEN, mode=KeyMode.TEST))
    assert [(each.state, each.says) for each in about("tremendous", facts)] == [
        (State.WARNING, "Tremendous takes the key, which is one for tests: no gift card is real")
    ]
    assert [each.state for each in about("tremendous", local(facts))] == [State.OK]


@pytest.mark.parametrize(
    ("mode", "says"), [(KeyMode.LIVE, "Lob takes the key, a live one"), (KeyMode.UNTOLD, "Lob takes the key")]
)
def test_a_key_that_is_taken_is_in_order(mode: KeyMode, says: str) -> None:
    (found,) = about("lob", but_provider("lob", replace(TAKEN, mode=mode)))
    assert (found.state, found.says) == (State.OK, says)


def test_a_provider_that_nothing_is_paid_through_need_not_be_set_up() -> None:
    facts = but_provider("lob", EMPTY, **paying_by(Channel.GIFT_CARD))
    assert [(each.state, each.says) for each in about("lob", facts)] == [
        (State.OK, "Lob is not set up, and nothing is paid through it")
    ]
    assert "webhooks-lob" not in {each.step for each in of_webhooks(facts)}


@pytest.mark.parametrize("channel", list(Channel))
def test_a_provider_that_a_program_pays_through_has_to_be(channel: Channel) -> None:
    provider = PROVIDER_OF[channel]
    (found,) = about(provider, but_provider(provider, EMPTY, **paying_by(channel)))
    assert (found.state, found.says.partition("lacks ")[2]) == (State.TO_DO, ", ".join(FIELDS))


def test_so_has_one_whose_channel_is_armed() -> None:
    pipeline = replace(INSIDE.pipeline, programs=(), armed=frozenset({Channel.CHECK}))
    assert [each.state for each in about("lob", but_provider("lob", EMPTY, pipeline=pipeline))] == [State.TO_DO]


def test_with_nothing_set_up_gift_cards_come_first() -> None:
    nothing: dict[str, ProviderAccess] = dict.fromkeys(PROVIDER_OF.values(), EMPTY)
    facts = but(providers=nothing, pipeline=replace(INSIDE.pipeline, programs=(), armed=frozenset()))
    states = {provider: about(provider, facts)[0].state for provider in nothing}
    assert states == {**dict.fromkeys(nothing, State.OK), "tremendous": State.TO_DO}


def test_a_provider_that_could_not_be_asked_is_a_warning() -> None:
    (found,) = about("stripe", but_provider("stripe", REFUSED))
    assert (found.state, found.says) == (
        State.WARNING,
        "could not be seen: AWS refused SomeCall: AccessDeniedException",
    )


def test_webhooks_that_nobody_believes_say_where_they_go_and_where_their_secret_goes() -> None:
    found = {each.step: each for each in of_webhooks(but(webhooks=frozenset({"tremendous", "printful"})))}
    assert {step: each.state for step, each in found.items()} == {
        "webhooks-tremendous": State.OK,
        "webhooks-lob": State.TO_DO,
        "webhooks-printful": State.OK,
    }
    assert found["webhooks-lob"].to_do == (
        f"At Lob, have webhooks sent to {API}/provider-updates/lob; then add the secret that it signs them with: "
        "aws secretsmanager put-secret-value --secret-id webhooks-secret --secret-string file://webhooks.json"
    )


def test_stripes_answer_is_final_so_its_webhooks_are_not_asked_for() -> None:
    assert "webhooks-stripe" not in {each.step for each in of_webhooks(but(webhooks=frozenset()))}


def test_every_provider_has_its_secret() -> None:
    assert set(SECRET_OF) == set(PROVIDER_OF.values())
    assert {state for state, _ in of_connections(WHOLE)} == {State.OK}
