"""The four ways to pay, and the account that each one settles into."""

from enum import StrEnum
from typing import Final


class Channel(StrEnum):
    """A way to pay; the value is what program files, messages and the workflow say."""

    GIFT_CARD = "gift_card"
    CHECK = "check"
    BILL_CREDIT = "bill_credit"
    MERCHANDISE = "merchandise"

    @property
    def divisible(self) -> bool:
        """Whether a part of a reward can be paid by it: an item is sent whole, whatever it is worth."""
        return self is not Channel.MERCHANDISE


PROVIDER_OF: Final = {
    Channel.GIFT_CARD: "tremendous",
    Channel.CHECK: "lob",
    Channel.BILL_CREDIT: "stripe",
    Channel.MERCHANDISE: "printful",
}
"""Who carries a channel out."""

CHANNEL_OF: Final = {provider: channel for channel, provider in PROVIDER_OF.items()}
"""The channel that a provider carries out."""
