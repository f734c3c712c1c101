"""A bank's statement as camt.053, in its versions 2 and 8 (ISO 20022, BankToCustomerStatement)."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from guerdon.adapters.bank.reading import (
    WRONG_MOST,
    BadPlace,
    Read,
    Statement,
    WrongValueError,
    bytes_of,
    identified,
    number_in,
)
from guerdon.domain.errors import InvalidMoney
from guerdon.domain.money import Money

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

VERSIONS: Final = ("02", "08")
_NAMESPACE: Final = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d\d)\}Document")
_BOOKED: Final = "BOOK"
_OUT: Final = "DBIT"


def read_camt053(path: Path, account: str) -> Statement | tuple[BadPlace, ...]:
    """What left the account by a camt.053 file, or all that is wrong with it; entries are named by their order."""
    raw = bytes_of(path)
    if isinstance(raw, BadPlace):
        return (raw,)
    try:
        root: Element = ElementTree.fromstring(raw, forbid_dtd=True)
    except DefusedXmlException:
        return (BadPlace(path, 0, "", "has a document type or entities, which a bank's statement never has"),)
    except ElementTree.ParseError as error:
        return (BadPlace(path, error.position[0], "", f"is not XML: {error}"),)
    version = _NAMESPACE.fullmatch(root.tag)
    if version is None or version.group(1) not in VERSIONS:
        wanted = " or ".join(f"camt.053.001.{one}" for one in VERSIONS)
        return (BadPlace(path, 0, "", f"is no {wanted}: its root is {root.tag[:100]}"),)
    wrong: list[BadPlace] = []
    read: list[Read] = []
    passed_over = 0
    for position, entry in enumerate(root.iterfind("{*}BkToCstmrStmt/{*}Stmt/{*}Ntry"), start=1):
        try:
            lines = list(_lines(entry))
        except WrongValueError as error:
            wrong.append(BadPlace(path, 0, f"Ntry {position}/{error.field}", error.why))
            if len(wrong) >= WRONG_MOST:
                break
            continue
        read += lines
        passed_over += not lines
    return tuple(wrong) or Statement(identified(account, read), passed_over)


def _lines(entry: "Element") -> Iterator[Read]:
    """What left the account by an entry: one line, or one for each transaction of a batch."""
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
    if not status:
        raise WrongValueError("Sts", "is missing")
    direction = _text(entry, "CdtDbtInd")
    if direction not in {_OUT, "CRDT"}:
        raise WrongValueError("CdtDbtInd", f"is {direction[:40]!r} and not DBIT or CRDT")
    total, booked_on = _amount(entry, "Amt"), _day(entry)
    if status != _BOOKED or direction != _OUT:
        return
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    if len(details) <= 1:
        yield _read(entry, details[0] if details else entry, total, booked_on)
        return
    amounts = [
        _amount(one, "Amt") if one.find("{*}Amt") is not None else _amount(one, "AmtDtls/TxAmt/Amt") for one in details
    ]
    if {one.currency for one in amounts} != {total.currency}:
        raise WrongValueError("NtryDtls", "its transactions are not all in the currency of the entry")
    if sum(one.amount_minor for one in amounts) != total.amount_minor:
        raise WrongValueError("NtryDtls", f"its transactions do not come to {total.words}")
    for one, amount in zip(details, amounts, strict=True):
        yield _read(entry, one, amount, booked_on)


def _read(entry: "Element", details: "Element", amount: Money, booked_on: date) -> Read:
    said = " ".join(
        (
            *(part.text or "" for part in details.iterfind("{*}RmtInf/{*}Ustrd")),
            _text(details, "AddtlTxInf"),
            _text(entry, "AddtlNtryInf"),
        )
    )
    number = number_in("Refs/ChqNb", _text(details, "Refs/ChqNb"), said)
    reference = _text(details, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef")
    return Read(booked_on, amount, number, f"{reference} {said}".strip())


def _text(element: "Element", path: str) -> str:
    found = element.find("/".join(f"{{*}}{part}" for part in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def _amount(element: "Element", path: str) -> Money:
    found = element.find("/".join(f"{{*}}{part}" for part in path.split("/")))
    if found is None:
        raise WrongValueError(path, "is missing")
    try:
        amount = Money.parse((found.text or "").strip(), found.get("Ccy", ""))
    except InvalidMoney as error:
        raise WrongValueError(path, str(error)) from error
    if amount.amount_minor < 0:
        raise WrongValueError(path, "is negative: CdtDbtInd says which way the money went")
    return amount


def _day(entry: "Element") -> date:
    written = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")
    try:
        return date.fromisoformat(written[:10])
    except ValueError as error:
        raise WrongValueError("BookgDt", f"{written[:40]!r} is no day such as 2026-11-30") from error
