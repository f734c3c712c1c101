"""One payout: what it is, why it is worth that much, its whole story in the order of time, and what can be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import msgspec

from guerdon.adapters.crm.standard.payload import stored_event
from guerdon.application.audit import REASON_LENGTH_MOST
from guerdon.application.audit_records import Audit
from guerdon.application.came_back import PAID_OUT
from guerdon.application.release_again import CannotRelease
from guerdon.application.review.recipient import Recipient, recipient_of
from guerdon.application.review.services import Services
from guerdon.application.review.story import Happened, Line, WholeStory, whole_story
from guerdon.application.review.unsettled import Unsettled, unsettled_of
from guerdon.application.review.why import fates_of
from guerdon.application.void_check import CannotVoid
from guerdon.application.write_off import CannotWriteOff, not_to_write_off
from guerdon.console.operations import Done, NotFound, Refused, act, href, read
from guerdon.console.pages.payouts import PayoutLine, channel_cell, line_of
from guerdon.console.signin.principal import Principal, Role
from guerdon.console.tables import Column, Kind, Table, money, nothing, reference, status
from guerdon.domain import glossary
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.checks import Check, CheckState
from guerdon.domain.explanation_words import words
from guerdon.domain.glossary import Term
from guerdon.domain.hours import hour_of
from guerdon.domain.ledger import FORFEITED, Entry, unclaimed_property
from guerdon.domain.ledger_words import CHECK, kind_term
from guerdon.domain.money import Money
from guerdon.domain.payout import CONTRADICTED, MAY_FOLLOW, Payout, PayoutStatus
from guerdon.domain.why_not import Fate

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=REASON_LENGTH_MOST)]
"""Why a person decides something, in their own words."""

Run = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
"""The run of a payout that a person looked at: a form that is sent again once the payout has gone on is refused."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened.

    Attributes:
        kind: What kind of thing: a value of `Happened`, or "audit".
        title: What, in a few words.
        detail: The rest; "" for nothing.
        href: The page about it; None if there is none.
        entry: The journal entry that it is, if it is one.
    """

    at: datetime
    kind: str
    title: str
    detail: str = ""
    href: str | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class OnePayout:
    """A payout and its story.

    Attributes:
        payout: As it stands.
        line: The same as the list shows it.
        deal_id: The deal that earned it, by its id in the CRM.
        worth: What its reward is worth now; what it was granted is `granted`.
        why: Why that amount, as a paragraph.
        rules: How each rule of the program's version fared.
        payouts: All payouts of the reward, this one included.
        owed: What the recipient owes in this currency after reversals.
        events: The ids of the events that made the reward what it is.
        checks: What was mailed for it, the first attempt first.
        can_release: Whether a person may have it tried again, or approve it.
        approves: Whether that would approve it.
        can_void: Whether it has a check that a person may void.
        can_write_off: Whether a person may decide that it will not be paid.
        unsettled: What a person may say about its outcome; None while nothing about it is unknown.
    """

    payout: Payout
    line: PayoutLine
    deal_id: str
    program_version: int
    granted: Money
    worth: Money
    netted: Money | None
    why: str
    rules: tuple[Fate, ...]
    payouts: tuple[Payout, ...]
    owed: Money
    events: tuple[str, ...]
    checks: tuple[Check, ...]
    moments: tuple[Moment, ...]
    can_release: bool
    approves: bool
    can_void: bool
    can_write_off: bool
    unsettled: Unsettled | None

    @property
    def status(self) -> Term:
        """Its status in words."""
        return glossary.STATUS[self.payout.status]

    @property
    def check_words(self) -> tuple[str, ...]:
        """Its checks, one in a line."""
        return tuple(map(_check_words, self.checks))

    @property
    def channel(self) -> str:
        """How it is paid, in words."""
        return glossary.CHANNEL[self.payout.channel].words

    @property
    def provider(self) -> str:
        """Who carries it out, by the name that they are known under."""
        return glossary.PROVIDER[PROVIDER_OF[self.payout.channel]]

    @property
    def recipient_href(self) -> str:
        """The page of whoever is paid."""
        return href("advocates", self.payout.advocate_id)

    @property
    def program_href(self) -> str:
        """The page of its program."""
        return href("programs", self.payout.program)

    @property
    def entries_href(self) -> str:
        """Where its entries are told on this page."""
        return "#story"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAsked:
    """Which payout."""

    payout_id: str


def _payout(services: Services, _who: Principal, asked: PayoutAsked) -> OnePayout | NotFound:
    payout = services.store.payout(asked.payout_id)
    story = None if payout is None else whole_story(services.store, payout)
    if payout is None or story is None:
        return NotFound(f"There is no payout {asked.payout_id}. Look for it by its deal or the recipient's email.")
    reward, recipient = story.reward.reward, recipient_of(services.store, payout.advocate_id)
    checks = tuple(services.store.checks_of(payout.payout_id))
    subjects = (payout.payout_id, *(check.check_id for check in checks))
    audit = tuple(line for each in subjects for line in services.reviews.audit_of_subject(each).rows)
    return OnePayout(
        payout=payout,
        line=line_of(payout, recipient),
        deal_id=reward.deal_id,
        program_version=reward.program_version,
        granted=reward.amount,
        worth=reward.standing,
        netted=reward.netted,
        why=words(reward.explanation),
        rules=fates_of(services.store, stored_event, reward),
        payouts=tuple(told.payout for told in story.reward.payouts),
        owed=story.reward.owed,
        events=tuple(event.event_id for event in story.events),
        checks=checks,
        moments=moments_of(story, audit, recipient),
        can_release=_can_release(payout),
        approves=payout.waits_for_approval,
        can_void=_can_void(payout, checks),
        can_write_off=_can_write_off(payout),
        unsettled=unsettled_of(services.store, payout, services.clock.now()),
    )


def _check_words(check: Check) -> str:
    named = f"number {check.number}" if check.number else "its number is not told"
    mailed = f"mailed {check.mailed_on}, {CHECK[check.state].words}"
    return f"{named}, {mailed}{f' on {check.cleared_on}' if check.cleared_on else ''}"


def _can_release(payout: Payout) -> bool:
    """Whether the use case would do it as things stand; it looks again when it is asked."""
    waits = PayoutStatus.EARNED in MAY_FOLLOW[payout.status]
    return waits and payout.attention != CONTRADICTED and payout.take_back is None


def _can_void(payout: Payout, checks: tuple[Check, ...]) -> bool:
    newest = next((check for check in checks if check.attempt == payout.attempts), None)
    outstanding = newest is not None and newest.state is CheckState.OUTSTANDING
    return outstanding and payout.take_back is None and payout.status in PAID_OUT


def _can_write_off(payout: Payout) -> bool:
    return not_to_write_off(payout) is None


def moments_of(story: WholeStory, audit: tuple[Audit, ...], recipient: Recipient) -> tuple[Moment, ...]:
    """All that happened, the first thing first."""
    told = [_moment(story, line, recipient) for line in story.lines]
    return tuple(sorted((*told, *map(_decided, audit)), key=lambda moment: moment.at))


def _moment(story: WholeStory, line: Line, recipient: Recipient) -> Moment:
    head, _, rest = line.what.partition(": ")
    match line.kind:
        case Happened.ENTRY if line.entry is not None:
            return _posted(line.entry)
        case Happened.EVENT | Happened.DECISION:
            event = next((each for each in story.events if line.at in {each.received_at, each.decided_at}), None)
            where = None if event is None else href("inbox", event.event_id)
            return Moment(line.at, line.kind, _capital(head), rest, where)
        case Happened.MAIL:
            to = "" if "finance" in head else f", to {recipient.name}"
            return Moment(line.at, line.kind, f"{_capital(head)}{to}", rest)
        case _:
            return Moment(line.at, line.kind, _capital(head), rest)


def _posted(entry: Entry) -> Moment:
    where = href("ledger", "entries", hour_of(entry.posted_at), entry.entry_id)
    title = f"Journal entry: {kind_term(entry.kind).words}"
    return Moment(entry.posted_at, Happened.ENTRY, title, kind_term(entry.kind).meaning, where, entry)


def _decided(line: Audit) -> Moment:
    """A line of the audit trail: who did what, and why."""
    what = glossary.ACTION[line.action].words
    states = f", from {line.before} to {line.after}" if line.before and line.after else ""
    reason = f": “{line.reason}”" if line.reason else ""
    return Moment(
        line.at, "audit", _capital(what), f"by {line.actor}{states}{reason}", href("audit", subject=line.subject_id)
    )


def _capital(text_: str) -> str:
    return text_[:1].upper() + text_[1:]


def _siblings(found: OnePayout) -> Table:
    """The payouts of the same reward."""
    columns = (
        Column("payout", "Payout", Kind.LINK),
        Column("channel", "Channel"),
        Column("status", "Status", Kind.STATUS),
        Column("value", "Value", Kind.MONEY),
        Column("cost", "Charged", Kind.MONEY),
    )
    rows = tuple(
        (
            reference(each.payout_id, href("payouts", each.payout_id)),
            channel_cell(each.channel),
            status(each.status, glossary.STATUS[each.status]),
            money(each.value),
            money(each.cost) if each.cost else nothing(),
        )
        for each in found.payouts
    )
    return Table("payouts-of-the-reward", columns, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAsked:
    """Which payout, in which of its runs, and why."""

    payout_id: str
    reason: Reason
    run: Run


def _release(services: Services, who: Principal, asked: ReleaseAsked) -> Done | Refused | NotFound:
    before = services.store.payout(asked.payout_id)
    if before is None:
        return NotFound(f"There is no payout {asked.payout_id}.")
    released = services.release(asked.payout_id, who.actor, asked.reason, asked.run)
    if isinstance(released, CannotRelease):
        return Refused(f"It was not released: {released.why}.")
    told = "It is approved and" if before.waits_for_approval else "It"
    return Done(
        f"{told} goes through the release check again, as run {released.run}.", href("payouts", asked.payout_id)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidAsked:
    """Whose check, mailed in which run, and why."""

    payout_id: str
    reason: Reason
    run: Run


def _void(services: Services, who: Principal, asked: VoidAsked) -> Done | Refused | NotFound:
    if services.store.payout(asked.payout_id) is None:
        return NotFound(f"There is no payout {asked.payout_id}.")
    voided = services.void(asked.payout_id, who.actor, asked.reason, asked.run)
    if isinstance(voided, CannotVoid):
        return Refused(f"It was not voided: {voided.why}.")
    told = "The check is voided, and what it was written for is owed again. Have the bank stop it, too."
    return Done(told, href("payouts", asked.payout_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffAsked:
    """Which payout, where it goes, and why.

    Attributes:
        state: The two letters of the state whose unclaimed property it becomes; it is forfeited if none is given.
    """

    payout_id: str
    reason: Reason
    run: Run
    state: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] | None = None


def _write_off(services: Services, who: Principal, asked: WriteOffAsked) -> Done | Refused | NotFound:
    if services.store.payout(asked.payout_id) is None:
        return NotFound(f"There is no payout {asked.payout_id}.")
    to = FORFEITED if asked.state is None else unclaimed_property(asked.state)
    after = services.write_off(asked.payout_id, to, who.actor, asked.reason, asked.run)
    if isinstance(after, CannotWriteOff):
        return Refused(f"It was not written off: {after.why}.")
    return Done(f"{after.value.words} are written off to {to}.", href("payouts", asked.payout_id))


OPERATIONS: Final = (
    read(
        "payouts.one", "/payouts/{payout_id}", "One payout and its whole story.", PayoutAsked, OnePayout, _payout,
        page="payouts/one.html", title=lambda found: f"{found.payout.value.words} to {found.line.recipient.name}",
        table=_siblings,
    ),
    act(
        "payouts.release", "/payouts/{payout_id}/release",
        "Have a payout that waits tried again; approve it, if that is what it waits for.", ReleaseAsked, _release,
        role=Role.FINANCE, title="Release the payout again", form_on="payouts.one",
    ),
    act(
        "payouts.void", "/payouts/{payout_id}/void", "Void the outstanding check of a payout: it is owed again.",
        VoidAsked, _void, role=Role.FINANCE, title="Void the check", form_on="payouts.one",
    ),
    act(
        "payouts.write_off", "/payouts/{payout_id}/write-off",
        "Decide that what came back, failed, waits for approval or is stuck will not be paid to its recipient.",
        WriteOffAsked, _write_off, role=Role.FINANCE, title="Write the payout off", form_on="payouts.one",
    ),
)  # fmt: skip
