"""The ledger's tables, for people and for scripts."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console

from guerdon.application.books import Standing
from guerdon.application.review.paid import paid_by_channel
from guerdon.cli.output import moment_text, plain_table, show
from guerdon.domain import glossary
from guerdon.domain.balances import Totals, balances_by
from guerdon.domain.ledger import Entry
from guerdon.domain.money import Money


def show_entries(out: Console, entries: Iterable[Entry]) -> None:
    """Each entry with its postings, oldest first."""
    table = plain_table("Posted", "Entry", "Account", "Debit", "Credit", right=("Debit", "Credit"))
    for entry in entries:
        for number, posting in enumerate(entry.postings):
            first = number == 0
            table.add_row(
                moment_text(entry.posted_at) if first else "",
                f"{entry.kind} {entry.entry_id}" if first else "",
                posting.account,
                *_sides(posting.amount, with_currency=True),
            )
    show(out, table)


def show_trial_balance(out: Console, totals: Totals) -> None:
    """A balance for each account and currency, and the sums, which are equal on both sides."""
    show_balances(out, ("account",), balances_by(totals, ("account",)))


def show_balances(out: Console, dimensions: Sequence[str], balances: Mapping[tuple[str, ...], int]) -> None:
    """Balances as `balances_by` gives them, by currency, with the sums of each; at least one of `dimensions`."""
    titles = [word.capitalize() for word in (*dimensions, "currency")]
    table = plain_table(*titles, "Debit", "Credit", right=("Debit", "Credit"))
    for number, currency in enumerate(sorted({key[-1] for key in balances})):
        if number:
            table.add_row()
        of_currency = {key: minor for key, minor in balances.items() if key[-1] == currency}
        for key, minor in of_currency.items():
            table.add_row(*key, *_sides(Money(minor, currency)))
        debits = Money(sum(minor for minor in of_currency.values() if minor > 0), currency)
        credits_ = Money(-sum(minor for minor in of_currency.values() if minor < 0), currency)
        table.add_row(
            f"sum {currency}, difference {(debits - credits_).grouped}",
            *("" for _ in dimensions[1:]),
            currency,
            debits.grouped,
            credits_.grouped,
            style="bold",
            end_section=True,
        )
    show(out, table)


def show_paid(out: Console, totals: Totals) -> None:
    """What was settled through each channel, in value and in what the providers charged."""
    table = plain_table("Paid by", "Payouts", "Value", "Charged by the provider", right=("Payouts", "Value"))
    for paid in paid_by_channel(totals):
        costs = " + ".join(cost.words for cost in paid.costs)
        table.add_row(glossary.CHANNEL[paid.channel].words, str(paid.count), paid.value.words, costs)
    if table.row_count:
        show(out, table)
    else:
        out.print("Nothing has been paid yet.")


def sealed_words(standing: Standing) -> str:
    """What of the books is sealed, and under which digest."""
    entries = f"{standing.since} {'entry' if standing.since == 1 else 'entries'}"
    if standing.seal is None:
        return f"Nothing of it is sealed yet: {entries}."
    seal = standing.seal
    return f"Sealed until the end of {seal.hour} UTC by seal {seal.number}, {seal.sha256}; {entries} since."


def standing_json(standing: Standing) -> dict[str, object]:
    """The trial balance, what was paid, and the seal, for a script."""
    totals, seal = standing.totals, standing.seal
    return {
        "trial_balance": [
            {"account": account, "currency": currency, "balance_minor": minor}
            for (account, currency), minor in balances_by(totals, ("account",)).items()
        ],
        "paid": [
            {
                "channel": paid.channel.value,
                "payouts": paid.count,
                "value_minor": paid.value.amount_minor,
                "currency": paid.value.currency,
                "costs": [{"amount_minor": cost.amount_minor, "currency": cost.currency} for cost in paid.costs],
            }
            for paid in paid_by_channel(totals)
        ],
        "seal": {"number": seal.number, "hour": seal.hour, "sha256": seal.sha256} if seal else None,
        "entries_since_seal": standing.since,
    }


def entry_json(entry: Entry) -> dict[str, object]:
    """An entry for a script, amounts in minor units."""
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


def _sides(amount: Money, *, with_currency: bool = False) -> tuple[str, str]:
    """An amount in its column: debit or credit."""
    credit = amount.amount_minor < 0
    size = -amount if credit else amount
    text = size.words if with_currency else size.grouped
    return ("", text) if credit else (text, "")
