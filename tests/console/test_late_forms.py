"""A form that is sent twice, late, or behind which something else happened, decides about nothing that nobody saw."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from console.history import lived, tell
from console.runner import console_as, get, post
from guerdon.adapters.crm.standard.signature import sign
from guerdon.application.audit_records import Audit
from guerdon.application.seal_ledger import SealLedger
from guerdon.console.app import Console
from guerdon.console.http import segment
from guerdon.console.signin.principal import Role
from guerdon.domain.actions import AuditAction
from guerdon.domain.checks import Check, CheckState
from guerdon.domain.payout import Payout, PayoutStatus
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import API, SECRET, MemoryStack

PROGRAM = (PROGRAMS / "customer-referral.yaml").read_text()
DEARER = PROGRAM.replace("flat: 150.00", "flat: 175.00")


@pytest.fixture
def stack() -> MemoryStack:
    return lived(14)


def hidden(console: Console, path: str, name: str) -> str:
    """What a page's form brings along under that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', get(console, path).body.decode())
    assert found is not None
    return found[1]


def now_of(stack: MemoryStack, payout_id: str) -> Payout:
    payout = stack.store.payout(payout_id)
    assert payout is not None
    return payout


def mailed(stack: MemoryStack) -> Check:
    body = (EVENTS / "07-percentage.json").read_bytes()
    headers = {"content-type": "application/json", **sign(SECRET, "msg_check", stack.clock.now(), body)}
    assert stack.post(f"{API}/events/crm", headers, body).status == 202
    (check,) = stack.store.of(Check)
    return check


def test_a_void_that_is_sent_again_after_a_reissue_leaves_the_new_check_in_the_mail(stack: MemoryStack) -> None:
    console, path = console_as(Role.FINANCE, stack), f"/payouts/{mailed(stack).payout_id}"
    typed = {"reason": "lost in the mail", "run": hidden(console, path, "run")}
    assert post(console, f"{path}/void", **typed).status == 303
    assert post(console, f"{path}/release", reason="send another", run=hidden(console, path, "run")).status == 303
    tell(stack, 50)  # Whatever comes next has what was started carried out.

    again = post(console, f"{path}/void", **typed)

    assert again.status == 409
    assert "it has gone on since" in again.body.decode()
    assert sorted(check.state for check in stack.store.of(Check)) == [CheckState.OUTSTANDING, CheckState.VOIDED]


def test_a_void_that_is_sent_twice_at_once_voids_one_check_once(stack: MemoryStack) -> None:
    console, path = console_as(Role.FINANCE, stack), f"/payouts/{mailed(stack).payout_id}"
    typed = {"reason": "lost in the mail", "run": hidden(console, path, "run")}

    assert [post(console, f"{path}/void", **typed).status for _ in range(2)] == [303, 303]

    assert [check.state for check in stack.store.of(Check)] == [CheckState.VOIDED]
    assert [line.action for line in stack.store.of(Audit)].count(AuditAction.CHECK_VOIDED) == 1


def test_a_release_that_is_sent_again_does_not_pay_a_second_check(stack: MemoryStack) -> None:
    payout_id = mailed(stack).payout_id
    console, path = console_as(Role.FINANCE, stack), f"/payouts/{payout_id}"
    post(console, f"{path}/void", reason="lost in the mail", run=hidden(console, path, "run"))
    typed = {"reason": "send another", "run": hidden(console, path, "run")}
    assert post(console, f"{path}/release", **typed).status == 303
    tell(stack, 50)
    post(console, f"{path}/void", reason="this one too", run=hidden(console, path, "run"))

    again = post(console, f"{path}/release", **typed)

    assert again.status == 409
    assert now_of(stack, payout_id).status is PayoutStatus.RETURNED
    assert len(list(stack.store.of(Check))) == 2


def test_a_write_off_about_an_earlier_run_posts_nothing(stack: MemoryStack) -> None:
    payout_id = mailed(stack).payout_id
    console, path = console_as(Role.FINANCE, stack), f"/payouts/{payout_id}"
    post(console, f"{path}/void", reason="lost in the mail", run=hidden(console, path, "run"))
    typed = {"reason": "moved, no answer", "run": hidden(console, path, "run")}
    post(console, f"{path}/release", reason="send another", run=typed["run"])
    tell(stack, 50)
    post(console, f"{path}/void", reason="this one too", run=hidden(console, path, "run"))
    before = now_of(stack, payout_id)

    assert post(console, f"{path}/write-off", **typed).status == 409

    assert now_of(stack, payout_id) == before


def test_a_decision_that_does_not_say_what_was_looked_at_is_refused(stack: MemoryStack) -> None:
    payout_id = mailed(stack).payout_id
    before = now_of(stack, payout_id)

    for action in ("void", "release", "write-off"):
        answer = post(console_as(Role.FINANCE, stack), f"/payouts/{payout_id}/{action}", reason="because of it")
        assert answer.status == 400

    assert now_of(stack, payout_id) == before


def test_a_review_of_a_pack_that_was_replaced_meanwhile_closes_nothing(stack: MemoryStack) -> None:
    preparer, reviewer = console_as(Role.FINANCE, stack), console_as(Role.ADMIN, stack)
    path = f"/months/2026-09/{segment('Harbor Payroll, Inc.')}"
    stack.clock.move_to(datetime(2026, 10, 2, tzinfo=UTC))
    while SealLedger(stack.store, stack.clock)().hours:
        pass
    post(preparer, f"{path}/prepare")
    seen = hidden(reviewer, path, "pack_sha256")
    (first,) = stack.store.month_closes()
    line = stack.store.of(Audit)[0]
    stack.store.put(replace(line, audit_id="au_found_later", at=datetime(2026, 9, 25, tzinfo=UTC)))
    post(preparer, f"{path}/prepare")
    (second,) = stack.store.month_closes()
    assert first.pack_sha256 != second.pack_sha256

    answer = post(reviewer, f"{path}/review", reason="all of it agrees", pack_sha256=seen)

    assert answer.status == 409
    assert "prepared another pack since" in unescape(answer.body.decode())
    assert next(stack.store.month_closes()).state == "prepared"


def test_an_old_draft_that_is_sent_again_does_not_undo_what_was_published_since(stack: MemoryStack) -> None:
    console = console_as(Role.ADMIN, stack)
    first = {"draft": DEARER, "reason": "agreed with the owner", "after": "1"}
    assert post(console, "/programs/drafts/publish", **first).status == 303
    post(console, "/programs/drafts/publish", draft=PROGRAM, reason="a mistake", after="2")

    again = post(console, "/programs/drafts/publish", **first)

    assert again.status == 409
    assert "version 3 was published since" in unescape(again.body.decode())
    head = stack.store.program_head("customer-referral")
    assert head is not None
    assert head.current == 3


def test_a_draft_is_published_against_the_version_that_it_was_shown_beside(stack: MemoryStack) -> None:
    console = console_as(Role.ADMIN, stack)

    page = post(console, "/programs/drafts/check", draft=DEARER).body.decode()

    assert '<input type="hidden" name="after" value="1">' in page


def test_a_draft_keeps_its_lines_when_publishing_it_is_refused(stack: MemoryStack) -> None:
    answer = post(console_as(Role.ADMIN, stack), "/programs/drafts/publish", draft=DEARER, reason="why not", after="7")

    text = re.search(r'<textarea id="draft"[^>]*>\n(.*?)</textarea>', answer.body.decode(), re.DOTALL)
    assert text is not None
    assert unescape(text[1]).strip() == DEARER.strip()
