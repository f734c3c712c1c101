"""The switches: what pays now, what is stopped, and what waits for which reason; and to stop it and let it go on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import msgspec

from guerdon.adapters.report.month_page import actor_words
from guerdon.application.arm_channel import CannotArm
from guerdon.application.lift_funds_hold import CannotLift
from guerdon.application.pause_payouts import CannotPause, subject_of
from guerdon.application.records import UNDECIDABLE
from guerdon.application.review.services import Services
from guerdon.application.review.standing import ChannelStanding, Standing, WaitingFor, standing_of
from guerdon.application.review.waiting import age_text
from guerdon.console.operations import Done, Nothing, Refused, act, href, read
from guerdon.console.pages.payout import Reason
from guerdon.console.pages.stops import Stop, named, scope_words, stops_of
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Cell, Column, Kind, Row, Table, moment, number, text
from guerdon.domain import glossary
from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.glossary import Term
from guerdon.domain.pausing import EVERYTHING, Pause, PauseScope, ScopeKind
from guerdon.domain.payout import BlockReason

_LATER: Final = "What was stopped is started within minutes, in the order in which it was stopped."

What = Annotated[str, msgspec.Meta(pattern="^(everything|channel:[a-z_]{1,40}|program:.{1,200})$", max_length=210)]
"""What a pause stops: "everything", a channel such as "channel:check", or a program, "program:customer-referral"."""

Seen = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
"""The version of what somebody looked at, as the page or its JSON told it; 0 where there was none."""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel's switch, as the page shows it."""

    standing: ChannelStanding
    term: Term
    paused: bool
    held: bool

    @property
    def words(self) -> str:
        """The channel in words."""
        return glossary.CHANNEL[self.standing.channel].words


@dataclass(frozen=True, slots=True)
class Switches:
    """How the pipeline stands: what `guerdon status` tells.

    Attributes:
        at: When it was looked at.
        programs: The names of the published programs.
    """

    at: datetime
    standing: Standing
    programs: tuple[str, ...]

    @property
    def stops(self) -> tuple[Stop, ...]:
        """What keeps money from moving for now."""
        return stops_of(self.standing, self.at)

    @property
    def channels(self) -> tuple[ChannelLine, ...]:
        """The channels' switches."""
        paused = {pause.scope for pause in self.standing.paused}
        held = {hold.channel for hold in self.standing.held}
        return tuple(
            ChannelLine(
                one,
                glossary.SWITCH["armed" if one.armed else "observing"],
                bool(paused & {EVERYTHING, PauseScope(ScopeKind.CHANNEL, one.channel)}),
                one.channel in held,
            )
            for one in self.standing.channels
        )

    @property
    def targets(self) -> tuple[tuple[str, str], ...]:
        """What can be paused still, each as a form names it, and in words."""
        channels = (PauseScope(ScopeKind.CHANNEL, channel) for channel in Channel)
        programs = (PauseScope(ScopeKind.PROGRAM, program) for program in self.programs)
        paused = {pause.scope for pause in self.standing.paused}
        every = (EVERYTHING, *channels, *programs)
        return tuple((named(scope), scope_words(scope)) for scope in every if scope not in paused)

    def offers(self, operation: str, about: str) -> bool:
        """Whether the page has that operation's form about a scope or a channel, with which a refusal is shown."""
        stopped = {(stop.kind, stop.scope) for stop in self.stops}
        match operation:
            case "switches.pause":
                return bool(self.targets)
            case "switches.resume":
                return ("paused", about) in stopped
            case "switches.try":
                return ("held", f"channel:{about}") in stopped
            case _:
                armed = operation == "switches.disarm"
                return any(one.channel == about and one.armed is armed for one in self.standing.channels)

    @property
    def paused_count(self) -> int:
        """How many payouts wait for a pause, or to be started after one."""
        return sum(one.count for one in self.standing.waiting if one.why == BlockReason.PAUSED)

    @property
    def paused_href(self) -> str:
        """Where they are listed."""
        return href("payouts", why=BlockReason.PAUSED)

    @property
    def ceilings(self) -> Table:
        """What the programs with ceilings released today."""
        columns = (
            Column("program", "Program", Kind.LINK),
            Column("day", "Day"),
            Column("payouts", "Payouts"),
            Column("amount", "Worth"),
        )
        rows = tuple(
            (
                text(day.released.program, href("programs", day.released.program)),
                text(day.released.day),
                text(day.payouts_words),
                text(day.amount_words),
            )
            for day in self.standing.days
        )
        return Table("ceilings-today", columns, rows, empty="No program has a daily ceiling.")


