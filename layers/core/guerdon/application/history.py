"""What was told of a deal before, for one beneficiary, and the row that says what is told now."""

from dataclasses import dataclass, replace

from guerdon.application.ports import Store
from guerdon.application.records import DealRecord, InboxEvent
from guerdon.application.transaction import Insert, Replace, Transaction, Unchanged, Write
from guerdon.domain.deal import DealEvent
from guerdon.domain.program import Beneficiary
from guerdon.domain.wins import Win, win_of, with_win


@dataclass(frozen=True, slots=True)
class History:
    """What a win is judged by.

    Attributes:
        record: The row of the deal, the trigger and the beneficiary; None if nothing was told of them yet.
        wins: The wins in it, with what is known of each of them.
        beside: The advocate's row, where a judgment for the referred customer rests on it.
    """

    record: DealRecord | None
    wins: tuple[Win, ...]
    beside: DealRecord | None = None

    @property
    def recorded(self) -> tuple[Win, ...]:
        """The wins in the row, as they stand there."""
        return self.record.wins if self.record is not None else ()

    @property
    def undisturbed(self) -> Transaction:
        """What has to stay as it was read though it is not written."""
        return (Unchanged(self.beside),) if self.beside is not None else ()


def history_of(store: Store, inbox: InboxEvent, event: DealEvent) -> History:
    """What was told before about the deal of a win.

    What was told later of a win counts for both beneficiaries. The advocate's row may have it alone, since a program
    may have come to reward the referred customer only after that was told, or since the customer's own row of that
    delivery is not decided yet: one that was rewarded is taken back by that, and is not in the way until then.
    """
    record = record_of(store, inbox, event, inbox.beneficiary)
    wins = record.wins if record else ()
    if inbox.beneficiary is Beneficiary.ADVOCATE:
        return History(record, wins)
    beside = record_of(store, inbox, event, Beneficiary.ADVOCATE)
    unheard = Win(event.occurrence)
    same = win_of(wins, event.occurrence) or unheard
    if same.reward_id is None:
        (same,) = heard((same,), beside)
    known = heard(wins, beside)
    return History(record, with_win(known, same) if same != unheard else known, beside)


def heard(wins: tuple[Win, ...], beside: DealRecord | None) -> tuple[Win, ...]:
    """The wins with what the other beneficiary's row says of the same ones more."""
    return tuple(win.heard(win_of(beside.wins, win.occurrence)) for win in wins) if beside else wins


def record_of(store: Store, inbox: InboxEvent, event: DealEvent, beneficiary: Beneficiary) -> DealRecord | None:
    """The row of what was told of the event's deal under its trigger."""
    return store.deal_record(inbox.source_account, event.program, event.deal.id, event.trigger, beneficiary)


def recorded(record: DealRecord | None, inbox: InboxEvent, event: DealEvent, win: Win) -> Write:
    """The row with `win` in it."""
    if record is None:
        row = DealRecord(
            inbox.source_account, event.program, event.deal.id, event.trigger, (win,), beneficiary=inbox.beneficiary
        )
        return Insert(row)
    return Replace(replace(record, wins=with_win(record.wins, win), version=record.version + 1))
