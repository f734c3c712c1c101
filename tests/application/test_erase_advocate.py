"""Erasing a person: what names them goes, whatever dies on the way, and the books stay as they were."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

import builders
from builders import Changed
from fakes.store import key_of
from guerdon.adapters.crm.standard.payload import redacted, stored_event
from guerdon.application.audit_records import Audit
from guerdon.application.clear_checks import ClearChecks
from guerdon.application.erase_advocate import CannotErase, EraseAdvocate, Erased
from guerdon.application.records import AdvocateDetails, AnswerState, EventBody, FrozenRequest, InboxEvent
from guerdon.application.seal_ledger import SealLedger
from guerdon.application.transaction import Row
from guerdon.application.verify_ledger import VerifyLedger
from guerdon.domain import identity
from guerdon.domain.channel import Channel
from guerdon.domain.checks import BankLine, Check
from guerdon.domain.deal import DealEvent
from guerdon.domain.errors import StoreBusy
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import Payout, PayoutStatus
from guerdon.domain.program import Beneficiary
from lifecycle import STILL_PROMISED, Lifecycle, assert_books_agree, undone, won
from tripwire import Tripwire
from world import delivery

PAT = "console:pat@example.com"
WHY = "she asked us to, ticket 4711"
ADA = identity.advocate_id("acme", "A-1")
GRACE = identity.advocate_id("acme", "A-2")
ADDRESS = {"line1": "1 Canary Wharf", "city": "Canaryville", "country": "US", "state": "CA", "postal_code": "94107"}
HERS = ("ada canary", "ada.canary", "canary wharf", "canaryville", "cus_canary")
NAMES: dict[str, Changed] = {
    "advocate__name": "Ada Canary",
    "advocate__email": "ada.canary@example.com",
    "advocate__address": ADDRESS,
    "advocate__stripe_customer": "cus_canary",
}


def told(deal: str, advocate: str = "A-1", **changes: str) -> dict[str, Changed]:
    return {**won(deal=deal, advocate=advocate, **changes), **NAMES}


def told_of_all() -> Lifecycle:
    """Ada was paid for two deals and told of a third that earned nothing; Grace was paid for one."""
    life = Lifecycle(Channel.GIFT_CARD)
    life.paid(told("D-1"))
    life.paid(told("D-2"))
    assert life.tell(told("D-1")) is Outcome.DUPLICATE
    life.paid({**won(deal="D-3", advocate="A-2"), "advocate__name": "Grace", "advocate__email": "grace@example.com"})
    return life


@pytest.fixture
def life() -> Lifecycle:
    return told_of_all()


def lines_about_her(life: Lifecycle) -> list[Audit]:
    return [line for line in life.world.store.of(Audit) if line.subject_id == ADA]


def eraser(life: Lifecycle, wire: Tripwire | None = None) -> EraseAdvocate:
    store = (wire or Tripwire()).on(life.world.store)
    return EraseAdvocate(store, store, life.world.clock, stored_event, redacted)


def rows_naming(life: Lifecycle, *words: str) -> list[Row]:
    return [row for row in life.world.store.rows.values() if any(word in repr(row).lower() for word in words)]


def events_of(life: Lifecycle, crm_id: str) -> list[DealEvent]:
    events = [stored_event(body.body) for body in life.world.store.of(EventBody)]
    return [event for event in events if event.advocate is not None and event.advocate.id == crm_id]


def test_nothing_names_them_any_more_and_everybody_else_stays(life: Lifecycle) -> None:
    before = dict(life.world.store.rows)
    assert len(rows_naming(life, *HERS)) == 6
    erased = eraser(life)(ADA, PAT, WHY)
    assert erased == Erased(ADA, life.world.clock.now(), again=False, bodies=3, requests=2)
    assert rows_naming(life, *HERS) == []
    changed = {key for key, row in life.world.store.rows.items() if before.get(key) != row}
    assert {key[0] for key in changed} == {"AdvocateDetails", "EventBody", "FrozenRequest", "Audit"}
    assert len(changed) == 1 + 3 + 2 + 1
    grace = life.world.store.advocate(GRACE)
    assert grace is not None
    assert (grace.name, grace.email) == ("Grace", "grace@example.com")
    (event,) = events_of(life, "A-2")
    assert event.advocate is not None
    assert event.advocate.name == "Grace"


def test_the_tombstone_keeps_ids_and_the_moment(life: Lifecycle) -> None:
    eraser(life)(ADA, PAT, WHY)
    now = life.world.clock.now()
    tombstone = life.world.store.advocate(ADA)
    assert tombstone == AdvocateDetails(
        ADA,
        "acme",
        "A-1",
        None,
        None,
        None,
        None,
        None,
        as_of=now,
        erased_at=now,
        version=tombstone.version if tombstone else 0,
    )
    (line,) = lines_about_her(life)
    assert (line.at, line.actor, line.reason, line.after) == (now, PAT, WHY, "erased")


def test_the_books_and_their_seals_are_what_they_were(life: Lifecycle) -> None:
    life.world.clock.advance(timedelta(hours=2))
    SealLedger(life.world.store, life.world.clock)()
    balances = life.world.balances()
    eraser(life)(ADA, PAT, WHY)
    verified = VerifyLedger(life.world.store)(life.world.clock.now(), None, None)
    assert verified.findings == ()
    assert life.world.balances() == balances
    assert_books_agree(life.world)


def test_the_facts_of_the_deals_stay(life: Lifecycle) -> None:
    before = events_of(life, "A-1")
    eraser(life)(ADA, PAT, WHY)

    def unnamed(event: DealEvent) -> DealEvent:
        assert event.advocate is not None
        stranger = replace(event.advocate, name=None, email=None, address=None, stripe_customer=None)
        return replace(event, advocate=stranger)

    assert events_of(life, "A-1") == [unnamed(event) for event in before]


def test_a_deal_of_an_erased_person_comes_undone_as_any_other(life: Lifecycle) -> None:
    eraser(life)(ADA, PAT, WHY)
    assert life.tell(undone(deal="D-1")) is Outcome.REVISED
    life.cloud.run(3)
    assert life.owed() == 10_000
    assert_books_agree(life.world)


def test_what_was_paid_to_an_erased_person_and_comes_back_is_heard_of(life: Lifecycle) -> None:
    eraser(life)(ADA, PAT, WHY)
    last = next(movement for movement in life.world.provider.till if life.payouts()[0].payout_id in movement.reference)
    life.world.provider.become(last.provider_id, AnswerState.RETURNED)
    life.cloud.hint(last.provider_id)
    life.cloud.turn()
    assert life.payouts()[0].status is PayoutStatus.RETURNED


def test_an_older_message_does_not_bring_them_back(life: Lifecycle) -> None:
    eraser(life)(ADA, PAT, WHY)
    tombstone = life.world.store.advocate(ADA)
    life.tell({**told("D-9"), "timestamp": "2026-11-02T12:00:00Z"})
    assert life.world.store.advocate(ADA) == tombstone
    sent_again = life.world.receive(delivery("msg_1", **told("D-1")))
    body = life.world.store.event_body(sent_again)
    assert body is not None
    assert "canary" not in body.body.lower()


def test_doing_it_again_changes_nothing_and_says_since_when(life: Lifecycle) -> None:
    first = eraser(life)(ADA, PAT, WHY)
    assert isinstance(first, Erased)
    rows = dict(life.world.store.rows)
    life.world.clock.advance(timedelta(days=3))
    again = eraser(life)(ADA, "console:kim@example.com", "")
    assert again == Erased(ADA, first.at, again=True, bodies=0, requests=0)
    assert life.world.store.rows == rows


def test_wherever_it_dies_doing_it_again_finishes_it() -> None:
    for point in count():
        life, wire = told_of_all(), Tripwire(point)
        with suppress(StoreBusy):
            eraser(life, wire)(ADA, PAT, WHY)
        named, lines = rows_naming(life, *HERS), lines_about_her(life)
        assert lines or len(named) == 6
        if wire.reached <= point:
            assert point > 20
            return
        assert isinstance(eraser(life)(ADA, PAT, WHY), Erased)
        assert rows_naming(life, *HERS) == []
        assert len(lines_about_her(life)) == 1


@pytest.mark.parametrize("status", sorted(STILL_PROMISED))
def test_they_are_not_erased_while_something_is_owed_to_them(life: Lifecycle, status: PayoutStatus) -> None:
    payout = replace(life.payouts()[1], status=status)
    life.world.store.put(payout)
    rows = dict(life.world.store.rows)
    assert eraser(life)(ADA, PAT, WHY) == CannotErase(
        f"payout {payout.payout_id} is {status}: first let it be paid, or decide what becomes of it"
    )
    assert life.world.store.rows == rows


def test_they_are_not_erased_while_a_check_of_theirs_is_about() -> None:
    life = Lifecycle(Channel.CHECK)
    payout = life.paid(told("D-1"))
    (check,) = life.world.store.of(Check)
    rows = dict(life.world.store.rows)
    assert eraser(life)(ADA, PAT, WHY) == CannotErase(
        f"check {payout.payout_id}-1 was mailed and the bank has not paid it: wait for that, or void it"
    )
    assert life.world.store.rows == rows
    line = BankLine("operating", "line-1", check.mailed_on, check.amount, check.number)
    ClearChecks(life.world.store, life.world.clock)((line,), PAT)
    assert isinstance(eraser(life)(ADA, PAT, WHY), Erased)
    assert rows_naming(life, *HERS) == []


def test_they_are_not_erased_before_what_names_them_is_decided(life: Lifecycle) -> None:
    event_id = life.world.receive(life.message(told("D-4")))
    rows = dict(life.world.store.rows)
    assert eraser(life)(ADA, PAT, WHY) == CannotErase(f"event {event_id}, which names them, is not decided yet")
    assert life.world.store.rows == rows


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_without_a_reason_that_can_be_kept_nobody_is_erased(life: Lifecycle, reason: str) -> None:
    rows = dict(life.world.store.rows)
    assert isinstance(eraser(life)(ADA, PAT, reason), CannotErase)
    assert life.world.store.rows == rows


def test_whom_nobody_knows_is_not_erased(life: Lifecycle) -> None:
    unknown = eraser(life)("ad_unknown", PAT, WHY)
    assert isinstance(unknown, CannotErase)


def test_a_message_at_the_same_moment_is_not_overwritten(life: Lifecycle) -> None:
    known = life.world.store.advocate(ADA)
    assert known is not None
    newer = replace(known, email="new@example.com", version=known.version + 1)
    life.world.store.meanwhile(lambda: life.world.store.put(newer))
    with pytest.raises(StoreBusy):
        eraser(life)(ADA, PAT, WHY)
    assert life.world.store.advocate(ADA) == newer
    assert len(rows_naming(life, *HERS)) == 6


def test_the_referred_customer_is_erased_by_themselves() -> None:
    both = [
        builders.rule(channel="gift_card", amount={"percentage": {"rate": "10"}}),
        builders.rule(name="welcome", rewards="referred", channel="gift_card", amount={"flat": "25.00"}),
    ]
    life = Lifecycle(Channel.GIFT_CARD, rules=both)
    customer: dict[str, Any] = {
        "referred__id": "C-1",
        "referred__name": "Cleo Canary",
        "referred__email": "cleo.canary@example.com",
        "referred__company": "Canary Cages Ltd",
        "referred__address": ADDRESS,
    }
    life.world.receive(life.message({**told("D-1"), **customer}))
    life.cloud.run(6)
    assert [payout.status for payout in life.payouts()] == [PayoutStatus.SETTLED] * 2
    cleo = identity.referred_id("acme", "C-1")
    assert {event.recipient_id for event in life.world.store.of(InboxEvent)} == {ADA, cleo}
    erased = eraser(life)(cleo, PAT, WHY)
    assert isinstance(erased, Erased)
    assert (erased.bodies, erased.requests) == (1, 1)
    assert rows_naming(life, "cleo", "canary cages") == []
    assert len(rows_naming(life, *HERS)) == 3


def test_what_a_provider_was_asked_keeps_its_reference(life: Lifecycle) -> None:
    kept = {(request.reference, request.path) for request in life.world.store.of(FrozenRequest)}
    eraser(life)(ADA, PAT, WHY)
    requests = life.world.store.of(FrozenRequest)
    assert {(request.reference, request.path) for request in requests} == kept
    hers = {payout.payout_id for payout in life.world.store.of(Payout) if payout.advocate_id == ADA}
    assert [json.loads(one.body)["to"] for one in requests if one.body] == ["grace@example.com"]
    assert {one.reference.rpartition("-")[0] for one in requests if not one.body} == hers


def test_fields_that_guerdon_does_not_read_go_with_the_names() -> None:
    message = json.loads(builders.message_text())
    message["data"]["advocate"]["phone"] = "+1 555 CANARY"
    message["data"]["note_of_sales"] = "call Ada Canary at home"
    body = json.dumps(message)
    without = redacted(body, Beneficiary.ADVOCATE)
    assert "CANARY" not in without.upper()
    assert key_of(EventBody("ev_1", without)) == key_of(EventBody("ev_1", body))
