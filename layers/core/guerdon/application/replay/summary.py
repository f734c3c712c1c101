"""A replay's sums as people read them: headline figures and tables, the same on a screen, on a page and in a file."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from guerdon.application.replay.labels import part_label, rule_label, step_label, tier_label
from guerdon.application.replay.releasing import Waiting
from guerdon.application.replay.totals import Cell, Sum, Totals
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from guerdon.domain.limits import limit_words
from guerdon.domain.money import Money
from guerdon.domain.outcome import Outcome
from guerdon.domain.program import Beneficiary, Over, Program, Scope

TOP_ADVOCATES: Final = 10
BINS_MOST: Final = 12
"""How many rows the distribution of amounts has at most."""

_CONCENTRATION: Final = (1, 10)
_QUANTILES: Final = (
    ("smallest", 0.0),
    ("one in ten is at or below", 0.1),
    ("half are at or below", 0.5),
    ("nine in ten are at or below", 0.9),
    ("largest", 1.0),
)
_OVER_WORDS: Final = {Over.CUT: "cut", Over.REFUSE: "refused", Over.APPROVAL: "to approve"}


DASH: Final = "\u2013"
"""What stands where there is no number."""


class Figure(NamedTuple):
    """One number that matters, with what it means."""

    label: str
    value: str
    note: str = ""


class Sheet(NamedTuple):
    """A table.

    Attributes:
        key: Its name for scripts.
        numbers: Which columns are numbers.
        note: What has to be known to read it.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    numbers: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def money_text(minor: int | Fraction, currency: str) -> str:
    """An amount without its currency, rounded half-even: "12,500.00"."""
    return Money(round(minor), currency).grouped


def share_text(part: int | Fraction, whole: int | Fraction) -> str:
    """A share as a percentage with a place or two: "3.2 %"; a dash of nothing."""
    if whole == 0:
        return DASH
    percent = Fraction(part) / Fraction(whole) * 100
    return f"{float(percent):.2f} %" if 0 < abs(percent) < 1 else f"{float(percent):,.1f} %"


def figures(totals: Totals) -> tuple[Figure, ...]:
    """The headline figures."""
    currency, cost = totals.program.currency, totals.cost
    per_deal = Fraction(cost, totals.rewarded) if totals.rewarded else Fraction(0)
    back = totals.earned - cost
    taken = (
        f"{money_text(back, currency)} of what was granted came back by reversals and amendments" if back > 0 else ""
    )
    return (
        Figure(f"Total cost, {currency}", money_text(cost, currency), taken),
        Figure("Cost per rewarded deal", money_text(per_deal, currency), f"{totals.rewarded:,} rewarded deals"),
        Figure(
            "Cost as share of revenue",
            share_text(cost, totals.rewarded_revenue),
            f"of {money_text(totals.rewarded_revenue, currency)}",
        ),
        Figure(
            "Deals rewarded",
            share_text(totals.rewarded, totals.deals),
            f"of {totals.deals:,} worth {money_text(totals.revenue, currency)}",
        ),
    )


def sheets(totals: Totals) -> tuple[Sheet, ...]:
    """Every table of one replay that has anything to say, the most important first."""
    candidates = (
        _by_rule(totals),
        _by_cells(totals, "tier", "Cost by tier", tier_label),
        _by_cells(totals, "step", "Cost by step", step_label),
        _by_channel(totals),
        _by_beneficiary(totals),
        _by_month(totals),
        _amounts(totals),
        _limits(totals),
        _waiting(totals),
        _ceiling_days(totals),
        _advocates(totals),
        _outcomes(totals),
        _attention(totals),
    )
    return tuple(sheet for sheet in candidates if sheet.rows)


def rule_costs(totals: Totals) -> dict[str, Sum]:
    """Cost by rule, in the file's order; how many counts parts of rewards' amounts but once for each reward."""
    costs: dict[str, Sum] = {}
    for rule in totals.program.rules:
        costs[rule.name] = [totals.rule_rewards.get(rule.name, 0), 0]
    for cell, (_, minor) in totals.cells.items():
        costs[rule_label(totals.program, cell)][1] += minor
    return costs


