"""Reading JSON that others wrote, into declared shapes; what a shape does not name is ignored."""

from datetime import datetime
from typing import Annotated, Final, TypeVar

import msgspec

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding broken or hostile JSON raises."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A timestamp; one without a zone is unreadable rather than guessed."""

ResourceId = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,80}\Z")]
"""A provider's id of something, harmless in a path."""

_Shape = TypeVar("_Shape")


def decoded(body: bytes, shape: type[_Shape]) -> _Shape | None:
    """The JSON in its shape; None when it has another."""
    try:
        return msgspec.json.decode(body, type=shape)
    except UNREADABLE:
        return None
