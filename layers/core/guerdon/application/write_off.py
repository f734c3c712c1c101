"""A person decides that a reward is not paid: one that could not be, or that nobody approves."""

import re
from dataclasses import dataclass
from typing import Final

from guerdon.application.asked_again import END_IT_THERE
from guerdon.application.attempts import NOTHING_MOVED
from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.decided_on import gone_on
from guerdon.application.ports import Clock, Store
from guerdon.application.records import AnswerState
from guerdon.application.told_late_alone import told_late_alone
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain import ledger
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import CONTRADICTED, BlockReason, Payout, PayoutStatus

_TARGET: Final = re.compile(rf"{ledger.unclaimed_property('[A-Z]{2}')}|{ledger.FORFEITED}", re.ASCII)
_UNPAID: Final = frozenset({PayoutStatus.RETURNED, PayoutStatus.FAILED})
_MAY_STAY: Final = frozenset({BlockReason.DETAILS, BlockReason.WORKFLOW})
"""Reasons of a block that releasing it again may not end, as when the recipient's details were erased. What waits for
money, a pause, a ceiling or an approval goes on by what ends that."""
_LEFT_NOTHING: Final = NOTHING_MOVED | {AnswerState.RETURNED}
"""What has to be known of each attempt at what is blocked."""


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
            payout_id: Which one; it came back, failed, waits for an approval that it will not be given, or is blocked
                in a way that releasing it again may not end.
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
        refused = gone_on(payout, run) or _wrong_account(payout, to) or self._refused(payout) or unusable(reason)
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

    def _refused(self, payout: Payout) -> str | None:
        if wrong := not_to_write_off(payout):
            return wrong
        if payout.status in _UNPAID:
            return None
        for number in range(1, payout.attempts + 1):
            attempt = self.store.attempt(payout.payout_id, number)
            if attempt is None or attempt.answer is None or attempt.answer.state not in _LEFT_NOTHING:
                return f"its attempt {number} may have been paid: find out, and say so with guerdon resolve"
        return None


def not_to_write_off(payout: Payout) -> str | None:
    """Why a payout cannot be written off by what its row says; whether it was paid, its attempts say."""
    stays = payout.status is PayoutStatus.BLOCKED and payout.reason in _MAY_STAY
    if payout.status not in _UNPAID and not stays and not payout.waits_for_approval:
        return (
            f"it is {payout.status}: only what came back, failed, waits for approval or stays blocked can be written "
            "off; void a check first"
        )
    if payout.attention == CONTRADICTED:
        return f"{CONTRADICTED}: find out whether it was paid"
    if payout.attention is not None and payout.attention.endswith(END_IT_THERE):
        return f"{payout.attention}, then write it off"
    if payout.take_back is not None:
        return f"{payout.take_back} of it is being taken back: wait until it is settled"
    return None


def _wrong_account(payout: Payout, to: str) -> str | None:
    if not _TARGET.fullmatch(to):
        return f"it can go to unclaimed_property:XX, XX being a state's two letters, or to {ledger.FORFEITED}"
    if payout.waits_for_approval and to != ledger.FORFEITED:
        return f"nobody approved it, so it goes to {ledger.FORFEITED}"
    return None
