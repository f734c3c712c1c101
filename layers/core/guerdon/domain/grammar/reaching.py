"""Checks of what is never reached: rules that never win, conditions that nothing meets, events and cases in vain."""

from collections.abc import Iterator, Sequence

from guerdon.domain.conditions import All, Condition, During, MomentFact
from guerdon.domain.document import Finding, Path, Severity
from guerdon.domain.grammar.implication import Patience, apart, covered, possible
from guerdon.domain.grammar.worth import amount_never_more, span_of
from guerdon.domain.program import ChannelCase, Choose, JudgedBy, Program, Rule


def reaching_findings(program: Program, patience: Patience) -> Iterator[Finding]:
    """What in `program` can never come about."""
    window = _window(program)
    for index, rule in enumerate(program.rules):
        place: Path = ("rules", index)
        if not possible(patience, rule.when):
            yield _never((*place, "when"), "no deal can meet all of these conditions at once", "condition-never-met")
        elif not possible(patience, rule.when, window):
            message = "no deal within the program's own time can meet these: see starts_at, ends_at and effective_from"
            yield _never((*place, "when"), message, "window-outside-program")
        else:
            yield from _losing(patience, program, index, window)
        yield from _cases(rule, (*place, "channel"))
    used = {event for rule in program.rules for event in rule.on}
    for trigger in program.triggers:
        if trigger.event not in used:
            yield _never(("triggers", trigger.event), "no rule is for this event, so it never earns", "unused-trigger")


def _never(path: Path, message: str, code: str) -> Finding:
    return Finding(path, message, code, Severity.WARNING)


def _window(program: Program) -> Condition:
    """When deals are judged by this version of the program."""
    spans: list[Condition] = [During(MomentFact.CLOSED, program.starts_at, program.ends_at)]
    if program.effective_from is not None:
        spans.append(During(MomentFact(program.judged_by.value), program.effective_from, None))
    return All(tuple(spans)) if program.judged_by is JudgedBy.CLOSED else All((spans[0],))


def _losing(patience: Patience, program: Program, index: int, window: Condition) -> Iterator[Finding]:
    rule = program.rules[index]
    place: Path = ("rules", index)
    if program.choose is Choose.FIRST:
        winners = _before(patience, program, index, window)
        if winners:
            names = ", ".join(repr(winner.name) for winner in winners)
            does = "applies" if len(winners) == 1 else "apply"
            yield _never(
                place,
                f"can never win: {names}, earlier in the file, {does} whenever it does, and the first rule decides; "
                "put it before them, or take it out",
                "rule-never-wins",
            )
    if program.choose is Choose.BEST:
        winner = next(
            (
                other
                for at, other in enumerate(program.rules)
                if at != index
                and _beats(rule, other, earlier=at < index)
                and covered(patience, rule.when, (other.when,), window)
            ),
            None,
        )
        if winner is not None:
            yield _never(
                place,
                f"can never win: {winner.name!r} applies whenever it does and never pays less; take it out",
                "rule-never-wins",
            )


def _beats(rule: Rule, other: Rule, *, earlier: bool) -> bool:
    """Whether `other` pays at least as much as `rule` for each of its events; of equals the earlier one wins."""
    if rule.beneficiary is not other.beneficiary or not set(rule.on) <= set(other.on):
        return False
    if not amount_never_more(rule.amount, other.amount):
        return False
    return earlier or not amount_never_more(other.amount, rule.amount)


def _before(patience: Patience, program: Program, index: int, window: Condition) -> Sequence[Rule]:
    """The earlier rules that together apply whenever the one at `index` does, for each of its events; else none."""
    rule = program.rules[index]
    winners: dict[str, Rule] = {}
    for event in rule.on:
        earlier = [
            other
            for other in program.rules[:index]
            if event in other.on and other.beneficiary is rule.beneficiary and not apart(other.when, rule.when)
        ]
        found = _covering(patience, rule, earlier, window)
        if not found:
            return ()
        winners.update((other.name, other) for other in found)
    return tuple(winners.values())


def _covering(patience: Patience, rule: Rule, earlier: Sequence[Rule], window: Condition) -> Sequence[Rule]:
    """The one of `earlier` that applies whenever `rule` does, or the fewest that do together; none if none do."""
    if not earlier:
        return ()
    together = covered(patience, rule.when, (other.when for other in earlier), window)
    if together is False:
        return ()
    alone = next((other for other in earlier if covered(patience, rule.when, (other.when,), window)), None)
    if alone is not None:
        return (alone,)
    if not together:
        return ()
    needed = list(earlier)
    for other in earlier:
        without = [one for one in needed if one is not other]
        if covered(patience, rule.when, (one.when for one in without), window):
            needed = without
    return needed


def _cases(rule: Rule, path: Path) -> Iterator[Finding]:
    most = span_of(rule.amount).most
    for index, case in enumerate(rule.pays_by):
        if any(_fits_all_of(other, case) for other in rule.pays_by[:index]):
            yield _never(
                (*path, index), "is never reached: an earlier case fits whenever it does", "case-never-reached"
            )
        elif most is not None and case.at_least is not None and case.at_least.amount_minor > most:
            yield _never(
                (*path, index, "from"),
                f"is never reached: the rule never pays as much as {case.at_least}",
                "case-never-reached",
            )


def _fits_all_of(other: ChannelCase, case: ChannelCase) -> bool:
    least, size = other.at_least, case.at_least
    sized = least is None or least.amount_minor == 0 or (size is not None and least <= size)
    return sized and (not other.countries or (bool(case.countries) and set(case.countries) <= set(other.countries)))
