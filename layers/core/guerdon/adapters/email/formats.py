"""Amounts, dates and foreign text as a reader sees them."""

import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, get_currency_symbol

from guerdon.domain.currencies import MINOR_UNIT_EXPONENTS
from guerdon.domain.money import Money

_PATTERN_DIGITS: Final = re.compile(r"0(?:\.0+)?(?!\d)")
_DIRECTION_CONTROLS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH_JOINER: Final = "\u200d"
NAME_LENGTH_MOST: Final = 60
"""In characters: a longer name would push what matters out of a subject line."""


def money_text(money: Money, locale: str) -> str:
    """An amount as people of `locale` write it: "$1,250.00", "¥5,000".

    The places are the currency's own in ISO 4217. Unicode's customary ones would round what is owed: they write
    RSD 12.50 as RSD 12.
    """
    places = MINOR_UNIT_EXPONENTS[money.currency]
    customary = Locale.parse(locale).currency_formats["standard"].pattern
    pattern = _PATTERN_DIGITS.sub("0." + "0" * places if places else "0", customary)
    if get_currency_symbol(money.currency, locale)[-1].isalpha():
        # Unicode TR 35 sets a symbol that ends in a letter apart from the number; Babel does not.
        pattern = pattern.replace("¤#", "¤\u00a0#")
    return format_currency(Decimal(money.decimal), money.currency, format=pattern, locale=locale, currency_digits=False)


def date_text(moment: datetime, time_zone: str, locale: str) -> str:
    """The day of `moment` in an IANA time zone: "November 22, 2026"."""
    return format_date(moment.astimezone(ZoneInfo(time_zone)).date(), format="long", locale=locale)


def one_line(text: str, length_most: int = NAME_LENGTH_MOST) -> str:
    """Foreign text made safe to stand inside of a line of ours.

    Control characters become spaces and runs of space one, so it cannot begin another line or header. Characters
    that turn the direction of writing are dropped, so it cannot reorder our words. Whatever is too long ends in an
    ellipsis.
    """
    visible = "".join(_or_space(character) for character in text if character not in _DIRECTION_CONTROLS)
    line = " ".join(visible.split())
    if len(line) <= length_most:
        return line
    return line[: length_most - 1].rstrip(_ZERO_WIDTH_JOINER + " ") + "…"


def _or_space(character: str) -> str:
    # Cc controls, Cs lone surrogates (which no encoding can carry), Zl and Zp line and paragraph separators.
    return " " if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} else character
