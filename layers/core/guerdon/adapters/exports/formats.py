"""The formats, and the module that writes each; only the one that is asked for is loaded."""

from enum import StrEnum
from importlib import import_module
from typing import Final, Protocol, cast

from guerdon.application.exports.journals import Export, ExportFile


class Format(StrEnum):
    """A format by the name that the command takes."""

    CSV = "csv"
    XLSX = "xlsx"
    BEANCOUNT = "beancount"
    QUICKBOOKS = "quickbooks"
    XERO = "xero"
    NETSUITE = "netsuite"


class Writer(Protocol):
    """What every format's module can do. The same export gives the same bytes."""

    def refusals(self, export: Export) -> tuple[str, ...]:
        """Why the format cannot carry this export, a line each; empty when it can."""

    def write(self, export: Export) -> tuple[ExportFile, ...]:
        """The files, at least one: an empty export is a file without lines."""


SUFFIXES: Final = {
    Format.CSV: ".csv",
    Format.XLSX: ".xlsx",
    Format.BEANCOUNT: ".beancount",
    Format.QUICKBOOKS: ".csv",
    Format.XERO: ".csv",
    Format.NETSUITE: ".csv",
}
"""What the names of a format's files end with."""

IMPORTS: Final = (Format.QUICKBOOKS, Format.XERO, Format.NETSUITE)
"""The formats that a program imports as journals of one currency, where sums can stand for entries."""

_MODULES: Final = {Format.CSV: "plain_csv"}
"""Where the module is not called as the format is: `csv` is the standard library's."""


def writer_of(wanted: Format) -> Writer:
    """The module that writes a format.

    Raises:
        ModuleNotFoundError: It needs a library of the optional group `exports`, which is not installed.
    """
    return cast("Writer", import_module(f"guerdon.adapters.exports.{_MODULES.get(wanted, wanted.value)}"))
