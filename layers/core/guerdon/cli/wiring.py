"""The world as the installed command finds it."""

import time
from typing import Final

from guerdon import bootstrap
from guerdon.adapters.aws.clock import SystemClock
from guerdon.adapters.providers.lob.capabilities import CAPABILITIES as LOB
from guerdon.adapters.providers.printful.capabilities import CAPABILITIES as PRINTFUL
from guerdon.adapters.providers.stripe.capabilities import CAPABILITIES as STRIPE
from guerdon.adapters.providers.tremendous.capabilities import CAPABILITIES as TREMENDOUS
from guerdon.cli.sending import Transport, http_post
from guerdon.cli.stack import World
from guerdon.domain.channel import Channel

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
    return World(bootstrap.open_stack, bootstrap.stack_facts, CAPABILITIES, transport)
