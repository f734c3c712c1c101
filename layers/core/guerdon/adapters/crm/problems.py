"""What a sender got wrong, said so that they can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a message that is wrong.

    Attributes:
        field: Where, as "data.deal.amount"; empty when it is the whole body.
        message: What is wrong with it. It may quote a short value of the sender's, so it is answered, not logged.
    """

    field: str
    message: str
