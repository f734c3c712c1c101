"""The row of the audit table."""

from dataclasses import dataclass
from datetime import datetime

from guerdon.domain.actions import AuditAction, SubjectKind


@dataclass(frozen=True, slots=True)
class Audit:
    """One line of the audit trail, written with what it tells of; see `audit.audited`.

    Attributes:
        audit_id: Fixed by all that the line says beside the reason: the same deed at the same moment is one line.
        actor: "aws:" and the ARN of the AWS identity, or "console:" and the email address of the sign-in: an
            employee, never an advocate.
        before: The state of the subject that the person saw, in a few words without anybody's data.
        after: The state that it was brought to.
        reason: What the person typed.
    """

    audit_id: str
    at: datetime
    actor: str
    action: AuditAction
    subject_kind: SubjectKind
    subject_id: str
    before: str | None = None
    after: str | None = None
    reason: str | None = None
