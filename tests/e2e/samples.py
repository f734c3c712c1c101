"""The demo on the local cloud, and who is named in the events that it sends."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from e2e.live import LiveCloud
from guerdon.domain.payout import Payout
from local.demo.expectations import EVENTS, ROOT, read_expectations

ENDS_WITHIN_SECONDS = 480


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the demo: its exit status, what it printed, and the payouts that its events earned."""

    status: int
    output: str
    payouts: tuple[Payout, ...]

    def section(self, heading: str) -> str:
        """What was printed below the heading that begins with `heading`, up to the next empty line."""
        return self.output.partition(f"\n{heading}")[2].partition("\n")[2].partition("\n\n")[0]


def run_demo(cloud: LiveCloud) -> Ran:
    """Run the demo as `make demo` does."""
    ran = subprocess.run(
        [sys.executable, "-m", "local.demo"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["infra", "layers/core", "tests"])},
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_SECONDS,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout + ran.stderr, tuple(_payouts(cloud)))


def _payouts(cloud: LiveCloud) -> Iterator[Payout]:
    """The payouts of the demo's events; one that was not decided has none."""
    rewarded = {expected.delivery_id for expected in read_expectations() if expected.reward}
    for event in _sent_by_the_demo(cloud):
        if event["delivery_id"] in rewarded:
            yield from cloud.payouts(event["event_id"])


def _sent_by_the_demo(cloud: LiveCloud) -> list[dict[str, Any]]:
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.output("InboxTable"))
    rows = [
        {name: next(iter(value.values())) for name, value in row.items()} for page in pages for row in page["Items"]
    ]
    return [row for row in rows if row["delivery_id"].startswith("msg_demo_") and row.get("outcome") == "rewarded"]


def personal_data() -> dict[str, str]:
    """Every name, address, mail address and phone number in the sample events, with the place where it stands."""
    found: dict[str, str] = {}
    for file in sorted(EVENTS.glob("*.json")):
        content = json.loads(file.read_text())
        if not isinstance(content, dict):
            continue  # expected.json lists what becomes of the events.
        for role in ("advocate", "referred"):
            person = content["data"].get(role) or {}
            found.update({value: f"{file.name}: {role}.{place}" for place, value in _personal(person)})
    return found


def _personal(person: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in ("name", "email", "phone"):
        if person.get(field):
            yield field, person[field]
    address = person.get("address")
    if address:
        yield "address.line1", address["line1"]
        if address.get("line2"):
            yield "address.line2", f"{address['line1']}, {address['line2']}"
        yield "address.city", f"{address['city']}, {address['line1']}"
