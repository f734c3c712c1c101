"""One run of infra/fulfillment.asl.json by the production use cases, with trouble put where a test wants it."""

import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import builders
from fakes.provider import MemoryDraftingProvider, MemoryProvider
from fakes.queues import MemoryNotices
from fakes.store import MemoryStore
from guerdon.adapters.aws.queues import notice_to_message
from guerdon.application.conclude import Conclude
from guerdon.application.end_run import EndRun
from guerdon.application.look_again import LookAgain
from guerdon.application.pay_payout import PayPayout
from guerdon.application.ports import Notice, PayoutOrder, ProviderHint
from guerdon.application.records import AnswerState
from guerdon.application.release_payout import ReleasePayout
from guerdon.application.settle_payout import SettlePayout
from guerdon.domain import ledger
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.payout import Payout, PayoutStatus
from simulation.engine import DAY, MINUTE, SECOND, Engine
from simulation.faults import Fault, Faults
from simulation.ports import SimClock, SimFulfillments
from simulation.workflow import DEFINITION, Data, Edge, Execution, Function, Workflow

STATES: Final[dict[str, Data]] = DEFINITION["States"]
PAY_STATE_OF: Final = {
    Channel.GIFT_CARD: "PayGiftCard",
    Channel.CHECK: "PayCheck",
    Channel.BILL_CREDIT: "PayBillCredit",
    Channel.MERCHANDISE: "PayMerchandise",
}
CHANNEL_OF: Final = {state: channel for channel, state in PAY_STATE_OF.items()}
RUN: Final = 1
TIMEOUT: Final = "States.Timeout"
ANY_OTHER: Final = "SomethingElse"
"""An error that no retrier names: what it is about is States.TaskFailed."""


Release = Callable[[str, int], Any]
"""The release check, or what a test puts in its place."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What befalls the first tries of one state.

    Attributes:
        error: The error's name; States.Timeout is a try that never ends.
        after: Whether the try did its work first, so that only its answer is lost.
    """

    state: str
    error: str
    times: int = 1
    after: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """Keeps what is put on the queue of things to tell, as the messages that it would be."""

    told: list[Data]

    def enqueue(self, notice: Notice, delay_seconds: int = 0) -> None:
        assert delay_seconds == 0
        self.told.append(notice_to_message(notice))


