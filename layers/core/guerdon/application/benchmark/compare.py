"""A history beside the published figures, chapter by chapter."""

from collections.abc import Iterator
from typing import Final

from guerdon.application.benchmark import published
from guerdon.application.benchmark.advocates import MONTHS_A_YEAR
from guerdon.application.benchmark.published import SURVEY, Figures, Kind
from guerdon.application.benchmark.statistics import mean_interval, wilson
from guerdon.application.benchmark.tally import AMOUNTS_IN, Tally
from guerdon.application.benchmark.verdicts import Chapter, Line, Measured, Published, Unit
from guerdon.domain import glossary

LEAST_FOR_AVERAGE: Final = 30
"""Values from which on an average's interval means anything."""
LEAST_AT_TOP: Final = 10
"""Advocates that the most active share has to consist of."""
_MINOR: Final = 100
_NO_LEADS: Final = (
    "Needs referrals that became no deal: rows whose status is lead or lost. The file has won deals only."
)
_NO_YEAR: Final = "Needs a whole year: the file has {months} of {needed} months."
_NO_ENROLLED: Final = "Needs the number of enrolled advocates: give --enrolled."


def compare(tally: Tally, kind: Kind, enrolled: int | None) -> tuple[Chapter, ...]:
    """All that the survey publishes about programs of this kind, each beside the same figure of the history.

    Args:
        tally: The history.
        kind: Whose published figures are taken.
        enrolled: How many advocates are enrolled, active or not, on average; None if that is not known.
    """
    figures = published.FIGURES[kind]
    chapters = [_conversion(tally, figures, kind), *_methods(tally, figures, kind)]
    if kind is Kind.CUSTOMER:
        chapters += [
            _activity(tally, enrolled),
            _numbers(tally),
            _concentration(tally),
            _reward_types(tally),
            _reward_amounts(tally),
        ]
    return tuple(chapters)


def _source(about: str) -> str:
    return f"{SURVEY}, on {about}"


def _share(hits: int, of: int, counted: str) -> Measured | None:
    return Measured(hits / of, wilson(hits, of), of, counted) if of else None


def _conversion(tally: Tally, figures: Figures, kind: Kind) -> Chapter:
    has_leads = tally.has_leads
    open_leads = tally.statuses["lead"]
    return Chapter(
        "conversion",
        "Leads that became deals",
        _source(f"lead conversion, {kind} programs"),
        (
            Line(
                "conversion.all",
                "All leads",
                Published(float(figures.conversion), Unit.SHARE),
                _share(tally.all.deals, tally.all.leads, "leads") if has_leads else None,
                _NO_LEADS,
            ),
            Line(
                "conversion.with_sales",
                "Leads that sales were involved in",
                Published(float(figures.conversion_with_sales), Unit.SHARE),
                _share(tally.with_sales.deals, tally.with_sales.leads, "leads with sales") if has_leads else None,
                _NO_LEADS if not has_leads else "Needs leads that sales were involved in: the column sales_involved.",
                "With sales",
            ),
        ),
        f"Open leads count as not converted; the file has {open_leads:,} of them."
        if open_leads
        else "A deal that was reversed later did become one.",
    )


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _methods(tally: Tally, figures: Figures, kind: Kind) -> Iterator[Chapter]:
    named = tally.methods.total()
    no_method = "Needs how leads were referred: the column method."
    lacking = no_method if tally.has_leads else _NO_LEADS
    use, conversion = [], []
    for method, told in figures.methods.items():
        leads, deals = tally.methods[method], tally.method_deals[method]
        use.append(
            Line(
                f"method_use.{method}",
                _capital(method.words),
                Published(float(told.use), Unit.SHARE, told.below),
                _share(leads, named, "leads") if tally.has_leads else None,
                lacking,
            )
        )
        conversion.append(
            Line(
                f"method_conversion.{method}",
                _capital(method.words),
                Published(float(told.conversion), Unit.SHARE),
                _share(deals, leads, f"leads by {method.words}") if tally.has_leads else None,
                f"The file has no leads by {method.words}." if tally.has_leads and named else lacking,
            )
        )
    others = tally.other_methods
    known = ", ".join(figures.methods)
    note = f"{others:,} leads were referred by methods other than {known}." if others else f"Methods are {known}."
    source = _source(f"referral methods, {kind} programs")
    yield Chapter("method_use", "How leads are referred", source, tuple(use), note)
    yield Chapter(
        "method_conversion",
        "Leads that became deals, by method",
        source,
        tuple(conversion),
        "Rows that name no method are left out.",
    )


def _lacks_year(tally: Tally) -> str | None:
    if not tally.has_leads:
        return _NO_LEADS
    return None if tally.years.whole else _NO_YEAR.format(months=tally.years.months, needed=MONTHS_A_YEAR)


def _activity(tally: Tally, enrolled: int | None) -> Chapter:
    years = tally.years
    lacking = _lacks_year(tally) or ("" if enrolled else _NO_ENROLLED)
    active = leads = None
    if not lacking and enrolled:
        chances = enrolled * years.whole
        active = _share(min(years.advocates(), chances), chances, "enrolled advocates")
        interval = mean_interval(years.referrals, years.squares, max(chances, 2))
        leads = Measured(years.referrals / chances, interval, chances, "enrolled advocates", _average(chances))
    number, total, squares = years.after_success
    after = None
    if not _lacks_year(tally) and number:
        interval = mean_interval(total, squares, max(number, 2))
        after = Measured(total / number, interval, number, "advocates with a deal in an earlier year", _average(number))
    return Chapter(
        "activity",
        "Active advocates and their leads in a year",
        _source("active advocates and leads from each"),
        (
            Line(
                "activity.active", "Enrolled who refer", Published(float(published.ACTIVE), Unit.SHARE), active, lacking
            ),
            Line(
                "activity.leads",
                "Leads of an enrolled advocate",
                Published(float(published.LEADS_A_YEAR), Unit.LEADS),
                leads,
                lacking,
                "All enrolled",
            ),
            Line(
                "activity.leads_after_success",
                "Leads of one who had a deal in an earlier year",
                Published(float(published.LEADS_A_YEAR_AFTER_SUCCESS), Unit.LEADS),
                after,
                _lacks_year(tally) or "Needs two whole years, and deals in the first.",
                "After a deal",
            ),
        ),
        _years_note(tally),
    )


