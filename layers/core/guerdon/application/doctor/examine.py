"""All checks in the order in which a new stack is set up: the first that says "to do" is the next step."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from guerdon.application.doctor import connection_checks, deployment_checks, people_checks, pipeline_checks
from guerdon.application.doctor.facts import Facts, Inside
from guerdon.application.doctor.findings import Finding, State

Check = Callable[[Facts, Inside], Iterator[Finding]]

INSIDE: Final[tuple[Check, ...]] = (
    connection_checks.connections,
    connection_checks.providers,
    connection_checks.webhooks,
    people_checks.sender,
    people_checks.mail,
    people_checks.alarm_topic,
    people_checks.people,
    deployment_checks.tables,
    pipeline_checks.program,
    pipeline_checks.ceilings,
    pipeline_checks.sweep,
    pipeline_checks.seal,
    pipeline_checks.dead_letters,
    pipeline_checks.alarms,
    pipeline_checks.funds,
    pipeline_checks.pauses,
    pipeline_checks.channels,
)
"""Arming is last: what comes before it should be in order when money begins to move."""


def examine(facts: Facts) -> tuple[Finding, ...]:
    """What every check says, in their order; of a stack that is not there or not whole, that alone."""
    found = list(deployment_checks.stack(facts))
    if facts.inside is not None:
        for check in INSIDE:
            found += check(facts, facts.inside)
    return tuple(found)


def next_step(findings: Sequence[Finding]) -> Finding | None:
    """The first thing that is to be done; None if there is none."""
    return next((finding for finding in findings if finding.state is State.TO_DO), None)
