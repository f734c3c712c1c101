"""The rows that use cases read and write, beside the domain's own Reward, Payout and Entry.

Every row that can change carries a `version`; whoever replaces it names the version that they read.
The tables that hold them are described in docs/decisions/0001-data-model.md.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from guerdon.domain.ceilings import Ceilings
from guerdon.domain.deal import Address
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary
from guerdon.domain.tallies import Tally
from guerdon.domain.wins import Win

UNDECIDABLE: Final = "undecidable"
"""What an event waits for whose evaluation failed again and again."""


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """One accepted delivery, as it is judged for one beneficiary.

    Its body, which names people, is an EventBody in the people table. A delivery is taken in for the advocate. Where
    the program rewards the referred customer too, the transaction that decides it adds a second row of the same
    delivery for them, which is decided by itself.

    Attributes:
        beneficiary: Whose reward it decides about.
        followed_by: The row that was added for the other beneficiary, if one was.
        outcome: None until it is decided, in the same transaction as what it caused.
        detail: Why, in words; for a duplicate the event that it repeats.
        undecided_since: Present while there is no outcome.
        look_at: When the sweep should send it again; None once it is decided.
        sent_again: How often the sweep sent it again.
        waiting_since: Since when it has waited for a person: its outcome says so, or it cannot be decided. None while
            nobody is needed.
        resolved_at: When a person said that it is dealt with, whatever its outcome left to them.
        resolved_by: Who said so, as the audit trail names them.
        recipient_id: Whom the delivery names as that beneficiary, by their opaque id; None if it names nobody.
    """

    event_id: str
    connection: str
    source_account: str
    delivery_id: str
    type: str
    program: str
    deal_id: str
    body_sha256: str
    received_at: datetime
    undecided_since: datetime | None
    beneficiary: Beneficiary = Beneficiary.ADVOCATE
    followed_by: str | None = None
    outcome: Outcome | None = None
    detail: str | None = None
    reward_ids: tuple[str, ...] = ()
    decided_at: datetime | None = None
    look_at: datetime | None = None
    sent_again: int = 0
    waiting_since: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    recipient_id: str | None = None
    version: int = 1

    @property
    def waits_for(self) -> str | None:
        """Why it waits for a person: its outcome, or UNDECIDABLE; None if it does not."""
        if self.waiting_since is None:
            return None
        return self.outcome or UNDECIDABLE


@dataclass(frozen=True, slots=True)
class EventBody:
    """The deal event of a delivery as JSON text: personal data. All inbox rows of the delivery share it."""

    event_id: str
    body: str


@dataclass(frozen=True, slots=True)
class AdvocateDetails:
    """Who is rewarded, an advocate or a referred customer: personal data, under an opaque id.

    Attributes:
        preferred_channel: The channel by which they chose to be paid where a rule lets them choose.
        as_of: The timestamp of the message that it came from; an older message never replaces it.
        erased_at: When all that names them was removed, if it was and no message told of them anew.
    """

    advocate_id: str
    source_account: str
    crm_id: str
    name: str | None
    email: str | None
    country: str | None
    address: Address | None
    stripe_customer: str | None
    as_of: datetime
    preferred_channel: str | None = None
    erased_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class FrozenRequest:
    """The exact request of one attempt, written before the first call and sent unchanged ever after.

    Attributes:
        reference: Our own reference, which is also the idempotency key.
        body: The bytes to send, as text; they name people, so this row is in the people table.
    """

    reference: str
    method: str
    path: str
    content_type: str
    body: str


@dataclass(frozen=True, slots=True)
class DealRecord:
    """What was told about a deal under one trigger: its wins, each with its reversals and amendments.

    There is one for each beneficiary, since what a win earned stands in it.

    All of it stands in one row, so that a win and its reversal, told at the same moment, cannot miss each other.
    """

    source_account: str
    program: str
    deal_id: str
    trigger: str
    wins: tuple[Win, ...]
    beneficiary: Beneficiary = Beneficiary.ADVOCATE
    version: int = 1


@dataclass(frozen=True, slots=True)
class DealCount:
    """How many deals were counted for a beneficiary in a counting group and period.

    Attributes:
        group: What counts together, as `Counting.row_of` names it: a program, its products, or a group of programs.
        tallies: The counts, by product and by day where the program counts so.
    """

    advocate_id: str
    group: str
    period: str
    tallies: tuple[Tally, ...]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Receivable:
    """What an advocate owes in one currency after clawbacks; the next rewards settle it."""

    advocate_id: str
    currency: str
    balance: Money
    version: int = 1


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is taken of the limits of a program's budget: the sum of what the rewards that name it are worth.

    Attributes:
        advocate_id: Whose rewards are added up; None for all of the program's.
        period: Of which period, such as "2026-11": that in which the deals closed.
        currency: A version of the program in another currency has budgets of its own.
    """

    program: str
    advocate_id: str | None
    period: str
    currency: str
    amount: Money
    version: int = 1


@dataclass(frozen=True, slots=True)
class DayReleased:
    """What a program with ceilings released in one day: each payout once, however often it was stopped since.

    Attributes:
        day: In the time zone of the program's ceilings, such as "2026-11-22".
        payouts: How many.
        amounts: What they are worth, one sum for each currency.
    """

    program: str
    day: str
    payouts: int
    amounts: tuple[Money, ...]
    version: int = 1

    def and_one_of(self, value: Money) -> "DayReleased":
        """The row with one more payout."""
        before = next((one for one in self.amounts if one.currency == value.currency), Money(0, value.currency))
        others = tuple(one for one in self.amounts if one.currency != value.currency)
        return replace(self, payouts=self.payouts + 1, amounts=(*others, before + value), version=self.version + 1)


