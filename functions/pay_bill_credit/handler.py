"""Bill credits through Stripe: a task of the workflow, and the reader of the channel's hints."""

from typing import Any

from guerdon import bootstrap
from guerdon.adapters.aws.log import function_log
from guerdon.adapters.aws.pay_step import handle_pay_step
from guerdon.domain.channel import Channel

log = function_log()


def handle(event: dict[str, Any], _context: object) -> object:
    """Pay one run of a payout, or follow a batch of hints."""
    pay, look_again = bootstrap.pay_step(Channel.BILL_CREDIT)
    return handle_pay_step(event, log, pay, look_again, bootstrap.metrics())
