"""What a statement says beside what the books say: a finding for each attempt at a payout, and each line of nobody's.

A statement is a provider's own list of what it carried out, or a bank's of what it paid. The books' side is read from
the journal alone, since it is the journal that is to be right. Nothing here posts anything: a person decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.identity import attempt_reference, derived_id
from guerdon.domain.ledger import REWARDS_LIABILITY, Entry, EntryKind, settlement_account
from guerdon.domain.money import Money
from guerdon.domain.payout import DEADLINE, PayoutStatus

BANK: Final = "bank"
"""The source of bank statements; every other source is a provider's name."""


class LineKind(StrEnum):
    """What a line of a statement is about."""

    PAYOUT = "payout"  # One transfer to one recipient.
    FUNDING = "funding"  # What we put into our account there, or took out of it.
    CHARGE = "charge"  # What was taken or given beside any payout: a fee, a correction.


class LineState(StrEnum):
    """How far a line is."""

    UNDER_WAY = "under_way"
    DONE = "done"
    UNDONE = "undone"  # Canceled or failed before it was carried out: nothing moved for good.
    RETURNED = "returned"  # It was carried out, and the money came back.


class Difference(StrEnum):
    """What comes of comparing a statement with the books."""

    MATCHED = "matched"
    AMOUNT_DIFFERS = "amount_differs"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a provider's statement, in our words. It has no personal data.

    Attributes:
        source: The provider's name.
        line_id: The provider's own id of it.
        amount: What left our account by it; negative is what came in.
        on: The provider's date of it, which never changes.
        reference: Our reference of the attempt that it carries out, if it carries one.
        detail: The provider's own word for its status or kind.
    """

    source: str
    line_id: str
    kind: LineKind
    state: LineState
    amount: Money
    on: date
    reference: str | None = None
    detail: str = ""

    @property
    def month(self) -> str:
        """The month of its date, such as "2026-11"."""
        return month_of(self.on)


class BookedState(StrEnum):
    """What the books say of one attempt."""

    UNDER_WAY = "under_way"
    SETTLED = "settled"
    NOTHING_MOVED = "nothing_moved"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Booked:
    """One attempt at a payout as the journal has it.

    Attributes:
        value: What was promised.
        amount: What left our account by the books; None until it is settled.
        sent_on: The day on which it was sent, in the legal entity's time zone.
        booked_on: The day on which the settlement was posted, likewise; None until it is settled.
        dated: The provider's own date of it, as the books have it; None until it is settled.
    """

    reference: str
    payout_id: str
    channel: Channel
    program: str
    legal_entity: str
    state: BookedState
    value: Money
    sent_on: date
    amount: Money | None = None
    booked_on: date | None = None
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one attempt, or about a line that no attempt explains.

    Attributes:
        here: What left by the books, if they say so.
        there: What left by the statement, if it says so.
        on: The day that it is about: the statement's, or else the books'.
        detail: What differs, in words, without personal data.
    """

    source: str
    difference: Difference
    on: date
    detail: str
    reference: str | None = None
    line_id: str | None = None
    payout_id: str | None = None
    program: str | None = None
    legal_entity: str | None = None
    here: Money | None = None
    there: Money | None = None

    @property
    def item_id(self) -> str:
        """The id of what differs: the same difference found again has the same one, and another amount another one."""
        return derived_id(
            "ri",
            self.source,
            self.difference,
            self.reference or "",
            self.line_id or "",
            self.here.words if self.here else "",
            self.there.words if self.there else "",
        )


_RANK: Final = (LineState.DONE, LineState.RETURNED, LineState.UNDER_WAY, LineState.UNDONE)
_LEFT: Final = frozenset({LineState.DONE, LineState.RETURNED})
_BECAME: Final = {
    EntryKind.SETTLED: BookedState.SETTLED,
    EntryKind.FAILED: BookedState.NOTHING_MOVED,
    EntryKind.RETURNED: BookedState.RETURNED,
}


