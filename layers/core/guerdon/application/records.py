"""The rows that use cases read and write, beside the domain's own Reward, Payout and Entry.

Every row that can change carries a `version`; whoever replaces it names the version that they read.
The tables that hold them are described in docs/decisions/0001-data-model.md.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from guerdon.domain.deal import Address
from guerdon.domain.judgment import Outcome
from guerdon.domain.money import Money
from guerdon.domain.wins import Win

UNDECIDABLE: Final = "undecidable"
"""What an event waits for whose evaluation failed again and again."""


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """One accepted delivery. Its body, which names people, is an EventBody in the people table.

    Attributes:
        outcome: None until it is decided, in the same transaction as what it caused.
        detail: Why, in words; for a duplicate the event that it repeats.
        undecided_since: Present while there is no outcome.
        look_at: When the sweep should send it again; None once it is decided.
        sent_again: How often the sweep sent it again.
        waiting_since: Since when it has waited for a person: its outcome says so, or it cannot be decided. None while
            nobody is needed.
        resolved_at: When a person said that it is dealt with, whatever its outcome left to them.
        resolved_by: Who said so, from their AWS sign-in.
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
    outcome: Outcome | None = None
    detail: str | None = None
    reward_ids: tuple[str, ...] = ()
    decided_at: datetime | None = None
    look_at: datetime | None = None
    sent_again: int = 0
    waiting_since: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    version: int = 1

    @property
    def waits_for(self) -> str | None:
        """Why it waits for a person: its outcome, or UNDECIDABLE; None if it does not."""
        if self.waiting_since is None:
            return None
        return self.outcome or UNDECIDABLE


@dataclass(frozen=True, slots=True)
class EventBody:
    """The normalized deal event of an inbox row as JSON text: personal data."""

    event_id: str
    body: str


@dataclass(frozen=True, slots=True)
class AdvocateDetails:
    """Who an advocate is: personal data, under an opaque id.

    Attributes:
        as_of: The timestamp of the message that it came from; an older message never replaces it.
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

    All of it stands in one row, so that a win and its reversal, told at the same moment, cannot miss each other.
    """

    source_account: str
    program: str
    deal_id: str
    trigger: str
    wins: tuple[Win, ...]
    version: int = 1


@dataclass(frozen=True, slots=True)
class DealCount:
    """How many deals were counted for an advocate in a counting group and period."""

    advocate_id: str
    group: str
    period: str
    count: int
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


class AnswerState(StrEnum):
    """What a provider says about one attempt."""

    PREPARED = "prepared"  # It exists there as a draft; no money moves until it is confirmed.
    PENDING = "pending"  # It was accepted and is under way.
    DONE = "done"  # Carried out, in the sense of the channel's "settled".
    REFUSED = "refused"  # It said no: nothing moved.
    OUT_OF_FUNDS = "out_of_funds"  # It said no for want of money: nothing moved.
    CANCELED = "canceled"  # It was accepted and then undone before it was carried out: nothing moved for good.
    RETURNED = "returned"  # It was carried out and the money came back.
    ABSENT = "absent"  # Two look-ups, far enough apart, know nothing of it: nothing moved.


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """A provider's statement about one attempt, in our words.

    Attributes:
        reference: Our own reference, as the provider gave it back.
        provider_id: The provider's id of what it made; empty when it made nothing.
        detail: The provider's own status or error code; never a person's data.
        cost: What the provider charged in all, once known.
        value_on: The provider's date of the movement.
    """

    reference: str
    provider_id: str
    state: AnswerState
    detail: str
    cost: Money | None = None
    value_on: date | None = None


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
        absent_since: When a look-up first found nothing, if it did.
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
    """Which version of a program is current."""

    program: str
    current: int
    version: int = 1


@dataclass(frozen=True, slots=True)
class ProgramVersion:
    """One published version of a program; it never changes.

    Attributes:
        document: The program document as JSON text.
        sha256: Digest of `document`: publishing the same again publishes nothing.
        published_by: Who did, from their AWS sign-in.
    """

    program: str
    number: int
    document: str
    sha256: str
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class ChannelSwitch:
    """Whether a channel may move money. A channel without a row is not armed."""

    channel: str
    armed: bool
    changed_at: datetime
    changed_by: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A mail that went out, or was declined for a reason that will not change.

    Attributes:
        notice: What was told about what: "reward_earned/rw_…", "payout_paid/po_…/1".
        result: "sent" or the reason why not.
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
