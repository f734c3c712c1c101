"""The wins of one deal, and what was told about each of them later.

A reversal or an amendment carries the deal's new total, never a difference, so telling it twice changes nothing. Of
several reversals of one win the largest counts, of several amendments the newest; one that comes before its win is
remembered.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from guerdon.domain.deal import DEAL_REVERSED, DealEvent, NamedAmount, Product, instant
from guerdon.domain.money import Money

WINS_MOST: Final = 200
"""How many wins one row holds; what is told beyond that needs a person."""

_BYTES_MOST: Final = 300_000
"""What one row may take up by our own rough reckoning; DynamoDB's limit is 400 KB, with every name and bracket."""

_WIN_BYTES: Final = 300
_REVISION_BYTES: Final = 200
_LINE_BYTES: Final = 80


class Detail(StrEnum):
    """What a deal may say beside its total, by the field of a message that says it."""

    AMOUNTS = "data.deal.amounts"
    PRODUCTS = "data.deal.products"
    REWARD = "data.reward"


@dataclass(frozen=True, slots=True)
class Revision:
    """A later word about a win.

    Attributes:
        total: The deal's new total; zero undoes the deal.
        effective_at: When it became so, by the CRM.
        event_id: The inbox event that told it.
        amounts: The further named amounts, where they were told anew.
        products: The deal's lines, where they were told anew.
        set_by_sales: The reward that sales set, where that was told anew.
    """

    total: Money
    effective_at: datetime
    event_id: str
    amounts: tuple[NamedAmount, ...] = ()
    products: tuple[Product, ...] = ()
    set_by_sales: Money | None = None

    def unsaid(self) -> frozenset[Detail]:
        """What it does not say anew."""
        said = {
            Detail.AMOUNTS: self.amounts,
            Detail.PRODUCTS: self.products,
            Detail.REWARD: self.set_by_sales is not None,
        }
        return frozenset(detail for detail, anything in said.items() if not anything)


@dataclass(frozen=True, slots=True)
class Win:
    """One win of a deal.

    Attributes:
        occurrence: Which one: its closing instant, or of a trigger that repeats its id.
        event_id: The event that told it; None while only a revision of it was told.
        fingerprint: Digest of the facts that were told with it.
        reward_id: What it earned; None if it earned nothing.
        total: The deal's total as the win told it.
        reversal: The largest reversal.
        amendment: The newest amendment.
    """

    occurrence: str
    event_id: str | None = None
    fingerprint: str | None = None
    reward_id: str | None = None
    total: Money | None = None
    reversal: Revision | None = None
    amendment: Revision | None = None

    @property
    def told(self) -> bool:
        """Whether the win itself was told, and not only a revision of it."""
        return self.event_id is not None

    @property
    def settled(self) -> bool:
        """Whether it was told and is not judged anew: it earned something, or a reversal left nothing of it."""
        return self.told and (self.reward_id is not None or self.undone)

    @property
    def undone(self) -> bool:
        """Whether a reversal left nothing of the deal."""
        return self.reversal is not None and self.reversal.total.amount_minor == 0

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """What was told about it later and counts."""
        return tuple(revision for revision in (self.reversal, self.amendment) if revision is not None)

    def standing_revision(self, told: Money) -> Revision | None:
        """The revision that says what the deal is worth, given the win's own total; None if the win itself does."""
        total = self.amendment.total if self.amendment else told
        if self.reversal is not None and self.reversal.total < total:
            return self.reversal
        return self.amendment

    def standing_total(self, told: Money) -> Money:
        """What the deal is worth by all that was told, given the total that the win itself tells."""
        revision = self.standing_revision(told)
        return told if revision is None else revision.total

    def standing(self, told: DealEvent) -> DealEvent:
        """The win as it stands by all that was told, given how it was told itself.

        What the revision that counts does not say anew is as the win said it; `unsaid` tells what that is.
        """
        revision = self.standing_revision(told.deal.amount)
        if revision is None:
            return told
        deal = replace(
            told.deal,
            amount=revision.total,
            products=revision.products or told.deal.products,
            amounts=revision.amounts or told.deal.amounts,
        )
        return replace(told, deal=deal, set_by_sales=revision.set_by_sales or told.set_by_sales)

    def unsaid(self, told: Money) -> frozenset[Detail]:
        """What is not known of the deal as it stands: its total changed, and this was not told anew with it."""
        revision = self.standing_revision(told)
        if revision is None or revision.total == told or revision.total.amount_minor == 0:
            return frozenset()
        return revision.unsaid()

    def heard(self, other: "Win | None") -> "Win":
        """The win with what was told later of `other`, the same win of another beneficiary, where that counts more."""
        if other is None:
            return self
        reversals = [revision for revision in (self.reversal, other.reversal) if revision is not None]
        amendments = [revision for revision in (self.amendment, other.amendment) if revision is not None]
        return replace(
            self,
            reversal=min(reversals, key=_reversal_rank, default=None),
            amendment=max(amendments, key=_amendment_rank, default=None),
        )

    def currencies(self) -> frozenset[str]:
        """The currencies in which totals of this win were told."""
        totals = (self.total, *(revision.total for revision in self.revisions))
        return frozenset(total.currency for total in totals if total)

    def revised(self, event: DealEvent, effective_at: datetime, event_id: str) -> "Win":
        """The win after `event`; the same one when the event says nothing that counts."""
        revision = Revision(
            event.deal.amount, effective_at, event_id, event.deal.amounts, event.deal.products, event.set_by_sales
        )
        if event.type == DEAL_REVERSED:
            larger = self.reversal is None or _reversal_rank(revision) < _reversal_rank(self.reversal)
            return replace(self, reversal=revision) if larger else self
        newer = self.amendment is None or _amendment_rank(self.amendment) < _amendment_rank(revision)
        return replace(self, amendment=revision) if newer else self


