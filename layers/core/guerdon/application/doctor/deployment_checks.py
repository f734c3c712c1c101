"""Whether the stack is there, whole, and guarded against loss."""

from collections.abc import Iterator
from typing import Final

from guerdon.application.doctor.facts import Deployment, Facts, Inside, Unread
from guerdon.application.doctor.findings import Finding, deploy_with, ok, to_do, unseen, warning

STACK: Final = "stack"
TABLES: Final = "tables"

_DEPLOY: Final = "sam build && sam deploy --guided"
_WHOLE: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
_TAKEN_BACK: Final = frozenset({"UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"})
"""The stack runs, as it was before the last deployment."""

_UNDER_WAY: Final = "_IN_PROGRESS"


def stack(facts: Facts) -> Iterator[Finding]:
    """The stack is deployed to the end, by this release."""
    found = facts.deployment
    seen = f"{found.name} in {found.region}, seen as {found.caller}"
    if found.status is None:
        says = f"there is no stack {seen}"
        yield to_do(STACK, says, f"{_DEPLOY}, or name another stack with --stack, or another region")
    elif found.status.endswith(_UNDER_WAY):
        yield to_do(STACK, f"{seen}: {found.status}", f"Wait: {_watch(found)}")
    elif found.status not in _WHOLE | _TAKEN_BACK:
        yield to_do(STACK, f"{seen}: {found.status}", f"See why: {_events(found)}. Then {_DEPLOY}")
    elif found.missing:
        lacks = ", ".join(found.missing)
        yield to_do(STACK, f"{seen} was deployed by another release: it lacks {lacks}", _DEPLOY)
    elif found.status in _TAKEN_BACK:
        says = f"{seen}: the last deployment was taken back, and the one before runs"
        yield warning(STACK, says, f"See why: {_events(found)}. Then {_DEPLOY}")
    else:
        yield ok(STACK, seen)


def tables(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """The tables cannot be deleted by accident, and can be restored to any second of the last 35 days."""
    if facts.deployment.local:
        yield ok(TABLES, "the emulator keeps no backups")
        return
    if isinstance(inside.tables, Unread):
        yield unseen(TABLES, inside.tables)
        return
    deletable = [guard.table for guard in inside.tables if not guard.undeletable]
    unbacked = [guard.table for guard in inside.tables if not guard.restorable]
    if deletable:
        says = f"{_counted(deletable)} may be deleted, as on a trial stack"
        yield warning(TABLES, says, deploy_with("DeletionProtection=true"))
    if unbacked:
        says = f"{_counted(unbacked)} cannot be restored to a point in time"
        yield warning(TABLES, says, f"{_DEPLOY}: the template turns it on, so somebody turned it off since")
    if not deletable and not unbacked:
        yield ok(TABLES, f"all {len(inside.tables)} refuse to be deleted and can be restored to any second of 35 days")


def _counted(names: list[str]) -> str:
    first, *others = sorted(names)
    return f"{first} and {len(others)} more" if others else first


def _watch(found: Deployment) -> str:
    return f"aws cloudformation wait stack-update-complete --stack-name {found.name} --region {found.region}"


def _events(found: Deployment) -> str:
    return f"aws cloudformation describe-stack-events --stack-name {found.name} --region {found.region}"
