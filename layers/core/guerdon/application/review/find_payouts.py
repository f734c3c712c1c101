"""Payouts by whatever somebody has in hand: an email address, a deal's id, or an id of ours."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from guerdon.application.ports import Store
from guerdon.application.review_ports import ReviewStore
from guerdon.domain.payout import Payout

FOUND_MOST: Final = 200
"""Payouts that one search shows; a person with more of them has a page of their own."""


@dataclass(frozen=True, slots=True)
class FoundPayouts:
    """What was found.

    Attributes:
        words: By what, as a clause: "of whoever has the email address sam@example.com".
        payouts: The newest first.
        more: Whether there are more than FOUND_MOST.
    """

    words: str
    payouts: tuple[Payout, ...]
    more: bool = False


def find_payouts(store: Store, reviews: ReviewStore, text: str) -> FoundPayouts:
    """The payouts that `text` is about; a deal's id is the CRM's choice and may look like one of ours.

    Reads a few rows by key or index for each payout found, and at most FOUND_MOST of them.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    if "@" in text:
        people = reviews.advocates_by_email(text)
        found = (each for one in people for each in _of_advocate(reviews, one.advocate_id))
        return _found(f"of whoever has the email address {text}", found)
    own = _by_our_id(store, reviews, text)
    if own is not None:
        return own
    rewards = reviews.rewards_of_deal(text)
    found = (payout for reward in rewards for payout in reviews.payouts_of_reward(reward.reward_id))
    return _found(f"of deal {text}", found)


def _by_our_id(store: Store, reviews: ReviewStore, text: str) -> FoundPayouts | None:
    payout = store.payout(text)
    if payout is not None:
        return FoundPayouts(f"with the id {text}", (payout,))
    if store.reward(text) is not None:
        return _found(f"of reward {text}", reviews.payouts_of_reward(text))
    event = store.inbox_event(text)
    if event is not None:
        found = (payout for each in event.reward_ids for payout in reviews.payouts_of_reward(each))
        return _found(f"that event {text} led to", found)
    of_advocate = list(_of_advocate(reviews, text))
    return _found(f"of advocate {text}", of_advocate) if of_advocate else None


def _of_advocate(reviews: ReviewStore, advocate_id: str) -> Iterator[Payout]:
    page, read = reviews.payouts_of_advocate(advocate_id), 0
    while True:
        yield from page.rows
        read += len(page.rows)
        if page.cursor is None or read > FOUND_MOST:
            return
        page = reviews.payouts_of_advocate(advocate_id, page.cursor)


def _found(words: str, payouts: Iterable[Payout]) -> FoundPayouts:
    newest = sorted(payouts, key=lambda payout: payout.history[0].at, reverse=True)
    return FoundPayouts(words, tuple(newest[:FOUND_MOST]), len(newest) > FOUND_MOST)
