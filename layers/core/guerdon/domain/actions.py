"""What a person can do that is kept for ever: the names of the actions, and of what they are done to."""

from enum import StrEnum


class AuditAction(StrEnum):
    """What a person did. Each has its sentence in the glossary."""

    CHANNEL_ARMED = "channel_armed"
    CHANNEL_DISARMED = "channel_disarmed"
    PAUSED = "paused"
    RESUMED = "resumed"
    PROGRAM_PUBLISHED = "program_published"
    FUNDS_TRIED = "funds_tried"
    EVENT_RESENT = "event_resent"
    EVENT_RESOLVED = "event_resolved"
    PAYOUT_RELEASED = "payout_released"
    PAYOUT_RESOLVED = "payout_resolved"
    PAYOUT_WRITTEN_OFF = "payout_written_off"
    CHECK_CLEARED = "check_cleared"
    CHECK_VOIDED = "check_voided"
    ITEM_RESOLVED = "item_resolved"
    BOOKS_OPENED = "books_opened"
    MONTH_PREPARED = "month_prepared"
    MONTH_CLOSED = "month_closed"
    ADVOCATE_ERASED = "advocate_erased"
    ROTATION_BEGUN = "rotation_begun"
    ROTATION_FINISHED = "rotation_finished"
    ROTATION_UNDONE = "rotation_undone"
    KEY_REPLACED = "key_replaced"


class SubjectKind(StrEnum):
    """What it was done to."""

    ADVOCATE = "advocate"
    CHANNEL = "channel"
    CHECK = "check"
    EVENT = "event"
    ITEM = "item"  # A difference that the reconciliation found.
    MONTH = "month"
    PAYOUT = "payout"
    PIPELINE = "pipeline"  # All of it.
    PROGRAM = "program"
    REWARD = "reward"
    SECRET = "secret"
