"""What is played to drive every state and every edge of the workflow, with the exact end of each.

Most of it is read from the file itself: for every retrier and every error that it names, a run that recovers and a run
that doesn't, each with the trouble before the step's work and after it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import builders
from guerdon.application.records import AnswerState
from guerdon.domain import ledger
from guerdon.domain.channel import Channel
from guerdon.domain.errors import RETRYABLE_IN_WORKFLOW, BusUnavailable, StoreBusy
from guerdon.domain.pausing import EVERYTHING, Pause, Pauses
from guerdon.domain.payout import BlockReason, PayoutStatus
from simulation.workflow import DEFINITION, Data
from workflow.stage import ANY_OTHER, CHANNEL_OF, PAY_STATE_OF, STATES, TIMEOUT, Stage, Trouble

_S: Final = PayoutStatus
VALUE_MINOR: Final = 100_00
_PASSES_AFTER_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class End:
    """Where a run ends, and what stands in the tables and the till then.

    Attributes:
        result: "SUCCEEDED", or the error of the Fail state.
        path: The states that it entered, in order.
        journal: The kinds of the entries.
        moved_minor: What left the provider's float.
        told: How many messages ask for a mail.
        tries: How often the state in trouble was tried, if one was.
    """

    path: tuple[str, ...]
    status: PayoutStatus
    journal: tuple[str, ...] = ()
    moved_minor: int = 0
    reason: str | None = None
    attention: str | None = None
    told: int = 1
    result: str = "SUCCEEDED"
    tries: int | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One run: what it meets, and its end."""

    name: str
    channel: Channel
    end: End
    prepare: Callable[[Stage], object] = Stage.earned
    trouble: Trouble | None = None

    def play(self, definition: Data = DEFINITION) -> Stage:
        """Let the run happen, as these states say."""
        stage = Stage(self.channel, self.trouble, definition)
        self.prepare(stage)
        stage.run()
        return stage


def paid(channel: Channel) -> End:
    """A run that goes well."""
    path = ("Release", "Route", PAY_STATE_OF[channel], "Settle")
    return End(path, _S.SETTLED, ("submitted", "settled"), VALUE_MINOR)


def balances_of(end: End, channel: Channel) -> dict[str, int]:
    """The trial balance that a journal comes to; the entry "earned" is none of the workflow's."""
    match end.journal:
        case ("submitted",):
            return {ledger.in_transit(channel): -VALUE_MINOR, ledger.REWARDS_LIABILITY: VALUE_MINOR}
        case ("submitted", "settled"):
            return {ledger.settlement_account(channel): -VALUE_MINOR, ledger.REWARDS_LIABILITY: VALUE_MINOR}
        case _:
            return {}


# --- every retrier, every error ---------------------------------------------------------------------------------------


def _raised(named: str) -> str:
    """An error that goes by this name: TaskFailed is what any other error is called."""
    return ANY_OTHER if named == "States.TaskFailed" else named


def troubles(states: Mapping[str, Data]) -> Iterator[tuple[str, int, str, bool]]:
    """Each state, retrier, error that it names, and whether the work was done when it happened."""
    for state, definition in states.items():
        for index, retrier in enumerate(definition.get("Retry", [])):
            for named in retrier["ErrorEquals"]:
                yield from ((state, index, named, after) for after in (False, True))


def recovered(states: Mapping[str, Data]) -> Iterator[Scenario]:
    """One try fails, the next one doesn't: the same end as if nothing had happened, and the money moved once."""
    for state, index, named, after in troubles(states):
        channel = CHANNEL_OF.get(state, Channel.GIFT_CARD)
        end, prepare = (_OBSERVED, _unarmed) if state == "Notify" else (paid(channel), Stage.earned)
        twice = (state == "Notify" and (after or named == TIMEOUT)) or (state == "Settle" and after)
        end = replace(end, tries=None if state == "Notify" else 2, told=2 if twice else 1)
        yield Scenario(
            f"{state} recovers from {named} of retrier {index}, {'after' if after else 'before'} its work",
            channel,
            end,
            prepare,
            trouble=Trouble(state, _raised(named), 1, after),
        )


def given_up(states: Mapping[str, Data]) -> Iterator[Scenario]:
    """Every try fails: what is left is caught, and the payout says what is known."""
    for state, index, named, after in troubles(states):
        channel = CHANNEL_OF.get(state, Channel.GIFT_CARD)
        error, tries = _raised(named), states[state]["Retry"][index]["MaxAttempts"] + 1
        end = _caught(state, channel, error, tries, after=after)
        yield Scenario(
            f"{state} gives up on {named} of retrier {index}, {'after' if after else 'before'} its work",
            channel,
            replace(end, tries=None if state == "Notify" else tries),
            _unarmed if state == "Notify" else Stage.earned,
            trouble=Trouble(state, error, tries, after),
        )


