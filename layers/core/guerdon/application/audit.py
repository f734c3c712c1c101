"""The audit trail: who did what to what, when, from which state to which, and why.

A use case that carries a person's decision out adds `audited(...)` to the transaction that does it, so there is no
deed without its line and no line without its deed. A line never changes, and nothing deletes it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from guerdon.application.audit_records import Audit
from guerdon.application.transaction import Insert
from guerdon.domain import identity
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.deal import instant

REASON_LENGTH_MOST: Final = 500
"""Characters of a reason: it is a sentence or two, kept for ever."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to, by its id."""

    kind: SubjectKind
    subject_id: str


def aws_actor(caller_arn: str) -> str:
    """Who does something from the command line: the AWS identity that it runs as."""
    return f"aws:{caller_arn}"


def console_actor(email: str) -> str:
    """Who does something in the console, by the email address that they signed in with: an employee's."""
    return f"console:{email}"


def unusable(reason: str) -> str | None:
    """What is wrong with the reason that a person gave for a decision, in words for them; None if nothing is."""
    if not reason.strip():
        return "it needs a reason: say why, in a sentence"
    if len(reason.strip()) > REASON_LENGTH_MOST:
        return f"the reason is longer than {REASON_LENGTH_MOST} characters: say it shorter"
    return None


def audited(  # noqa: PLR0913 - each is one column of the line, and five are named where it is called.
    action: AuditAction,
    subject: Subject,
    *,
    at: datetime,
    actor: str,
    before: str | None = None,
    after: str | None = None,
    reason: str | None = None,
) -> Insert:
    """The write that keeps a line of the audit trail, for the transaction that does what it tells of.

    Args:
        action: What was done.
        subject: What to.
        at: When, by the clock that the rest of the transaction uses.
        actor: Who did it, as `aws_actor` or `console_actor` names them.
        before: The state that it was in: statuses, ids, amounts; never a person's data.
        after: The state that it is in now.
        reason: The words that the person typed; None where they need not give any and gave none.
    """
    facts = (instant(at), actor, action, subject.kind, subject.subject_id, before or "", after or "")
    line_id = identity.derived_id("au", *facts)
    said = reason.strip() if reason else None
    return Insert(Audit(line_id, at, actor, action, subject.kind, subject.subject_id, before, after, said or None))
