"""`guerdon export` as finance calls it: what is written, what is refused, and whom it never names."""

import csv
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import exports_journal
import ledgers
from e2e.samples import personal_data
from guerdon.adapters.exports.default_chart import DEFAULT_CHART
from guerdon.adapters.exports.formats import Format
from guerdon.application.transaction import Insert
from guerdon.domain.ledger import Entry
from local.demo.expectations import EVENTS, PROGRAMS
from memory_stack import SECRET, MemoryStack

Run = Callable[..., Result]
NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the command is called in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small(memory: MemoryStack) -> MemoryStack:
    """The stack with the small journal in its store."""
    memory.store.commit((Insert(ledgers.head(exports_journal.BOOKS_OPENED)),))
    for reward in exports_journal.rewards():
        memory.store.commit((Insert(reward),))
    for entry in exports_journal.entries():
        memory.store.commit((Insert(entry),))
    return memory


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_beside_you_under_a_name_that_says_what_it_is(
    guerdon: Run, small: MemoryStack, here: Path
) -> None:
    commits = len(small.store.commits)
    result = guerdon("export", "csv", *NOVEMBER)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "guerdon-csv-2026-11-01-to-2026-11-30.csv: 8 entries, 20 lines\n"
    (file,) = here.iterdir()
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    assert len(rows) == 20
    assert rows[0]["date"] == "2026-11-01"
    assert len(small.store.commits) == commits


def test_by_effective_date_for_one_entity_and_program(guerdon: Run, small: MemoryStack) -> None:
    del small
    period = ("--from", "2026-10-30", "--to", "2026-10-31", "--by", "effective", "--out", "-")
    acme = guerdon("export", "csv", *period, "--entity", "Acme Inc.", "--program", "customer-referral")
    assert acme.exit_code == 0, acme.stderr
    assert [line.split(",")[2] for line in acme.stdout.splitlines()[1:]] == ["revised", "revised"]
    assert "late" not in acme.stdout


def test_books_that_take_one_entity_and_currency_get_a_file_of_each(
    guerdon: Run, small: MemoryStack, here: Path
) -> None:
    del small
    result = guerdon("export", "xero", *NOVEMBER, "--out", here / "nov.csv")
    assert result.exit_code == 0, result.stderr
    assert names(here) == [
        "nov-acme-inc-USD.csv",
        "nov-gulf-rewards-w-l-l-KWD.csv",
        "nov-harbor-payroll-kk-JPY.csv",
        "nov-harbor-payroll-kk-USD.csv",
    ]
    assert result.stdout.splitlines()[1] == f"{here / 'nov-acme-inc-USD.csv'}: 4 entries, 10 lines"


def test_several_files_are_not_printed_into_one(guerdon: Run, small: MemoryStack) -> None:
    del small
    result = guerdon("export", "quickbooks", *NOVEMBER, "--out", "-")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "these are 4 files" in result.stderr
    assert "name a file with --out" in result.stderr


def test_an_account_that_the_mapping_lacks_is_named_before_anything_is_written(
    guerdon: Run, small: MemoryStack, here: Path
) -> None:
    del small
    text = DEFAULT_CHART.read_text(encoding="utf-8")
    mapping = here / "chart.yaml"
    mapping.write_text(
        "".join(line for line in text.splitlines(keepends=True) if "float:" not in line), encoding="utf-8"
    )
    result = guerdon("export", "xlsx", *NOVEMBER, "--mapping", mapping)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "error: float:tremendous of Acme Inc. is not in the mapping. Add under accounts:",
        '  "float:tremendous": {number: "…", name: …, type: asset, liability, equity, revenue or expense}',
        "error: float:tremendous of Harbor Payroll KK is not in the mapping. Add under accounts:",
        '  "float:tremendous": {number: "…", name: …, type: asset, liability, equity, revenue or expense}',
    ]
    assert names(here) == ["chart.yaml"]


