"""After the storm: what the stack does by itself, what a person does, and the hours that nobody has time to wait for.

Nothing here helps money along. The sweep is invoked as its schedule does; a payout that waits for a person is released
as `guerdon release` does; dead letters are put back as the SQS console does. What takes hours takes none, since a row's
date is set back in their place: `look_at`, and the moment of an attempt's last call.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from chaos.deals import ChaosDeal, Told
from chaos.standing import WAITS_FOR_A_PERSON, DealStanding, deal_standing
from e2e.live import LiveCloud
from guerdon.adapters.aws.clock import SystemClock
from guerdon.application.attempts import ABSENT_PROVES_AFTER, is_conclusive
from guerdon.application.lift_funds_hold import FundsTried
from guerdon.application.look_again import DRAFT_ABANDONED_AFTER
from guerdon.application.records import AnswerState, Attempt
from guerdon.application.release_again import CannotRelease
from guerdon.application.transaction import Replace
from guerdon.domain.channel import CHANNEL_OF
from guerdon.domain.errors import Retryable
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus

RESTS_WITHIN_SECONDS: Final = 1500
"""The longest wait of the workflow's retries for so short a storm, and a hint's visibility timeout, several times."""
QUIET_SECONDS: Final = 60.0
"""No function lives longer, so no call that it began is on its way any more: which is what the hours are there for."""
HOURS_SKIPPED: Final = DRAFT_ABANDONED_AFTER + timedelta(minutes=1)
"""The longest time that something has to be left alone before it proves anything."""
RELEASES_MOST: Final = 6
"""How often a person releases one payout before they say that something is wrong."""
LOOK_EVERY_SECONDS: Final = 4.0
ENDED_BY_A_RESTART: Final = "States.ServiceRestart"
"""The error of an execution that the emulator was carrying out when it was stopped. AWS has no such thing."""

_HINTS_QUEUE_OF: Final = {
    provider: f"{''.join(word.capitalize() for word in channel.value.split('_'))}HintsQueueUrl"
    for provider, channel in CHANNEL_OF.items()
}
_QUEUE_OF_DLQ: Final = {"EventsDlqUrl": "EventsQueueUrl", "NoticesDlqUrl": "NoticesQueueUrl"}


@dataclass(slots=True)
class Recovery:
    """Brings the deals of a run to rest.

    Attributes:
        taken: The events' ids of all that was told, by deal.
        released: How many payouts a person released, by what they waited for.
        put_back: How many dead letters were put back, by queue.
        hours_skipped: How often an attempt was dated back for the hours that proof takes.
    """

    cloud: LiveCloud
    taken: Mapping[ChaosDeal, Mapping[Told, str]]
    deals: dict[ChaosDeal, DealStanding] = field(default_factory=dict)
    released: Counter[str] = field(default_factory=Counter)
    put_back: Counter[str] = field(default_factory=Counter)
    hours_skipped: int = 0
    _clock: SystemClock = field(default_factory=SystemClock)
    _releases: Counter[str] = field(default_factory=Counter)

    def steps(self) -> Iterator[str]:
        """Go on until everything is at rest or the time is up, saying each time how far it is."""
        began = time.monotonic()
        while time.monotonic() - began < RESTS_WITHIN_SECONDS:
            self.cloud.invoke("sweep")
            running = self.executions("RUNNING")
            quiet = time.monotonic() - began > QUIET_SECONDS
            self._look()
            self._send_lost_events_again()
            for payout in self._open_payouts():
                self._treat(payout, running=execution_name(payout) in running, quiet=quiet)
            self._put_dead_letters_back()
            resting = sum(deal.at_rest for deal in self.deals.values())
            busy = self._busy(running)
            yield f"{resting} of {len(self.taken)} deals at rest" + (f"; {busy}" if busy else "")
            if resting == len(self.taken) and not busy:
                return
            time.sleep(LOOK_EVERY_SECONDS)

    def executions(self, status: str) -> dict[str, str]:
        """The executions of a status, by name, with their ARN."""
        pages = self.cloud.client("stepfunctions").get_paginator("list_executions")
        found = pages.paginate(stateMachineArn=self.cloud.output("StateMachineArn"), statusFilter=status)
        return {one["name"]: one["executionArn"] for page in found for one in page["executions"]}

    def cut_off_by_a_restart(self) -> set[str]:
        """The payouts of whose executions one was ended by the emulator's restart."""
        client = self.cloud.client("stepfunctions")
        return {
            name.rpartition("-")[0]
            for name, arn in self.executions("FAILED").items()
            if client.describe_execution(executionArn=arn).get("error") == ENDED_BY_A_RESTART
        }

    def _look(self) -> None:
        for planned, taken in self.taken.items():
            known = self.deals.get(planned)
            if known is None or not known.at_rest:
                self.deals[planned] = deal_standing(self.cloud, planned, taken)

    def _send_lost_events_again(self) -> None:
        """An event that is undecided while its queue is empty was lost on its way: the sweep sends it in its next pass,
        and not in five minutes.
        """
        if self.cloud.depth(self.cloud.output("EventsQueueUrl")):
            return
        now = self._clock.now()
        for deal in self.deals.values():
            for event in deal.events.values():
                if event.outcome is None and event.look_at is not None and event.look_at > now:
                    earlier = replace(event, look_at=now, version=event.version + 1)
                    self.cloud.stack.store.commit((Replace(earlier),))

    def _open_payouts(self) -> list[Payout]:
        return [payout for deal in self.deals.values() if not deal.at_rest for payout in deal.payouts]

    def _treat(self, payout: Payout, *, running: bool, quiet: bool) -> None:
        """What a person or the passing of time does for one payout; what changes meanwhile is seen the next time."""
        try:
            if payout.waits_for == BlockReason.FUNDS:
                self._say_that_there_is_money(payout)
            elif payout.status in WAITS_FOR_A_PERSON:
                self._release(payout)
            elif payout.status is PayoutStatus.SUBMITTED:
                if quiet and not running:
                    self._skip_the_hours(payout)
                self._look_now(payout)
            elif payout.status in {PayoutStatus.EARNED, PayoutStatus.RELEASED} and not running:
                self._look_now(payout)
        except Retryable:
            return

    def _release(self, payout: Payout) -> None:
        if self._releases[payout.payout_id] == RELEASES_MOST:
            return
        waited_for = f"{payout.status}: {payout.reason}"
        decided = self.cloud.stack.release(payout.payout_id, self.cloud.stack.caller(), "the faults are over")
        if not isinstance(decided, CannotRelease):
            self._releases[payout.payout_id] += 1
            self.released[waited_for] += 1

    def _say_that_there_is_money(self, payout: Payout) -> None:
        """Have one of its channel's payouts tried, and not in a quarter of an hour; the sweep has the others follow."""
        hold = self.cloud.stack.store.funds_hold(payout.channel)
        if hold is not None and hold.holds and hold.trying is None:
            caller = self.cloud.stack.caller()
            if isinstance(self.cloud.stack.lift_funds_hold(payout.channel, caller, "the faults are over"), FundsTried):
                self.released[f"{payout.status}: {payout.reason}"] += 1

    def _look_now(self, payout: Payout) -> None:
        """The sweep looks at it in its next pass, and not in half an hour."""
        now = self._clock.now()
        if payout.look_at is None or payout.look_at > now:
            self.cloud.stack.store.commit((Replace(payout.to_look_at(now)),))

    def _skip_the_hours(self, payout: Payout) -> None:
        """Date an attempt back that nobody works on: one that was looked for in vain, or a draft that nobody confirms.

        Hours later another vain look is proof, and a draft is given up.
        """
        attempt = self.cloud.stack.store.attempt(payout.payout_id, payout.attempts)
        if attempt is None or is_conclusive(attempt):
            return
        now = self._clock.now()
        missed = attempt.absent_since is not None and now - attempt.absent_since < ABSENT_PROVES_AFTER
        a_draft = attempt.answer is not None and attempt.answer.state is AnswerState.PREPARED
        if missed or (a_draft and now - attempt.first_sent_at < DRAFT_ABANDONED_AFTER):
            self.cloud.stack.store.commit((Replace(hours_earlier(attempt)),))
            self.hours_skipped += 1

    def _put_dead_letters_back(self) -> None:
        client, urls = self.cloud.client("sqs"), self.cloud.queue_urls()
        for name in (*_QUEUE_OF_DLQ, "HintsDlqUrl"):
            answer = client.receive_message(QueueUrl=urls[name], MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                client.send_message(QueueUrl=urls[queue_of(name, message)], MessageBody=message["Body"])
                client.delete_message(QueueUrl=urls[name], ReceiptHandle=message["ReceiptHandle"])
                self.put_back[name.removesuffix("Url")] += 1

    def _busy(self, running: Mapping[str, str]) -> str:
        """What is still under way, in words; empty when nothing is."""
        waiting = sum(self.cloud.depth(url) for url in self.cloud.queue_urls().values())
        webhooks = self.cloud.sandbox("GET", "webhooks")["deliveries"]
        unsent = sum(webhook["state"] == "scheduled" for webhook in webhooks)
        counts = {"executions": len(running), "messages": waiting, "webhooks": unsent}
        return ", ".join(f"{count} {what} under way" for what, count in counts.items() if count)


def hours_earlier(attempt: Attempt) -> Attempt:
    """The attempt as it would stand if all that is known of it had happened hours earlier."""
    missed = attempt.absent_since
    return replace(
        attempt,
        first_sent_at=attempt.first_sent_at - HOURS_SKIPPED,
        last_sent_at=attempt.last_sent_at - HOURS_SKIPPED,
        absent_since=missed - HOURS_SKIPPED if missed else None,
        version=attempt.version + 1,
    )


def queue_of(dead_letters: str, message: Mapping[str, Any]) -> str:
    """The output of the queue that a dead letter came from; the paying functions share one for theirs."""
    if dead_letters in _QUEUE_OF_DLQ:
        return _QUEUE_OF_DLQ[dead_letters]
    return _HINTS_QUEUE_OF[json.loads(message["Body"])["provider"]]


def execution_name(payout: Payout) -> str:
    """The name of the execution of the run that a payout is in."""
    return f"{payout.payout_id}-{payout.run}"
