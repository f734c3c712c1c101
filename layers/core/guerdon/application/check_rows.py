"""The row of a check goes with its payout, in one transaction: made when it is mailed, voided when it comes back."""

from datetime import datetime
from typing import Final

from guerdon.application.came_back import PAID_OUT
from guerdon.application.ports import Store
from guerdon.application.records import ProviderAnswer
from guerdon.application.transaction import Insert, Replace, Transaction
from guerdon.domain.channel import Channel
from guerdon.domain.checks import Check, CheckState
from guerdon.domain.ledger import Entry, EntryKind
from guerdon.domain.payout import Payout

CASHED: Final = "the bank paid its check, and the provider says that it came back"


def with_check(
    store: Store, payout: Payout, writes: Transaction, answer: ProviderAnswer | None, now: datetime
) -> Transaction:
    """`writes` with those for the payout's check, if it is one.

    Args:
        store: Where the check is.
        payout: As it is before.
        writes: What settling it writes.
        answer: What is known of its current attempt.
        now: When it is settled.
    """
    if payout.channel is not Channel.CHECK or answer is None:
        return writes
    kinds = {write.row.kind for write in writes if isinstance(write.row, Entry)}
    if EntryKind.SETTLED in kinds:
        return (*writes, Insert(_mailed(payout, answer, now)))
    if EntryKind.RETURNED not in kinds or payout.status not in PAID_OUT:
        return writes
    check = store.check(payout.payout_id, payout.attempts)
    if check is None or check.state is CheckState.VOIDED:
        return writes
    if check.state is CheckState.CLEARED:
        # It is paid, whatever the provider says: nothing is booked until a person has found out.
        return () if payout.attention == CASHED else (Replace(payout.noticed(CASHED, now, None)),)
    return (*writes, Replace(check.voided(now.date(), answer.detail)))


def _mailed(payout: Payout, answer: ProviderAnswer, now: datetime) -> Check:
    return Check(
        payout_id=payout.payout_id,
        attempt=payout.attempts,
        number=answer.check_number,
        amount=answer.cost or payout.value,
        mailed_on=answer.value_on or now.date(),
        program=payout.program,
        legal_entity=payout.legal_entity,
    )
