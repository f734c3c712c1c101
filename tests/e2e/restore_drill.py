"""A restore, from the damage to the first payout after it: `make restore-drill`.

The local cloud has no backups, so copies of the tables stand in for what AWS restores to a moment. What is tried is
all the rest: nothing runs meanwhile, the damage is named, the tables come back item by item, the books verify, and the
stack goes on paying.
"""

import subprocess
import sys
from typing import Final

from e2e.deals import Deal
from e2e.faults import assert_paid_once
from e2e.live import LiveCloud
from e2e.upgrade import live, run, say
from guerdon.domain.channel import Channel
from local.demo.expectations import PROGRAMS, ROOT
from restore.__main__ import tables_of
from restore.mirror import difference, items_of, key_names

EVERY_THIRD: Final = 3


def restore(*arguments: str) -> None:
    """Run the tool as an operator does."""
    tool = [sys.executable, "-m", "restore", *arguments]
    ran = subprocess.run(tool, cwd=ROOT / "infra", capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert ran.returncode == 0, ran.stderr
    sys.stdout.write(ran.stdout)


def spoil(cloud: LiveCloud, table: str) -> None:
    """Delete some rows of a table and change others, as a mistaken script would."""
    client = cloud.client("dynamodb")
    names = key_names(client, table)
    for number, item in enumerate(list(items_of(client, table))):
        if number % EVERY_THIRD == 0:
            client.delete_item(TableName=table, Key={name: item[name] for name in names})
        elif number % EVERY_THIRD == 1:
            client.put_item(TableName=table, Item={**item, "spoiled": {"BOOL": True}})


def damaged(cloud: LiveCloud, table: str) -> bool:
    """Whether a table differs from its copy."""
    found = difference(cloud.client("dynamodb"), f"{table}-restored", table)
    return bool(found.missing or found.excess)


def main() -> None:
    """Go through it."""
    cloud = live()
    tables = tables_of(cloud.environment["GUERDON_STACK"])
    run("publish", *sorted(PROGRAMS.glob("*.yaml")))
    run("arm", *Channel)
    events = [cloud.deliver(Deal(channel)) for channel in Channel]
    for event_id in events:
        assert_paid_once(cloud, event_id)
    restore("hold")
    try:
        restore("copy")
        for table in tables.values():
            spoil(cloud, table)
        restore("back")
        assert any(damaged(cloud, table) for table in tables.values())
        restore("back", "--write")
        assert not any(damaged(cloud, table) for table in tables.values())
        run("ledger", "verify")
    finally:
        restore("release")
    for event_id in (*events, cloud.deliver(Deal(Channel.CHECK))):
        assert_paid_once(cloud, event_id)
    restore("drop")
    say("the tables hold what they held, the books verify, and the stack pays")


if __name__ == "__main__":
    main()
