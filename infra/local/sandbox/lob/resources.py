"""Lob's checks: how they look, and their way from created to mailed.

A check is paid for once it exists, rendered a step later, and mailed when its send date (by
default the end of the cancel window) has passed. Lob leaves tracking events empty for test
keys; here they come for every key, since a local check must be able to arrive somewhere.
"""

from collections.abc import Callable
from datetime import datetime

from local.sandbox.core import ids
from local.sandbox.core.agenda import Effect
from local.sandbox.core.calls import Call
from local.sandbox.core.clock import after, iso
from local.sandbox.core.money import to_major
from local.sandbox.core.records import JsonObject
from local.sandbox.core.till import CANCELED, PAID, REFUNDED, Movement
from local.sandbox.core.webhooks import Event
from local.sandbox.core.world import World
from local.sandbox.lob.validation import NewCheck

NAME = "lob"
CHECKS = "lob_checks"
_FIRST_CHECK_NUMBER = 10_000
_DAYS_TO_DELIVERY_SECONDS = 5 * 24 * 60 * 60
_ENABLED_FOR_TEST = ("check.created", "check.rendered_pdf", "check.rendered_thumbnails")


def create(call: Call, new: NewCheck, idempotency_key: str | None) -> JsonObject:
    """Write the check and plan its way; returns its record."""
    world, now = call.world, call.world.clock.now()
    check_id = f"chk_{ids.hexadecimal(16)}"
    send_date = new.send_date or after(now, world.settings.check_cancel_window_seconds)
    record: JsonObject = {
        "id": check_id,
        "check": _check_json(world, new, check_id, now, send_date),
        "amount_minor": new.amount_minor,
        "outcome": call.outcome,
        "webhook_mode": call.lasting_webhook_mode,
    }
    world.records.put(CHECKS, check_id, record)
    reference = new.metadata.get("guerdon_attempt") or idempotency_key or check_id
    movement = Movement(
        provider=NAME,
        reference=reference,
        amount=new.amount_minor,
        currency="USD",
        state=PAID,
    )
    world.till.pay(check_id, movement)
    announce(world, record, "check.created", now, call.webhook_mode)
    rendered_at = after(now, world.settings.step_delay_seconds)
    world.agenda.plan("lob render", {"check_id": check_id}, rendered_at)
    world.agenda.plan("lob mail", {"check_id": check_id}, max(send_date, rendered_at))
    return record


def cancel(world: World, record: JsonObject, at: datetime) -> None:
    """Take the check out of production; nothing is charged for it."""
    record["check"].update(deleted=True, date_modified=iso(at))
    world.records.put(CHECKS, record["id"], record)
    world.till.mark(NAME, record["id"], CANCELED)
    announce(world, record, "check.deleted", at, record["webhook_mode"])


def render(world: World, record: JsonObject, at: datetime) -> None:
    """Make the PDF, or fail to when that is how it turns out."""
    check = record["check"]
    if check.get("deleted"):
        return
    if record["outcome"] == "failed_later":
        reason = {"failure_reason": "The PDF could not be rendered.", "errors": None}
        check.update(status="failed", failure_reason=reason, date_modified=iso(at))
        world.till.mark(NAME, record["id"], REFUNDED)
        events = ["check.failed"]
    else:
        check.update(status="rendered", date_modified=iso(at))
        events = ["check.rendered_pdf", "check.rendered_thumbnails"]
    world.records.put(CHECKS, record["id"], record)
    for event in events:
        announce(world, record, event, at, record["webhook_mode"])


def mail(world: World, record: JsonObject, at: datetime) -> None:
    """Hand the check to the post."""
    check = record["check"]
    if check.get("deleted") or check["status"] == "failed":
        return
    _track(world, record, "Mailed", at)
    announce(world, record, "check.mailed", at, record["webhook_mode"])
    if record["outcome"] == "returned":
        later = after(at, world.settings.step_delay_seconds)
        world.agenda.plan("lob return", {"check_id": record["id"]}, later)


def return_to_sender(world: World, record: JsonObject, at: datetime) -> None:
    """The post brings the check back; it is never cashed."""
    _track(world, record, "Returned to Sender", at)
    world.till.mark(NAME, record["id"], REFUNDED)
    announce(world, record, "check.returned_to_sender", at, record["webhook_mode"])


def announce(world: World, record: JsonObject, event: str, at: datetime, mode: str | None) -> None:
    """Send a webhook with the check as it is now."""
    check = record["check"]
    body = {"id": record["id"], "deleted": True} if event == "check.deleted" else {**check}
    envelope = {
        "id": f"evt_{ids.hexadecimal(16)}",
        "body": body,
        "reference_id": record["id"],
        "event_type": {
            "id": event,
            "enabled_for_test": event in _ENABLED_FOR_TEST,
            "resource": "checks",
            "object": "event_type",
        },
        "date_created": iso(at),
        "object": "event",
    }
    world.webhooks.announce(Event(NAME, event, record["id"], envelope), at, mode)


