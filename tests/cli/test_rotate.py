"""`guerdon rotate`: a newer secret beside the older one, and no value on a screen but the one that was made."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from guerdon.cli.app import app
from memory_stack import NAME, SECRET, MemoryStack

Run = Callable[..., Result]
WHY = ("--reason", "the yearly change")


@pytest.fixture
def typing(memory: MemoryStack) -> Run:
    """Runs the command with a line on its standard input."""

    def run(line: str, *arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, obj=memory.world, env={"GUERDON_STACK": NAME}, input=f"{line}\n")

    return run


def crm(memory: MemoryStack) -> list[str]:
    entry: Any = memory.connections["crm"]
    secrets: list[str] = entry["secrets"]
    return secrets


def test_a_connection_gets_a_newer_secret_which_is_shown_once_every_function_believes_it(
    guerdon: Run, memory: MemoryStack
) -> None:
    begun = guerdon("rotate", "connection", "crm", *WHY)

    newer, older = crm(memory)
    assert (begun.exit_code, begun.stdout, older) == (0, f"{newer}\n", SECRET)
    assert begun.stderr == "connection crm: both are valid. Give this one to the CRM, then: --finish\n"
    assert memory.pauses == [10.0]

    finished = guerdon("rotate", "connection", "crm", "--finish", *WHY)
    assert (finished.exit_code, finished.stdout) == (0, "connection crm: the newer one alone is valid\n")
    assert crm(memory) == [newer]
    again = guerdon("rotate", "connection", "crm", "--finish", *WHY)
    assert (again.exit_code, again.stdout) == (0, "connection crm: one secret is valid, as before\n")


def test_a_secret_that_was_lost_on_its_way_is_taken_back_and_made_anew(guerdon: Run, memory: MemoryStack) -> None:
    guerdon("rotate", "connection", "crm", *WHY)
    refused = guerdon("rotate", "connection", "crm", *WHY)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "connection crm: not changed: it is being rotated already" in refused.stderr

    undone = guerdon("rotate", "connection", "crm", "--undo", *WHY)
    assert (undone.exit_code, undone.stdout) == (0, "connection crm: the older one alone is valid\n")
    assert crm(memory) == [SECRET]


def test_a_connection_that_does_not_exist_is_refused(guerdon: Run) -> None:
    refused = guerdon("rotate", "connection", "pipedrive", *WHY)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "connection pipedrive: not changed: there is none; there are: crm\n"


def test_a_provider_s_secret_is_typed_and_never_shown(typing: Run, memory: MemoryStack) -> None:
    begun = typing("geheim-newer", "rotate", "webhooks", "lob", *WHY)
    assert (begun.exit_code, begun.output) == (
        0,
        "webhooks lob: 2 are valid. Once the provider signs with this one: --finish\n",
    )
    assert memory.webhooks["lob"] == ["geheim-newer", "older-lob"]
    again = typing("geheim-newer", "rotate", "webhooks", "lob", *WHY)
    assert "it was there already" in again.output
    finished = typing("", "rotate", "webhooks", "lob", "--finish", *WHY)
    assert finished.output == "webhooks lob: the newer one alone is valid\n"
    assert memory.webhooks["lob"] == ["geheim-newer"]


@pytest.mark.parametrize(
    ("provider", "typed", "why"),
    [
        ("lob", "", "it is empty"),
        ("lob", "geheim ", ""),
        ("tremendous", "gehéim", "has characters that no secret has"),
        ("stripe", "sk_live_geheim", "Stripe's begin with whsec_"),
        ("printful", "geheim", "Printful's are pairs"),
    ],
)
def test_what_cannot_be_a_provider_s_secret_is_not_taken(
    typing: Run, memory: MemoryStack, provider: str, typed: str, why: str
) -> None:
    said = typing(typed, "rotate", "webhooks", provider, *WHY)
    assert "geh" not in said.output
    if why:
        assert (said.exit_code, why in said.stderr) == (1, True)
        assert memory.webhooks[provider] == [f"older-{provider}"]
    else:
        # What surrounds a pasted value is no part of it.
        assert memory.webhooks[provider] == ["geheim", f"older-{provider}"]


def test_a_key_is_replaced_and_never_shown(typing: Run, memory: MemoryStack) -> None:
    said = typing("newer_geheim", "rotate", "key", "stripe", *WHY)
    assert (said.exit_code, said.output) == (0, "key stripe: changed; the older one may be revoked\n")
    assert memory.keys["stripe"] == {"api_key": "newer_geheim", "other": "kept"}
    assert typing("newer_geheim", "rotate", "key", "stripe", *WHY).output == "key stripe: is that already\n"


@pytest.mark.parametrize("typed", ["", "two words é"])
def test_what_cannot_be_a_key_is_not_taken(typing: Run, memory: MemoryStack, typed: str) -> None:
    said = typing(typed, "rotate", "key", "lob", *WHY)
    assert (said.exit_code, said.stdout) == (1, "")
    assert memory.keys["lob"]["api_key"] == "older_key_lob"


def test_a_key_of_another_account_needs_to_be_meant_and_its_channel_at_rest(typing: Run, memory: MemoryStack) -> None:
    memory.keys["stripe"]["api_key"] = "sk_test_geheim"
    refused = typing("sk_live_geheim", "rotate", "key", "stripe", *WHY)
    assert refused.exit_code == 1
    assert "key stripe: not changed: it is a live key, and the one before is a test key" in refused.output
    meant = typing("sk_live_geheim", "rotate", "key", "stripe", "--another-account", *WHY)
    assert (meant.exit_code, meant.output) == (0, "key stripe: changed; the older one may be revoked\n")
    assert memory.keys["stripe"]["api_key"] == "sk_live_geheim"
    assert "geheim" not in refused.output


@pytest.mark.parametrize("what", ["webhooks", "key"])
def test_a_provider_that_does_not_exist_is_refused(typing: Run, what: str) -> None:
    said = typing("geheim", "rotate", what, "paypal", *WHY)
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr == "error: no provider is called 'paypal'; there are tremendous, lob, stripe, printful\n"


@pytest.mark.parametrize("what", [("connection", "crm"), ("webhooks", "lob")])
def test_finish_and_undo_exclude_each_other(guerdon: Run, what: tuple[str, str]) -> None:
    assert guerdon("rotate", *what, "--finish", "--undo", *WHY).exit_code == 2


def test_it_needs_a_reason(guerdon: Run, memory: MemoryStack) -> None:
    assert guerdon("rotate", "connection", "crm").exit_code == 2
    assert guerdon("rotate", "connection", "crm", "--reason", " ").exit_code == 1
    assert crm(memory) == [SECRET]
