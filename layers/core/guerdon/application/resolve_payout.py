"""A person says what became of a payout that nobody could find out about.

Their word is written down as the attempt's answer, and the payout is settled by it as by a provider's: by the function
that holds the channel's key, which a hint wakes. What a person says lets a payout be paid again, so a word about
another run than the present one, or one that the provider's own word stands against, is not taken.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guerdon.application.attempts import merged
from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.correct_word import Words, corrected
from guerdon.application.decided_on import gone_on
from guerdon.application.look_again import OURS
from guerdon.application.ports import Clock, HintQueues, ProviderHint, Store
from guerdon.application.records import AnswerState, Attempt, ProviderAnswer
from guerdon.application.said_of_payout import (
    CarriedOut,
    NothingMoved,
    Said,
    not_carried_out,
    not_to_be_said,
    not_unmoved,
    said_answer,
)
from guerdon.application.transaction import Committed, Replace, Transaction
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

    def __call__(  # noqa: PLR0913 - each is one thing that the person says.
        self,
        payout_id: str,
        said: Said,
        actor: str,
        reason: str,
        run: int = FIRST_RUN,
        *,
        corrects: bool = False,
    ) -> WasSaid | CannotSay:
        """What was said, by whom; the same word said twice is that of whoever said it first.

        Args:
            payout_id: Whose attempt it is about.
            said: What became of it.
            actor: Who says so.
            reason: How they know, in their words.
            run: The run that they looked at. A word about a run that is over says nothing of the present one.
            corrects: Whether it takes the place of what a person said of that run before.

        Raises:
            StoreBusy: The payout changed at this very moment; look at it again before saying anything.
            BusUnavailable: It is written down, and the sweep has it settled.
        """
        payout = self.store.payout(payout_id)
        if payout is None:
            return CannotSay("there is no such payout")
        attempts = self._attempts(payout)
        attempt = next((one for one in attempts if one.run == run), None)
        if attempt is None:
            return CannotSay(gone_on(payout, run) or f"it is {payout.status}, and nothing was sent for it in run {run}")
        words = Words(payout, attempts, attempt, said, actor, corrects)
        if before := _said_before(words):
            # Whoever said it may have died before the hint went out.
            self._wake(payout)
            return WasSaid(payout, before, is_new=False)
        now = self.clock.now()
        judged = corrected(self.store, words, now) or self._first(words, now)
        if isinstance(judged, str):
            return CannotSay(judged)
        if wrong := unusable(reason):
            return CannotSay(wrong)
        answer, writes = judged
        return self._write(words, answer, writes, reason)

    def _attempts(self, payout: Payout) -> tuple[Attempt, ...]:
        numbered = (self.store.attempt(payout.payout_id, number) for number in range(1, payout.attempts + 1))
        return tuple(attempt for attempt in numbered if attempt is not None)

    def _first(self, words: Words, now: datetime) -> tuple[ProviderAnswer, Transaction] | str:
        """The first word about an attempt that nobody could find out about, or why it is not taken."""
        payout, attempt, said = words.payout, words.attempt, words.said
        if wrong := gone_on(payout, attempt.run) or self._refused(payout, attempt, said, now):
            return wrong
        answer = merged(attempt.answer, said_answer(said, attempt, words.actor))
        known = replace(attempt, answer=answer, version=attempt.version + 1)
        return answer, (Replace(known), Replace(payout.to_look_at(now)))

    def _refused(self, payout: Payout, attempt: Attempt, said: Said, now: datetime) -> str | None:
        if wrong := not_to_be_said(payout, attempt, now):
            return wrong
        if isinstance(said, CarriedOut):
            return not_carried_out(said, payout, attempt, now)
        return not_unmoved(attempt, self.store.lines_of_reference(attempt.reference))

    def _write(self, words: Words, answer: ProviderAnswer, writes: Transaction, reason: str) -> WasSaid:
        """The word, its line of the audit trail, and the payout due for a look, in one transaction.

        It is conditioned on the attempt and the payout as they were read: a call that was begun meanwhile, or an
        answer that came, has raised a version.
        """
        payout = words.payout
        line = audited(
            AuditAction.PAYOUT_RESOLVED,
            Subject(SubjectKind.PAYOUT, payout.payout_id),
            at=self.clock.now(),
            actor=words.actor,
            before=f"{payout.status}: {payout.attention}" if payout.attention else payout.status,
            after=_after(words, answer),
            reason=reason,
        )
        if self.store.commit((*writes, line)) is not Committed.YES:
            raise StoreBusy(f"payout {payout.payout_id} changed meanwhile: look at it again with guerdon status")
        self._wake(payout)
        return WasSaid(payout, answer, is_new=True)

    def _wake(self, payout: Payout) -> None:
        self.hints.enqueue(ProviderHint(PROVIDER_OF[payout.channel], OURS, payout.payout_id))


def _said_before(words: Words) -> ProviderAnswer | None:
    """The same word, said before; that nothing moved in a run that is over is not said again, whoever types it."""
    answer, payout = words.answer, words.payout
    if answer is None or answer.said_by is None or answer.state is not words.said.state:
        return None
    gone = isinstance(words.said, NothingMoved) and payout.run != words.attempt.run
    return None if gone else answer


def _after(words: Words, answer: ProviderAnswer) -> str:
    if isinstance(words.said, NothingMoved) and answer.state is AnswerState.RETURNED:
        return f"{answer.reference} was carried out and came back: not contradicted any more"
    cost = f", {answer.cost.words}" if answer.cost else ""
    named = f", as {answer.provider_id}" if answer.provider_id else ""
    corrected_word = words.answer is not None and words.answer.said_by is not None
    after_all = " after all" if corrected_word else ""
    return f"{answer.reference} {words.said.words}{after_all}{cost}{named}"
