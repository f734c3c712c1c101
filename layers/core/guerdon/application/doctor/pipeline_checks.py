"""Whether there is something to pay by, whether it may pay, and whether what should run by itself does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from guerdon.application.doctor.facts import Facts, Inside, Unread
from guerdon.application.doctor.findings import Finding, ok, to_do, unseen, warning
from guerdon.domain import glossary
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.pausing import ScopeKind

PROGRAM: Final = "program"
CEILINGS: Final = "ceilings"
FUNDS: Final = "funds"
PAUSES: Final = "pauses"
CHANNELS: Final = "channels"
SWEEP: Final = "sweep"
SEAL: Final = "seal"
DEAD_LETTERS: Final = "dead-letters"
RINGING: Final = "alarms"

_SEALED_WITHIN: Final = timedelta(hours=3)
"""An hour is sealed a quarter of an hour after its end, by a run every quarter: the last one ended within 1.5 hours."""


def program(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """A program is published."""
    del facts
    found = inside.pipeline.programs
    if found:
        yield ok(PROGRAM, ", ".join(f"{each.name} (version {each.version})" for each in found))
    else:
        yield to_do(PROGRAM, "no program is published, so every deal is of an unknown one", "guerdon publish FILE")


def ceilings(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """A mistake in the CRM cannot pay thousands of deals in a day."""
    del facts
    without = [each.name for each in inside.pipeline.programs if not each.ceilings]
    if without:
        says = f"no daily ceiling in {', '.join(without)}: a bulk edit of old deals in the CRM would be paid"
        yield warning(CEILINGS, says, "Say ceilings in the program's file (docs/rules.md), then guerdon publish FILE")
    elif inside.pipeline.programs:
        yield ok(CEILINGS, "every program says how much it releases in a day")


def funds(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """No provider is out of money."""
    del facts
    lacking = [channel for channel in Channel if channel in inside.pipeline.unfunded]
    for channel in lacking:
        name, words = glossary.PROVIDER[PROVIDER_OF[channel]], glossary.CHANNEL[channel].words
        do = f"Add money at {name}; what waits goes on by itself within hours, or at once: guerdon resume --channel"
        yield to_do(FUNDS, f"{name} is out of money, so every {words} waits", f"{do} {channel} --reason funded")
    if not lacking:
        yield ok(FUNDS, "no provider said that it is out of money")


def pauses(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """Nothing is paused that somebody forgot."""
    del facts
    for pause in inside.pipeline.paused:
        says = f"{pause.scope.words} is paused since {pause.since:%Y-%m-%d %H:%MZ}, by {pause.by}: {pause.reason}"
        option = "" if pause.scope.kind is ScopeKind.EVERYTHING else f" --{pause.scope.kind} {pause.scope.name}"
        yield warning(PAUSES, says, f"When that is over: guerdon resume{option} --reason WHY")
    if not inside.pipeline.paused:
        yield ok(PAUSES, "nothing is paused")


def channels(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """What programs pay by may move money."""
    del facts
    armed = inside.pipeline.armed
    needed = frozenset[Channel]().union(*(each.channels for each in inside.pipeline.programs))
    observed = [channel for channel in Channel if channel in needed - armed]
    if not armed:
        names = " ".join(observed or [Channel.GIFT_CARD])
        says = "no channel is armed: the stack observes, decides, and pays nothing"
        yield to_do(
            CHANNELS, says, f"When what it would pay looks right (guerdon status --waiting): guerdon arm {names}"
        )
    elif observed:
        words = ", ".join(glossary.CHANNEL[channel].words for channel in observed)
        says = f"programs pay by {words} too, and that is not armed: it is observed only"
        yield warning(CHANNELS, says, f"guerdon arm {' '.join(observed)}")
    else:
        yield ok(CHANNELS, f"armed: {', '.join(glossary.CHANNEL[each].words for each in Channel if each in armed)}")


def sweep(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """What got stuck is found."""
    overdue = inside.pipeline.overdue
    if overdue:
        says = f"{overdue} events or payouts should have been looked at more than half an hour ago"
        yield to_do(SWEEP, says, _read_log(facts))
    else:
        yield from _ran(facts, inside, "sweep", SWEEP, "nothing is overdue")


def seal(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """The journal is sealed up to date."""
    behind = inside.pipeline.sealed_behind
    if behind is None:
        yield ok(SEAL, "there is no journal before the first program")
    elif behind > _SEALED_WITHIN and inside.pipeline.nothing_to_seal:
        # As on a new stack, or one that was stopped for a night: whether somebody comes by is another question.
        yield from _ran(facts, inside, "seal_ledger", SEAL, "no hour with an entry is over and to be sealed")
    elif behind > _SEALED_WITHIN:
        hours = behind // timedelta(hours=1)
        yield to_do(SEAL, f"the last sealed hour of the journal ended {hours} hours ago", _read_log(facts))
    else:
        yield from _ran(facts, inside, "seal_ledger", SEAL, "the journal is sealed up to date")


def dead_letters(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """No message was given up on."""
    del facts
    if isinstance(inside.dead, Unread):
        yield unseen(DEAD_LETTERS, inside.dead)
        return
    lying = {name.removesuffix("Url"): count for name, count in inside.dead.items() if count}
    if lying:
        says = ", ".join(f"{count} in {name}" for name, count in sorted(lying.items()))
        do = "See what each is about: guerdon redrive --dry-run; the functions' log says why it was given up. "
        do += "Without --dry-run they are moved back, which is safe at any time (docs/repair.md)"
        yield to_do(DEAD_LETTERS, f"messages were given up on: {says}", do)
    else:
        yield ok(DEAD_LETTERS, "no message was given up on")


def alarms(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """No alarm rings."""
    del facts
    if isinstance(inside.ringing, Unread):
        yield unseen(RINGING, inside.ringing)
        return
    for name, description in sorted(inside.ringing.items()):
        yield to_do(RINGING, f"{name} rings", description)
    if not inside.ringing:
        yield ok(RINGING, "none rings")


def _ran(facts: Facts, inside: Inside, function: str, step: str, says: str) -> Iterator[Finding]:
    if facts.deployment.local:
        # The emulator does not count what a schedule calls.
        yield ok(step, says)
    elif isinstance(inside.invoked, Unread):
        yield unseen(step, inside.invoked)
    elif inside.invoked.get(function):
        yield ok(step, f"it ran within the hour; {says}")
    else:
        yield warning(step, f"{says}, but {function} did not run within the hour", _read_log(facts))


def _read_log(facts: Facts) -> str:
    return f"Read the functions' log: aws logs tail {facts.deployment.outputs.get('FunctionsLog', '')} --since 1h"
