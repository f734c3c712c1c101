"""The grammar of a program file: from a document to a compiled Program, or to everything wrong with it.

Nothing here raises on bad input; each mistake becomes a Finding with the path to its place. The grammar is
described for its writers in docs/programs.md.
"""

import re
from collections.abc import Sequence
from typing import Final

from guerdon.domain.channel import Channel
from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.document import Document, DocumentReader, Finding, Node, Path, can_be_stored
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.limits_document import read_limits
from guerdon.domain.money import percent
from guerdon.domain.program import (
    Amount,
    CountingPeriod,
    Escalating,
    Flat,
    Item,
    Percentage,
    Program,
    Rule,
    Step,
    Tier,
    Tiered,
    When,
)

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}", re.ASCII)
# An execution of the workflow lives for a year at most, and the hold is only its first step.
_HOLD_DAYS_MOST: Final = 330
_ORDINAL_MOST: Final = 1_000_000
_RULES_MOST: Final = 500
_RATE_MOST: Final = 1
_PERIODS: Final = {period.value: period for period in CountingPeriod}
_CHANNELS: Final = {channel.value: channel for channel in Channel}
_CURRENCIES: Final = {code: code for code in MINOR_UNIT_EXPONENTS}
_PROGRAM_KEYS: Final = (
    "program",
    "title",
    "legal_entity",
    "currency",
    "time_zone",
    "starts_at",
    "counting",
    "hold_days",
    "limits",
    "rules",
)
_RULE_KEYS: Final = ("name", "when", "amount", "channel", "item", "hold_days")
_WHEN_KEYS: Final = ("products", "segments", "advocate_types", "methods")


def read_program(document: Node) -> tuple[Program | None, tuple[Finding, ...]]:
    """The program that `document` describes, or None and what keeps it from being one."""
    reader = DocumentReader()
    program = _program(reader, document)
    if reader.findings or program is None:
        return None, tuple(reader.findings)
    return program, ()


def _program(reader: DocumentReader, node: Node) -> Program | None:
    top = reader.mapping(node, (), _PROGRAM_KEYS)
    if top is None:
        return None
    name = reader.text(top, "program", ())
    if name is not None and not _NAME.fullmatch(name):
        reader.wrong(("program",), "must be lower-case letters, digits and dashes, at most 63")
    title = reader.text(top, "title", ())
    legal_entity = reader.text(top, "legal_entity", ())
    currency = reader.choice(top, "currency", (), _CURRENCIES, kind="an ISO 4217 code such as USD")
    zone = reader.zone(top, ())
    starts_at = reader.moment(top, "starts_at", ())
    period = CountingPeriod.LIFETIME
    if "counting" in top:
        counting = reader.mapping(top["counting"], ("counting",), ("period",))
        period = (counting and reader.choice(counting, "period", ("counting",), _PERIODS)) or period
    hold_days = reader.whole({"hold_days": "0", **top}, "hold_days", (), 0, _HOLD_DAYS_MOST)
    limits = read_limits(reader, top["limits"], ("limits",), currency) if currency and "limits" in top else ()
    rules = _rules(reader, top.get("rules"), currency) if currency else ()
    if reader.findings or not (name and title and legal_entity and currency and zone and starts_at):
        return None
    return Program(name, title, legal_entity, currency, zone, starts_at, period, hold_days or 0, rules, limits)


def _rules(reader: DocumentReader, node: Node, currency: str) -> tuple[Rule, ...]:
    nodes = reader.items(node, ("rules",))
    if len(nodes) > _RULES_MOST:
        reader.wrong(("rules",), f"must be at most {_RULES_MOST} rules")
        return ()
    rules: list[Rule] = []
    for index, entry in enumerate(nodes):
        path: Path = ("rules", index)
        rule = _rule(reader, entry, path, currency)
        if rule is not None and rule.name in {other.name for other in rules}:
            reader.wrong((*path, "name"), f"is the name of an earlier rule: {rule.name!r}")
        if rule is not None:
            rules.append(rule)
    return tuple(rules)


def _rule(reader: DocumentReader, node: Node, path: Path, currency: str) -> Rule | None:
    rule = reader.mapping(node, path, _RULE_KEYS)
    if rule is None:
        return None
    name = reader.text(rule, "name", path)
    channel = reader.choice(rule, "channel", path, _CHANNELS)
    when = _when(reader, rule["when"], (*path, "when")) if "when" in rule else When()
    amount = _amount(reader, rule.get("amount"), (*path, "amount"), currency)
    item = _item(reader, rule["item"], (*path, "item")) if "item" in rule else None
    hold_days = reader.whole(rule, "hold_days", path, 0, _HOLD_DAYS_MOST) if "hold_days" in rule else None
    if channel is Channel.MERCHANDISE and "item" not in rule:
        reader.wrong((*path, "item"), "is missing: merchandise needs the item that is sent")
    if channel is not None and channel is not Channel.MERCHANDISE and "item" in rule:
        reader.wrong((*path, "item"), f"is only for merchandise, and this rule pays by {channel}")
    if name is None or channel is None or amount is None or when is None:
        return None
    return Rule(name, amount, channel, when, item, hold_days)


def _when(reader: DocumentReader, node: Node, path: Path) -> When | None:
    when = reader.mapping(node, path, _WHEN_KEYS)
    if when is None:
        return None
    asked: dict[str, tuple[str, ...]] = {}
    for key in _WHEN_KEYS:
        if key in when:
            values = reader.items(when[key], (*path, key))
            texts = tuple(value for value in values if isinstance(value, str) and value and can_be_stored(value))
            if len(texts) != len(values):
                reader.wrong((*path, key), "must be a list of texts")
            asked[key] = texts
    return When(**asked)


