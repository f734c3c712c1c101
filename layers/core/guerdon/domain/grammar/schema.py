"""The JSON Schema of program files, for editors: it completes keys, and marks what is wrong while somebody types.

An editor sees YAML with its types: 50.00 is a number there, true a truth value, and a date may be quoted or not. So
the schema takes each value as text and as the type that YAML makes of it, while the grammar reads all of them as text.
It knows the keys of the grammar from the same list (`keys`). What needs more than one value to be seen, such as tiers
out of order, is found by `guerdon check`.
"""

from collections.abc import Mapping
from typing import Final

from guerdon.domain.amounts import Outside
from guerdon.domain.channel import Channel
from guerdon.domain.counting import CountedBy, CountingPeriod
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.ceilings import PAYOUTS_MOST, TOLD_WITHIN_MOST
from guerdon.domain.grammar.channels import VARIANT_MOST
from guerdon.domain.grammar.conditions import UNITS_MOST
from guerdon.domain.grammar.counting import DAYS_MOST
from guerdon.domain.grammar.limits import LIMITS_MOST
from guerdon.domain.grammar.limits import PERIODS as LIMIT_PERIODS
from guerdon.domain.grammar.reader import AMOUNT_NAME, COUNTRY, ENTRIES_MOST, HOLD_DAYS_MOST, NAME, ORDINAL_MOST
from guerdon.domain.grammar.rules import RULES_MOST
from guerdon.domain.program import Beneficiary, Choose, JudgedBy, Over, Scope
from guerdon.domain.triggers import PER_DEAL_MOST, REPEATING, TRIGGERS

Schema = dict[str, object]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DECIMAL: Final = r"^[0-9]{1,15}(\.[0-9]{1,12})?$"


def program_schema() -> Schema:
    """The schema of a whole program file, in draft 2020-12."""
    return {
        "$schema": _DIALECT,
        "title": "Guerdon program",
        "description": "A referral program: who is rewarded for a deal, with how much, and how it is paid.",
        **_mapping(keys.PROGRAM, _PROGRAM, required=_PROGRAM_REQUIRED),
        "$defs": _DEFINITIONS,
    }


