"""Random program documents of the whole language that the grammar takes, as a person may have written them.

`documents()` builds what the grammar accepts, so that a test can judge by any program there can be; whether somebody
would mean it so is a matter of the checks. Facts to judge use the same few names, so that conditions are often met.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hypothesis import strategies as st

from guerdon.domain.triggers import REPEATING, TRIGGERS

PRODUCTS: Final = ("crm", "hr", "payroll", "seat")
AMOUNT_NAMES: Final = ("first_year", "upfront")
CURRENCIES: Final = ("USD", "EUR", "JPY", "BHD")
COUNTRIES: Final = ("US", "DE", "JP")
TEXTS: Final = {
    "segments": ("gold", "silver"),
    "advocate_types": ("customer", "partner"),
    "countries": COUNTRIES,
    "methods": ("link", "verbal"),
    "regions": ("emea", "na"),
    "currencies": CURRENCIES,
    "products": PRODUCTS,
}
DIVISIBLE: Final = ("gift_card", "check", "bill_credit")

Written = dict[str, Any]
Strategy = st.SearchStrategy

_MUG: Final = {"catalog_variant_id": "71", "name": "Mug", "artwork_url": "https://example.com/mug.png"}
_FISCAL: Final = {"fiscal_year_starts": "04-01"}
_WHOLE: Final = st.integers(0, 20_000).map(str)
_PAID: Final = st.integers(1, 500).map(str)
_RATES: Final = st.sampled_from(["0.1", "2.5", "7.5", "33.333", "100"])
_NAMES: Final = st.sampled_from(["amount", *AMOUNT_NAMES])
_FLAGS: Final = st.sampled_from(["true", "false"])
_DAYS: Final = st.sampled_from(["2026-01-01", "2026-06-30", "2026-11-01", "2026-12-01T00:00:00Z", "2027-03-14"])


def some(values: Sequence[str]) -> Strategy[list[str]]:
    """One or more of `values`, each once."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True)


def optional(always: Mapping[str, Strategy[Any]], sometimes: Mapping[str, Strategy[Any]]) -> Strategy[Written]:
    return st.fixed_dictionaries(dict(always), optional=dict(sometimes))


@st.composite
def _edges(draw: st.DrawFn, upper: str, values: Strategy[str]) -> Written:
    """A range with one edge or both, never empty."""
    found = sorted(draw(st.lists(values, min_size=2, max_size=2, unique_by=_sortable)), key=_sortable)
    pair = {"from": found[0], upper: found[1]}
    kept = draw(st.sampled_from([("from",), (upper,), ("from", upper)]))
    return {key: pair[key] for key in kept}


def _sortable(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdigit() else (0, text)


def _ranges() -> Strategy[Written]:
    return _edges("below", st.integers(0, 20_000).map(str)).filter(lambda found: found.get("below") != "0")


def conditions() -> Strategy[Written]:
    """What may stand under `when`."""
    sometimes: dict[str, Strategy[Any]] = {key: some(values) for key, values in TEXTS.items()}
    sometimes |= {"sales_involved": _FLAGS, "first_purchase": _FLAGS, "deal_amount": _ranges(), "units": _ranges()}
    sometimes |= {"amounts": st.dictionaries(st.sampled_from(AMOUNT_NAMES), _ranges(), min_size=1)}
    sometimes |= {"closed": _edges("before", _DAYS), "referred": _edges("before", _DAYS)}
    plain = st.lists(st.sampled_from(sorted(sometimes)), min_size=1, max_size=2, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({key: sometimes[key] for key in chosen})
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=2)}),
            st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"not": inner}),
        ),
        max_leaves=4,
    )


def _bounds() -> Strategy[Written]:
    return st.one_of(
        st.just({}),
        st.tuples(st.integers(0, 100), st.integers(1, 400)).map(
            lambda pair: {"min": str(pair[0]), "max": str(pair[0] + pair[1])}
        ),
        _PAID.map(lambda most: {"max": most}),
        _PAID.map(lambda least: {"min": least}),
    )


def _joined(*parts: Strategy[Written]) -> Strategy[Written]:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


def _percentages(*, named: bool = True) -> Strategy[Written]:
    return _joined(optional({"rate": _RATES}, {"of": _NAMES} if named else {}), _bounds())


def _rising(least: int, most: int, size: int = 3) -> Strategy[list[str]]:
    """Ascending edges that begin with `least`."""
    upper = st.lists(st.integers(least + 1, most), max_size=size, unique=True)
    return upper.map(lambda found: [str(edge) for edge in [least, *sorted(found)]])