def _by_rule(totals: Totals) -> Sheet:
    rows = tuple((name, *_counted(totals, count, minor)) for name, (count, minor) in rule_costs(totals).items())
    return Sheet("rule", "Cost by rule", ("rule", *_COUNTED), _LAST, rows)


_COUNTED: Final = ("rewards", "cost", "share of cost", "each")
_LAST: Final = frozenset({1, 2, 3, 4})


def _counted(totals: Totals, count: int, minor: int) -> tuple[str, str, str, str]:
    currency = totals.program.currency
    each = money_text(Fraction(minor, count), currency) if count else DASH
    return f"{count:,}", money_text(minor, currency), share_text(minor, totals.cost), each


def _by_cells(totals: Totals, key: str, title: str, label: Callable[[Program, Cell], str]) -> Sheet:
    sums: dict[tuple[int, int, str, str, str], Sum] = {}
    for cell, (count, minor) in totals.cells.items():
        text = label(totals.program, cell)
        position = (cell.tier if key == "tier" else cell.step) or 0
        part = "" if cell.kind.value in {"flat", "share", "slice"} else part_label(totals.program, cell)
        if text or part == "bonus":
            known = sums.setdefault((cell.rule, position, text, part, rule_label(totals.program, cell)), [0, 0])
            known[0] += count
            known[1] += minor
    several = len({rule for rule, *_ in sums}) > 1
    rows = tuple(
        ((f"{rule}: {text}" if several else text) + (f", {part}" if part else ""), *_counted(totals, count, minor))
        for (_, _, text, part, rule), (count, minor) in sorted(sums.items())
    )
    return Sheet(key, title, (key, *_COUNTED), _LAST, rows)


def _by_channel(totals: Totals) -> Sheet:
    rows = tuple(
        (glossary.CHANNEL[Channel(channel)].words, *_counted(totals, count, minor))
        for channel, (count, minor) in sorted(totals.channels.items(), key=lambda one: -one[1][1])
    )
    return Sheet("channel", "Cost by channel", ("channel", *_COUNTED), _LAST, rows)


def _by_beneficiary(totals: Totals) -> Sheet:
    rows = tuple((_WHO[one], *_counted(totals, *totals.sides[one])) for one in Beneficiary if one in totals.sides)
    return Sheet("beneficiary", "Cost by who is rewarded", ("who", *_COUNTED), _LAST, rows if len(rows) > 1 else ())


_WHO: Final = {Beneficiary.ADVOCATE: "advocates", Beneficiary.REFERRED: "new customers"}


def _by_month(totals: Totals) -> Sheet:
    currency = totals.program.currency
    rows = tuple(
        (
            month,
            f"{deals:,}",
            f"{rewards:,}",
            money_text(cost, currency),
            money_text(revenue, currency),
            share_text(cost, rewarded_revenue),
        )
        for month, (deals, rewards, cost, revenue, rewarded_revenue) in sorted(totals.months.items())
    )
    columns = ("month", "deals", "rewards", "cost", "revenue", "cost by rewarded revenue")
    return Sheet("month", "Cost by month", columns, frozenset(range(1, 6)), rows, "By the month in which deals closed.")


def bins(totals: Totals) -> list[tuple[str, int]]:
    """The distribution of amounts: each amount while they are few, else ranges with round edges."""
    counted = list(totals.amounts.counted())
    currency = totals.program.currency
    if not counted:
        return []
    if len(counted) <= BINS_MOST:
        return [(money_text(amount, currency), times) for amount, times in counted]
    edges = _round_edges(counted[0][0], counted[-1][0])
    binned = [0] * len(edges)
    place = 0
    for amount, times in counted:
        while place + 1 < len(edges) and amount >= edges[place + 1]:
            place += 1
        binned[place] += times
    named = [money_text(edge, currency) for edge in edges]
    labels = [f"{low} to {high}" for low, high in pairwise(named)] + [f"{named[-1]} and above"]
    return list(zip(labels, binned, strict=True))


