"""A payout that nobody could find out about, and what people say of it.

No money moves: the provider's till is a list.
"""

from contextlib import suppress
from datetime import timedelta

import builders
from builders import PAYOUT_ID, Changed
from fakes.provider import Fault
from guerdon.application.audit_records import Audit
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.release_payout import Verdict
from guerdon.application.resolve_payout import CannotSay, ResolvePayout, WasSaid
from guerdon.application.said_of_payout import Said
from guerdon.domain.actions import AuditAction
from guerdon.domain.errors import Retryable
from guerdon.domain.payout import Payout, PayoutStatus
from world import World

PAT, KIM = "aws:arn:aws:iam::123456789012:user/pat", "console:kim@example.com"
WHY = "their support wrote so, case 4711"
REFERENCE = f"{PAYOUT_ID}-1"
LATER = timedelta(hours=2)
S, A = PayoutStatus, AnswerState


def unknown(world: World, answer: ProviderAnswer | None = None, **changes: Changed) -> Payout:
    """A payout whose fulfillment ended three hours ago without anybody knowing what became of it."""
    world.submitted(answer=answer, **changes)
    world.store.put(builders.armed(world.channel))
    world.settle(PAYOUT_ID, 1, "States.TaskFailed")
    world.clock.advance(LATER)
    stands = world.stands()
    assert stands.waits_for == "unknown"
    return stands


def sent(world: World, became: Fault | AnswerState) -> Payout:
    """The same, of which the provider made `became`."""
    world.released()
    world.provider.next_submits.append(became)
    with suppress(Retryable):
        world.pay(PAYOUT_ID, 1, "token-1")
    world.settle(PAYOUT_ID, 1, "States.TaskFailed")
    world.clock.advance(LATER)
    return world.stands()


def say(  # noqa: PLR0913 - each is one thing that a person says.
    world: World,
    said: Said,
    actor: str = PAT,
    run: int = 1,
    reason: str = WHY,
    *,
    corrects: bool = False,
) -> WasSaid | CannotSay:
    resolve = ResolvePayout(world.store, world.clock, world.hints)
    return resolve(PAYOUT_ID, said, actor, reason, run, corrects=corrects)


def heard_of(world: World, said: Said, run: int = 1, *, corrects: bool = False) -> Payout:
    """Say it, and let the channel's function hear of it; the payout as it stands then."""
    outcome = say(world, said, run=run, corrects=corrects)
    assert isinstance(outcome, WasSaid), outcome
    heard(world)
    return world.stands()


def refused(world: World, said: Said, run: int = 1, *, corrects: bool = False) -> str:
    """Why it is not taken; that nothing was written, and nobody woken, is asserted."""
    rows, woken = dict(world.store.rows), list(world.hints.enqueued)
    outcome = say(world, said, run=run, corrects=corrects)
    assert isinstance(outcome, CannotSay)
    assert (world.store.rows, world.hints.enqueued) == (rows, woken)
    return outcome.why


def heard(world: World) -> None:
    """The channel's function reads its queue."""
    hints, world.hints.enqueued = world.hints.enqueued, []
    for hint in hints:
        world.look_again(hint)


def release_again(world: World) -> Payout | CannotRelease:
    return ReleaseAgain(world.store, world.clock, world.fulfillments)(PAYOUT_ID, PAT, WHY)


def paid_again(world: World) -> None:
    """Release it again and let its second run go as far as it can."""
    released = release_again(world)
    assert isinstance(released, Payout)
    run = released.run
    if not isinstance(world.release(PAYOUT_ID, run).decision, Verdict):
        world.pay(PAYOUT_ID, run, world.wait_under(f"token-{run}"))
        world.settle(PAYOUT_ID, run)


def attempt(world: World, number: int = 1) -> Attempt:
    found = world.store.attempt(PAYOUT_ID, number)
    assert found is not None
    return found


def moved_minor(world: World) -> int:
    return sum(movement.amount.amount_minor for movement in world.provider.till)


def told(world: World) -> list[Audit]:
    return [line for line in world.store.of(Audit) if line.action is AuditAction.PAYOUT_RESOLVED]
