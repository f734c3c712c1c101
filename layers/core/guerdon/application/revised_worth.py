"""What a reward is worth by a revision of its deal, with what that is judged by read from the store."""

from collections.abc import Mapping

from guerdon.application.ports import EventReader, Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.told import told_event
from guerdon.domain.evaluation import CannotDecide
from guerdon.domain.facts_of import facts_of
from guerdon.domain.money import Money
from guerdon.domain.program import Budget
from guerdon.domain.revising import Granted, Worth, worth_of
from guerdon.domain.reward import Reward
from guerdon.domain.wins import Win


def revised_worth(  # noqa: PLR0913, PLR0917 - the reward, its win as it stands, and the four things to judge it by.
    store: Store,
    shelf: ProgramShelf,
    read_event: EventReader,
    reward: Reward,
    win: Win,
    reserved: Mapping[Budget, Money],
) -> Worth | CannotDecide:
    """What the reward is worth now that `win` stands as it does."""
    if win.total is not None and win.standing_total(win.total).amount_minor == 0:
        nothing = Money(0, reward.amount.currency)
        return Worth(nothing, nothing)
    told = told_event(store, read_event, reward.event_id)
    if told is None:
        return CannotDecide("the event of its win was erased: a person must say what the reward is worth")
    program = shelf.version(reward.program, reward.program_version)
    granted = Granted(
        reward.beneficiary,
        tuple(rule for rule in program.rules if rule.name in reward.explanation.rules),
        _counts(reward),
        reward.by_rules,
        reward.standing,
        reward.terms.channel.divisible,
    )
    standing = facts_of(win.standing(told), reward.beneficiary)
    return worth_of(program, granted, standing, win.unsaid(told.deal.amount), reserved)


def _counts(reward: Reward) -> Mapping[str, int]:
    """The counts that gave the reward its ordinals, which it keeps."""
    beside = reward.counted.beside if reward.counted is not None else ()
    return {**{tally.product: tally.count for tally in beside}, **reward.explanation.counts}
