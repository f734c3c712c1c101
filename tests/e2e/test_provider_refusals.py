"""What providers refuse, undo or send back, played by the sandbox: the books follow, and the right person hears.

Nothing here reaches a real provider; the sandbox's till is what would have moved.
"""

import pytest

from e2e.command_line import guerdon
from e2e.deals import VALUE_MINOR, Deal
from e2e.faults import PROVIDERS, assert_paid_once, fired, queue_fault
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.domain.channel import CHANNEL_OF, Channel
from guerdon.domain.ledger import REWARDS_LIABILITY, EntryKind, in_transit, settlement_account
from guerdon.domain.payout import BlockReason, Payout, PayoutStatus
from local.cloud.settings import FINANCE_MAIL

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


def balance_minor(cloud: LiveCloud, payout: Payout, account: str) -> int:
    """What the entries of one payout come to in one account; debits are positive."""
    postings = [posting for entry in cloud.journal(payout.payout_id) for posting in entry.postings]
    return sum(posting.amount.amount_minor for posting in postings if posting.account == account)


def assert_nothing_moved(cloud: LiveCloud, payout: Payout) -> None:
    """No money at the provider, nothing in transit in the books, and what was promised is owed again."""
    assert [row for row in cloud.movements(payout) if row["state"] == "paid"] == []
    assert balance_minor(cloud, payout, in_transit(payout.channel)) == 0
    kinds = [entry.kind for entry in cloud.journal(payout.payout_id)]
    assert kinds == [EntryKind.SUBMITTED, EntryKind.FAILED]
    assert balance_minor(cloud, payout, REWARDS_LIABILITY) == 0


def assert_finance_was_told(cloud: LiveCloud, payout: Payout) -> None:
    def told() -> list[str]:
        return [mail["text"] for mail in cloud.mails(FINANCE_MAIL) if payout.payout_id in mail["text"]]

    assert len(eventually(f"finance hears of {payout.payout_id}", told)) == 1


def assert_the_advocate_heard_of_no_payment(cloud: LiveCloud, deal: Deal) -> None:
    assert len(eventually("the mail about what was earned", lambda: cloud.mails(deal.email))) == 1


def assert_a_release_pays_once(cloud: LiveCloud, events: list[str]) -> None:
    """A person, who saw to what was wrong, has every payout tried again: a new attempt, and money once."""
    payouts = [cloud.payout(event_id).payout_id for event_id in events]
    released = guerdon("release", *payouts, "--reason", "What was wrong is seen to.")
    assert released.status == 0, released.err
    for event_id in events:
        assert_paid_once(cloud, event_id)
        payout = cloud.payout(event_id)
        assert (payout.run, payout.attempts) == (2, 2)
        assert [row["reference"] for row in cloud.movements(payout)] == [f"{payout.payout_id}-2"]


def test_a_refused_payout_fails_and_finance_hears(cloud: LiveCloud) -> None:
    for provider in PROVIDERS:
        queue_fault(cloud, provider, "refuse")
    deals = [Deal(channel) for channel in Channel]

    events = [cloud.deliver(deal) for deal in deals]

    for deal, event_id in zip(deals, events, strict=True):
        payout = cloud.at_rest(event_id)
        assert (payout.channel, payout.status) == (deal.channel, PayoutStatus.FAILED)
        assert_nothing_moved(cloud, payout)
        assert_finance_was_told(cloud, payout)
        assert_the_advocate_heard_of_no_payment(cloud, deal)
    assert fired(cloud) == {(provider, "refuse"): 1 for provider in PROVIDERS}

    assert_a_release_pays_once(cloud, events)


def test_a_payout_waits_for_a_person_when_the_provider_is_out_of_funds(cloud: LiveCloud) -> None:
    funded = [provider for provider in PROVIDERS if provider != "stripe"]
    for provider in funded:
        queue_fault(cloud, provider, "out_of_funds")
    deals = [Deal(CHANNEL_OF[provider]) for provider in funded]

    events = [cloud.deliver(deal) for deal in deals]

    for deal, event_id in zip(deals, events, strict=True):
        payout = cloud.at_rest(event_id)
        assert (payout.channel, payout.status) == (deal.channel, PayoutStatus.BLOCKED)
        assert payout.reason == BlockReason.FUNDS
        assert_nothing_moved(cloud, payout)
        assert_finance_was_told(cloud, payout)
        assert_the_advocate_heard_of_no_payment(cloud, deal)
    assert fired(cloud) == {(provider, "out_of_funds"): 1 for provider in funded}

    assert_a_release_pays_once(cloud, events)
    # What was tried was accepted, so the next sweep lifts the holds.
    cloud.invoke("sweep")
    assert [hold for hold in map(cloud.stack.store.funds_hold, Channel) if hold is not None and hold.holds] == []


