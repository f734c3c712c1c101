from datetime import UTC, datetime

import pytest

from guerdon.adapters.email.formats import date_text, money_text, one_line
from guerdon.domain.money import Money


@pytest.mark.parametrize(
    ("amount_minor", "currency", "locale", "text"),
    [
        (125000, "USD", "en_US", "$1,250.00"),
        (125000, "EUR", "en_US", "€1,250.00"),
        (5000, "JPY", "en_US", "¥5,000"),
        (1500, "KWD", "en_US", "KWD\u00a01.500"),
        (125000, "USD", "en_GB", "US$1,250.00"),
        (12500000, "INR", "en_IN", "₹1,25,000.00"),
        (125000, "AUD", "en_AU", "$1,250.00"),
        (125000, "CAD", "en_CA", "$1,250.00"),
        (125000, "EUR", "en_DE", "1.250,00\u00a0€"),
        (5000, "JPY", "en_DE", "5.000\u00a0JP¥"),
        (125000, "EUR", "en_IE", "€1,250.00"),
        (125000, "EUR", "en_NL", "€\u00a01.250,00"),
        (1500, "KWD", "en_NL", "KWD\u00a01,500"),
        (125000, "NZD", "en_NZ", "$1,250.00"),
        (125000, "SGD", "en_SG", "$1,250.00"),
        (125000, "ZAR", "en_ZA", "R\u00a01\u00a0250,00"),
        (-50, "USD", "en_US", "-$0.50"),
        (123456789012345678, "USD", "en_US", "$1,234,567,890,123,456.78"),
    ],
)
def test_money_is_written_as_the_locale_does(amount_minor: int, currency: str, locale: str, text: str) -> None:
    assert money_text(Money(amount_minor, currency), locale) == text


@pytest.mark.parametrize(
    ("currency", "text"), [("RSD", "RSD\u00a012.50"), ("IQD", "IQD\u00a01.250"), ("ISK", "ISK\u00a01,250")]
)
def test_money_has_the_places_of_iso_4217_where_customs_would_round(currency: str, text: str) -> None:
    assert money_text(Money(1250, currency), "en_US") == text


def test_a_date_is_the_day_in_its_time_zone() -> None:
    before_midnight_in_new_york = datetime(2026, 12, 22, 3, tzinfo=UTC)
    assert date_text(before_midnight_in_new_york, "America/New_York", "en_US") == "December 21, 2026"
    assert date_text(before_midnight_in_new_york, "Europe/Berlin", "en_GB") == "22 December 2026"


@pytest.mark.parametrize(
    ("foreign", "line"),
    [
        ("Eckert", "Eckert"),
        ("  Eckert \t & Sons\n", "Eckert & Sons"),
        ("Eckert\r\nBcc: eve@example.com", "Eckert Bcc: eve@example.com"),
        ("one\u2028two\u2029three\x00four", "one two three four"),
        ("abc\u202edcba\u2066", "abcdcba"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("🎉 דוד 東京", "🎉 דוד 東京"),
        ("x" * 60, "x" * 60),
        ("x" * 300, "x" * 59 + "…"),
        ("\u202e\r\n ", ""),
    ],
)
def test_foreign_text_becomes_one_harmless_line(foreign: str, line: str) -> None:
    assert one_line(foreign) == line
