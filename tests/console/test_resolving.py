"""Finance says on the page of a payout what became of it, when nobody could find out."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from console.history import lived
from console.runner import api, console_as, get, post
from guerdon.adapters.crm.standard.signature import sign
from guerdon.application.audit_records import Audit
from guerdon.application.ports import ProviderHint
from guerdon.application.reconciliation_records import SeenLine
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.console.http import JSON, Request, Response
from guerdon.console.operations import API
from guerdon.console.signin.principal import Role
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reconciliation import LineKind, LineState, StatementLine
from local.demo.expectations import EVENTS
from memory_stack import API as EVENTS_API
from memory_stack import SECRET, MemoryStack

WHY = "their support wrote so, case 4711"
FINANCE = "console:finance@guerdon.example"
OVERDUE = timedelta(days=12)


@pytest.fixture
def stack() -> MemoryStack:
    """A stack whose provider accepted a check and never said what became of it."""
    stack = lived(2)
    stack.providers[Channel.CHECK].next_submits.append(AnswerState.PENDING)
    body = (EVENTS / "07-percentage.json").read_bytes()
    headers = {"content-type": "application/json", **sign(SECRET, "msg_check", stack.clock.now(), body)}
    assert stack.post(f"{EVENTS_API}/events/crm", headers, body).status == 202
    stack.clock.advance(OVERDUE)
    return stack


def payout(stack: MemoryStack) -> Payout:
    (found,) = (one for one in stack.store.of(Payout) if one.channel is Channel.CHECK)
    return found


def answer_of(stack: MemoryStack) -> ProviderAnswer | None:
    attempt = stack.store.attempt(payout(stack).payout_id, 1)
    assert attempt is not None
    return attempt.answer


def say(stack: MemoryStack, role: Role = Role.FINANCE, **typed: str) -> Response:
    given = {"became": "carried_out", "reason": WHY, "run": "1"} | typed
    return post(console_as(role, stack), f"/payouts/{payout(stack).payout_id}/resolve", **given)


def page(stack: MemoryStack, role: Role = Role.FINANCE) -> str:
    return unescape(get(console_as(role, stack), f"/payouts/{payout(stack).payout_id}").body.decode())


def told(answer: Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.body.decode())).split())


def resolved(stack: MemoryStack) -> list[Audit]:
    return [line for line in stack.store.of(Audit) if line.action is AuditAction.PAYOUT_RESOLVED]


def refused(stack: MemoryStack, **typed: str) -> Response:
    """A word that is not taken; that nothing was written and nobody woken is asserted."""
    rows, woken = dict(stack.store.rows), list(stack.hints.enqueued)
    answer = say(stack, Role.FINANCE, **typed)
    assert answer.status in {400, 409}
    assert (stack.store.rows, stack.hints.enqueued) == (rows, woken)
    return answer


def test_the_page_says_where_to_look_for_it(stack: MemoryStack) -> None:
    found = page(stack)

    assert "Look for it at Lob first: by <code>" in found
    assert f"<code>{payout(stack).payout_id}-1</code> or <code>lob-1</code>" in found
    assert "Charged, if not 625.00 USD" in found
    assert "Number on the check" in found


def test_what_was_carried_out_is_taken_down_with_all_that_was_said_and_by_whom(stack: MemoryStack) -> None:
    on = payout(stack).history[-1].at.date()

    answer = say(stack, provider_id="lob-1", cost="626.10", on=on.isoformat(), check_number="10417")

    assert (answer.status, answer.headers["location"]) == (303, f"/console/payouts/{payout(stack).payout_id}")
    said = answer_of(stack)
    assert said is not None
    assert (said.state, said.provider_id, said.cost, said.value_on, said.check_number, said.said_by) == (
        AnswerState.DONE,
        "lob-1",
        Money(62610, "USD"),
        on,
        "10417",
        FINANCE,
    )
    (line,) = resolved(stack)
    assert (line.actor, line.reason, line.subject_id) == (FINANCE, WHY, payout(stack).payout_id)
    assert stack.hints.enqueued == [ProviderHint("lob", "payout", payout(stack).payout_id)]
    assert "/resolve" not in page(stack)
    assert "finance@guerdon.example said what became of it. It is settled by that within seconds" in page(stack)


def test_a_cost_may_be_in_another_currency(stack: MemoryStack) -> None:
    assert say(stack, cost="580.00 eur").status == 303

    said = answer_of(stack)
    assert said is not None
    assert said.cost == Money(58000, "EUR")


def test_the_api_takes_the_same_word(stack: MemoryStack) -> None:
    body = json.dumps({"became": "carried_out", "reason": WHY, "run": 1, "on": "2026-09-25"}).encode()
    path = f"{API}/payouts/{payout(stack).payout_id}/resolve"

    answer = console_as(Role.FINANCE, stack)(Request("POST", path, "", {"content-type": JSON}, body))

    assert answer.status == 200, answer.body
    said = answer_of(stack)
    assert said is not None
    assert (said.value_on, said.said_by) == (date(2026, 9, 25), FINANCE)


def test_the_same_word_said_twice_is_that_of_whoever_said_it_first(stack: MemoryStack) -> None:
    assert say(stack).status == 303

    again = say(stack, Role.ADMIN)

    assert again.status == 303
    assert [line.actor for line in resolved(stack)] == [FINANCE]


def test_what_the_provider_has_cannot_be_said_not_to_have_moved(stack: MemoryStack) -> None:
    answer = refused(stack, became="nothing_moved")

    assert "Your word was not taken: lob has it as lob-1 (pending): cancel it there" in told(answer)
    assert f">{WHY}</textarea>" in answer.body.decode()
    assert 'value="nothing_moved" required checked' in answer.body.decode()


def test_what_nobody_finds_there_may_be_said_not_to_have_moved(stack: MemoryStack) -> None:
    unfound(stack)

    assert say(stack, became="nothing_moved").status == 303

    said = answer_of(stack)
    assert said is not None
    assert (said.state, said.said_by) == (AnswerState.ABSENT, FINANCE)
    assert payout(stack).status is PayoutStatus.SUBMITTED


def test_what_a_statement_has_cannot_be_said_not_to_have_moved(stack: MemoryStack) -> None:
    unfound(stack)
    reference, worth = f"{payout(stack).payout_id}-1", payout(stack).value
    line = StatementLine("lob", "chk_77", LineKind.PAYOUT, LineState.DONE, worth, date(2026, 9, 24), reference)
    stack.store.put(SeenLine(line, agrees=False, seen_at=stack.clock.now()))

    answer = refused(stack, became="nothing_moved")

    assert "lob's statement of 2026-09-24 has it as chk_77, 625.00 USD: done" in told(answer)


def unfound(stack: MemoryStack) -> None:
    """The provider was asked two hours ago, and did not know it."""
    (attempt,) = (one for one in stack.store.of(Attempt) if one.payout_id == payout(stack).payout_id)
    asked_at = stack.clock.now() - timedelta(hours=2)
    stack.store.put(replace(attempt, answer=None, provider_id=None, absent_since=asked_at))


def test_what_the_provider_did_not_find_must_be_named_to_count_as_paid(stack: MemoryStack) -> None:
    unfound(stack)

    answer = refused(stack)

    assert "Lob was asked at" in told(answer)
    assert "did not know it: give the id that it has there." in told(answer)
    assert say(stack, provider_id="chk_77").status == 303


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"became": "nothing_moved", "cost": "1.00"}, "What did not move has no id, cost, day or number"),
        ({"cost": "much"}, "What it cost cannot be read: 'much' is not a decimal amount"),
        ({"provider_id": "lob-2"}, "lob calls it lob-1, not lob-2"),
        ({"on": "2026-01-01"}, "so it was not carried out on 2026-01-01"),
        ({"run": "2"}, "that was about run 2"),
        ({"became": "perhaps"}, "became"),
        ({"became": ""}, "became is missing"),
        ({"reason": ""}, "reason is missing"),
        ({"run": ""}, "run is missing"),
    ],
)
def test_a_word_that_cannot_be_right_is_refused_with_what_was_typed(
    stack: MemoryStack, typed: dict[str, str], words: str
) -> None:
    assert words in told(refused(stack, **typed))


def test_nothing_is_said_of_a_payout_while_nothing_is_unknown(stack: MemoryStack) -> None:
    stack.clock.move_to(stack.clock.now() - OVERDUE + timedelta(minutes=1))

    assert "/resolve" not in page(stack)
    assert "nothing is unknown yet" in told(refused(stack))


def test_a_viewer_is_offered_nothing_to_say(stack: MemoryStack) -> None:
    assert "Say what became of it" not in page(stack, Role.VIEWER)
    assert say(stack, Role.VIEWER).status == 403
    assert resolved(stack) == []


def test_there_is_nothing_to_say_of_a_payout_that_is_not_there(stack: MemoryStack) -> None:
    answer = post(
        console_as(Role.FINANCE, stack), "/payouts/po_none/resolve", became="carried_out", reason=WHY, run="1"
    )

    assert answer.status == 404
    assert api(console_as(Role.FINANCE, stack), "/payouts/po_none").status == 404
