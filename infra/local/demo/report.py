"""What the demo came to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guerdon.application.review.paid import charged_by_provider
from guerdon.cli.ledger_tables import show_paid, show_trial_balance
from guerdon.cli.output import fits, moment_text, plain_table, show
from guerdon.cli.sending import Declined
from guerdon.domain import glossary
from guerdon.domain.balances import Totals
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.checks import Check
from guerdon.domain.explanation_words import ordinal_words, short
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.money import Money
from guerdon.domain.payout import Payout
from guerdon.domain.reward import Reward
from local.demo.course import STUCK_AFTER_SECONDS
from local.demo.progress import Progress

_LEAST_COLUMNS_OF_A_REASON: Final = 60
"""With fewer, a reason would be broken into many short lines."""


@dataclass(frozen=True, slots=True)
class _Rewarded:
    """A delivery that earned something."""

    delivery: Progress
    reward: Reward
    payout: Payout

    @property
    def advocate(self) -> str:
        told = self.delivery.deal.advocate if self.delivery.deal else None
        return (told.name or told.id) if told else self.reward.advocate_id

    @property
    def reference(self) -> str:
        provider = glossary.PROVIDER[PROVIDER_OF[self.payout.channel]]
        return f"{provider} {self.payout.provider_id}" if self.payout.provider_id else "-"


_REWARD_COLUMNS: Final[Mapping[str, Callable[[_Rewarded], str]]] = {
    "Deal": lambda told: told.reward.deal_id,
    "Advocate": lambda told: told.advocate,
    "Referral": lambda told: ordinal_words(told.reward.explanation.ordinal),
    "Amount": lambda told: told.reward.amount.words,
    "Why": lambda told: short(told.reward.explanation),
    "Paid by": lambda told: glossary.CHANNEL[told.payout.channel].words,
    "Status": lambda told: glossary.status_words(told.payout.status, told.payout.reason),
    "Provider reference": lambda told: told.reference,
}

_REWARD_LAYOUTS: Final = (
    (tuple(_REWARD_COLUMNS),),
    (("Deal", "Advocate", "Referral", "Amount", "Paid by", "Status", "Provider reference"), ("Deal", "Why")),
    (
        ("Deal", "Advocate", "Referral", "Amount", "Paid by", "Status"),
        ("Deal", "Why"),
        ("Deal", "Provider reference"),
    ),
)
"""From one wide table to several narrow ones; the first whose tables fit into the window is taken."""


def heading(out: Console, text: str) -> None:
    """A line that begins a part of the report."""
    out.print()
    out.print(text, style="bold")


def show_rewards(out: Console, deliveries: Sequence[Progress]) -> None:
    """Every reward: its reason, its payout and the provider's id of it."""
    rewarded = [
        _Rewarded(delivery, delivery.reward, delivery.payout)
        for delivery in deliveries
        if delivery.reward and delivery.payout and not delivery.is_revision
    ]
    layouts = [[_reward_table(columns, rewarded) for columns in layout] for layout in _REWARD_LAYOUTS]
    chosen = next((layout for layout in layouts if all(fits(out, table) for table in layout)), layouts[-1])
    for number, table in enumerate(chosen):
        if number:
            out.print()
        show(out, table)


def _reward_table(columns: Sequence[str], rewarded: Sequence[_Rewarded]) -> Table:
    table = plain_table(*columns, right=("Amount",))
    for told in rewarded:
        table.add_row(*(_REWARD_COLUMNS[column](told) for column in columns))
    return table


def show_revised(out: Console, deliveries: Sequence[Progress]) -> None:
    """Every reversal and amendment, and what it made of its reward."""
    table = plain_table("Delivery", "Deal", "What it changed")
    for delivery in deliveries:
        if delivery.is_revision and delivery.event:
            table.add_row(delivery.name, delivery.deal_id, delivery.words)
    show(out, table)


def show_unrewarded(out: Console, deliveries: Sequence[Progress]) -> None:
    """Every delivery that paid nothing, and why; the reason on a line of its own where the window is narrow."""
    names = {
        delivery.event.event_id: delivery.name for delivery in deliveries if delivery.event and not delivery.repeated
    }
    rows = [
        (delivery.name, delivery.deal_id, *_reason(delivery, names))
        for delivery in deliveries
        if delivery.reward is None and delivery.is_decided
    ]
    table = plain_table("Delivery", "Deal", "Outcome", "Why")
    for row in rows:
        table.add_row(*row)
    name_columns, deal_columns, outcome_columns = (
        max((len(row[cell]) for row in rows), default=0) for cell in (0, 1, 2)
    )
    if out.width - (name_columns + deal_columns + outcome_columns) >= _LEAST_COLUMNS_OF_A_REASON:
        show(out, table)
        return
    for name, deal, outcome, why in rows:
        out.print(f"{name:<{name_columns}}  {deal:<{deal_columns}}  {outcome}")
        out.print(Padding(Text(why, style="dim"), (0, 0, 0, 2)))


