"""Lob's endpoints under `/lob/v1`."""

from collections.abc import Iterable
from urllib.parse import urlencode

from local.sandbox.core.auth import basic_key
from local.sandbox.core.bodies import any_object, fold
from local.sandbox.core.calls import Answer, Call, Endpoint, Provider
from local.sandbox.core.clock import iso
from local.sandbox.core.records import JsonObject
from local.sandbox.lob import resources
from local.sandbox.lob.account import get_address, get_bank_account
from local.sandbox.lob.errors import LobErrors, answer, invalid, not_found
from local.sandbox.lob.validation import read_check

_KEYS = "lob_idempotency_keys"
_KEY_LENGTH_MAX = 256
_PAGE_DEFAULT, _PAGE_MAX = 10, 100


def create_check(call: Call) -> Answer:
    """`POST /checks`; a key used in the last 24 hours brings back the check it made."""
    key = _idempotency_key(call)
    if key is not None:
        existing = _made_with(call, key)
        if existing is not None:
            return Answer(200, existing["check"])
    new = read_check(call.body, call.world.clock.now())
    record = resources.create(call, new, key)
    if key is not None:
        used = {"check_id": record["id"], "at": call.world.clock.timestamp()}
        call.world.records.put(_KEYS, _scoped(call, key), used)
    return Answer(200, record["check"])


def get_check(call: Call) -> Answer:
    """`GET /checks/{id}`; a canceled check is shown with `deleted`."""
    return Answer(200, _check(call)["check"])


def cancel_check(call: Call) -> Answer:
    """`DELETE /checks/{id}`, until its send date has passed."""
    record = _check(call)
    if not record["check"].get("deleted"):
        now = call.world.clock.now()
        if iso(now) >= record["check"]["send_date"]:
            message = "Check cannot be deleted. Its send_date or cancellation window has passed"
            return answer(422, message, "not_deletable")
        resources.cancel(call.world, record, now)
    return Answer(200, {"id": record["id"], "deleted": True})


def list_checks(call: Call) -> Answer:
    """`GET /checks`, newest first, filtered by metadata, status and date_created, paged with before/after."""
    query = fold(call.query.multi_items())
    checks = [record["check"] for record in reversed(call.world.records.all(resources.CHECKS))]
    wanted = query.get("metadata") or {}
    checks = [check for check in checks if wanted.items() <= check["metadata"].items()]
    if "status" in query:
        checks = [check for check in checks if check["status"] == query["status"]]
    checks = [check for check in checks if _made_between(check, query.get("date_created") or {})]
    limit = _limit(query.get("limit"))
    start, end = _window(checks, query, limit)
    page = checks[start:end]
    listed: JsonObject = {
        "data": page,
        "object": "list",
        "next_url": _page_url(call, "after", page[-1]["id"]) if end < len(checks) else None,
        "previous_url": _page_url(call, "before", page[0]["id"]) if start and page else None,
        "count": len(page),
    }
    if "total_count" in str(query.get("include", "")):
        listed["total_count"] = len(checks)
    return Answer(200, listed)


PROVIDER = Provider(
    name=resources.NAME,
    prefix="/lob/v1",
    endpoints=(
        Endpoint("POST", "/checks", create_check, moves_money=True),
        Endpoint("GET", "/checks", list_checks),
        Endpoint("GET", "/checks/{id}", get_check),
        Endpoint("DELETE", "/checks/{id}", cancel_check),
        Endpoint("GET", "/bank_accounts/{id}", get_bank_account),
        Endpoint("GET", "/addresses/{id}", get_address),
    ),
    errors=LobErrors(),
    api_key=basic_key,
    read_body=any_object,
)


def _check(call: Call) -> JsonObject:
    record = call.world.records.get(resources.CHECKS, call.parameters["id"])
    if record is None:
        raise not_found("check")
    return record


def _idempotency_key(call: Call) -> str | None:
    keys = [key for key in (call.headers.get("Idempotency-Key"), call.query.get("idempotency_key")) if key]
    if len(keys) > 1:
        raise invalid("only one idempotency key can be provided")
    if keys and len(keys[0]) > _KEY_LENGTH_MAX:
        raise invalid("idempotency key must be at most 256 characters")
    return keys[0] if keys else None


def _scoped(call: Call, key: str) -> str:
    """Keys are apart for test and live mode."""
    return f"{'live' if call.account.startswith('live_') else 'test'}:{key}"


def _made_with(call: Call, key: str) -> JsonObject | None:
    used = call.world.records.get(_KEYS, _scoped(call, key))
    if used is None:
        return None
    age_seconds = call.world.clock.timestamp() - used["at"]
    if age_seconds >= call.world.settings.idempotency_window_seconds:
        return None
    return call.world.records.get(resources.CHECKS, used["check_id"])


def _limit(value: str | None) -> int:
    text = value or str(_PAGE_DEFAULT)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _PAGE_MAX:
        raise invalid("limit must be a whole number from 1 to 100")
    return int(text)


def _window(checks: list[JsonObject], query: JsonObject, limit: int) -> tuple[int, int]:
    if "before" in query and "after" in query:
        raise invalid("only one of before and after can be given")
    if "after" in query:
        start = _position(checks, query["after"]) + 1
        return start, start + limit
    if "before" in query:
        end = _position(checks, query["before"])
        return max(end - limit, 0), end
    return 0, limit


def _made_between(check: JsonObject, bounds: JsonObject) -> bool:
    """Whether a check was made in the bounds; a day stands for its first moment, as texts compare."""
    made_at = check["date_created"]
    return all(
        {"gt": made_at > bound, "gte": made_at >= bound, "lt": made_at < bound, "lte": made_at <= bound}[word]
        for word, bound in bounds.items()
    )


def _position(checks: Iterable[JsonObject], check_id: str) -> int:
    for position, check in enumerate(checks):
        if check["id"] == check_id:
            return position
    raise invalid("before and after must be taken from previous_url and next_url")


def _page_url(call: Call, direction: str, check_id: str) -> str:
    kept = [(key, value) for key, value in call.query.multi_items() if key not in _DIRECTIONS]
    query = urlencode([*kept, (direction, check_id)])
    return f"http://{call.headers.get('Host', 'localhost')}{call.path}?{query}"


_DIRECTIONS = ("before", "after")
