"""Personal data stays in `people`: a canary in every field that says who somebody is, and a life of a deal around it.

The handlers that are deployed are called, with the production use cases behind them. Whatever they are given (a queue's
message, the workflow's input), whatever they answer (the workflow's state), whatever they log, and every row outside of
`people`, is searched for the canaries. What receive_event answers and logs is tests/hostile.
"""

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

import builders
from builders import Changed
from fakes.invocation import MemoryInvocation
from guerdon import bootstrap
from guerdon.adapters.aws.queues import notice_to_message
from guerdon.adapters.crm.standard import wire
from guerdon.adapters.crm.standard.payload import redacted, stored_event
from guerdon.adapters.statements.reading import read_statement
from guerdon.application.clear_checks import ClearChecks
from guerdon.application.erase_advocate import EraseAdvocate, Erased
from guerdon.application.reconcile import Reconcile
from guerdon.application.reconciliation_records import ReconciliationItem, SeenLine
from guerdon.application.records import AdvocateDetails, AnswerState, EventBody, FrozenRequest
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.resolve_event import ResolveEvent
from guerdon.application.seal_ledger import SealLedger
from guerdon.application.seal_records import SealedText
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine
from guerdon.domain.judgment import Outcome
from guerdon.domain.ledger import Entry
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.reconciliation import StatementLine
from guerdon.domain.seal import SEALED_AFTER
from lifecycle import Lifecycle, undone, won
from statements import Statement

CANARY: Final = "kanarienvogel"
PEOPLE: Final = (AdvocateDetails, EventBody, FrozenRequest)
"""The rows of the one table that may name somebody."""

HARMLESS: Final = {"id", "segment", "type", "country", "preferred_channel", "first_purchase"}
"""What the rules judge by, and the ids of the CRM, which name nobody."""

PERSONS: Final = {"advocate": wire.Advocate, "referred": wire.Referred}


def canaries() -> dict[str, str]:
    """A canary of its own for each field of a message that says who somebody is, by its dotted path."""
    found: dict[str, str] = {}
    for side, shape in PERSONS.items():
        for name in shape.__struct_fields__:
            if name == "address":
                parts = [part for part in wire.Address.__struct_fields__ if part != "country"]
                found |= {f"{side}.address.{part}": f"{CANARY}-{side}-{part}" for part in parts}
            elif name not in HARMLESS:
                found[f"{side}.{name}"] = f"{CANARY}-{side}-{name}"
    return found


def naming(*, deal: str = "D-1") -> dict[str, Changed]:
    """A win that names both sides in every way."""
    told: dict[str, Changed] = {**won(deal=deal), "referred__id": "C-1"}
    addresses: dict[str, dict[str, str]] = {side: {"country": "US"} for side in PERSONS}
    for path, canary in canaries().items():
        side, _, field = path.partition(".")
        if field.startswith("address."):
            addresses[side][field.removeprefix("address.")] = canary
        else:
            told[f"{side}__{field}"] = f"{canary}@example.com" if field == "email" else canary
    return told | {f"{side}__address": address for side, address in addresses.items()}


