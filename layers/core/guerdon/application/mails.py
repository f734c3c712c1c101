"""What each mail says, as data: use cases fill these in, the mail adapter puts them into words.

They hold personal data and are never logged. None of them has a field for the deal's amount or for the share that
was paid of it, so no mail can tell an advocate what somebody else's deal was worth.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guerdon.domain.channel import Channel
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.money import Money
from guerdon.domain.payout import PayoutStatus
from guerdon.domain.program import Beneficiary
from guerdon.domain.triggers import DEAL_CLOSED

DEFAULT_LOCALE: Final = "en_US"
"""How amounts and dates are written unless the advocate's country suggests another way. The prose is English."""


@dataclass(frozen=True, slots=True)
class RewardEarnedMail:
    """To whoever is rewarded, the advocate or the referred customer, once a reward was granted.

    Attributes:
        reference: The reward's id, to quote in a question.
        advocate_name: Theirs, whichever side they are on; None when the CRM did not say.
        referred_name: The referred company, else the person, else the deal's name; None when nothing is known.
        amount: What was earned.
        ordinal: Which counted referral of the advocate it is in `counting_period`, from 1.
        step_from: First ordinal of the escalation step that applied, if the rule escalates.
        limit: "min" or "max" when that limit of the rule changed the amount, else None.
        hold_until: When the payout is released; in the past if there is no hold.
        written_at: The moment of writing, which decides whether the hold is still ahead.
        time_zone: IANA zone in which dates are told.
        item_name: What is sent, for merchandise.
        mailed_to: City and state that a check goes to, such as "San Francisco, CA"; never the street.
        cut: Whether a limit of the program left less than its rule pays.
        needs_approval: Whether it is paid only once a person approved it.
        locale: CLDR name of an English locale such as "en_GB".
        beneficiary: Whom it is for: a referred customer referred nobody, and is welcomed.
        trigger: What was rewarded: a deal that closed, or something that happened before or after.
    """

    reference: str
    program_title: str
    advocate_name: str | None
    referred_name: str | None
    amount: Money
    ordinal: int
    counting_period: CountingPeriod
    step_from: int | None
    limit: str | None
    channel: Channel
    hold_until: datetime
    written_at: datetime
    time_zone: str
    item_name: str | None = None
    mailed_to: str | None = None
    cut: bool = False
    needs_approval: bool = False
    locale: str = DEFAULT_LOCALE
    beneficiary: Beneficiary = Beneficiary.ADVOCATE
    trigger: str = DEAL_CLOSED


@dataclass(frozen=True, slots=True)
class PayoutPaidMail:
    """To whoever was rewarded, once a payout settled.

    Attributes:
        reference: The payout's id, to quote in a question.
        advocate_name: Theirs, whichever side they are on; None when the CRM did not say.
        referred_name: As in RewardEarnedMail.
        value: What was promised and paid; what the provider charged is not the advocate's concern.
        settled_at: When it settled.
        time_zone: IANA zone in which dates are told.
        item_name: What is sent, for merchandise.
        mailed_to: City and state that a check goes to; never the street.
        locale: CLDR name of an English locale.
        beneficiary: Whom it is for.
        earned: What was earned, where no mail of its own told it.
    """

    reference: str
    program_title: str
    advocate_name: str | None
    referred_name: str | None
    value: Money
    channel: Channel
    settled_at: datetime
    time_zone: str
    item_name: str | None = None
    mailed_to: str | None = None
    locale: str = DEFAULT_LOCALE
    beneficiary: Beneficiary = Beneficiary.ADVOCATE
    earned: RewardEarnedMail | None = None


@dataclass(frozen=True, slots=True)
class PayoutAttentionMail:
    """To finance, when a payout waits for a person. It names nobody: ids are enough to look the rest up.

    Attributes:
        reason: The payout's reason: a BlockReason's value, or what the provider said.
        attention: What the payout asks a person to look at while its status stays, as a clause that can follow
            "but": "the provider has not said what became of it"; for one that needs approval, which limit it is over.
        since: When it came to stand like this.
        time_zone: IANA zone of the books, in which `since` is told.
        locale: CLDR name of an English locale.
    """

    payout_id: str
    program_title: str
    value: Money
    channel: Channel
    status: PayoutStatus
    reason: str | None
    attention: str | None
    since: datetime
    time_zone: str
    locale: str = DEFAULT_LOCALE


MailContent = RewardEarnedMail | PayoutPaidMail | PayoutAttentionMail