def ridden_out() -> Iterator[Scenario]:
    """What passes within minutes is ridden out by every function, whatever the file says of it today."""
    for state in (*CHANNEL_OF, "Release", "Settle"):
        channel = CHANNEL_OF.get(state, Channel.GIFT_CARD)
        for error in (StoreBusy, BusUnavailable) if state not in CHANNEL_OF else RETRYABLE_IN_WORKFLOW:
            trouble = Trouble(state, error.__name__, _PASSES_AFTER_TRIES)
            end = replace(paid(channel), tries=_PASSES_AFTER_TRIES + 1)
            yield Scenario(f"{state} rides out {error.__name__}", channel, end, trouble=trouble)


def _caught(state: str, channel: Channel, error: str, tries: int, *, after: bool) -> End:
    well = paid(channel)
    stopped = replace(well, status=_S.BLOCKED, journal=(), moved_minor=0, reason=BlockReason.WORKFLOW, attention=error)
    match state:
        case "Release":
            # Released or not, nothing was asked of the provider: a person may release it again.
            return replace(stopped, path=("Release", "Settle"))
        case "Settle":
            # What the provider said is on the attempt; the sweep finds the payout by its deadline. A queue that is away
            # leaves a mail missing, and nothing else.
            failed = error != BusUnavailable.__name__
            ended = replace(well, path=(*well.path, "NotSettled" if failed else "Done"), told=tries if after else 0)
            ended = replace(ended, result="NotSettled" if failed else "SUCCEEDED")
            return ended if after else replace(ended, status=_S.SUBMITTED, journal=("submitted",))
        case "Notify":
            sent = tries if after or error == TIMEOUT else 0
            return replace(_OBSERVED, path=(*_OBSERVED.path, "Done"), told=sent)
        case _:
            return well if after else stopped


# --- every choice, and what a provider makes of it --------------------------------------------------------------------


def _earned(**changes: builders.Changed) -> Callable[[Stage], None]:
    return lambda stage: stage.earned(**changes)


def _held(stage: Stage) -> None:
    stage.earned(hold_until=builders.NOW + timedelta(days=30))


def _unarmed(stage: Stage) -> None:
    stage.earned()
    stage.store.put(replace(builders.armed(stage.channel), armed=False))


_PAUSES: Final = Pauses((Pause(EVERYTHING, builders.NOW, "aws:ada", "a wrong rule"),))


def _paused(stage: Stage) -> None:
    stage.earned()
    stage.store.put(_PAUSES)


def _paused_since(stage: Stage) -> None:
    """It is paused between its release and its pay step."""
    stage.earned()
    released = stage.release

    def release(payout_id: str, run: int) -> object:
        answer = released(payout_id, run)
        stage.store.put(_PAUSES)
        return answer

    stage.release = release


def _lacking(stage: Stage) -> None:
    stage.earned()
    stage.missing = "name: the recipient's name is missing"


def _answering(state: AnswerState) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        stage.earned()
        stage.will(state)

    return prepare


def _told_later(stage: Stage) -> None:
    stage.earned()
    stage.will(AnswerState.PENDING)
    stage.carries_out_after(timedelta(hours=20))


@dataclass(frozen=True, slots=True)
class _Answer:
    """A release's answer that no release of ours gives."""

    decision: Any
    until: None = None


def _deciding(decision: object) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        stage.earned()
        stage.release = lambda _payout_id, _run: _Answer(decision)

    return prepare


_OVERDUE: Final = {
    Channel.GIFT_CARD: "the provider has not carried it out in 3 days",
    Channel.CHECK: "the provider has not carried it out in 10 days",
    Channel.BILL_CREDIT: "the provider has not carried it out in 1 day",
    Channel.MERCHANDISE: "the provider has not carried it out in 45 days",
}


