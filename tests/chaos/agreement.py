"""What must be true once all is at rest: the deals, the books, the till and the inbox say the same.

Each check yields what is wrong, in words and with the ids to look at. They are pure, so they are tested themselves.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from chaos.deals import Told
from chaos.standing import OVER, DealStanding, Standing
from guerdon.application.review.paid import charged_by_provider
from guerdon.domain import identity, ledger
from guerdon.domain.balances import totals_of
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import Payout, PayoutStatus

Check = Callable[[Standing], Iterator[str]]

PAID_OUT: Final = frozenset({PayoutStatus.SETTLED, PayoutStatus.CLAWED_BACK})
_WIN_ENDS_AS: Final = frozenset({Outcome.REWARDED, Outcome.DUPLICATE, Outcome.REVERSED})
_REVISION_ENDS_AS: Final = frozenset({Outcome.REVISED, Outcome.NO_CHANGE, Outcome.REMEMBERED})


def every_telling_is_decided(standing: Standing) -> Iterator[str]:
    """Whatever was answered with success ended in an outcome that the telling can have."""
    for deal in standing.deals:
        for told, event in deal.events.items():
            expected = _WIN_ENDS_AS if told in {Told.WON, Told.WON_AGAIN} else _REVISION_ENDS_AS
            if event.outcome not in expected:
                yield f"{event.event_id} ({told}) ended as {event.outcome}: {event.detail}"


def every_deal_is_worth_what_was_told(standing: Standing) -> Iterator[str]:
    """A deal has one reward, or none if it came undone before its win, and that is worth what the program says."""
    for deal in standing.deals:
        worth_minor = deal.planned.worth_minor
        if len(deal.rewards) > 1 or (worth_minor and not deal.rewards):
            yield f"deal {_name(deal)} has {len(deal.rewards)} rewards"
        for reward in deal.rewards:
            if reward.standing.amount_minor != worth_minor:
                yield f"reward {reward.reward_id} is worth {reward.standing}, not {worth_minor} (deal {_name(deal)})"


def every_payout_is_over(standing: Standing) -> Iterator[str]:
    """Every payout is paid, paid and taken back, or given up before it was paid."""
    for payout in standing.payouts:
        if payout.status not in OVER or payout.take_back is not None:
            yield f"{payout.payout_id} is {payout.status} {payout.reason or ''}: {payout.attention or 'no remark'}"


def money_moved_once_for_what_was_paid(standing: Standing) -> Iterator[str]:
    """The till has one movement that stands for each payout that was paid, of its cost, and none for any other."""
    moved: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in standing.till:
        ours = identity.payout_of(row["reference"])
        if row["state"] == "paid":
            moved[ours[0] if ours else row["reference"]].append((row["amount"], row["currency"]))
    for payout in standing.payouts:
        expected = [_cost(payout)] if payout.status in PAID_OUT else []
        found = moved.pop(payout.payout_id, [])
        if found != expected:
            yield f"{payout.payout_id} is {payout.status}: the till says {found}, not {expected}"
    for reference, found in moved.items():
        yield f"{reference} is no payout of this run, and the till says {found}"


def the_till_is_what_the_journal_says(standing: Standing) -> Iterator[str]:
    """By provider and currency, to the minor unit."""
    booked = charged_by_provider(totals_of(standing.journal))
    till = till_by_provider(standing)
    for provider, currency in sorted({*booked, *till}):
        took, says = till.get((provider, currency), 0), booked.get((provider, currency), 0)
        if took != says:
            yield f"{provider} took {took} {currency} in minor units, and the journal says {says}"


def the_books_of_every_deal_are_closed(standing: Standing) -> Iterator[str]:
    """Nothing is owed or in transit; the expense is what the deal is worth, the receivable what was taken back."""
    balances: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in standing.journal:
        for posting in entry.postings:
            account = posting.account.partition(":")[0]
            balances[entry.reward_id][account] += posting.amount.amount_minor
    for deal in standing.deals:
        for reward in deal.rewards:
            balance = balances[reward.reward_id]
            clawed_minor = sum(payout.clawed_back.amount_minor for payout in deal.payouts if payout.clawed_back)
            expected = {
                ledger.REWARDS_LIABILITY: 0,
                "in_transit": 0,
                ledger.REWARDS_EXPENSE: deal.planned.worth_minor,
                ledger.RECEIVABLE.partition(":")[0]: clawed_minor,
            }
            for account, minor in expected.items():
                if balance[account] != minor:
                    yield f"{account} of reward {reward.reward_id} is {balance[account]}, not {minor}"


def the_journal_balances(standing: Standing) -> Iterator[str]:
    """All balances together are zero in each currency."""
    totals: Counter[str] = Counter()
    for (_, currency), minor in ledger.trial_balance(standing.journal).items():
        totals[currency] += minor
    yield from (
        f"the journal is off by {minor} {currency} in minor units" for currency, minor in totals.items() if minor
    )


def every_advocate_was_told(standing: Standing) -> Iterator[str]:
    """A mail went out for every reward that is worth something, and for every payout that was paid.

    What the emulator's restart cut off between the books and the mail is not looked for: AWS ends no execution.
    """
    counted = mails_by_subject(standing)
    for kind, subject_id in due_mails(standing):
        if not counted[kind, subject_id] and subject_id not in standing.cut_off_by_a_restart:
            yield f"no mail says that {subject_id} was {kind}"


def no_dead_letter_is_left(standing: Standing) -> Iterator[str]:
    """What was put aside was handled once it was put back."""
    for queue, count in standing.dead_letters.items():
        if count:
            yield f"{queue} has {count} messages"


CHECKS: Final[tuple[Check, ...]] = (
    every_telling_is_decided,
    every_deal_is_worth_what_was_told,
    every_payout_is_over,
    money_moved_once_for_what_was_paid,
    the_till_is_what_the_journal_says,
    the_books_of_every_deal_are_closed,
    the_journal_balances,
    every_advocate_was_told,
    no_dead_letter_is_left,
)


def disagreements(standing: Standing) -> list[str]:
    """Everything that is wrong; empty when all agree."""
    return [wrong for check in CHECKS for wrong in check(standing)]


def till_by_provider(standing: Standing) -> dict[tuple[str, str], int]:
    """What each provider took and kept, in minor units by (provider, currency)."""
    took: Counter[tuple[str, str]] = Counter()
    for row in standing.till:
        if row["state"] == "paid":
            took[row["provider"], row["currency"]] += row["amount"]
    return dict(took)


EARNED, PAID = "earned", "paid"


def due_mails(standing: Standing) -> list[tuple[str, str]]:
    """What must have been told at least once: the kind of the mail, and the id that it quotes."""
    earned = [
        (EARNED, reward.reward_id) for deal in standing.deals for reward in deal.rewards if deal.planned.worth_minor
    ]
    paid = [(PAID, payout.payout_id) for payout in standing.payouts if payout.status is PayoutStatus.SETTLED]
    return earned + paid


def mails_by_subject(standing: Standing) -> Counter[tuple[str, str]]:
    """How many mails to advocates there are of each kind about each reward or payout."""
    counted: Counter[tuple[str, str]] = Counter()
    for deal in standing.deals:
        theirs = [mail["text"] for mail in standing.mails if mail["to"] == deal.planned.deal.email]
        subjects = [(EARNED, reward.reward_id) for reward in deal.rewards]
        subjects += [(PAID, payout.payout_id) for payout in deal.payouts]
        for kind, subject_id in subjects:
            counted[kind, subject_id] += sum(subject_id in text for text in theirs)
    return counted


def _cost(payout: Payout) -> tuple[int, str]:
    cost = payout.cost or payout.value
    return cost.amount_minor, cost.currency


def _name(deal: DealStanding) -> str:
    return deal.planned.deal.deal_id
