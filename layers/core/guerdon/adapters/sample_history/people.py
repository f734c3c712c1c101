"""Who an invented advocate is. What they are follows from their number alone, so nobody has to be remembered."""

from typing import Final, NamedTuple

from guerdon.adapters.sample_history.draws import scattered, wheel
from guerdon.application.benchmark import published
from guerdon.application.benchmark.published import Kind

# Assumptions of the model: the survey has no figures about these.
_SEGMENTS: Final = wheel({"bronze": 55, "silver": 33, "gold": 12})
_TYPES: Final = {
    Kind.CUSTOMER: wheel({"customer": 93, "employee": 7}),
    Kind.PARTNER: wheel({"partner": 70, "reseller": 18, "accountant": 12}),
}
_COUNTRIES: Final = {
    "USD": wheel({"US": 92, "CA": 5, "GB": 3}),
    "CAD": wheel({"CA": 96, "US": 4}),
    "GBP": wheel({"GB": 94, "IE": 6}),
    "EUR": wheel({"DE": 38, "FR": 27, "IT": 15, "NL": 12, "IE": 8}),
    "JPY": wheel({"JP": 100}),
}
_REGIONS: Final = {
    "US": wheel({"us-east": 34, "us-south": 27, "us-central": 20, "us-west": 19}),
    "CA": ("canada",),
    "JP": ("japan",),
    "GB": ("uk-ireland",),
    "IE": ("uk-ireland",),
}
_ELSEWHERE: Final = ("europe",)
CHANNELS: Final = wheel({channel.value: float(share) for channel, share in published.REWARD_TYPES.items()})
_THOUSAND: Final = 1000


class Person(NamedTuple):
    """An advocate, as a row of history describes them; no country where the currency does not suggest one."""

    segment: str
    type: str
    country: str | None
    region: str | None
    preferred_channel: str


class People:
    """The advocates of one history."""

    def __init__(self, seed: int, kind: Kind, currency: str) -> None:
        self._seed = seed
        self._types = _TYPES[kind]
        self._countries: tuple[str | None, ...] = _COUNTRIES.get(currency, (None,))

    def person(self, number: int) -> Person:
        """The advocate of this number, the same whenever asked."""
        bits = scattered(self._seed, number)
        bits, segment = divmod(bits, _THOUSAND)
        bits, type_ = divmod(bits, _THOUSAND)
        bits, country_at = divmod(bits, _THOUSAND)
        bits, region = divmod(bits, _THOUSAND)
        country = self._countries[country_at % len(self._countries)]
        regions = _REGIONS.get(country, _ELSEWHERE) if country else (None,)
        return Person(
            _SEGMENTS[segment],
            self._types[type_],
            country,
            regions[region % len(regions)],
            CHANNELS[bits % _THOUSAND],
        )
