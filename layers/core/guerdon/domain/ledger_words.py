"""The plain words for the accounts of the journal and for what its entries record."""

from collections.abc import Mapping
from typing import Final

from guerdon.domain import glossary
from guerdon.domain.glossary import Term

ACCOUNT: Final[Mapping[str, Term]] = {
    "rewards_liability": Term("owed to advocates", "What is promised and not yet sent."),
    "in_transit": Term("on its way", "What a provider was asked to pay and has not confirmed."),
    "outstanding_checks": Term("checks not cashed yet", "Mailed checks that the bank has not cleared."),
    "float": Term("provider account", "What left the money held with the provider, less what was paid into it."),
    "customer_credit": Term("credit on customers' bills", "Credits that reduce the customers' next invoices."),
    "rewards_expense": Term("rewards", "What rewards are worth, less what was taken back."),
    "fulfillment_cost": Term("cost of paying", "What providers charged beyond the value: shipping, tax, fees."),
    "exchange": Term("exchange", "Where values and charges in different currencies meet."),
    "receivable": Term("owed by advocates", "What advocates owe after a deal came undone that they were paid for."),
    "bank": Term("bank account", "What the bank paid out for checks that were cashed."),
    "unclaimed_property": Term("unclaimed property", "What must be handed to a state because nobody claimed it."),
    "income": Term("income", "What was journaled as income by a person's decision."),
    "opening_balances": Term("opening balances", "The other side of what the books began with."),
}
"""Accounts by their family: what stands before the colon."""

ENTRY_KIND: Final[Mapping[str, Term]] = {
    "earned": Term("earned", "A reward was promised."),
    "submitted": Term("sent", "A provider was asked to pay it."),
    "settled": Term("paid", "The provider carried it out."),
    "failed": Term("not paid", "The provider did not carry it out, so it is owed again; sides turned: it did."),
    "returned": Term("came back", "Money that had moved came back, so it is owed again."),
    "revised": Term("revised", "A reversal or an amendment changed what a reward is worth."),
    "reversed": Term("undone", "The deal came undone before it was paid, so nothing is owed."),
    "clawed_back": Term("taken back", "The deal came undone after it was paid, so the advocate owes it."),
    "cleared": Term("cleared", "The bank paid a check."),
    "written_off": Term("written off", "A person decided that it will not be paid to the advocate."),
    "opened": Term("opened", "The balances that the books began with."),
}
"""What an entry records, by the values of domain.ledger.EntryKind."""

DIFFERENCE: Final[Mapping[str, Term]] = {
    "matched": Term("matched", "The statement and the books say the same."),
    "amount_differs": Term(
        "amount differs",
        "Both have the payout, with different amounts.",
        "Ask the provider what it charged; correct the price list, or have the difference refunded.",
    ),
    "missing_here": Term(
        "missing in the books",
        "The statement has money that left, and the books do not say so.",
        "Find the payout that it belongs to; if there is none, ask the provider what it was for.",
    ),
    "missing_there": Term(
        "missing in the statement",
        "The books say that it was paid, and the statement has nothing of it.",
        "Ask the provider what became of it before anything is paid again.",
    ),
    "late": Term(
        "late",
        "One side has it as paid, and the other still has it under way, or in another month.",
        "Nothing, if the other side follows within days; else ask the provider.",
    ),
}
"""What comes of holding a statement against the books, by the values of domain.reconciliation.Difference."""

ITEM_STATE: Final[Mapping[str, Term]] = {
    "open": Term("open", "Nobody has said yet why it differs.", "Find out why, and resolve it with a reason."),
    "resolved": Term("resolved", "Somebody said why nothing remains to be done, or it went away by itself."),
}
"""Whether a difference still needs somebody."""

CHECK: Final[Mapping[str, Term]] = {
    "outstanding": Term("outstanding", "It was mailed, and the bank has not paid it yet."),
    "cleared": Term("cleared", "The bank paid it."),
    "stale": Term(
        "stale",
        "It is so old that the bank need not pay it any more; what it was written for is still owed.",
        "Ask the recipient; void it, and release the payout again if they want another.",
    ),
    "voided": Term("voided", "It is not honored any more, and what it was written for is owed again."),
}
"""What became of a check, by the values of domain.checks.CheckState, and "stale"."""

BANK_LINE: Final[Mapping[str, Term]] = {
    "no_number": Term("names no check", "The line has no check number.", "Find out at the bank what it was for."),
    "unknown": Term("no check of ours", "No check has that number.", "Find out at the bank what it was for."),
    "amount": Term(
        "another amount",
        "The check of that number is written for another amount.",
        "Ask the bank: the check may have been altered.",
    ),
    "cleared": Term("cleared before", "That check was cleared already.", "Ask the bank: it may have paid it twice."),
    "voided": Term(
        "voided before",
        "The bank paid a check that was voided.",
        "Find out whether it was paid twice before anything is paid again.",
    ),
    "ambiguous": Term(
        "several fit", "Several outstanding checks have that number and amount.", "Tell the bank's lines apart by hand."
    ),
}
"""Why a line of the bank's cleared no check, by the values of domain.checks.Unmatched."""


def account_words(account: str) -> str:
    """An account in words: "provider account, Tremendous", "owed to advocates"; a name of finance's own as it is."""
    family, _, party = account.partition(":")
    term = ACCOUNT.get(family)
    if term is None:
        return account
    if not party or account == "receivable:advocate":
        return term.words
    return f"{term.words}, {glossary.PROVIDER.get(party, party.replace('_', ' '))}"


def account_meaning(account: str) -> str:
    """What stands on an account, as one sentence; "" for one that has none of ours."""
    term = ACCOUNT.get(account.partition(":")[0])
    return term.meaning if term else ""


def kind_term(kind: str) -> Term:
    """What an entry of that kind records."""
    return ENTRY_KIND.get(kind) or Term(kind.replace("_", " "), "")
