"""What the rules of a program pay for a deal, exactly, and why.

`evaluate` is fast and compact, for a simulation of millions of deals as for one event of the pipeline; `explained`
makes the stored Explanation of what it came to. docs/decisions/0010-rules.md says how it works.
"""

from guerdon.domain.evaluation.evaluating import evaluate
from guerdon.domain.evaluation.explaining import explained, in_reward_currency
from guerdon.domain.evaluation.results import CannotDecide, Evaluated, Evaluation, NothingEarned, Piece, positions

__all__ = [
    "CannotDecide",
    "Evaluated",
    "Evaluation",
    "NothingEarned",
    "Piece",
    "evaluate",
    "explained",
    "in_reward_currency",
    "positions",
]
