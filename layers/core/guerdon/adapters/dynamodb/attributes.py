"""A column that holds a value of the domain as DynamoDB's own maps, lists, numbers and texts.

A moment is the text of `domain.deal.instant`, a day is an ISO 8601 date, an enum is its value, Money is a map
{minor, currency}. What is None is absent; what an older function does not know is ignored.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from pynamodb.attributes import Attribute
from pynamodb.constants import BOOLEAN, LIST, MAP, NUMBER, STRING

from guerdon.domain.deal import instant

_SHORT: Final = {"amount_minor": "minor"}
"""Field names that are stored shorter than they are: every byte of a row is paid for on every write."""

_LONG: Final = {short: long for long, short in _SHORT.items()}

_SCALARS: Final[dict[type, tuple[str, Callable[[Any], object]]]] = {
    bool: (BOOLEAN, bool),
    int: (NUMBER, str),
    str: (STRING, str),
    datetime: (STRING, instant),
    date: (STRING, date.isoformat),
}
"""The DynamoDB type of each simple value, and how it is written there."""

_Value = TypeVar("_Value")


class ValueAttribute(Attribute[_Value]):
    """A column of one type: a dataclass, a tuple of some type, an enum, a moment or a day.

    Args:
        kind: The type; a stored value that does not fit it raises msgspec.ValidationError, which names the place.
        hash_key: Whether it is the partition key of its table or index.
        range_key: Whether it is the sort key of its table or index.
        null: Whether it may be absent.
    """

    def __init__(
        self, kind: type[_Value], *, hash_key: bool = False, range_key: bool = False, null: bool = False
    ) -> None:
        super().__init__(hash_key=hash_key, range_key=range_key, null=null)
        self.kind = kind
        self.attr_type = _attribute_type(kind)
        self._none_if_absent = _none_if_absent(get_args(kind)[0] if self.attr_type == LIST else kind)

    def serialize(self, value: _Value) -> object:
        """The content of the attribute value that `value` is stored as."""
        return _encode(msgspec.to_builtins(value, builtin_types=(date, datetime)))[self.attr_type]

    def deserialize(self, value: object) -> _Value:
        """The value of the content of a stored attribute value."""
        decoded = _decode(self.attr_type, value)
        for part in decoded if isinstance(decoded, list) else [decoded]:
            if isinstance(part, dict):
                part.update(dict.fromkeys(self._none_if_absent - part.keys()))
        return msgspec.convert(decoded, self.kind)


def _attribute_type(kind: type) -> str:
    if get_origin(kind) is tuple:
        return LIST
    if is_dataclass(kind):
        return MAP
    if issubclass(kind, Enum | date):
        return STRING
    raise TypeError(f"{kind} has no form in DynamoDB yet: add it to ValueAttribute")


def _none_if_absent(kind: type) -> frozenset[str]:
    """The fields of a dataclass that may be None and have no default to say so."""
    if not is_dataclass(kind):
        return frozenset()
    hints = get_type_hints(kind)
    without_default = (field.name for field in fields(kind) if field.default is MISSING)
    return frozenset(name for name in without_default if NoneType in get_args(hints[name]))


def _encode(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        present = {_SHORT.get(name, name): part for name, part in value.items() if part is not None}
        return {MAP: {name: _encode(part) for name, part in present.items()}}
    if isinstance(value, list | tuple):
        return {LIST: [_encode(element) for element in value]}
    attribute_type, write = _SCALARS[type(value)]
    return {attribute_type: write(value)}


def _decode(attribute_type: str, content: Any) -> object:  # noqa: ANN401 - its type is what `attribute_type` says.
    match attribute_type:
        case "N":
            return int(content)
        case "L":
            return [_decode(*part) for element in content for part in element.items()]
        case "M":
            return {
                _LONG.get(name, name): _decode(*part) for name, element in content.items() for part in element.items()
            }
        case _:
            return content
