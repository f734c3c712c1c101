"""What a reward is worth by a revision of its deal: by its own program version, ordinal and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from guerdon.application.ports import EventReader, Store
from guerdon.application.programs import ProgramShelf
from guerdon.domain.deal import DealEvent
from guerdon.domain.limits import Applied, Refused, limited
from guerdon.domain.money import Money
from guerdon.domain.program import Budget, Program
from guerdon.domain.reward import Reward
from guerdon.domain.rules import CannotDecide, Earned, evaluate


@dataclass(frozen=True, slots=True)
class Worth:
    """What a reward is worth.

    Attributes:
        limits: The limits that shaped what it is worth more.
        refused: Why it is not worth more though the rules give more; None when no limit refused that.
    """

    amount: Money
    limits: tuple[Applied, ...] = ()
    refused: str | None = None


def revised_worth(  # noqa: PLR0913, PLR0917 - the reward, its deal's new total, and the four things to judge it by.
    store: Store,
    shelf: ProgramShelf,
    read_event: EventReader,
    reward: Reward,
    total: Money,
    reserved: Mapping[Budget, Money],
) -> Worth | CannotDecide:
    """What the reward is worth when its deal is worth `total`.

    What was cut or refused before stays so: the reward moves up by at most what the new total adds to the amount by
    the rules, and the limits judge that rise.
    """
    if total.amount_minor == 0:
        return Worth(Money(0, reward.amount.currency))
    body = store.event_body(reward.event_id)
    if body is None:
        return CannotDecide("the event of its win was erased: a person must say what the reward is worth")
    win = read_event(body.body)
    program = shelf.version(reward.program, reward.program_version)
    by_rules = _by_rules(program, reward, win, total)
    if isinstance(by_rules, CannotDecide):
        return by_rules
    before = _by_rules_before(program, reward, win)
    if isinstance(before, CannotDecide):
        return before
    rise = min(by_rules - before, by_rules - reward.standing, key=lambda money: money.amount_minor)
    if rise.amount_minor > 0:
        return _risen(program, reward, rise, reserved)
    return Worth(min(by_rules, reward.standing, key=lambda money: money.amount_minor))


def _by_rules(program: Program, reward: Reward, win: DealEvent, total: Money) -> Money | CannotDecide:
    """What the rules pay for `total`, before the program's limits; nothing for nothing, whatever the rule."""
    nothing = Money(0, reward.amount.currency)
    if total.amount_minor == 0:
        return nothing
    revised = replace(win, deal=replace(win.deal, amount=total))
    evaluation = evaluate(program, reward.program_version, revised, reward.explanation.ordinal)
    if isinstance(evaluation, CannotDecide):
        return evaluation
    return evaluation.amount if isinstance(evaluation, Earned) else nothing


def _by_rules_before(program: Program, reward: Reward, win: DealEvent) -> Money | CannotDecide:
    """What the rules pay for what the deal was worth until now."""
    if not reward.adjustments:
        return reward.explanation.by_rule
    return _by_rules(program, reward, win, reward.adjustments[-1].total)


def _risen(program: Program, reward: Reward, rise: Money, reserved: Mapping[Budget, Money]) -> Worth:
    left = limited(
        program, reward.closed_at, rise, reserved, standing=reward.standing, divisible=reward.terms.channel.divisible
    )
    if isinstance(left, Refused):
        return Worth(reward.standing, refused=left.why)
    return Worth(reward.standing + left.amount, left.applied)