def month_of(day: date) -> str:
    """The month of a day, such as "2026-11"."""
    return day.isoformat()[:7]


def usual_time(channel: Channel) -> timedelta:
    """How long a channel's provider is given before what it has not done yet is late."""
    return DEADLINE[PayoutStatus.SUBMITTED][channel].parked


def booked_attempts(payout_id: str, entries: Iterable[Entry], time_zone: str) -> tuple[Booked, ...]:
    """The attempts at a payout as its journal entries tell them.

    Each attempt has one entry that says it was sent, and at most one each that says what became of it and that it
    came back; the n-th that was sent is the n-th attempt.

    Args:
        payout_id: Whose attempts.
        entries: Entries of the payout's reward in the order of time; those of other payouts are passed over.
        time_zone: IANA zone of the legal entity's books.
    """
    zone, attempts = ZoneInfo(time_zone), list[Booked]()
    for entry in entries:
        if entry.payout_id != payout_id:
            continue
        posted_on = entry.posted_at.astimezone(zone).date()
        if entry.kind is EntryKind.SUBMITTED:
            attempts.append(_sent(entry, payout_id, len(attempts) + 1, posted_on))
        elif entry.kind in _BECAME and attempts:
            attempts[-1] = _became(attempts[-1], entry, posted_on)
    return tuple(attempts)


def judge(booked: Booked | None, lines: Sequence[StatementLine], source: str, today: date) -> tuple[Finding, ...]:
    """What is found about one reference; nothing while it is too early to say.

    Args:
        booked: The attempt of that reference; None if the books have none.
        lines: The statement's lines about payouts that carry it; or one line that carries none.
        source: Whose statement it is.
        today: The day on which it is judged, in UTC.
    """
    if booked is None:
        return tuple(finding for line in lines for finding in _of_nobody(line))
    ranked = sorted(lines, key=lambda line: (_RANK.index(line.state), line.on, line.line_id))
    main = ranked[0] if ranked else None
    said = _SAID[booked.state](booked, main, source, today)
    found = () if said is None else (_finding(booked, main, *said),)
    # One attempt moves money once: a second line that did is a second payment.
    more = f"{source} has carried this reference out more than once"
    seconds = [line for line in ranked[1:] if line.state is LineState.DONE]
    return found + tuple(_finding(booked, line, Difference.MISSING_HERE, more) for line in seconds)


_Said = tuple[Difference, str] | None
"""What is found, and its words; None while it is too early to say."""

_AGREES: Final = (Difference.MATCHED, "")


def _settled(booked: Booked, line: StatementLine | None, source: str, today: date) -> _Said:
    since = booked.booked_on or booked.sent_on
    match line.state if line else LineState.UNDONE:
        case LineState.DONE if line:
            return _paid(booked, line, source, since)
        case LineState.RETURNED:
            return Difference.MISSING_HERE, f"{source} says that the money came back; the books have it as paid"
        case LineState.UNDER_WAY:
            if today - since <= usual_time(booked.channel):
                return None
            return Difference.LATE, f"the books have it as paid since {since}; {source} {_standing(line)}"
        case _:
            return Difference.MISSING_THERE, f"the books say that it was paid; {source} {_standing(line)}"


def _paid(booked: Booked, line: StatementLine, source: str, since: date) -> _Said:
    """What both sides have as carried out: the amount and the month may differ still."""
    if line.amount != booked.amount:
        here = booked.amount.words if booked.amount else "nothing"
        return Difference.AMOUNT_DIFFERS, f"the books say {here}; {source} says {line.amount.words}"
    if line.month != month_of(since) and abs(line.on - since) > usual_time(booked.channel):
        return Difference.LATE, f"{source} dates it {line.on}; the books have it in another month, on {since}"
    return _AGREES


def _under_way(booked: Booked, line: StatementLine | None, source: str, today: date) -> _Said:
    """What was sent and is not settled: within the channel's time nobody can say anything yet."""
    if today - booked.sent_on <= usual_time(booked.channel):
        return None
    here = f"the books have it under way since {booked.sent_on}"
    if line is not None and line.state in _LEFT:
        return Difference.MISSING_HERE, f"{here}; {source} says that it was carried out"
    return Difference.LATE, f"{here}; {source} {_standing(line)}"


