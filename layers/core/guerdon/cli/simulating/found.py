"""Everything that one simulation found, in one place for whatever shows it."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from guerdon.adapters.history.forecasting import Forecast, Range
from guerdon.application.replay.comparing import NOTHING, Change, Changes, Difference, Differences
from guerdon.application.replay.returns import Return
from guerdon.application.replay.summary import DASH, Figure, Sheet, figures, hints, money_text, share_text, sheets
from guerdon.application.replay.totals import Totals
from guerdon.domain.limits import limit_words
from guerdon.domain.money import percent_text

_CHANGES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Versus:
    """The comparison with another version.

    Attributes:
        title: What the other version is called: its file.
    """

    title: str
    totals: Totals
    changes: Changes
    differences: Differences


@dataclass(frozen=True, slots=True)
class Found:
    """What a simulation found.

    Attributes:
        history: The file that was replayed.
        rules: The program's file.
        whole: Why one process did all of it; None if it was free to be split.
        leads: Rows that were not won.
    """

    history: Path
    rules: Path
    totals: Totals
    leads: int = 0
    whole: str | None = None
    versus: Versus | None = None
    back: Return | None = None
    forecast: Forecast | None = None

    @property
    def currency(self) -> str:
        """Of every amount."""
        return self.totals.program.currency

    @property
    def hints(self) -> tuple[str, ...]:
        """What a reader should know before believing the figures."""
        return hints(self.totals, leads=self.leads)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The headline figures."""
        return figures(self.totals)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Every table, the most important first."""
        first: list[Sheet] = []
        if self.versus is not None:
            first += versus_sheets(self, self.versus)
        if self.back is not None:
            first.append(return_sheet(self.back, self.currency))
        if self.forecast is not None:
            first += forecast_sheets(self.forecast, self.currency)
        return (*first, *sheets(self.totals))


def return_sheet(back: Return, currency: str) -> Sheet:
    """The return on investment."""

    def money(value: Fraction | None) -> str:
        return DASH if value is None else money_text(value, currency)

    rows = [
        ("revenue of rewarded deals", money(Fraction(back.revenue))),
        ("margin of it", money(back.contribution)),
        ("rewards", money(Fraction(-back.rewards))),
        ("fees", money(Fraction(-back.fees))),
        ("profit", money(back.profit)),
        ("return on investment", DASH if back.ratio is None else share_text(back.ratio, 1)),
        ("cost per acquisition", money(back.per_acquisition)),
    ]
    if back.saved is not None:
        rows.append(("saved against the other way", money(back.saved)))
    rows.append(("payback, months", "never" if back.payback_months is None else f"{float(back.payback_months):.1f}"))
    note = (
        f"By a margin of {percent_text(back.assumed.margin)} % of revenue that comes in evenly over "
        f"{back.assumed.months} months. Every rewarded deal is taken as one that would not have come without the "
        "program; nobody knows how many would."
    )
    return Sheet("return", f"Return on investment, {currency}", ("", "amount"), frozenset({1}), tuple(rows), note)


def forecast_sheets(forecast: Forecast, currency: str) -> list[Sheet]:
    """The forecast."""

    def ranged(name: str, found: Range, text: str = "") -> tuple[str, ...]:
        shown = (found.low, found.middle, found.high)
        return (name, *(money_text(value, currency) if text == "money" else f"{value:,}" for value in shown))

    rows = (
        ranged("cost", forecast.cost, "money"),
        ranged("deals", forecast.deals),
        ranged("revenue of rewarded deals", forecast.revenue, "money"),
    )
    first, last = forecast.base
    note = (
        f"{forecast.months} months with {forecast.advocates:,} advocates, {share_text(forecast.volume, 1)} of those "
        f"from {first} to {last}, each earning as then. Half of the draws are below the middle; one in ten is below "
        "the low, and one in ten above the high."
    )
    ranges = ("", "low (p10)", "middle (p50)", "high (p90)")
    found = [Sheet("forecast", f"Forecast, {currency}", ranges, frozenset({1, 2, 3}), rows, note)]
    limits = tuple(
        (
            limit_words(one.limit.scope, one.limit.most, None) + f" by {str(one.limit.period).replace('_', ' ')}",
            share_text(one.share, 1),
            DASH if one.month is None else str(one.month),
        )
        for one in forecast.limits
    )
    if limits:
        note = "The share of draws in which it runs out, and the month in which half of those do."
        columns = ("limit", "runs out in", "in month")
        found.append(Sheet("forecast_limit", "Will the budget do?", columns, frozenset({1, 2}), limits, note))
    return found


def versus_sheets(found: Found, versus: Versus) -> list[Sheet]:
    """Both versions side by side: totals, who gains and loses, and whose rule changes."""
    one, other, currency = found.totals, versus.totals, found.currency

    def row(name: str, mine: int, theirs: int, *, money: bool = True) -> tuple[str, ...]:
        shown = [money_text(value, currency) if money else f"{value:,}" for value in (mine, theirs, mine - theirs)]
        return name, *shown, share_text(mine - theirs, theirs)

    rows = (
        row("total cost", one.cost, other.cost),
        row("rewards", one.rewards, other.rewards, money=False),
        row("rewarded deals", one.rewarded, other.rewarded, money=False),
        *(
            row(month, one.months[month][2], other.months[month][2])
            for month in sorted(one.months)
            if one.months[month][2] != other.months[month][2]
        ),
    )
    differences = versus.differences
    note = (
        f"{differences.gain:,} advocates earn {money_text(differences.gained_minor, currency)} more than by "
        f"{versus.title}, {differences.lose:,} earn {money_text(differences.lost_minor, currency)} less, "
        f"{differences.same:,} the same."
    )
    both = ("", "this version", "other", "difference", "change")
    sheets_ = [Sheet("versus", f"Against {versus.title}, {currency}", both, frozenset({1, 2, 3, 4}), rows, note)]
    moved = (
        ("gain", "Who gains most", differences.most_gained),
        ("lose", "Who loses most", differences.most_lost),
    )
    for key, title, most in moved:
        if most:
            people = tuple(_difference(one, currency) for one in most)
            sheets_.append(Sheet(key, title, ("advocate", *both[1:4]), frozenset({1, 2, 3}), people))
    changed = tuple(_change(key, count) for key, count in versus.changes.ranked()[:_CHANGES_SHOWN])
    if changed:
        note = f"Another rule decides about {versus.changes.changed:,} deals as they close."
        columns = ("other", "this version", "deals")
        sheets_.append(Sheet("rule_change", "Deals whose rule changes", columns, frozenset({2}), changed, note))
    return sheets_


def _difference(difference: Difference, currency: str) -> tuple[str, ...]:
    shown = (difference.one, difference.other, difference.by)
    return difference.advocate, *(money_text(value, currency) for value in shown)


def _change(key: Change, count: int) -> tuple[str, ...]:
    return key.other or NOTHING, key.one or NOTHING, f"{count:,}"
