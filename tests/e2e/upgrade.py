"""A deployment over a stack that has money in flight: `make upgrade FROM=…` runs both halves of this around it.

Before: the older stack pays one deal of each channel to its end, and takes four more whose providers keep them waiting.
Then this tree is deployed over it, its workflow included. After: the four are let go, and every payout, old and new,
has moved exactly once; the older stack's rows are all there; the books verify.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from e2e.command_line import guerdon
from e2e.deals import Deal
from e2e.faults import assert_paid_once, queue_fault
from e2e.live import LiveCloud
from e2e.waiting import eventually
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.payout import PayoutStatus
from guerdon.opening import open_stack
from local.demo.expectations import PROGRAMS

MANY: Final = 10_000
"""A provider that says so often that it is busy says it for as long as the deployment takes."""

LONGEST_PAUSE_SECONDS: Final = 1000

TABLES: Final = ("InboxTable", "PeopleTable", "RewardsTable", "PayoutsTable", "AttemptsTable", "JournalTable")


def live() -> LiveCloud:
    """The local cloud that the environment names."""
    return LiveCloud(dict(os.environ), open_stack(os.environ["GUERDON_STACK"]))


def rows(cloud: LiveCloud) -> dict[str, list[str]]:
    """The keys of every row of the tables that outlive a stack."""

    def keys(output: str) -> list[str]:
        table = cloud.output(output)
        client = cloud.client("dynamodb")
        names = [part["AttributeName"] for part in client.describe_table(TableName=table)["Table"]["KeySchema"]]
        pages = client.get_paginator("scan").paginate(TableName=table)
        items: list[dict[str, Any]] = [item for page in pages for item in page["Items"]]
        return sorted(json.dumps({name: item[name] for name in names}) for item in items)

    return {output: keys(output) for output in TABLES}


def in_flight(cloud: LiveCloud, event_id: str) -> bool:
    """Whether the payout of an event is at its provider, or about to be."""
    return cloud.payout(event_id).status in {PayoutStatus.RELEASED, PayoutStatus.SUBMITTED}


def before(cloud: LiveCloud, file: Path) -> None:
    """Pay some, have some wait, and write down which."""
    run("publish", *sorted(PROGRAMS.glob("*.yaml")))
    run("arm", *Channel)
    cloud.sandbox("DELETE", "faults")
    paid = [cloud.deliver(Deal(channel)) for channel in Channel]
    for event_id in paid:
        assert_paid_once(cloud, event_id)
    for provider in PROVIDER_OF.values():
        queue_fault(cloud, provider, "rate_limit", times=MANY)
    waiting = [cloud.deliver(Deal(channel)) for channel in Channel]
    eventually("all of them are at their providers", lambda: all(in_flight(cloud, event_id) for event_id in waiting))
    file.write_text(json.dumps({"paid": paid, "waiting": waiting, "rows": rows(cloud)}))
    say(f"{len(paid)} payouts are paid and {len(waiting)} are in flight under the older release")


def after(cloud: LiveCloud, file: Path) -> None:
    """Let them go, and see that everything moved once and nothing is gone."""
    known = json.loads(file.read_text())
    still = rows(cloud)
    lost = {table: sorted(set(keys) - set(still[table])) for table, keys in known["rows"].items()}
    assert not any(lost.values()), lost
    for event_id in known["waiting"]:
        assert in_flight(cloud, event_id), cloud.payout(event_id)
    cloud.sandbox("DELETE", "faults")
    new = [cloud.deliver(Deal(channel)) for channel in Channel]
    for event_id in known["waiting"]:
        # The workflow tries again ever more seldom, and may have just begun its longest pause.
        cloud.at_rest(event_id, seconds=LONGEST_PAUSE_SECONDS)
    for event_id in (*known["waiting"], *known["paid"], *new):
        assert_paid_once(cloud, event_id)
    run("ledger", "verify")
    kept = sum(len(keys) for keys in known["rows"].values())
    say(f"all {kept} rows are there; {len(known['waiting'])} payouts in flight, {len(new)} new ones: each paid once")


def run(*arguments: str | Path) -> None:
    """Run the command, which has to succeed."""
    ended = guerdon(*arguments)
    assert ended.status == 0, f"guerdon {arguments[0]}: {ended.out}{ended.err}"


def say(what: str) -> None:
    """Tell whoever watches."""
    sys.stdout.write(f"{what}\n")


def main() -> None:
    """Run one half."""
    parser = argparse.ArgumentParser(prog="e2e.upgrade", description="Look at a stack around a deployment.")
    parser.add_argument("half", choices=["before", "after"])
    file = Path(os.environ["GUERDON_LOCAL"]) / "upgrade.json"
    {"before": before, "after": after}[parser.parse_args().half](live(), file)


if __name__ == "__main__":
    main()
