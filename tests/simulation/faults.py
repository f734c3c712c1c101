"""What may go wrong, at which call to the outside, and whether it does.

A new port or a new kind of call gets its row in SITES; nothing else has to know of it.
"""

import random
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """One thing that goes wrong with one call."""

    KILL_BEFORE = "kill before"  # The process ends, and nothing was done.
    KILL_AFTER = "kill after"  # The process ends, and it was done.
    LOSE_ONCE = "answer lost, sent again"  # It was done; the SDK never heard, and sends it again.
    LOSE = "answer lost for good"  # It was done, and the caller is told that it is not known.
    FINISH_LATER = "finishes later"  # The caller is told that it is not known, and then it is done.
    THROTTLE = "throttled"  # Nothing was done, and the caller is told so.
    CONFLICT = "conflict"  # Another transaction was at the same rows.
    SLOW = "slow"  # It takes seconds; the function may run out of its time.
    STALE = "stale"  # The answer is one of some time ago.
    REQUEST_LOST = "request lost"  # Nothing was done, and the caller is told that it is not known.
    NOT_READY = "not ready"  # The provider needs a moment.
    DUPLICATE = "duplicate"  # It comes twice.
    DELAY_SECONDS = "late by minutes"  # It comes minutes later, behind what was sent after it.
    DELAY_DAYS = "late by 40 days or more"  # It comes when every window is over.
    NEVER = "never"  # It does not come.


_F = Fault
_DIES: Final = (_F.KILL_BEFORE, _F.KILL_AFTER, _F.SLOW)
_READ: Final = (_F.KILL_BEFORE, _F.SLOW, _F.THROTTLE)
_SEND: Final = (*_DIES, _F.LOSE_ONCE, _F.LOSE, _F.FINISH_LATER, _F.THROTTLE)
_ASK: Final = (*_DIES, _F.LOSE, _F.FINISH_LATER, _F.REQUEST_LOST, _F.THROTTLE)
_LOOK: Final = (_F.KILL_BEFORE, _F.SLOW, _F.REQUEST_LOST)
_COMES: Final = (_F.DUPLICATE, _F.DELAY_SECONDS, _F.DELAY_DAYS)

SITES: Final[Mapping[str, tuple[Fault, ...]]] = {
    "store.commit": (*_SEND, _F.CONFLICT),
    "store.inbox_event": _READ,
    "store.event_body": _READ,
    "store.advocate": _READ,
    "store.frozen_request": _READ,
    "store.deal_record": _READ,
    "store.receivable": _READ,
    "store.reserved": _READ,
    "store.deal_count": _READ,
    "store.day_released": _READ,
    "store.reward": _READ,
    "store.payout": _READ,
    "store.attempt": _READ,
    "store.program_head": _READ,
    "store.channel_switch": _READ,
    "store.pauses": _READ,
    "store.payouts_of": _READ,
    "store.funds_hold": _READ,
    "store.waiting_payouts": (*_READ, _F.STALE),
    "store.sent_notice": _READ,
    "store.undecided_events": (*_READ, _F.STALE),
    "store.payouts_to_look_at": (*_READ, _F.STALE),
    "bus.publish": _SEND,
    "bus.publish by the evaluation": _SEND,
    "notices.enqueue": _SEND,
    "hints.enqueue": _SEND,
    "hints.enqueue by the evaluation": _SEND,
    "workflow.start": _SEND,
    "workflow.ring": _SEND,
    "provider.submit": _ASK,
    "provider.confirm": (*_ASK, _F.NOT_READY),
    "provider.discard": (*_DIES, _F.LOSE, _F.THROTTLE),
    "provider.cancel": _ASK,
    "provider.look_up": (*_LOOK, _F.STALE),
    "provider.look_up_resource": _LOOK,
    "mail.send": (*_DIES, _F.LOSE, _F.THROTTLE),
    # What no function calls: the services do these by themselves.
    "answer to the CRM": (_F.LOSE,),
    "events message": _COMES,
    "hints message": _COMES,
    "notices message": _COMES,
    "webhook": (*_COMES, _F.NEVER),
    "function invoked by the workflow": (_F.KILL_BEFORE, _F.LOSE, _F.DUPLICATE, _F.DELAY_SECONDS),
    "message sent by the workflow": (_F.THROTTLE, _F.LOSE, _F.DELAY_SECONDS),
}
"""Every place where something may go wrong, with what may go wrong there."""

FOCUSES: Final = (
    "",
    "provider.",
    "provider.submit",
    "provider.cancel",
    "provider.discard",
    "store.commit",
    "store.commit",
    "workflow",
    "events message",
    "message",
    "hints",
    "by the evaluation",
    "webhook",
)
"""Where a schedule's faults gather, by a part of the site's name; everywhere alike when it is empty."""

Hit = tuple[str, Fault]
"""Which call it was, as text that stays the same when other faults are taken away, and what befell it."""


class Faults:
    """Decides at every call whether something goes wrong: by chance, or by a plan when a schedule is replayed.

    Attributes:
        hits: What went wrong, in order.
        counts: How often, by site and fault.
        passed: How many calls there were, by site.
        last_at: The virtual time of the latest one in milliseconds.
    """

    def __init__(
        self,
        chance: random.Random,
        rate: float,
        most: int,
        focus: str = "",
        plan: Mapping[str, Fault] | None = None,
    ) -> None:
        self.hits: list[Hit] = []
        self.counts: Counter[tuple[str, Fault]] = Counter()
        self.last_at = 0
        self._random, self._left = chance.random, most
        self._rates = dict.fromkeys(SITES, rate)
        if focus:
            self._rates = {site: min(0.5, rate * 6) if focus in site else rate / 4 for site in SITES}
        self._chance = chance
        self._plan = plan

    def draw(self, site: str, label: str, number: int, now: int) -> Fault | None:
        """What goes wrong with the `number`-th call of `label`, which is one of `site`."""
        if self._plan is None:
            if not self._left or self._random() >= self._rates[site]:
                return None
            fault = self._chance.choice(SITES[site])
            self._left -= 1
        else:
            planned = self._plan.get(f"{label} call {number} {site}")
            if planned is None:
                return None
            fault = planned
        self.hits.append((f"{label} call {number} {site}", fault))
        self.counts[site, fault] += 1
        self.last_at = now
        return fault
