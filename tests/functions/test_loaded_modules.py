"""What each function loads, and what it must not: every module is paid for at every cold start.

Each function is imported, and built as its first invocation would build it, in a process of its own.
"""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from first_invocation import FUNCTIONS, LAYERS, ON_THE_WAY_OF_A_DEAL, ROOT, building, environment_of
from local.artifacts import IN_RUNTIME

PROGRAM = """
import importlib, json, sys
sys.dont_write_bytecode = True
importlib.import_module("{name}.handler")
{build}
print(json.dumps(sorted(sys.modules)))
"""


def modules_of(name: str) -> set[str]:
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own text.
        [sys.executable, "-c", PROGRAM.format(name=name, build=building(name))],
        env={
            **environment_of(name),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'layers/core'}{os.pathsep}{ROOT / 'functions'}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    return {name: modules_of(name) for name in FUNCTIONS}


def test_there_are_the_fourteen_functions() -> None:
    assert FUNCTIONS == [
        "evaluate_rewards",
        "finance_console",
        "notify",
        "pay_bill_credit",
        "pay_check",
        "pay_gift_card",
        "pay_merchandise",
        "receive_event",
        "receive_provider_update",
        "reconcile",
        "release_payout",
        "seal_ledger",
        "settle_payout",
        "sweep",
    ]


def test_stripe_is_loaded_by_pay_bill_credit_alone(loaded: dict[str, set[str]]) -> None:
    assert [name for name in FUNCTIONS if "stripe" in loaded[name]] == ["pay_bill_credit"]


def test_locales_are_loaded_by_notify_alone_and_templates_by_the_console_too(loaded: dict[str, set[str]]) -> None:
    assert [name for name in FUNCTIONS if "babel" in loaded[name]] == ["notify"]
    assert [name for name in FUNCTIONS if "jinja2" in loaded[name]] == ["finance_console", "notify"]


@pytest.mark.parametrize("library", ["jwt", "cryptography", "guerdon.console"])
def test_what_signs_people_in_is_loaded_by_the_console_alone(loaded: dict[str, set[str]], library: str) -> None:
    assert [name for name in FUNCTIONS if library in loaded[name]] == ["finance_console"]


@pytest.mark.parametrize("name", ON_THE_WAY_OF_A_DEAL)
def test_nothing_heavy_lies_on_the_way_of_a_deal(loaded: dict[str, set[str]], name: str) -> None:
    unwanted = {
        "pydantic",
        "aws_xray_sdk",
        "aws_lambda_powertools.utilities.idempotency",
        "aws_lambda_powertools.utilities.parser",
        "aws_lambda_powertools.event_handler",
        "boto3",
        "httpx",
        "rich",
        "ruamel.yaml",
        "typer",
    }
    assert loaded[name] & unwanted == set()


def test_rules_are_loaded_where_they_decide(loaded: dict[str, set[str]]) -> None:
    # Each kind of amount and condition is a class of its own, which every cold start would make anew.
    assert [name for name in FUNCTIONS if "guerdon.domain.evaluation" in loaded[name]] == [
        "evaluate_rewards",
        "finance_console",
    ]


def test_only_the_functions_of_a_provider_load_its_client(loaded: dict[str, set[str]]) -> None:
    # The reconciliation is built here as that of Tremendous.
    clients = {
        "guerdon.adapters.providers.tremendous.client": ["pay_gift_card", "reconcile"],
        "guerdon.adapters.providers.lob.client": ["pay_check"],
        "guerdon.adapters.providers.stripe.client": ["pay_bill_credit"],
        "guerdon.adapters.providers.printful.client": ["pay_merchandise"],
    }
    assert {client: [name for name in FUNCTIONS if client in loaded[name]] for client in clients} == clients


# The environment of the tests starts with setuptools; botocore takes certifi's certificates only where it is there.
NOT_NEEDED = {"certifi", "setuptools"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whatever_a_function_loads_of_others_is_in_its_layers(loaded: dict[str, set[str]], name: str) -> None:
    shipped = {"dependencies", *LAYERS.get(name, ())}
    locked = {
        re.split("[=;\\s]", line)[0]
        for layer in shipped
        for line in (ROOT / "layers" / layer / "requirements.txt").read_text().splitlines()
        if re.match("[a-z0-9]", line)
    }

    of_module = packages_distributions()
    used = {
        distribution.lower().replace("_", "-").replace(".", "-")
        for module in {each.partition(".")[0] for each in loaded[name]}
        for distribution in of_module.get(module, ())
    }

    assert used - set(IN_RUNTIME) - NOT_NEEDED - {"guerdon"} - locked == set()
