"""The audit trail is read over months, to the microsecond, however long it is."""

from datetime import UTC, datetime, timedelta

from fakes.store import MemoryStore
from guerdon.application.audit import Subject, audited, aws_actor, console_actor
from guerdon.application.audit_records import Audit
from guerdon.application.audit_trail import lines_about, lines_between
from guerdon.domain.actions import AuditAction, SubjectKind

BEGIN = datetime(2026, 10, 31, 20, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


def line_at(at: datetime, subject_id: str = "po_1") -> Audit:
    row = audited(AuditAction.PAYOUT_RELEASED, Subject(SubjectKind.PAYOUT, subject_id), at=at, actor="aws:x").row
    assert isinstance(row, Audit)
    return row


def test_the_lines_of_a_time_are_those_from_its_begin_on_and_before_its_end() -> None:
    store = MemoryStore()
    within = [line_at(END - timedelta(microseconds=1)), line_at(BEGIN + timedelta(days=30)), line_at(BEGIN)]
    store.put(*within, line_at(END), line_at(BEGIN - timedelta(microseconds=1)))
    assert list(lines_between(store, BEGIN, END)) == within


def test_a_time_of_nothing_has_no_lines() -> None:
    store = MemoryStore()
    store.put(line_at(BEGIN))
    assert list(lines_between(store, BEGIN, BEGIN)) == []


def test_more_than_a_page_is_read_to_its_end() -> None:
    store = MemoryStore()
    lines = [line_at(BEGIN + timedelta(minutes=number), "po_1") for number in range(120)]
    store.put(*lines, line_at(BEGIN, "po_2"))
    assert list(lines_about(store, "po_1")) == lines[::-1]
    assert len(list(lines_between(store, BEGIN, END))) == 121


def test_a_line_is_the_same_line_when_it_is_written_twice_and_another_when_anything_else_was_done() -> None:
    def written(reason: str | None = None, before: str | None = "a", actor: str = aws_actor("arn")) -> Audit:
        subject = Subject(SubjectKind.PAYOUT, "po_1")
        row = audited(
            AuditAction.PAYOUT_RELEASED, subject, at=BEGIN, actor=actor, before=before, after="b", reason=reason
        ).row
        assert isinstance(row, Audit)
        return row

    assert written().audit_id == written("said otherwise").audit_id
    assert written().audit_id != written(before=None).audit_id
    assert written().audit_id != written(actor=console_actor("arn")).audit_id
    assert (aws_actor("arn:x"), console_actor("pat@example.com")) == ("aws:arn:x", "console:pat@example.com")
    assert written("  ").reason is None