@st.composite
def _along(draw: st.DrawFn, edges: Strategy[list[str]], entry: Strategy[Written]) -> list[Written]:
    """A list of entries, each `from` an edge."""
    return [{"from": edge, **draw(entry)} for edge in draw(edges)]


def _of(entries: Strategy[list[Written]], key: str) -> Strategy[Any]:
    named = st.tuples(entries, _NAMES).map(lambda found: {"of": found[1], key: found[0]})
    return entries | named


def _one(key: str, value: Strategy[Any]) -> Strategy[Written]:
    return st.fixed_dictionaries({key: value})


def _tiers() -> Strategy[Any]:
    return _of(_along(_rising(0, 20_000), _one("flat", _WHOLE) | _one("percentage", _percentages())), "bands")


def _slices() -> Strategy[Any]:
    pays = _one("rate", st.just("0") | _RATES) | _one("flat", _WHOLE)
    entries = _along(_rising(0, 20_000), pays).filter(
        lambda found: any(entry.get("rate", entry.get("flat")) != "0" for entry in found)
    )
    return _of(entries, "slices")


@st.composite
def _tables(draw: st.DrawFn) -> Written:
    tiers, steps = draw(_rising(0, 20_000)), draw(_rising(1, 12))
    cell = _PAID | _RATES.map(lambda rate: f"{rate} %")
    pays = [[draw(cell) for _ in steps] for _ in tiers]
    return {"tiers": tiers, "steps": steps, "pays": pays, **draw(optional({}, {"of": _NAMES}))}


@st.composite
def _lines(draw: st.DrawFn) -> list[Written]:
    """Entries for distinct products, and perhaps one for every other."""
    pays = st.one_of(_one("flat", _WHOLE), _one("percentage", _percentages(named=False)), _one("per_unit", _WHOLE))
    products = draw(some(PRODUCTS))
    entries = [{"products": [product], **draw(pays)} for product in products]
    return [*entries, draw(pays)] if draw(st.booleans()) else entries


@st.composite
def _set_by_sales(draw: st.DrawFn) -> Written:
    least = draw(st.integers(0, 100))
    most = least + draw(st.integers(1, 400))
    sometimes = {
        "default": st.integers(least, most).map(str),
        "outside": st.sampled_from(["attention", "clamp"]),
    }
    return {"min": str(least), "max": str(most), **draw(optional({}, sometimes))}


def _unescalated() -> Strategy[Written]:
    return st.one_of(
        _one("flat", _PAID),
        _one("percentage", _percentages()),
        _one("tiers", _tiers()),
        _one("graduated", _slices()),
        _one("per_unit", optional({"amount": _PAID}, {"products": some(PRODUCTS)})),
        _one("per_line", _lines()),
        _one("set_by_sales", _set_by_sales()),
    )


def amounts(*, by_ordinal: bool = True) -> Strategy[Written]:
    """What may stand under `amount`; without `by_ordinal` nothing in it looks at an ordinal."""
    if not by_ordinal:
        return _joined(_unescalated(), _bounds())
    kinds = st.one_of(
        _unescalated(), _one("escalating", _along(_rising(1, 12), _unescalated())), _one("table", _tables())
    )
    bonus = optional({"nth": st.integers(1, 6).map(str), "bonus": _PAID}, {})
    every = st.lists(bonus, min_size=1, max_size=2, unique_by=lambda one: one["nth"])
    return _joined(kinds, _bounds(), st.just({}) | _one("every", every))


def _choices() -> Strategy[Written]:
    return some(DIVISIBLE).flatmap(
        lambda found: st.sampled_from(found).map(lambda default: {"choice": found, "default": default})
    )


def channels() -> Strategy[Any]:
    """What may stand under `channel`, but merchandise, which needs an item."""
    pay_by = st.sampled_from(DIVISIBLE) | _choices()
    conditional = st.one_of(
        _one("from", _WHOLE),
        _one("countries", some(COUNTRIES)),
        _joined(_one("from", _WHOLE), _one("countries", some(COUNTRIES))),
    )
    cases = st.lists(_joined(conditional, _one("pay_by", pay_by)), max_size=2)
    return pay_by | st.tuples(cases, _one("pay_by", pay_by)).map(lambda found: [*found[0], found[1]])


def _countings() -> Strategy[Written]:
    by = st.sampled_from([{}, {"by": "program"}, {"by": "product"}, {"by": "group", "group": "partners"}])
    periods: list[Written] = [{}, {"period": "lifetime"}, {"period": "calendar_year"}, {"period": "calendar_month"}]
    periods += [{"period": "rolling_days", "days": "90"}, {"period": "fiscal_year", **_FISCAL}]
    return _joined(by, st.sampled_from(periods))


