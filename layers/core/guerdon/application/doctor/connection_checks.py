"""Whether those who send to the stack, and those whom it pays through, are connected to it."""

from collections.abc import Iterator
from typing import Final

from guerdon.application.doctor.facts import Answered, Facts, Inside, KeyMode, ProviderAccess, Unread
from guerdon.application.doctor.findings import Finding, ok, put_secret, to_do, unseen, warning
from guerdon.domain import glossary
from guerdon.domain.channel import CHANNEL_OF, PROVIDER_OF, Channel

CONNECTIONS: Final = "connections"

SECRET_OF: Final = {
    "tremendous": "TremendousSecret",
    "lob": "LobSecret",
    "stripe": "StripeSecret",
    "printful": "PrintfulSecret",
}
"""The output that names each provider's secret."""

_ANSWERS_AT_ONCE: Final = frozenset({"stripe"})
"""Providers that say the outcome in the answer to the call, so that no webhook is waited for."""


def provider_step(provider: str) -> str:
    """The step that is about a provider's key."""
    return f"provider-{provider}"


def webhook_step(provider: str) -> str:
    """The step that is about a provider's webhooks."""
    return f"webhooks-{provider}"


def connections(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """At least one CRM may send, and every configured one is complete."""
    found, do = inside.connections, put_secret(facts, "ConnectionsSecret", "connections.json")
    if isinstance(found, Unread):
        yield unseen(CONNECTIONS, found)
        return
    for lack in found.wrong:
        yield to_do(CONNECTIONS, lack, do)
    if not found.names and not found.wrong:
        yield to_do(CONNECTIONS, "no CRM may send deals yet", do)
    elif found.names:
        yield ok(CONNECTIONS, f"{', '.join(found.names)} may send deals")


def providers(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """Each provider that is used has a whole secret, and takes its key."""
    used = _used(inside)
    for provider in PROVIDER_OF.values():
        found = inside.providers[provider]
        if isinstance(found, Unread):
            yield unseen(provider_step(provider), found)
        elif found.missing == found.fields and provider not in used:
            says = f"{glossary.PROVIDER[provider]} is not set up, and nothing is paid through it"
            yield ok(provider_step(provider), says)
        else:
            yield from _provider(facts, provider, found)


def webhooks(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """Each provider that is used can tell the stack what became of a payout."""
    for provider in PROVIDER_OF.values():
        if provider not in _used(inside) or provider in _ANSWERS_AT_ONCE:
            continue
        step, name = webhook_step(provider), glossary.PROVIDER[provider]
        if isinstance(inside.webhooks, Unread):
            yield unseen(step, inside.webhooks)
        elif provider in inside.webhooks:
            yield ok(step, f"{name}'s are believed by a secret")
        else:
            address = f"{facts.deployment.outputs.get('ApiUrl', '')}/provider-updates/{provider}"
            yield to_do(
                step,
                f"nothing that {name} tells is believed: each outcome waits for the sweep to ask",
                f"At {name}, have webhooks sent to {address}; then add the secret that it signs them with: "
                + put_secret(facts, "WebhooksSecret", "webhooks.json"),
            )


def _used(inside: Inside) -> frozenset[str]:
    """The providers that programs pay through or that a channel is armed for; gift cards' while there are none yet."""
    pipeline = inside.pipeline
    channels = pipeline.armed.union(*(program.channels for program in pipeline.programs))
    set_up = {
        provider
        for provider, found in inside.providers.items()
        if not isinstance(found, Unread) and found.missing != found.fields
    }
    used = {PROVIDER_OF[channel] for channel in channels} | set_up
    return frozenset(used or {PROVIDER_OF[Channel.GIFT_CARD]})


def _provider(facts: Facts, provider: str, found: ProviderAccess) -> Iterator[Finding]:
    step, name = provider_step(provider), glossary.PROVIDER[provider]
    fill = put_secret(facts, SECRET_OF[provider], f"{provider}.json")
    if found.missing:
        lacks = ", ".join(found.missing)
        yield to_do(step, f"{name}'s secret lacks {lacks}", f"{fill} (docs/deploy.md says what each field is)")
    elif found.answered is Answered.REFUSED:
        url = facts.deployment.parameters.get(f"{name}Url", "its address")
        says = f"{name} does not take the key at {url}: it answered {found.detail}"
        yield to_do(step, says, f"Check that the key is of that address and may do this, and put it there: {fill}")
    elif found.answered is Answered.UNCLEAR:
        yield warning(
            step, f"{name} gave no clear answer: {found.detail}", "Look again in some minutes: guerdon doctor"
        )
    for wanted in found.wants:
        yield to_do(step, f"{name} takes the key, but {wanted}", f"Mend it at {name}, or in the secret: {fill}")
    if found.answered is not Answered.YES or found.wants:
        return
    if found.mode is KeyMode.TEST and not facts.deployment.local:
        channel = glossary.CHANNEL[CHANNEL_OF[provider]].words
        says = f"{name} takes the key, which is one for tests: no {channel} is real"
        yield warning(step, says, f"When tests are over, put a live key there: {fill}")
    else:
        live = ", a live one" if found.mode is KeyMode.LIVE else ""
        yield ok(step, f"{name} takes the key{live}")
