"""Post what a legal entity begins with: the balances of the books that it kept before Guerdon."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.month_end.gather import CannotClose
from guerdon.application.ports import Clock, Store
from guerdon.application.transaction import ITEMS_MOST, Committed, Insert
from guerdon.domain import ledger
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import Channel
from guerdon.domain.ledger import Entry, OpeningPlace, Posting
from guerdon.domain.money import Money

ACCOUNTS: Final = frozenset(
    {"rewards_liability", "in_transit", "outstanding_checks", "customer_credit", "float", "receivable"}
)
"""Accounts, before the colon, that can have a balance when books begin; expenses begin at nothing."""


@dataclass(frozen=True, slots=True)
class OpeningBalance:
    """One balance: a debit is positive."""

    program: str
    channel: Channel
    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class OpenBooks:
    """Post opening balances, once for each program, channel and currency of a legal entity."""

    store: Store
    clock: Clock

    def __call__(
        self, legal_entity: str, balances: Iterable[OpeningBalance], on: date, actor: str, reason: str
    ) -> tuple[Entry, ...] | CannotClose:
        """The entries, or why nothing was posted. All of them are one transaction.

        If the answer is lost and it is done again, it is refused: the entries are there, under the same ids.

        Args:
            legal_entity: As the program files name it.
            balances: In any order; several of one account are added up.
            on: The day of which they are.
            actor: Who posts them.
            reason: Where they are from.

        Raises:
            StoreBusy: The database is throttled or away.
        """
        by_place: defaultdict[OpeningPlace, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for balance in balances:
            place = OpeningPlace(legal_entity, balance.program, balance.channel, balance.amount.currency)
            by_place[place][balance.account] += balance.amount.amount_minor
        wrong = tuple(self._wrong(legal_entity, by_place, reason))
        if wrong:
            return CannotClose(wrong)
        now = self.clock.now()
        entries = tuple(
            ledger.opened(place, _postings(by_account, place.currency), on, now)
            for place, by_account in sorted(by_place.items(), key=lambda item: item[0].opening_id)
        )
        line = audited(
            AuditAction.BOOKS_OPENED,
            Subject(SubjectKind.MONTH, legal_entity),
            at=now,
            actor=actor,
            after=f"{len(entries)} entries of {on}",
            reason=reason,
        )
        if self.store.commit((*(Insert(entry) for entry in entries), line)) is not Committed.YES:
            return CannotClose(("opening balances of one of these programs and channels were posted at this moment",))
        return entries

    def _wrong(
        self, legal_entity: str, by_place: defaultdict[OpeningPlace, defaultdict[str, int]], reason: str
    ) -> Iterable[str]:
        if unreasoned := unusable(reason):
            yield unreasoned
        if self.store.seal_head() is None:
            yield "publish a program first: it opens the books"
        closed = next((close for close in self.store.month_closes() if close.legal_entity == legal_entity), None)
        if closed is not None:
            yield f"{closed.month} is {closed.state} already: opening balances come before the first close"
        if not by_place:
            yield "there is no balance in it"
        if len(by_place) >= ITEMS_MOST:
            most = ITEMS_MOST - 1
            yield f"these are {len(by_place)} programs, channels and currencies: give at most {most} at a time"
        for place, by_account in by_place.items():
            where = f"{place.program} by {place.channel} in {place.currency}"
            for account in sorted(by_account):
                head, _, party = account.partition(":")
                if head not in ACCOUNTS or (head != "rewards_liability") is not bool(party):
                    yield f"{where}: {account!r} is no account that books begin with"
            if any(self.store.entries_of_reward(place.opening_id)):
                yield f"{where}: its opening balances were posted before; correct them by a further entry"


def _postings(by_account: dict[str, int], currency: str) -> list[Posting]:
    return [Posting(account, Money(minor, currency)) for account, minor in sorted(by_account.items()) if minor]
