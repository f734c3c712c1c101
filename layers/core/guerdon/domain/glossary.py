"""The plain words that screens, mails and the command line use for the names in the code.

Every table is keyed by the value that is stored, so an enum member and its stored text both find their term. A
test holds that no member is without one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guerdon.domain.actions import AuditAction
from guerdon.domain.channel import Channel
from guerdon.domain.checks import STALE, CheckState, Unmatched
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.pausing import ScopeKind
from guerdon.domain.payout import BlockReason, PayoutStatus, WaitsFor
from guerdon.domain.program import Beneficiary, Over
from guerdon.domain.reconciliation import Difference


@dataclass(frozen=True, slots=True)
class Term:
    """One thing in plain words.

    Attributes:
        words: What it is called, in lower case, to stand in a table cell or a sentence.
        meaning: What that means, as one sentence.
        to_do: What a person does about it, as one sentence; empty when nothing is to be done.
        in_console: The same for somebody in the console, where `to_do` names a command; else empty.
    """

    words: str
    meaning: str
    to_do: str = ""
    in_console: str = ""

    @property
    def to_do_in_console(self) -> str:
        """What a person does about it who has the console before them, and never a terminal."""
        return self.in_console or self.to_do


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
        "Correct what the provider objected to, then release it again on the payout's page.",
    ),
    PayoutStatus.RETURNED: Term(
        "came back",
        "It had been paid or was under way, and the money came back to the provider account.",
        "Find out why with the recipient, then release the payout with guerdon release.",
        "Find out why with the recipient, then release it again on the payout's page.",
    ),
    PayoutStatus.REVERSED: Term("undone", "The deal came undone before it was paid, so it is no longer owed."),
    PayoutStatus.CLAWED_BACK: Term(
        "taken back", "The deal came undone after it was paid, so later payouts are reduced by it."
    ),
}
"""Where a payout is."""

BLOCK_REASON: Final[Mapping[str, Term]] = {
    BlockReason.OBSERVING: Term(
        "its channel was not armed",
        "Its deal was decided, or its turn came, while Guerdon only showed what it would pay through the channel.",
        "Once its payouts look right: guerdon arm for the channel, then guerdon release for it or a range of days.",
        "Once its payouts look right, have an admin arm the channel under Switches, then release it on its own page.",
    ),
    BlockReason.DETAILS: Term(
        "the provider cannot carry it as it is",
        "The recipient's details are incomplete for this channel, or the amount is not one that the provider takes.",
        "Complete the advocate's record in the CRM and send the deal again, or pay in another way.",
    ),
    BlockReason.FUNDS: Term(
        "the provider account is out of money",
        "The provider refused a payout for want of money, so this channel's payouts wait in order; nothing moved.",
        "Add money to the account at the provider; all go on by themselves within hours, at once with guerdon resume.",
        "Add money to the account at the provider; all go on by themselves within hours, or try it under Switches.",
    ),
    BlockReason.PAUSED: Term(
        "it is paused",
        "A person paused everything, its channel or its program, and nothing was sent to the provider.",
        "See with guerdon status who paused it and why; once they guerdon resume, it goes on by itself.",
        "See under Switches who paused it and why; once it is resumed there, it goes on by itself.",
    ),
    BlockReason.CEILING: Term(
        "the day's ceiling is reached",
        "With it, the program would release more in a day than its ceilings let it, so it waits for a person.",
        "See with guerdon status whether so many are meant, then release what is right with guerdon release.",
        "See under Switches whether so many are meant, then release what is right on each payout's page.",
    ),
    BlockReason.WORKFLOW: Term(
        "its fulfillment stopped early",
        "The workflow ended before anything was sent to the provider, so no money moved.",
        "Let an engineer look at the failed execution, then release the payout with guerdon release.",
        "Let an engineer look at the failed execution, then release it again on the payout's page.",
    ),
    BlockReason.APPROVAL: Term(
        "it needs approval",
        "It is over a limit of the program or was told late, and a person must approve it before it is paid.",
        "Look at its story, and approve it with guerdon release, or give it up with guerdon write-off.",
        "Look at its story, and approve it there, or write it off.",
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
    "after_end": Term("after the end", "The deal closed when the program had ended."),
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
        "Read why, correct the deal in the CRM if it should have earned something, then resolve it on its page.",
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
        "Nothing for the first day, in which it is looked up by itself; then look there, and guerdon resolve it.",
        "Nothing for the first day, in which it is looked up; then look there, and say on its page what became of it.",
    ),
    WaitsFor.OVERDUE: Term(
        "the provider is overdue",
        "The provider accepted it and has not carried it out in the time that the channel is given.",
        "Ask the provider why; cancel it there, or guerdon resolve it once it is certain what became of it.",
        "Ask the provider why; cancel it there, or say on its page what became of it once that is certain.",
    ),
    WaitsFor.CONTRADICTED: Term(
        "it may have been paid twice",
        "The provider carried out what was recorded as not moved, so nothing further is paid for it.",
        "Compare the provider's list with its story: if it was paid once, or is back, guerdon resolve it.",
        "Compare the provider's list with its story: ask for what was paid twice, else have an engineer resolve it.",
    ),
    "needs_attention": OUTCOME["needs_attention"],
    "undecidable": Term(
        "it cannot be decided",
        "Its evaluation failed each time that it was tried, and is tried again every few hours.",
        "Let an engineer read the log, then deploy or publish what can decide it, and guerdon resend the event.",
        "Let an engineer read the log and deploy or publish what can decide it, then send it again on its page.",
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

SWITCH: Final[Mapping[str, Term]] = {
    "armed": Term("armed", "What is decided from now on is paid by it, and its advocates are mailed."),
    "observing": Term(
        "observing", "What it would pay is decided and shown, no money moves by it, and no advocate is mailed."
    ),
}
"""Whether a channel may move money."""

PAUSED: Final[Mapping[str, Term]] = {
    ScopeKind.EVERYTHING: Term(
        "everything is paused",
        "Nothing new is sent to any provider; what was sent before is finished, since its money may have moved.",
        "Once the reason for it is gone: guerdon resume.",
        "Once the reason for it is gone, resume it under Switches.",
    ),
    ScopeKind.CHANNEL: Term(
        "a channel is paused",
        "Nothing new is sent to its provider; what was sent before is finished, since its money may have moved.",
        "Once the reason for it is gone: guerdon resume with --channel.",
        "Once the reason for it is gone, resume it under Switches.",
    ),
    ScopeKind.PROGRAM: Term(
        "a program is paused",
        "Nothing new that it rewards is sent to a provider; what was sent before is finished.",
        "Once the reason for it is gone: guerdon resume with --program.",
        "Once the reason for it is gone, resume it under Switches.",
    ),
}
"""What a pause is of."""

PROVIDER: Final[Mapping[str, str]] = {
    "tremendous": "Tremendous",
    "lob": "Lob",
    "stripe": "Stripe",
    "printful": "Printful",
}
"""The name under which a provider is known."""

ACTION: Final[Mapping[str, Term]] = {
    AuditAction.CHANNEL_ARMED: Term("channel armed", "A person let the channel move money."),
    AuditAction.CHANNEL_DISARMED: Term("channel disarmed", "A person kept the channel from moving money."),
    AuditAction.PAUSED: Term("paused", "A person stopped what was not submitted yet, for the time being."),
    AuditAction.RESUMED: Term("resumed", "A person ended a pause, and what it had stopped went on."),
    AuditAction.PROGRAM_PUBLISHED: Term("program published", "A person made a file the program's newest version."),
    AuditAction.FUNDS_TRIED: Term(
        "funds tried", "A person said that the provider's account was filled, and had what waits for it tried at once."
    ),
    AuditAction.EVENT_RESENT: Term("event sent again", "A person had the event evaluated once more."),
    AuditAction.EVENT_RESOLVED: Term("event resolved", "A person said that an event which needed them is dealt with."),
    AuditAction.PAYOUT_RELEASED: Term(
        "payout released", "A person approved the payout, or had it tried again, under its next run."
    ),
    AuditAction.PAYOUT_RESOLVED: Term(
        "payout resolved", "A person said what became of a payout that its provider said nothing about."
    ),
    AuditAction.PAYOUT_WRITTEN_OFF: Term(
        "payout written off", "A person decided that what nobody took is no longer owed to the recipient."
    ),
    AuditAction.CHECK_CLEARED: Term(
        "check cleared", "A line of the bank's statement that a person took in cleared it."
    ),
    AuditAction.CHECK_VOIDED: Term("check voided", "A person decided that the check is not honored any more."),
    AuditAction.ITEM_RESOLVED: Term(
        "difference resolved", "A person explained a difference between the books and a statement."
    ),
    AuditAction.BOOKS_OPENED: Term("books opened", "A person posted the balances that a legal entity begins with."),
    AuditAction.MONTH_PREPARED: Term("month prepared", "A person put the month's closing pack together for review."),
    AuditAction.MONTH_CLOSED: Term("month closed", "Another person reviewed the month's pack and closed the month."),
    AuditAction.ADVOCATE_ERASED: Term("person erased", "A person had all that names the advocate removed."),
    AuditAction.ROTATION_BEGUN: Term(
        "rotation begun", "A person had a newer secret believed beside the one that a sender signs with."
    ),
    AuditAction.ROTATION_FINISHED: Term(
        "rotation finished", "A person had the older secret not believed any more, now that its sender has a newer one."
    ),
    AuditAction.ROTATION_UNDONE: Term(
        "rotation taken back", "A person had the newer secret not believed any more, and the older one stands."
    ),
    AuditAction.KEY_REPLACED: Term("key replaced", "A person gave the key that a provider is called with anew."),
}
"""What people do, as the audit trail names it."""

CHECK: Final[Mapping[str, Term]] = {
    CheckState.OUTSTANDING: Term("outstanding", "It was mailed, and the bank has not paid it yet."),
    CheckState.CLEARED: Term("cleared", "The bank's statement says that it was paid."),
    CheckState.VOIDED: Term("void", "It came back or a person stopped it, so what it was written for is owed again."),
    STALE: Term(
        "stale",
        "It was mailed longer ago than a bank is bound to pay it, and may still be cashed.",
        "Ask the advocate, then have the bank stop it and void it with guerdon void.",
        "Ask the advocate, then have the bank stop it, and void it on the payout's page.",
    ),
}
"""What became of a check."""

UNMATCHED: Final[Mapping[str, Term]] = {
    Unmatched.NO_NUMBER: Term(
        "names no check",
        "The bank's line has no check number.",
        "Look at the bank's statement, and say what it was with guerdon reconcile resolve.",
        "Look at the bank's statement, and say what it was on its page under Reconciliation.",
    ),
    Unmatched.UNKNOWN: Term(
        "unknown check",
        "No check of that number was mailed by Guerdon.",
        "Find out who wrote it, and say so with guerdon reconcile resolve.",
        "Find out who wrote it, and say so on its page under Reconciliation.",
    ),
    Unmatched.AMOUNT: Term(
        "another amount",
        "The check of that number was written for another amount than the bank paid.",
        "Dispute it with the bank at once: it may have been altered.",
    ),
    Unmatched.CLEARED: Term(
        "paid twice",
        "The bank had paid the check of that number before.",
        "Dispute it with the bank at once.",
    ),
    Unmatched.VOIDED: Term(
        "paid though void",
        "The check had been voided, and the bank paid it all the same.",
        "Do not pay it again, and dispute it with the bank if it had been stopped there.",
    ),
    Unmatched.AMBIGUOUS: Term(
        "several checks",
        "More than one outstanding check has that number and amount.",
        "Find out at the bank and the provider which of them it is.",
    ),
}
"""Why a line of the bank's cleared no check."""

