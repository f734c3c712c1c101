"""What a check says: how it stands with one step on the way to paying, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from guerdon.application.doctor.facts import Facts, Unread


class State(StrEnum):
    """How it stands with one step."""

    OK = "ok"
    TO_DO = "to do"  # Without it nothing is paid, or nobody would notice that something is wrong.
    WARNING = "warning"  # It works without, or could not be seen; a person should have decided that it is so.


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says.

    Attributes:
        step: The step's name, the same in each release: scripts rely on it.
        says: How it stands, in one sentence without its full stop.
        to_do: What to do, most often a command to be copied; empty when it is in order.
    """

    step: str
    state: State
    says: str
    to_do: str = ""


def ok(step: str, says: str) -> Finding:
    """A step that is done."""
    return Finding(step, State.OK, says)


def to_do(step: str, says: str, do: str) -> Finding:
    """A step that is missing."""
    return Finding(step, State.TO_DO, says, do)


def warning(step: str, says: str, do: str) -> Finding:
    """A step that somebody should look at."""
    return Finding(step, State.WARNING, says, do)


def unseen(step: str, fact: Unread) -> Finding:
    """A step that could not be looked at."""
    return warning(step, f"could not be seen: {fact.why}", fact.to_do)


def put_secret(facts: Facts, output: str, file: str) -> str:
    """The command that fills the secret behind an output from a file, so that no value is typed."""
    secret = facts.deployment.outputs.get(output, output)
    return f"aws secretsmanager put-secret-value --secret-id {secret} --secret-string file://{file}"


def deploy_with(parameter: str) -> str:
    """What changes a parameter of the stack."""
    return f"sam deploy --guided, and give {parameter} (docs/deploy.md lists every parameter)"
