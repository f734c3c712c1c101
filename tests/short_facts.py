"""Facts of a deal in the short notation of docs/rules.md and tests/cases, as a deal event that a CRM could send.

`facts_in` reads "amount: 12,500.00 USD" lines; `event_body` makes the message of them, and `counts_in` and
`reserved_in` what a stack would know beside it. tests/cases/README.md tells the notation to its writers.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from guerdon.adapters.crm.standard.payload import read_event
from guerdon.adapters.yaml_document import YamlDocument, read_yaml
from guerdon.domain.counting import WHOLE, CountingPeriod
from guerdon.domain.deal import DealEvent, instant
from guerdon.domain.facts_of import facts_of
from guerdon.domain.grammar.program import read_program
from guerdon.domain.judgment import Judgment, Known, judge
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary, Budget, Program, Scope
from guerdon.domain.tallies import Tally, counts_at, tallied
from guerdon.domain.triggers import DEAL_CLOSED, REPEATING
from guerdon.domain.wins import Revision, Win

Facts = Mapping[str, str]

CLOSED: Final = "2026-11-20T11:04:05-05:00"
"""When a deal closed whose facts do not say it."""

PLACES: Final = {"USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "JPY": 0, "KWD": 3}
"""How many decimals an amount of the cases has: written down here, so that they do not rest on the product's table."""

_WHERE: Final = {
    "segment": ("advocate", "segment"),
    "type": ("advocate", "type"),
    "country": ("advocate", "country"),
    "choice": ("advocate", "preferred_channel"),
    "first_purchase": ("referred", "first_purchase"),
    "referred_country": ("referred", "country"),
    "referred_choice": ("referred", "preferred_channel"),
    "method": ("referral", "method"),
    "sales_involved": ("referral", "sales_involved"),
    "referred_at": ("referral", "referred_at"),
    "region": ("deal", "region"),
}
_STATE: Final = {"for", "counted_before", "reserved", "new_total"}

_HEADER: Final = {
    "program": "a-case",
    "title": "A case",
    "legal_entity": "Acme, Inc.",
    "currency": "USD",
    "time_zone": "America/New_York",
    "starts_at": "2026-01-01T00:00:00-05:00",
}


def facts_in(text: str, separator: str = "\n") -> dict[str, str]:
    """ "amount: 12,500.00 USD" lines as a mapping."""
    pairs = (line.partition(":") for line in text.split(separator) if line.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}


def program_in(content: bytes) -> Program:
    """The program of a file; of one that begins with its rules, with the header that all such cases share."""
    read = read_yaml(content)
    assert isinstance(read, YamlDocument), read
    assert isinstance(read.node, dict)
    program, findings = read_program(read.node if "program" in read.node else {**_HEADER, **read.node})
    assert findings == ()
    assert program is not None
    return program


def money_in(text: str) -> dict[str, str]:
    """ "12,500.00 USD" as an amount on the wire."""
    value, currency = text.replace(",", "").split(" ")
    return {"value": value, "currency": currency}


def minor_in(text: str) -> tuple[int, str]:
    """ "12,500.00 USD" in the currency's smallest units."""
    value, currency = text.replace(",", "").split(" ")
    minor = Decimal(value).scaleb(PLACES[currency])
    assert minor == int(minor), text
    return int(minor), currency


def event_body(facts: Facts, program: str) -> bytes:
    """The message that tells these facts of a deal."""
    trigger, moment = facts.get("trigger", DEAL_CLOSED), facts.get("closed", CLOSED)
    data: dict[str, Any] = {
        "program": program,
        "deal": {"id": "D-1", "amount": money_in(facts["amount"])},
        "advocate": {"id": "A-1"},
        "referred": {"id": "C-1"},
        "referral": {"id": "R-1"},
    }
    if trigger == DEAL_CLOSED:
        data["deal"]["closed_at"] = moment
    else:
        data["occurred_at"] = moment
    if trigger in REPEATING:
        data["occurrence_id"] = "I-1"
    if "products" in facts:
        data["deal"]["products"] = [_product(line) for line in facts["products"].split("|")]
    if "amounts" in facts:
        data["deal"]["amounts"] = dict(_pair(named) for named in facts["amounts"].split("|"))
    if "set_by_sales" in facts:
        data["reward"] = money_in(facts["set_by_sales"])
    for key, (who, field) in _WHERE.items():
        if key in facts:
            data[who][field] = {"true": True, "false": False}.get(facts[key], facts[key])
    known = {"trigger", "amount", "closed", "products", "amounts", "set_by_sales", *_WHERE, *_STATE}
    assert set(facts) <= known, set(facts) - known
    return json.dumps({"type": trigger, "timestamp": moment, "data": data}, indent=2).encode() + b"\n"


def judged(program: Program, facts: Facts) -> Judgment:
    """What the product makes of these facts, read as a CRM's message and judged as the pipeline judges it."""
    event = read_event(event_body(facts, program.name))
    assert isinstance(event, DealEvent), event
    wins = (_revised(event, facts["new_total"]),) if facts.get("new_total") else ()
    counts, reserved = counts_in(program, facts, event), reserved_in(facts)
    return judge(event, Known(program, wins=wins, counts=counts, reserved=reserved), beneficiary_in(facts))


def beneficiary_in(facts: Facts) -> Beneficiary:
    return Beneficiary(facts.get("for", Beneficiary.ADVOCATE))


def counts_in(program: Program, facts: Facts, event: DealEvent) -> Mapping[str, int]:
    """How many deals count before this one: "2", "payroll:1|hr:2", or the moments at which earlier ones closed."""
    told = facts.get("counted_before", "")
    if not told:
        return {}
    if told.isdigit():
        return {WHOLE: int(told)}
    if "T" not in told:
        return {sku: int(count) for sku, count in map(_pair, told.split("|"))}
    tallies: tuple[Tally, ...] = ()
    for text in told.split("|"):
        closed_at = datetime.fromisoformat(text)
        rolling = program.counting.period is CountingPeriod.ROLLING_DAYS
        if rolling or program.period_of(closed_at) == program.period_of(event.deal.closed_at):
            tallies = tallied(program, tallies, facts_of(event)._replace(closed_at=closed_at))
    return counts_at(program, tallies, event.deal.closed_at)


def reserved_in(facts: Facts) -> Mapping[Budget, Money]:
    """What is reserved in a budget: "advocate 2026 4980.00 USD"."""
    told = facts.get("reserved", "")
    if not told:
        return {}
    scope, period, amount = told.split(" ", 2)
    return {Budget(Scope(scope), period): Money(*minor_in(amount))}


def _product(line: str) -> dict[str, Any]:
    sku, quantity, amount = (*line.strip().split(":"), "", "")[:3]
    product: dict[str, Any] = {"sku": sku}
    if quantity:
        product["quantity"] = int(quantity)
    if amount:
        product["amount"] = amount
    return product


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition(":")
    return name, value


def _revised(event: DealEvent, new_total: str) -> Win:
    """The win with what was told about it: a reversal when it became less, an amendment when it became more."""
    total = Money(*minor_in(f"{new_total} {event.deal.amount.currency}"))
    told = Revision(total, event.deal.closed_at + timedelta(days=1), "ev_later")
    win = Win(occurrence=instant(event.deal.closed_at))
    less = total < event.deal.amount
    return Win(win.occurrence, reversal=told) if less else Win(win.occurrence, amendment=told)