def by_channel(channel: Channel) -> Iterator[Scenario]:
    """What a provider may make of a payout."""
    well = paid(channel)
    undone = replace(well, journal=("submitted", "failed"), moved_minor=0)
    refused = replace(undone, status=_S.FAILED, reason=AnswerState.REFUSED.value)
    no_funds = replace(undone, status=_S.BLOCKED, reason=BlockReason.FUNDS)
    stopped = replace(well, status=_S.BLOCKED, journal=(), moved_minor=0, reason=BlockReason.PAUSED)
    never = replace(well, status=_S.SUBMITTED, journal=("submitted",), attention=_OVERDUE[channel])
    yield Scenario(f"{channel} is paid", channel, well)
    yield Scenario(f"{channel} is held first", channel, replace(well, path=(*_HOLD, *well.path)), _held)
    yield Scenario(f"{channel} is carried out later, and a webhook tells", channel, well, _told_later)
    yield Scenario(f"{channel} is refused", channel, refused, _answering(AnswerState.REFUSED))
    yield Scenario(f"{channel} has no funds", channel, no_funds, _answering(AnswerState.OUT_OF_FUNDS))
    yield Scenario(f"{channel} is paused once it was released", channel, stopped, _paused_since)
    yield Scenario(f"{channel} is never told of", channel, never, _answering(AnswerState.PENDING))


_HOLD: Final = ("Release", "Route", "Hold")
_BLOCKED: Final = End(("Release", "Route", "Notify"), _S.BLOCKED)
_OBSERVED: Final = replace(_BLOCKED, reason=BlockReason.OBSERVING)
_NOTHING: Final = End(("Release", "Route", "Done"), _S.EARNED, told=0)
_UNKNOWN: Final = End(("Release", "Route", "UnknownDecision"), _S.EARNED, told=0, result="UnknownDecision")


def routed() -> Iterator[Scenario]:
    """What a release may answer beside a channel."""
    card = Channel.GIFT_CARD
    lacking = replace(_BLOCKED, reason=BlockReason.DETAILS, attention="name: the recipient's name is missing")
    yield Scenario("a channel is not armed", card, _OBSERVED, _unarmed)
    yield Scenario("everything is paused", card, replace(_BLOCKED, reason=BlockReason.PAUSED), _paused)
    yield Scenario("details are missing", card, lacking, _lacking)
    yield Scenario("the run is stale", card, _NOTHING, _earned(run=2))
    for status in (_S.SETTLED, _S.FAILED, _S.RETURNED, _S.REVERSED, _S.CLAWED_BACK):
        end = replace(_NOTHING, status=status)
        yield Scenario(f"the payout is {status} already", card, end, _earned(status=status))
    yield Scenario("the payout is blocked already", card, _BLOCKED, _earned(status=_S.BLOCKED))
    for decision in ("crypto", "", None, 7, "GIFT_CARD"):
        yield Scenario(f"a release answers {decision!r}", card, _UNKNOWN, _deciding(decision))


def scenarios_of(states: Mapping[str, Data]) -> dict[str, Scenario]:
    """Every scenario of a workflow with these states, by its name."""
    played = (*map(by_channel, Channel), routed(), recovered(states), given_up(states), ridden_out())
    return {scenario.name: scenario for scenarios in played for scenario in scenarios}


ALL: Final = scenarios_of(STATES)


def assert_ends_as_it_should(scenario: Scenario, definition: Data = DEFINITION) -> None:
    """Play it by these states, and hold all that it leaves behind to what it should."""
    end, stage = scenario.end, scenario.play(definition)

    (execution,) = stage.workflow.executions
    assert (execution.result, tuple(stage.path)) == (end.result, end.path)
    assert_money_is_as_it_should(scenario, stage)
    assert stage.told == [_notice(stage)] * end.told
    if scenario.trouble and end.tries is not None:
        assert stage.tries[scenario.trouble.state] == end.tries


def assert_older_ends_as_it_should(scenario: Scenario, definition: Data) -> None:
    """Play it by an older workflow's states: its way may be another, and what becomes of the money may not.

    Until 0.1.0 a state of its own asked for the mail after Settle, which asks for it itself by now: whoever should hear
    is told, and hears once, since a mail goes out once however often it is asked for.
    """
    end, stage = scenario.end, scenario.play(definition)

    assert_money_is_as_it_should(scenario, stage)
    assert all(notice == _notice(stage) for notice in stage.told)
    assert len(stage.told) >= end.told


def assert_money_is_as_it_should(scenario: Scenario, stage: Stage) -> None:
    """Hold the payout, its entries and what moved at the provider to what they should be."""
    end, payout = scenario.end, stage.payout
    assert (payout.status, payout.reason, payout.attention) == (end.status, end.reason, end.attention)
    assert tuple(stage.journal) == end.journal
    assert stage.balances == balances_of(end, scenario.channel)
    assert stage.moved_minor == end.moved_minor


def _notice(stage: Stage) -> dict[str, object]:
    return {"kind": "payout", "payout_id": stage.payout.payout_id, "run": 1}
