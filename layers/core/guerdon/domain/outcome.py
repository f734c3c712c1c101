"""How the evaluation of an inbox event can end."""

from enum import StrEnum


class Outcome(StrEnum):
    """How the evaluation of an inbox event ended; every event ends in one of these."""

    REWARDED = "rewarded"
    NO_REWARD = "no_reward"
    OVER_LIMIT = "over_limit"  # A rule pays for it, and a limit of the program leaves nothing to pay.
    NOT_A_REFERRAL = "not_a_referral"
    BEFORE_START = "before_start"
    AFTER_END = "after_end"
    UNKNOWN_PROGRAM = "unknown_program"
    DUPLICATE = "duplicate"
    NEEDS_ATTENTION = "needs_attention"
    REVISED = "revised"  # A reversal or an amendment changed what a reward is worth.
    NO_CHANGE = "no_change"  # It says nothing that was not known, or nothing that changes the reward.
    REMEMBERED = "remembered"  # It came before its win, and will count when the win comes.
    REVERSED = "reversed"  # The win came after its reversal: it earns nothing.