class Stage:
    """A payout, its workflow and its provider.

    Attributes:
        tries: How often each function was invoked, by its state.
        told: The messages of the states that ask for a mail.
        missing: What the release check finds wanting, if anything.
    """

    def __init__(
        self, channel: Channel = Channel.GIFT_CARD, trouble: Trouble | None = None, definition: Data = DEFINITION
    ) -> None:
        self.channel = channel
        self.missing: str | None = None
        self.tries: Counter[str] = Counter()
        self.told: list[Data] = []
        chance = random.Random(1)  # noqa: S311 - a run is repeatable, not secret.
        plan = _messages_in_trouble(trouble) if trouble and trouble.state == "Notify" else {}
        self.engine = Engine(builders.NOW, chance, Faults(chance, 0, 0, plan=plan), traced=True)
        self.store, self.notices = MemoryStore(), MemoryNotices()
        kind = MemoryDraftingProvider if channel is Channel.MERCHANDISE else MemoryProvider
        self.provider = kind(PROVIDER_OF[channel])
        self._definition, self._states = definition, definition["States"]
        self._troubles = deque([trouble] * trouble.times if trouble else [])
        functions = self._functions()
        # No function ends before its state does: which of the two limits comes first is the template's business.
        self.workflow = Workflow(self.engine, functions, dict.fromkeys(functions, DAY), self.told.append, definition)
        self._wire()
        if isinstance(self.provider, MemoryDraftingProvider):
            self.provider.next_confirms.append(AnswerState.DONE)

    def _wire(self) -> None:
        clock, fulfillments = (
            SimClock(self.engine),
            SimFulfillments(self.engine, self.workflow.start, self.workflow.ring),
        )
        self.release: Release = ReleasePayout(self.store, clock, self._unmet)
        self.settle = SettlePayout(self.store, clock)
        self.end_run = EndRun(self.settle, Telling(self.told))
        conclude = Conclude(fulfillments, self.settle, self.notices)
        self.pay = PayPayout(self.store, clock, self.provider, conclude)
        self.look_again = LookAgain(self.store, clock, self.provider, conclude)

    def earned(self, status: PayoutStatus = PayoutStatus.EARNED, **changes: builders.Changed) -> None:
        """Store the payout, its recipient, and the switch of its channel."""
        payout = builders.payout(status, channel=self.channel, **changes)
        self.store.put(payout, builders.details(), builders.reward(), builders.armed(self.channel))

    def will(self, state: AnswerState) -> None:
        """What the provider makes of the payout."""
        if isinstance(self.provider, MemoryDraftingProvider):
            self.provider.next_confirms[0] = state
        else:
            self.provider.next_submits.append(state)

    def carries_out_after(self, delay: timedelta) -> None:
        """The provider takes its time, and then its webhook comes."""

        def deed() -> None:
            answer = self.provider.became(f"{builders.PAYOUT_ID}-1", AnswerState.DONE)
            self.look_again(ProviderHint(self.provider.name, "orders", answer.provider_id))

        self.engine.after(int(delay.total_seconds()) * SECOND, deed)

    def run(self) -> Execution:
        """Start the run, and let everything happen that happens."""
        self.workflow.start(builders.PAYOUT_ID, RUN)
        self.engine.run()
        (execution,) = self.workflow.executions
        return execution

    # --- what came of it ----------------------------------------------------------------------------------------------

    @property
    def path(self) -> list[str]:
        """The states that were entered, in order."""
        assert self.engine.trace is not None
        return [line.rpartition(" ")[2] for line in self.engine.trace if " enters " in line]

    @property
    def edges(self) -> set[Edge]:
        """The edges that were taken."""
        return set(self.workflow.taken)

    @property
    def payout(self) -> Payout:
        """The payout as it is stored."""
        payout = self.store.payout(builders.PAYOUT_ID)
        assert payout is not None
        return payout

    @property
    def journal(self) -> list[str]:
        """The kinds of the journal's entries, in order."""
        return [entry.kind.value for entry in self.store.of(ledger.Entry)]

    @property
    def balances(self) -> dict[str, int]:
        """The trial balance, without accounts that are even."""
        balances = ledger.trial_balance(self.store.of(ledger.Entry))
        return {account: minor for (account, _), minor in balances.items() if minor}

    @property
    def moved_minor(self) -> int:
        """What left the provider's float."""
        return sum(movement.amount.amount_minor for movement in self.provider.till)

    # --- the functions ------------------------------------------------------------------------------------------------

    def _functions(self) -> dict[str, Function]:
        bodies: dict[str, Function] = {"Release": self._release, "Settle": self._settle}
        bodies |= dict.fromkeys(CHANNEL_OF, self._pay)
        return {
            self._states[state]["Arguments"]["FunctionName"]: self._in_trouble(state, body)
            for state, body in bodies.items()
        }

    def _in_trouble(self, state: str, body: Function) -> Function:
        def function(payload: Data) -> Data:
            self.tries[state] += 1
            if not self._troubles or self._troubles[0].state != state:
                return body(payload)
            trouble = self._troubles.popleft()
            if trouble.after:
                body(payload)
            if trouble.error == TIMEOUT:
                self.engine.pass_time((self._states[state]["TimeoutSeconds"] + 1) * SECOND + MINUTE)
            raise type(trouble.error, (Exception,), {})

        return function

    def _release(self, payload: Data) -> Data:
        release = self.release(payload["payout_id"], payload["run"])
        told = {**payload, "decision": release.decision}
        return told if release.until is None else {**told, "until": release.until.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def _pay(self, payload: Data) -> Data:
        self.pay(payload["payout_id"], payload["run"], payload["task_token"])
        return {"payout_id": payload["payout_id"], "run": payload["run"]}

    def _settle(self, payload: Data) -> Data:
        payout = self.end_run(payload["payout_id"], payload["run"], payload.get("error"))
        return {"payout_id": payout.payout_id, "run": payload["run"], "status": payout.status}

    def _unmet(self, channel: Channel, order: PayoutOrder) -> str | None:
        assert (channel, order.payout_id) == (self.channel, builders.PAYOUT_ID)
        return self.missing


def _messages_in_trouble(trouble: Trouble) -> dict[str, Fault]:
    """The plan that fails the first messages of the Notify state: no function of ours sends them."""
    fault = Fault.LOSE if trouble.after else Fault.THROTTLE
    if trouble.error == TIMEOUT:
        fault = Fault.SLOW
    name = f"message {builders.PAYOUT_ID}-{RUN}"
    return {f"{name} #{number} call 0 message sent by the workflow": fault for number in range(1, trouble.times + 1)}