def _round_edges(smallest: int, largest: int) -> list[int]:
    """Edges from at or below the smallest amount, evenly apart by 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for times in (1, 2, 5):
            width = power * times
            first = smallest // width * width
            if (largest - first) // width < BINS_MOST:
                return list(range(first, largest + 1, width))
        power *= 10


def _amounts(totals: Totals) -> Sheet:
    currency = totals.program.currency
    total = sum(times for _, times in totals.amounts.counted())
    if not total:
        return Sheet("amount", "Amounts", (), frozenset(), ())
    rows = tuple((label, f"{times:,}", share_text(times, total)) for label, times in bins(totals))
    quantiles = ", ".join(
        f"{words} {money_text(totals.amounts.quantile(share), currency)}" for words, share in _QUANTILES
    )
    exact = "" if totals.amounts.is_exact else " Each is right to within half a percent."
    note = f"{quantiles[0].upper()}{quantiles[1:]}.{exact}"
    return Sheet("amount", "Amounts of rewards", ("amount", "rewards", "share"), frozenset({1, 2}), rows, note)


def _limits(totals: Totals) -> Sheet:
    currency, zone = totals.program.currency, totals.program.zone
    ranked = sorted(
        totals.limits.items(), key=lambda one: (_SCOPES.index(one[0].scope), one[0].period, one[1].first_at)
    )
    rows = tuple(
        (
            limit_words(key.scope, Money(key.most, currency), key.period or None),
            f"{use.first_at.astimezone(zone):%Y-%m-%d}",
            use.first_deal,
            f"{use.times:,}",
            _OVER_WORDS[key.over],
            money_text(use.withheld, currency),
        )
        for key, use in ranked
    )
    columns = ("limit", "first met", "by deal", "times", "then", "amount")
    return Sheet(
        "limit",
        "When limits were met",
        columns,
        frozenset({3, 5}),
        rows,
        "The amount is what was cut or refused in all, or waits for approval.",
    )


def _waiting(totals: Totals) -> Sheet:
    """What ceilings and a late telling would have put in front of a person."""
    program, stopped = totals.program, totals.stopped
    rows: list[tuple[str, ...]] = []
    notes = ["A person lets it go on or not: the cost above has it."]
    if stopped is not None and program.ceilings is not None:
        rows += _counted_waiting("payouts at a ceiling of the day", stopped.in_all, program.currency)
        reached, days = len(stopped.waiting), len({*stopped.released, *stopped.waiting})
        notes.append(f"A ceiling was reached on {reached:,} of {days:,} days that had something to release.")
    if stopped is not None and program.told_within_days is not None:
        rows += _counted_waiting("rewards that were told late", stopped.late, program.currency)
        if stopped.untold:
            notes.append(
                f"When {stopped.untold:,} rewarded deals were told the history does not say (told_at), so whether that "
                "was late cannot be judged; only what was amended late is counted."
            )
    columns = ("", "how many", "worth")
    title = f"What would have waited for a person, {program.currency}"
    return Sheet("waiting", title, columns, frozenset({1, 2}), tuple(rows), " ".join(notes))


def _counted_waiting(words: str, waiting: Waiting, currency: str) -> list[tuple[str, ...]]:
    """How many wait in all, with what they are worth in the program's currency; then what they are in others."""
    own = money_text(waiting.minor.get(currency, 0), currency)
    others = [
        (f"{words}, in {code}", DASH, money_text(minor, code))
        for code, minor in sorted(waiting.minor.items())
        if code != currency
    ]
    return [(words, f"{waiting.count:,}", own), *others]


