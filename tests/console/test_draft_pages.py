"""A draft on stored deals, as finance sees it before anything is published."""

import json
from typing import Final

import pytest

from console.runner import console_as, post
from drafts import DRAFT, PUBLISHED, published, told
from guerdon.console.app import Console
from guerdon.console.http import JSON, Request
from guerdon.console.operations import API
from guerdon.console.signin.principal import Role
from guerdon.domain import identity
from memory_stack import MemoryStack

SIMULATE: Final = "/programs/drafts/simulate"


@pytest.fixture
def stack() -> MemoryStack:
    return told()


def page(stack: MemoryStack, draft: str = DRAFT, **typed: str) -> str:
    answer = post(console_as(Role.FINANCE, stack), SIMULATE, draft=draft, **typed)
    assert answer.status == 200
    return answer.body.decode()


def by_api(console: Console, **asked: object) -> object:
    sent = json.dumps({"draft": DRAFT, **asked}).encode()
    return json.loads(console(Request("POST", API + SIMULATE, "", {"content-type": JSON}, sent)).body)


def test_the_page_says_what_both_cost_and_what_the_history_is(stack: MemoryStack) -> None:
    shown = page(stack)

    for figure in ("220.00 USD", "225.00 USD", "5.00 USD", "140.00 USD", "175.00 USD", "-30.00 USD"):
        assert f">{figure}<" in shown
    assert "4 of 5 deals rewarded" in shown
    assert "By 6 stored events, which came from 2026-09-20 15:00 to 2026-10-10 18:10 UTC." in shown


def test_what_the_drafts_ceilings_would_have_stopped_stands_beside_the_cost(stack: MemoryStack) -> None:
    capped = page(stack, DRAFT.replace("amount_per_day: 25000.00", "amount_per_day: 69.00"))

    assert "What would have waited for a person" in capped
    assert "payouts at the ceiling of 2026-09-20" in capped
    assert ">185.00 USD<" in capped
    assert ">225.00 USD<" in capped
    assert "What would have waited for a person" not in page(stack)


def test_whoever_gains_or_loses_is_a_link_and_no_name(stack: MemoryStack) -> None:
    shown = page(stack)

    for number in (0, 3):
        advocate = identity.advocate_id("acme", f"A-{number}")
        assert f'<a href="/console/advocates/{advocate}"' in shown
    assert "Ada Byron" not in shown


def test_the_plot_says_what_it_is_and_stands_above_its_table(stack: MemoryStack) -> None:
    shown = page(stack)

    assert 'aria-label="Cost by month of closing, by the draft and by the published version' in shown
    assert shown.index("<svg") < shown.index("<caption>Cost by month</caption>")


def test_a_day_to_begin_with_and_any_date_are_kept_in_the_form(stack: MemoryStack) -> None:
    shown = page(stack, since="2026-10-01", any_date="true")

    assert 'value="2026-10-01"' in shown
    assert 'value="true" checked' in shown
    assert "By 1 stored event," in shown


def test_the_api_has_the_same_figures(stack: MemoryStack) -> None:
    found = by_api(console_as(Role.FINANCE, stack))

    assert isinstance(found, dict)
    assert found["compared"]["total"]["difference"] == {"amount_minor": 500, "currency": "USD"}
    assert found["history"]["events"] == 6


def test_mistakes_are_named_with_their_lines_and_nothing_is_replayed(stack: MemoryStack) -> None:
    wrong = PUBLISHED.replace("flat: 150.00", "flat: -1.00")
    line = next(at for at, text in enumerate(wrong.splitlines(), 1) if "flat: -1.00" in text)

    shown = page(stack, wrong)

    assert f"line {line}" in shown
    assert "What it costs" not in shown
    assert "line 1" in page(stack, "program: [")


def test_without_any_history_the_page_says_what_to_do() -> None:
    shown = page(published())

    assert "No deal of customer-referral is stored. Have the CRM send its deals" in shown
    assert "What it costs" not in shown


def test_a_program_that_is_not_published_has_nothing_to_be_held_against(stack: MemoryStack) -> None:
    shown = page(stack, DRAFT.replace("program: customer-referral", "program: another"))

    assert "another is not published yet, so there is nothing to hold the draft against" in shown


def test_amounts_in_another_currency_are_not_subtracted(stack: MemoryStack) -> None:
    shown = page(stack, DRAFT.replace("currency: USD", "currency: CAD"))

    assert "The draft is in CAD and the published version in USD" in shown


def test_it_writes_nothing(stack: MemoryStack) -> None:
    rows, commits = dict(stack.store.rows), len(stack.store.commits)

    page(stack)

    assert (stack.store.rows, len(stack.store.commits)) == (rows, commits)


def test_a_viewer_may_not(stack: MemoryStack) -> None:
    assert post(console_as(Role.VIEWER, stack), SIMULATE, draft=DRAFT).status == 403
