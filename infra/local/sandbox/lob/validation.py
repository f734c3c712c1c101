"""What Lob refuses in a new check (`POST /v1/checks`), as its published specification has it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from local.sandbox.core.money import NotAnAmountError, to_minor
from local.sandbox.core.records import JsonObject
from local.sandbox.lob.errors import invalid, not_found

AMOUNT_USD_MINOR_MAX = 999_999_99
_SEND_DATE_MAX = timedelta(days=180)
_LINES_LENGTH_MAX, _NAME_LENGTH_MAX = 50, 40
_LENGTHS_MAX = {"memo": 40, "message": 400, "description": 255}
_METADATA_KEYS_MAX, _METADATA_KEY_LENGTH_MAX, _METADATA_VALUE_LENGTH_MAX = 20, 40, 500
_CHECK_NUMBER_MAX = 500_000_000
_USE_TYPES = ("marketing", "operational")
_US = ("US", "USA", "UNITED STATES")
_KNOWN = {
    *("to", "from", "bank_account", "amount", "use_type", "message", "check_bottom", "memo"),
    *("check_number", "logo", "attachment", "metadata", "merge_variables", "mail_type"),
    *("send_date", "description", "print_speed", "billing_group_id"),
}


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A valid check; `amount_minor` in US cents."""

    amount_minor: int
    to: JsonObject | str
    sender: JsonObject | str
    bank_account: str
    use_type: str
    check_number: int | None
    send_date: datetime | None
    metadata: dict[str, str]
    fields: JsonObject


def read_check(body: JsonObject, now: datetime) -> NewCheck:
    """Check the fields of a new check.

    Raises:
        RefusalError: Lob's error for the first field that is wrong.
    """
    for name in body:
        if name not in _KNOWN:
            raise invalid(f"{name} is not allowed")
    for name in ("bank_account", "to", "from", "amount"):
        if body.get(name) in (None, ""):
            raise invalid(f"{name} is required")
    for name, length_max in _LENGTHS_MAX.items():
        value = body.get(name)
        if value is not None and (not isinstance(value, str) or len(value) > length_max):
            raise invalid(f"{name} length must be less than or equal to {length_max} characters")
    if (body.get("message") is None) == (body.get("check_bottom") is None):
        raise invalid("exactly one of message and check_bottom is required")
    if body.get("mail_type", "usps_first_class") != "usps_first_class":
        raise invalid("mail_type must be usps_first_class")
    return NewCheck(
        amount_minor=_amount(body["amount"]),
        to=_address(body["to"], "to"),
        sender=_address(body["from"], "from"),
        bank_account=_bank_account(body["bank_account"]),
        use_type=_use_type(body.get("use_type")),
        check_number=_check_number(body.get("check_number")),
        send_date=_send_date(body.get("send_date"), now),
        metadata=_metadata(body.get("metadata")),
        fields=body,
    )


def _amount(value: object) -> int:
    try:
        amount_minor = to_minor(value, "USD")
    except NotAnAmountError as error:
        raise invalid(f"amount {error}") from error
    if not 0 < amount_minor <= AMOUNT_USD_MINOR_MAX:
        raise invalid("amount must be greater than 0 and at most 999999.99")
    return amount_minor


def _use_type(value: object) -> str:
    if value in (None, ""):
        raise invalid("use_type must be one of marketing, operational", "mail_use_type_can_not_be_null")
    if value not in _USE_TYPES:
        raise invalid("use_type must be one of marketing, operational")
    return str(value)


def _bank_account(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"bank_[a-zA-Z0-9]+", value):
        raise invalid("bank_account must be the id of a bank account (bank_…)")
    if "missing" in value:
        raise not_found("bank account")
    return value


def _address(value: object, name: str) -> JsonObject | str:
    if isinstance(value, str):
        if not re.fullmatch(r"adr_[a-zA-Z0-9]+", value):
            raise invalid(f"{name} must be an address, or the id of one (adr_…)")
        if "missing" in value:
            raise not_found(f"{name} address")
        return value
    if not isinstance(value, dict):
        raise invalid(f"{name} must be an address, or the id of one (adr_…)")
    _check_country(value, name)
    _check_address_texts(value, name)
    return value


def _check_country(address: JsonObject, name: str) -> None:
    country = address.get("address_country") or "US"
    if str(country).upper() in _US:
        return
    if name == "to":
        raise invalid("checks cannot be sent internationally", "invalid_check_international")
    raise invalid("from.address_country must be US", "foreign_return_address")


def _check_address_texts(address: JsonObject, name: str) -> None:
    for part in ("address_line1", "address_city", "address_state", "address_zip"):
        if not isinstance(address.get(part), str) or not address[part]:
            raise invalid(f"{name}.{part} is required")
    if not address.get("name") and not address.get("company"):
        raise invalid(f"{name}.name or {name}.company is required")
    for part in ("name", "company"):
        if len(str(address.get(part) or "")) > _NAME_LENGTH_MAX:
            raise invalid(f"{name}.{part} length must be less than or equal to 40 characters")
    if not re.fullmatch(r"[a-zA-Z]{2}", address["address_state"]):
        raise invalid(f"{name}.address_state must be a two-letter state code")
    if not re.fullmatch(r"\d{5}(-\d{4})?", address["address_zip"], re.ASCII):
        raise invalid(f"{name}.address_zip must be a ZIP code (12345 or 12345-1234)")
    lines = address["address_line1"] + (address.get("address_line2") or "")
    if name == "to" and len(lines) > _LINES_LENGTH_MAX:
        raise invalid(
            "to.address_line1 and to.address_line2 must be at most 50 characters together",
            "address_length_exceeds_limit",
        )


def _check_number(value: object) -> int | None:
    if value in (None, ""):
        return None
    text = str(value)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _CHECK_NUMBER_MAX:
        raise invalid("check_number must be a whole number from 1 to 500000000")
    return int(text)


def _send_date(value: object, now: datetime) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise invalid("send_date must be an ISO 8601 date or date-time") from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if not now < moment <= now + _SEND_DATE_MAX:
        raise invalid("send_date must be in the future and within 180 days")
    return moment


def _metadata(value: object) -> dict[str, str]:
    if value in (None, ""):
        return {}
    if not isinstance(value, dict) or len(value) > _METADATA_KEYS_MAX:
        raise invalid("metadata must be an object with up to 20 key-value pairs")
    for key, text in value.items():
        if not isinstance(text, str) or len(text) > _METADATA_VALUE_LENGTH_MAX:
            raise invalid(f"metadata.{key} must be text of at most 500 characters")
        if len(key) > _METADATA_KEY_LENGTH_MAX or set('"\\') & set(key + text):
            raise invalid(f'metadata.{key} must not contain " or \\, and be at most 40 characters')
    return value