DIFFERENCE: Final[Mapping[str, Term]] = {
    Difference.MATCHED: Term("matches", "The statement and the books say the same."),
    Difference.AMOUNT_DIFFERS: Term(
        "another amount",
        "The statement and the books have it with different amounts.",
        "Look the payment up at the provider, and have what is wrong put right there, or say why it is right.",
    ),
    Difference.MISSING_HERE: Term(
        "not in the books",
        "The statement has money that moved, and the books do not.",
        "Find out who caused it at the provider or the bank, and say what was done about it.",
    ),
    Difference.MISSING_THERE: Term(
        "not in the statement",
        "The books have money that moved, and the statement does not.",
        "Ask the provider what became of it, and say what was done about it.",
    ),
    Difference.LATE: Term(
        "late",
        "It takes longer than its channel is given, or the two sides have it in different months.",
        "Ask the provider when it is carried out, or say in which month it belongs.",
    ),
}
"""What comes of comparing a statement with the books."""

ITEM_STATE: Final[Mapping[str, Term]] = {
    "open": Term(
        "open",
        "Nobody has explained the difference yet.",
        "Explain it with guerdon reconcile resolve.",
        "Find out why, and say so on its page.",
    ),
    "resolved": Term("resolved", "A person explained the difference, or it was gone when it was looked at again."),
}
"""Whether somebody still has to look at a difference, by the values of ItemState."""

PERIOD: Final[Mapping[str, str]] = {
    CountingPeriod.LIFETIME: "",
    CountingPeriod.CALENDAR_YEAR: "of the year",
    CountingPeriod.CALENDAR_MONTH: "of the month",
    CountingPeriod.FISCAL_YEAR: "of the fiscal year",
    CountingPeriod.ROLLING_DAYS: "of the days that count",
}
"""The counting period behind "your 3rd referral of the year"; nothing is said when counting never starts over."""


BENEFICIARY: Final[Mapping[str, str]] = {
    Beneficiary.ADVOCATE: "the advocate",
    Beneficiary.REFERRED: "the referred customer",
}
"""Who is rewarded."""


def status_words(status: str, reason: str | None) -> str:
    """A status with its reason: "waiting: its channel was not armed", "paid".

    A reason that is not one of ours is a provider's, and stands as it is.
    """
    words = STATUS[status].words
    if reason is None:
        return words
    term = BLOCK_REASON.get(reason)
    return f"{words}: {term.words if term else reason}"
