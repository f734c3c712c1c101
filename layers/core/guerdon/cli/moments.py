"""Moments as a person types them."""

from datetime import UTC, date, datetime, timedelta

import typer

_SHOWN = "2026-11-30, 2026-11-30T18:00, or 2026-12-01T00:00-05:00"


def end_of(text: str, option: str) -> datetime:
    """The moment before which everything counts: a day is taken to its end, in UTC; a time is taken as it is.

    Raises:
        typer.BadParameter: It is neither.
    """
    try:
        return _midnight(date.fromisoformat(text) + timedelta(days=1))
    except ValueError:
        return _moment(text, option)


def begin_of(text: str, option: str) -> datetime:
    """The moment from which on everything counts: a day is taken from its beginning, in UTC.

    Raises:
        typer.BadParameter: It is neither a day nor a time.
    """
    try:
        return _midnight(date.fromisoformat(text))
    except ValueError:
        return _moment(text, option)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _moment(text: str, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither a day nor a time: {_SHOWN}", param_hint=option) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
