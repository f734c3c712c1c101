"""Whether a provider's key may be one of another account, where nothing that was sent before is known.

A provider's idempotency keys and our own references are an account's own. What is under way would be looked up in
the other account, not be found there twice, and that counts as proof that nothing moved: it could be paid again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from guerdon.application.doctor.facts import KeyMode
from guerdon.application.ports import Store
from guerdon.application.review_ports import PayoutFilter, ReviewStore
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.payout import Payout, PayoutStatus

LISTED_WITHIN: Final = timedelta(minutes=1)
"""The list of payouts lags by seconds: what was released before a channel was disarmed stands in it by then."""

_SENT: Final = (PayoutStatus.RELEASED, PayoutStatus.SUBMITTED)
_MAY_BE_SENT_AGAIN: Final = (PayoutStatus.FAILED, PayoutStatus.RETURNED, PayoutStatus.BLOCKED, PayoutStatus.EARNED)


def other_environment(before: KeyMode, newer: KeyMode) -> str | None:
    """Why a key is not one of the same account, as far as the beginnings of the two say; None if they do not."""
    if before is newer:
        return None
    words = {
        KeyMode.TEST: "a test key",
        KeyMode.LIVE: "a live key",
        KeyMode.UNTOLD: "one that does not begin as this provider's keys do",
    }
    return (
        f"it is {words[newer]}, and the one before is {words[before]}: what is under way would not be found by it "
        "and could be paid twice. If that is meant: --another-account (docs/secrets.md)"
    )


def not_at_rest(store: Store, reviews: ReviewStore, provider: str, now: datetime) -> str | None:
    """Why a provider's account cannot be changed now; None if nothing rests on the one that it has.

    Raises:
        StoreBusy: The database was away.
    """
    for channel in (one for one in Channel if PROVIDER_OF[one] == provider):
        switch = store.channel_switch(channel)
        if switch is not None and (switch.armed or now - switch.changed_at < LISTED_WITHIN):
            return f"{channel} is armed, or was a minute ago: guerdon disarm {channel}, and wait a minute"
        resting = next(_resting_on_it(reviews, channel, now), None)
        if resting is not None:
            return f"{resting.payout_id} is {resting.status}, and only the account before knows what became of it"
    return None


def _resting_on_it(reviews: ReviewStore, channel: Channel, now: datetime) -> Iterator[Payout]:
    """What is under way, and what a person said did not move: before it is paid again its provider is asked."""
    for status in (*_SENT, *_MAY_BE_SENT_AGAIN):
        cursor: str | None = None
        while True:
            page = reviews.payouts(PayoutFilter(status, channel), now, cursor)
            yield from (payout for payout in page.rows if status in _SENT or payout.rests_on_a_word)
            cursor = page.cursor
            if cursor is None:
                break
