"""Differences between what a provider says and what was asked of it, planted so that a reconciliation must find them.

The till stays as it is: it says what really moved, and these are mistakes in a statement. The record that is changed is
the newest one that was carried out under a reference and has no difference planted in it yet, or the one that is named.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from local.sandbox.core import ids
from local.sandbox.core.clock import iso
from local.sandbox.core.records import JsonObject
from local.sandbox.core.world import World
from local.sandbox.lob import resources as lob
from local.sandbox.printful import resources as printful
from local.sandbox.stripe import resources as stripe
from local.sandbox.tremendous import resources as tremendous

DIFFERENCES: Final = ("amount_differs", "missing_here", "missing_there", "late")
_MORE_MINOR: Final = 100
_EARLIER: Final = timedelta(days=61)
"""More than any channel's time, so that it lies in another month and cannot be on its way any more."""

_PLANTED: Final = "planted"


class NothingToPlantError(LookupError):
    """No record fits; the message says what is needed."""


def plant(world: World, provider: str, difference: str, reference: str | None) -> JsonObject:
    """Plant one difference; returns what was done.

    Raises:
        NothingToPlantError: There is no payment to plant it in.
    """
    collection, carried_out, reference_of = _RECORDS[provider]
    for record in reversed(world.records.all(collection)):
        named = reference_of(record)
        fits = named == reference if reference else bool(named) and carried_out(record)
        if fits and world.records.get(_PLANTED, f"{provider}:{named}") is None:
            changed = _DEEDS[provider](world, record, difference)
            world.records.put(_PLANTED, f"{provider}:{named}", {"difference": difference})
            return {"provider": provider, "difference": difference, "reference": named, **changed}
    wanted = f"the reference {reference}" if reference else "a reference that was carried out"
    raise NothingToPlantError(f"{provider} has no payment under {wanted} without a planted difference")


def _tremendous(world: World, record: JsonObject, difference: str) -> JsonObject:
    match difference:
        case "amount_differs":
            record["cost_usd_minor"] += _MORE_MINOR
        case "missing_here":
            copy = {**record, "id": ids.upper(12), "external_id": None, "created_at": iso(world.clock.now())}
            world.records.put(tremendous.ORDERS, copy["id"], copy)
            return {"id": copy["id"]}
        case "missing_there":
            world.records.remove(tremendous.ORDERS, record["id"])
            return {"id": record["id"]}
        case _:
            record["created_at"] = iso(world.clock.now() - _EARLIER)
    world.records.put(tremendous.ORDERS, record["id"], record)
    return {"id": record["id"]}


def _lob(world: World, record: JsonObject, difference: str) -> JsonObject:
    check = record["check"]
    match difference:
        case "amount_differs":
            check["amount"] = round(check["amount"] + _MORE_MINOR / 100, 2)
        case "missing_here":
            made = {
                **check,
                "id": f"chk_{ids.hexadecimal(16)}",
                "metadata": {},
                "check_number": check["check_number"] + 1,
            }
            made["date_created"] = iso(world.clock.now())
            world.records.put(lob.CHECKS, made["id"], {**record, "id": made["id"], "check": made})
            return {"id": made["id"]}
        case "missing_there":
            world.records.remove(lob.CHECKS, record["id"])
            return {"id": record["id"]}
        case _:
            check["date_created"] = iso(world.clock.now() - _EARLIER)
    world.records.put(lob.CHECKS, record["id"], record)
    return {"id": record["id"]}


def _stripe(world: World, record: JsonObject, difference: str) -> JsonObject:
    match difference:
        case "amount_differs":
            record["amount"] -= _MORE_MINOR
        case "missing_here":
            unknown = {"guerdon_attempt": f"po_{'z' * 24}-1"}
            made = {**record, "id": f"cbtxn_{ids.mixed(24)}", "metadata": unknown}
            made["created"] = int(world.clock.timestamp())
            world.records.put(stripe.TRANSACTIONS, made["id"], made)
            return {"id": made["id"]}
        case "missing_there":
            world.records.remove(stripe.TRANSACTIONS, record["id"])
            return {"id": record["id"]}
        case _:
            record["created"] = int((world.clock.now() - _EARLIER).timestamp())
    world.records.put(stripe.TRANSACTIONS, record["id"], record)
    return {"id": record["id"]}


def _printful(world: World, record: JsonObject, difference: str) -> JsonObject:
    key = str(record["id"])
    match difference:
        case "amount_differs":
            record["additional_fee_minor"] = record.get("additional_fee_minor", 0) + _MORE_MINOR
        case "missing_here":
            number = record["id"] + world.records.next_number()
            now = world.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
            copy = {**record, "id": number, "external_id": None, "created_at": now}
            world.records.put(printful.ORDERS, str(number), copy)
            return {"id": number}
        case "missing_there":
            world.records.remove(printful.ORDERS, key)
            return {"id": record["id"]}
        case _:
            earlier = world.clock.now() - _EARLIER
            record["created_at"] = earlier.isoformat(timespec="seconds").replace("+00:00", "Z")
    world.records.put(printful.ORDERS, key, record)
    return {"id": record["id"]}


_Text = Callable[[JsonObject], str | None]
_RECORDS: Final[dict[str, tuple[str, Callable[[JsonObject], bool], _Text]]] = {
    "tremendous": (
        tremendous.ORDERS,
        lambda record: record["status"] == "EXECUTED",
        lambda record: record["external_id"],
    ),
    "lob": (
        lob.CHECKS,
        lambda record: bool(record["check"]["tracking_events"]) and not record["check"].get("deleted"),
        lambda record: record["check"]["metadata"].get("guerdon_attempt"),
    ),
    "stripe": (
        stripe.TRANSACTIONS,
        lambda record: record["amount"] < 0,
        lambda record: record["metadata"].get("guerdon_attempt"),
    ),
    "printful": (
        printful.ORDERS,
        lambda record: record["status"] == "fulfilled",
        lambda record: record["external_id"],
    ),
}
_DEEDS: Final = {"tremendous": _tremendous, "lob": _lob, "stripe": _stripe, "printful": _printful}
