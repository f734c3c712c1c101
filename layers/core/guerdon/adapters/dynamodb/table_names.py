"""The tables by their logical names. It loads nothing, so that what only names them is quick to start."""

from typing import Final

TABLES: Final = (
    "inbox",
    "people",
    "programs",
    "deals",
    "counters",
    "rewards",
    "payouts",
    "attempts",
    "journal",
    "seals",
    "checks",
    "closes",
    "reconciliation",
    "statements",
    "settings",
    "notices",
    "audit",
)
