"""The size of a DynamoDB item, by the rules of the developer guide ("DynamoDB item sizes and formats")."""

from typing import Any

OF_A_CONTAINER = 3
OF_AN_ELEMENT = 1


def item_bytes(item: dict[str, Any]) -> int:
    """Bytes of an item given as attribute values: names and values, without an index's overhead."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(str(content).encode())
        case "N":
            number = str(content)
            digits = number.lstrip("-").strip("0")
            return (len(digits) + 1) // 2 + 1 + number.startswith("-")
        case "BOOL" | "NULL":
            return 1
        case "L":
            return OF_A_CONTAINER + sum(OF_AN_ELEMENT + _value_bytes(element) for element in content)
        case "M":
            return OF_A_CONTAINER + OF_AN_ELEMENT * len(content) + item_bytes(content)
        case _:
            raise TypeError(kind)
