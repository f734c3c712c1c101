"""A person says what became of a payout that nobody could find out about.

Their word is written down as the attempt's answer, and the payout is settled by it as by a provider's: by the function
that holds the channel's key, which a hint wakes. What a person says lets a payout be paid again, so a word about
another run than the present one, or one that the provider's own word stands against, is not taken.
"""

from dataclasses import dataclass, replace
from typing import Final

from guerdon.application.attempts import merged
from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.decided_on import gone_on
from guerdon.application.look_again import OURS
from guerdon.application.ports import Clock, HintQueues, ProviderHint, Store
from guerdon.application.records import Attempt, ProviderAnswer
from guerdon.application.said_of_payout import (
    CarriedOut,
    Said,
    not_carried_out,
    not_to_be_said,
    not_unmoved,
    said_answer,
)
from guerdon.application.transaction import Committed, Replace
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.errors import StoreBusy
from guerdon.domain.payout import Payout

FIRST_RUN: Final = 1
"""Whoever names no run means the first: a command that is typed again once the payout was released is refused."""


@dataclass(frozen=True, slots=True)
class CannotSay:
    """That word about the payout is not taken, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class WasSaid:
    """The word that counts, and whether it is a new one.

    Attributes:
        payout: As it stood when it was said; it is settled in the step after.
        answer: What stands in the provider's stead.
    """

    payout: Payout
    answer: ProviderAnswer
    is_new: bool


@dataclass(frozen=True, slots=True)
class ResolvePayout:
    """Take a person's word for what became of a payout."""

    store: Store
    clock: Clock
    hints: HintQueues

    def __call__(
        self, payout_id: str, said: Said, actor: str, reason: str, run: int = FIRST_RUN
    ) -> WasSaid | CannotSay:
        """What was said, by whom; the same word said twice is that of whoever said it first.

        Args:
            payout_id: Whose present attempt it is about.
            said: What became of it.
            actor: Who says so.
            reason: How they know, in their words.
            run: The run that they looked at. A word about a run that is over says nothing of the present one.

        Raises:
            StoreBusy: The payout changed at this very moment; look at it again before saying anything.
            BusUnavailable: It is written down, and the sweep has it settled.
        """
        payout = self.store.payout(payout_id)
        if payout is None:
            return CannotSay("there is no such payout")
        if wrong := gone_on(payout, run):
            return CannotSay(wrong)
        attempt = self.store.attempt(payout_id, payout.attempts) if payout.attempts else None
        if attempt is None or attempt.run != run:
            return CannotSay(f"it is {payout.status}, and nothing was sent for it in run {run}")
        if before := _said_before(attempt, said):
            # Whoever said it may have died before the hint went out.
            self._wake(payout)
            return WasSaid(payout, before, is_new=False)
        if wrong := self._refused(payout, attempt, said) or unusable(reason):
            return CannotSay(wrong)
        return self._write(payout, attempt, said, actor, reason)

    def _refused(self, payout: Payout, attempt: Attempt, said: Said) -> str | None:
        now = self.clock.now()
        if wrong := not_to_be_said(payout, attempt, now):
            return wrong
        if isinstance(said, CarriedOut):
            return not_carried_out(said, payout, attempt, now)
        return not_unmoved(attempt, self.store.lines_of_reference(attempt.reference))

    def _write(self, payout: Payout, attempt: Attempt, said: Said, actor: str, reason: str) -> WasSaid:
        """The word, its line of the audit trail, and the payout due for a look, in one transaction.

        It is conditioned on the attempt and the payout as they were read: a call that was begun meanwhile, or an
        answer that came, has raised a version.
        """
        now = self.clock.now()
        answer = merged(attempt.answer, said_answer(said, attempt, actor))
        known = replace(attempt, answer=answer, version=attempt.version + 1)
        line = audited(
            AuditAction.PAYOUT_RESOLVED,
            Subject(SubjectKind.PAYOUT, payout.payout_id),
            at=now,
            actor=actor,
            before=f"{payout.status}: {payout.attention}" if payout.attention else payout.status,
            after=_after(attempt, said, answer),
            reason=reason,
        )
        if self.store.commit((Replace(known), Replace(payout.to_look_at(now)), line)) is not Committed.YES:
            raise StoreBusy(f"payout {payout.payout_id} changed meanwhile: look at it again with guerdon status")
        self._wake(payout)
        return WasSaid(payout, answer, is_new=True)

    def _wake(self, payout: Payout) -> None:
        self.hints.enqueue(ProviderHint(PROVIDER_OF[payout.channel], OURS, payout.payout_id))


def _said_before(attempt: Attempt, said: Said) -> ProviderAnswer | None:
    answer = attempt.answer
    return answer if answer is not None and answer.said_by is not None and answer.state is said.state else None


def _after(attempt: Attempt, said: Said, answer: ProviderAnswer) -> str:
    cost = f", {answer.cost.words}" if answer.cost else ""
    named = f", as {answer.provider_id}" if answer.provider_id else ""
    return f"{attempt.reference} {said.words}{cost}{named}"
