"""What each function loads, and what it must not: every module is paid for at every cold start.

Each function is imported, and built as its first invocation would build it, in a process of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
ON_THE_WAY_OF_A_DEAL = sorted(set(FUNCTIONS) - {"notify", "sweep"})

SECRETS = {
    "pay_gift_card": {"api_key": "k", "funding_source_id": "balance", "campaign_id": "c"},
    "pay_check": {"api_key": "k", "bank_account": "bank_1", "from_address": "adr_1"},
    "pay_bill_credit": {"api_key": "sk_test_1"},
    "pay_merchandise": {"api_key": "k", "store_id": "1"},
}

PROGRAM = """
import importlib, json, sys
sys.dont_write_bytecode = True
importlib.import_module("{name}.handler")
from guerdon import bootstrap
from guerdon.domain.channel import Channel
{build}
print(json.dumps(sorted(sys.modules)))
"""

TABLES = (
    "INBOX",
    "PEOPLE",
    "PROGRAMS",
    "DEALS",
    "COUNTERS",
    "REWARDS",
    "PAYOUTS",
    "ATTEMPTS",
    "JOURNAL",
    "SETTINGS",
    "NOTICES",
)
QUEUES = ("NOTICES", "GIFT_CARD_HINTS", "CHECK_HINTS", "BILL_CREDIT_HINTS", "MERCHANDISE_HINTS")


def modules_of(name: str) -> set[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'layers/core'}{os.pathsep}{ROOT / 'functions'}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "POWERTOOLS_SERVICE_NAME": name,
        "EVENT_BUS": "bus",
        "STACK_NAME": "guerdon",
        "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:fulfillment",
        "CONNECTIONS_SECRET": "connections",
        "WEBHOOKS_SECRET": "webhooks",
        "PROVIDER_SECRET": "provider",
        "PROVIDER_URL": "https://provider.example",
        "MAIL_FROM": "rewards@example.com",
        "FINANCE_MAIL": "finance@example.com",
        **{f"{table}_TABLE": table.lower() for table in TABLES},
        **{f"{queue}_QUEUE_URL": f"https://queue.example/{queue}" for queue in QUEUES},
    }
    build = f"bootstrap.{name}()"
    if name in SECRETS:
        # Its secret would be read from AWS; everything after that is built as it would be.
        build = f"bootstrap._pay_step(Channel({name.removeprefix('pay_')!r}), {json.dumps(SECRETS[name])!r})"
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own text.
        [sys.executable, "-c", PROGRAM.format(name=name, build=build)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    return {name: modules_of(name) for name in FUNCTIONS}


def test_there_are_the_eleven_functions_of_the_design() -> None:
    assert FUNCTIONS == [
        "evaluate_rewards",
        "notify",
        "pay_bill_credit",
        "pay_check",
        "pay_gift_card",
        "pay_merchandise",
        "receive_event",
        "receive_provider_update",
        "release_payout",
        "settle_payout",
        "sweep",
    ]


def test_stripe_is_loaded_by_pay_bill_credit_alone(loaded: dict[str, set[str]]) -> None:
    assert [name for name in FUNCTIONS if "stripe" in loaded[name]] == ["pay_bill_credit"]


@pytest.mark.parametrize("library", ["jinja2", "babel"])
def test_mail_libraries_are_loaded_by_notify_alone(loaded: dict[str, set[str]], library: str) -> None:
    assert [name for name in FUNCTIONS if library in loaded[name]] == ["notify"]


@pytest.mark.parametrize("name", ON_THE_WAY_OF_A_DEAL)
def test_nothing_heavy_lies_on_the_way_of_a_deal(loaded: dict[str, set[str]], name: str) -> None:
    unwanted = {
        "pydantic",
        "aws_xray_sdk",
        "aws_lambda_powertools.utilities.idempotency",
        "aws_lambda_powertools.utilities.parser",
        "aws_lambda_powertools.event_handler",
        "httpx",
        "rich",
        "ruamel.yaml",
        "typer",
    }
    assert loaded[name] & unwanted == set()


def test_only_the_function_of_a_provider_loads_its_client(loaded: dict[str, set[str]]) -> None:
    clients = {
        "guerdon.adapters.providers.tremendous.client": "pay_gift_card",
        "guerdon.adapters.providers.lob.client": "pay_check",
        "guerdon.adapters.providers.stripe.client": "pay_bill_credit",
        "guerdon.adapters.providers.printful.client": "pay_merchandise",
    }
    found = {client: [name for name in FUNCTIONS if client in loaded[name]] for client in clients}
    assert found == {client: [name] for client, name in clients.items()}
