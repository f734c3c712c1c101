"""docs/simulate.md shows the columns that the reader takes, and no others."""

import re

from guerdon.adapters.history.columns import COLUMNS
from local.cloud.settings import ROOT

_ROW = re.compile(r"^\| `([a-z_]+)`( \*)? \| (.*) \|$", re.MULTILINE)


def test_the_columns_in_the_document_are_those_of_the_reader() -> None:
    text = (ROOT / "docs" / "simulate.md").read_text(encoding="utf-8")
    shown = [(name, bool(star), meaning.replace("&#124;", "|")) for name, star, meaning in _ROW.findall(text)]
    assert shown == [(column.name, column.required, column.meaning) for column in COLUMNS]
