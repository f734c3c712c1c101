"""A person voids a check that was mailed and not cashed: what it was written for is owed again."""

from dataclasses import dataclass, replace
from typing import Final

from guerdon.application.attempts import merged
from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.came_back import PAID_OUT, came_back
from guerdon.application.check_rows import bank_paid
from guerdon.application.decided_on import gone_on
from guerdon.application.ports import Clock, Store
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.application.transaction import Committed, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.checks import Check, CheckState
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import Payout

VOIDED: Final = "voided"
"""What the payout's history and its attempt say: the person and their words are in the audit trail."""


@dataclass(frozen=True, slots=True)
class CannotVoid:
    """There is no check to void, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class VoidCheck:
    """Take an outstanding check out of the books. Stopping it at the bank is up to the person."""

    store: Store
    clock: Clock

    def __call__(self, payout_id: str, actor: str, reason: str, run: int | None = None) -> Check | CannotVoid:
        """The voided check of a payout; one that was voided before stays as it was.

        The payout is returned, as when the mail brings a check back, so it waits for a person who releases it again
        or writes it off. The attempt is known as returned, so that paying again is no contradiction.
        `run` is the one that the person looked at: a check that was mailed in a later one is not the one they mean.

        Raises:
            StoreBusy: The payout or the check changed at this very moment; look at it again before deciding.
        """
        payout = self.store.payout(payout_id)
        if payout is None:
            return CannotVoid("there is no such payout")
        check = self.store.check(payout_id, payout.attempts)
        if check is None:
            return CannotVoid("no check was mailed for it")
        if check.state is CheckState.VOIDED:
            return check
        refused = gone_on(payout, run) or _refused(payout, check) or bank_paid(self.store, check) or unusable(reason)
        if refused is not None:
            return CannotVoid(refused)
        return self._void(payout, check, actor, reason)

    def _void(self, payout: Payout, check: Check, actor: str, reason: str) -> Check:
        attempt, now = self.store.attempt(payout.payout_id, payout.attempts), self.clock.now()
        if attempt is None:
            raise StoreBusy(f"attempt {check.check_id} is not there")
        voided, answer = check.voided(now.date(), VOIDED), _answer(attempt)
        known = replace(attempt, answer=answer, version=attempt.version + 1)
        line = audited(
            AuditAction.CHECK_VOIDED,
            Subject(SubjectKind.CHECK, check.check_id),
            at=now,
            actor=actor,
            before=f"{check.state}, {check.amount.words}",
            after=voided.state,
            reason=reason,
        )
        back = came_back(self.store, payout, replace(answer, value_on=None), now)
        if self.store.commit((*back, Replace(known), Replace(voided), line)) is not Committed.YES:
            raise StoreBusy(f"check {check.check_id} was changed by somebody else")
        return voided


def _refused(payout: Payout, check: Check) -> str | None:
    if check.state is CheckState.CLEARED:
        return f"the bank paid it on {check.cleared_on}: there is nothing left to stop"
    if payout.take_back is not None:
        return f"{payout.take_back} of it is being taken back: wait until it is settled"
    if payout.status not in PAID_OUT:
        return f"the payout is {payout.status}: only what counts as paid has a check to void"
    return None


def _answer(attempt: Attempt) -> ProviderAnswer:
    """What is known of the attempt once its check is void: no later word of the provider's undoes that."""
    provider_id = attempt.provider_id or ""
    return merged(attempt.answer, ProviderAnswer(attempt.reference, provider_id, AnswerState.RETURNED, VOIDED))
