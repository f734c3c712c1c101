"""The `guerdon` command on a stack that runs."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from e2e.command_line import guerdon
from e2e.deals import Deal
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.domain.channel import Channel
from local.demo.expectations import EVENTS, PROGRAMS

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


def test_publishing_what_is_published_changes_nothing(cloud: LiveCloud) -> None:
    head = cloud.stack.store.program_head("japan-referral")
    assert head is not None

    ended = guerdon("publish", PROGRAMS / "japan-referral.yaml")

    assert (ended.status, ended.out, ended.err) == (0, f"japan-referral: unchanged, version {head.current}\n", "")
    assert cloud.stack.store.program_head("japan-referral") == head


def test_status_tells_the_story_of_a_deal_in_its_order(cloud: LiveCloud) -> None:
    deal = Deal(Channel.BILL_CREDIT)
    event_id = cloud.deliver(deal)
    assert_paid_once(cloud, event_id)
    eventually("both mails went out", lambda: len(cloud.mails(deal.email)) == 2)

    ended = guerdon("status", deal.deal_id)

    assert (ended.status, ended.err) == (0, "")
    assert event_id in ended.out
    in_order = ["received through", "decided: rewarded", "payout: earned", "payout: ready to pay", "payout: paid"]
    places = [ended.out.find(words) for words in in_order]
    assert places == sorted(places)
    assert places[0] >= 0
    times = [line[:20] for line in ended.out.splitlines() if line[:2] == "20" and line[19:20] == "Z"]
    assert len(times) >= 10
    assert times == sorted(times)


def test_status_of_what_nobody_knows_says_so(cloud: LiveCloud) -> None:
    unknown = Deal(Channel.CHECK).deal_id

    ended = guerdon("status", unknown, "--stack", cloud.environment["GUERDON_STACK"])

    assert (ended.status, ended.out) == (1, "")
    assert unknown in ended.err


def test_the_ledger_sums_to_zero_in_every_currency(cloud: LiveCloud) -> None:
    assert_paid_once(cloud, cloud.deliver(Deal(Channel.GIFT_CARD)))

    ended = guerdon("ledger", "--json", "--entries")

    assert (ended.status, ended.err) == (0, "")
    books = json.loads(ended.out)
    sums: defaultdict[str, int] = defaultdict(int)
    for balance in books["trial_balance"]:
        sums[balance["currency"]] += balance["balance_minor"]
    assert sums["USD"] == 0
    assert set(sums.values()) == {0}
    assert all(len({posting["account"] for posting in entry["postings"]}) >= 2 for entry in books["entries"])


@pytest.mark.parametrize(
    ("sample", "field"),
    [
        ("malformed/amount-as-number.json", "data.deal.amount.value"),
        ("malformed/no-closing-date.json", "data.deal.closed_at"),
    ],
)
def test_a_refused_event_ends_with_status_1_and_names_the_field(cloud: LiveCloud, sample: str, field: str) -> None:
    ended = guerdon("send", EVENTS / sample, "--connection", cloud.connection)

    assert (ended.status, ended.out) == (1, "")
    assert f": 400 invalid_event: {field}: " in ended.err


def test_a_sent_event_is_named_and_the_same_delivery_again_is_the_same(cloud: LiveCloud, tmp_path: Path) -> None:
    content = Deal(Channel.GIFT_CARD).content
    del content["data"]["advocate"]
    file = tmp_path / "event.json"
    file.write_text(json.dumps(content))

    ended = guerdon("send", file, "--connection", cloud.connection, "--repeat", "2")

    assert (ended.status, ended.err) == (0, "")
    first, second = ended.out.splitlines()
    assert first == second
    assert cloud.decided(first).outcome == "not_a_referral"
