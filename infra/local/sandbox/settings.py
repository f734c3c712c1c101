"""What can be set when the sandbox starts."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The sandbox's settings; every duration is in seconds of the sandbox's own clock.

    Attributes:
        state_directory: where records are kept between runs; None keeps them in memory only.
        check_cancel_window_seconds: how long a check without a send date can be canceled
            (Lob's default is five minutes). It is mailed after that.
        webhook_delay_seconds: from a change at the provider to the webhook that tells of it.
        step_delay_seconds: between two steps a provider takes by itself (costs calculated,
            order approved, in process, shipped).
        hold_seconds: real seconds that `timeout_after` keeps a connection open, unanswered.
        idempotency_window_seconds: how long Lob and Stripe remember an idempotency key.
    """

    state_directory: Path | None = None
    check_cancel_window_seconds: float = 300
    webhook_delay_seconds: float = 1
    step_delay_seconds: float = 2
    hold_seconds: float = 60
    idempotency_window_seconds: float = 24 * 60 * 60
