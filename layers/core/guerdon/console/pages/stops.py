"""What keeps money from moving for now, as the pages say it: pauses, and providers that are out of money."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from guerdon.application.funds_records import FundsHold
from guerdon.application.review.standing import Stopped
from guerdon.application.review.waiting import age_text
from guerdon.domain import glossary
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.pausing import Pause, PauseScope, ScopeKind
from guerdon.domain.payout import BlockReason


@dataclass(frozen=True, slots=True)
class Stop:
    """One pause, or one channel whose provider is out of money.

    Attributes:
        words: What is stopped: "Everything is paused".
        meaning: What that means, as one sentence.
        scope: What it stops, as a form names it: "everything", "channel:check", "program:customer-referral".
        age: For how long: "2 hours"; "now" for less than a minute.
        by: Who stopped it, as the audit trail names them; or the provider that is out of money.
        why: Why, in their words; or what is done about it by itself.
    """

    kind: Literal["paused", "held"]
    words: str
    meaning: str
    scope: str
    since: datetime
    age: str
    by: str
    why: str
    version: int = 0


def stops_of(stopped: Stopped, now: datetime) -> tuple[Stop, ...]:
    """All of it, the widest first: what stops everything, then channels, then programs, then what lacks money."""
    order = list(ScopeKind)
    pauses = sorted(stopped.paused, key=lambda pause: order.index(pause.scope.kind))
    return (*(_paused(pause, now) for pause in pauses), *(_held(hold, now) for hold in stopped.held))


def _paused(pause: Pause, now: datetime) -> Stop:
    return Stop(
        kind="paused",
        words=f"{scope_words(pause.scope)} is paused",
        meaning=glossary.PAUSED[pause.scope.kind].meaning,
        scope=named(pause.scope),
        since=pause.since,
        age=age_text(now - pause.since),
        by=pause.by,
        why=pause.reason,
    )


def _held(hold: FundsHold, now: datetime) -> Stop:
    term, provider = glossary.BLOCK_REASON[BlockReason.FUNDS], glossary.PROVIDER[PROVIDER_OF[hold.channel]]
    tried = f"one is tried at {hold.try_at:%Y-%m-%d %H:%M} UTC" if now < hold.try_at else "one is tried within minutes"
    tried = "one is being tried now" if hold.trying else tried
    times = "" if hold.tries == 0 else f"{hold.tries} {'was' if hold.tries == 1 else 'were'} refused since; "
    return Stop(
        kind="held",
        words=f"{_capital(glossary.CHANNEL[hold.channel].words)}: {term.words}",
        meaning=f"{term.meaning} {term.to_do_in_console}",
        scope=named(PauseScope(ScopeKind.CHANNEL, hold.channel)),
        since=hold.since,
        age=age_text(now - hold.since),
        by=provider,
        why=_capital(f"{times}{tried}"),
        version=hold.version,
    )


def scope_words(scope: PauseScope) -> str:
    """What a pause stops, to begin a sentence: "Everything", "Gift card", "The program customer-referral"."""
    match scope.kind:
        case ScopeKind.EVERYTHING:
            return "Everything"
        case ScopeKind.CHANNEL:
            return _capital(glossary.CHANNEL[scope.name].words)
        case ScopeKind.PROGRAM:
            return f"The program {scope.name}"


def named(scope: PauseScope) -> str:
    """A scope as a form names it."""
    return scope.name if scope.kind is ScopeKind.EVERYTHING else f"{scope.kind}:{scope.name}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
