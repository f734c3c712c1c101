"""The command as a person calls it, on a stack in memory."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from guerdon.cli.app import app
from memory_stack import NAME, MemoryStack

Run = Callable[..., Result]


@pytest.fixture
def memory() -> MemoryStack:
    """A stack in which nothing is published and no channel is armed."""
    return MemoryStack()


@pytest.fixture
def guerdon(memory: MemoryStack) -> Run:
    """Runs the command with these arguments and without any variable of the machine's."""
    unset = dict.fromkeys(
        ("GUERDON_CONNECTION", "GUERDON_CONNECTION_SECRET", "GUERDON_API_URL", "GUERDON_API_HOST"), None
    )

    def run(*arguments: object, typed: str | None = None, **environment: str) -> Result:
        env = {**unset, "GUERDON_STACK": NAME, **environment}
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(app, words, obj=memory.world, env=env, input=typed)

    return run
