"""Who the invented people are. All of it follows from a number, and every address is under a reserved name."""

from typing import Final, NamedTuple

from guerdon.adapters.sample_history.draws import scattered

_GIVEN: Final = (
    "Amara", "Anders", "Beatriz", "Caleb", "Chloe", "Daniel", "Elena", "Farid", "Grace", "Hannah", "Ines", "Jonas",
    "Kavya", "Lucas", "Maya", "Nadia", "Oscar", "Priya", "Quentin", "Rosa", "Samuel", "Tara", "Viktor", "Yara",
)  # fmt: skip
_FAMILY: Final = (
    "Abbott", "Bauer", "Castillo", "Duarte", "Eriksen", "Fischer", "Grant", "Hughes", "Ito", "Jansen", "Keller",
    "Lindqvist", "Morales", "Novak", "Okafor", "Patel", "Quinn", "Rossi", "Schmidt", "Turner", "Ueda", "Vasquez",
    "Weber", "Zhang",
)  # fmt: skip
_COMPANIES: Final = (
    "Bakery", "Cycles", "Dental", "Electric", "Farms", "Gardens", "Hardware", "Interiors", "Logistics", "Plumbing",
    "Roofing", "Studios",
)  # fmt: skip


class Place(NamedTuple):
    """A place that somebody lives in."""

    city: str
    state: str | None
    postal_code: str
    country: str


_PLACES: Final = {
    "US": (
        Place("Columbus", "OH", "43215", "US"),
        Place("Sacramento", "CA", "95814", "US"),
        Place("Austin", "TX", "78701", "US"),
        Place("Albany", "NY", "12207", "US"),
        Place("Wilmington", "DE", "19801", "US"),
    ),
    "DE": (Place("Hamburg", None, "20095", "DE"), Place("Leipzig", None, "04109", "DE")),
}


class Person(NamedTuple):
    """An invented person."""

    name: str
    email: str
    line1: str
    place: Place
    company: str


def person(seed: int, number: int, country: str | None) -> Person:
    """The person of this number, the same whenever asked; they live in the country, if it is one with places here."""
    bits = scattered(seed, number)
    bits, given = divmod(bits, len(_GIVEN))
    bits, family = divmod(bits, len(_FAMILY))
    bits, trade = divmod(bits, len(_COMPANIES))
    places = _PLACES.get(country or "US", _PLACES["US"])
    bits, at = divmod(bits, len(places))
    name = f"{_GIVEN[given]} {_FAMILY[family]}"
    return Person(
        name,
        f"{_GIVEN[given]}.{_FAMILY[family]}.{number}@customers.example".lower(),
        f"{1 + bits % 900} Harbor Street",
        places[at],
        f"{_FAMILY[family]} {_COMPANIES[trade]}",
    )