class AnswerState(StrEnum):
    """What a provider says about one attempt."""

    PREPARED = "prepared"  # It exists there as a draft; no money moves until it is confirmed.
    PENDING = "pending"  # It was accepted and is under way.
    DONE = "done"  # Carried out, in the sense of the channel's "settled".
    REFUSED = "refused"  # It said no: nothing moved.
    OUT_OF_FUNDS = "out_of_funds"  # It said no for want of money: nothing moved.
    CANCELED = "canceled"  # It was accepted and then undone before it was carried out: nothing moved for good.
    RETURNED = "returned"  # It was carried out and the money came back.
    ABSENT = "absent"  # Two look-ups, far enough apart, know nothing of it, or a person says so: nothing moved.


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """A provider's statement about one attempt, in our words.

    Attributes:
        reference: Our own reference, as the provider gave it back.
        provider_id: The provider's id of what it made; empty when it made nothing.
        detail: The provider's own status or error code; never a person's data.
        cost: What the provider charged in all, once known.
        value_on: The provider's date of the movement.
        check_number: The number printed on the check, where it is one.
        said_by: The person who said it in the provider's stead; None if the provider did.
    """

    reference: str
    provider_id: str
    state: AnswerState
    detail: str
    cost: Money | None = None
    value_on: date | None = None
    check_number: str | None = None
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One frozen request to a provider under one idempotency key. It never expires and nothing deletes it.

    Attributes:
        request_sha256: Digest of the frozen request's body.
        first_sent_at: When the intent was written, before the first call: the key's window counts from here.
        last_sent_at: When a call with these bytes was last begun.
        task_token: The workflow task that waits for the outcome, if one does.
        provider_id: The provider's id; for a draft, the one draft that may be confirmed.
        answer: What the provider said last; None while the outcome is unknown.
        absent_since: When a look-up first found nothing, if none has found it since.
    """

    payout_id: str
    number: int
    run: int
    provider: str
    reference: str
    request_sha256: str
    value: Money
    first_sent_at: datetime
    last_sent_at: datetime
    task_token: str | None
    provider_id: str | None = None
    answer: ProviderAnswer | None = None
    absent_since: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class ProgramHead:
    """Which version of a program is current.

    Attributes:
        ceilings: Those of the current version, so that a release reads no document; None if it declares none.
    """

    program: str
    current: int
    version: int = 1
    ceilings: Ceilings | None = None


@dataclass(frozen=True, slots=True)
class ProgramVersion:
    """One published version of a program; it never changes.

    Attributes:
        document: The program document as JSON text.
        sha256: Digest of `document`: publishing the same again publishes nothing.
        published_by: Who did, as the audit trail names them.
    """

    program: str
    number: int
    document: str
    sha256: str
    published_at: datetime
    published_by: str


SPANS_MOST: Final = 50
"""How many spans a channel's switch remembers, the newest ones; what is older counts as observed."""


@dataclass(frozen=True, slots=True)
class ArmedSpan:
    """A time in which a channel was armed.

    Attributes:
        until: When it was disarmed; None while it is armed.
    """

    since: datetime
    until: datetime | None = None

    def has(self, at: datetime) -> bool:
        """Whether a moment is in it."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class ChannelSwitch:
    """Whether a channel may move money, and when it might before. A channel without a row is not armed.

    Attributes:
        spans: When it was armed, the oldest first. A row that was stored before spans were kept has none: then all
            that is known is that one which is armed has been since `changed_at`.
    """

    channel: str
    armed: bool
    changed_at: datetime
    changed_by: str
    version: int = 1
    spans: tuple[ArmedSpan, ...] = ()

    def was_armed(self, at: datetime) -> bool:
        """Whether it was armed at a moment, as far as is known: what is not known counts as observed."""
        return any(span.has(at) for span in self._known)

    def switched(self, at: datetime, by: str, *, armed: bool) -> "ChannelSwitch":
        """The same switch, turned the other way."""
        spans = self._known
        spans = (*spans, ArmedSpan(at)) if armed else (*spans[:-1], *(replace(span, until=at) for span in spans[-1:]))
        return replace(
            self, armed=armed, changed_at=at, changed_by=by, spans=spans[-SPANS_MOST:], version=self.version + 1
        )

    @property
    def _known(self) -> tuple[ArmedSpan, ...]:
        return self.spans or ((ArmedSpan(self.changed_at),) if self.armed else ())


SENT: Final = "sent"
"""What became of a mail that went out; anything else is why it did not."""

TOLD_WITH_ANOTHER: Final = "told-with-another"
"""Stands in the note of what another mail told as well, so that it is not told once more."""

TAKEN: Final = "/taken"
"""Ends the key of a note that is no mail's: it names the payout whose mail tells of a cause that many share."""


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A mail that went out, or was declined for a reason that will not change.

    Attributes:
        notice: What was told about what: "reward_earned/rw_…", "payout_paid/po_…/1"; or a cause that many payouts
            share: "payout_attention/ceiling/customer-referral/2026-11-22".
        result: "sent" or the reason why not; of a shared cause, the payout and run by which it is told.
    """

    notice: str
    result: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the list of what waits for a person: an event or a payout, since when, and why."""

    subject_id: str
    since: datetime
    why: str
