"""Run the local cloud: ``python -m local.cloud up``, and down, restart, status, logs, execution, clean."""

import argparse
import fcntl
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from botocore.exceptions import EndpointConnectionError
from rich.console import Console
from rich.table import Table

from local.cloud import connections, console_users, deployment, environments
from local.cloud.deployment import DeploymentError
from local.cloud.environments import EnvironmentSetupError, python_of
from local.cloud.executions import NoSuchExecution, show_execution
from local.cloud.logs import show_logs
from local.cloud.processes import Program, ProgramError, running_pid, start, stop
from local.cloud.programs import programs_of
from local.cloud.settings import LocalCloud, SettingError, from_environment

CONSOLE = Console(highlight=False)

# What `clean` removes. The environments and uv's cache stay: they depend on the locks alone and serve other clouds.
WRITTEN = ("build", "build-cache", "build.toml", "env", "home", "logs", "secrets.json", "state", "tmp")


@contextmanager
def step(what: str) -> Iterator[Callable[[str], None]]:
    """Show that a step is under way, then how it ended and how long it took; call what it yields to say more."""
    began = time.monotonic()
    remarks: list[str] = []
    try:
        with CONSOLE.status(what):
            yield remarks.append
    except BaseException:
        CONSOLE.print(f"[red]✗[/] {what}")
        raise
    remark = f" [dim]{', '.join(remarks)}[/]" if remarks else ""
    CONSOLE.print(f"[green]✓[/] {what}{remark} [dim]{time.monotonic() - began:.1f} s[/]")


def up(cloud: LocalCloud) -> None:
    """Bring the local cloud up; what is up already stays as it is."""
    began = time.monotonic()
    if running_pid(programs(cloud)[-1]) is None:
        # The emulator leaves the unpacked code of its functions behind, some hundred megabytes each time.
        shutil.rmtree(cloud.home / "tmp", ignore_errors=True)
    for folder in ("home", "tmp", "logs", "state/emulator/s3", "state/inbox", "state/sandbox"):
        (cloud.home / folder).mkdir(parents=True, exist_ok=True)
    for name, purpose in environments.PURPOSES.items():
        if not environments.is_current(name):
            with step(f"install {purpose}"):
                environments.make(name, cloud.logs / "install.log")
    for program in programs(cloud):
        with step(f"start the {program.name}") as remark:
            if start(program) is None:
                remark("was running")
    with step("deploy the stack") as remark:
        if deployment.is_current(cloud):
            remark("unchanged")
        else:
            deployment.deploy(cloud)
    with step("connect secrets, sender, webhooks and the console's users"):
        outputs = deployment.stack_outputs(cloud)
        if outputs is None:
            raise DeploymentError("The stack was deployed and cannot be found: `make clean`, then try again.")
        connections.put_secrets(cloud, outputs)
        connections.verify_sender(cloud)
        connections.register_webhooks(cloud, outputs)
        console_users.make_users(cloud, outputs)
        connections.write_environment(cloud, outputs)
    CONSOLE.print(f"\nThe local cloud is up after {time.monotonic() - began:.0f} s.\n")
    CONSOLE.print(addresses(cloud, outputs))


def down(cloud: LocalCloud) -> None:
    """Stop the programs and keep what they know."""
    for program in reversed(programs(cloud)):
        with step(f"stop the {program.name}") as remark:
            if not stop(program):
                remark("was not running")


def restart(cloud: LocalCloud) -> None:
    """Stop everything and bring it up again."""
    down(cloud)
    up(cloud)


def status(cloud: LocalCloud) -> None:
    """Say what runs, where, and whether the stack is deployed from what lies here."""
    table = Table(box=None, pad_edge=False)
    for heading in ("program", "process", "ports", "log"):
        table.add_column(heading)
    for program in programs(cloud):
        pid = running_pid(program)
        ports = ", ".join(str(port) for port in program.ports.values())
        table.add_row(program.name, str(pid) if pid else "[yellow]not running[/]", ports, os.path.relpath(program.log))
    CONSOLE.print(table)
    if running_pid(programs(cloud)[-1]) is not None:
        current = deployment.is_current(cloud)
        CONSOLE.print(f"\nstack: {'deployed, current' if current else '[yellow]not deployed from what lies here[/]'}")
        CONSOLE.print(addresses(cloud, deployment.stack_outputs(cloud)))


def clean(cloud: LocalCloud) -> None:
    """Stop everything and remove all that this cloud ever wrote."""
    down(cloud)
    with step(f"remove {cloud.home}"):
        for name in WRITTEN:
            path = cloud.home / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def programs(cloud: LocalCloud) -> list[Program]:
    """Return the programs of this cloud."""
    return programs_of(cloud, python_of("emulator"))


def addresses(cloud: LocalCloud, outputs: dict[str, str] | None) -> Table:
    """Say where to look."""
    table = Table(box=None, show_header=False, pad_edge=False)
    if outputs is not None and "ConsoleUrl" in outputs:
        access = console_users.console_access(cloud, outputs)
        table.add_row("the console", access.url)
        table.add_row("  sign in as", f"{', '.join(access.addresses.values())}")
        table.add_row("  password", access.password)
    table.add_row("mail", cloud.inbox_url)
    table.add_row("what the providers received", f"{cloud.sandbox_url}/_sandbox")
    table.add_row("AWS", cloud.endpoint)
    table.add_row("for a shell", f". {os.path.relpath(cloud.environment_file)}")
    return table


COMMANDS: dict[str, Callable[[LocalCloud], None]] = {
    "up": up,
    "down": down,
    "restart": restart,
    "status": status,
    "clean": clean,
}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="local.cloud", description="Run the local cloud.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__)
    logs = commands.add_parser("logs", help="Show what the functions say.")
    logs.add_argument("--grep", default="", help="only lines with this text, such as a correlation id")
    logs.add_argument("--follow", action="store_true", help="go on until interrupted")
    execution = commands.add_parser("execution", help="Tell how the workflow carried out one run of a payout.")
    execution.add_argument("payout", help="the payout's id, po_…")
    execution.add_argument("--run", type=int, default=1, help="which of its runs")
    return parser.parse_args()


@contextmanager
def alone(cloud: LocalCloud) -> Iterator[None]:
    """Wait until no other command works on this cloud: two at once would each find the other's work half done."""
    with (cloud.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with step("wait for another command that works on this local cloud"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fail(message: str) -> NoReturn:
    """Say what is wrong and what to do, and end."""
    CONSOLE.print(f"\n{message}", style="red", markup=False, soft_wrap=True)
    sys.exit(1)


def main() -> None:
    """Run one command."""
    asked = arguments()
    try:
        cloud = from_environment(os.environ)
        cloud.home.mkdir(parents=True, exist_ok=True)
        if asked.command == "logs":
            show_logs(cloud, CONSOLE, wanted=asked.grep, follow=asked.follow)
        elif asked.command == "execution":
            show_execution(cloud, CONSOLE, asked.payout, asked.run)
        else:
            with alone(cloud):
                COMMANDS[asked.command](cloud)
    except EndpointConnectionError:
        fail("The local cloud is not up: `make up` starts it, `make status` says what runs.")
    except (DeploymentError, EnvironmentSetupError, NoSuchExecution, ProgramError, SettingError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