def crowded(wins: tuple[Win, ...]) -> str | None:
    """Why so much is too much for one row, as a clause; None if it is not."""
    if len(wins) > WINS_MOST:
        return f"the deal was told {WINS_MOST} times already"
    if sum(map(_bytes_of_win, wins)) > _BYTES_MOST:
        return "what was told of the deal later is too long to be kept beside it"
    return None


def rewarded_beside(wins: tuple[Win, ...], occurrence: str) -> int:
    """How many other wins of the deal were rewarded and stand."""
    return sum(1 for win in wins if win.reward_id and not win.undone and win.occurrence != occurrence)


def _bytes_of_win(win: Win) -> int:
    return _WIN_BYTES + len(win.occurrence.encode()) + sum(map(_bytes_of, win.revisions))


def _bytes_of(revision: Revision) -> int:
    names = (*(product.sku for product in revision.products), *(named.name for named in revision.amounts))
    return _REVISION_BYTES + sum(_LINE_BYTES + len(name.encode()) for name in names)


def _reversal_rank(revision: Revision) -> tuple[int, datetime, int, str]:
    """The least one counts: of two that leave the same, the one since when it was so, else the one that says more."""
    said, text = _saying(revision)
    return revision.total.amount_minor, revision.effective_at, -said, text


def _amendment_rank(revision: Revision) -> tuple[datetime, int, int, str]:
    """The greatest one counts: of two since the same moment, the smaller, since too little is easily put right.

    Which of them is told first must not matter.
    """
    return revision.effective_at, -revision.total.amount_minor, *_saying(revision)


def _saying(revision: Revision) -> tuple[int, str]:
    """How much a revision says beside its total, and all of that as one text, to tell any two apart."""
    amounts = sorted((named.name, str(named.amount)) for named in revision.amounts)
    products = [(product.sku, product.quantity, str(product.amount)) for product in revision.products]
    return len(Detail) - len(revision.unsaid()), repr((amounts, products, str(revision.set_by_sales)))


def along_with(own: tuple[Win, ...], beside: tuple[Win, ...]) -> tuple[Win, ...]:
    """A beneficiary's wins, and those of the other's that they were not told of yet.

    What is known of a win in a beneficiary's own history is what counts of it for them.
    """
    told = {win.occurrence for win in own if win.told}
    return (*own, *(win for win in beside if win.occurrence not in told))


def in_the_way(wins: tuple[Win, ...], closed_at: datetime) -> Win | None:
    """The win that forbids another one at `closed_at`: it was told, and not undone before that moment.

    A win that earned nothing forbids none; should an amendment make it earn later, the other win is in its way.
    """
    occurrence = instant(closed_at)
    return next((win for win in wins if win.occurrence != occurrence and _stands_at(win, closed_at)), None)


def _stands_at(win: Win, moment: datetime) -> bool:
    if win.reversal is not None and win.undone:
        return win.told and moment <= win.reversal.effective_at
    return win.reward_id is not None


def win_of(wins: tuple[Win, ...], occurrence: str) -> Win | None:
    """The win of that occurrence, if anything was told about it."""
    return next((win for win in wins if win.occurrence == occurrence), None)


def with_win(wins: tuple[Win, ...], win: Win) -> tuple[Win, ...]:
    """`wins` with `win` in the place of the one of its occurrence, or after them."""
    if win_of(wins, win.occurrence) is None:
        return (*wins, win)
    return tuple(win if other.occurrence == win.occurrence else other for other in wins)