def define_effects(world: World) -> None:
    """Tell the agenda what checks do by themselves."""
    world.agenda.define("lob render", _effect(world, render))
    world.agenda.define("lob mail", _effect(world, mail))
    world.agenda.define("lob return", _effect(world, return_to_sender))


def _effect(world: World, step: Callable[[World, JsonObject, datetime], None]) -> Effect:
    def happen(data: JsonObject, due: datetime) -> None:
        record = world.records.get(CHECKS, data["check_id"])
        if record is not None:
            step(world, record, due)

    return happen


def _track(world: World, record: JsonObject, name: str, at: datetime) -> None:
    event = {
        "id": f"evnt_{ids.hexadecimal(16)}",
        "type": "normal",
        "name": name,
        "details": None,
        "location": None if name == "Mailed" else "94107",
        "time": iso(at),
        "date_created": iso(at),
        "date_modified": iso(at),
        "object": "tracking_event",
    }
    record["check"]["tracking_events"] = [*record["check"]["tracking_events"], event]
    record["check"]["date_modified"] = iso(at)
    world.records.put(CHECKS, record["id"], record)


def _check_json(world: World, new: NewCheck, check_id: str, now: datetime, send_date: datetime) -> JsonObject:
    delivered = after(send_date, _DAYS_TO_DELIVERY_SECONDS)
    return {
        "id": check_id,
        "description": new.fields.get("description"),
        "metadata": new.metadata,
        "check_number": new.check_number or _next_check_number(world, new.bank_account),
        "memo": new.fields.get("memo"),
        "amount": float(to_major(new.amount_minor, "USD")),
        "message": new.fields.get("message") or "",
        "url": _asset(check_id, ".pdf"),
        "to": _address_json(new.to, now),
        "from": _address_json(new.sender, now),
        "bank_account": _bank_account_json(new.bank_account, now),
        "carrier": "USPS",
        "mail_type": "usps_first_class",
        "use_type": new.use_type,
        "status": "processed",
        "tracking_events": [],
        "thumbnails": [{size: _asset(check_id, f"_thumb_{size}_1.png") for size in _THUMBNAILS}],
        "expected_delivery_date": delivered.date().isoformat(),
        "send_date": iso(send_date),
        "date_created": iso(now),
        "date_modified": iso(now),
        "object": "check",
    }


_THUMBNAILS = ("small", "medium", "large")


def _asset(check_id: str, suffix: str) -> str:
    name = f"https://lob-assets.com/checks/{check_id}{suffix}"
    return f"{name}?version=v1&expires=1900000000&signature=sandbox"


def _next_check_number(world: World, bank_account: str) -> int:
    numbers = [
        record["check"]["check_number"]
        for record in world.records.all(CHECKS)
        if record["check"]["bank_account"]["id"] == bank_account
    ]
    return numbers[-1] + 1 if numbers else _FIRST_CHECK_NUMBER


def _address_json(address: JsonObject | str, now: datetime) -> JsonObject:
    """An address as Lob gives it back: corrected to upper case; one known by id is the office."""
    given: JsonObject = (
        {
            "company": "Sandbox Office",
            "address_line1": "210 King St",
            "address_city": "San Francisco",
            "address_state": "CA",
            "address_zip": "94107-1741",
        }
        if isinstance(address, str)
        else address
    )
    texts = ("name", "company", "address_line1", "address_line2", "address_city", "address_state")
    shown: JsonObject = {
        "id": address if isinstance(address, str) else f"adr_{ids.hexadecimal(16)}",
        "description": given.get("description"),
        **{name: str(given[name]).upper() for name in texts if given.get(name)},
        "address_zip": given["address_zip"],
        "address_country": "UNITED STATES",
        "phone": given.get("phone"),
        "email": given.get("email"),
        "metadata": given.get("metadata") or {},
        "date_created": iso(now),
        "date_modified": iso(now),
        "object": "address",
    }
    return {name: value for name, value in shown.items() if value is not None}


def _bank_account_json(bank_account: str, now: datetime) -> JsonObject:
    return {
        "id": bank_account,
        "description": "Sandbox bank account",
        "metadata": {},
        "routing_number": "322271627",
        "account_number": "123456789",
        "account_type": "company",
        "signatory": "Sandbox Signatory",
        "bank_name": "J.P. MORGAN CHASE BANK, N.A.",
        "verified": True,
        "date_created": iso(now),
        "date_modified": iso(now),
        "object": "bank_account",
    }
