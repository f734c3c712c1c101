"""What one deal event means: the outcome, and the transaction that makes it true. Reads, never writes."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from guerdon.application.decide_revision import decide_revision
from guerdon.application.decide_win import decide_win
from guerdon.application.decision import Decision
from guerdon.application.ports import EventReader, Store
from guerdon.application.programs import NotInForce, ProgramShelf, rewards
from guerdon.application.receive_event import DECISION_DUE_AFTER
from guerdon.application.recipients import recipient_id
from guerdon.application.records import InboxEvent
from guerdon.domain import identity
from guerdon.domain.deal import REVISIONS, DealEvent
from guerdon.domain.judgment import Outcome
from guerdon.domain.program import Beneficiary

_OUT_OF_PROGRAM: Final = frozenset(
    {Outcome.NOT_A_REFERRAL, Outcome.UNKNOWN_PROGRAM, Outcome.BEFORE_START, Outcome.AFTER_END}
)
"""Outcomes of a win that leave nothing to be judged for anybody else."""


def decide(  # noqa: PLR0913, PLR0917 - what is judged, when, and the three things that it may read.
    store: Store, shelf: ProgramShelf, read_event: EventReader, inbox: InboxEvent, event: DealEvent, now: datetime
) -> Decision:
    """Judge an undecided inbox event by everything that is stored at this moment.

    The transaction's conditions name every row that it changes, so that two judgments that meet at one are made one
    after the other. What may change beside it is in docs/exactly-once.md, "What is not promised".
    """
    if event.type in REVISIONS:
        decision = decide_revision(store, shelf, read_event, inbox, event, now)
        second = inbox.beneficiary is Beneficiary.ADVOCATE and _other_side_revised(store, shelf, inbox, event)
    else:
        decision = decide_win(store, shelf, inbox, event, now)
        second = inbox.beneficiary is Beneficiary.ADVOCATE and _other_side_won(shelf, decision.outcome, event)
    return decision.followed_by(_for_the_referred(inbox, event, now)) if second else decision


def _other_side_won(shelf: ProgramShelf, outcome: Outcome, event: DealEvent) -> bool:
    """Whether the program rewards the referred customer for a win, however it ended for the advocate."""
    if outcome in _OUT_OF_PROGRAM:
        return False
    found = shelf.in_force(event)
    return not isinstance(found, NotInForce) and rewards(found[0], event.trigger, Beneficiary.REFERRED)


def _other_side_revised(store: Store, shelf: ProgramShelf, inbox: InboxEvent, event: DealEvent) -> bool:
    """Whether the win of a revision earned the referred customer something, or may yet."""
    if shelf.may_reward(event, Beneficiary.REFERRED):
        return True
    other = Beneficiary.REFERRED
    return store.deal_record(inbox.source_account, event.program, event.deal.id, event.trigger, other) is not None


def _for_the_referred(inbox: InboxEvent, event: DealEvent, now: datetime) -> InboxEvent:
    """The row by which the same delivery is judged for the referred customer: undecided, and found by the sweep."""
    return replace(
        inbox,
        event_id=identity.event_id_for(inbox.event_id, Beneficiary.REFERRED),
        beneficiary=Beneficiary.REFERRED,
        undecided_since=now,
        look_at=now + DECISION_DUE_AFTER,
        sent_again=0,
        waiting_since=None,
        recipient_id=recipient_id(inbox.source_account, event.referred) if event.referred else None,
        version=1,
    )
