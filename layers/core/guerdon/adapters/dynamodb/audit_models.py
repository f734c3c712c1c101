"""The rows of the audit table: a line each, by the month, and by what it is about."""

from datetime import datetime
from typing import ClassVar

from pynamodb.attributes import UnicodeAttribute

from guerdon.adapters.dynamodb import keys
from guerdon.adapters.dynamodb.attributes import ValueAttribute
from guerdon.adapters.dynamodb.indexes import SubjectIndex
from guerdon.adapters.dynamodb.row_model import Columns, RowModel
from guerdon.application.audit_records import Audit
from guerdon.domain.actions import AuditAction, SubjectKind


class AuditModel(RowModel[Audit]):
    """One line of the audit trail. People write it, so a month of it stands under one key."""

    row_type = Audit
    table = "audit"
    by_subject = SubjectIndex()
    indexes = (by_subject,)
    computed: ClassVar[Columns] = {
        "month": lambda row: keys.month_of(row.at),
        "place": lambda row: keys.place_of(row.at, row.audit_id),
    }

    month = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    audit_id = UnicodeAttribute()
    at = ValueAttribute(datetime)
    actor = UnicodeAttribute()
    action = ValueAttribute(AuditAction)
    subject_kind = ValueAttribute(SubjectKind)
    subject_id = UnicodeAttribute()
    before = UnicodeAttribute(null=True)
    after = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
