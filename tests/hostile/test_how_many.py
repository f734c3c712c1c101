"""The masses are masses: every kind is generated, and the documentation tells their number."""

import re
from pathlib import Path
from typing import Final

from hostile import often
from hostile.edge import WEBHOOK_SECRETS
from hostile.forgeries import FORGERIES
from hostile.malformed import NEEDED, REQUIRED, UNREADABLE, WRONG
from hostile.updates import FORGED

DELIVERIES: Final = (
    len(FORGERIES) * often.FORGED_DELIVERIES
    + len(UNREADABLE) * often.UNREADABLE_BODIES
    + (len(WRONG) + 1) * often.WRONG_FIELDS
    + (len(REQUIRED) + len(NEEDED) + 2) * often.MISSING_FIELDS
    + 4 * often.WRONG_FRAMES
)
UPDATES: Final = len(FORGED) * often.FORGED_UPDATES + 3 * often.WRONG_FRAMES
"""Webhooks that are refused."""

ABOUT_NOTHING: Final = len(WEBHOOK_SECRETS) * often.UPDATES_ABOUT_NOTHING


def test_the_documentation_tells_how_many_requests_are_refused_and_they_are_at_least_5000() -> None:
    page = (Path(__file__).parents[2] / "docs" / "exactly-once.md").read_text()
    told = re.search(r"([0-9,]+) hostile deliveries and ([0-9,]+) hostile webhooks", page)

    assert told is not None
    assert [int(number.replace(",", "")) for number in told.groups()] == [DELIVERIES, UPDATES + ABOUT_NOTHING]
    assert DELIVERIES + UPDATES + ABOUT_NOTHING >= 5000
