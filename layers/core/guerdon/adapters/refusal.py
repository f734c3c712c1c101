"""Why a request is not accepted, said so that its sender can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not accepted.

    Attributes:
        status: The HTTP status.
        code: A stable word for programs, such as "invalid_signature"; it may be logged.
        message: What is wrong and what to do, for the person who set the sender up.
        field: The field at fault, if it is one.
    """

    status: int
    code: str
    message: str
    field: str | None = None
