"""The words that the console uses, and what each of them means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guerdon.application.review.services import Services
from guerdon.console.operations import Nothing, read
from guerdon.console.signin.principal import Principal
from guerdon.domain import glossary
from guerdon.domain.glossary import Term
from guerdon.domain.ledger_words import ACCOUNT, DIFFERENCE, ITEM_STATE


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a section, by its stored value."""

    code: str
    term: Term


@dataclass(frozen=True, slots=True)
class Section:
    """Words about one thing."""

    name: str
    title: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Glossary:
    """All words."""

    sections: tuple[Section, ...]


_SECTIONS: Final[tuple[tuple[str, str, Mapping[str, Term]], ...]] = (
    ("status", "Where a payout is", glossary.STATUS),
    ("waiting", "Why something waits for a person", glossary.WAITING),
    ("outcome", "How an event ended", glossary.OUTCOME),
    ("channel", "How a payout is paid", glossary.CHANNEL),
    ("switch", "Whether a channel pays", glossary.SWITCH),
    ("paused", "What is paused", glossary.PAUSED),
    ("account", "Accounts of the journal", ACCOUNT),
    ("difference", "What a statement says beside the books", DIFFERENCE),
    ("item-state", "Where a difference is", ITEM_STATE),
    ("action", "What people do", glossary.ACTION),
)


def _glossary(_services: Services, _who: Principal, _asked: Nothing) -> Glossary:
    return Glossary(
        tuple(
            Section(name, title, tuple(Word(str(code), term) for code, term in terms.items()))
            for name, title, terms in _SECTIONS
        )
    )


OPERATIONS: Final = (
    read(
        "glossary", "/glossary", "What each word of the console means.", Nothing, Glossary, _glossary,
        page="glossary.html", title="Glossary",
    ),
)  # fmt: skip
