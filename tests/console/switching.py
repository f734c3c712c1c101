"""What the tests of the switches share: what the page says, and its forms as they are sent."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

from console.history import tell
from console.runner import api, console_as, get, post
from guerdon.application.audit_records import Audit
from guerdon.application.records import AnswerState, ChannelSwitch
from guerdon.console.app import Console
from guerdon.console.http import Request, Response
from guerdon.console.operations import BASE
from guerdon.console.signin.principal import Role
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.pausing import PauseScope, ScopeKind
from guerdon.domain.payout import BlockReason, Payout
from memory_stack import CALLER, MemoryStack

WHY = "the amounts look wrong"
PROGRAM = PauseScope(ScopeKind.PROGRAM, "customer-referral")
FINANCE = "console:finance@guerdon.example"


def page(stack: MemoryStack, role: Role = Role.FINANCE, path: str = "/switches") -> str:
    answer = get(console_as(role, stack), path)
    assert answer.status == 200
    return unescape(answer.body.decode())


def told(answer: Response) -> str:
    """The words in an answer, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.body.decode())).split())


def standing(stack: MemoryStack) -> Any:  # noqa: ANN401 - JSON
    return json.loads(api(console_as(Role.VIEWER, stack), "/switches").body)["standing"]


def switch(stack: MemoryStack, channel: Channel) -> ChannelSwitch:
    found = stack.store.channel_switch(channel)
    assert found is not None
    return found


def pause(stack: MemoryStack, what: str = "everything", **typed: str) -> Response:
    given = {"what": what, "reason": WHY, "seen": str(standing(stack)["pauses_version"])}
    return post(console_as(Role.FINANCE, stack), "/switches/pause", **given | typed)


def resume(stack: MemoryStack, what: str = "everything", **typed: str) -> Response:
    since = next((one["since"] for one in standing(stack)["paused"]), "2026-09-20T14:00:00Z")
    given = {"what": what, "reason": "mended", "since": since}
    return post(console_as(Role.FINANCE, stack), "/switches/resume", **given | typed)


def lines(stack: MemoryStack) -> list[tuple[AuditAction, str, str, str | None]]:
    """The audit trail, but for how the stack was set up."""
    trail = [line for line in stack.store.of(Audit) if line.actor != CALLER]
    return [(line.action, line.subject_id, line.actor, line.reason) for line in trail]


def flash(answer: Response) -> str:
    assert answer.status == 303, told(answer)
    assert answer.headers["location"] == f"{BASE}/switches"
    (cookie,) = answer.cookies
    console = console_as(Role.VIEWER)
    shown = console(Request("GET", f"{BASE}/glossary", "", {"cookie": cookie.partition(";")[0]}))
    found = re.search(r'class="flash" role="status">([^<]*)<', shown.body.decode())
    assert found is not None
    return unescape(found[1])


def arm(console: Console, how: str, channel: Channel, seen: int, reason: str = WHY) -> Response:
    return post(console, f"/switches/{how}", channel=channel.value, reason=reason, seen=str(seen))


def out_of_money(stack: MemoryStack) -> list[Payout]:
    """Two payouts of a channel whose provider was out of money when the first of them came."""
    stack.providers[Channel.GIFT_CARD].next_submits.append(AnswerState.OUT_OF_FUNDS)
    tell(stack, 40)
    stack.clock.advance(timedelta(minutes=1))
    tell(stack, 41)
    waiting = [payout for payout in stack.store.of(Payout) if payout.reason == BlockReason.FUNDS]
    assert len(waiting) == 2
    return waiting


def try_now(stack: MemoryStack, seen: int) -> Response:
    return post(console_as(Role.FINANCE, stack), "/switches/try", channel="gift_card", reason="funded", seen=str(seen))
