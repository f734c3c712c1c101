"""What one deal event means: the outcome, and the transaction that makes it true. Reads, never writes."""

from datetime import datetime

from guerdon.application.decide_revision import decide_revision
from guerdon.application.decide_win import decide_win
from guerdon.application.decision import Decision
from guerdon.application.ports import EventReader, Store
from guerdon.application.programs import ProgramShelf
from guerdon.application.records import InboxEvent
from guerdon.domain.deal import DEAL_CLOSED, DealEvent


def decide(  # noqa: PLR0913, PLR0917 - what is judged, when, and the three things that it may read.
    store: Store, shelf: ProgramShelf, read_event: EventReader, inbox: InboxEvent, event: DealEvent, now: datetime
) -> Decision:
    """Judge an undecided inbox event by everything that is stored at this moment.

    The transaction's conditions name every row that it changes, so that two judgments that meet at one are made one
    after the other. What may change beside it is in docs/exactly-once.md, "What is not promised".
    """
    if event.type == DEAL_CLOSED:
        return decide_win(store, shelf, inbox, event, now)
    return decide_revision(store, shelf, read_event, inbox, event, now)
