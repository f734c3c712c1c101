"""The row of a check goes with its payout, in one transaction: made when it is mailed, voided when it comes back."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from guerdon.application.came_back import PAID_OUT
from guerdon.application.ports import Store
from guerdon.application.records import ProviderAnswer
from guerdon.application.transaction import Insert, Replace, Transaction, Write
from guerdon.domain.channel import Channel
from guerdon.domain.checks import Check, CheckState, check_for
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
        return (*writes, _mailed(store, payout, answer, now))
    if EntryKind.RETURNED not in kinds or payout.status not in PAID_OUT:
        return writes
    check = store.check(payout.payout_id, payout.attempts)
    if check is None or check.state is CheckState.VOIDED:
        return writes
    if check.state is CheckState.CLEARED:
        # It is paid, whatever the provider says: nothing is booked until a person has found out.
        return () if payout.attention == CASHED else (Replace(payout.noticed(CASHED, now, None)),)
    return (*writes, Replace(check.voided(now.date(), answer.detail)))


def bank_paid(store: Store, check: Check) -> str | None:
    """Why the bank has paid it, if a line that was taken in before the check was known would clear it now."""
    if check.number is None:
        return None
    lines = [line for line in store.unmatched_bank_lines() if line.check_number == check.number]
    numbered = list(store.checks_numbered(check.number)) if lines else []
    for line in lines:
        found = check_for(line, numbered)
        if isinstance(found, Check) and found.check_id == check.check_id:
            paid = f"the bank paid it on {line.booked_on} from account {line.account}"
            return f"{paid}: take that statement in again with guerdon bank import, and the check is cleared"
    return None


def _mailed(store: Store, payout: Payout, answer: ProviderAnswer, now: datetime) -> Write:
    # What is submitted after all, by a person's word, may have one that was void: it was said not to have been mailed.
    before = store.check(payout.payout_id, payout.attempts) if payout.reason is not None else None
    mailed = Check(
        payout_id=payout.payout_id,
        attempt=payout.attempts,
        # The bank's line finds it by its number alone, so one that is not said again is not forgotten.
        number=answer.check_number or (before.number if before else None),
        amount=answer.cost or payout.value,
        mailed_on=answer.value_on or now.date(),
        program=payout.program,
        legal_entity=payout.legal_entity,
    )
    return Insert(mailed) if before is None else Replace(replace(mailed, version=before.version + 1))
