"""Each fact is counted with the transaction that makes it true: once, whatever comes twice or is tried again."""

import pytest

from builders import NOW
from fakes.provider import Fault
from guerdon.adapters.aws.commit_metrics import CommitMetrics
from guerdon.adapters.aws.metrics import METRICS, Metrics
from guerdon.application.records import TAKEN, TOLD_WITH_ANOTHER, AnswerState, SentNotice
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.resolve_event import ResolveEvent
from guerdon.application.transaction import Committed, Insert, Replace
from guerdon.domain.channel import Channel
from guerdon.domain.errors import StoreBusy
from guerdon.domain.judgment import Outcome
from guerdon.domain.payout import BlockReason
from guerdon.domain.tries import THE_SWEEP, TRIES_KEPT
from lifecycle import Lifecycle, undone, won
from printed import points, sums
from watched import Watched

Printed = pytest.CaptureFixture[str]


def life_of(channel: Channel = Channel.CHECK, *, armed: bool = True) -> Lifecycle:
    return Lifecycle(channel, armed=armed, wire=Watched(CommitMetrics(Metrics("guerdon"))))


@pytest.fixture
def life() -> Lifecycle:
    return life_of()


def test_a_deal_is_counted_from_the_webhook_to_its_payout(life: Lifecycle, capsys: Printed) -> None:
    life.paid(won("1000.00"))
    assert sums(capsys.readouterr().out) == {
        ("EventsReceived",): 1,
        ("EventsReceived", "acme-crm"): 1,
        ("EventsDecided",): 1,
        ("EventsDecided", "rewarded"): 1,
        ("PayoutChanges", "earned"): 1,
        ("PayoutChanges", "check", "earned"): 1,
        ("PayoutChanges", "released"): 1,
        ("PayoutChanges", "check", "released"): 1,
        ("PayoutChanges", "submitted"): 1,
        ("PayoutChanges", "check", "submitted"): 1,
        ("PayoutChanges", "settled"): 1,
        ("PayoutChanges", "check", "settled"): 1,
        ("ValuePaid", "USD"): 100.0,
    }


def test_what_comes_again_counts_nothing(life: Lifecycle, capsys: Printed) -> None:
    message = life.message(won())
    event_id = life.world.receive(message)
    life.world.evaluate(event_id)
    life.cloud.turn()
    capsys.readouterr()

    assert life.world.receive(message) == event_id
    life.world.evaluate(event_id)
    life.world.release(life.payouts()[0].payout_id, 1)
    life.world.settle(life.payouts()[0].payout_id, 1)
    life.cloud.run(3)
    # That the row is there already is itself counted: it is how a repeated delivery shows.
    assert sums(capsys.readouterr().out) == {("TransactionsLost",): 1, ("TransactionsLost", "condition"): 1}


def test_a_note_about_a_payout_is_no_change_of_its_status(life: Lifecycle, capsys: Printed) -> None:
    life.tell(won())
    payout = life.payouts()[0]
    store = Watched(CommitMetrics(Metrics("guerdon"))).on(life.world.store)
    capsys.readouterr()
    read = store.payout(payout.payout_id)
    assert read is not None
    assert store.commit((Replace(read.noticed("look at it", NOW, None)),)) is Committed.YES
    assert store.commit((Replace(read.noticed("look at it", NOW, None).to_look_at(None)),)) is Committed.YES
    assert not capsys.readouterr().out


def test_a_decision_takes_a_payout_back_to_earned_once(life: Lifecycle, capsys: Printed) -> None:
    life.world.provider.next_submits.append(AnswerState.REFUSED)
    life.tell(won())
    life.cloud.run(2)
    store = Watched(CommitMetrics(Metrics("guerdon"))).on(life.world.store)
    capsys.readouterr()
    ReleaseAgain(store, life.world.clock, life.world.fulfillments)(life.payouts()[0].payout_id, "console:pat", "mended")
    assert sums(capsys.readouterr().out) == {("PayoutChanges", "earned"): 1, ("PayoutChanges", "check", "earned"): 1}


def test_what_comes_undone_is_counted_where_it_ends(life: Lifecycle, capsys: Printed) -> None:
    life.paid(won())
    capsys.readouterr()
    life.tell(undone())
    counted = sums(capsys.readouterr().out)
    assert counted["EventsDecided", "revised"] == 1
    assert {key: value for key, value in counted.items() if key[0] == "PayoutChanges"} == {
        ("PayoutChanges", "clawed_back"): 1,
        ("PayoutChanges", "check", "clawed_back"): 1,
    }


