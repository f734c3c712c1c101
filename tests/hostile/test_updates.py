"""Bad input in masses against receive_provider_update: what may become a hint, and what may not.

The oracle. A webhook that its own provider did not sign, or not in these five minutes where a time is signed, is
answered with 401, logged by code and status alone, and causes no call of AWS. One that is signed is a hint if it names
one of the things that we follow by an id that can be asked for: 202, and one message with provider, resource and id on
that provider's queue, whoever's id it is, since only the provider can tell. Told again it is a hint again, which is
harmless: what counts is the look-up. One that is signed and names nothing of the kind is answered with 200 and
forgotten.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import strategies as st

from guerdon.adapters.providers.hints import BODY_BYTES_MOST
from hostile import often
from hostile.edge import SIGNATURE_LEAST, UPDATES, WEBHOOK_SECRETS, Answered, Edge, Sent, in_memory
from hostile.messages import CANARY
from hostile.play import play
from hostile.updates import FORGED, Update, key_of, not_followed, said, updates, written


@pytest.fixture(scope="module")
def edge() -> Iterator[Edge]:
    with in_memory() as edge:
        yield edge


def keep_quiet(sent: Sent, answered: Answered) -> None:
    """Hold that nothing that was sent turns up where it must not."""
    signatures = [value.rpartition("=")[2] for name, value in sent.headers if "signature" in name.lower()]
    answered.hides(CANARY, *(text for text in signatures if len(text) >= SIGNATURE_LEAST))


def refuse(edge: Edge, sent: Sent, status: int, code: str) -> None:
    """Hold that a webhook is refused so, and leaves nothing behind."""
    answered = edge.send(UPDATES, sent)
    assert answered.refusal == (status, code, None), answered.text
    assert answered.operations == []
    assert answered.logged == [{"code": code, "status": status}]
    keep_quiet(sent, answered)


def forget(edge: Edge, sent: Sent) -> None:
    """Hold that a webhook is believed, and about nothing."""
    answered = edge.send(UPDATES, sent)
    assert (answered.status, answered.content) == (200, {"followed": False})
    assert answered.operations == []
    assert answered.logged == []
    keep_quiet(sent, answered)


def follow(edge: Edge, sent: Sent, hint: dict[str, str]) -> None:
    """Hold that a webhook becomes exactly this hint, each time that it comes."""
    for _ in range(2):
        answered = edge.send(UPDATES, sent)
        assert (answered.status, answered.content) == (202, {"followed": True})
        ((operation, asked),) = answered.calls
        assert operation == "SendMessage"
        assert asked["QueueUrl"] == edge.queue_urls[hint["provider"]]
        assert json.loads(asked["MessageBody"]) == hint
        # The thing's own id, and not the customer's, which Stripe's begin with.
        assert answered.logged == [{**hint, "resource_id": hint["resource_id"].rpartition("/")[2]}]
        keep_quiet(sent, answered)


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_webhook_is_refused(edge: Edge, kind: str) -> None:
    play(edge, often.FORGED_UPDATES, FORGED[kind], lambda sent: refuse(edge, sent, 401, "invalid_signature"))


@pytest.mark.parametrize("provider", WEBHOOK_SECRETS)
def test_a_webhook_about_nothing_that_we_follow_is_forgotten(edge: Edge, provider: str) -> None:
    requests = updates(provider, not_followed(provider)).map(lambda update: update.sent)
    play(edge, often.UPDATES_ABOUT_NOTHING, requests, lambda sent: forget(edge, sent))


@pytest.mark.parametrize("provider", WEBHOOK_SECRETS)
def test_a_webhook_that_is_signed_is_a_hint_whoevers_id_it_names(edge: Edge, provider: str) -> None:
    def meant(content: tuple[dict[str, object], tuple[str, str]], update: Update) -> tuple[Sent, dict[str, str]]:
        told, (resource, resource_id) = content
        hint = {"provider": provider, "resource": resource, "resource_id": resource_id}
        return replace(update, body=written(told)).sent, hint

    requests = st.builds(meant, said(provider), updates(provider))
    play(edge, often.HINTS, requests, lambda request: follow(edge, *request))


@pytest.mark.parametrize("provider", ["tremendous", "printful"])
def test_a_webhook_whose_signature_has_no_time_is_a_hint_in_forty_days_too(edge: Edge, provider: str) -> None:
    # It can be replayed by whoever heard it, and all that it does is to have the provider asked once more.
    def meant(content: tuple[dict[str, object], tuple[str, str]], age_seconds: int) -> tuple[Sent, dict[str, str]]:
        told, (resource, resource_id) = content
        update = Update(provider, provider, key_of(provider), str(1_700_000_000 - age_seconds), written(told))
        return update.sent, {"provider": provider, "resource": resource, "resource_id": resource_id}

    requests = st.builds(meant, said(provider), st.integers(0, 40 * 86_400))
    play(edge, often.HINTS, requests, lambda request: follow(edge, *request))


def test_a_webhook_for_nobody_is_refused(edge: Edge) -> None:
    names = st.sampled_from(["", "LOB", "lob ", "manual", "lob\x00", "../lob", "\ud800"]) | st.text(max_size=300)
    requests = st.builds(
        lambda update, name: replace(update, to=name).sent,
        st.sampled_from(sorted(WEBHOOK_SECRETS)).flatmap(updates),
        names.filter(lambda name: name not in WEBHOOK_SECRETS),
    )
    play(edge, often.WRONG_FRAMES, requests, lambda sent: refuse(edge, sent, 404, "unknown_provider"))


def test_a_webhook_beyond_the_limit_is_refused(edge: Edge) -> None:
    requests = st.builds(
        lambda update, more: replace(update, body=update.body.ljust(BODY_BYTES_MOST + more)).sent,
        st.sampled_from(sorted(WEBHOOK_SECRETS)).flatmap(updates),
        st.integers(1, 9_000),
    )
    play(edge, often.WRONG_FRAMES, requests, lambda sent: refuse(edge, sent, 413, "body_too_large"))


def test_a_webhook_that_says_it_is_base64_and_is_not_is_refused(edge: Edge) -> None:
    requests = st.builds(
        lambda update: replace(update.sent, body=update.body.decode(), encoded=True),
        st.sampled_from(sorted(WEBHOOK_SECRETS)).flatmap(updates),
    )
    play(edge, often.WRONG_FRAMES, requests, lambda sent: refuse(edge, sent, 400, "not_base64"))
