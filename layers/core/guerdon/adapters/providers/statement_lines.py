"""What the statements of all providers share: from what a provider says of something to a line of its statement."""

from datetime import date
from typing import Final

from guerdon.application.records import AnswerState
from guerdon.domain.identity import our_reference
from guerdon.domain.money import Money
from guerdon.domain.reconciliation import LineKind, LineState, StatementLine

LINE_STATE: Final = {
    AnswerState.PENDING: LineState.UNDER_WAY,
    AnswerState.DONE: LineState.DONE,
    AnswerState.CANCELED: LineState.UNDONE,
    AnswerState.RETURNED: LineState.RETURNED,
}
"""How far a line is, by what the provider's answer about the same thing means. A draft is no line: nothing moves."""


def payout_line(  # noqa: PLR0913 - each is one part of the line.
    source: str, line_id: str, state: AnswerState, *, amount: Money, on: date, reference: str | None, detail: str
) -> StatementLine:
    """The line of one transfer to one recipient; `amount` is zero while nothing was charged.

    A reference that is none of ours is left out: whoever else uses the account may write names there.
    """
    return StatementLine(
        source=source,
        line_id=line_id,
        kind=LineKind.PAYOUT,
        state=LINE_STATE[state],
        amount=amount,
        on=on,
        reference=our_reference(reference),
        detail=detail,
    )