def _ceiling_days(totals: Totals) -> Sheet:
    """The days on which a ceiling was reached."""
    currency, stopped = totals.program.currency, totals.stopped
    rows: list[tuple[str, ...]] = []
    for day, waiting in sorted(stopped.waiting.items()) if stopped is not None else ():
        released = stopped.released.get(day) if stopped is not None else None
        paid = {one.currency: one.amount_minor for one in released.amounts} if released else {}
        others = sorted({*paid, *waiting.minor} - {currency})
        counts = (f"{released.payouts if released else 0:,}", f"{waiting.count:,}")
        for code, (through, stands) in ((currency, counts), *((code, (DASH, DASH)) for code in others)):
            worth, left = (money_text(each.get(code, 0), code) for each in (paid, waiting.minor))
            rows.append((day if code == currency else f"{day}, {code}", through, worth, stands, left))
    columns = ("day", "payouts released", "worth", "waiting", "worth of them")
    title = f"Days on which a ceiling was reached, {currency}"
    note = "A day is one of the legal entity's books. What waits is counted in no day."
    return Sheet("ceiling_day", title, columns, frozenset(range(1, 5)), tuple(rows), note)


_SCOPES: Final = (Scope.PROGRAM, Scope.ADVOCATE, Scope.REWARD)


def _advocates(totals: Totals) -> Sheet:
    currency = totals.program.currency
    ranked = sorted(totals.advocates.items(), key=lambda one: (-one[1][2], one[0]))
    paid = [cost for _, (_, _, cost, _) in ranked if cost]
    rows = tuple(
        (advocate, f"{deals:,}", f"{rewards:,}", money_text(cost, currency), share_text(cost, sum(paid)))
        for advocate, (deals, rewards, cost, _) in ranked[:TOP_ADVOCATES]
        if cost
    )
    note = f"{len(paid):,} of {len(ranked):,} advocates earn something."
    for share in _CONCENTRATION:
        first = len(paid) * share // 100
        if first:
            note += f" The {first:,} who earn most, {share} %, earn {share_text(sum(paid[:first]), sum(paid))}."
    columns = ("advocate", "deals", "rewards", "cost", "share")
    return Sheet("advocate", "Who earns most", columns, frozenset(range(1, 5)), rows, note)


def _outcomes(totals: Totals) -> Sheet:
    several = len(totals.program.beneficiaries()) > 1
    rows: list[tuple[str, ...]] = []
    for (who, outcome), count in sorted(totals.outcomes.items(), key=lambda one: (one[0][0], -one[1])):
        standing = totals.sides.get(who, [0])[0] if outcome is Outcome.REWARDED else count
        words = glossary.OUTCOME[outcome].words
        for text, number in ((words, standing), (f"{words}, and reversed to nothing", count - standing)):
            if number:
                named = f"{_WHO[who]}: {text}" if several else text
                rows.append((named, f"{number:,}", share_text(number, totals.deals)))
    return Sheet("outcome", "How deals ended", ("outcome", "deals", "share"), frozenset({1, 2}), tuple(rows))


def _attention(totals: Totals) -> Sheet:
    rows = tuple((why, f"{count:,}") for why, count in sorted(totals.attention.items(), key=lambda one: -one[1]))
    note = "These deals cost nothing here: a person would have had to look."
    return Sheet("attention", "What needs attention", ("why", "deals"), frozenset({1}), rows, note)


def hints(totals: Totals, *, leads: int) -> tuple[str, ...]:
    """What a reader should know before believing the figures."""
    said: list[str] = []
    if not totals.deals:
        said.append("the history has no deal that was won, so there is nothing to pay for")
    outside = _outcome_count(totals, (Outcome.BEFORE_START, Outcome.AFTER_END))
    if outside:
        said.append(
            f"{outside:,} of {totals.deals:,} deals closed before the program starts or after it ends, and earn "
            "nothing; --any-date takes them as if it had been in force"
        )
    said.extend(
        f"{count:,} deals in {currency} are in no revenue: the program has no rate for it"
        for currency, count in sorted(totals.unconverted.items())
    )
    if leads:
        said.append(f"{leads:,} rows are leads that were not won; they earn nothing")
    return tuple(said)


def _outcome_count(totals: Totals, outcomes: Iterable[Outcome]) -> int:
    wanted = set(outcomes)
    return sum(
        count for (who, outcome), count in totals.outcomes.items() if who is Beneficiary.ADVOCATE and outcome in wanted
    )
