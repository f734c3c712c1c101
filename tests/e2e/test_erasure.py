"""One person, from the webhook to being forgotten: paid, mailed, erased, and then in no table any more.

That logs, queues and executions name nobody, before and after, is test_privacy.
"""

from datetime import UTC, datetime, timedelta

import pytest

from e2e.command_line import guerdon
from e2e.deals import Deal
from e2e.everywhere import found_in, items
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.domain.channel import Channel

pytestmark = [
    pytest.mark.local_cloud,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.usefixtures("no_faults"),
]


def test_an_advocate_who_was_paid_and_is_erased_is_named_nowhere_and_the_books_verify(cloud: LiveCloud) -> None:
    deal = Deal(Channel.BILL_CREDIT)
    event_id = cloud.deliver(deal)
    assert_paid_once(cloud, event_id)
    eventually("both mails went out", lambda: len(cloud.mails(deal.email)) == 2)
    payout = cloud.payout(event_id)
    # What names the advocate; ids in the CRM and at Stripe name nobody.
    named = {
        f"Ada {deal.unique}": "the name",
        deal.email: "the mail address",
        f"185 Berry {deal.unique} St": "the address",
    }
    before = found_in(items(cloud, "PeopleTable"), named)
    assert before == sorted(f"table PeopleTable has {what}" for what in named.values())

    erased = guerdon("erase", payout.advocate_id, "--reason", "they asked for it", "--yes")

    assert (erased.status, erased.err) == (0, "")
    assert "erased; 1 stored events and 1 requests to providers named them" in erased.out
    tables = sorted(name for name in cloud.stack.outputs if name.endswith("Table"))
    assert len(tables) == 18
    assert [found for table in tables for found in found_in(items(cloud, table), named)] == []
    story = guerdon("status", payout.payout_id)
    assert (story.status, found_in(iter([("story", story.out)]), named)) == (0, [])
    # The entries of the advocate are of today; all of a year's take minutes.
    today = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%d}"
    assert guerdon("ledger", "verify", "--since", today).status == 0
    assert cloud.payout(event_id) == payout
    assert len(cloud.movements(payout)) == 1
    again = guerdon("erase", payout.advocate_id, "--reason", "they asked for it", "--yes")
    assert (again.status, "already" in again.out) == (0, True)