def _amount(reader: DocumentReader, node: Node, path: Path, currency: str) -> Amount | None:
    kinds = ("flat", "percentage", "tiers", "escalating")
    document = reader.mapping(node, path, kinds)
    if document is None or not _exactly_one(reader, document, path, kinds):
        return None
    if "escalating" in document:
        return _escalating(reader, document["escalating"], (*path, "escalating"), currency)
    return _unescalated(reader, document, path, currency)


def _unescalated(
    reader: DocumentReader, document: Document, path: Path, currency: str
) -> Flat | Percentage | Tiered | None:
    if "tiers" in document:
        return _tiered(reader, document["tiers"], (*path, "tiers"), currency)
    return _simple(reader, document, path, currency)


def _simple(reader: DocumentReader, document: Document, path: Path, currency: str) -> Flat | Percentage | None:
    if "flat" in document:
        flat = reader.money(document, "flat", path, currency)
        if flat is not None and flat.amount_minor == 0:
            reader.wrong((*path, "flat"), "must be above zero; leave the rule out to pay nothing")
        return Flat(flat) if flat else None
    inner = (*path, "percentage")
    percentage = reader.mapping(document["percentage"], inner, ("rate", "min", "max"))
    if percentage is None:
        return None
    least = reader.money(percentage, "min", inner, currency) if "min" in percentage else None
    most = reader.money(percentage, "max", inner, currency) if "max" in percentage else None
    if least and most and most < least:
        reader.wrong((*inner, "max"), f"{most} is below min, {least}")
    text = reader.text(percentage, "rate", inner)
    if text is None:
        return None
    try:
        rate = percent(text)
    except InvalidMoney as problem:
        reader.wrong((*inner, "rate"), str(problem))
        return None
    if not 0 < rate <= _RATE_MOST:
        reader.wrong((*inner, "rate"), f"must be above 0 and at most 100 percent, not {text}")
        return None
    return Percentage(rate, least, most)


def _tiered(reader: DocumentReader, node: Node, path: Path, currency: str) -> Tiered | None:
    tiers: list[Tier] = []
    entries = reader.items(node, path)
    for index, entry in enumerate(entries):
        inner = (*path, index)
        document = reader.mapping(entry, inner, ("from", "flat", "percentage"))
        if document is None or not _exactly_one(reader, document, inner, ("flat", "percentage")):
            continue
        at_least = reader.money(document, "from", inner, currency)
        pays = _simple(reader, document, inner, currency)
        if at_least is None or pays is None:
            continue
        if index == 0 and at_least.amount_minor != 0:
            reader.wrong((*inner, "from"), "the first tier must be from 0, so that every deal has one")
        if tiers and at_least <= tiers[-1].at_least:
            reader.wrong((*inner, "from"), f"{at_least} must be above the tier before, {tiers[-1].at_least}")
        tiers.append(Tier(at_least, pays))
    return Tiered(tuple(tiers)) if entries and len(tiers) == len(entries) else None


def _escalating(reader: DocumentReader, node: Node, path: Path, currency: str) -> Escalating | None:
    steps: list[Step] = []
    kinds = ("flat", "percentage", "tiers")
    entries = reader.items(node, path)
    for index, entry in enumerate(entries):
        inner = (*path, index)
        document = reader.mapping(entry, inner, ("from", *kinds))
        if document is None or not _exactly_one(reader, document, inner, kinds):
            continue
        ordinal = reader.whole(document, "from", inner, 1, _ORDINAL_MOST)
        pays = _unescalated(reader, document, inner, currency)
        if ordinal is None or pays is None:
            continue
        if index == 0 and ordinal != 1:
            reader.wrong((*inner, "from"), "the first step must be from 1, so that every deal has one")
        if steps and ordinal <= steps[-1].from_ordinal:
            reader.wrong(
                (*inner, "from"),
                f"{ordinal} must be above the step before, {steps[-1].from_ordinal}",
            )
        steps.append(Step(ordinal, pays))
    return Escalating(tuple(steps)) if entries and len(steps) == len(entries) else None


def _item(reader: DocumentReader, node: Node, path: Path) -> Item | None:
    keys = ("catalog_variant_id", "name", "artwork_url", "placement", "technique")
    document = reader.mapping(node, path, keys)
    if document is None:
        return None
    variant = reader.whole(document, "catalog_variant_id", path, 1, 999_999_999)
    name = reader.text(document, "name", path)
    artwork = reader.text(document, "artwork_url", path)
    placement = reader.text(document, "placement", path, default="front")
    technique = reader.text(document, "technique", path, default="dtg")
    if artwork is not None and not artwork.startswith("https://"):
        reader.wrong((*path, "artwork_url"), "must be an https address that the provider can fetch")
    if not (variant and name and artwork and placement and technique):
        return None
    return Item(variant, name, artwork, placement, technique)


def _exactly_one(reader: DocumentReader, document: Document, path: Path, kinds: Sequence[str]) -> bool:
    given = [kind for kind in kinds if kind in document]
    if len(given) == 1:
        return True
    found = f"has {' and '.join(given)}" if given else "has none"
    reader.wrong(path, f"must have exactly one of {', '.join(kinds)}, and {found}")
    return False
