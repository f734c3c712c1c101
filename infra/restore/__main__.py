"""Bring restored tables back into a stack: ``python -m restore back --stack guerdon`` (docs/restore.md)."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from restore.copies import copy_tables, drop_copies
from restore.holding import hold, release
from restore.mirror import TableBusy, apply, difference

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SUFFIX: Final = "-restored"
NOT_RESTORED: Final = {"SessionsTable"}
"""Whoever was signed in signs in again."""


def tables_of(stack: str) -> dict[str, str]:
    """The stack's tables by the name of their output."""
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    return {name: table for name, table in outputs.items() if name.endswith("Table") and name not in NOT_RESTORED}


def back(client: "DynamoDBClient", tables: dict[str, str], *, write: bool) -> bool:
    """Say how each table differs from its restored copy, and if told so, make it the same; whether any differed."""
    differed = False
    for name, table in sorted(tables.items()):
        found = difference(client, f"{table}{SUFFIX}", table)
        differed = differed or bool(found.missing or found.excess)
        say(f"{name}: {found.same} the same, {len(found.missing)} to write, {len(found.excess)} to delete")
        if write:
            apply(client, table, found)
    return differed


def say(what: str) -> None:
    """Tell whoever watches."""
    sys.stdout.write(f"{what}\n")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="restore", description="Bring restored tables back into a stack.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("hold", "have no function of the stack run: queues keep their messages, senders try again"),
        ("back", "make each table of the stack hold exactly what its copy, named …-restored, holds"),
        ("release", "let the functions run again"),
        ("copy", "make the copies from the tables as they are: for a drill, where AWS's own backups are not"),
        ("drop", "delete the copies"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("--stack", default="guerdon")
        if name == "back":
            command.add_argument("--write", action="store_true", help="do it; without it, only say what differs")
    return parser.parse_args()


def main() -> None:
    """Run one command."""
    asked = arguments()
    client = boto3.client("dynamodb")
    try:
        if asked.command in {"hold", "release"}:
            named = (hold if asked.command == "hold" else release)(boto3.client("lambda"), asked.stack)
            say(f"{len(named)} functions: {'none runs' if asked.command == 'hold' else 'all run'}")
            return
        tables = tables_of(asked.stack)
        if asked.command == "copy":
            copy_tables(client, tables, SUFFIX)
        elif asked.command == "drop":
            drop_copies(client, tables, SUFFIX)
        elif back(client, tables, write=asked.write) and not asked.write:
            say("nothing was changed: --write does it")
    except (BotoCoreError, ClientError, TableBusy) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
