"""One local cloud serves all these tests. Each makes deals of its own, so order and repetition don't matter."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from e2e.live import LiveCloud
from e2e.samples import Ran, run_demo
from guerdon.application.programs import Published
from guerdon.cli.program_files import open_program
from guerdon.cli.wiring import real_world
from guerdon.domain.channel import Channel
from guerdon.opening import open_stack
from guerdon.stack import Stack
from local.demo.differences import Differences
from local.demo.expectations import PROGRAMS
from local.demo.history.loading import load_history

NEEDED = (
    "AWS_ENDPOINT_URL",
    "GUERDON_API_URL",
    "GUERDON_STACK",
    "GUERDON_SANDBOX_URL",
    "GUERDON_INBOX_URL",
    "GUERDON_LOCAL",
)


@pytest.fixture(scope="session")
def cloud() -> LiveCloud:
    """The local cloud that the environment names, with the sample programs published and every channel armed."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        pytest.fail(f"these tests run in a local cloud, and {', '.join(missing)} is not set: run `make e2e`")
    stack = open_stack(os.environ["GUERDON_STACK"])
    _with_history(stack)
    caller = stack.caller()
    for file in sorted(PROGRAMS.glob("*.yaml")):
        opened = open_program(file, real_world())
        assert opened.document is not None, opened.lines
        assert isinstance(stack.publish(opened.document.node, caller), Published)
    for channel in Channel:
        stack.arm(channel, caller, armed=True)
    return LiveCloud(dict(os.environ), stack)


def _with_history(stack: Stack) -> None:
    """What `make demo` gives to a new stack, before anything else comes into its journal."""
    state = Path(os.environ["GUERDON_LOCAL"]) / "state"
    now, sandbox = datetime.now(UTC), os.environ["GUERDON_SANDBOX_URL"]
    if load_history(stack, state / "history.json", sandbox, now, lambda _: None).new:
        Differences(stack, sandbox, state / "planted.json").plant()


@pytest.fixture
def no_faults(cloud: LiveCloud) -> Iterator[None]:
    """Whatever a test does to the providers ends with it."""
    cloud.sandbox("DELETE", "faults")
    yield
    cloud.sandbox("DELETE", "faults")


@pytest.fixture(scope="session")
def demo(cloud: LiveCloud) -> Ran:
    """The demo, run once for all tests that look at what it leaves behind."""
    return run_demo(cloud)
