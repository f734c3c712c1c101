"""Show what the functions and the programs of the local cloud say."""

import time
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from local.cloud.deployment import stack_outputs
from local.cloud.processes import last_lines
from local.cloud.settings import LocalCloud

FOLLOW_SECONDS = 1.0
# Lines that Lambda writes around every invocation; they say nothing about a deal.
INVOCATION_NOISE = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")


def show_logs(cloud: LocalCloud, console: Console, *, wanted: str, follow: bool) -> None:
    """Print the functions' lines that contain `wanted`, oldest first, and go on doing so if asked to.

    A correlation id as `wanted` shows the whole way of one deal: all functions write to one log group.
    """
    if not wanted:
        for name in ("inbox", "sandbox", "emulator"):
            console.rule(f"the end of {name}.log", align="left")
            console.print(Text(last_lines(cloud.logs / f"{name}.log", 10)), soft_wrap=True)
        console.rule("functions", align="left")
    since_ms, found = 0, False
    seen: set[tuple[str, int, str]] = set()
    while True:
        for line in function_lines(cloud, since_ms):
            if line in seen:
                continue
            seen.add(line)
            _, timestamp_ms, message = line
            since_ms = max(since_ms, timestamp_ms)
            if wanted in message and not message.startswith(INVOCATION_NOISE):
                console.print(Text(message.rstrip()), soft_wrap=True)
                found = True
        if not follow:
            break
        time.sleep(FOLLOW_SECONDS)
    if wanted and not found:
        # Nothing that identifies a person or a customer is logged, so a deal is found by Guerdon's own ids.
        console.print(
            f"No function wrote {wanted!r}. Look for the id of an event (ev_…), reward (rw_…) or payout (po_…): "
            "`guerdon status` names those of a deal.",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )


def function_lines(cloud: LocalCloud, since_ms: int) -> Iterator[tuple[str, int, str]]:
    """Yield stream, time in milliseconds since 1970 and text of each line that a function wrote since a time."""
    outputs = stack_outputs(cloud)
    if outputs is None:
        return
    client = cloud.session().client("logs", endpoint_url=cloud.endpoint)
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=outputs["FunctionsLog"], startTime=since_ms)
    for page in pages:
        for event in page["events"]:
            yield event.get("logStreamName", ""), event.get("timestamp", 0), event.get("message", "")