def _mapping(allowed: keys.Keys, values: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """A mapping that has these keys and no other; each has the grammar's description."""
    properties = {key: {"description": text, **values[key]} for key, text in allowed.items()}
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def _exactly_one(allowed: keys.Keys, among: tuple[str, ...]) -> Schema:
    """Beside a mapping: it has exactly one key of `among`."""
    return {"oneOf": [{"required": [key]} for key in allowed if key in among]}


def _list(entry: Schema, most: int = ENTRIES_MOST) -> Schema:
    return {"type": "array", "items": entry, "minItems": 1, "maxItems": most}


def _whole(least: int, most: int) -> Schema:
    return {"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": "^[0-9]+$"}


def _enum(*values: str) -> Schema:
    return {"enum": list(values)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$"}


# A text such as a sku may look like a number or a truth value; the grammar reads it as it is written.
_TEXT: Final[Schema] = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
_MONEY: Final[Schema] = {"type": ["number", "string"], "minimum": 0, "pattern": _DECIMAL}
_PAID: Final[Schema] = {"type": ["number", "string"], "exclusiveMinimum": 0, "pattern": _DECIMAL}
_RATE: Final[Schema] = {"type": ["number", "string"], "minimum": 0, "maximum": 100, "pattern": _DECIMAL}
_FLAG: Final[Schema] = {"enum": [True, False, "true", "false"]}
_MOMENT: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[T ].*(Z|z|[+-]\d{2}:?\d{2}(:?\d{2})?)$"}
_DAY_OR_MOMENT: Final[Schema] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}($|[T ])"}
_TEXTS: Final[Schema] = _list(_TEXT)
_COUNTRIES: Final[Schema] = _list(_pattern(COUNTRY.pattern))
_CURRENCY: Final[Schema] = _enum(*MINOR_UNIT_EXPONENTS)
_HOLD_DAYS: Final[Schema] = _whole(0, HOLD_DAYS_MOST)
_ORDINAL: Final[Schema] = _whole(1, ORDINAL_MOST)
_NAMED: Final[Schema] = _pattern(AMOUNT_NAME.pattern)
_DIVISIBLE: Final[Schema] = _enum(*(channel.value for channel in Channel if channel.divisible))

_PROGRAM_REQUIRED: Final = ("program", "title", "legal_entity", "currency", "time_zone", "starts_at", "rules")


def _when() -> Schema:
    values: dict[str, Schema] = dict.fromkeys(keys.TEXT_CONDITIONS, _TEXTS)
    values |= {"countries": _COUNTRIES, "currencies": _list(_CURRENCY)}
    values |= dict.fromkeys(keys.FLAG_CONDITIONS, _FLAG)
    values |= dict.fromkeys(keys.MOMENT_CONDITIONS, _ref("span"))
    values |= {"deal_amount": _ref("range"), "units": _ref("units")}
    amounts = {"type": "object", "minProperties": 1, "propertyNames": _NAMED, "additionalProperties": _ref("range")}
    values |= {"amounts": amounts, "all": _list(_ref("when")), "any": _list(_ref("when")), "not": _ref("when")}
    return {**_mapping(keys.WHEN, values), "minProperties": 1}


def _range(value: Schema) -> Schema:
    return {**_mapping(keys.RANGE, dict.fromkeys(keys.RANGE, value)), "minProperties": 1}


def _bands(allowed: keys.Keys, entry: str) -> Schema:
    """A list, or a mapping that names the amount that the list is of."""
    name, entries = allowed
    named = _mapping(allowed, {name: _NAMED, entries: _list(_ref(entry))}, required=(entries,))
    return {"anyOf": [_list(_ref(entry)), named]}


_KINDS: Final[Mapping[str, Schema]] = {
    "flat": _MONEY,
    "percentage": _ref("percentage"),
    "tiers": _bands(keys.TIERED, "tier"),
    "graduated": _bands(keys.GRADUATED, "slice"),
    "escalating": _list(_ref("step")),
    "table": _ref("table"),
    "per_unit": _ref("per_unit"),
    "per_line": _list(_ref("line")),
    "set_by_sales": _ref("set_by_sales"),
}


def _amount() -> Schema:
    bonus = _mapping(keys.BONUS, {"nth": _ORDINAL, "bonus": _PAID}, required=tuple(keys.BONUS))
    values: dict[str, Schema] = {**_KINDS, "flat": _PAID, "every": _list(bonus), "min": _MONEY, "max": _PAID}
    return {**_mapping(keys.AMOUNT, values), **_exactly_one(keys.AMOUNT, tuple(keys.KINDS))}


def _step() -> Schema:
    kinds = tuple(key for key in keys.STEP if key != "from")
    schema = _mapping(keys.STEP, {"from": _ORDINAL, **{kind: _KINDS[kind] for kind in kinds}}, required=("from",))
    return {**schema, **_exactly_one(keys.STEP, kinds)}


def _percentage(allowed: keys.Keys) -> Schema:
    values = {"rate": {**_RATE, "exclusiveMinimum": 0}, "of": _NAMED, "min": _MONEY, "max": _PAID}
    return _mapping(allowed, values, required=("rate",))


def _tier() -> Schema:
    values = {"from": _MONEY, "flat": _MONEY, "percentage": _ref("percentage")}
    return {**_mapping(keys.TIER, values, required=("from",)), **_exactly_one(keys.TIER, ("flat", "percentage"))}


def _slice() -> Schema:
    values = {"from": _MONEY, "rate": _RATE, "flat": _MONEY}
    return {**_mapping(keys.SLICE, values, required=("from",)), **_exactly_one(keys.SLICE, ("rate", "flat"))}


def _table() -> Schema:
    cell: Schema = {"anyOf": [_MONEY, _pattern(r"[0-9]{1,3}(\.[0-9]{1,12})? ?%")]}
    values = {"of": _NAMED, "tiers": _list(_MONEY), "steps": _list(_ORDINAL), "pays": _list(_list(cell))}
    return _mapping(keys.TABLE, values, required=("tiers", "steps", "pays"))


def _line() -> Schema:
    kinds = ("flat", "percentage", "per_unit")
    share = _percentage(keys.LINE_PERCENTAGE)
    values: dict[str, Schema] = {"products": _TEXTS, "flat": _MONEY, "percentage": share, "per_unit": _MONEY}
    return {**_mapping(keys.LINE, values), **_exactly_one(keys.LINE, kinds)}


def _set_by_sales() -> Schema:
    outside = _enum(*(outside.value for outside in Outside))
    values = {"min": _MONEY, "max": _PAID, "default": _MONEY, "outside": outside}
    return _mapping(keys.SET_BY_SALES, values, required=("min", "max"))


def _choice() -> Schema:
    choice = {**_list(_DIVISIBLE), "uniqueItems": True}
    return _mapping(keys.CHOICE, {"choice": choice, "default": _DIVISIBLE}, required=tuple(keys.CHOICE))


def _case() -> Schema:
    pay_by: Schema = {"anyOf": [_DIVISIBLE, _ref("choice")]}
    return _mapping(keys.CASE, {"from": _MONEY, "countries": _COUNTRIES, "pay_by": pay_by}, required=("pay_by",))


def _item() -> Schema:
    values: dict[str, Schema] = {
        "catalog_variant_id": _whole(1, VARIANT_MOST),
        "name": _TEXT,
        "artwork_url": {"type": "string", "pattern": "^https://"},
        "placement": _TEXT,
        "technique": _TEXT,
    }
    return _mapping(keys.ITEM, values, required=("catalog_variant_id", "name", "artwork_url"))


def _rule() -> Schema:
    event = _enum(*TRIGGERS)
    channel = _enum(*(channel.value for channel in Channel))
    values: dict[str, Schema] = {
        "name": _TEXT,
        "on": {"anyOf": [event, {**_list(event), "uniqueItems": True}]},
        "rewards": _enum(*(beneficiary.value for beneficiary in Beneficiary)),
        "when": _ref("when"),
        "amount": _ref("amount"),
        "channel": {"anyOf": [channel, _ref("choice"), _list(_ref("case"))]},
        "item": _ref("item"),
        "hold_days": _HOLD_DAYS,
    }
    return _mapping(keys.RULE, values, required=("name", "amount", "channel"))


def _limit(*, period: bool) -> Schema:
    allowed = {key: text for key, text in keys.LIMIT.items() if period or key != "period"}
    over = _enum(*(over.value for over in Over))
    values = {"max": _PAID, "period": _enum(*LIMIT_PERIODS), "over": over}
    return _mapping(allowed, values, required=tuple(allowed))


def _limits() -> Schema:
    values = {scope.value: _list(_limit(period=scope is not Scope.REWARD), LIMITS_MOST) for scope in Scope}
    return {**_mapping(keys.SCOPES, values), "minProperties": 1}


def _ceilings() -> Schema:
    values = {"payouts_per_day": _whole(1, PAYOUTS_MOST), "amount_per_day": _PAID}
    return {**_mapping(keys.CEILINGS, values), "minProperties": 1}


def _counting() -> Schema:
    values: dict[str, Schema] = {
        "by": _enum(*(by.value for by in CountedBy)),
        "group": _pattern(NAME.pattern),
        "period": _enum(*(period.value for period in CountingPeriod)),
        "fiscal_year_starts": _pattern(r"[0-9]{2}-[0-9]{2}"),
        "days": _whole(1, DAYS_MOST),
    }
    return _mapping(keys.COUNTING, values)


def _exchange() -> Schema:
    rate: Schema = {"type": ["number", "string"], "exclusiveMinimum": 0, "pattern": _DECIMAL}
    rates: Schema = {"type": "object", "minProperties": 1, "propertyNames": _CURRENCY, "additionalProperties": rate}
    return _mapping(keys.EXCHANGE, {"rates": rates, "pay_in": _enum("program", "deal")}, required=("rates",))


def _triggers() -> Schema:
    repeated = _mapping(keys.TRIGGER, {"per_deal": _whole(1, PER_DEAL_MOST)}, required=tuple(keys.TRIGGER))
    # An event with nothing behind its colon is null in YAML.
    once: Schema = {"anyOf": [{"type": "null"}, {"type": "object", "maxProperties": 0}]}
    events = {event: repeated if event in REPEATING else once for event in TRIGGERS}
    return {"type": "object", "properties": events, "additionalProperties": False, "minProperties": 1}


_PROGRAM: Final[Mapping[str, Schema]] = {
    "program": _pattern(NAME.pattern),
    "title": _TEXT,
    "legal_entity": _TEXT,
    "currency": _CURRENCY,
    "time_zone": {"type": "string", "pattern": r"\S"},
    "starts_at": _MOMENT,
    "ends_at": _MOMENT,
    "effective_from": _MOMENT,
    "judged_by": _enum(*(judged_by.value for judged_by in JudgedBy)),
    "exchange": _exchange(),
    "counting": _counting(),
    "triggers": _triggers(),
    "choose": _enum(*(choose.value for choose in Choose)),
    "hold_days": _HOLD_DAYS,
    "limits": _limits(),
    "ceilings": _ceilings(),
    "told_within_days": _whole(1, TOLD_WITHIN_MOST),
    "rules": _list(_rule(), RULES_MOST),
}

_DEFINITIONS: Final[Mapping[str, Schema]] = {
    "when": _when(),
    "range": _range(_MONEY),
    "units": _range(_whole(0, UNITS_MOST)),
    "span": {**_mapping(keys.SPAN, dict.fromkeys(keys.SPAN, _DAY_OR_MOMENT)), "minProperties": 1},
    "amount": _amount(),
    "percentage": _percentage(keys.PERCENTAGE),
    "tier": _tier(),
    "slice": _slice(),
    "step": _step(),
    "table": _table(),
    "per_unit": _mapping(keys.PER_UNIT, {"amount": _PAID, "products": _TEXTS}, required=("amount",)),
    "line": _line(),
    "set_by_sales": _set_by_sales(),
    "choice": _choice(),
    "case": _case(),
    "item": _item(),
}
