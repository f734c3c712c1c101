"""How a command ends: exit statuses, and expected errors as one line on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from guerdon.domain.errors import GuerdonError


class Ending(IntEnum):
    """Exit statuses; scripts rely on them."""

    DONE = 0
    FINDINGS = 1  # What was given is wrong, or was refused: the message says what to mend.
    USAGE = 2  # The command was called in a way that it does not understand.
    STACK = 3  # The stack could not be reached, or said no.


def stop(ending: Ending, message: str) -> NoReturn:
    """Say what is wrong on standard error, and end the command."""
    typer.echo(message, err=True)
    raise typer.Exit(ending)


@contextmanager
def explained() -> Iterator[None]:
    """Turn every error that an operator can act on into one line and an exit status."""
    try:
        yield
    except GuerdonError as error:
        stop(Ending.STACK, f"error: {error}")
    except ClientError as error:
        said = error.response.get("Error", {})
        action = error.operation_name
        stop(Ending.STACK, f"error: AWS refused {action}: {said.get('Code', 'no code')}: {said.get('Message', '')}")
    except BotoCoreError as error:
        why = str(error).rstrip(".")
        stop(
            Ending.STACK,
            f"error: AWS cannot be reached: {why}. Check the AWS credentials and region in use; "
            "for the local cloud: make up, then . .local/env",
        )
    except PynamoDBException as error:
        stop(Ending.STACK, f"error: the stack's tables cannot be read: {error}")