def test_an_event_that_a_person_resolves_was_decided_before(life: Lifecycle, capsys: Printed) -> None:
    life.tell(won("1000.00"))
    told = life.told(won("2000.00"))
    assert told.outcome is Outcome.NEEDS_ATTENTION
    store = Watched(CommitMetrics(Metrics("guerdon"))).on(life.world.store)
    capsys.readouterr()
    ResolveEvent(store, life.world.clock)(told.event_id, "console:pat", "the first was right")
    assert not capsys.readouterr().out


def test_what_a_provider_charges_beyond_the_value_is_a_cost(capsys: Printed) -> None:
    life = life_of(Channel.GIFT_CARD)
    life.world.provider.fees_minor = 1243
    life.paid(won("300.00"))
    counted = sums(capsys.readouterr().out)
    assert (counted["ValuePaid", "USD"], counted["FulfillmentCost", "USD"]) == (30.0, 12.43)


def test_a_transaction_that_loses_to_another_is_counted_by_why(capsys: Printed) -> None:
    witness = CommitMetrics(Metrics("guerdon"))
    note = (Insert(SentNotice("payout_paid/po_1/1", "sent", NOW)),)
    witness.heard(note, Committed.NO_CONDITION_FAILED)
    witness.heard(note, Committed.NO_CONFLICT)
    assert sums(capsys.readouterr().out) == {
        ("TransactionsLost",): 2,
        ("TransactionsLost", "condition"): 1,
        ("TransactionsLost", "conflict"): 1,
    }


def test_a_mail_is_sent_or_declined_for_a_reason(capsys: Printed) -> None:
    witness = CommitMetrics(Metrics("guerdon"))
    for result in ("sent", "message-rejected", "sent"):
        witness.heard((Insert(SentNotice("reward_earned/rw_1", result, NOW)),), Committed.YES)
    assert sums(capsys.readouterr().out) == {
        ("MailsSent",): 2,
        ("MailsDeclined",): 1,
        ("MailsDeclined", "message-rejected"): 1,
    }


def test_a_note_that_is_no_mails_counts_none_and_names_no_payout(capsys: Printed) -> None:
    witness = CommitMetrics(Metrics("guerdon"))
    for note in (
        SentNotice("reward_earned/rw_1", TOLD_WITH_ANOTHER, NOW),
        SentNotice(f"payout_attention/ceiling/referral/2026-11-20{TAKEN}", "po_1", NOW),
    ):
        witness.heard((Insert(note),), Committed.YES)
    assert capsys.readouterr().out == ""


def test_a_database_that_is_away_is_counted_and_nothing_else(life: Lifecycle, capsys: Printed) -> None:
    life.world.store.be_busy()
    with pytest.raises(StoreBusy):
        life.world.receive(life.message(won()))
    assert sums(capsys.readouterr().out) == {("StoreBusy",): 1}


def test_everything_is_printed_as_the_list_of_metrics_has_it(capsys: Printed) -> None:
    life = life_of(Channel.GIFT_CARD)
    life.world.provider.next_submits.append(Fault.ANSWER_LOST)
    life.paid(won("1000.00"))
    known = {(metric.name, metric.unit.value, names) for metric in METRICS for names in metric.dimensions}
    told = {
        (point.name, point.unit, frozenset(name for name, _ in point.dimensions))
        for point in points(capsys.readouterr().out)
    }
    assert told
    assert told <= known


def test_a_try_by_which_an_older_one_goes_from_the_history_is_counted(life: Lifecycle, capsys: Printed) -> None:
    life.tell(won())
    payout = life.payouts()[0].blocked(BlockReason.FUNDS, NOW)
    for _ in range(TRIES_KEPT):
        payout = payout.resumed(NOW, THE_SWEEP).released(NOW).submitted(NOW).blocked(BlockReason.FUNDS, NOW)
    sent = payout.resumed(NOW, THE_SWEEP).released(NOW).submitted(NOW)
    life.world.store.put(sent)
    store = Watched(CommitMetrics(Metrics("guerdon"))).on(life.world.store)
    capsys.readouterr()
    read = store.payout(payout.payout_id)
    assert read is not None
    refused = read.blocked(BlockReason.FUNDS, NOW)
    assert len(refused.history) < len(read.history)
    assert store.commit((Replace(refused),)) is Committed.YES
    assert sums(capsys.readouterr().out) == {("PayoutChanges", "blocked"): 1, ("PayoutChanges", "check", "blocked"): 1}
