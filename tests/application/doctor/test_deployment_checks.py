from collections.abc import Iterable

import pytest

from application.doctor.stacks import WHOLE, but, local, with_deployment
from guerdon.application.doctor.deployment_checks import stack, tables
from guerdon.application.doctor.facts import Facts, TableGuard
from guerdon.application.doctor.findings import Finding, State


def only(findings: Iterable[Finding]) -> Finding:
    (found,) = findings
    return found


def of_tables(facts: Facts) -> list[Finding]:
    assert facts.inside is not None
    return list(tables(facts, facts.inside))


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"])
def test_a_stack_that_was_deployed_to_the_end_is_in_order(status: str) -> None:
    assert only(stack(with_deployment(status=status))).state is State.OK


@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_a_deployment_under_way_is_waited_for(status: str) -> None:
    found = only(stack(with_deployment(status=status)))
    assert (found.state, found.says.rpartition(": ")[2]) == (State.TO_DO, status)
    assert found.to_do.startswith("Wait: aws cloudformation wait")


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "CREATE_FAILED", "UPDATE_ROLLBACK_FAILED", "DELETE_COMPLETE"])
def test_a_stack_that_came_to_nothing_has_to_be_deployed_again(status: str) -> None:
    found = only(stack(with_deployment(status=status)))
    assert found.state is State.TO_DO
    assert "aws cloudformation describe-stack-events --stack-name guerdon --region eu-central-1" in found.to_do


def test_a_deployment_that_was_taken_back_left_the_one_before() -> None:
    found = only(stack(with_deployment(status="UPDATE_ROLLBACK_COMPLETE")))
    assert found.state is State.WARNING
    assert found.says.endswith("the last deployment was taken back, and the one before runs")


def test_a_stack_of_another_release_lacks_outputs() -> None:
    found = only(stack(with_deployment(missing=("AuditTable", "SealsTable"))))
    assert found.state is State.TO_DO
    assert found.says.endswith("was deployed by another release: it lacks AuditTable, SealsTable")


def test_a_table_that_may_be_deleted_or_cannot_be_restored_is_named() -> None:
    found = of_tables(
        but(
            tables=(
                TableGuard("A", undeletable=False, restorable=True),
                TableGuard("B", undeletable=False, restorable=False),
                TableGuard("C", undeletable=True, restorable=True),
            )
        )
    )
    assert [(each.state, each.says) for each in found] == [
        (State.WARNING, "A and 1 more may be deleted, as on a trial stack"),
        (State.WARNING, "B cannot be restored to a point in time"),
    ]
    assert found[0].to_do.startswith("sam deploy --guided, and give DeletionProtection=true")


def test_the_emulator_has_no_backups_to_look_for() -> None:
    unguarded = but(tables=(TableGuard("A", undeletable=False, restorable=False),))
    assert [(each.state, each.says) for each in of_tables(local(unguarded))] == [
        (State.OK, "the emulator keeps no backups")
    ]
    assert [each.state for each in of_tables(WHOLE)] == [State.OK]
