"""Reading the audit trail: of a time, or about one thing, the newest line first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from guerdon.application.audit_records import Audit
from guerdon.application.review_ports import ReviewStore, every

_MICROSECOND = timedelta(microseconds=1)


def lines_between(store: ReviewStore, begin: datetime, end: datetime) -> Iterator[Audit]:
    """The lines from `begin` on and before `end`.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    for month in _months_back(begin, end):
        for line in every(lambda cursor, month=month: store.audit_of_month(month, cursor)):  # type: ignore[misc] # mypy does not infer a lambda's default.
            if begin <= line.at < end:
                yield line


def lines_about(store: ReviewStore, subject_id: str) -> Iterator[Audit]:
    """Every line about one thing.

    Raises:
        StoreBusy: The database is throttled or away.
    """
    return every(lambda cursor: store.audit_of_subject(subject_id, cursor))


def _months_back(begin: datetime, end: datetime) -> Iterator[str]:
    """The months, UTC, that have a moment of this time: the trail is kept by these."""
    first, moment = begin.astimezone(UTC), end.astimezone(UTC) - _MICROSECOND
    while moment >= first:
        yield f"{moment:%Y-%m}"
        moment = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - _MICROSECOND
