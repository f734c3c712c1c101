"""The plain words that screens, mails and the command line use for the names in the code.

Every table is keyed by the value that is stored, so an enum member and its stored text both find their term. A
test holds that no member is without one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guerdon.domain.channel import Channel
from guerdon.domain.payout import BlockReason, PayoutStatus, WaitsFor
from guerdon.domain.program import CountingPeriod, Over


@dataclass(frozen=True, slots=True)
class Term:
    """One thing in plain words.

    Attributes:
        words: What it is called, in lower case, to stand in a table cell or a sentence.
        meaning: What that means, as one sentence.
        to_do: What a person does about it, as one sentence; empty when nothing is to be done.
    """

    words: str
    meaning: str
    to_do: str = ""


STATUS: Final[Mapping[str, Term]] = {
    PayoutStatus.EARNED: Term("earned", "It is promised and waits for its hold to end."),
    PayoutStatus.BLOCKED: Term(
        "waiting",
        "It waits for a person, and nothing has been sent to the provider that could still move money.",
        "Remove the reason that is given, then release the payout again.",
    ),
    PayoutStatus.RELEASED: Term("ready to pay", "It passed every check and is about to be sent to the provider."),
    PayoutStatus.SUBMITTED: Term("on its way", "The provider was asked to pay it and has not confirmed yet."),
    PayoutStatus.SETTLED: Term("paid", "The provider carried it out."),
    PayoutStatus.FAILED: Term(
        "not paid",
        "The provider did not carry it out, and it is proven that no money moved.",
        "Correct what the provider objected to, then release the payout with guerdon release.",
    ),
    PayoutStatus.RETURNED: Term(
        "came back",
        "It had been paid or was under way, and the money came back to the provider account.",
        "Find out why with the recipient, then release the payout with guerdon release.",
    ),
    PayoutStatus.REVERSED: Term("undone", "The deal came undone before it was paid, so it is no longer owed."),
    PayoutStatus.CLAWED_BACK: Term(
        "taken back", "The deal came undone after it was paid, so later payouts are reduced by it."
    ),
}
"""Where a payout is."""

BLOCK_REASON: Final[Mapping[str, Term]] = {
    BlockReason.OBSERVING: Term(
        "the channel is not armed",
        "Guerdon shows what it would pay through this channel and moves no money until a person arms it.",
        "Once its payouts look right: guerdon arm for the channel, then guerdon release for the payout.",
    ),
    BlockReason.DETAILS: Term(
        "the provider cannot carry it as it is",
        "The recipient's details are incomplete for this channel, or the amount is not one that the provider takes.",
        "Complete the advocate's record in the CRM and send the deal again, or pay in another way.",
    ),
    BlockReason.FUNDS: Term(
        "the provider account is out of money",
        "The provider refused it for want of funds and proved that nothing moved.",
        "Add money to the account at the provider, then release the payout with guerdon release.",
    ),
    BlockReason.WORKFLOW: Term(
        "its fulfillment stopped early",
        "The workflow ended before anything was sent to the provider, so no money moved.",
        "Let an engineer look at the failed execution, then release the payout with guerdon release.",
    ),
    BlockReason.APPROVAL: Term(
        "it needs approval",
        "It is over a limit of the program, which says that a person must approve it before it is paid.",
        "Look at its story, and approve it with guerdon release.",
    ),
}
"""Why a payout waits for a person."""

OUTCOME: Final[Mapping[str, Term]] = {
    "rewarded": Term("rewarded", "The deal earned a reward."),
    "no_reward": Term("no reward", "The deal is a referral, but none of the program's rules applies to it."),
    "over_limit": Term(
        "over the limit",
        "A rule pays for the deal, but a limit of the program leaves nothing to pay, so it earns nothing.",
        "If it shall earn all the same, publish the program with a higher limit and send the deal again.",
    ),
    "revised": Term("revised", "A reversal or an amendment of the deal was taken into its reward."),
    "no_change": Term("no change", "It tells nothing about the deal that changes what its reward is worth."),
    "remembered": Term("remembered", "It came before its deal, and will count when the deal is told."),
    "reversed": Term("reversed", "The deal was undone before it was told, so it earns nothing."),
    "not_a_referral": Term("not a referral", "The deal names nobody who referred it."),
    "before_start": Term("before the start", "The deal closed before the program's first day."),
    "unknown_program": Term(
        "unknown program",
        "The event names a program that is not published.",
        "Publish the program, or correct its name in the CRM, and send the deal again.",
    ),
    "duplicate": Term("duplicate", "The same win of the same deal had been decided before, so nothing was added."),
    "needs_attention": Term(
        "needs attention",
        "The event could not be decided by rule.",
        "Read why, correct the deal in the CRM if it should have earned something, then guerdon resolve the event.",
    ),
}
"""How an inbox event ended, by the values of domain.judgment.Outcome."""

OVER: Final[Mapping[str, Term]] = {
    Over.CUT: Term("is cut", "The reward is worth what the limit has left."),
    Over.REFUSE: Term("is refused", "The deal earns nothing."),
    Over.APPROVAL: Term("needs approval", "The reward is given whole, and paid once a person approved it."),
}
"""What becomes of what is over a limit."""

WAITING: Final[Mapping[str, Term]] = {
    **BLOCK_REASON,
    WaitsFor.FAILED: STATUS[PayoutStatus.FAILED],
    WaitsFor.RETURNED: STATUS[PayoutStatus.RETURNED],
    WaitsFor.UNKNOWN: Term(
        "its outcome is unknown",
        "Its fulfillment ended before the provider said what became of it, so money may have moved.",
        "Nothing for the first day, in which it is looked up by itself; then look it up at the provider.",
    ),
    WaitsFor.OVERDUE: Term(
        "the provider is overdue",
        "The provider accepted it and has not carried it out in the time that the channel is given.",
        "Ask the provider why; do not pay it in another way before it is certain that no money moved.",
    ),
    WaitsFor.CONTRADICTED: Term(
        "it may have been paid twice",
        "The provider carried out what was recorded as not moved, so nothing further is paid for it.",
        "Compare the provider's list with the payout's story, and ask for the money back if it was paid twice.",
    ),
    "needs_attention": OUTCOME["needs_attention"],
    "undecidable": Term(
        "it cannot be decided",
        "Its evaluation failed each time that it was tried, and is tried again every few hours.",
        "Let an engineer read the log, then deploy or publish what can decide it, and guerdon resend the event.",
    ),
}
"""Why a payout or an event waits for a person, by what its row says of it."""

CHANNEL: Final[Mapping[str, Term]] = {
    Channel.GIFT_CARD: Term("gift card", "A digital gift card that the recipient gets by email."),
    Channel.CHECK: Term("check", "A paper check that the recipient gets by postal mail."),
    Channel.BILL_CREDIT: Term("bill credit", "A credit that reduces the recipient's next invoice."),
    Channel.MERCHANDISE: Term("merchandise", "An item that is made for the recipient and shipped to their address."),
}
"""How a payout is paid."""

PROVIDER: Final[Mapping[str, str]] = {
    "tremendous": "Tremendous",
    "lob": "Lob",
    "stripe": "Stripe",
    "printful": "Printful",
}
"""The name under which a provider is known."""

PERIOD: Final[Mapping[str, str]] = {
    CountingPeriod.LIFETIME: "",
    CountingPeriod.CALENDAR_YEAR: "of the year",
    CountingPeriod.CALENDAR_MONTH: "of the month",
}
"""The counting period behind "your 3rd referral of the year"; nothing is said when counting never starts over."""


def status_words(status: str, reason: str | None) -> str:
    """A status with its reason: "waiting: the channel is not armed", "paid".

    A reason that is not one of ours is a provider's, and stands as it is.
    """
    words = STATUS[status].words
    if reason is None:
        return words
    term = BLOCK_REASON.get(reason)
    return f"{words}: {term.words if term else reason}"
