"""The cases of tests/cases/rules.csv, as tests use them."""

import csv
from functools import cache
from typing import Final

from guerdon.domain.program import Program
from local.cloud.settings import ROOT
from short_facts import facts_in, program_in

Row = dict[str, str]

CASES: Final = ROOT / "tests" / "cases"
EXAMPLES: Final = ROOT / "programs" / "examples"

with (CASES / "rules.csv").open(newline="", encoding="utf-8") as file:
    ROWS: Final[list[Row]] = list(csv.DictReader(file))

_IN_THEIR_OWN_COLUMN: Final = ("amount", "closed", "counted_before", "reserved", "new_total")


@cache
def program_of(name: str) -> Program:
    """The program of a case: an example of the guide, or a file of tests/cases/programs."""
    example = EXAMPLES / f"{name}.yaml"
    return program_in((example if example.exists() else CASES / "programs" / f"{name}.yaml").read_bytes())


def facts_of_row(row: Row) -> dict[str, str]:
    """All facts of a row, in whichever column they stand."""
    return facts_in(row["facts"], ";") | {name: row[name] for name in _IN_THEIR_OWN_COLUMN if row[name]}
