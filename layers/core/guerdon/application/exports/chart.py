"""A chart of accounts: what our accounts are called in the books of whoever reads an export.

It is read from a mapping file that finance owns. Whether a reward is an expense or takes revenue down, which account
the advocates' debts are in, and what each legal entity calls them is all said there, and nowhere in the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from guerdon.domain.document import Document, DocumentReader, Finding, Node, Path

TEXT_MOST: Final = 100
"""The longest account name that is taken: QuickBooks Online has room for as much."""

_TOP_KEYS: Final = ("accounts", "tax_rate", "entities")
_ENTITY_KEYS: Final = ("accounts", "tax_rate", "subsidiary")
_ACCOUNT_KEYS: Final = ("number", "name", "type")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


class AccountType(StrEnum):
    """What kind of account it is; one that takes revenue down is a revenue account."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    REVENUE = "revenue"
    EXPENSE = "expense"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of theirs.

    Attributes:
        name: As their books write it, with its parents where they ask for them ("Marketing:Referral rewards").
        type: What kind it is.
        number: Its number or code; None for books that have none.
    """

    name: str
    type: AccountType
    number: str | None = None

    @property
    def words(self) -> str:
        """Number and name: "6150 Referral rewards"."""
        return f"{self.number} {self.name}" if self.number else self.name


@dataclass(frozen=True, slots=True)
class EntityChart:
    """What differs in the books of one legal entity."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    tax_rate: str | None = None
    subsidiary: str | None = None


_NOTHING_OF_ITS_OWN: Final = EntityChart()


@dataclass(frozen=True, slots=True)
class Chart:
    """Our account -> theirs, for all legal entities, and what differs for one.

    Attributes:
        accounts: By our account, or by what stands before its colon, for every party of it.
        tax_rate: The name of the tax rate of a line without tax, which Xero wants to be told.
        entities: By legal entity.
    """

    accounts: Mapping[str, Account]
    tax_rate: str | None = None
    entities: Mapping[str, EntityChart] = field(default_factory=dict)

    def account(self, legal_entity: str, account: str) -> Account | None:
        """Theirs for one of ours, or None: the entity's own first, then the exact name, then the one of its family."""
        family = account.partition(":")[0]
        for accounts in (self.of(legal_entity).accounts, self.accounts):
            found = accounts.get(account) or accounts.get(family)
            if found is not None:
                return found
        return None

    def tax_rate_of(self, legal_entity: str) -> str | None:
        """The name of the tax rate in an entity's books."""
        return self.of(legal_entity).tax_rate or self.tax_rate

    def of(self, legal_entity: str) -> EntityChart:
        """What differs for one legal entity."""
        return self.entities.get(legal_entity, _NOTHING_OF_ITS_OWN)


def read_chart(document: Node) -> tuple[Chart | None, tuple[Finding, ...]]:
    """The chart in a mapping file, or what is wrong with it, all of it at once."""
    reader = DocumentReader()
    top = reader.mapping(document, (), _TOP_KEYS)
    if top is None:
        return None, tuple(reader.findings)
    accounts = _accounts(reader, top.get("accounts"), ("accounts",))
    tax_rate = _optional(reader, top, "tax_rate", ())
    entities = _entities(reader, top["entities"]) if "entities" in top else {}
    if reader.findings:
        return None, tuple(reader.findings)
    return Chart(accounts, tax_rate, entities), ()


def _entities(reader: DocumentReader, node: Node) -> Mapping[str, EntityChart]:
    if not isinstance(node, Mapping):
        reader.wrong(("entities",), "must be a mapping of legal entities, named as in the program files")
        return {}
    return {name: _entity(reader, inner, ("entities", name)) for name, inner in node.items()}


def _entity(reader: DocumentReader, node: Node, path: Path) -> EntityChart:
    own = reader.mapping(node, path, _ENTITY_KEYS)
    if own is None:
        return _NOTHING_OF_ITS_OWN
    accounts = _accounts(reader, own["accounts"], (*path, "accounts")) if "accounts" in own else {}
    return EntityChart(accounts, _optional(reader, own, "tax_rate", path), _optional(reader, own, "subsidiary", path))


def _accounts(reader: DocumentReader, node: Node, path: Path) -> Mapping[str, Account]:
    if not isinstance(node, Mapping):
        reader.wrong(path, "must be a mapping from our accounts, such as rewards_expense, to yours")
        return {}
    read = {ours: _account(reader, inner, (*path, ours)) for ours, inner in node.items()}
    return {ours: account for ours, account in read.items() if account is not None}


def _account(reader: DocumentReader, node: Node, path: Path) -> Account | None:
    theirs = reader.mapping(node, path, _ACCOUNT_KEYS)
    if theirs is None:
        return None
    number = _optional(reader, theirs, "number", path)
    name = _harmless(reader, reader.text(theirs, "name", path), (*path, "name"))
    kind = reader.choice(theirs, "type", path, {kind.value: kind for kind in AccountType})
    return Account(name, kind, number) if name and kind else None


def _optional(reader: DocumentReader, document: Document, key: str, path: Path) -> str | None:
    return _harmless(reader, reader.text(document, key, path), (*path, key)) if key in document else None


def _harmless(reader: DocumentReader, text: str | None, path: Path) -> str | None:
    """Text that may stand in a cell as it is: an importer compares it, so it cannot be escaped there."""
    if text is None:
        return None
    if text.startswith(_FORMULA_STARTS):
        reader.wrong(path, f"must not begin with {text[0]!r}: a spreadsheet would take it for a formula")
    elif text != text.strip() or not text.isprintable():
        reader.wrong(path, "must be one line without blanks around it")
    elif len(text) > TEXT_MOST:
        reader.wrong(path, f"must be at most {TEXT_MOST} characters long, not {len(text)}")
    return text
