"""What the commands need of the world; `wiring.py` gives them the real one, tests one that they made by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import typer

from guerdon.application.doctor.facts import Facts
from guerdon.application.ports import Capabilities
from guerdon.cli.sending import Transport
from guerdon.domain.channel import Channel
from guerdon.stack import Stack


@dataclass(frozen=True, slots=True)
class World:
    """What a command may reach.

    Attributes:
        open_stack: A stack by its name; raises StackNotFound.
        stack_facts: What can be found out about a stack by its name, whether it is there or not.
        capabilities: What each channel's provider can carry.
        transport: How deliveries are sent.
    """

    open_stack: Callable[[str], Stack]
    stack_facts: Callable[[str], Facts]
    capabilities: Mapping[Channel, Capabilities]
    transport: Transport


def world_of(context: typer.Context) -> World:
    """The world that the command was started in."""
    world = context.find_object(World)
    if world is None:
        raise RuntimeError("the command was started without a world: call guerdon.cli.app.main")
    return world
