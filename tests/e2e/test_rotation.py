"""Secrets are rotated under traffic: not one message is refused, and what is taken away is believed no more.

A CRM with a connection of its own and a provider send all the time, each with the secret that it has at that moment,
while an operator runs the commands of docs/secrets.md. Nothing moves money: the deals have no referrer, and the
provider speaks of orders that nobody made.
"""

import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from e2e.command_line import guerdon
from e2e.deals import Deal
from e2e.live import LiveCloud, Reply
from e2e.waiting import eventually
from guerdon.adapters.crm.standard.signature import sign
from guerdon.application.rotate_secrets import new_connection_secret
from guerdon.domain.channel import Channel
from guerdon.domain.outcome import Outcome

pytestmark = [pytest.mark.local_cloud, pytest.mark.allow_hosts(["127.0.0.1"])]

WHY: Final = ("--reason", "they are rotated every year")
PROVIDER: Final = "tremendous"
A_PAUSE_SECONDS: Final = 0.5
WHILE_SECONDS: Final = 2.0
"""How long each stage of a rotation sees traffic, at least."""


@dataclass(slots=True)
class Sender:
    """Somebody who sends on and on.

    Attributes:
        secrets: What it signs with now; with several, every message carries a signature by each, if it can.
        send: Makes and sends one message that is signed by these.
        answers: What came back, in order, with how many secrets the message was signed by.
    """

    secrets: tuple[str, ...]
    send: Callable[[tuple[str, ...]], Reply]
    answers: list[tuple[int, Reply]] = field(default_factory=list)

    def run(self, stopped: threading.Event) -> None:
        while not stopped.wait(A_PAUSE_SECONDS):
            secrets = self.secrets
            self.answers.append((len(secrets), self.send(secrets)))

    def refused(self, secret: str) -> bool:
        """Whether a message that is signed by `secret` is refused, each of three times."""
        return all(self.send((secret,)).status == 401 for _ in range(3))


@contextmanager
def sending(*senders: Sender) -> Iterator[None]:
    """Let them send while the block runs."""
    stopped = threading.Event()
    with ThreadPoolExecutor(max_workers=len(senders)) as pool:
        running = [pool.submit(sender.run, stopped) for sender in senders]
        try:
            yield
        finally:
            stopped.set()
            for one in running:
                one.result()


@dataclass(frozen=True, slots=True)
class Rotating:
    """The two secrets of the stack that are rotated.

    Attributes:
        connection: A connection that only these tests use.
        older: What its CRM signs with at first.
        webhook: What the provider does.
    """

    connection: str
    older: str
    webhook: str


@pytest.fixture
def rotating(cloud: LiveCloud) -> Iterator[Rotating]:
    """A connection of its own; both secrets are afterwards what they were."""
    client = cloud.client("secretsmanager")

    def value(output: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(client.get_secret_value(SecretId=cloud.output(output))["SecretString"])
        return content

    before = {output: value(output) for output in ("ConnectionsSecret", "WebhooksSecret")}
    name, older = f"rotating-{uuid.uuid4().hex[:8]}", new_connection_secret()
    entry = {"source": "standard", "source_account": name, "secrets": [older]}
    with_it = before["ConnectionsSecret"] | {name: entry}
    client.put_secret_value(SecretId=cloud.output("ConnectionsSecret"), SecretString=json.dumps(with_it))
    yield Rotating(name, older, before["WebhooksSecret"][PROVIDER][0])
    for output, content in before.items():
        client.put_secret_value(SecretId=cloud.output(output), SecretString=json.dumps(content))


def the_crm(cloud: LiveCloud, rotating: Rotating) -> Sender:
    """A CRM, which signs as Standard Webhooks allows: by every secret that it has."""

    def send(secrets: tuple[str, ...]) -> Reply:
        content = Deal(Channel.GIFT_CARD).content
        del content["data"]["advocate"], content["data"]["referral"]
        body, delivery, now = json.dumps(content).encode(), f"msg_{uuid.uuid4().hex}", datetime.now(UTC)
        signed = [sign(secret, delivery, now, body) for secret in secrets]
        signatures = " ".join(headers["webhook-signature"] for headers in signed)
        headers = {"content-type": "application/json", **signed[0], "webhook-signature": signatures}
        return cloud.post(f"/events/{rotating.connection}", body, headers)

    return Sender((rotating.older,), send)


def the_provider(cloud: LiveCloud, rotating: Rotating) -> Sender:
    """A provider, which signs by one secret, the newest that it has."""

    def send(secrets: tuple[str, ...]) -> Reply:
        resource = {"id": f"nobody-made-{uuid.uuid4().hex[:8]}", "type": "orders"}
        body = json.dumps({"event": "ORDERS.APPROVED", "payload": {"resource": resource}}).encode()
        signature = hmac.new(secrets[0].encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "tremendous-webhook-signature": f"sha256={signature}"}
        return cloud.post(f"/provider-updates/{PROVIDER}", body, headers)

    return Sender((rotating.webhook,), send)


def test_not_one_message_is_refused_while_secrets_are_rotated(cloud: LiveCloud, rotating: Rotating) -> None:
    crm, provider = the_crm(cloud, rotating), the_provider(cloud, rotating)
    newer_webhook = uuid.uuid4().hex

    with sending(crm, provider):
        begun = guerdon("rotate", "connection", rotating.connection, *WHY)
        assert (begun.status, begun.out[:6]) == (0, "whsec_"), begun.err
        newer = begun.out.strip()
        assert guerdon("rotate", "webhooks", PROVIDER, *WHY, typed=f"{newer_webhook}\n").status == 0
        for secrets in ((newer, rotating.older), (newer,)):
            crm.secrets = secrets
            time.sleep(WHILE_SECONDS)
        provider.secrets = (newer_webhook,)
        time.sleep(WHILE_SECONDS)
        for place in (("connection", rotating.connection), ("webhooks", PROVIDER)):
            assert guerdon("rotate", *place, "--finish", *WHY).status == 0
        time.sleep(WHILE_SECONDS)

    assert {(signed_by, answer.status) for signed_by, answer in crm.answers} == {(1, 202), (2, 202)}
    assert {answer.status for _, answer in provider.answers} == {202}
    assert len(crm.answers) > 8
    assert len(provider.answers) > 8
    decided = {cloud.decided(answer.body["event_id"]).outcome for _, answer in crm.answers}
    assert decided == {Outcome.NOT_A_REFERRAL}
    eventually("the CRM's older secret is believed no more", lambda: crm.refused(rotating.older))
    eventually("the provider's is not either", lambda: provider.refused(rotating.webhook))
    assert crm.send((newer,)).status == 202
    assert provider.send((newer_webhook,)).status == 202


def test_what_somebody_else_changed_at_the_same_moment_is_not_written_over(
    cloud: LiveCloud, rotating: Rotating
) -> None:
    client, secret = cloud.client("secretsmanager"), cloud.output("WebhooksSecret")
    vault = cloud.stack.rotate.vault("webhooks")
    known = vault.read()
    theirs = {**known.value, "lob": ["theirs"]}
    client.put_secret_value(SecretId=secret, SecretString=json.dumps(theirs))

    assert not vault.replace(known, {**known.value, "lob": ["ours"]})

    assert vault.read().value == theirs
    assert rotating.webhook in vault.read().value[PROVIDER]
