"""The world as the installed command finds it."""

import time
from typing import Final

from guerdon.adapters.aws.clock import SystemClock
from guerdon.adapters.providers.lob.capabilities import CAPABILITIES as LOB
from guerdon.adapters.providers.printful.capabilities import CAPABILITIES as PRINTFUL
from guerdon.adapters.providers.stripe.capabilities import CAPABILITIES as STRIPE
from guerdon.adapters.providers.tremendous.capabilities import CAPABILITIES as TREMENDOUS
from guerdon.application.doctor.facts import Facts
from guerdon.cli.sending import Transport, http_post
from guerdon.cli.stack import World
from guerdon.domain.channel import Channel
from guerdon.stack import Stack

CAPABILITIES: Final = {
    Channel.GIFT_CARD: TREMENDOUS,
    Channel.CHECK: LOB,
    Channel.BILL_CREDIT: STRIPE,
    Channel.MERCHANDISE: PRINTFUL,
}
"""What each channel's provider can carry; a test holds it to domain/channel.py."""


def real_world() -> World:
    """AWS by the credentials at hand, the providers as they are, and real time."""
    transport = Transport(http_post(), time.sleep, SystemClock().now)
    return World(_open_stack, _stack_facts, CAPABILITIES, transport)


# What knows AWS is loaded by the commands that go there: `guerdon check` in a pre-commit hook has no second to spare.
def _open_stack(name: str) -> Stack:
    from guerdon.opening import open_stack

    return open_stack(name)


def _stack_facts(name: str) -> Facts:
    from guerdon.opening import stack_facts

    return stack_facts(name)
