"""Programs, advocates, the inbox, the audit trail and the glossary, over a stack that deals went through."""

import json
import re
from typing import Final

import pytest

from console.history import lived
from console.runner import api, console_as, get, post
from guerdon.application.records import DayReleased
from guerdon.console.signin.principal import Role
from guerdon.domain import glossary
from guerdon.domain.ceilings import Ceilings
from guerdon.domain.money import Money
from local.demo.expectations import PROGRAMS
from memory_stack import MemoryStack

PROGRAM: Final = (PROGRAMS / "customer-referral.yaml").read_text()
WHY: Final = "agreed with the program's owner"


@pytest.fixture
def stack() -> MemoryStack:
    return lived(3)


def an_event(stack: MemoryStack) -> str:
    return str(json.loads(api(console_as(Role.VIEWER, stack), "/inbox").body)["events"][0]["event_id"])


def an_advocate(stack: MemoryStack) -> str:
    events = json.loads(api(console_as(Role.VIEWER, stack), "/inbox").body)["events"]
    return str(next(each["recipient"]["advocate_id"] for each in events if each["recipient"]))


def actions(stack: MemoryStack) -> list[tuple[str, str, str | None]]:
    lines = json.loads(api(console_as(Role.VIEWER, stack), "/audit").body)["lines"]
    return [(line["action"], line["actor"], line["reason"]) for line in lines]


def test_an_event_is_found_with_what_it_earned(stack: MemoryStack) -> None:
    page = get(console_as(Role.VIEWER, stack), f"/inbox/{an_event(stack)}").body.decode()

    assert "What it earned" in page
    assert re.search(r'href="/console/payouts/po_\w+"', page)
    assert "Send again" not in page


def test_sending_again_is_kept_with_who_and_why(stack: MemoryStack) -> None:
    event = an_event(stack)

    answer = post(console_as(Role.FINANCE, stack), f"/inbox/{event}/resend", reason=WHY)

    assert (answer.status, answer.headers["location"]) == (303, f"/console/inbox/{event}")
    assert ("event_resent", "console:finance@guerdon.example", WHY) in actions(stack)


def test_resolving_what_waits_for_nobody_is_refused_with_the_words_kept(stack: MemoryStack) -> None:
    before = actions(stack)

    answer = post(console_as(Role.FINANCE, stack), f"/inbox/{an_event(stack)}/resolve", reason=WHY)

    assert answer.status == 409
    assert "it waits for nobody: its outcome is rewarded" in answer.body.decode()
    assert WHY.replace("'", "&#39;") in answer.body.decode()
    assert actions(stack) == before


def test_an_advocate_is_found_by_their_email_in_any_case(stack: MemoryStack) -> None:
    console, advocate = console_as(Role.VIEWER, stack), an_advocate(stack)
    details = stack.store.advocate(advocate)
    assert details is not None
    assert details.email is not None

    found = json.loads(api(console, "/advocates", find=details.email.upper()).body)["advocates"]

    assert [each["advocate_id"] for each in found] == [advocate]
    assert found[0]["totals"][0]["payouts"] == 1


def test_an_address_that_nobody_has_says_so() -> None:
    assert (
        "Nobody has the address x@example.org"
        in get(console_as(Role.VIEWER), "/advocates", find="x@example.org").body.decode()
    )


def test_an_erased_advocate_is_shown_as_erased_and_keeps_their_payouts(stack: MemoryStack) -> None:
    console, advocate = console_as(Role.ADMIN, stack), an_advocate(stack)
    details = stack.store.advocate(advocate)
    assert details is not None

    answer = post(console, f"/advocates/{advocate}/erase", reason=WHY)

    page = get(console, f"/advocates/{advocate}").body.decode()
    assert answer.status == 303
    assert str(details.name) not in page
    assert "nothing that names them is kept" in page
    assert re.search(r"/console/payouts/po_\w+", page)


def test_erasing_needs_the_role_of_an_admin(stack: MemoryStack) -> None:
    advocate = an_advocate(stack)
    before = stack.store.advocate(advocate)

    answer = post(console_as(Role.FINANCE, stack), f"/advocates/{advocate}/erase", reason=WHY)

    assert answer.status == 403
    assert stack.store.advocate(advocate) == before


def test_a_draft_is_held_against_what_is_published_and_publishes_nothing(stack: MemoryStack) -> None:
    console = console_as(Role.ADMIN, stack)

    page = post(console, "/programs/drafts/check", draft=PROGRAM.replace("flat: 150.00", "flat: 175.00")).body.decode()

    assert "1 line changes" in page
    assert "flat: 150.00" in page
    assert "flat: 175.00" in page
    head = stack.store.program_head("customer-referral")
    assert head is not None
    assert head.current == 1


def test_a_mistake_in_a_draft_is_named_with_its_line_and_cannot_be_published(stack: MemoryStack) -> None:
    console, wrong = console_as(Role.ADMIN, stack), PROGRAM.replace("flat: 150.00", "flat: -1.00")
    line = next(at for at, text in enumerate(wrong.splitlines(), 1) if "flat: -1.00" in text)

    checked = post(console, "/programs/drafts/check", draft=wrong).body.decode()
    published = post(console, "/programs/drafts/publish", draft=wrong, reason=WHY, after="1")

    assert f"line {line}" in checked
    assert "Publish it" not in checked
    assert published.status == 409
    head = stack.store.program_head("customer-referral")
    assert head is not None
    assert head.current == 1


def test_publishing_makes_a_version_that_is_shown_beside_the_one_before(stack: MemoryStack) -> None:
    console = console_as(Role.ADMIN, stack)

    draft = PROGRAM.replace("flat: 150.00", "flat: 175.00")
    post(console, "/programs/drafts/publish", draft=draft, reason=WHY, after="1")

    page = get(console, "/programs/customer-referral").body.decode()
    assert "Version 2 is the newest" in page
    assert "1 line differs" in page
    assert ("program_published", "console:admin@guerdon.example", WHY) in actions(stack)


def test_a_program_with_ceilings_says_what_went_out_today(stack: MemoryStack) -> None:
    head = stack.store.program_head("customer-referral")
    assert head is not None
    ceilings = Ceilings("America/New_York", 500, Money(25000_00, "USD"))
    assert head.ceilings == ceilings
    day = ceilings.day_of(stack.clock.now())
    stack.store.put(DayReleased("customer-referral", day, 12, (Money(840_00, "USD"),)))

    page = get(console_as(Role.VIEWER, stack), "/programs/customer-referral").body.decode()
    told = json.loads(api(console_as(Role.VIEWER, stack), "/programs/customer-referral").body)["today"]

    assert f"Released today, {day}" in page
    assert "Payouts: 12 of 500. Worth: 840.00 USD of 25,000.00 USD." in page
    assert told == {"day": day, "payouts": "12 of 500", "amount": "840.00 USD of 25,000.00 USD"}


def test_the_glossary_has_every_status_with_its_meaning() -> None:
    page = get(console_as(Role.VIEWER), "/glossary").body.decode()

    assert all(term.words in page for term in glossary.STATUS.values())


@pytest.mark.parametrize("path", ["/inbox/ev_none", "/advocates/ad_none", "/programs/none"])
def test_what_is_not_there_is_said_with_where_to_look(path: str) -> None:
    assert get(console_as(Role.VIEWER), path).status == 404
