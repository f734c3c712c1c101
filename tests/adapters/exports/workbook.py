"""Reads a workbook back and computes its formulas from its cells, as far as ours use them."""

import io
import re
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

_REFERENCE: Final = r"(?:(\w+)!)?\$?([A-Z]+)\$?(\d+)"
_RANGE: Final = rf"{_REFERENCE}:\$?[A-Z]+\$?(\d+)"
_SUMIFS: Final = re.compile(rf"SUMIFS\({_RANGE},{_RANGE},{_REFERENCE}\)")
_ABS_OF_RANGE: Final = re.compile(r"SUMPRODUCT\(ABS\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)\)")

Value = Decimal | str | None


class ReadBack:
    """A workbook's cells; a formula is worked out from what it refers to, never from its stored value."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.book: Workbook = load_workbook(io.BytesIO(content))

    @cached_property
    def stored(self) -> Workbook:
        """The same with the values that are stored beside the formulas."""
        return load_workbook(io.BytesIO(self.content), data_only=True)

    @property
    def text(self) -> str:
        """Every cell that is not empty: its place, its number format and what stands in it, formulas as such."""
        return "".join(
            f"{sheet.title}!{cell.coordinate}\t{cell.number_format}\t{cell.value}\n"
            for sheet in self.book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        )

    def formulas(self, sheet: str) -> dict[str, Any]:
        """The formulas' places, and the values that are stored beside them."""
        cells = [cell for row in self.book[sheet].iter_rows() for cell in row if cell.data_type == "f"]
        return {cell.coordinate: self.stored[sheet][cell.coordinate].value for cell in cells}

    def value(self, sheet: str, cell: str) -> Value:
        """What a cell comes to."""
        raw = self.book[sheet][cell].value
        if isinstance(raw, str) and raw.startswith("=") and self.book[sheet][cell].data_type == "f":
            return self._computed(sheet, raw[1:])
        if isinstance(raw, int | float):
            return Decimal(str(raw))
        return raw if raw is None else str(raw)

    def number(self, sheet: str, cell: str) -> Decimal:
        value = self.value(sheet, cell)
        assert isinstance(value, Decimal | None), (sheet, cell, value)
        return value or Decimal(0)

    def _computed(self, sheet: str, formula: str) -> Decimal:
        text = _ABS_OF_RANGE.sub(lambda found: str(self._sum_of_sizes(sheet, *found.groups())), formula)
        text = _SUMIFS.sub(lambda found: str(self._sum_if(sheet, *found.groups())), text)
        text = re.sub(r"\b([A-Z]{1,2}\d+)\b", lambda found: str(self.number(sheet, found[1])), text)
        number = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r'Decimal("\1")', text)
        functions = {"Decimal": Decimal, "ABS": abs, "ROUND": lambda value, places: round(value, int(places))}
        result = eval(number, {"__builtins__": {}}, functions)  # noqa: S307 - arithmetic of our own, out of our own file.
        assert isinstance(result, Decimal), formula
        return result

    def _sum_of_sizes(self, sheet: str, first: str, top: str, last: str, bottom: str) -> Decimal:
        columns = [chr(code) for code in range(ord(first), ord(last) + 1)]
        cells = [f"{column}{row}" for column in columns for row in range(int(top), int(bottom) + 1)]
        return sum((abs(self.number(sheet, cell)) for cell in cells), Decimal(0))

    def _sum_if(self, sheet: str, *parts: str | None) -> Decimal:
        """The sum over one column of the rows in which another column equals a cell."""
        summed_in, summed, top, bottom, matched_in, matched, *_, criterion_in, column, row = parts
        criterion = self.value(criterion_in or sheet, f"{column}{row}")
        rows = range(int(top or 0), int(bottom or 0) + 1)
        return sum(
            (
                self.number(summed_in or sheet, f"{summed}{each}")
                for each in rows
                if self.value(matched_in or sheet, f"{matched}{each}") == criterion
            ),
            Decimal(0),
        )
