"""A draft and the published version of a program over the same stored deals: what each costs, and for whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from guerdon.application.replay.comparing import Changes, Difference, differences
from guerdon.application.replay.engine import Engine
from guerdon.application.replay.releasing import Waiting
from guerdon.application.replay.summary import rule_costs
from guerdon.application.replay.totals import Totals
from guerdon.application.review.draft_history import DraftHistory
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary, Program

ADVOCATES_MOST: Final = 10
"""How many of those who gain most, and of those who lose most, are named."""

_ANY: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Versus:
    """What something costs by the published version, by the draft, and how much more by the draft."""

    what: str
    published: Money
    draft: Money
    difference: Money


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Deals that a person would have had to look at by the draft; they cost nothing here."""

    why: str
    deals: int


@dataclass(frozen=True, slots=True)
class Waits:
    """What would have waited for a person by the draft, in one currency.

    Attributes:
        what: What for: at a ceiling, and in which day; or told late.
        many: How many payouts or rewards; None where those of another currency are counted with them.
    """

    what: str
    many: int | None
    worth: Money


@dataclass(frozen=True, slots=True)
class Compared:
    """What a draft changes.

    Attributes:
        deals: How many deals both were held against.
        rewarded_published: How many of them the published version rewards.
        rewarded_draft: How many the draft does.
        other_rules: How many another rule decides about.
        outside_draft: How many closed before the draft starts or after it ends.
        months: By the month in which deals closed, in each version's own time zone, the oldest first.
        rules: By rule, those of the draft first.
        gain: How many advocates earn more by the draft.
        gained: How much more, together.
        lose: How many earn less.
        lost: How much less, together.
        same: How many earn the same.
        gainers: Who gains most, by their opaque ids.
        losers: Who loses most.
        waits: What would have waited for a person by the draft's ceilings and its `told_within_days`.
    """

    deals: int
    rewarded_published: int
    rewarded_draft: int
    other_rules: int
    outside_draft: int
    total: Versus
    months: tuple[Versus, ...]
    rules: tuple[Versus, ...]
    gain: int
    gained: Money
    lose: int
    lost: Money
    same: int
    gainers: tuple[Versus, ...]
    losers: tuple[Versus, ...]
    attention: tuple[Unjudged, ...]
    waits: tuple[Waits, ...]


def compare(published: Program, draft: Program, history: DraftHistory, *, any_date: bool = False) -> Compared:
    """Replay the history by both; a pure reckoning.

    Args:
        published: The version in force.
        draft: The other one, in the same currency.
        history: What both are held against, as if each were in force for every deal.
        any_date: Whether deals from before a start and after an end are taken too.
    """
    if any_date:
        published, draft = (replace(each, starts_at=_ANY, ends_at=None) for each in (published, draft))
    published_totals, draft_totals = Totals(published), Totals(draft)
    engines = Engine(published, published_totals), Engine(draft, draft_totals)
    changes = Changes()
    for row in history.rows:
        by_published, by_draft = (engine.take(row) for engine in engines)
        changes.add(by_draft, by_published)
    for engine in engines:
        engine.finish()
    releasing = engines[1].releasing
    draft_totals.stopped = releasing.stopped if releasing is not None else None
    return _compared(published_totals, draft_totals, changes)


def _compared(published: Totals, draft: Totals, changes: Changes) -> Compared:
    currency = draft.program.currency
    moved = differences(draft, published, ADVOCATES_MOST)
    return Compared(
        deals=draft.deals,
        rewarded_published=published.rewarded,
        rewarded_draft=draft.rewarded,
        other_rules=changes.changed,
        outside_draft=sum(
            count
            for (who, outcome), count in draft.outcomes.items()
            if who is Beneficiary.ADVOCATE and outcome in {Outcome.BEFORE_START, Outcome.AFTER_END}
        ),
        total=_versus("total", published.cost, draft.cost, currency),
        months=_lines(_of_months(published), _of_months(draft), currency, in_order=True),
        rules=_lines(_of_rules(published), _of_rules(draft), currency),
        gain=moved.gain,
        gained=Money(moved.gained_minor, currency),
        lose=moved.lose,
        lost=Money(moved.lost_minor, currency),
        same=moved.same,
        gainers=tuple(_of_advocate(each, currency) for each in moved.most_gained),
        losers=tuple(_of_advocate(each, currency) for each in moved.most_lost),
        attention=tuple(Unjudged(why, deals) for why, deals in sorted(draft.attention.items())),
        waits=tuple(_waits(draft)),
    )


def _waits(totals: Totals) -> Iterator[Waits]:
    stopped, currency = totals.stopped, totals.program.currency
    if stopped is None:
        return
    for day, waiting in sorted(stopped.waiting.items()):
        yield from _in_each_currency(f"payouts at the ceiling of {day}", waiting, currency)
    if stopped.late.count:
        yield from _in_each_currency("rewards that were told late", stopped.late, currency)


def _in_each_currency(what: str, waiting: Waiting, currency: str) -> Iterator[Waits]:
    yield Waits(what, waiting.count, Money(waiting.minor.get(currency, 0), currency))
    for code, minor in sorted(waiting.minor.items()):
        if code != currency:
            yield Waits(what, None, Money(minor, code))


def _of_months(totals: Totals) -> dict[str, int]:
    return {month: cost for month, (_, _, cost, _, _) in totals.months.items()}


def _of_rules(totals: Totals) -> dict[str, int]:
    return {rule: cost for rule, (_, cost) in rule_costs(totals).items()}


def _lines(
    published: Mapping[str, int], draft: Mapping[str, int], currency: str, *, in_order: bool = False
) -> tuple[Versus, ...]:
    names = list(dict.fromkeys((*draft, *published)))
    if in_order:
        names.sort()
    return tuple(_versus(name, published.get(name, 0), draft.get(name, 0), currency) for name in names)


def _of_advocate(one: Difference, currency: str) -> Versus:
    return _versus(one.advocate, one.other, one.one, currency)


def _versus(what: str, published: int, draft: int, currency: str) -> Versus:
    return Versus(what, Money(published, currency), Money(draft, currency), Money(draft - published, currency))