def test_what_a_format_cannot_carry_is_named_before_anything_is_written(
    guerdon: Run, small: MemoryStack, here: Path
) -> None:
    del small
    result = guerdon("export", "netsuite", *NOVEMBER)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: rw_c@1: NetSuite takes at most 10 digits before the point and 2 behind it")
    assert names(here) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "accounts:\n  float: {name: F, type: asset}\n  exchange: {name: =X, type: expense}\n",
            ":3:20: error: accounts.exchange.name: must not begin with '='",
        ),
        ("accounts: [", ":1:12: "),
        ("accounts: {}\naccounts: {}\n", ":2:1: 'accounts' stands here a second time"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said_with_its_place(
    guerdon: Run, memory: MemoryStack, here: Path, text: str, said: str
) -> None:
    del memory
    mapping = here / "chart.yaml"
    mapping.write_text(text, encoding="utf-8")
    result = guerdon("export", "csv", *NOVEMBER, "--mapping", mapping)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{mapping}{said}"), result.stderr
    assert names(here) == ["chart.yaml"]


@pytest.mark.parametrize("wanted", Format)
def test_an_empty_period_writes_a_valid_empty_file_and_says_so(
    guerdon: Run, memory: MemoryStack, here: Path, wanted: Format
) -> None:
    del memory
    result = guerdon("export", wanted.value, *NOVEMBER, "--entity", "Acme Inc.")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.endswith(": 0 entries, 0 lines\n")
    assert result.stderr == (
        "The journal has no entries from 2026-11-01 to 2026-11-30 for that legal entity and program.\n"
    )
    assert len(names(here)) == 1


def test_sums_of_a_month_are_a_journal_for_each_currency(guerdon: Run, small: MemoryStack, here: Path) -> None:
    del small
    result = guerdon(
        "export", "quickbooks", *NOVEMBER, "--entity", "Acme Inc.", "--per", "month", "--out", here / "q.csv"
    )
    assert (result.exit_code, result.stdout) == (0, f"{here / 'q.csv'}: 2 entries, 9 lines\n")


@pytest.mark.parametrize("more", [("csv",), ("xlsx",), ("beancount",), ("xero", "--program", "customer-referral")])
def test_sums_are_for_imports_and_for_all_programs(
    guerdon: Run, small: MemoryStack, here: Path, more: tuple[str, ...]
) -> None:
    del small
    result = guerdon("export", *more, *NOVEMBER, "--per", "day")
    assert result.exit_code == 2
    assert "--per is for quickbooks, xero, netsuite, and for all programs" in result.stderr
    assert names(here) == []


def test_a_period_that_ends_before_it_begins_is_not_understood(guerdon: Run, memory: MemoryStack, here: Path) -> None:
    del memory
    result = guerdon("export", "csv", "--from", "2026-11-30", "--to", "2026-11-01")
    assert result.exit_code == 2
    assert "--to is before --from" in result.stderr
    assert names(here) == []


def test_a_file_that_cannot_be_written_is_said(guerdon: Run, small: MemoryStack, here: Path) -> None:
    del small
    result = guerdon("export", "csv", *NOVEMBER, "--out", here / "nowhere" / "nov.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {here / 'nowhere' / 'nov.csv'} cannot be written: No such file or directory\n"


def test_a_workbook_without_its_library_says_how_to_get_it(
    guerdon: Run, small: MemoryStack, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del small
    monkeypatch.delitem(sys.modules, "guerdon.adapters.exports.xlsx", raising=False)
    for module in [name for name in sys.modules if name.partition(".")[0] == "xlsxwriter"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    result = guerdon("export", "xlsx", *NOVEMBER)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: xlsx needs xlsxwriter: pip install 'guerdon[exports]'\n"
    assert names(here) == []
    assert guerdon("export", "csv", *NOVEMBER).exit_code == 0


def test_the_printed_mapping_is_the_one_that_is_used(guerdon: Run, small: MemoryStack, here: Path) -> None:
    del small
    printed = guerdon("export", "--print-mapping")
    assert (printed.exit_code, printed.stdout) == (0, DEFAULT_CHART.read_text(encoding="utf-8"))
    (here / "chart.yaml").write_text(printed.stdout, encoding="utf-8")
    without, with_it = (
        guerdon("export", "csv", *NOVEMBER, "--out", "-", *mapping).stdout
        for mapping in ((), ("--mapping", "chart.yaml"))
    )
    assert without == with_it
    assert len(without.splitlines()) == 21


# Nobody is named.


@pytest.fixture
def lived(guerdon: Run, memory: MemoryStack) -> MemoryStack:
    """A stack that lived through every sample event."""
    guerdon("publish", *sorted(PROGRAMS.glob("*.yaml")))
    memory.arm()
    for file in sorted(EVENTS.glob("[0-9]*.json")):
        guerdon("send", file, "--connection", "crm", "--secret", SECRET)
    return memory


def contents(folder: Path) -> bytes:
    """What stands in the files, and in the parts of those that are archives."""
    whole = b""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                whole += b"".join(archive.read(name) for name in archive.namelist())
        else:
            whole += path.read_bytes()
    return whole


def test_no_export_names_a_person(guerdon: Run, lived: MemoryStack, here: Path) -> None:
    period = ("--from", "2020-01-01", "--to", "2030-12-31")
    for wanted in Format:
        result = guerdon("export", wanted.value, *period)
        assert result.exit_code == 0, result.stderr
    written = contents(here)
    assert len(lived.store.of(Entry)) > 20
    assert {entry.entry_id for entry in lived.store.of(Entry) if entry.entry_id.encode() not in written} == set()
    people = personal_data()
    assert len(people) > 20
    assert {place for value, place in people.items() if value.encode() in written} == set()
