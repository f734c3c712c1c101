"""The grammar of a program file: from a document to a Program, or to everything wrong with it.

Nothing here raises on bad input; each mistake becomes a Finding with the path to its place. The grammar is
described for its writers in docs/rules.md; what is right by it and still hardly meant so is found by `checks`.
"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Final, NamedTuple

from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.document import Document, Finding, Node, Path
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.ceilings import read_ceilings, read_told_within
from guerdon.domain.grammar.counting import read_counting
from guerdon.domain.grammar.limits import ask_for_fiscal_years, read_limits
from guerdon.domain.grammar.reader import NAME, ProgramReader
from guerdon.domain.grammar.rules import read_rules
from guerdon.domain.grammar.triggers import DEFAULT_TRIGGERS, read_triggers
from guerdon.domain.money import percent
from guerdon.domain.program import Choose, Exchange, JudgedBy, Program

_CURRENCIES: Final = {code: code for code in MINOR_UNIT_EXPONENTS}
CHOOSE: Final = {choose.value: choose for choose in Choose}
JUDGED_BY: Final = {judged_by.value: judged_by for judged_by in JudgedBy}
PAY_IN: Final = {"program": False, "deal": True}
_RATE_MOST: Final = 1_000_000_000


class _Moments(NamedTuple):
    """The moments that bound a program, as far as they are right."""

    starts_at: datetime | None
    ends_at: datetime | None
    effective_from: datetime | None


def read_program(document: Node) -> tuple[Program | None, tuple[Finding, ...]]:
    """The program that `document` describes, or None and what keeps it from being one."""
    reader = ProgramReader()
    program = _program(reader, document)
    if reader.findings or program is None:
        return None, tuple(reader.findings)
    return program, ()


def _program(reader: ProgramReader, node: Node) -> Program | None:
    top = reader.mapping(node, (), keys.PROGRAM)
    if top is None:
        return None
    name = reader.text(top, "program", ())
    if name is not None and not NAME.fullmatch(name):
        reader.wrong(("program",), "must be lower-case letters, digits and dashes, at most 63")
    title = reader.text(top, "title", ())
    legal_entity = reader.text(top, "legal_entity", ())
    currency = reader.choice(top, "currency", (), _CURRENCIES, kind="an ISO 4217 code such as USD")
    zone = reader.zone(top, ())
    reader.currency = currency or ""
    reader.time_zone = zone or reader.time_zone
    starts_at, ends_at, effective_from = _moments(reader, top)
    judged_by = reader.choice({"judged_by": JudgedBy.CLOSED.value, **top}, "judged_by", (), JUDGED_BY)
    choose = reader.choice({"choose": Choose.FIRST.value, **top}, "choose", (), CHOOSE)
    triggers = read_triggers(reader, top["triggers"], ("triggers",)) if "triggers" in top else DEFAULT_TRIGGERS
    hold_days = reader.hold_days(top, ()) or 0
    # Without its currency no amount can be read.
    limits = read_limits(reader, top["limits"], ("limits",)) if currency and "limits" in top else ()
    fiscal_limits = ask_for_fiscal_years(top.get("limits"))
    counting = read_counting(reader, top.get("counting", {}), ("counting",), fiscal_limits=fiscal_limits)
    exchange = _exchange(reader, top["exchange"], ("exchange",), top) if currency and "exchange" in top else None
    ceilings = read_ceilings(reader, top["ceilings"], ("ceilings",)) if currency and "ceilings" in top else None
    told_within_days = read_told_within(reader, top, ())
    rules = read_rules(reader, top.get("rules"), ("rules",), triggers) if currency else ()
    if reader.findings or not (name and title and legal_entity and currency and zone and starts_at):
        return None
    return Program(
        name,
        title,
        legal_entity,
        currency,
        zone,
        starts_at,
        counting,
        hold_days,
        rules,
        limits,
        choose or Choose.FIRST,
        triggers,
        ends_at,
        effective_from,
        judged_by or JudgedBy.CLOSED,
        exchange,
        ceilings,
        told_within_days,
    )


def _moments(reader: ProgramReader, top: Document) -> _Moments:
    starts_at = reader.moment(top, "starts_at", ())
    ends_at = reader.moment(top, "ends_at", ()) if "ends_at" in top else None
    effective_from = reader.moment(top, "effective_from", ()) if "effective_from" in top else None
    if starts_at and ends_at and ends_at <= starts_at:
        reader.wrong(("ends_at",), "must be after starts_at: the program ends before it starts", "ends-before-start")
    if effective_from and ends_at and ends_at <= effective_from:
        reader.wrong(
            ("effective_from",), "must be before ends_at: no deal can be judged by this version", "ends-before-start"
        )
    return _Moments(starts_at, ends_at, effective_from)


def _exchange(reader: ProgramReader, node: Node, path: Path, top: Document) -> Exchange | None:
    document = reader.mapping(node, path, keys.EXCHANGE)
    if document is None:
        return None
    rates = _rates(reader, document.get("rates"), (*path, "rates"))
    pay_in_deal = reader.choice({"pay_in": "program", **document}, "pay_in", path, PAY_IN)
    ceilings = top.get("ceilings")
    if pay_in_deal and ("limits" in top or (isinstance(ceilings, Mapping) and "amount_per_day" in ceilings)):
        reader.wrong(
            (*path, "pay_in"),
            "must be program where the program has limits or an amount_per_day: sums of several currencies cannot be "
            "limited",
            "limits-and-currencies",
        )
    return Exchange(rates, pay_in_deal or False)


def _rates(reader: ProgramReader, node: Node, path: Path) -> Mapping[str, Fraction]:
    if not isinstance(node, Mapping) or not node:
        reader.wrong(path, "must be a mapping of other currencies to their rates, such as EUR: 1.08", "type")
        return {}
    rates: dict[str, Fraction] = {}
    for code in node:
        inner = (*path, code)
        if code not in MINOR_UNIT_EXPONENTS:
            reader.wrong(inner, f"must be an ISO 4217 code such as USD, not {code[:40]!r}")
        if code == reader.currency:
            reader.wrong(inner, "is the program's own currency: leave it out", "own-currency")
        rate = _rate(reader, node, code, path)
        if rate is not None:
            rates[code] = rate
    return rates


def _rate(reader: ProgramReader, document: Document, code: str, path: Path) -> Fraction | None:
    text = reader.text(document, code, path)
    if text is None:
        return None
    try:
        rate = percent(text) * 100
    except InvalidMoney:
        rate = Fraction(0)
    if 0 < rate <= _RATE_MOST:
        return rate
    reader.wrong((*path, code), f"must be a decimal number above 0 such as 1.08, not {text[:40]!r}")
    return None