class Deployed:
    """A world whose steps go through the deployed handlers.

    Attributes:
        said: All that went into a handler, and all that came out of it.
        log: All that any of them logged.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        rules = [
            builders.rule(channel="check", amount={"percentage": {"rate": "10"}}),
            builders.rule(name="welcome", rewards="referred", channel="check", amount={"flat": "25.00"}),
        ]
        self.life = Lifecycle(Channel.CHECK, rules=rules)
        self.said: list[str] = []
        self.log = io.StringIO()
        self._patch = patch
        patch.setenv("STACK_NAME", "guerdon")
        world = self.world = self.life.world
        pay, look_again, sweep = world.pay, world.look_again, world.sweep
        world.evaluate = self._through("evaluate_rewards", world.evaluate, _event_of)
        world.release = self._through("release_payout", world.release, _run_of)
        world.settle = self._through("settle_payout", world.settle, _run_of)
        world.notify = self._through("notify", world.notify, lambda notice: _queued(notice_to_message(notice)))
        world.sweep = self._through("sweep", sweep, dict, lambda spied: (spied, lambda: None))
        world.pay = self._through("pay_check", pay, _task_of, lambda spied: lambda _: (spied, look_again))
        world.look_again = self._through(
            "pay_check", look_again, lambda hint: _queued(asdict(hint)), lambda spied: lambda _: (pay, spied)
        )
        self.seal = self._through("seal_ledger", SealLedger(world.store, world.clock), dict)
        self.statement = Statement("lob")
        reconcile = Reconcile(world.store, world.clock, self.statement)
        self.reconcile = self._through("reconcile", reconcile, dict, lambda spied: (spied, None))

    def everything(self) -> str:
        """All that was said and logged, and every row that may name nobody."""
        rows = [repr(row) for row in self.world.store.rows.values() if not isinstance(row, PEOPLE)]
        carried = [repr(self.world.fulfillments.started), repr(self.world.notices.enqueued)]
        return "\n".join([*self.said, self.log.getvalue(), *rows, *carried]).lower()

    def people(self) -> str:
        """Every row that may name somebody."""
        return "\n".join(repr(row) for row in self.world.store.rows.values() if isinstance(row, PEOPLE)).lower()

    def _through(
        self,
        function: str,
        use_case: Any,  # noqa: ANN401 - each use case has a shape of its own.
        event_of: Callable[..., dict[str, Any]],
        made: Callable[[Any], Any] = lambda spied: spied,
    ) -> Any:  # noqa: ANN401 - as above
        """`use_case` as the function calls it: it is given an event, and its answer is what the use case said."""
        module = import_module(f"{function}.handler")
        assert isinstance(module.log.registered_handler, logging.StreamHandler)
        self._patch.setattr(module.log.registered_handler, "stream", self.log)
        factory = "pay_step" if function == "pay_check" else function

        def call(*args: object) -> object:
            answers: list[object] = []

            def spied(*given: object) -> object:
                answers.append(use_case(*given))
                return answers[-1]

            wired = made(spied)
            with self._patch.context() as patch:
                patch.setattr(bootstrap, factory, wired if factory == "pay_step" else lambda: wired)
                event = event_of(*args)
                answer = module.handle(event, MemoryInvocation(900_000))
            self.said += [json.dumps(event, default=str), json.dumps(answer, default=str)]
            (said,) = answers
            return said

        return call


def _queued(message: dict[str, Any]) -> dict[str, Any]:
    """A batch of one message, as a queue hands it over."""
    return {"Records": [{"messageId": "m-1", "body": json.dumps(message), "eventSource": "aws:sqs"}]}


def _event_of(event_id: str) -> dict[str, Any]:
    return _queued({"detail": {"event_id": event_id}})


def _run_of(payout_id: str, run: int, error: str | None = None) -> dict[str, Any]:
    return {"payout_id": payout_id, "run": run, "error": error}


def _task_of(payout_id: str, run: int, token: str) -> dict[str, Any]:
    return {"payout_id": payout_id, "run": run, "task_token": token}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Deployed:
    """A life: paid, refused, sent back, released again, undone, told with other content, mailed, sealed, reconciled."""
    deployed, folder = Deployed(monkeypatch), tmp_path
    life, world = deployed.life, deployed.world
    assert life.tell(naming()) is Outcome.REWARDED
    life.cloud.run(3)
    world.provider.next_submits.append(AnswerState.REFUSED)
    assert life.tell(naming(deal="D-2")) is Outcome.REWARDED
    life.cloud.run(3)
    assert {payout.status for payout in life.payouts()} == {PayoutStatus.SETTLED, PayoutStatus.FAILED}
    life.becomes(AnswerState.RETURNED)
    differs = life.told({**naming(), "deal__amount": {"value": "77.00", "currency": "USD"}})
    assert differs.outcome is Outcome.NEEDS_ATTENTION
    ResolveEvent(world.store, world.clock)(differs.event_id, "console:kim@example.com", "the CRM is right")
    again = ReleaseAgain(world.store, world.clock, world.fulfillments)
    for payout in life.payouts():
        again(payout.payout_id, "console:kim@example.com", "the address was mended")
    life.cloud.run(3)
    assert life.tell({**naming(), **undone()}) is Outcome.REVISED
    life.cloud.run(3)
    while world.notices.enqueued:
        world.notify(world.notices.enqueued.pop(0))
    world.clock.advance(9 * SEALED_AFTER)
    deployed.seal()
    deployed.statement.listed = list(exported(folder))
    deployed.reconcile()
    return deployed


def exported(folder: Path) -> Iterator[StatementLine]:
    """A statement of Lob's with a canary wherever somebody may write: as a reference, a memo, a name."""
    file = folder / "checks.csv"
    file.write_text(
        "id,guerdon_attempt,amount,date_created,status,memo,to_name\n"
        f"chk_1,{CANARY}@example.com,12.00,2026-11-20,mailed,{CANARY},{CANARY}\n"
    )
    for line in read_statement("lob", file):
        assert isinstance(line, StatementLine)
        yield line


def test_nobody_is_named_outside_of_people(deployed: Deployed) -> None:
    assert CANARY not in deployed.everything()
    stored = {type(row) for row in deployed.world.store.rows.values()}
    assert {Entry, Payout, ReconciliationItem, SealedText, SeenLine} < stored
    assert len(deployed.said) > 40
    assert "followed a hint" in deployed.log.getvalue()
    assert '"told"' in deployed.log.getvalue()


def test_every_canary_came_as_far_as_people(deployed: Deployed) -> None:
    # Else the search above would find nothing because nothing was there.
    people = deployed.people()
    assert [path for path, canary in canaries().items() if canary not in people] == []
    assert len(canaries()) == 17
    mailed = repr(deployed.world.mailer.sent)
    assert f"{CANARY}-advocate-email@example.com" in mailed


def test_who_is_erased_is_named_nowhere_at_all(deployed: Deployed) -> None:
    world = deployed.world
    erase = EraseAdvocate(world.store, world.store, world.clock, stored_event, redacted)
    for check in world.store.outstanding_checks():
        line = BankLine("operating", check.check_id, check.mailed_on, check.amount, check.number)
        ClearChecks(world.store, world.clock)((line,), "console:kim@example.com")
    for person in world.store.of(AdvocateDetails):
        assert isinstance(erase(person.advocate_id, "console:kim@example.com", "they asked"), Erased)
    assert CANARY not in deployed.people() + deployed.everything()


def test_a_body_that_cannot_be_read_any_more_is_not_quoted(deployed: Deployed) -> None:
    event_id = deployed.world.receive(deployed.life.message(naming(deal="D-8")))
    deployed.world.store.put(EventBody(event_id, json.dumps({"type": CANARY, "data": CANARY})))
    with pytest.raises(ValueError, match="values to unpack"):
        deployed.world.evaluate(event_id)
    assert "StoredEventUnreadable" in deployed.log.getvalue()
    assert CANARY not in deployed.everything()
