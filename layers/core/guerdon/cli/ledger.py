"""`guerdon ledger`: the trial balance, what was paid per channel, and the entries behind them."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from guerdon.cli.books import paid_by_channel
from guerdon.cli.endings import explained
from guerdon.cli.options import AsJson, StackName
from guerdon.cli.output import console, moment_text, plain_table, show
from guerdon.cli.stack import world_of
from guerdon.domain import glossary
from guerdon.domain.ledger import Entry, trial_balance
from guerdon.domain.money import Money


def ledger(
    context: typer.Context,
    *,
    stack: StackName = "guerdon",
    entries: Annotated[bool, typer.Option("--entries", help="Print every journal entry as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the trial balance, and what was paid.

    Every entry sums to zero in each currency, and so does the trial balance. Reads the whole journal.
    """
    with explained():
        journal = sorted(
            world_of(context).open_stack(stack).store.journal(), key=lambda entry: (entry.posted_at, entry.entry_id)
        )
    if as_json:
        typer.echo(json.dumps(_as_json(journal, with_entries=entries), indent=2))
        return
    out = console()
    if not journal:
        out.print("The journal has no entries yet: nothing has been earned.")
        return
    if entries:
        show_entries(out, journal)
        out.print()
    show_trial_balance(out, journal)
    out.print()
    show_paid(out, journal)


def show_entries(out: Console, journal: Sequence[Entry]) -> None:
    """Each entry with its postings, oldest first."""
    table = plain_table("Posted", "Entry", "Account", "Debit", "Credit", right=("Debit", "Credit"))
    for entry in journal:
        for number, posting in enumerate(entry.postings):
            first = number == 0
            table.add_row(
                moment_text(entry.posted_at) if first else "",
                f"{entry.kind} {entry.entry_id}" if first else "",
                posting.account,
                *_sides(posting.amount, with_currency=True),
            )
    show(out, table)


def show_trial_balance(out: Console, journal: Sequence[Entry]) -> None:
    """A balance for each account and currency, and the sums, which are equal on both sides."""
    balances = trial_balance(journal)
    table = plain_table("Account", "Currency", "Debit", "Credit", right=("Debit", "Credit"))
    for number, currency in enumerate(sorted({currency for _, currency in balances})):
        if number:
            table.add_row()
        in_currency = {account: minor for (account, other), minor in balances.items() if other == currency}
        for account, minor in in_currency.items():
            table.add_row(account, currency, *_sides(Money(minor, currency)))
        debits = Money(sum(minor for minor in in_currency.values() if minor > 0), currency)
        credits_ = Money(-sum(minor for minor in in_currency.values() if minor < 0), currency)
        table.add_row(
            f"sum {currency}, difference {(debits - credits_).grouped}",
            currency,
            debits.grouped,
            credits_.grouped,
            style="bold",
            end_section=True,
        )
    show(out, table)


def show_paid(out: Console, journal: Sequence[Entry]) -> None:
    """What was settled through each channel, in value and in what the providers charged."""
    table = plain_table("Paid by", "Payouts", "Value", "Charged by the provider", right=("Payouts", "Value"))
    for paid in paid_by_channel(journal):
        costs = " + ".join(cost.words for cost in paid.costs)
        table.add_row(glossary.CHANNEL[paid.channel].words, str(paid.count), paid.value.words, costs)
    if table.row_count:
        show(out, table)
    else:
        out.print("Nothing has been paid yet.")


def _sides(amount: Money, *, with_currency: bool = False) -> tuple[str, str]:
    """An amount in its column: debit or credit."""
    credit = amount.amount_minor < 0
    size = -amount if credit else amount
    text = size.words if with_currency else size.grouped
    return ("", text) if credit else (text, "")


def _as_json(journal: Sequence[Entry], *, with_entries: bool) -> dict[str, object]:
    content: dict[str, object] = {
        "trial_balance": [
            {"account": account, "currency": currency, "balance_minor": minor}
            for (account, currency), minor in trial_balance(journal).items()
        ],
        "paid": [
            {
                "channel": paid.channel.value,
                "payouts": paid.count,
                "value_minor": paid.value.amount_minor,
                "currency": paid.value.currency,
                "costs": [{"amount_minor": cost.amount_minor, "currency": cost.currency} for cost in paid.costs],
            }
            for paid in paid_by_channel(journal)
        ],
    }
    return content | ({"entries": [_entry_json(entry) for entry in journal]} if with_entries else {})


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "entry_id": entry.entry_id,
        "kind": entry.kind.value,
        "effective_on": entry.effective_on.isoformat(),
        "posted_at": entry.posted_at.isoformat(),
        "value_on": entry.value_on.isoformat() if entry.value_on else None,
        "legal_entity": entry.legal_entity,
        "program": entry.program,
        "event_id": entry.event_id,
        "reward_id": entry.reward_id,
        "payout_id": entry.payout_id,
        "postings": [
            {
                "account": posting.account,
                "amount_minor": posting.amount.amount_minor,
                "currency": posting.amount.currency,
            }
            for posting in entry.postings
        ],
    }