def _limits() -> Strategy[Written]:
    over = st.sampled_from(["cut", "refuse", "approval"])
    of_reward = st.fixed_dictionaries({"max": _PAID, "over": over})
    of_period = st.fixed_dictionaries(
        {
            "max": _PAID,
            "over": over,
            "period": st.sampled_from(["lifetime", "calendar_year", "calendar_month", "fiscal_year"]),
        }
    )
    scopes = {
        "reward": st.lists(of_reward, min_size=1, max_size=1),
        "advocate": st.lists(of_period, min_size=1, max_size=2, unique_by=lambda one: one["period"]),
        "program": st.lists(of_period, min_size=1, max_size=2, unique_by=lambda one: one["period"]),
    }
    return optional({}, scopes).filter(bool)


def _ceilings() -> Strategy[Written]:
    return optional({}, {"payouts_per_day": st.sampled_from(["1", "50"]), "amount_per_day": _PAID}).filter(bool)


@st.composite
def rules(draw: st.DrawFn, name: str, events: list[str], *, by_product: bool) -> Written:
    """One rule for one or more of `events`."""
    rule: Written = {"name": name, **draw(optional({}, {"rewards": st.sampled_from(["advocate", "referred"])}))}
    if len(events) > 1 or draw(st.booleans()):
        on = draw(some(events))
        rule["on"] = on[0] if len(on) == 1 and draw(st.booleans()) else on
    when = draw(st.none() | conditions())
    if when:
        rule["when"] = when
    # Where products are counted, an ordinal is that of a product, so the rule has to name one.
    rule["amount"] = draw(amounts(by_ordinal=not by_product or "products" in (when or {})))
    if draw(st.integers(0, 9)) == 0:
        return {**rule, "channel": "merchandise", "item": _MUG}
    return {**rule, "channel": draw(channels()), **draw(optional({}, {"hold_days": st.sampled_from(["0", "45"])}))}


@st.composite
def documents(draw: st.DrawFn, *, choose: str | None = None) -> Written:
    """A program document that the grammar takes; every part of the language is in some of them."""
    counting, limits = draw(st.none() | _countings()), draw(st.none() | _limits())
    ceilings = draw(st.none() | _ceilings())
    if any(limit.get("period") == "fiscal_year" for scope in (limits or {}).values() for limit in scope):
        counting = {**(counting or {}), **_FISCAL}
    events = draw(st.none() | some(TRIGGERS))
    whole: Written = {
        "program": "customer-referral",
        "title": "Customer referral",
        "legal_entity": "Acme Inc.",
        "currency": draw(st.sampled_from(["USD", "JPY"])),
        "time_zone": draw(st.sampled_from(["America/New_York", "Asia/Tokyo", "UTC"])),
        "starts_at": "2026-01-01T00:00:00-05:00",
        "counting": counting,
        "triggers": None if events is None else {event: _settings(draw, event) for event in events},
        "limits": limits,
        "ceilings": ceilings,
        "exchange": draw(_exchanges(limits=limits is not None or "amount_per_day" in (ceilings or {}))),
        **draw(optional({}, {"choose": st.sampled_from(["first", "best", "stack"])})),
        **draw(
            optional(
                {},
                {
                    "hold_days": st.sampled_from(["0", "30", "330"]),
                    "told_within_days": st.sampled_from(["1", "60", "3660"]),
                    "ends_at": st.just("2027-01-01T00:00:00-05:00"),
                    "effective_from": st.just("2026-07-01T00:00:00-04:00"),
                    "judged_by": st.sampled_from(["closed", "referred"]),
                },
            )
        ),
    }
    by_product = (counting or {}).get("by") == "product"
    known = events or ["deal.closed"]
    whole["rules"] = [
        draw(rules(f"rule-{number}", known, by_product=by_product)) for number in range(draw(st.integers(1, 4)))
    ]
    if choose:
        whole["choose"] = choose
    return {key: value for key, value in whole.items() if value is not None}


def _settings(draw: st.DrawFn, event: str) -> Written:
    return {"per_deal": draw(st.sampled_from(["1", "12", "120"]))} if event in REPEATING else {}


def _exchanges(*, limits: bool) -> Strategy[Written | None]:
    rates = st.fixed_dictionaries({"EUR": st.just("1.08"), "BHD": st.just("2.65")})
    pay_in = {} if limits else {"pay_in": st.sampled_from(["program", "deal"])}
    return st.none() | optional({"rates": rates}, pay_in)
