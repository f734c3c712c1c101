"""Mistakes in what is started, told, heard, and looked after."""

from dataclasses import dataclass, replace
from typing import Final

from guerdon.application.attempts import is_conclusive
from guerdon.application.conclude import Conclude
from guerdon.application.evaluate_rewards import EvaluateRewards
from guerdon.application.look_again import LookAgain, Looked, Sight
from guerdon.application.notify import Notify
from guerdon.application.ports import Fulfillments, Mail, ProviderHint
from guerdon.application.records import Attempt, InboxEvent, ProviderAnswer
from guerdon.application.release_again import CannotRelease, ReleaseAgain
from guerdon.application.settle_payout import SettlePayout
from guerdon.application.sweep import Found, Sweep
from guerdon.application.transaction import Replace
from guerdon.domain import identity
from guerdon.domain.errors import Retryable
from guerdon.domain.payout import Payout, PayoutStatus
from simulation.parts import Parts
from simulation.planted.bug import Bug
from simulation.ports import SimFulfillments


class DeletedBeforeStart(EvaluateRewards):
    """The message is let go once the event is decided: whatever fails afterwards is not tried again."""

    def _start(self, decided: InboxEvent) -> None:
        try:
            super()._start(decided)
        except Retryable:
            return


class StartsOnlyOnce(EvaluateRewards):
    """A redelivery that finds the event decided does nothing."""

    def __call__(self, event_id: str) -> InboxEvent | None:
        inbox = self.store.inbox_event(event_id)
        if inbox is not None and inbox.outcome is not None:
            return inbox
        return super().__call__(event_id)


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Starts an execution under a name of its own each time."""

    inner: SimFulfillments
    number: list[int]

    def start(self, payout_id: str, run: int) -> None:
        self.number[0] += 1
        begin_named = getattr(self.inner.begin, "__self__").start_named  # noqa: B009 - the workflow behind the port.
        name = f"{payout_id}-{run}/unnamed-{self.number[0]}"
        data = {"payout_id": payout_id, "run": run}
        SimFulfillments(self.inner.engine, lambda *_: begin_named(name, data), self.inner.wake).start(payout_id, run)

    def ring(self, task_token: str, payout_id: str, run: int) -> bool:
        return self.inner.ring(task_token, payout_id, run)


def _unnamed(fulfillments: Fulfillments) -> Fulfillments:
    assert isinstance(fulfillments, SimFulfillments)
    return Unnamed(fulfillments, [0])


class WebhookIsTruth(LookAgain):
    """What a webhook leads to replaces what is known, however late it came."""

    def _heard(self, attempt: Attempt, found: ProviderAnswer) -> Sight:
        seen = replace(attempt, answer=found, provider_id=found.provider_id, version=attempt.version + 1)
        self.store.commit((Replace(seen),))
        return self._concluded(seen, otherwise=Looked.UNDER_WAY)


class EarlyWebhookDropped(LookAgain):
    """A webhook about an id that is not saved yet is taken for somebody else's."""

    def __call__(self, hint: ProviderHint) -> Sight:
        if hint.resource != "payout":
            found = self.provider.look_up_resource(hint.resource, hint.resource_id, self.clock.now())
            known = identity.payout_of(found.reference) if found else None
            attempt = self.store.attempt(*known) if known else None
            if attempt is None or attempt.provider_id != hint.resource_id:
                return Sight(Looked.NOT_OURS)
        return super().__call__(hint)


class WakeUpLost(LookAgain):
    """Only the hint that brought the news rings; if that ring is lost, no other comes."""

    def __call__(self, hint: ProviderHint) -> Sight:
        known = None
        if hint.resource == "payout":
            payout = self.store.payout(hint.resource_id)
            known = self.store.attempt(hint.resource_id, payout.attempts) if payout and payout.attempts else None
        if known is not None and is_conclusive(known):
            return Sight(Looked.CONCLUDED)
        return super().__call__(hint)


class OnlyRings(Conclude):
    """When nobody waits any more, the fact is left lying."""

    def __call__(self, attempt: Attempt) -> None:
        if attempt.task_token is not None:
            self.fulfillments.ring(attempt.task_token, attempt.payout_id, attempt.run)


class ErrorMeansFailed(SettlePayout):
    """What stopped the workflow is taken for the outcome of the payment."""

    def __call__(self, payout_id: str, run: int, error: str | None = None) -> Payout:
        payout = super().__call__(payout_id, run, error)
        if error is not None and payout.status is PayoutStatus.SUBMITTED:
            failed = payout.failed(self.clock.now(), error)
            self.store.commit((Replace(failed),))
            return failed
        return payout


class NeverAsks(Sweep):
    """The sweep leaves alone what is with a provider."""

    def _ask_provider(self, payout: Payout) -> tuple[str, ...]:
        self.store.commit((Replace(payout.to_look_at(None)),))
        return ()


class ForgetsUndecided(Sweep):
    """The sweep does not look at events without an outcome."""

    def _send_again(self, event_id: str) -> tuple[Found, ...]:
        del event_id
        return ()


class ReleasesSubmitted(ReleaseAgain):
    """A person may release again what is with a provider."""

    def __call__(
        self, payout_id: str, actor: str, reason: str, run: int | None = None, *, only_told_late: bool = False
    ) -> Payout | CannotRelease:
        payout = self.store.payout(payout_id)
        if payout is not None and payout.status is PayoutStatus.SUBMITTED:
            now = self.clock.now()
            again = payout.failed(now, "given up").decided_again(now, actor)
            self.store.commit((Replace(replace(again, version=payout.version + 1)),))
            self.fulfillments.start(payout_id, again.run)
            return again
        return super().__call__(payout_id, actor, reason, run, only_told_late=only_told_late)


class NoNote(Notify):
    """No note is kept of a mail that went out."""

    def _once(self, key: str, mail: Mail) -> str:
        del key
        sent = self.mailer.send(mail)
        return sent if isinstance(sent, str) else sent.reason


BUGS: Final = {
    "message deleted before the start": Bug(
        "a start that fails is not tried again", Parts(evaluate=DeletedBeforeStart)
    ),
    "a redelivery starts nothing": Bug("what was decided is never started again", Parts(evaluate=StartsOnlyOnce)),
    "unnamed execution": Bug("each start makes an execution", Parts(fulfillments=_unnamed)),
    "late webhook applied as truth": Bug("what was known is overwritten", Parts(look_again=WebhookIsTruth)),
    "webhook before id dropped": Bug("an early webhook is taken for another's", Parts(look_again=EarlyWebhookDropped)),
    "wake-up lost after commit": Bug("known news rings nobody", Parts(look_again=WakeUpLost)),
    "nobody settles when nobody waits": Bug("a gone token ends the matter", Parts(conclude=OnlyRings)),
    "workflow error means failed": Bug("a stopped run fails its payout", Parts(settle=ErrorMeansFailed)),
    "the sweep never asks": Bug("a missing webhook is never made up for", Parts(sweep=NeverAsks)),
    "the sweep forgets events": Bug("an undecided event stays so", Parts(sweep=ForgetsUndecided), met=165),
    "released again while submitted": Bug("a person's decision needs no proof", Parts(release_again=ReleasesSubmitted)),
    "mail without a note": Bug("every notice sends its mail", Parts(notify=NoNote)),
}
