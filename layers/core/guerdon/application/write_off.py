"""A person decides that a reward is not paid: one that could not be, or that nobody approves."""

import re
from dataclasses import dataclass
from typing import Final

from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.decided_on import gone_on
from guerdon.application.ports import Clock, Store
from guerdon.application.told_late_alone import told_late_alone
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain import ledger
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import CONTRADICTED, Payout, PayoutStatus

_TARGET: Final = re.compile(rf"{ledger.unclaimed_property('[A-Z]{2}')}|{ledger.FORFEITED}", re.ASCII)
_UNPAID: Final = frozenset({PayoutStatus.RETURNED, PayoutStatus.FAILED})


@dataclass(frozen=True, slots=True)
class CannotWriteOff:
    """The payout cannot be written off, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Take a payout that nobody could be paid off the liability towards its advocate."""

    store: Store
    clock: Clock

    def __call__(  # noqa: PLR0913 - which one, where to, who decides and why, and what they looked at.
        self,
        payout_id: str,
        to: str,
        actor: str,
        reason: str,
        run: int | None = None,
        *,
        only_told_late: bool = False,
    ) -> Payout | CannotWriteOff:
        """The payout as it is afterwards; one that was written off to that account before stays as it is.

        Args:
            payout_id: Which one; it came back, failed, or waits for an approval that it will not be given.
            to: The account that takes it: "unclaimed_property:" and a state's two letters, or
                "income:forfeited_rewards".
            actor: Who decides it.
            reason: Why, in their words.
            run: The run of it that the person looked at; None for the present one.
            only_told_late: Refuse what waits for anything else than an approval since it was told late.

        Raises:
            StoreBusy: The payout changed at this very moment; look at it again before deciding.
        """
        payout = self.store.payout(payout_id)
        if payout is None:
            return CannotWriteOff("there is no such payout")
        if payout.written_off_to == to:
            return payout
        refused = gone_on(payout, run) or _refused(payout, to) or unusable(reason)
        if refused is not None:
            return CannotWriteOff(refused)
        condition = told_late_alone(self.store, payout) if only_told_late else ()
        if isinstance(condition, str):
            return CannotWriteOff(condition)
        now = self.clock.now()
        after = payout.written_off(now, to)
        line = audited(
            AuditAction.PAYOUT_WRITTEN_OFF,
            Subject(SubjectKind.PAYOUT, payout_id),
            at=now,
            actor=actor,
            before=f"{payout.status}, {payout.value.words}",
            after=f"{after.status}, {to}",
            reason=reason,
        )
        written = (Replace(after), Insert(ledger.written_off(after, to, now)), line, *condition)
        if self.store.commit(written) is not Committed.YES:
            raise StoreBusy(f"payout {payout_id} was changed by somebody else")
        return after


def _refused(payout: Payout, to: str) -> str | None:
    if not _TARGET.fullmatch(to):
        return f"it can go to unclaimed_property:XX, XX being a state's two letters, or to {ledger.FORFEITED}"
    if payout.waits_for_approval and payout.take_back is None:
        return None if to == ledger.FORFEITED else f"nobody approved it, so it goes to {ledger.FORFEITED}"
    if payout.status not in _UNPAID:
        return (
            f"it is {payout.status}: only what came back, failed or waits for approval can be written off; void a "
            "check first"
        )
    if payout.attention == CONTRADICTED:
        return f"{CONTRADICTED}: find out whether it was paid"
    if payout.take_back is not None:
        return f"{payout.take_back} of it is being taken back: wait until it is settled"
    return None
