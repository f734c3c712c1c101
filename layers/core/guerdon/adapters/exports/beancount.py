"""A ledger for Beancount: text, in version control, and checked by `bean-check`.

Source: Beancount's "Language Syntax". A component of an account's name begins with a capital letter or a digit and has
letters, digits and dashes; the first is Assets, Liabilities, Equity, Income or Expenses. Beancount itself is GPL-2.0
and is not imported here: a ledger is text (docs/decisions/0013-accounting-exports.md).
"""

from collections.abc import Iterator
from datetime import UTC
from typing import Final
from unicodedata import category

from guerdon.adapters.exports.cells import distinct
from guerdon.application.exports.chart import AccountType
from guerdon.application.exports.journals import Export, ExportFile, Journal, Line

_ROOTS: Final = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.REVENUE: "Income",
    AccountType.EXPENSE: "Expenses",
}
_Names = dict[tuple[str, str], str]
"""Their account as (legal entity, name with root) -> the account in the ledger."""


def refusals(export: Export) -> tuple[str, ...]:
    """None: it can carry everything."""
    del export
    return ()


def write(export: Export) -> tuple[ExportFile, ...]:
    """One ledger with all legal entities, each below a name of its own, and all currencies."""
    content = "\n".join((*_lines(export), ""))
    lines = sum(len(journal.lines) for journal in export.journals)
    return (ExportFile("", content.encode(), len(export.journals), lines),)


def _lines(export: Export) -> Iterator[str]:
    selection, names = export.selection, _names(export)
    yield f'option "title" "Referral rewards {selection.first} to {selection.last}, by {selection.basis.value} date"'
    for currency in sorted({line.amount.currency for journal in export.journals for line in journal.lines}):
        yield f'option "operating_currency" "{currency}"'
    if names:
        yield ""
    for account in sorted(set(names.values())):
        yield f"{selection.first} open {account}"
    for journal in export.journals:
        yield ""
        yield from _transaction(journal, names)


def _transaction(journal: Journal, names: _Names) -> Iterator[str]:
    entry = journal.entry
    yield f"{journal.on} * {_quoted(entry.legal_entity)} {_quoted(journal.memo)} ^{entry.reward_id}"
    yield f"  entry: {_quoted(journal.number)}"
    yield f"  event: {_quoted(entry.event_id)}"
    yield f"  effective: {entry.effective_on}"
    yield f"  posted: {_quoted(entry.posted_at.astimezone(UTC).isoformat())}"
    if entry.value_on:
        yield f"  value: {entry.value_on}"
    for line in journal.lines:
        yield f"  {names[_key(journal, line)]}  {line.amount.decimal} {line.amount.currency}"
        yield f"    account: {_quoted(line.account)}"


def _names(export: Export) -> _Names:
    """The account of each line; where two of theirs would be spelled the same, they are numbered."""
    keys = sorted({_key(journal, line) for journal in export.journals for line in journal.lines})
    entities = distinct((entity for entity, _ in keys), _component)
    names: _Names = {}
    for entity, component in entities.items():
        own = distinct((theirs for each, theirs in keys if each == entity), _account)
        for theirs, account in own.items():
            root, _, rest = account.partition(":")
            names[entity, theirs] = f"{root}:{component}:{rest}"
    return names


def _key(journal: Journal, line: Line) -> tuple[str, str]:
    return journal.entry.legal_entity, f"{_ROOTS[line.theirs.type]}:{line.theirs.words}"


def _account(theirs: str) -> str:
    return ":".join(_component(part) for part in theirs.split(":"))


def _component(name: str) -> str:
    """A name as one component: "Harbor Payroll, Inc." is "Harbor-Payroll-Inc"."""
    kept = "-".join("".join(each if each.isalpha() or each.isdecimal() else " " for each in name).split())
    begun = kept[:1].upper() + kept[1:]
    # Letters of scripts without capitals, such as kanji, may follow but not begin.
    return begun if begun and category(begun[0]) in {"Lu", "Nd"} else f"X{begun}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