def _nothing_moved(_booked: Booked, line: StatementLine | None, source: str, _today: date) -> _Said:
    if line is not None and line.state is LineState.UNDER_WAY:
        return None
    if line is not None and line.state is LineState.DONE:
        return Difference.MISSING_HERE, f"the books say that nothing moved; {source} says that it was carried out"
    return _AGREES


def _returned(booked: Booked, line: StatementLine | None, source: str, _today: date) -> _Said:
    if line is not None and line.state is LineState.UNDER_WAY:
        return None
    # A check that was voided here, at the bank, is none the less one that Lob printed and mailed.
    if line is None or (line.state is LineState.DONE and booked.channel is not Channel.CHECK):
        return Difference.MISSING_THERE, f"the books say that it came back; {source} {_standing(line)}"
    return _AGREES


_SAID: Final = {
    BookedState.SETTLED: _settled,
    BookedState.UNDER_WAY: _under_way,
    BookedState.NOTHING_MOVED: _nothing_moved,
    BookedState.RETURNED: _returned,
}


def _standing(line: StatementLine | None) -> str:
    return "has nothing of it" if line is None else f"calls it {line.detail or line.state}"


def _of_nobody(line: StatementLine) -> tuple[Finding, ...]:
    """What is found about a line that no attempt in the books explains."""
    if line.kind is LineKind.PAYOUT and line.state is LineState.UNDER_WAY:
        return ()
    left = line.kind is LineKind.CHARGE or (line.kind is LineKind.PAYOUT and line.state is LineState.DONE)
    difference, detail = Difference.MATCHED, ""
    if left:
        difference = Difference.MISSING_HERE
        named = (
            f"the reference {line.reference}, which the books do not know" if line.reference else "no reference of ours"
        )
        what = f"{line.detail or line.kind}, beside any payout" if line.kind is LineKind.CHARGE else f"with {named}"
        detail = f"{line.source} has {line.line_id} {what}"
    return (
        Finding(
            line.source, difference, line.on, detail, reference=line.reference, line_id=line.line_id, there=line.amount
        ),
    )


def _finding(booked: Booked, line: StatementLine | None, difference: Difference, detail: str) -> Finding:
    return Finding(
        source=line.source if line else PROVIDER_OF[booked.channel],
        difference=difference,
        on=line.on if line else booked.booked_on or booked.sent_on,
        detail=detail,
        reference=booked.reference,
        line_id=line.line_id if line else None,
        payout_id=booked.payout_id,
        program=booked.program,
        legal_entity=booked.legal_entity,
        here=booked.amount,
        there=line.amount if line else None,
    )


def _sent(entry: Entry, payout_id: str, number: int, posted_on: date) -> Booked:
    value = next(posting.amount for posting in entry.postings if posting.amount.amount_minor >= 0)
    return Booked(
        reference=attempt_reference(payout_id, number),
        payout_id=payout_id,
        channel=entry.channel,
        program=entry.program,
        legal_entity=entry.legal_entity,
        state=BookedState.UNDER_WAY,
        value=value,
        sent_on=posted_on,
    )


def _became(booked: Booked, entry: Entry, posted_on: date) -> Booked:
    after = replace(booked, state=_BECAME[entry.kind])
    if entry.kind is EntryKind.FAILED and entry.postings[0].account == REWARDS_LIABILITY:
        # What had failed was in transit after all, until the entry that says what became of it.
        return replace(booked, state=BookedState.UNDER_WAY)
    if entry.kind is not EntryKind.SETTLED:
        return after
    account = settlement_account(entry.channel)
    left = [-posting.amount for posting in entry.postings if posting.account == account]
    amount = left[0]
    for more in left[1:]:
        amount += more
    return replace(after, amount=amount, booked_on=posted_on, dated=entry.value_on or posted_on)