@pytest.mark.parametrize(
    ("provider", "fault"),
    [("tremendous", "pending_then_canceled"), ("lob", "failed_later"), ("printful", "failed_later")],
)
def test_what_a_provider_accepts_and_then_undoes_fails(cloud: LiveCloud, provider: str, fault: str) -> None:
    queue_fault(cloud, provider, fault)

    payout = cloud.at_rest(cloud.deliver(Deal(CHANNEL_OF[provider])))

    assert payout.status is PayoutStatus.FAILED
    assert_nothing_moved(cloud, payout)
    assert_finance_was_told(cloud, payout)
    assert fired(cloud) == {(provider, fault): 1}


def test_an_order_that_waits_for_an_approval_there_is_paid_once(cloud: LiveCloud) -> None:
    queue_fault(cloud, "tremendous", "pending")

    assert_paid_once(cloud, cloud.deliver(Deal(Channel.GIFT_CARD)))

    assert fired(cloud) == {("tremendous", "pending"): 1}


def test_a_check_that_comes_back_is_owed_again(cloud: LiveCloud) -> None:
    queue_fault(cloud, "lob", "returned")
    event_id = cloud.deliver(Deal(Channel.CHECK))

    def returned() -> Payout | None:
        payout = cloud.payout(event_id)
        return payout if payout.status is PayoutStatus.RETURNED else None

    payout = eventually("the check comes back", returned)

    kinds = [entry.kind for entry in cloud.journal(payout.payout_id)]
    assert kinds == [EntryKind.SUBMITTED, EntryKind.SETTLED, EntryKind.RETURNED]
    assert balance_minor(cloud, payout, REWARDS_LIABILITY) == 0
    assert balance_minor(cloud, payout, settlement_account(payout.channel)) == 0
    assert VALUE_MINOR[Channel.CHECK] == payout.value.amount_minor
    assert_finance_was_told(cloud, payout)


def test_a_lost_answer_to_a_draft_and_to_its_confirmation_confirms_one_order(cloud: LiveCloud) -> None:
    queue_fault(cloud, "printful", "timeout_after", path="/orders", method="POST", hold_seconds=60)
    queue_fault(cloud, "printful", "timeout_after", hold_seconds=60)
    before = len(confirmations(cloud))

    event_id = cloud.deliver(Deal(Channel.MERCHANDISE))

    assert_paid_once(cloud, event_id)
    faults = cloud.sandbox("GET", "faults")["faults"]
    assert [fault["fired"] for fault in faults] == [1, 1]
    assert len(confirmations(cloud)) == before + 1


def test_a_failure_that_stripe_replays_for_its_key_is_never_answered_by_a_second_key(cloud: LiveCloud) -> None:
    """Stripe keeps a 500 under its key for a day. Only after that the same key may pay, and no other ever does."""
    queue_fault(cloud, "stripe", "failure", status=500)
    event_id = cloud.deliver(Deal(Channel.BILL_CREDIT))

    eventually("the payout was asked for again", lambda: len(creations(cloud, cloud.payout(event_id))) >= 3)

    payout = cloud.payout(event_id)
    assert payout.status is PayoutStatus.SUBMITTED
    assert cloud.movements(payout) == []
    assert {call["status"] for call in creations(cloud, payout)} == {500}
    assert {call["idempotency_key"] for call in creations(cloud, payout)} == {f"{payout.payout_id}-1"}

    cloud.sandbox("POST", "clock", {"advance_seconds": 24 * 60 * 60 + 1})

    assert_paid_once(cloud, event_id)


def confirmations(cloud: LiveCloud) -> list[dict[str, object]]:
    """The calls that confirm a draft and were carried out, answered or not."""
    calls: list[dict[str, object]] = cloud.sandbox("GET", "requests")
    confirmed = [call for call in calls if call["provider"] == "printful" and "confirmation" in str(call["path"])]
    return [call for call in confirmed if call["status"] in {200, None}]


def creations(cloud: LiveCloud, payout: Payout) -> list[dict[str, object]]:
    """The calls that asked Stripe for the credit of one payout."""
    calls: list[dict[str, object]] = cloud.sandbox("GET", "requests")
    keyed = [call for call in calls if call["provider"] == "stripe" and call["method"] == "POST"]
    return [call for call in keyed if str(call["idempotency_key"]).startswith(payout.payout_id)]
