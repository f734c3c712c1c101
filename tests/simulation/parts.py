"""The production code that a world is built of; a planted bug replaces one part of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from guerdon.application.conclude import Conclude
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.free_paused import FreePaused
from guerdon.application.look_again import LookAgain
from guerdon.application.notify import Notify
from guerdon.application.pause_payouts import ResumePayouts
from guerdon.application.pay_payout import PayPayout
from guerdon.application.ports import Fulfillments, Store
from guerdon.application.receive_event import ReceiveEvent
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.settle_payout import SettlePayout
from guerdon.application.sweep import Sweep


def _same_store(store: Store) -> Store:
    return store


def _same_fulfillments(fulfillments: Fulfillments) -> Fulfillments:
    return fulfillments


@dataclass(frozen=True, slots=True)
class Parts:
    """Each use case, and what stands between the use cases and their store and workflow."""

    receive: Callable[..., ReceiveEvent] = ReceiveEvent
    evaluate: Callable[..., EvaluateRewards] = EvaluateRewards
    release: Callable[..., ReleasePayout] = ReleasePayout
    pay: Callable[..., PayPayout] = PayPayout
    settle: Callable[..., SettlePayout] = SettlePayout
    conclude: Callable[..., Conclude] = Conclude
    look_again: Callable[..., LookAgain] = LookAgain
    notify: Callable[..., Notify] = Notify
    sweep: Callable[..., Sweep] = Sweep
    release_again: Callable[..., ReleaseAgain] = ReleaseAgain
    resume: Callable[..., ResumePayouts] = ResumePayouts
    free: Callable[..., FreePaused] = FreePaused
    store: Callable[[Store], Store] = _same_store
    fulfillments: Callable[[Fulfillments], Fulfillments] = _same_fulfillments


PRODUCTION: Final = Parts()
