"""What is asked of the template that linters and scanners do not ask; `CHECKS` has every question."""

from collections.abc import Callable
from typing import Final

from judging import delivery, doors, keeping, roles
from judging.reading import Template

Check = Callable[[Template], list[str]]
"""Looks at an expanded template and gives a line for each place that is not as it should be."""

CHECKS: Final[tuple[Check, ...]] = (
    roles.no_policy_is_unknown,
    roles.no_action_is_a_pattern,
    roles.no_resource_is_everything,
    roles.each_secret_is_read_by_those_who_need_it_alone,
    roles.nobody_gives_rights_away,
    roles.nobody_destroys,
    roles.each_role_is_one_services_and_one_functions,
    doors.every_route_asks_who_comes,
    doors.no_function_has_an_address_of_its_own,
    doors.functions_are_invoked_by_what_they_are_for,
    doors.no_bucket_is_public,
    doors.resource_policies_name_who,
    doors.secret_parameters_are_not_shown,
    doors.secrets_come_without_a_value,
    doors.no_environment_holds_a_secret,
    delivery.one_bad_message_does_not_bring_its_batch_back,
    delivery.every_queue_puts_aside_what_fails,
    delivery.every_rule_puts_aside_what_it_cannot_hand_over,
    delivery.a_message_stays_hidden_while_it_is_worked_on,
    delivery.the_workflow_logs_its_failures_without_data,
    delivery.the_workflow_tries_again,
    keeping.tables_are_encrypted,
    keeping.queues_are_encrypted,
    keeping.tables_can_be_restored,
    keeping.the_record_cannot_be_deleted,
    keeping.the_record_outlives_the_stack,
    keeping.logs_end,
)


def findings(template: Template) -> dict[str, list[str]]:
    """What each check finds, by its name; checks that find nothing are left out."""
    found = {check.__name__: check(template) for check in CHECKS}
    return {name: lines for name, lines in found.items() if lines}