def _switches(services: Services, _who: Principal, _asked: Nothing) -> Switches:
    now, programs = services.clock.now(), services.reviews.program_names()
    return Switches(now, standing_of(services.store, programs, now), programs)


def _waiting(found: Switches) -> Table:
    """A row for each reason that something waits for."""
    columns = (
        Column("why", "Why"),
        Column("what", "What"),
        Column("count", "How many", Kind.NUMBER),
        Column("oldest", "Oldest since", Kind.MOMENT),
    )
    rows = tuple(_waiting_row(one, found.at) for one in found.standing.waiting)
    return Table("waiting", columns, rows, empty="Nothing waits for a person.")


def _waiting_row(one: WaitingFor, now: datetime) -> Row:
    term, where, oldest = glossary.WAITING[one.why], _list_of(one), moment(one.oldest)
    age = age_text(now - one.oldest)
    return (
        Cell(term.words, (term.words,), one.why, where, note=term.to_do_in_console),
        text(one.what if one.count > 1 else one.what.removesuffix("s")),
        number(one.count, where),
        Cell(oldest.text, oldest.key, oldest.plain, note="" if age == "now" else age),
    )


def _list_of(one: WaitingFor) -> str:
    """Where those that wait for that reason are listed."""
    if one.what == "payouts":
        return href("payouts", why=one.why)
    if one.why == UNDECIDABLE:
        return href("inbox", waiting="true", undecided="true")
    return href("inbox", waiting="true", outcome=one.why)


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseAsked:
    """What to pause, and why.

    Attributes:
        seen: `standing.pauses_version` of what was looked at.
    """

    what: What
    reason: Reason
    seen: Seen


