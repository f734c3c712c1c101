"""The fields of a form that narrows a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from guerdon.domain import glossary
from guerdon.domain.glossary import Term


@dataclass(frozen=True, slots=True)
class Choice:
    """One field.

    Attributes:
        options: Values with their words, for a list to choose from; none for a field to type in.
        kind: The type of a field to type in: "text", "date", "month" or "checkbox".
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    kind: str = "text"


def of_terms(name: str, label: str, terms: Mapping[str, Term]) -> Choice:
    """One of the values of a table of the glossary."""
    return Choice(name, label, tuple((str(value), term.words) for value, term in terms.items()))


def of_names(name: str, label: str, names: Iterable[str]) -> Choice:
    """One of some names."""
    return Choice(name, label, tuple((each, each) for each in names))


CHANNELS: Final = of_terms("channel", "Channel", glossary.CHANNEL)
