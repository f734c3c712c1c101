"""What `guerdon doctor` learns of a provider: which fields the secret lacks, and whether the key is taken.

No money moves here: the questions are all GET, which a test holds.
"""

from collections.abc import Mapping
from importlib import import_module

import pytest

from adapters.providers.conftest import PATHS, Sandbox
from adapters.providers.orders import SECRETS
from adapters.providers.servers import Scripted
from guerdon.adapters.providers.access import look_at_access
from guerdon.adapters.providers.build import UnknownProvider, build_provider
from guerdon.application.doctor.facts import Answered, KeyMode, ProviderAccess
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import SecretMissing

PROVIDERS = list(PROVIDER_OF.values())
NOWHERE = "http://provider.invalid"


def fields_of(name: str) -> tuple[str, ...]:
    fields: tuple[str, ...] = import_module(f"guerdon.adapters.providers.{name}.access").FIELDS
    return fields


def without(secret: Mapping[str, object], field: str) -> dict[str, object]:
    return {name: value for name, value in secret.items() if name != field}


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_fields_are_those_without_which_the_provider_cannot_be_built(name: str) -> None:
    whole = SECRETS[name]
    assert set(fields_of(name)) == set(whole)
    build_provider(name, whole, NOWHERE)
    for field in fields_of(name):
        with pytest.raises(SecretMissing) as missing:
            build_provider(name, without(whole, field), NOWHERE)
        assert missing.value.field == field


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("empty", ["", " ", None, {}, "line\nbreak"])
def test_a_field_that_is_no_value_is_missing_and_nobody_is_asked(name: str, empty: object) -> None:
    for field in fields_of(name):
        found = look_at_access(name, {**SECRETS[name], field: empty}, NOWHERE)
        assert (found.missing, found.answered, found.wants) == ((field,), Answered.NOT_ASKED, ())


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_secret_that_was_never_filled_lacks_every_field(name: str) -> None:
    fields = fields_of(name)
    assert look_at_access(name, {}, NOWHERE) == ProviderAccess(fields, fields, KeyMode.UNTOLD, Answered.NOT_ASKED)


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_sandbox_takes_every_key_and_wants_nothing(sandbox: Sandbox, name: str) -> None:
    found = look_at_access(name, SECRETS[name], sandbox.url + PATHS[name])

    assert (found.missing, found.answered, found.detail, found.wants) == ((), Answered.YES, "", ())
    assert sandbox.till() == []


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_taken_is_said_so(scripted: Scripted, name: str, status: int) -> None:
    scripted.says(status, {"error": {"message": "No such key: sk_live_secret"}})

    found = look_at_access(name, SECRETS[name], scripted.url)

    assert (found.answered, found.detail) == (Answered.REFUSED, str(status))
    assert {asked.method for asked in scripted.asked} == {"GET"}


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("status", [200, 302, 404, 429, 500])
def test_an_answer_that_is_not_the_providers_says_nothing_about_the_key(
    scripted: Scripted, name: str, status: int
) -> None:
    scripted.says(status, b"<html>somebody else</html>")

    found = look_at_access(name, SECRETS[name], scripted.url)

    assert found.answered is Answered.UNCLEAR
    assert str(status) in found.detail


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_that_is_not_reached_says_nothing_about_the_key(name: str) -> None:
    found = look_at_access(name, SECRETS[name], "http://127.0.0.1:1")

    assert found.answered is Answered.UNCLEAR
    assert "no answer" in found.detail


def test_tremendous_names_a_funding_source_and_a_campaign_that_are_not_its_own(sandbox: Sandbox) -> None:
    secret = {"api_key": "TEST_key", "funding_source_id": "OTHER", "campaign_id": "ELSEWHERE"}

    found = look_at_access("tremendous", secret, sandbox.url + PATHS["tremendous"])

    assert found.wants == (
        "it knows no funding source OTHER: put one of its own, or balance, into funding_source_id",
        "it knows no campaign ELSEWHERE: put the id of one of its campaigns into campaign_id",
    )


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("bank_missing", "it knows no bank account bank_missing: live and test keys each see their own"),
        (
            "bank_unverified",
            (
                "its bank account bank_unverified is not verified: enter the amounts of the two small deposits that "
                "come in 2 to 3 business days"
            ),
        ),
    ],
)
def test_lob_wants_a_bank_account_that_is_there_and_verified(sandbox: Sandbox, account: str, said: str) -> None:
    found = look_at_access("lob", {**SECRETS["lob"], "bank_account": account}, sandbox.url + PATHS["lob"])

    assert (found.answered, found.wants) == (Answered.YES, (said,))


def test_lob_looks_for_a_stored_address_and_not_for_one_that_is_written_out(sandbox: Sandbox) -> None:
    url = sandbox.url + PATHS["lob"]
    stored = look_at_access("lob", {**SECRETS["lob"], "from_address": "adr_missing"}, url)
    written = look_at_access("lob", {**SECRETS["lob"], "from_address": {"name": "Harbor"}}, url)

    assert stored.wants == ("it knows no address adr_missing: live and test keys each see their own",)
    assert written.wants == ()


def test_stripe_is_asked_for_a_customer_that_nobody_is(scripted: Scripted) -> None:
    scripted.says(404, {"error": {"code": "resource_missing"}})

    assert look_at_access("stripe", SECRETS["stripe"], scripted.url).answered is Answered.YES
    (asked,) = scripted.asked
    assert (asked.method, asked.path) == ("GET", "/v1/customers/guerdon_looks_for_nobody")


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(
    ("name", "key", "mode"),
    [
        ("tremendous", "TEST_1", KeyMode.TEST),
        ("tremendous", "PROD_1", KeyMode.LIVE),
        ("tremendous", "1", KeyMode.UNTOLD),
        ("lob", "test_1", KeyMode.TEST),
        ("lob", "live_1", KeyMode.LIVE),
        ("stripe", "sk_test_1", KeyMode.TEST),
        ("stripe", "rk_test_1", KeyMode.TEST),
        ("stripe", "sk_live_1", KeyMode.LIVE),
        ("stripe", "rk_live_1", KeyMode.LIVE),
        ("printful", "live_1", KeyMode.UNTOLD),
    ],
)
def test_the_beginning_of_a_key_says_what_it_may_do(name: str, key: str, mode: KeyMode) -> None:
    assert look_at_access(name, {**SECRETS[name], "api_key": key}, "http://127.0.0.1:1").mode is mode


def test_nothing_that_is_told_has_the_key_in_it(scripted: Scripted) -> None:
    scripted.says(500, b"PROD_canary")

    found = look_at_access("tremendous", {**SECRETS["tremendous"], "api_key": "PROD_canary"}, scripted.url)

    assert "canary" not in repr(found)


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(UnknownProvider, match="'tango'"):
        look_at_access("tango", {}, NOWHERE)