def _average(values: int) -> bool:
    return values >= LEAST_FOR_AVERAGE


def _years_note(tally: Tally) -> str:
    years = tally.years
    note = "Years are counted from the month of the first row; an unfinished last one is left out here."
    if years.whole > 1:
        return f"{note} An advocate who was active in several of the {years.whole} years counts once for each."
    return note


def _numbers(tally: Tally) -> Chapter:
    years = tally.years
    lacking = _lacks_year(tally)
    of = years.advocates()
    few = published.FEW_MOST
    ranges = (
        ("one", "1 referral", published.MADE_ONE, years.advocates(1, 1)),
        ("few", f"2 to {few} referrals", published.MADE_FEW, years.advocates(2, few)),
        ("many", f"{few + 1} or more referrals", published.MADE_MANY, years.advocates(few + 1)),
    )
    return Chapter(
        "numbers",
        "Referrals of an active advocate in a year",
        _source("how many referrals an advocate makes"),
        tuple(
            Line(
                f"numbers.{key}",
                label,
                Published(float(told), Unit.SHARE),
                _share(hits, of, "active advocates") if lacking is None else None,
                lacking or "",
            )
            for key, label, told, hits in ranges
        ),
        _years_note(tally),
    )


def _concentration(tally: Tally) -> Chapter:
    lacking = _lacks_year(tally)
    lines = []
    for percent, of_referrals, of_deals in (
        (1, published.TOP_1_REFERRALS, published.TOP_1_DEALS),
        (10, published.TOP_10_REFERRALS, published.TOP_10_DEALS),
    ):
        referrals = deals = None
        if lacking is None:
            found = tally.years.concentration(percent / 100)
            enough = found.top >= LEAST_AT_TOP
            referrals = Measured(found.referrals, found.referrals_interval, found.advocates, "active advocates", enough)
            if found.deals is not None and found.deals_interval is not None:
                deals = Measured(found.deals, found.deals_interval, found.advocates, "active advocates", enough)
        for key, label, told, measured in (
            ("referrals", "referrals", of_referrals, referrals),
            ("deals", "deals", of_deals, deals),
        ):
            lines.append(
                Line(
                    f"concentration.top_{percent}_{key}",
                    f"Most active {percent} %: share of {label}",
                    Published(float(told), Unit.SHARE),
                    measured,
                    lacking or "The file's whole years have no deals.",
                    f"{percent} %: {label}",
                )
            )
    return Chapter(
        "concentration",
        "What the most active make of all",
        _source("the concentration of referrals and deals"),
        tuple(lines),
        f"By referrals made in a year. Needs {LEAST_AT_TOP} advocates among the most active to say anything.",
    )


def _reward_types(tally: Tally) -> Chapter:
    of = tally.channels.total()
    return Chapter(
        "reward_types",
        "Rewards by type",
        _source("the types of reward offered"),
        tuple(
            Line(
                f"reward_types.{channel}",
                glossary.CHANNEL[channel].words.capitalize(),
                Published(float(told), Unit.SHARE),
                _share(tally.channels[channel], of, "deals"),
                "Needs what advocates chose: the column preferred_channel.",
            )
            for channel, told in published.REWARD_TYPES.items()
        ),
        "The field's is what programs offer, yours what the advocates of won deals chose.",
    )


def _reward_amounts(tally: Tally) -> Chapter:
    rewards = tally.rewards
    deals = rewards.deals.total()
    least, most = published.AMOUNT_USUAL
    lacking = f"Needs rewards in {AMOUNTS_IN}: the column reward."
    average = None
    if deals:
        interval = mean_interval(rewards.total / _MINOR, rewards.squares / _MINOR**2, max(deals, 2))
        average = Measured(rewards.total / _MINOR / deals, interval, deals, "rewards of deals", _average(deals))
    lines = [
        Line("reward_amounts.average", "Average", Published(published.AMOUNT_AVERAGE, Unit.USD), average, lacking),
        Line(
            "reward_amounts.usual",
            f"Of {least} to {most} USD",
            Published(float(published.AMOUNT_USUAL_SHARE), Unit.SHARE),
            _share(rewards.usual, deals, "rewards of deals"),
            lacking,
        ),
    ]
    for at, told in enumerate(published.AMOUNTS):
        of = f"{told.least:,} to {told.most:,} USD"
        lines.append(
            Line(
                f"reward_amounts.conversion_{told.least}_{told.most}",
                f"Leads that became deals, of {of}",
                Published(float(told.conversion), Unit.SHARE),
                _share(rewards.deals[at], rewards.leads[at], "leads with such a reward") if tally.has_leads else None,
                lacking if tally.has_leads else _NO_LEADS,
                of,
            )
        )
    elsewhere = f" {rewards.elsewhere:,} rewards in other currencies are left out." if rewards.elsewhere else ""
    return Chapter(
        "reward_amounts",
        "Amounts of rewards",
        _source("reward amounts and lead conversion"),
        tuple(lines),
        f"Yours are the rewards that sales set in the CRM.{elsewhere}",
    )
