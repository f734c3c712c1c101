"""A console behind its real gate, at an identity provider in memory."""

import pytest

from console.browser import Browser, Place, gate
from console.runner import services_of
from console.samples import SAMPLES
from fakes.clock import FakeClock
from fakes.identity import SIGN_IN, MemoryIdentity
from fakes.sessions import MemorySessions
from guerdon.console.app import Console
from guerdon.console.registry import OPERATIONS
from memory_stack import MemoryStack


@pytest.fixture
def place() -> Place:
    clock, sessions = FakeClock(), MemorySessions()
    identity = MemoryIdentity(clock)
    operations = (*OPERATIONS, *SAMPLES)
    console = Console(services_of(MemoryStack()), gate(clock, identity, sessions), operations, sign_in_origin=SIGN_IN)
    return Place(clock, identity, sessions, console)


@pytest.fixture
def browser(place: Place) -> Browser:
    return place.browser()
