import subprocess
import sys

import pytest

from adapters.providers.orders import SECRETS
from guerdon.adapters.providers.build import UnknownProvider, Webhook, build_provider, webhook_of
from guerdon.adapters.providers.lob import payouts as lob_payouts
from guerdon.adapters.providers.lob import webhooks as lob_webhooks
from guerdon.adapters.providers.printful import payouts as printful_payouts
from guerdon.adapters.providers.printful import webhooks as printful_webhooks
from guerdon.adapters.providers.stripe import payouts as stripe_payouts
from guerdon.adapters.providers.stripe import webhooks as stripe_webhooks
from guerdon.adapters.providers.tremendous import payouts as tremendous_payouts
from guerdon.adapters.providers.tremendous import webhooks as tremendous_webhooks
from guerdon.application.ports import DraftingProvider, PayoutProvider
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import SecretMissing

PROVIDERS = list(PROVIDER_OF.values())
HEAVY = ("urllib3", "stripe", "requests", "httpx", "pydantic", "boto3")


def loaded_by(code: str) -> set[str]:
    """Which heavy libraries a fresh interpreter has loaded after running `code`."""
    report = f"import sys\n{code}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    path = f"import sys; sys.path[:0] = {sys.path!r}\n"
    done = subprocess.run([sys.executable, "-c", path + report], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter and code
    return set(done.stdout.split())


def test_every_folder_keeps_the_contract_of_its_port() -> None:
    """Whether the methods are those of the port is for the type checker, which reads these lines."""
    url = "http://provider.invalid"
    at_once: list[PayoutProvider] = [
        tremendous_payouts.Payouts(SECRETS["tremendous"], url),
        lob_payouts.Payouts(SECRETS["lob"], url),
        stripe_payouts.Payouts(SECRETS["stripe"], url),
    ]
    drafting: DraftingProvider = printful_payouts.Payouts(SECRETS["printful"], url)
    webhooks = [
        Webhook(tremendous_webhooks.verify, tremendous_webhooks.hint_from),
        Webhook(lob_webhooks.verify, lob_webhooks.hint_from),
        Webhook(stripe_webhooks.verify, stripe_webhooks.hint_from),
        Webhook(printful_webhooks.verify, printful_webhooks.hint_from),
    ]

    assert [provider.name for provider in (*at_once, drafting)] == PROVIDERS
    assert [webhook_of(name) for name in PROVIDERS] == webhooks


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_is_found_by_its_name(name: str) -> None:
    assert build_provider(name, SECRETS[name], "http://provider.invalid").name == name


def test_only_merchandise_is_drafted() -> None:
    drafting = [
        name
        for name in PROVIDERS
        if isinstance(build_provider(name, SECRETS[name], "http://provider.invalid"), DraftingProvider)
    ]

    assert drafting == ["printful"]


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_whose_capabilities_promise_no_key_is_the_drafting_one(name: str) -> None:
    provider = build_provider(name, SECRETS[name], "http://provider.invalid")

    assert (provider.capabilities.key_lasts_hours == 0) is isinstance(provider, DraftingProvider)


@pytest.mark.parametrize("name", ["", "paypal", "../lob", "tremendous.client"])
def test_a_name_that_is_no_providers_is_refused(name: str) -> None:
    with pytest.raises(UnknownProvider, match="there are tremendous, lob, stripe, printful"):
        webhook_of(name)


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in PROVIDERS for field in SECRETS[name]])
@pytest.mark.parametrize("value", [None, "", "  ", 7, "key\nX-Injected: 1", "clé"])
def test_a_secret_without_a_field_says_which_and_never_its_value(name: str, field: str, value: object) -> None:
    with pytest.raises(SecretMissing) as missing:
        build_provider(name, {**SECRETS[name], field: value}, "http://provider.invalid")

    assert (missing.value.secret, missing.value.field) == (name, field)
    assert "Injected" not in str(missing.value)


def test_a_sender_without_a_city_is_missing() -> None:
    secret = {**SECRETS["lob"], "from_address": {"address_line1": "210 King St"}}

    with pytest.raises(SecretMissing, match="address_city"):
        build_provider("lob", secret, "http://provider.invalid")


def test_receiving_webhooks_and_checking_releases_load_no_http_client() -> None:
    code = "\n".join(
        [
            "from guerdon.adapters.providers.build import unmet, webhook_of",
            *(f"webhook_of({name!r})" for name in PROVIDERS),
            *(f"import guerdon.adapters.providers.{name}.capabilities" for name in PROVIDERS),
        ]
    )

    assert loaded_by(code) == set()


@pytest.mark.parametrize("name", ["tremendous", "lob", "printful"])
def test_only_bill_credits_load_stripes_sdk(name: str) -> None:
    assert loaded_by(f"import guerdon.adapters.providers.{name}.payouts") == {"urllib3"}
