"""What the demo came to."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from guerdon.cli.books import charged_by_provider
from guerdon.cli.ledger import show_paid, show_trial_balance
from guerdon.cli.output import amount_text, decimal_text, moment_text, plain_table, show
from guerdon.cli.sending import Declined
from guerdon.domain import glossary
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.explanation import ordinal_words
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward
from local.demo.course import STUCK_AFTER_SECONDS
from local.demo.progress import Progress

_COLUMNS_OF_ONE_LINE = 150
"""From this width on everything about a reward fits into one line."""

_RESULT = ("Deal", "Advocate", "Referral", "Amount")
_REASON = ("Why",)
_PAYMENT = ("Paid by", "Status", "Provider reference")


def heading(out: Console, text: str) -> None:
    """A line that begins a part of the report."""
    out.print()
    out.print(text, style="bold")


def show_rewards(out: Console, deliveries: Sequence[Progress]) -> None:
    """Every reward: its reason, its payout and the provider's id of it."""
    rewarded = [
        (delivery, delivery.reward, delivery.payout) for delivery in deliveries if delivery.reward and delivery.payout
    ]
    if out.width >= _COLUMNS_OF_ONE_LINE:
        table = plain_table(*_RESULT, *_REASON, *_PAYMENT, right=("Amount",))
        for delivery, reward, payout in rewarded:
            table.add_row(*_result(delivery, reward), reward.explanation.short, *_payment(payout))
        show(out, table)
        return
    table = plain_table(*_RESULT, *_REASON, right=("Amount",))
    for delivery, reward, _ in rewarded:
        table.add_row(*_result(delivery, reward), reward.explanation.short)
    show(out, table)
    out.print()
    table = plain_table("Deal", *_PAYMENT)
    for _, reward, payout in rewarded:
        table.add_row(reward.deal_id, *_payment(payout))
    show(out, table)


def show_unrewarded(out: Console, deliveries: Sequence[Progress]) -> None:
    """Every delivery that paid nothing, and why."""
    table = plain_table("Delivery", "Deal", "Outcome", "Why")
    for delivery in deliveries:
        if isinstance(delivery.answer, Declined):
            table.add_row(delivery.name, delivery.deal_id, "refused", delivery.answer.words)
        elif delivery.repeated and delivery.event:
            why = f"{delivery.words}, {delivery.event.event_id}"
            table.add_row(delivery.name, delivery.deal_id, "delivered twice", why)
        elif delivery.reward is None and delivery.event and delivery.event.outcome:
            term = glossary.OUTCOME[delivery.event.outcome]
            why = delivery.event.detail or ""
            if delivery.event.outcome is Outcome.DUPLICATE:
                why = f"the same win was decided before, by event {why}"
            table.add_row(delivery.name, delivery.deal_id, term.words, why)
    show(out, table)


def show_books(out: Console, journal: Sequence[Entry]) -> None:
    """What was paid per channel and currency, and the trial balance."""
    heading(out, "What was paid per channel")
    show_paid(out, journal)
    heading(out, "The trial balance: debits and credits are equal in every currency")
    show_trial_balance(out, journal)


def show_till(out: Console, journal: Sequence[Entry], till: Mapping[tuple[str, str], int]) -> bool:
    """What the providers really took beside what the journal says; whether they are equal to the minor unit."""
    booked = charged_by_provider(journal)
    table = plain_table(
        "Provider", "Currency", "Till", "Journal", "Difference", right=("Till", "Journal", "Difference")
    )
    for provider, currency in sorted({*booked, *till}):
        took = Money(till.get((provider, currency), 0), currency)
        says = Money(booked.get((provider, currency), 0), currency)
        table.add_row(
            glossary.PROVIDER[provider], currency, decimal_text(took), decimal_text(says), decimal_text(took - says)
        )
    show(out, table)
    return dict(booked) == {key: minor for key, minor in till.items() if minor}


def show_newly_paid(out: Console, before: Sequence[Entry], after: Sequence[Entry]) -> None:
    """Which payouts were settled since `before`."""
    known = {entry.entry_id for entry in before}
    settled = [entry for entry in after if entry.kind is EntryKind.SETTLED]
    new = [entry for entry in settled if entry.entry_id not in known]
    if new:
        out.print(f"{len(new)} payouts newly paid.")
    else:
        out.print(f"Nothing newly paid: all {len(settled)} payouts had been paid before this run.")


def show_wrong(out: Console, deliveries: Sequence[Progress]) -> bool:
    """Where a delivery did not end as events/expected.json says; whether there is any."""
    wrong = [f"{delivery.name}: {difference}" for delivery in deliveries for difference in delivery.differences()]
    if wrong:
        heading(out, "Not as events/README.md says")
        for line in wrong:
            out.print(line, soft_wrap=True)
    return bool(wrong)


def show_stuck(out: Console, deliveries: Sequence[Progress]) -> None:
    """What did not come to rest, since when, and where to look."""
    heading(out, f"Stuck: nothing changed for {STUCK_AFTER_SECONDS // 60} minutes")
    for delivery in deliveries:
        if delivery.is_at_rest:
            continue
        payout, event = delivery.payout, delivery.event
        since = payout.history[-1].at if payout else event.received_at if event else None
        out.print(f"{delivery.name}: {delivery.words}{f' since {moment_text(since)}' if since else ''}", soft_wrap=True)
        if delivery.after and delivery.answer is None and not delivery.note:
            waits_for = [earlier.name for earlier in delivery.after if not earlier.is_decided]
            out.print(f"  it waits for {', '.join(waits_for)}")
        if payout:
            out.print(f"  guerdon status {payout.payout_id}")
        if event:
            out.print(f"  make logs GREP={event.event_id}")
        if delivery.note:
            out.print("  make status")


def show_where_to_look(
    out: Console, deliveries: Sequence[Progress], environment_file: str, sandbox_url: str, inbox_url: str
) -> None:
    """What to do next."""
    payout = next((delivery.payout for delivery in deliveries if delivery.payout), None)
    table = plain_table("", "")
    table.show_header = False
    table.add_row("The advocates' mails", inbox_url)
    table.add_row("The providers, and their till", f"{sandbox_url}/_sandbox")
    table.add_row("The command line finds this stack", f". {environment_file}")
    if payout:
        table.add_row("The story of one payout", f".venv/bin/guerdon status {payout.payout_id}")
        table.add_row("What the functions logged about it", f"make logs GREP={payout.event_id}")
    table.add_row("Every journal entry", ".venv/bin/guerdon ledger --entries")
    table.add_row("Stop, and keep the state", "make down")
    show(out, table)


def _result(delivery: Progress, reward: Reward) -> tuple[str, str, str, str]:
    advocate = delivery.deal.advocate if delivery.deal else None
    name = (advocate.name or advocate.id) if advocate else reward.advocate_id
    return reward.deal_id, name, ordinal_words(reward.explanation.ordinal), amount_text(reward.amount)


def _payment(payout: Payout) -> tuple[str, str, str]:
    provider = glossary.PROVIDER[PROVIDER_OF[payout.channel]]
    return (
        glossary.CHANNEL[payout.channel].words,
        glossary.status_words(payout.status, payout.reason),
        f"{provider} {payout.provider_id}" if payout.provider_id else "-",
    )
