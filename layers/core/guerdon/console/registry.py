"""Every operation of the console, and the sections that pages are found by."""

from collections.abc import Sequence
from typing import Final

from guerdon.console.operations import Operation
from guerdon.console.pages import (
    advocates,
    audit,
    checks,
    closing,
    drafts,
    exports,
    glossary,
    inbox,
    ledger,
    months,
    overview,
    payout,
    payouts,
    programs,
    reconciliation,
    resolving,
    switches,
)

OPERATIONS: Final[Sequence[Operation]] = (
    *overview.OPERATIONS,
    *switches.OPERATIONS,
    *payouts.OPERATIONS,
    *payout.OPERATIONS,
    *resolving.OPERATIONS,
    *checks.OPERATIONS,
    *ledger.OPERATIONS,
    *months.OPERATIONS,
    *closing.OPERATIONS,
    *reconciliation.OPERATIONS,
    *exports.OPERATIONS,
    *programs.OPERATIONS,
    *drafts.OPERATIONS,
    *advocates.OPERATIONS,
    *inbox.OPERATIONS,
    *audit.OPERATIONS,
    *glossary.OPERATIONS,
)

NAV: Final = (
    ("overview", "Overview"),
    ("switches", "Switches"),
    ("payouts", "Payouts"),
    ("checks", "Checks"),
    ("ledger", "Ledger"),
    ("months", "Months"),
    ("reconciliation", "Reconciliation"),
    ("exports", "Exports"),
    ("programs", "Programs"),
    ("advocates", "Advocates"),
    ("inbox", "Inbox"),
    ("audit", "Audit"),
    ("glossary", "Glossary"),
)
"""The sections by the first segment of their paths; one without a page is left out of the menu."""
