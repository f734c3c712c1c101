"""Reads an operation's parameters out of the path, the query, a form or a JSON body, or says which one is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from guerdon.console.operations import Operation, Refused

LONGEST_ASKED: Final = 1_000
"""Bytes of one field of an address: the store's keys are at most 1,024, and asking for a longer one is an error."""

_AT: Final = re.compile(r"\$\.(?P<name>\w+)")
_MISSING: Final = re.compile(r"missing required field `(?P<name>\w+)`")
_UNKNOWN: Final = re.compile(r"unknown field `(?P<name>.*)`", re.DOTALL)


def from_form(operation: Operation, in_path: Mapping[str, str], typed: Sequence[tuple[str, str]]) -> Any | Refused:  # noqa: ANN401 - the type is the operation's
    """The parameters out of what somebody typed: a field that was left empty is one that was not sent."""
    sent = [(name, value.strip()) for name, value in typed]
    return from_text(operation, in_path, [(name, value) for name, value in sent if value])


def from_text(operation: Operation, in_path: Mapping[str, str], sent: Sequence[tuple[str, str]]) -> Any | Refused:  # noqa: ANN401 - as above
    """The parameters out of text fields; one that came twice is refused, unless it takes several."""
    several = {name for name, hint in _hints(operation).items() if _bare(hint) is tuple}
    values: dict[str, Any] = {}
    for name, value in sent:
        if operation.method == "GET" and len(value.encode()) > LONGEST_ASKED:
            return Refused(f"{name[:60]} is longer than {LONGEST_ASKED:,} bytes", name)
        if name in several:
            values.setdefault(name, []).append(value)
        elif name in values or name in in_path:
            return Refused(f"{name[:60]} was given twice", name)
        else:
            values[name] = value
    asked = _converted(operation, {**values, **in_path}, strict=False)
    # msgspec takes the text "null" for nothing, which an address says by leaving the field out.
    taken_for_nothing = [name for name in values if getattr(asked, name, "") is None]
    return (
        Refused(f"{taken_for_nothing[0]}: leave it out to ask for any", taken_for_nothing[0])
        if taken_for_nothing
        else asked
    )


def from_json(operation: Operation, in_path: Mapping[str, str], body: bytes) -> Any | Refused:  # noqa: ANN401 - as above
    """The parameters out of a JSON object; what the path says is not to be said again."""
    try:
        sent = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Refused(f"the body is not JSON: {error}")
    except RecursionError:
        return Refused("the body is nested too deeply")
    if not isinstance(sent, dict):
        return Refused("the body must be a JSON object")
    for name in in_path:
        if name in sent:
            return Refused(f"{name} is in the path already", name)
    hints = _hints(operation)
    try:
        path = {name: msgspec.convert(value, hints[name], strict=False) for name, value in in_path.items()}
    except msgspec.ValidationError as error:
        return Refused(str(error))
    return _converted(operation, {**sent, **path}, strict=True)


def _converted(operation: Operation, values: Mapping[str, Any], *, strict: bool) -> Any | Refused:  # noqa: ANN401 - as above
    known = {each.name for each in fields(operation.params)}
    for name in values:
        if name not in known:
            return Refused(f"there is no parameter {name[:60]!r} here", name)
    try:
        return msgspec.convert(values, operation.params, strict=strict)
    except msgspec.ValidationError as error:
        return _words(operation, str(error))


def _words(operation: Operation, message: str) -> Refused:
    """What msgspec says, for the person who filled in the field."""
    missing = _MISSING.search(message)
    if missing:
        return Refused(f"{missing['name']} is missing: fill it in", missing["name"])
    at = _AT.search(message)
    if at is None:
        return Refused(message)
    name, told = at["name"], message.partition(" - at ")[0].replace("`", "")
    return Refused(f"{name}: {_expected(_hints(operation).get(name)) or told[:1].lower() + told[1:]}", name)


def _expected(hint: object) -> str:
    """What may stand in a field of that type; "" where its own words are better."""
    bare = _bare(hint)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return "must be one of " + ", ".join(str(member.value) for member in bare)
    if bare is datetime:
        return "must be a moment such as 2026-11-22T14:00:00Z"
    if bare is date:
        return "must be a day such as 2026-11-22"
    return ""


def _bare(hint: object) -> object:
    """The type without None and what bounds it."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in {Union, UnionType}:
        return next((_bare(each) for each in get_args(hint) if each is not type(None)), hint)
    return get_origin(hint) or hint


def _hints(operation: Operation) -> Mapping[str, Any]:
    return get_type_hints(operation.params, include_extras=True)


def needed(operation: Operation) -> frozenset[str]:
    """The names of the parameters that have to be given."""
    return frozenset(
        each.name for each in fields(operation.params) if each.default is MISSING and each.default_factory is MISSING
    )
