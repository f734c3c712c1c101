"""What a program awards for one deal, by all that does not hang on the deal's own history. Pure, and without words.

The pipeline judges an event by it, and a simulation judges a year of history by the very same.
"""

from collections.abc import Mapping
from typing import NamedTuple

from guerdon.domain.channel import Channel
from guerdon.domain.evaluation import CannotDecide, Evaluated, NothingEarned, evaluate, in_reward_currency, positions
from guerdon.domain.explanation import ChannelWhy
from guerdon.domain.facts import Facts
from guerdon.domain.limits import Applied, Refused, limited
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary, Budget, ChannelCase, Program, Rule


class Award(NamedTuple):
    """What is awarded.

    Attributes:
        evaluated: What the rules pay; `evaluation.explained` says why.
        amount_minor: What the limits leave of it, above zero.
        limits: The program's limits that shaped it.
        channel: How it is paid.
        rules: The rules that decided, in the file's order.
    """

    evaluated: Evaluated
    amount_minor: int
    currency: str
    limits: tuple[Applied, ...]
    channel: Channel
    channel_why: ChannelWhy
    rules: tuple[Rule, ...]


class NoAward(NamedTuple):
    """Nothing is awarded: how that ends the event, and why.

    Attributes:
        limits: The program's limits that leave nothing.
    """

    outcome: Outcome
    why: str
    limits: tuple[Applied, ...] = ()


def award(
    program: Program,
    facts: Facts,
    counts: Mapping[str, int],
    reserved: Mapping[Budget, Money],
    beneficiary: Beneficiary = Beneficiary.ADVOCATE,
) -> Award | NoAward:
    """What `program` awards `beneficiary` for the deal of `facts`.

    Args:
        program: The version that is in force for the deal.
        facts: The deal.
        counts: How many deals of the beneficiary count so far, by product or under WHOLE.
        reserved: What rewards are worth that count in each budget already; nothing for a budget that is not in it.
        beneficiary: Who is rewarded.
    """
    outside = out_of_program(program, facts)
    if outside is not None:
        return outside
    evaluated = evaluate(program, facts, counts, beneficiary)
    if isinstance(evaluated, NothingEarned):
        return NoAward(Outcome.NO_REWARD, evaluated.why)
    if isinstance(evaluated, CannotDecide):
        return NoAward(Outcome.NEEDS_ATTENTION, evaluated.why)
    rules = tuple(program.rules[index] for index in positions(evaluated.decided))
    amount: int = evaluated.amount_minor
    limits: tuple[Applied, ...] = ()
    if program.limits:
        asked = Money(amount, evaluated.currency)
        divisible = all(channel.divisible for channel in rules[0].channels)
        left = limited(program, facts.closed_at, asked, reserved, divisible=divisible)
        if isinstance(left, Refused):
            return NoAward(Outcome.OVER_LIMIT, left.why, left.applied)
        amount, limits = left.amount.amount_minor, left.applied
    channel, why = channel_of(program, rules[0], facts, amount, evaluated.currency)
    return Award(evaluated, amount, evaluated.currency, limits, channel, why, rules)


def channel_of(
    program: Program, rule: Rule, facts: Facts, amount_minor: int, currency: str
) -> tuple[Channel, ChannelWhy]:
    """By which channel `rule` pays a reward of that amount, and why."""
    cases = rule.pays_by
    case = cases[0]
    if len(cases) > 1:
        amount = Money(amount_minor, currency)
        case = next((one for one in cases[:-1] if _fits(program, one, facts, amount)), cases[-1])
    if len(case.channels) == 1:
        return case.channels[0], ChannelWhy.CASE if len(cases) > 1 else ChannelWhy.RULE
    for channel in case.channels:
        if channel.value == facts.preferred_channel:
            return channel, ChannelWhy.CHOSEN
    return case.default, ChannelWhy.DEFAULT


def _fits(program: Program, case: ChannelCase, facts: Facts, amount: Money) -> bool:
    """Whether a case is for such a reward; an amount that is its least is."""
    if case.countries and facts.recipient_country not in case.countries:
        return False
    return case.at_least is None or in_reward_currency(program, case.at_least, amount.currency) <= amount


def out_of_program(program: Program, facts: Facts) -> NoAward | None:
    """What keeps the deal out of the program; None when nothing does."""
    if program.trigger_of(facts.trigger) is None:
        return NoAward(Outcome.NO_REWARD, f"{facts.trigger} earns nothing in the program")
    if facts.closed_at < program.starts_at:
        starts = program.starts_at.isoformat()
        return NoAward(Outcome.BEFORE_START, f"the deal closed before the program starts, {starts}")
    if program.ends_at is not None and program.ends_at <= facts.closed_at:
        ends = program.ends_at.isoformat()
        return NoAward(Outcome.AFTER_END, f"the deal closed when the program had ended, {ends}")
    return None
