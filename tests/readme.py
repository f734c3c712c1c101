"""The commands of the README, and which test runs each. One that nobody runs is named with the reason.

A newcomer types them in this order. Whoever adds one to the README adds it here, where a test then runs it.
"""

import re
import shlex
from typing import Final

from local.cloud.settings import ROOT

_BLOCK: Final = re.compile(r"```sh\n(.*?)```", re.DOTALL)
GUERDON: Final = ".venv/bin/guerdon "

OFFLINE: Final = (
    ".venv/bin/guerdon explain programs/enterprise-referral.yaml events/07-percentage.json",
    ".venv/bin/guerdon check programs/*.yaml",
    ".venv/bin/guerdon generate deals.csv --deals 5000",
    ".venv/bin/guerdon simulate programs/customer-referral.yaml deals.csv --out report",
    (
        ".venv/bin/guerdon simulate programs/customer-referral.yaml deals.csv "
        "--against programs/examples/05-every-referral.yaml --roi"
    ),
)
"""Need no stack; tests/docs/test_readme_commands.py runs them, each in the folder that the one before left."""

ON_THE_DEMO: Final = {
    ".venv/bin/guerdon status": {0},
    ".venv/bin/guerdon status D-1075": {0},
    ".venv/bin/guerdon status --waiting": {0},
    ".venv/bin/guerdon ledger --entries": {0},
    ".venv/bin/guerdon explain customer-referral D-1067": {0},
    ".venv/bin/guerdon send events/07-percentage.json --connection demo --secret-from-stack": {0},
    # 1 while a difference is open, as those are that the demo plants in a new stack.
    ".venv/bin/guerdon reconcile": {0, 1},
    ".venv/bin/guerdon checks --stale": {0},
    ".venv/bin/guerdon export xlsx --from 2026-10-01 --to 2026-10-31": {0},
    ".venv/bin/guerdon audit": {0},
}
"""Need the stack after `make demo`; tests/e2e/test_readme.py runs them, each with how it may end."""

BY_HAND: Final = {
    "make demo": "tests/e2e/test_demo.py runs the same program on a cloud that is up",
    "make test": "it runs this test",
    ". .local/env": "the tests on the local cloud are started with it",
    "make execution PAYOUT=po_…": "tests/infra/test_local_cloud_commands.py drives it; it names a payout of yours",
    "make logs GREP=ev_…": "tests/e2e/test_correlation.py reads the same log; it names an event of yours",
    "make down": "it ends the stack that the tests run on",
    ".venv/bin/guerdon ledger verify": "it takes minutes for a year; tests/adapters/dynamodb/test_verify_ledger.py",
    '.venv/bin/guerdon month prepare "Harbor Payroll, Inc." 2026-10': "a pack stays prepared; tests/cli/test_month.py",
}
"""Not run as they stand, and why."""


def commands() -> list[str]:
    """Every command in the README's blocks for a shell, without its comment, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = (line.partition(" #")[0].strip() for block in _BLOCK.findall(text) for line in block.splitlines())
    return [line for line in lines if line]


def arguments(command: str) -> list[str]:
    """What the command line gets, with the patterns of files written out as a shell does."""
    words = shlex.split(command.removeprefix(GUERDON))
    return [
        found
        for word in words
        for found in (sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(word)) if "*" in word else [word])
    ]
