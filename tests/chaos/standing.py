"""How the deals of a run stand: everything that the stack, the providers and the inbox say about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from chaos.deals import ChaosDeal, Telling, Told
from e2e.live import LiveCloud
from guerdon.application.books import Books
from guerdon.application.records import InboxEvent
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reward import Reward

OVER: Final = frozenset({PayoutStatus.SETTLED, PayoutStatus.REVERSED, PayoutStatus.CLAWED_BACK})
"""Where a payout may be left; anything else goes on by itself or waits for a person."""
WAITS_FOR_A_PERSON: Final = frozenset({PayoutStatus.BLOCKED, PayoutStatus.FAILED, PayoutStatus.RETURNED})


_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class DealStanding:
    """One deal: the event of each telling that was taken, the rewards that these name, and all their payouts."""

    planned: ChaosDeal
    events: Mapping[Told, InboxEvent]
    rewards: tuple[Reward, ...] = ()
    payouts: tuple[Payout, ...] = ()

    @property
    def at_rest(self) -> bool:
        """Whether everything is decided and nothing is left to do for any payout."""
        decided = all(event.outcome is not None for event in self.events.values())
        return decided and all(payout.status in OVER and payout.take_back is None for payout in self.payouts)


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything at one moment.

    Attributes:
        till: The sandbox's rows: what really moved.
        mails: What is in the inbox.
        dead_letters: How many messages lie in each dead-letter queue, by the name of its output.
        cut_off_by_a_restart: Payouts with an execution that ended because the emulator did. AWS ends none.
    """

    deals: tuple[DealStanding, ...]
    journal: tuple[Entry, ...]
    till: Sequence[Mapping[str, Any]]
    mails: Sequence[Mapping[str, str]]
    dead_letters: Mapping[str, int]
    cut_off_by_a_restart: frozenset[str] = frozenset()

    @property
    def payouts(self) -> list[Payout]:
        """Every payout of every deal."""
        return [payout for deal in self.deals for payout in deal.payouts]


def deal_standing(cloud: LiveCloud, planned: ChaosDeal, taken: Mapping[Told, str]) -> DealStanding:
    """Read one deal; `taken` has the events' ids."""
    events = {told: cloud.event(event_id) for told, event_id in taken.items()}
    reward_ids = dict.fromkeys(reward_id for event in events.values() for reward_id in event.reward_ids)
    rewards = tuple(_there(reward_id, cloud.stack.store.reward(reward_id)) for reward_id in reward_ids)
    payouts = tuple(
        _there(payout_id, cloud.stack.store.payout(payout_id)) for reward in rewards for payout_id in reward.payout_ids
    )
    return DealStanding(planned, events, rewards, payouts)


def taken_of(taken: Mapping[Telling, str]) -> dict[ChaosDeal, dict[Told, str]]:
    """The events' ids by deal."""
    deals: dict[ChaosDeal, dict[Told, str]] = {}
    for telling, event_id in taken.items():
        deals.setdefault(telling.deal, {})[telling.told] = event_id
    return deals


def everything(cloud: LiveCloud, deals: Iterable[DealStanding], cut_off: Iterable[str]) -> Standing:
    """Read all that is not a deal's own beside the deals as they were read."""
    return Standing(
        deals=tuple(deals),
        journal=tuple(Books(cloud.stack.store).entries(datetime.now(UTC))),
        till=cloud.sandbox("GET", "till"),
        mails=cloud.all_mails(),
        dead_letters={name: cloud.depth(url) for name, url in cloud.queue_urls().items() if name.endswith("DlqUrl")},
        cut_off_by_a_restart=frozenset(cut_off),
    )


def _there(row_id: str, row: _Row | None) -> _Row:
    assert row is not None, f"{row_id} is named and is not there"
    return row