def _pause(services: Services, who: Principal, asked: PauseAsked) -> Done | Refused:
    scope = _scope_of(asked.what)
    if isinstance(scope, Refused):
        return scope
    paused = services.pause(scope, who.actor, asked.reason, asked.seen)
    if isinstance(paused, CannotPause):
        return Refused(f"It was not paused: {paused.why}.")
    if not paused.is_new:
        return Done(f"{scope_words(scope)} was paused already, {_since(paused.pause)}.", href("switches"))
    told = "nothing new is sent to a provider, and what was sent before is finished."
    return Done(f"{scope_words(scope)} is paused: {told}", href("switches"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeAsked:
    """Which pause to end, and why.

    Attributes:
        since: When the pause began that was looked at.
    """

    what: What
    reason: Reason
    since: Annotated[datetime, msgspec.Meta(tz=True)]


def _resume(services: Services, who: Principal, asked: ResumeAsked) -> Done | Refused:
    """End a pause; the sweep starts what it stopped, however many they are, and this function starts none of it."""
    scope = _scope_of(asked.what)
    if isinstance(scope, Refused):
        return scope
    resumed = services.resume(scope, who.actor, asked.reason, asked.since)
    if isinstance(resumed, CannotPause):
        return Refused(f"It was not resumed: {resumed.why}.")
    if resumed.ended is None:
        return Refused(f"{scope_words(scope)} is not paused{_resumed_by(services, scope)}.")
    others = services.store.pauses()
    still = " What another pause stops stays as it is." if others and others.paused else ""
    return Done(f"{scope_words(scope)} is resumed. {_LATER}{still}", href("switches"))


def _resumed_by(services: Services, scope: PauseScope) -> str:
    for line in services.reviews.audit_of_subject(subject_of(scope).subject_id).rows:
        if line.action is AuditAction.RESUMED:
            by = actor_words(line.actor)
            return f" any more: {by} resumed it on {line.at:%Y-%m-%d %H:%M} UTC, saying “{line.reason}”"
    return ""


def _since(pause: Pause) -> str:
    return f"since {pause.since:%Y-%m-%d %H:%M} UTC, by {actor_words(pause.by)}: “{pause.reason}”"


def _scope_of(what: str) -> PauseScope | Refused:
    kind, _, name = what.partition(":")
    if kind == ScopeKind.EVERYTHING:
        return EVERYTHING
    if kind == ScopeKind.CHANNEL and name not in set(Channel):
        return Refused(f"There is no channel {name}: name one of {', '.join(Channel)}.", "what")
    return PauseScope(ScopeKind(kind), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAsked:
    """Which channel's switch, and why.

    Attributes:
        seen: The `version` of the channel's switch that was looked at.
    """

    channel: Channel
    reason: Reason
    seen: Seen


def _arm(services: Services, who: Principal, asked: SwitchAsked) -> Done | Refused:
    return _switched(services, who, asked, armed=True)


def _disarm(services: Services, who: Principal, asked: SwitchAsked) -> Done | Refused:
    return _switched(services, who, asked, armed=False)


def _switched(services: Services, who: Principal, asked: SwitchAsked, *, armed: bool) -> Done | Refused:
    channel = scope_words(PauseScope(ScopeKind.CHANNEL, asked.channel))
    changed = services.arm(asked.channel, who.actor, asked.reason, asked.seen, armed=armed)
    if isinstance(changed, CannotArm):
        return Refused(f"It was not changed: {changed.why}.")
    state = glossary.SWITCH["armed" if armed else "observing"]
    if not changed:
        return Done(f"{channel} is {state.words} already.", href("switches"))
    return Done(f"{channel} is {state.words} now. {state.meaning}", href("switches"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TryAsked:
    """Which channel's provider has money again, and how that is known.

    Attributes:
        seen: The `version` of the hold that was looked at.
    """

    channel: Channel
    reason: Reason
    seen: Seen


def _try(services: Services, who: Principal, asked: TryAsked) -> Done | Refused:
    tried = services.lift_funds_hold(asked.channel, who.actor, asked.reason, asked.seen)
    if isinstance(tried, CannotLift):
        return Refused(f"Nothing was tried: {tried.why}.")
    told = "The payout that has waited longest is tried now; the others follow within minutes of its acceptance."
    return Done(told, href("switches"))


OPERATIONS: Final = (
    read(
        "switches.list", "/switches", "What pays now, what is stopped, and what waits for which reason.", Nothing,
        Switches, _switches, page="switches.html", title="Switches", table=_waiting,
    ),
    act(
        "switches.pause", "/switches/pause", "Stop everything, a channel or a program from paying.", PauseAsked, _pause,
        role=Role.FINANCE, title="Pause", form_on="switches.list",
    ),
    act(
        "switches.resume", "/switches/resume", "End a pause: what it stopped goes on within minutes, in order.",
        ResumeAsked, _resume, role=Role.FINANCE, title="Resume", form_on="switches.list",
    ),
    act(
        "switches.try", "/switches/try", "Say that a provider has money again: one payout is tried at once.", TryAsked,
        _try, role=Role.FINANCE, title="Try it now", form_on="switches.list",
    ),
    act(
        "switches.arm", "/switches/arm", "Let a channel move money and mail advocates.", SwitchAsked, _arm,
        role=Role.ADMIN, title="Arm the channel", form_on="switches.list",
    ),
    act(
        "switches.disarm", "/switches/disarm", "Keep a channel from moving money: it only observes.", SwitchAsked,
        _disarm, role=Role.ADMIN, title="Disarm the channel", form_on="switches.list",
    ),
)  # fmt: skip