def _reason(delivery: Progress, names: Mapping[str, str]) -> tuple[str, str]:
    """The outcome and its reason, in which events are called by the names of their deliveries."""
    if isinstance(delivery.answer, Declined):
        return "refused", delivery.answer.words
    if delivery.event is None or delivery.event.outcome is None:
        return "not decided", delivery.words
    if delivery.repeated:
        return "delivered twice", delivery.words
    why = delivery.event.detail or ""
    if delivery.event.outcome is Outcome.DUPLICATE:
        why = f"the same win was decided before, by event {why}"
    for event_id, name in names.items():
        why = why.replace(f"event {event_id}", name)
    return glossary.OUTCOME[delivery.event.outcome].words, why


def show_books(out: Console, totals: Totals) -> None:
    """What was paid per channel and currency, and the trial balance."""
    heading(out, "What was paid per channel")
    show_paid(out, totals)
    heading(out, "The trial balance: debits and credits are equal in every currency")
    show_trial_balance(out, totals)


def ties_out(totals: Totals, till: Mapping[tuple[str, str], int]) -> bool:
    """Whether what the providers really took is what the journal says, to the minor unit."""
    return dict(charged_by_provider(totals)) == {key: minor for key, minor in till.items() if minor}


def less_voided(till: Mapping[tuple[str, str], int], voided: Iterable[Check]) -> Mapping[tuple[str, str], int]:
    """The till without checks that somebody voided: the provider still counts them, and nobody is to cash them."""
    left = dict(till)
    for check in voided:
        key = PROVIDER_OF[Channel.CHECK], check.amount.currency
        left[key] = left.get(key, 0) - check.amount.amount_minor
    return left


def show_till(out: Console, totals: Totals, till: Mapping[tuple[str, str], int]) -> None:
    """What the providers really took beside what the journal says."""
    booked = charged_by_provider(totals)
    table = plain_table(
        "Provider", "Currency", "Till", "Journal", "Difference", right=("Till", "Journal", "Difference")
    )
    for provider, currency in sorted({*booked, *till}):
        took = Money(till.get((provider, currency), 0), currency)
        says = Money(booked.get((provider, currency), 0), currency)
        table.add_row(glossary.PROVIDER[provider], currency, took.grouped, says.grouped, (took - says).grouped)
    show(out, table)


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
            out.print(f"  it waits for {', '.join(earlier.name for earlier in delivery.waits_for)}")
        if payout:
            out.print(f"  guerdon status {payout.payout_id}")
        if event:
            out.print(f"  make logs GREP={event.event_id}")
        if delivery.note:
            out.print("  make status")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are found.

    Attributes:
        environment_file: What a shell sources to speak to this cloud.
        console_password: The same for all of the console's local users.
    """

    environment_file: str
    console_url: str
    console_password: str
    sandbox_url: str
    inbox_url: str


def show_where_to_look(out: Console, deliveries: Sequence[Progress], addresses: Addresses) -> None:
    """What to do next."""
    payout = next((delivery.payout for delivery in deliveries if delivery.payout), None)
    table = plain_table("", "")
    table.show_header = False
    table.add_row("The console", addresses.console_url)
    table.add_row("  sign in as", "finance@guerdon.example (or viewer@, admin@)")
    table.add_row("  password", addresses.console_password)
    table.add_row("Mails to the advocates", addresses.inbox_url)
    table.add_row("Providers, and their till", f"{addresses.sandbox_url}/_sandbox")
    table.add_row("For a shell", f". {addresses.environment_file}")
    if payout:
        deal = next(delivery.deal_id for delivery in deliveries if delivery.payout is payout)
        table.add_row("The story of one deal", f".venv/bin/guerdon status {deal}")
        table.add_row("One execution", f"make execution PAYOUT={payout.payout_id}")
        table.add_row("What the functions said", f"make logs GREP={payout.event_id}")
    table.add_row("Every journal entry", ".venv/bin/guerdon ledger --entries")
    table.add_row("Stop, and keep the state", "make down")
    show(out, table)
